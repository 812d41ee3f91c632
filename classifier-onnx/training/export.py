"""Export to ONNX, and quantisation to 8 bits that does not make a text's answer depend on its batch."""

from pathlib import Path

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn


# The largest magnitude of a weight. A processor without VNNI adds pairs of products in 16 bits, and 2 * 255 * 127 does not
# fit: with 63 the product of matrices is the same on every processor. What else that takes, see spelt.py.
LARGEST = 63

# How many weights of a row have one scale where the table of words has 4 bits.
BLOCK = 32


class Exported(nn.Module):
    """What is exported: the encoder with some of its heads."""

    def __init__(self, model, tasks):
        super().__init__()
        self.model = model
        self.tasks = tasks

    def forward(self, input_ids, attention_mask):
        pooled = self.model.pooled(input_ids, attention_mask)
        return tuple(self.model.heads[task](pooled) for task in self.tasks)


def export(model, tasks, file):
    """Writes `file` in single precision; the output is `logits`, or `<task>_logits` each where there are several."""
    outputs = ["logits"] if len(tasks) == 1 else [f"{task}_logits" for task in tasks]
    ids = torch.ones(2, 7, dtype=torch.long)
    torch.onnx.export(
        Exported(model.eval(), tasks), (ids, ids), str(file), dynamo=False, opset_version=17, do_constant_folding=True,
        input_names=["input_ids", "attention_mask"], output_names=outputs,
        dynamic_axes={name: {0: "batch", 1: "sequence"} for name in ("input_ids", "attention_mask")}
        | {name: {0: "batch"} for name in outputs},
    )  # fmt: skip


def in_blocks(values):
    """A matrix in 4 bits, two columns a byte, and a scale per block: of several the one that comes nearest."""
    blocks = values.reshape(len(values), -1, BLOCK)
    largest = numpy.maximum(numpy.abs(blocks).max(2, keepdims=True), 1e-8)
    nearest = None
    for share in (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7):  # to cut the largest off pays where the rest is much smaller
        scales = (largest * share / 7).astype(numpy.float32)
        whole = numpy.clip(numpy.rint(blocks / scales), -8, 7)
        found = ((whole * scales - blocks) ** 2).sum(2, keepdims=True), scales, whole
        nearest = found if nearest is None else [numpy.where(found[0] < nearest[0], *pair) for pair in zip(found, nearest)]
    _, scales, whole = nearest
    bits = (whole + 8).astype(numpy.uint8).reshape(values.shape)
    return bits[:, 0::2] | (bits[:, 1::2] << 4), scales[:, :, 0]


