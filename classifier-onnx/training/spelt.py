"""
The encoder in operations that every processor computes alike.

ONNX Runtime has kernels for each set of instructions. Those of whole numbers agree to the bit, and so do single operations on
single precision: adding, multiplying, dividing, the square root. Three do not: a product of matrices is added up in another order,
with or without fused steps, and softmax and the error function in GELU are approximated otherwise; on another architecture a
mean is added up in another order too. What they differ by, 1e-7, would not matter, but that the activations are rounded to 8 bits
next: now and then one comes to lie on the other side of a step, hundreds follow in the next layer, and after some layers
the rounding is another altogether. So:

- What two activations are multiplied by is rounded to a grid, so that every sum of products is a whole multiple of the grid's
  below 2^24, and exact in whatever order.
- Softmax and GELU are made of single operations.
- Means are taken in double precision (`Quantiser.normalisation`), whose differences single precision drops.
"""

import copy
import math

import torch
from torch import nn

# Single precision has no fractions between 2^23 and 2^24: what this is added to, and taken from again, becomes whole.
WHOLE = 1.5 * 2**23

# Queries, keys and values are multiples of 1 / GRID, weights of attention of 1 / WEIGHTS times the largest.
GRID = 2**6
WEIGHTS = 2**11

# exp(x) is ((1 + (1 + x / POWER)^2) / 2)^POWER, 1 % less at -4.
POWER = 32

# GELU(x) is relu(x) - HEIGHT |x| relu(BEND - |x| / 4)^4 within 0.0041.
BEND, HEIGHT = 0.9222089, 0.76177892


def rounded(x, step):
    """To a multiple of a power of two, of which x is less than 2^22 times as much."""
    return (x + WHOLE * step) - WHOLE * step


class Layer(nn.Module):
    """A layer of the encoder; what the grids and powers want multiplied is multiplied into its weights."""

    def __init__(self, layer):
        super().__init__()
        self.heads = layer.heads
        self.norm1, self.norm2 = layer.norm1, layer.norm2
        self.qkv, self.out, self.up, self.down = (copy.deepcopy(part) for part in (layer.qkv, layer.out, layer.up, layer.down))
        size = layer.out.in_features
        queries = 1 / (math.sqrt(size // self.heads) * POWER * GRID)  # so that scores come out divided by POWER
        step = 2.0 ** math.floor(math.log2(queries / GRID))
        scales = torch.tensor([queries, GRID, GRID]).repeat_interleave(size)
        slope = HEIGHT**0.25 / 4
        self.bend = 4 * BEND * slope
        self.register_buffer("whole", WHOLE * torch.tensor([step, 1.0, 1.0])[:, None, None])
        with torch.no_grad():
            self.qkv.weight *= scales[:, None]
            self.qkv.bias.copy_(self.qkv.bias * scales + self.whole.flatten().repeat_interleave(size))
            self.out.weight /= GRID
            self.up.weight *= slope
            self.up.bias *= slope
            self.down.weight /= slope

    def attention(self, scores):
        """Softmax but for the sum, which the second result is."""
        power = (1 + (scores - scores.amax(-1, keepdim=True))).relu()
        power = power * power + 1
        for _ in range(int(math.log2(POWER))):
            power = power * power
        weights = rounded(power, 2.0**POWER / WEIGHTS)
        return weights, weights.sum(-1, keepdim=True)

    def gelu(self, x):
        size = x.abs()
        bump = (self.bend - size).relu()
        bump = bump * bump
        return x.relu() - bump * bump * size

    def forward(self, x, mask, _dropout):
        rows, length, size = *x.shape[:2], self.out.in_features
        qkv = self.qkv(x).view(rows, length, 3, self.heads, size // self.heads) - self.whole
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        weights, total = self.attention(q @ k.transpose(-1, -2) + mask)
        read = self.out(((weights @ v) / total).transpose(1, 2).reshape(rows, length, size))
        x = self.norm1(x + read)
        return self.norm2(x + self.down(self.gelu(self.up(x))))


def spelt(model):
    """The same encoder, to be exported and quantised."""
    model = copy.copy(model.eval())
    model._modules = dict(model._modules)
    model.layers = nn.ModuleList(Layer(layer) for layer in model.layers)
    return model
