"""Makes the models of one operation or two under src/test/resources/models/small, and what Python answers with them.

    pip install onnx==1.23.2 onnxruntime==1.32.0 tokenizers==0.23.3
    python src/test/python/make_small_models.py

They share a config.json and a tokenizer.json. Each is one way in which a model may depend on what stands beside a text in
its batch, or give other numbers than logits. answers.jsonl holds what Python's ONNX Runtime computes for each text alone.
"""

import json
import pathlib
import random
import shutil

import numpy
import onnx
import onnx.parser
import onnxruntime
from tokenizers import Tokenizer, models, pre_tokenizers, processors

ROOT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "models" / "small"
LABELS = ["anger", "joy", "neutral"]
WORDS = ("[PAD] [UNK] [CLS] [SEP] good bad owl train late happy sad not very the a is was today again love hate this").split()
MASKED = "int64[batch,sequence] input_ids, int64[batch,sequence] attention_mask"
MEAN = """
    words = Gather(table, input_ids)
    kept = Cast<to=1>(attention_mask)
    mask = Unsqueeze(kept, last)
    told = Mul(words, mask)
    total = ReduceSum<keepdims=0>(told, middle)
    count = ReduceSum<keepdims=1>(kept, middle)
    mean = Div(total, count)
"""
GRAPHS = {
    # These change with what stands beside a text.
    "no-mask": ("int64[batch,sequence] input_ids", "words = Gather(table, input_ids)  logits = ReduceMean<axes=[1], keepdims=0>(words)"),
    "first-max": (MASKED, "words = Gather(table, input_ids)  kept = Cast<to=1>(attention_mask)  mask = Unsqueeze(kept, last)"
                          "  told = Mul(words, mask)  logits = ReduceMax<axes=[1], keepdims=0>(told)"),
    "last-word": (MASKED, "words = Gather(table, input_ids)  word = Gather<axis=1>(words, second_last)  logits = Squeeze(word, middle)"),
    "positions": (MASKED + ", int64[batch,sequence] position_ids",
                  "words = Gather(table, input_ids)  places = Gather(table, position_ids)  sum = Add(words, places)"
                  "  word = Gather<axis=1>(sum, second_last)  logits = Squeeze(word, middle)"),
    "beside": (MASKED, MEAN + "all = ReduceMean<axes=[0], keepdims=1>(mean)  logits = Sub(mean, all)  "),
    "random": (MASKED, MEAN + "noise = RandomNormalLike(mean)  logits = Add(mean, noise)"),
    # These do not, but give other numbers.
    "mean": (MASKED, MEAN + "logits = Identity(mean)"),
    "softmax": (MASKED, MEAN + "logits = Softmax<axis=-1>(mean)"),
    "log-softmax": (MASKED, MEAN + "logits = LogSoftmax<axis=-1>(mean)"),
    "sigmoid": (MASKED, MEAN + "logits = Sigmoid(mean)"),
    "one": (MASKED, MEAN + "logits = Gather<axis=1>(mean, first)"),
    "one-sigmoid": (MASKED, MEAN + "number = Gather<axis=1>(mean, first)  logits = Sigmoid(number)"),
    "one-flat": (MASKED, MEAN + "number = Gather<axis=1>(mean, first)  logits = Squeeze(number, middle)"),
    "one-softmax": (MASKED, MEAN + "number = Gather<axis=1>(mean, first)  logits = Softmax<axis=-1>(number)"),
}  # fmt: skip


def shape(name):
    return "batch" if name == "one-flat" else "batch,1" if name.startswith("one") else "batch,3"


def graph(name):
    inputs, body = GRAPHS[name]
    source = random.Random(7)
    table = [round(source.uniform(-3, 3), 2) for _ in range(3 * len(WORDS))]
    text = f"""<ir_version: 8, opset_import: ["" : 17]>
        small ({inputs}) => (float[{shape(name)}] logits)
        <float[{len(WORDS)},3] table = {{{", ".join(map(str, table))}}}, int64[1] middle = {{1}}, int64[1] last = {{2}},
         int64[1] second_last = {{-2}}, int64[1] first = {{0}}> {{ {body} }}"""
    model = onnx.parser.parse_model(text)
    used = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    onnx.checker.check_model(model)
    return model


def words():
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(WORDS[:4])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def main():
    shutil.rmtree(ROOT, ignore_errors=True)
    ROOT.mkdir(parents=True)
    tokenizer = words()
    tokenizer.save(str(ROOT / "tokenizer.json"), pretty=False)
    config = {"model_type": "bert", "vocab_size": len(WORDS), "pad_token_id": 0, "id2label": dict(enumerate(LABELS))}
    (ROOT / "config.json").write_text(json.dumps(config) + "\n")
    source = random.Random(11)
    texts = [" ".join(source.choices(WORDS[4:], k=1 + i * 5 % 17)) for i in range(24)]
    with open(ROOT / "answers.jsonl", "w") as out:
        out.write(json.dumps({"texts": texts}) + "\n")
        for name in GRAPHS:
            onnx.save(graph(name), str(ROOT / f"{name}.onnx"))
            if name == "random":
                continue
            session = onnxruntime.InferenceSession(str(ROOT / f"{name}.onnx"))
            numbers = []
            for text in texts:
                ids = tokenizer.encode(text).ids
                rows = {"input_ids": ids, "attention_mask": [1] * len(ids), "position_ids": range(len(ids))}
                feed = {i.name: numpy.array([rows[i.name]], dtype=numpy.int64) for i in session.get_inputs()}
                numbers.append([round(float(x), 6) for x in session.run(None, feed)[0].reshape(-1)])
            out.write(json.dumps({name: numbers}) + "\n")
    external = graph("mean")
    for tensor in external.graph.initializer:
        tensor.raw_data = onnx.numpy_helper.to_array(tensor).tobytes()
        tensor.ClearField("float_data")
        tensor.ClearField("int64_data")
    onnx.save(external, str(ROOT / "external.onnx"), save_as_external_data=True, location="external.onnx_data",
              size_threshold=100)
    (ROOT / "external.onnx_data").chmod(0o644)


if __name__ == "__main__":
    main()
