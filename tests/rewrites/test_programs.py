"""Random programs: rewritten, they have the same values, gradients and types."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.check import check_graph
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.ops.namespace import numpy_namespace

UNARY = [
    tg.neg, tg.exp, tg.tanh, tg.sin, tg.sqr, tg.abs, tg.sigmoid, tg.softplus,
    lambda x: tg.log(tg.exp(x) + 1), lambda x: tg.log(1 + tg.sqr(x)),
    lambda x: 1 / (1 + tg.exp(-x)), lambda x: tg.sqrt(1 + tg.abs(x)), lambda x: x**2,
    lambda x: x / 2, lambda x: 3 * x, lambda x: x - 1, lambda x: 0.5 - x,
    lambda x: x * 1,
]  # fmt: skip
BINARY = [
    tg.add, tg.sub, tg.mul, tg.maximum, lambda a, b: a / (1 + tg.exp(b)),
    lambda a, b: tg.where(tg.gt(a, b), a, b), lambda a, b: -0.5 * ((a - b) / 2) ** 2,
]  # fmt: skip


class Program:
    """A random program over values of shapes (), (n,), (n, m) and parts of them."""

    def __init__(self, seed, known):
        self.rng = np.random.default_rng(seed)
        n, m = 3, 4
        lengths = {"known": (n, m), "named": ("n", "m"), "unknown": (None, None)}[known]
        shapes = [(), (), lengths[:1], lengths[:1], lengths]
        sizes = [(), (), (n,), (n,), (n, m)]
        self.inputs = [
            tg.tensor(f"x{i}", shape=shape) for i, shape in enumerate(shapes)
        ]
        self.values = {
            v: self.rng.uniform(-1.5, 1.5, size)
            for v, size in zip(self.inputs, sizes, strict=True)
        }
        self.pool = list(self.inputs)
        self.index = tg.constant(self.rng.integers(0, n, 6))
        self.rows = n

    def pick(self, pool):
        return pool[self.rng.integers(max(0, len(pool) - 8), len(pool))]

    def step(self):
        v = self.pick(self.pool)
        kind = self.rng.integers(0, 12)
        if kind < 4:
            return UNARY[self.rng.integers(0, len(UNARY))](v)
        if kind < 8:
            same = [u for u in self.pool if u.type.ndim in (0, v.type.ndim)]
            same = [u for u in same if not u.type.ndim or u.type.shape == v.type.shape]
            return BINARY[self.rng.integers(0, len(BINARY))](v, self.pick(same))
        if kind == 8 and v.type.ndim:
            return v.sum(axis=int(self.rng.integers(0, v.type.ndim)))
        if kind == 9 and v.type.ndim:
            return v[int(self.rng.integers(0, 2))]
        if kind == 10 and v.type.ndim == 1:
            return tg.sum(v[:, None] * tg.expand_dims(v, 0), axis=1)
        if kind == 11 and v.type.ndim and v.type.shape[0] == self.rows:
            return v[1:] if self.rng.random() < 0.5 else v.T
        return tg.tanh(v)

    def is_valid(self, v):
        """Whether the unknown lengths agree."""
        try:
            evaluate([v], self.values, numpy_namespace)
        except ValueError:
            return False
        return True

    def build(self, steps):
        for _ in range(steps):
            made = self.step()
            made = tg.tanh(made) if self.rng.random() < 0.2 else made
            self.pool += [made] if self.is_valid(made) else []
        parts = [tg.sum(v) for v in self.pool[-6:]]
        gathered = self.inputs[2]
        parts.append(tg.sum(tg.sqr(gathered[self.index] * parts[0])))
        total = parts[0]
        for part in parts[1:]:
            total = total + 0.1 * part
        return total


@pytest.mark.parametrize("known", ["known", "named", "unknown"])
@pytest.mark.parametrize("seed", range(25))
def test_a_random_program(seed, known):
    program = Program(seed, known)
    total = program.build(int(program.rng.integers(3, 25)))
    gradients = tg.grad(total, program.inputs, disconnected="zero")
    before = [total, *gradients, *program.pool[-3:]]
    after = tg.rewrite_graph(before)
    check_graph(after)
    for old, new in zip(before, after, strict=True):
        assert old.type.dtype == new.type.dtype and old.type.accepts(new.type)
    with np.errstate(all="ignore"):
        olds = evaluate(before, program.values, numpy_namespace)
        news = evaluate(after, program.values, numpy_namespace)
    for old, new in zip(olds, news, strict=True):
        if np.isfinite(old).all() and np.abs(old).max(initial=0) < 1e12:
            scale = max(1.0, float(np.abs(old).max(initial=0)))
            np.testing.assert_allclose(new, old, rtol=1e-9, atol=1e-9 * scale)
