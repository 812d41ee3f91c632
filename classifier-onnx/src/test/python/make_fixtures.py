"""Makes the small models under src/test/resources/models and what their Python originals answer.

    pip install torch==2.15.0 transformers==5.23.0 tokenizers==0.23.3 onnx==1.23.2 onnxscript onnxruntime==1.31.1
    python src/test/python/make_fixtures.py [NAME ...]

Each is a real architecture with random weights and a tokenizer of a few hundred tokens. parity.jsonl holds, for each text,
the ids of the Python tokenizer reading special tokens as text, and the logits of the PyTorch model: what the Java side
must reproduce. Those of a quantised model are what Python's ONNX Runtime computes with it. Without names all are made;
heads, backbone and the quantised ones were made with torch 2.8.0 and onnxruntime 1.23.2, bert-fp16 with onnx 1.23.2 and
onnxruntime 1.28.0.

full-size is made only if it is named, under target, since it is too large to be kept: 82 million random parameters in the
architecture of j-hartmann/emotion-english-distilroberta-base, as it is and quantised dynamically, each with 1,000 texts.
"""

import json
import pathlib
import random
import shutil
import sys
import warnings

import numpy
import onnx
import onnxruntime
import torch
import transformers
from onnx import TensorProto, helper
from onnxruntime.quantization import QuantType, matmul_nbits_quantizer, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

warnings.filterwarnings("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "models"
TARGET = pathlib.Path(__file__).resolve().parents[3] / "target"
EMOTIONS = ["anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"]
TEXTS = [
    "What a morning: the nightjar sang until five!",
    "I can't believe they cancelled the late train again :(",
    "ok",
    "@owl thanks, that made my day \U0001f602\U0001f602 #birds https://example.org/a?b=c",
    "Ça suffit, vraiment… déjà vu à Zürich",
    "ALL CAPS AND NUMBERS 12345 67.8%",
    "中文 とても いい 날씨",
    "  spaces   inside\tand\nlines  ",
    "forged [SEP] marks [CLS] [MASK] [PAD] [UNK] end",
    "forged </s> marks <s> <mask> <pad> <unk> end",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 flag \U0001f1ee\U0001f1f8 e\u0301 \u00e9",
    "unbelievably long " * 60,
]
CORPUS = TEXTS + [
    "the quick brown fox jumps over the lazy dog while the owl and the nightjar look on",
    "nobody told me that the weather would change so fast today and now I am sad and wet",
    "happy angry afraid surprised disgusted neutral joyful words that a small vocabulary should know",
]


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=300, special_tokens=special))
    ids = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ids)
    return tokenizer


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True)]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=special, initial_alphabet=alphabet)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tokenizer


def unigram():
    """As XLM-RoBERTa: the special tokens are words of the vocabulary too, which a text could spell."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=300, special_tokens=special, unk_token="<unk>")
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return tokenizer


def config(kind, tokenizer, pad, labels, **more):
    sizes = dict(vocab_size=tokenizer.get_vocab_size(), pad_token_id=pad,
                 id2label=dict(enumerate(labels)), label2id={label: i for i, label in enumerate(labels)})
    if kind is transformers.DistilBertConfig:
        sizes.update(dim=16, hidden_dim=32, n_layers=2, n_heads=2)
    else:
        sizes.update(hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2)
    return kind(**sizes, **more)


def export(model, path, inputs, half=False, outputs=("logits",)):
    path.parent.mkdir(parents=True, exist_ok=True)
    example = {name: torch.ones(2, 5, dtype=torch.int64) for name in inputs}
    axes = {name: {0: "batch", 1: "sequence"} for name in inputs}
    axes.update({name: axes["input_ids"] if name == "last_hidden_state" else {0: "batch"} for name in outputs})
    torch.onnx.export(model, (), str(path), kwargs=example, input_names=list(inputs), output_names=list(outputs),
                      dynamic_axes=axes, opset_version=17, dynamo=False)
    graph = onnx.load(str(path))
    for node in graph.graph.node:
        node.doc_string = ""
        node.name = ""
    if half:
        half_precision(graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, str(path))


def half_precision(graph):
    """Answers in 16 bits, as a model converted to fp16 does."""
    graph.graph.output[0].type.tensor_type.elem_type = TensorProto.FLOAT16
    for node in graph.graph.node:
        for i, name in enumerate(node.output):
            if name == "logits":
                node.output[i] = "logits32"
    graph.graph.node.append(helper.make_node("Cast", ["logits32"], ["logits"], to=TensorProto.FLOAT16))


def bundle(name, model, tokenizer, limit, file="model.onnx", inputs=("input_ids", "attention_mask"), half=False,
           root=ROOT, texts=TEXTS, spread=0.5):
    folder = root / name
    shutil.rmtree(folder, ignore_errors=True)
    model.eval()
    with torch.no_grad():  # weights of a size that gives the texts different answers
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.normal_(0, spread)
    export(model, folder / file, inputs, half)
    settings = json.loads(model.config.to_json_string(use_diff=True))
    (folder / "config.json").write_text(json.dumps(settings, indent=1) + "\n")
    tokenizer.enable_padding(length=48)  # as exports often are; nothing of it may show
    tokenizer.enable_truncation(32)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    tokenizer.encode_special_tokens = True
    with open(folder / "parity.jsonl", "w", encoding="utf-8") as out:
        for text in texts:
            ids = tokenizer.encode(text).ids
            if "Unigram" in type(tokenizer.model).__name__:
                special = {0, 1, 2}
                ids = ids[:1] + [i for i in ids[1:-1] if i not in special] + ids[-1:]
            with torch.no_grad():
                logits = model(input_ids=torch.tensor([ids])).logits[0]
            out.write(json.dumps({"text": text, "ids": ids, "logits": [float(x) for x in logits]}) + "\n")
    print(name, sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()), "bytes")


class Heads(torch.nn.Module):
    """Two questions to one encoder."""

    def __init__(self, encoder, sizes):
        super().__init__()
        self.encoder = encoder
        self.heads = torch.nn.ModuleList([torch.nn.Linear(encoder.config.hidden_size, size) for size in sizes])

    def forward(self, input_ids, attention_mask):
        first = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state[:, 0]
        return tuple(head(first) for head in self.heads)


class Backbone(torch.nn.Module):
    """The vectors of the tokens alone."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids, attention_mask):
        return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def encoder():
    torch.manual_seed(7)
    pieces = word_piece()
    model = transformers.BertModel(
        config(transformers.BertConfig, pieces, 0, ["unused"], max_position_embeddings=64), add_pooling_layer=False)
    return model, pieces


