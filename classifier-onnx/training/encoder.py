"""The encoder: BERT as published in ONNX form on Maven Central, made trainable, with one head per task."""

import json
import unicodedata
from pathlib import Path

import numpy
import onnx
import torch
from tokenizers import AddedToken, Tokenizer
from torch import nn
from torch.nn import functional

EPSILON = 1e-12  # of BERT's layer normalisation


def emoji():
    """Every single-character emoji with its Unicode name, by which its embedding begins."""
    blocks = [(0x231A, 0x231B), (0x23E9, 0x23F3), (0x2600, 0x27BF), (0x2B1B, 0x2B1C), (0x2B50, 0x2B55), (0x2934, 0x2935),
              (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F7E0, 0x1F7EB), (0x1F90C, 0x1F9FF), (0x1FA70, 0x1FAFF)]  # fmt: skip
    for first, last in blocks:
        for code in range(first, last + 1):
            name = unicodedata.name(chr(code), "")
            if name and unicodedata.category(chr(code)) in ("So", "Sk"):
                yield chr(code), name.lower().replace("emoji modifier fitzpatrick", "skin tone").replace("-", " ")


def tokenizer(file, with_emoji=True):
    """The backbone's tokenizer, and the names' pieces of each emoji that it did not know."""
    made = Tokenizer.from_file(str(file))
    made.no_padding()
    made.no_truncation()
    pieces = {}
    if with_emoji:
        unknown = made.token_to_id("[UNK]")
        for character, name in emoji():
            if unknown in made.encode(character, add_special_tokens=False).ids:
                pieces[character] = [i for i in made.encode(name, add_special_tokens=False).ids if i != unknown]
        made.add_tokens([AddedToken(c, normalized=False) for c in pieces])
    return made, pieces


def dropped(x, share, training):
    """Dropout of whole features of a row, the same ones at each of its places: one small draw instead of a large one."""
    if not training or share == 0:
        return x
    kept = torch.rand(x.shape[0], 1, x.shape[2]) >= share
    return x * (kept.to(x.dtype) / (1 - share))


class Layer(nn.Module):
    def __init__(self, size, heads, inner):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.out = nn.Linear(size, size)
        self.norm1 = nn.LayerNorm(size, EPSILON)
        self.up = nn.Linear(size, inner)
        self.down = nn.Linear(inner, size)
        self.norm2 = nn.LayerNorm(size, EPSILON)

    def forward(self, x, mask, dropout):
        rows, length, size = x.shape
        q, k, v = self.qkv(x).view(rows, length, 3, self.heads, size // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-1, -2)) / (size // self.heads) ** 0.5 + mask
        read = scores.softmax(-1) @ v
        read = self.out(read.transpose(1, 2).reshape(rows, length, size))
        x = self.norm1(x + dropped(read, dropout, self.training))
        inner = self.down(functional.gelu(self.up(x)))
        return self.norm2(x + dropped(inner, dropout, self.training))


class Encoder(nn.Module):
    """BERT, mean pooling over the mask, and a linear head per task."""

    def __init__(self, tokens, tasks, layers, size=384, inner=1536, heads=12, positions=512, dropout=0.1):
        super().__init__()
        self.dropout = dropout
        self.words = nn.Embedding(tokens, size)
        self.positions = nn.Embedding(positions, size)
        self.types = nn.Embedding(2, size)
        self.norm = nn.LayerNorm(size, EPSILON)
        self.layers = nn.ModuleList(Layer(size, heads, inner) for _ in range(layers))
        self.heads = nn.ModuleDict({task: nn.Linear(size, labels) for task, labels in tasks.items()})
        for head in self.heads.values():
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def states(self, ids, attention):
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.words(ids) + self.positions(places) + self.types.weight[0])
        x = dropped(x, self.dropout, self.training)
        mask = (1.0 - attention[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, mask, self.dropout)
        return x

    def pooled(self, ids, attention):
        weights = attention[:, :, None].float()
        return (self.states(ids, attention).float() * weights).sum(1) / weights.sum(1)

    def forward(self, ids, attention, task):
        pooled = functional.dropout(self.pooled(ids, attention), self.dropout, self.training)
        return self.heads[task](pooled)


def load(model_file, pieces, tasks, dropout=0.1):
    """The published backbone with fresh heads; its dense matrices are anonymous, found by the bias they are added to."""
    graph = onnx.load(str(model_file)).graph
    weights = {i.name: torch.from_numpy(onnx.numpy_helper.to_array(i).copy()) for i in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    for node in graph.node:
        if node.op_type == "Add":
            bias = next((n for n in node.input if n.endswith(".bias") and "LayerNorm" not in n), None)
            product = next((made_by[n] for n in node.input if n in made_by and made_by[n].op_type == "MatMul"), None)
            if bias and product is not None:
                weights[bias.replace(".bias", ".weight")] = weights[product.input[1]].T
    layers = 1 + max(int(n.split(".")[2]) for n in weights if n.startswith("encoder.layer."))
    words = weights["embeddings.word_embeddings.weight"]
    model = Encoder(len(words) + len(pieces), tasks, layers, size=words.shape[1], dropout=dropout)
    fresh = [words[ids].mean(0) if ids else words.mean(0) for ids in pieces.values()]
    state = {
        "words.weight": torch.cat([words, torch.stack(fresh)]) if fresh else words,
        "positions.weight": weights["embeddings.position_embeddings.weight"],
        "types.weight": weights["embeddings.token_type_embeddings.weight"],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    for i in range(layers):
        theirs = f"encoder.layer.{i}."
        for part in ("weight", "bias"):
            state[f"layers.{i}.qkv.{part}"] = torch.cat(
                [weights[f"{theirs}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            )
            for ours, name in {
                "out": "attention.output.dense",
                "norm1": "attention.output.LayerNorm",
                "up": "intermediate.dense",
                "down": "output.dense",
                "norm2": "output.LayerNorm",
            }.items():
                state[f"layers.{i}.{ours}.{part}"] = weights[f"{theirs}{name}.{part}"]
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and all(name.startswith("heads.") for name in missing), (missing, unexpected)
    return model
