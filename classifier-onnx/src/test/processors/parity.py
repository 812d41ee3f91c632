"""Computes the examples of every model of this module with ONNX Runtime, on whatever processor this runs on."""

import json
import sys
from pathlib import Path

import numpy
import onnxruntime

MODULE = Path(__file__).resolve().parents[3]


def session(file):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def pooled(vectors, how):
    return vectors[:, 0] if how == "cls" else vectors.mean(1)


def compared(folder):
    """How many examples there are, how far the worst number is off as `verify` measures it, and how many best labels agree."""
    running = session(next(folder.rglob("*.onnx")))
    types = {i.name: numpy.int32 if "int32" in i.type else numpy.int64 for i in running.get_inputs()}
    outputs = [o.name for o in running.get_outputs()]
    extra = json.loads((folder / "config.json").read_text()).get("nightjar", {})
    worst, right, count = 0.0, 0, 0
    for line in (folder / "parity.jsonl").read_text(encoding="utf-8").splitlines():
        example = json.loads(line)
        ids = numpy.array([example["ids"]])
        given = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
        found = dict(zip(outputs, running.run(None, {name: given[name].astype(kind) for name, kind in types.items()})))
        if "embedding" in example:
            expected, actual = example["embedding"], pooled(found[outputs[0]], extra.get("pooling"))[0]
        elif isinstance(example["logits"], dict):
            heads = extra["heads"]
            expected = numpy.concatenate([example["logits"][head] for head in heads])
            actual = numpy.concatenate([found[heads[head]["output"]][0] for head in heads])
        else:
            expected, actual = example["logits"], found[outputs[0]][0]
        expected, actual = numpy.asarray(expected, float), numpy.asarray(actual, float)
        worst = max(worst, float((numpy.abs(expected - actual) / numpy.maximum(1, numpy.abs(expected))).max()))
        right += int(expected.argmax() == actual.argmax())
        count += 1
    return count, worst, right


def main():
    for folder in sorted(path.parent for root in ("models", "src/test/resources/models") for path in (MODULE / root).rglob("parity.jsonl")):
        count, worst, right = compared(folder)
        print(f"| {sys.argv[1]} | {folder.name} | {count} | {worst:.1e} | {100 * right / count:.1f} % |", flush=True)


if __name__ == "__main__":
    main()