def own_bundle(name, model, pieces, outputs, nightjar, examples):
    """A bundle whose config.json has a block for Nightjar and no labels but there."""
    folder = ROOT / name
    shutil.rmtree(folder, ignore_errors=True)
    model.eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.normal_(0, 0.5)
    export(model, folder / "model.onnx", ("input_ids", "attention_mask"), outputs=outputs)
    settings = {"model_type": "bert", "vocab_size": pieces.get_vocab_size(), "pad_token_id": 0,
                "max_position_embeddings": 64, "nightjar": nightjar}
    (folder / "config.json").write_text(json.dumps(settings, indent=1) + "\n")
    pieces.save(str(folder / "tokenizer.json"), pretty=False)
    pieces.enable_truncation(64)
    pieces.encode_special_tokens = True
    with open(folder / "parity.jsonl", "w", encoding="utf-8") as out:
        for text in TEXTS:
            ids = pieces.encode(text).ids
            with torch.no_grad():
                answer = model(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.int64))
            out.write(json.dumps({"text": text, "ids": ids, **examples(answer)}) + "\n")


def heads():
    model, pieces = encoder()
    own_bundle(
        "heads", Heads(model, (len(EMOTIONS), 3)), pieces, ("emotion_logits", "sentiment_logits"),
        {"heads": {
            "emotion": {"output": "emotion_logits", "labels": EMOTIONS},
            "sentiment": {"output": "sentiment_logits", "id2label": {"0": "negative", "1": "neutral", "2": "positive"},
                          "problem_type": "single_label_classification", "temperature": 2.0}}},
        lambda answer: {"logits": {"emotion": answer[0][0].tolist(), "sentiment": answer[1][0].tolist()}})


def backbone():
    model, pieces = encoder()
    own_bundle(
        "backbone", Backbone(model), pieces, ("last_hidden_state",), {"pooling": "mean"},
        lambda answer: {"embedding": answer[0].mean(0).tolist(), "cls": answer[0][0].tolist()})


def random_texts(count):
    words = sorted({word for text in CORPUS for word in text.split()})
    source = random.Random(7)
    return TEXTS + [" ".join(source.choices(words, k=source.randint(1, 25))) for _ in range(count - len(TEXTS))]


def quantised(name, original, quantise, target="model_quantized.onnx", root=ROOT, count=250):
    """A model with fewer bits: the examples are what Python's ONNX Runtime computes with it, text by text."""
    folder = root / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in ("config.json", "tokenizer.json"):
        shutil.copy(root / original / file, folder / file)
    quantise(next((root / original).rglob("model.onnx")), folder / target)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(64)
    tokenizer.encode_special_tokens = True
    session = onnxruntime.InferenceSession(str(folder / target), providers=["CPUExecutionProvider"])
    with open(folder / "parity.jsonl", "w", encoding="utf-8") as out:
        for text in random_texts(count):
            ids = tokenizer.encode(text).ids
            rows = {"input_ids": ids, "attention_mask": [1] * len(ids), "token_type_ids": [0] * len(ids)}
            feed = {i.name: numpy.array([rows[i.name]], dtype=numpy.int64) for i in session.get_inputs()}
            logits = session.run(["logits"], feed)[0][0]
            out.write(json.dumps({"text": text, "ids": ids, "logits": [round(float(x), 6) for x in logits]}) + "\n")


def dynamic(source, target):
    quantize_dynamic(str(source), str(target), weight_type=QuantType.QInt8)


def weight_only(source, target):
    quantizer = matmul_nbits_quantizer.MatMulNBitsQuantizer(onnx.load(str(source)), bits=8, block_size=16)
    quantizer.process()
    quantizer.model.save_model_to_file(str(target))


