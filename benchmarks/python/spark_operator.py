"""Measures classify() in Spark beside a function that is asked row by row, mapInPandas with Python's onnxruntime, and Java without Spark.

    pip install pyspark==4.2.0 pandas pyarrow onnxruntime tokenizers
    ./mvnw install -DskipTests
    python benchmarks/python/spark_operator.py classifier-onnx/models/emotion

MODEL_DIRECTORY has config.json, tokenizer.json and model.onnx; all read these files. The second argument is how many made-up texts there
are (2,000 unless given), the third how many rounds (5). Spark has one core, so that all have the same. Processor time is that of the JVM
and of Python's workers, planning and garbage collection included. Ratios are taken round by round; the first round warms up and is left
out. In mapInPandas texts are sorted by length within Arrow's batches, padded to the longest of 32, on one thread, and each worker reads the model
once: the best that a careful user writes by hand.
"""

import json
import os
import statistics
import sys
import time

import numpy as np
import pandas as pd
from pyspark.sql import SparkSession

PADDED = 32
CALL = 64
PACKAGES = "dev.nightjar:nightjar-classifier-onnx:0.1.0-SNAPSHOT,dev.nightjar:nightjar-source-replay:0.1.0-SNAPSHOT"
SETTINGS = "spark.nightjar.classifiers.emotion."

loaded = []


def in_pandas(directory, labels):
    def load():
        import onnxruntime
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(directory + "/tokenizer.json")
        tokenizer.enable_truncation(128)
        tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(directory + "/model.onnx", options, providers=["CPUExecutionProvider"])
        loaded.append((tokenizer, session, [node.name for node in session.get_inputs()]))

    def classify(frames):
        if not loaded:
            load()
        tokenizer, session, names = loaded[0]
        for frame in frames:
            texts = frame["text"].tolist()
            order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
            best = [None] * len(texts)
            for start in range(0, len(order), PADDED):
                chosen = order[start : start + PADDED]
                encoded = tokenizer.encode_batch([texts[i] for i in chosen])
                inputs = {
                    "input_ids": np.array([text.ids for text in encoded], dtype=np.int64),
                    "attention_mask": np.array([text.attention_mask for text in encoded], dtype=np.int64),
                    "token_type_ids": np.array([text.type_ids for text in encoded], dtype=np.int64),
                }
                logits = session.run(None, {name: inputs[name] for name in names})[0]
                for i, label in zip(chosen, logits.argmax(axis=1)):
                    best[i] = labels[label]
            yield pd.DataFrame({"text": texts, "label": best})

    return classify


def processor_seconds(root):
    """What a process and those that it started have used."""
    parents, used = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(pid)] = int(fields[1])
        used[int(pid)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def below(pid):
        return pid == root or (pid in parents and below(parents[pid]))

    return sum(seconds for pid, seconds in used.items() if below(pid))


def main():
    directory = os.path.abspath(sys.argv[1])
    texts = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with open(directory + "/config.json", encoding="utf-8") as config:
        labels = {int(i): label for i, label in json.load(config)["id2label"].items()}
    builder = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.extensions", "dev.nightjar.spark.NightjarExtensions")
        .config(SETTINGS + "type", "dev.nightjar.classifier.onnx.OnnxClassifierConfig")
        .config(SETTINGS + "model", directory)
    )
    if "PYSPARK_SUBMIT_ARGS" not in os.environ:
        builder = builder.config("spark.jars.packages", PACKAGES)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    jvm = spark._jvm
    made_up = spark.read.format("nightjar-replay").option("seed", "42").option("count", str(texts)).load()
    made_up.select("text").where("length(trim(text)) > 0").coalesce(1).cache().createOrReplaceTempView("tweets")
    tweets = spark.table("tweets")
    rows = [row.text for row in tweets.collect()]
    java = jvm.java.util.ArrayList()
    for text in rows:
        java.add(text)
    emotion = jvm.dev.nightjar.classifier.onnx.OnnxClassifierConfig.fromMap({"model": directory}).open()

    def without_spark():
        for start in range(0, len(rows), CALL):
            emotion.classifyAll(java.subList(start, min(start + CALL, len(rows))))

    def written(frame):
        return lambda: frame.write.format("noop").mode("overwrite").save()

    operator = spark.sql("SELECT text, classify('emotion', text).label AS label FROM tweets")
    by_row = spark.sql("SELECT text, CASE WHEN length(text) > 0 THEN classify('emotion', text) END.label AS label FROM tweets")
    pandas = tweets.mapInPandas(in_pandas(directory, labels), "text string, label string")
    runs = {
        "the operator of classify()": written(operator),
        "the same, row by row": written(by_row),
        "mapInPandas, onnxruntime": written(pandas),
        "Java without Spark": without_spark,
    }

    answers = [dict((row.text, row.label) for row in frame.collect()) for frame in (operator, by_row, pandas)]
    alike = [sum(answers[0][text] in (None, other[text]) for text in answers[0]) / len(answers[0]) for other in answers[1:]]
    print(f"{len(rows)} texts; the operator's labels are those of the row-by-row function for {alike[0]:.1%}, of pandas for {alike[1]:.1%}")

    root = jvm.java.lang.ProcessHandle.current().pid()
    used = {name: [] for name in runs}
    clock = {name: [] for name in runs}
    for turn in range(rounds + 1):
        for name, run in runs.items():
            began, began_processor = time.perf_counter(), processor_seconds(root)
            run()
            if turn > 0:
                clock[name].append(time.perf_counter() - began)
                used[name].append(processor_seconds(root) - began_processor)
    first = next(iter(runs))
    print("| | texts per second of processor time | the operator / this | lowest to highest | by the clock |\n|---|---|---|---|---|")
    for name in runs:
        ratios = [other / own for other, own in zip(used[name], used[first])]
        by_clock = statistics.median(other / own for other, own in zip(clock[name], clock[first]))
        print(
            f"| {name} | {len(rows) / statistics.median(used[name]):,.0f} | {statistics.median(ratios):.2f} "
            f"| {min(ratios):.2f} to {max(ratios):.2f} | {by_clock:.2f} |"
        )


if __name__ == "__main__":
    main()
