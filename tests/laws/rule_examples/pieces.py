"""Graphs for the rules of indices of joined and reshaped arrays."""

import tensorgraph as tg
from tests.laws.rule_examples.arrays import array, item, items, place, sizes
from tests.laws.rule_examples.inputs import example


def joined(f, least=0, known=None):
    """Three parts, one after another along one of two axes: with its lengths."""
    n, *cut = sizes(f, 4, least)
    axis = int(f.rng.integers(0, 2))
    shapes = [(n, c) if axis else (c, n) for c in cut]
    parts = [array(f, *shape, known=known) for shape in shapes]
    return tg.concatenate(parts, axis), axis, n, sum(cut)


@example
def an_index_of_other_axes_goes_through_a_join(f):
    y, axis, n, _ = joined(f)
    index = [slice(None), slice(None)]
    index[1 - axis] = item(f, n, "is")
    return y[tuple(index)]


@example
def an_element_of_a_join_is_one_of_a_part(f):
    y, axis, n, total = joined(f)
    index = [item(f, n), item(f, n)]
    index[axis] = place(f, total)
    return y[tuple(index)]


@example
def a_slice_of_a_join_is_one_of_its_parts(f):
    y, axis, n, total = joined(f, known=0)
    start, stop = sorted(int(k) for k in f.rng.integers(0, total + 1, 2))
    index = [item(f, n), item(f, n)]
    index[axis] = slice(start, stop)
    return y[tuple(index)]


@example
def an_index_goes_through_a_reshape_of_other_axes(f):
    n, m, k = sizes(f, 3)
    x = array(f, n, m, k, known=0) if f.rng.random() < 0.5 else array(f, n, m, k)
    rest = [m * k] if f.rng.random() < 0.5 else [k, m]
    return tg.reshape(x, (x.shape[0], *rest))[items(f, [n, *rest])]


@example
def an_element_of_a_reshape_is_one_of_the_array(f):
    n, m = sizes(f, 2, 1)
    if f.rng.random() < 0.5:
        y = tg.reshape(array(f, n * m, known=0), (n, m))
        return y[place(f, n), item(f, m)]
    return tg.ravel(array(f, n, m, known=0))[place(f, n * m)]