class Quantiser:
    """
    Weights as 8-bit integers, a scale per output column; activations rounded to 8 bits, a scale per token.

    Dynamic quantisation as usual gives all activations of a call one scale, so that what else is in the batch changes
    a text's answer. Here each token has its own: its largest magnitude is divided out before the rounding, which then has
    a fixed scale, and multiplied back after the integer product.
    """

    def __init__(self, source, table_bits=8):
        self.table_bits = table_bits
        self.model = onnx.load(str(source))
        self.graph = self.model.graph
        self.tables = {i.name: i for i in self.graph.initializer}
        self.nodes = []
        self.add("nightjar.least", numpy.float32(1e-8))
        self.add("nightjar.least2", numpy.float64(1e-8))
        self.add("nightjar.step", numpy.float32(1 / 127))
        self.add("nightjar.middle", numpy.uint8(128))

    def add(self, name, values):
        self.graph.initializer.append(numpy_helper.from_array(numpy.asarray(values), name))
        return name

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def take(self, name):
        table = self.tables.pop(name)
        self.graph.initializer.remove(table)
        return numpy_helper.to_array(table)

    def normalisation(self, node):
        """
        A layer normalisation, spelt out: ONNX Runtime's own kernel takes more than twice as long on these sizes. The means
        are taken in double precision, since processors add in different orders.
        """
        x, gamma, beta = node.input
        out = node.output[0]
        wide = self.node("Cast", [x], out + ".wide", to=TensorProto.DOUBLE)
        mean = self.node("ReduceMean", [wide], out + ".mean", axes=[-1], keepdims=1)
        square = self.node("ReduceMean", [self.node("Mul", [wide, wide], out + ".squares")], out + ".square", axes=[-1], keepdims=1)
        variance = self.node("Sub", [square, self.node("Mul", [mean, mean], out + ".mean2")], out + ".variance")
        deviation = self.node("Sqrt", [self.node("Max", [variance, "nightjar.least2"], out + ".some")], out + ".deviation")
        mean, deviation = (self.node("Cast", [value], value + ".narrow", to=TensorProto.FLOAT) for value in (mean, deviation))
        centred = self.node("Div", [self.node("Sub", [x, mean], out + ".centred"), deviation], out + ".unit")
        self.node("Add", [self.node("Mul", [centred, gamma], out + ".scaled"), beta], out)

    def lookup(self, node):
        """The table of words, looked up by row: 8 bits with a scale per row, or 4 with a scale per block of a row."""
        if self.table_bits == 4:
            return self.lookup_blocks(node)
        table, rows = node.input
        values = self.take(table)
        scales = numpy.maximum(numpy.abs(values).max(1, keepdims=True), 1e-8).astype(numpy.float32) / 127
        self.add(table, numpy.rint(values / scales).astype(numpy.int8))
        self.add(table + ".scale", scales)
        found = node.output[0]
        whole = self.node("Cast", [self.node("Gather", [table, rows], found + ".bytes")], found + ".whole", to=TensorProto.FLOAT)
        self.node("Mul", [whole, self.node("Gather", [table + ".scale", rows], found + ".scale")], found)

    def lookup_blocks(self, node):
        table, rows = node.input
        halves, scales = in_blocks(self.take(table))
        self.add(table, halves)
        self.add(table + ".scale", scales)
        self.node("GatherBlockQuantized", [table, rows, table + ".scale"], node.output[0], domain="com.microsoft",
                  bits=4, block_size=BLOCK, gather_axis=0, quantize_axis=1)  # fmt: skip

    def product(self, node):
        """A product with a constant matrix."""
        x, matrix = node.input
        values = self.take(matrix)
        scales = numpy.maximum(numpy.abs(values).max(0), 1e-8).astype(numpy.float32) / LARGEST
        self.add(matrix, numpy.rint(values / scales).astype(numpy.int8))
        scale = self.add(matrix + ".scale", scales)
        zero = self.add(matrix + ".zero", numpy.int8(0))
        out = node.output[0]
        size = self.node("ReduceMax", [self.node("Abs", [x], out + ".abs")], out + ".max", axes=[-1], keepdims=1)
        size = self.node("Max", [size, "nightjar.least"], out + ".size")
        unit = self.node("Div", [x, size], out + ".unit")
        byte = self.node("QuantizeLinear", [unit, "nightjar.step", "nightjar.middle"], out + ".byte")
        real = self.node("MatMulIntegerToFloat", [byte, matrix, "nightjar.step", scale, "nightjar.middle", zero], out + ".real",
                         domain="com.microsoft")  # fmt: skip
        self.node("Mul", [real, size], out)

    def run(self, target, keep=()):
        for node in self.graph.node:
            if node.op_type == "Gather" and node.input[0] in self.tables and "words" in node.input[0]:
                self.lookup(node)
            elif node.op_type == "MatMul" and node.input[1] in self.tables and node.name not in keep:
                self.product(node)
            elif node.op_type == "LayerNormalization":
                self.normalisation(node)
            else:
                self.nodes.append(node)
        del self.graph.node[:]
        self.model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
        self.graph.node.extend(self.nodes)
        onnx.checker.check_model(self.model)
        onnx.save(self.model, str(target))
        return Path(target).stat().st_size
