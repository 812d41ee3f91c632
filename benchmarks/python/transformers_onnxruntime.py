"""Measures Python's transformers and onnxruntime on the texts and the model of a run, and writes results as JMH does.

    pip install transformers onnxruntime
    java -jar benchmarks/target/benchmarks.jar texts > texts.txt
    python benchmarks/python/transformers_onnxruntime.py MODEL_DIRECTORY texts.txt python.json
    java -jar benchmarks/target/benchmarks.jar report nightjar-benchmarks.json python.json

MODEL_DIRECTORY has config.json, tokenizer.json and model.onnx, as classifier-onnx/models/emotion does; the fourth argument is the
name that the run gave the model (emotion unless given). Texts are sorted by length, padded to the longest of 32, on one thread: the best that a
careful user writes by hand.
"""

import json
import sys
import time

import numpy as np
import onnxruntime
from transformers import PreTrainedTokenizerFast

BATCH = 32
ROUNDS = 5


def main():
    directory, texts_file, output = sys.argv[1:4]
    model = sys.argv[4] if len(sys.argv) > 4 else "emotion"
    with open(texts_file, encoding="utf-8") as lines:
        texts = [line.rstrip("\n") for line in lines]
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=directory + "/tokenizer.json", pad_token="[PAD]")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(directory + "/model.onnx", options, providers=["CPUExecutionProvider"])
    names = [node.name for node in session.get_inputs()]

    def classify():
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        scores = [None] * len(texts)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            encoded = tokenizer([texts[i] for i in chosen], padding=True, truncation=True, max_length=128, return_tensors="np")
            logits = session.run(None, {name: encoded[name].astype(np.int64) for name in names})[0]
            exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
            for i, row in zip(chosen, exponents / exponents.sum(axis=1, keepdims=True)):
                scores[i] = row
        return scores

    classify()
    wall, processor = [], []
    for _ in range(ROUNDS):
        begin, begin_processor = time.perf_counter(), time.process_time()
        classify()
        wall.append([len(texts) / (time.perf_counter() - begin)])
        processor.append([len(texts) / (time.process_time() - begin_processor)])
    result = {
        "benchmark": "python.onnxruntime",
        "mode": "thrpt",
        "params": {"model": model, "threads": "1", "lengths": "tweets", "duplicates": "0", "texts": ""},
        "primaryMetric": {"score": float(np.mean(wall)), "scoreUnit": "ops/s", "rawData": wall},
        "secondaryMetrics": {"cpu": {"score": float(np.mean(processor)), "scoreUnit": "ops/cpu-s", "rawData": processor}},
    }
    with open(output, "w", encoding="utf-8") as out:
        json.dump([result], out, indent=1)
    print(f"{result['primaryMetric']['score']:.1f} texts a second, {np.mean(processor):.1f} a processor second")


if __name__ == "__main__":
    main()
