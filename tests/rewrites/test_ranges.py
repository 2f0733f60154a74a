"""Ranges: what is proven of elements holds for every value that they take."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.ops.elementwise import ELEMENTWISE
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.rewrites import ranges
from tensorgraph.rewrites.ranges import Range, range_of

INF = np.inf
SPECIAL = [0.0, -0.0, 1.0, -1.0, np.nan, INF, -INF, 1e-310, 1e300, -1e300, 0.5, -745.0]


def holds(found: Range, values: np.ndarray) -> bool:
    """Whether every element is where the range says."""
    x = values.astype("float64").ravel()
    good = x[x == x]
    ok = bool(((found.low <= good) & (good <= found.high)).all())
    ok &= found.nan or good.size == x.size
    whole = good[np.isfinite(good)]
    ok &= not found.whole or bool((np.floor(whole) == whole).all())
    signed = bool((np.signbit(good) & (good == 0)).any()) and values.dtype.kind == "f"
    return ok and (found.minus_zero or not signed)


def draw(rng, dtype, shape=(40,)):
    if dtype == "bool":
        return rng.random(shape) < 0.5
    if dtype[0] in "iu":
        limits = np.iinfo(dtype)
        edge = rng.choice([limits.min, limits.max, 0, 1], shape)
        small = rng.integers(0 if dtype[0] == "u" else -5, 6, shape)
        return np.where(rng.random(shape) < 0.3, edge, small).astype(dtype)
    x = rng.normal(size=shape) * 10.0 ** rng.uniform(-3, 3, shape)
    x = np.where(rng.random(shape) < 0.3, rng.choice(SPECIAL, shape), x)
    with np.errstate(over="ignore"):
        return x.astype(dtype)


UNARY = [
    tg.neg, tg.abs, tg.sqr, tg.exp, tg.log, tg.log1p, tg.expm1, tg.sqrt, tg.sin, tg.cos,
    tg.tanh, tg.sigmoid, tg.softplus, tg.erf, tg.erfc, tg.sign, tg.floor, tg.ceil,
    tg.reciprocal, tg.arctan, lambda x: 1 + x, lambda x: x**2, lambda x: x**3,
    lambda x: 1 / (1 + tg.exp(x)), lambda x: x.sum(), lambda x: x.max(),
    lambda x: x.astype("float32"), lambda x: x.astype("float64"), lambda x: 0.25 * x,
    lambda x: x[::2], lambda x: tg.concatenate([x, tg.zeros_like(x)]),
]  # fmt: skip
BINARY = [
    tg.add, tg.sub, tg.mul, tg.true_div, tg.maximum, tg.minimum, tg.mod, tg.pow,
    lambda a, b: tg.where(tg.gt(a, b), a, b), tg.le, tg.sub, tg.mul,
]  # fmt: skip


def program(rng, dtype):
    """A random graph of 12 steps over a vector and a scalar, and their values."""
    x, s = tg.tensor("x", dtype, (None,)), tg.tensor("s", dtype, ())
    values = {x: draw(rng, dtype), s: draw(rng, dtype, ())}
    pool = [x, s, tg.constant(np.asarray(rng.choice([0, 1, 2, 3])).astype(dtype))]
    for _ in range(12):
        step = [UNARY, BINARY][int(rng.random() < 0.5)]
        f = step[rng.integers(0, len(step))]
        operands = [
            pool[i] for i in rng.integers(0, len(pool), 1 if step is UNARY else 2)
        ]
        try:
            made = f(*operands)
            evaluated([made], values)
        except (tg.errors.TensorGraphError, ValueError, IndexError, TypeError):
            continue
        pool.append(made)
    return pool, values


def evaluated(outputs, values):
    with np.errstate(all="ignore"):
        return evaluate(outputs, values, numpy_namespace)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int8", "int64",
                                   "uint8", "bool"])  # fmt: skip
def test_ranges_hold_in_random_programs(dtype):
    rng = np.random.default_rng(len(dtype))
    for _ in range(60):
        pool, values = program(rng, dtype)
        for v, x in zip(pool, evaluated(pool, values), strict=True):
            operands = [range_of(u) for u in v.owner.inputs] if v.owner else []
            assert holds(range_of(v), x), (range_of(v), x, v, operands)


@pytest.mark.parametrize(
    "op", [op for op in ELEMENTWISE.values() if op.image != (-INF, INF) or op.monotone]
)
def test_images_and_growth_are_as_declared(op):
    rng = np.random.default_rng(3)
    n = len(op.domain)
    inputs = [tg.dvector(f"x{k}") for k in range(n)]
    values = {v: np.append(draw(rng, "float64", 400), SPECIAL) for v in inputs}
    (y,) = evaluated([op(*inputs)], values)
    good = y[y == y]
    assert good.size > 40
    assert ((op.image[0] <= good) & (good <= op.image[1])).all()
    if op.monotone:
        start, stop = op.domain[0]
        x = np.sort(values[inputs[0]][~np.isnan(y)])
        x = x[(start <= x) & (x <= stop)]
        (y,) = evaluated([op(*inputs)], {inputs[0]: x})
        y = y[np.isfinite(y)] * op.monotone
        assert (y[1:] >= y[:-1] - 1e-12 * np.abs(y[:-1])).all()


def test_what_a_reader_would_expect():
    x, n = tg.dvector("x"), tg.lvector("n")
    assert ranges.is_positive(1 + tg.exp(x))
    assert ranges.is_not_negative(tg.sqr(x) * tg.sigmoid(x))
    assert not ranges.is_not_negative(x)
    assert ranges.is_within(tg.sigmoid(x), 0, 1) and not ranges.is_not_nan(
        tg.sigmoid(x)
    )
    assert ranges.is_finite(n) and ranges.is_finite(tg.sigmoid(n))
    assert ranges.is_whole(tg.floor(x)) and not ranges.is_whole(x)
    assert ranges.is_not_zero(2 + tg.sin(x)) and ranges.is_positive(tg.erfc(x) + 1)
    assert ranges.is_not_negative(x.shape[0] - 0) and ranges.is_not_nan(tg.gt(x, 0))
    assert ranges.is_not_negative(1 / tg.exp(x))
    assert not ranges.is_not_negative(1 / tg.sqrt(x))  # 1 / sqrt(-0.0) is -inf
    assert not ranges.is_not_negative(tg.max(abs(x)))  # of no elements it is -inf
    assert ranges.is_not_negative(tg.max(abs(tg.dvector("y", shape=3))))
    assert ranges.is_not_negative(tg.maximum(n, 0)) and ranges.is_within(n % 5, 0, 4)
    assert not ranges.is_not_negative(tg.maximum(n, 0) + 1)
    assert not ranges.is_not_negative(tg.sqr(n))  # integers wrap


def test_long_chains_need_no_recursion():
    x = tg.dscalar("x")
    y = x
    for _ in range(20_000):
        y = tg.sigmoid(y) + 1
    assert ranges.is_positive(y)
