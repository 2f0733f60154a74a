"""Categorical: one of several categories."""

from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.creating.create import arange
from tensorgraph.ops.math import le, log, maximum, minimum, where
from tensorgraph.ops.reducing.positions import argmax
from tensorgraph.ops.shaping.shape import expand_dims
from tensorgraph.ops.special.logarithms import xlogy
from tensorgraph.random.constraint import categories, simplex
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.events import choice_draw


def _pick(table, x):
    """table[..., x], element by element: the other axes broadcast with those of x."""
    *batch, count = shape_of(table)
    index = minimum(maximum(x, 0), count - 1).astype("int64")
    places = [
        0 if n == 1 else expand_dims(arange(n), tuple(range(1, len(batch) - axis)))
        for axis, n in enumerate(batch)
    ]
    return table[(*places, index)]


def _passed(x, p):
    """Which categories are at most x."""
    return le(arange(shape_of(p)[-1]), x[..., None])


class Categorical(Distribution):
    """The category k = 0, 1, ... with probability `p[k]`."""

    p: simplex
    signature = "(p)->()"
    draw = choice_draw

    def support(p):
        return categories(shape_of(p)[-1])

    def logp(x, p):
        return log(_pick(p, x))

    def logcdf(x, p):
        passed = _passed(x, p)
        return log(sum(where(passed, p, 0.0), axis=-1))

    def logccdf(x, p):
        passed = _passed(x, p)
        return log(sum(where(passed, 0.0, p), axis=-1))

    def support_point(p):
        return argmax(p, axis=-1)

    def entropy(p):
        return -sum(xlogy(p, p), axis=-1)


categorical = constructor(Categorical)
