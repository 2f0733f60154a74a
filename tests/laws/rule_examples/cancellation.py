"""Graphs for the rules of differences that random holes do not fit."""

import numpy as np

from tensorgraph.ops.broadcast import Shape
from tensorgraph.ops.math import sqr
from tests.laws.rule_examples.inputs import example, known, ranked


@example
def a_mean_square_less_a_squared_mean_is_a_variance(f):
    x = ranked(f)
    count = Shape(0)(x).astype("float64")
    return sqr(x).sum(axis=0) / count - sqr(x.sum(axis=0) / count)


@example
def a_mean_square_less_a_squared_sum_is_a_variance(f):
    x = known(f)
    count = float(np.prod(x.type.shape))
    return sqr(x).sum() / count - sqr(x.sum()) / count**2
