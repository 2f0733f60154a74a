"""Graphs for the rules of indices by arrays."""

import numpy as np

import tensorgraph as tg
from tensorgraph.ops.tensor import constant
from tests.laws.rule_examples.arrays import array, item, place, rows, sizes
from tests.laws.rule_examples.inputs import example


def run(f, length):
    """Indices at equal distances, some of them negative, or nearly so."""
    places = np.arange(length)[:: int(f.rng.choice([1, 2, -1, -2]))]
    if f.rng.random() < 0.2:
        places = f.rng.permutation(places)
    return constant(places - length * (f.rng.random(places.size) < 0.3))


@example
def indices_in_a_row_are_a_slice(f):
    n, m = sizes(f, 2)
    x = array(f, m, n)
    if f.rng.random() < 0.3:
        return x[:, tg.arange(x.shape[1])]
    return array(f, m, n, known=0)[:, run(f, n)]


@example
def an_update_at_indices_in_a_row_is_one_of_a_slice(f):
    n, m = sizes(f, 2)
    index = run(f, n)
    x, value = array(f, n, m, known=0), array(f, int(index.value.size), m, known=0)
    at = x.at[index]
    return at.set(value) if f.rng.random() < 0.5 else at.add(array(f))


@example
def an_update_at_no_index_is_none(f):
    n, m = sizes(f, 2)
    at = array(f, n, m).at[array(f, 0, dtype="int64", known=0)]
    return [at.max, at.set, at.add][f.rng.integers(0, 3)](array(f, m))


@example
def a_mask_that_is_true_everywhere_takes_all(f):
    (n,) = sizes(f, 1)
    x = array(f, n)
    return tg.nonzero(tg.ones(x.shape[0], dtype="bool"))[0]


@example
def an_index_that_is_the_same_everywhere_is_an_integer(f):
    n, m, k = sizes(f, 3, 1)
    x, i = array(f, n, m, k), rows(f, n, 3)
    ways = [x[i, place(f, m)], x[place(f, n), rows(f, m, 2)], x[i, :, place(f, k)]]
    return ways[f.rng.integers(0, 3)]


@example
def an_index_goes_through_a_gather(f):
    n, m = sizes(f, 2, 1)
    x, count = array(f, n, m), 4
    if f.rng.random() < 0.5:
        y = x[rows(f, n, count)]
        again = rows(f, count, 3)
        return y[item(f, count), item(f, m)] if f.rng.random() < 0.7 else y[again]
    return x[:, rows(f, m, count)][item(f, n), item(f, count)]


@example
def a_gather_of_equal_rows_is_a_broadcast(f):
    n, m = sizes(f, 2, 1)
    return tg.broadcast_to(array(f, m), (n, m))[rows(f, n, 3)]
