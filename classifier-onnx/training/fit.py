"""Fitting an encoder to several tasks at once, from labels alone or also from a teacher's answers."""

import copy
import math
import random
import time

import numpy
import torch
from torch.nn import functional
from tqdm import tqdm

from texts import with_emoji

MAX_TOKENS = 96


class Task:
    """The rows of a task: texts, labels as numbers, and how much each label's rows weigh."""

    def __init__(self, name, labels, train, validation, weight_power=0.5):
        self.name = name
        self.labels = labels
        self.train = [(labels.index(label), text) for label, text in train]
        self.validation = [(labels.index(label), text) for label, text in validation]
        counts = numpy.bincount([label for label, _ in self.train], minlength=len(labels))
        self.frequencies = torch.tensor(counts / counts.sum(), dtype=torch.float32)
        self.weight_power = weight_power
        weights = (counts.sum() / counts) ** weight_power
        self.weights = torch.tensor(weights / (weights * counts).sum() * counts.sum(), dtype=torch.float32)
        self.answers = {}  # a teacher's logits by head, a row per training text


def as_if_weighted(logits, task, power_then, power_now):
    """Answers of a model trained with one weighting of the labels, as another weighting would have them (Menon et al. 2021)."""
    return logits.log_softmax(1) + (power_then - power_now) * task.frequencies.log()


def padded(rows):
    """Lists of token ids as a matrix, and its attention mask."""
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return ids, mask


def encode(tokenizer, texts):
    """Token ids, cut to MAX_TOKENS with the closing mark kept."""
    encoded = [e.ids for e in tokenizer.encode_batch(list(texts))]
    return [ids if len(ids) <= MAX_TOKENS else ids[: MAX_TOKENS - 1] + ids[-1:] for ids in encoded]


def batches(lengths, size, draw):
    """The rows in random batches of rows of similar length."""
    order = list(range(len(lengths)))
    draw.shuffle(order)
    cut = []
    for start in range(0, len(order), 64 * size):
        pool = sorted(order[start : start + 64 * size], key=lambda i: lengths[i])
        cut += [pool[i : i + size] for i in range(0, len(pool), size)]
    draw.shuffle(cut)
    return cut


@torch.no_grad()
def logits(model, tokenizer, task_names, texts, size=128):
    """The model's logits for texts, by task, in the order of the texts."""
    model.eval()
    rows = encode(tokenizer, texts)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    found = {name: [None] * len(rows) for name in task_names}
    for start in range(0, len(order), size):
        part = order[start : start + size]
        with torch.autocast("cpu", torch.bfloat16):
            pooled = model.pooled(*padded([rows[i] for i in part]))
        for name in task_names:
            for i, row in zip(part, model.heads[name](pooled.float())):
                found[name][i] = row
    return {name: torch.stack(rows) for name, rows in found.items()}


def measures(answers, labels, count):
    """Macro-F1, macro-recall and accuracy, as percentages."""
    confusion = numpy.zeros((count, count))
    numpy.add.at(confusion, (labels, answers), 1)
    right, expected, answered = numpy.diag(confusion), confusion.sum(1), confusion.sum(0)
    f1 = 2 * right / numpy.maximum(expected + answered, 1)
    recall = right / numpy.maximum(expected, 1)
    return {
        "macro-F1": 100 * f1.mean(),
        "macro-recall": 100 * recall.mean(),
        "accuracy": 100 * right.sum() / confusion.sum(),
    }


def evaluate(model, tokenizer, tasks):
    report = {}
    for task in tasks:
        found = logits(model, tokenizer, [task.name], [text for _, text in task.validation])[task.name]
        labels = numpy.array([label for label, _ in task.validation])
        report[task.name] = measures(found.argmax(1).numpy(), labels, len(task.labels))
    return report


def shown(report):
    return "  ".join(
        f"{task} " + " ".join(f"{name} {value:.2f}" for name, value in values.items()) for task, values in report.items()
    )


def fit(model, tokenizer, tasks, *, epochs, rate, size=48, layer_decay=1.0, distil=0.0, others=0.3, heat=2.0, seed=1, log=print,
        average_from=0.5):  # fmt: skip
    """
    Trains the model in place and returns the average of its weights over the last part of the training.

    distil: the share of the loss that is the divergence from the teacher's answers at temperature `heat`.
    others: how much its answers for the other tasks weigh, for which the text has no label.
    """
    draw = random.Random(seed)
    torch.manual_seed(seed)
    depth = len(model.layers)
    groups = [{"params": list(model.heads.parameters()), "lr": 1e-3}]
    groups.append({"params": [p for m in (model.words, model.positions, model.types, model.norm) for p in m.parameters()],
                   "lr": rate * layer_decay ** depth})  # fmt: skip
    for i, layer in enumerate(model.layers):
        groups.append({"params": list(layer.parameters()), "lr": rate * layer_decay ** (depth - 1 - i)})
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    per_epoch = sum(math.ceil(len(task.train) / size) for task in tasks)
    total = epochs * per_epoch
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.06 * total), max(0.0, (total - step) / (0.94 * total)))
    )
    average, averaged = None, 0
    started = time.time()
    step = 0
    bar = tqdm(total=total, unit="step", mininterval=10)
    for epoch in range(epochs):
        model.train()
        work = []
        for task in tasks:
            rows = encode(tokenizer, [with_emoji(text, draw) for _, text in task.train])
            work += [(task, rows, batch) for batch in batches([len(r) for r in rows], size, draw)]
        draw.shuffle(work)
        running = 0.0
        for task, rows, batch in work:
            ids, mask = padded([rows[i] for i in batch])
            labels = torch.tensor([task.train[i][0] for i in batch])
            with torch.autocast("cpu", torch.bfloat16):
                pooled = model.pooled(ids, mask)
            pooled = functional.dropout(pooled.float(), model.dropout, True)
            found = model.heads[task.name](pooled)
            loss = functional.cross_entropy(found, labels, task.weights)
            if task.answers:
                loss = (1 - distil) * loss
            for name, answers in task.answers.items():
                wanted = (answers[batch] / heat).log_softmax(1)
                given = (model.heads[name](pooled) / heat).log_softmax(1)
                far = functional.kl_div(given, wanted, reduction="batchmean", log_target=True)
                loss = loss + (distil if name == task.name else others) * heat * heat * far
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad(set_to_none=True)
            running += loss.item()
            step += 1
            bar.update()
            if step >= average_from * total and step % 50 == 0:
                averaged += 1
                now = model.state_dict()
                if average is None:
                    average = {name: value.clone() for name, value in now.items()}
                else:
                    for name, value in now.items():
                        average[name] += (value - average[name]) / averaged
        log(f"epoch {epoch + 1}: loss {running / len(work):.4f}, {time.time() - started:.0f} s, "
            f"{shown(evaluate(model, tokenizer, tasks))}")  # fmt: skip
    bar.close()
    best = copy.deepcopy(model)
    if average is not None:
        best.load_state_dict(average)
        log(f"average of {averaged}: {shown(evaluate(best, tokenizer, tasks))}")
    return best
