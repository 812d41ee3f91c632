"""A bundle: the files that the library opens, what they are worth, and the model card that says so."""

import hashlib
import json
import re
import time
from pathlib import Path

import numpy
import onnxruntime
import torch

from fit import encode, measures, padded
from texts import EMOTICONS, with_emoji

POSITIONS = 128
EMOJI = re.compile("[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]")

# Written for this purpose; `verify` compares what the library makes of them with what was computed here.
SAMPLES = [
    "What a lovely morning, coffee on the balcony and not a cloud in sight",
    "I can't believe they cancelled my flight again, this is a disgrace",
    "The council meets on Tuesday at half past six in the town hall",
    "She left without a word and the house has been so quiet since",
    "Wait, they won?! After being three goals down??",
    "Something moved in the cellar and I am not going down there alone",
    "There was a hair in my soup and half a fly on the spoon 🤢",
    "best day ever 😂😂 thank you @nightjar https://example.org/a",
    "so tired of this 😭💔",
    "It\\u2019s fine &amp; dandy, \"\"really\"\"",
    "meh",
    "🔥🔥🔥",
]


def session(file):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def answers(running, tokenizer, texts, size=16):
    """The logits of the file's only output, in the order of the texts."""
    rows = encode(tokenizer, texts)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    found = [None] * len(rows)
    for start in range(0, len(order), size):
        part = order[start : start + size]
        ids, mask = padded([rows[i] for i in part])
        for i, row in zip(part, running.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0]):
            found[i] = row
    return torch.from_numpy(numpy.stack(found))


def temperature(logits, labels):
    """The temperature at which the labels are likeliest (Guo et al. 2017)."""
    at = torch.zeros(1, requires_grad=True)
    search = torch.optim.LBFGS([at], lr=0.1, max_iter=100)

    def loss():
        search.zero_grad()
        far = torch.nn.functional.cross_entropy(logits / at.exp(), labels)
        far.backward()
        return far

    search.step(loss)
    return round(float(at.exp()), 3)


def calibration_error(logits, labels, bins=15):
    """Expected calibration error of the best label, in points, over bins of equal width."""
    best, answered = logits.softmax(1).max(1)
    right = (answered == labels).float()
    place = (best * bins).long().clamp(max=bins - 1)
    error = 0.0
    for i in range(bins):
        if (place == i).any():
            error += (place == i).float().mean() * abs(right[place == i].mean() - best[place == i].mean())
    return 100 * float(error)


def interval(logits, labels, measure, draws=2000):
    """The 95 % interval of a measure over bootstrap draws of the rows."""
    draw = numpy.random.default_rng(1)
    answered, labels = logits.argmax(1).numpy(), labels.numpy()
    values = []
    for _ in range(draws):
        rows = draw.integers(0, len(labels), len(labels))
        values.append(measures(answered[rows], labels[rows], logits.shape[1])[measure])
    return numpy.percentile(values, [2.5, 97.5])


def figures(whole, small, tokenizer, task):
    """What the bundle is worth on the validation rows, in single precision and quantised."""
    texts = [text for _, text in task.validation]
    labels = torch.tensor([label for label, _ in task.validation])
    count = len(task.labels)
    exact = answers(session(whole), tokenizer, texts)
    started = time.process_time()
    rounded = answers(session(small), tokenizer, texts)
    taken = time.process_time() - started
    heat = temperature(rounded, labels)
    if calibration_error(rounded / heat, labels) > calibration_error(rounded, labels):
        heat = 1.0  # as good as it gets
    result = {
        "rows": len(texts),
        "fp32": measures(exact.argmax(1).numpy(), labels.numpy(), count),
        "int8": measures(rounded.argmax(1).numpy(), labels.numpy(), count),
        "interval": {m: list(interval(rounded, labels, m)) for m in ("macro-F1", "macro-recall", "accuracy")},
        "temperature": heat,
        "calibration error": [calibration_error(rounded, labels), calibration_error(rounded / heat, labels)],
        "texts per second and core": len(texts) / taken,
        "by label": {},
    }
    for i, label in enumerate(task.labels):
        right = float(((rounded.argmax(1) == i) & (labels == i)).sum())
        result["by label"][label] = {
            "F1": 200 * right / float((rounded.argmax(1) == i).sum() + (labels == i).sum()),
            "recall": 100 * right / float((labels == i).sum()),
        }
    right = (rounded.argmax(1) == labels).float()
    drawn = torch.tensor([bool(EMOJI.search(text)) for text in texts])
    if drawn.any():
        result["emoji"] = {"rows": int(drawn.sum()), "accuracy with": 100 * float(right[drawn].mean()),
                           "accuracy without": 100 * float(right[~drawn].mean())}  # fmt: skip
    else:
        result["emoji"] = replaced(small, tokenizer, texts, labels)
    return result


class Always:
    """A draw that always replaces, by the first choice."""

    def random(self):
        return 0.0

    def choice(self, options):
        return options[0]


def replaced(small, tokenizer, texts, labels):
    """Where the rows have no emoji: those with an emoticon, as they are, with an emoji instead, and with neither."""
    some = [i for i, text in enumerate(texts) if with_emoji(text, Always()) != text]
    written = [texts[i] for i in some]
    drawn = [with_emoji(text, Always()) for text in written]
    bare = ["".join(c for c in text if c not in "".join(EMOTICONS.values())) for text in drawn]
    running = session(small)
    share = lambda rows: 100 * float((answers(running, tokenizer, rows).argmax(1) == labels[some]).float().mean())  # noqa: E731
    return {"rows": len(some), "accuracy with emoticon": share(written), "accuracy with emoji": share(drawn),
            "accuracy with neither": share(bare)}  # fmt: skip


def config(task, tokens, layers, heat):
    return {
        "architectures": ["BertForSequenceClassification"],
        "model_type": "bert",
        "problem_type": "single_label_classification",
        "id2label": {str(i): label for i, label in enumerate(task.labels)},
        "label2id": {label: i for i, label in enumerate(task.labels)},
        "max_position_embeddings": POSITIONS,
        "pad_token_id": 0,
        "vocab_size": tokens,
        "hidden_size": 384,
        "num_hidden_layers": layers,
        "num_attention_heads": 12,
        "intermediate_size": 1536,
        "nightjar": {"normalizer": "tweet-v2", "temperature": heat},
    }


def digest(file):
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def write(folder, tokenizer, task, layers, heat, normalize):
    """Everything beside model.onnx; the digests last."""
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    made = config(task, tokenizer.get_vocab_size(), layers, heat)
    (folder / "config.json").write_text(json.dumps(made, indent=2) + "\n")
    running = session(folder / "model.onnx")
    with open(folder / "parity.jsonl", "w", encoding="utf-8") as lines:
        for text in SAMPLES:
            ids = encode(tokenizer, [normalize(text)])[0]
            found = answers(running, tokenizer, [normalize(text)])[0].tolist()
            line = {"text": text, "ids": ids, "logits": [round(value, 5) for value in found]}
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
    files = ["config.json", "model.onnx", "parity.jsonl", "tokenizer.json"]
    (folder / "bundle.sha256").write_text("".join(f"{digest(folder / name)}  {name}\n" for name in files))
