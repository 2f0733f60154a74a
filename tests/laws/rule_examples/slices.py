"""Graphs for the rules of indices of indices."""

import tensorgraph as tg
from tensorgraph.testing.fillings import Unfit
from tests.laws.rule_examples.arrays import array, bounds, item, place, sizes
from tests.laws.rule_examples.inputs import example


@example
def a_slice_of_everything_is_none(f):
    n, m = sizes(f, 2)
    x = array(f, n, m)
    ways = [slice(0, None), slice(None, x.shape[0]), slice(None, None, 1)]
    return x[ways[f.rng.integers(0, 3)], item(f, m)]


def start(f):
    """An integer that varies, and is not negative."""
    return tg.maximum(array(f, dtype="int64"), 0)


@example
def an_index_of_an_index_is_one(f):
    """Every pair of slices with numbers, for lengths known and unknown."""
    n, m = sizes(f, 2, 0, 6)
    x, turn = array(f, n, m), slice(None, None, -1)
    if f.rng.random() < 0.2:
        return x[start(f) :][: start(f)][start(f) :]
    first = turn if f.rng.random() < 0.2 else bounds(f)
    left = len(range(n)[first])
    y = x[first]
    if f.rng.random() < 0.4:
        return y[place(f, left)]
    second = turn if f.rng.random() < 0.2 else bounds(f)
    if f.rng.random() < 0.3 and m:
        return x[:, place(f, m)][second]
    if not left and f.rng.random() < 0.8:
        raise Unfit("nothing left")
    return y[second, item(f, m)]