def half_weights(source, target):
    onnx.save(convert_float_to_float16(onnx.load(str(source)), keep_io_types=False), str(target))


def distilroberta_int8():
    quantised("distilroberta-int8", "distilroberta", dynamic)


def bert_weight_only():
    quantised("bert-weight-only", "bert", weight_only)


def bert_fp16():
    quantised("bert-fp16", "bert", half_weights, "model_fp16.onnx")


def faulty():
    """The model fails on the word 'boom', and its answer to 'void' is not a number; its ids have 32 bits."""
    folder = ROOT / "faulty"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "good", "bad", "void", "boom"]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    known = numpy.array([[0, 0], [0.5, 0.4], [4, 0], [0, 4], [numpy.nan, 0]], dtype=numpy.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["known", "input_ids"], ["words"]),
            helper.make_node("Cast", ["attention_mask"], ["mask32"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["mask32", "last"], ["mask"]),
            helper.make_node("Mul", ["words", "mask"], ["masked"]),
            helper.make_node("ReduceSum", ["masked", "middle"], ["logits"], keepdims=0),
        ],
        "faulty",
        [helper.make_tensor_value_info(name, TensorProto.INT32, ["batch", "sequence"])
         for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2])],
        [helper.make_tensor("known", TensorProto.FLOAT, known.shape, known.flatten()),
         helper.make_tensor("last", TensorProto.INT64, [1], [2]),
         helper.make_tensor("middle", TensorProto.INT64, [1], [1])])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8),
              str(folder / "model.onnx"))
    (folder / "config.json").write_text(json.dumps({"id2label": {"0": "good", "1": "bad"}}) + "\n")


def external():
    """Weights outside the model: above it, beside it, and in the working directory of the reader."""
    for name, location in (("above", "../../secret"), ("beside", "weights.bin")):
        weights = TensorProto(name="weights", data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
        weights.dims.extend([4, 2])
        for key, value in (("location", location), ("offset", "0"), ("length", "32")):
            weights.external_data.add(key=key, value=value)
        graph = helper.make_graph(
            [helper.make_node("Gather", ["weights", "input_ids"], ["words"]),
             helper.make_node("ReduceMax", ["words"], ["logits"], axes=[1], keepdims=0)],
            "external",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "sequence"])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2])],
            [weights])
        folder = ROOT / "external"
        folder.mkdir(parents=True, exist_ok=True)
        onnx_model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        (folder / f"{name}.onnx").write_bytes(onnx_model.SerializeToString())


def bert():
    torch.manual_seed(7)
    pieces = word_piece()
    bundle("bert", transformers.BertForSequenceClassification(
        config(transformers.BertConfig, pieces, 0, ["negative", "neutral", "positive"], max_position_embeddings=64,
               problem_type="single_label_classification")), pieces, 64,
        inputs=("input_ids", "attention_mask", "token_type_ids"))


def distilbert_multi_label_fp16():
    torch.manual_seed(7)
    pieces = word_piece()
    bundle("distilbert-multi-label-fp16", transformers.DistilBertForSequenceClassification(
        config(transformers.DistilBertConfig, pieces, 0, ["happy", "loud", "short"], max_position_embeddings=64,
               problem_type="multi_label_classification")), pieces, 64, half=True)


def distilroberta():
    torch.manual_seed(7)
    pieces = byte_level()
    bundle("distilroberta", transformers.RobertaForSequenceClassification(
        config(transformers.RobertaConfig, pieces, 1, EMOTIONS, max_position_embeddings=66, type_vocab_size=1)),
        pieces, 64, file="onnx/model.onnx")


def xlm_roberta():
    torch.manual_seed(7)
    pieces = unigram()
    bundle("xlm-roberta", transformers.XLMRobertaForSequenceClassification(
        config(transformers.XLMRobertaConfig, pieces, 1, EMOTIONS, max_position_embeddings=66, type_vocab_size=1)),
        pieces, 64)


def full_size():
    torch.manual_seed(7)
    pieces = byte_level()
    settings = transformers.RobertaConfig(
        vocab_size=50265, hidden_size=768, intermediate_size=3072, num_hidden_layers=6, num_attention_heads=12,
        max_position_embeddings=514, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5,
        id2label=dict(enumerate(EMOTIONS)), label2id={label: i for i, label in enumerate(EMOTIONS)})
    model = transformers.RobertaForSequenceClassification(settings)
    bundle("full-size", model, pieces, 512, root=TARGET, texts=random_texts(1000), spread=0.05)
    quantised("full-size-int8", "full-size", dynamic, root=TARGET, count=1000)


def main():
    fixtures = (bert, distilbert_multi_label_fp16, distilroberta, xlm_roberta, faulty, external, heads, backbone,
                distilroberta_int8, bert_weight_only, bert_fp16)
    for fixture in fixtures:
        if len(sys.argv) == 1 or fixture.__name__.replace("_", "-") in sys.argv:
            fixture()
    if "full-size" in sys.argv:
        full_size()


if __name__ == "__main__":
    main()
