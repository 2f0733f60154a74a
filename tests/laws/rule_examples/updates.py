"""Graphs for the rules of reads after writes, and of writes over writes."""

import tensorgraph as tg
from tensorgraph.ops.indexing.subtensor import IntoZeros
from tensorgraph.ops.tensor import constant
from tensorgraph.testing.fillings import Unfit
from tests.laws.rule_examples.arrays import (
    array,
    bounds,
    item,
    items,
    rows,
    sizes,
)
from tests.laws.rule_examples.inputs import example


def written(f, x, index, lengths, ways=("set", "add")):
    """`x` updated at an index by a value that fills it, or repeats."""
    shape = taken_shape(lengths, index)
    value = array(f) if f.rng.random() < 0.4 else array(f, *shape, known=0)
    at = x.at[index]
    return at.set(value) if f.rng.choice(ways) == "set" else at.add(value)


def taken_shape(lengths, index):
    """The lengths of what an index takes."""
    pairs = zip(lengths, index, strict=True)
    return [len(range(n)[i]) for n, i in pairs if isinstance(i, slice)]


def cotangent(f, x, index, lengths):
    """Zeros with a value at an index."""
    words = tg.grad(tg.sum(x[index]), x)
    while words.owner is None or not isinstance(words.owner.op, IntoZeros):
        raise Unfit("no cotangent")
    value = array(f, *taken_shape(lengths, index), known=0)
    return words.owner.op(value, *words.owner.inputs[1:])


@example
def a_read_of_what_was_written_is_the_value(f):
    lengths = sizes(f, 2, 1)
    x, index = array(f, *lengths), items(f, lengths)
    if f.rng.random() < 0.3:
        y = cotangent(f, x, index, lengths)
    else:
        y = written(f, x, index, lengths)
    return y[index] if f.rng.random() < 0.6 else y[items(f, lengths)]


@example
def a_read_beside_what_was_written_is_of_the_array(f):
    lengths = sizes(f, 2, 2, 5)
    x, index = array(f, *lengths), items(f, lengths, "is")
    write = written if f.rng.random() < 0.7 else cotangent
    return write(f, x, index, lengths)[items(f, lengths, "is")]


@example
def a_gather_of_what_was_written_is_the_value(f):
    (n,) = sizes(f, 1, 3, 5)
    index = constant(f.rng.choice(n, 2, replace=False))
    return array(f, n, known=0).at[index].set(array(f, 2, known=0))[index]


@example
def the_last_write_to_a_place_is_what_stays(f):
    lengths = sizes(f, 2, 1)
    x, index = array(f, *lengths), items(f, lengths)
    return written(f, written(f, x, index, lengths), index, lengths, ["set"])


@example
def the_last_write_to_indices_is_what_stays(f):
    (n,) = sizes(f, 1, 1)
    x, index = array(f, n), rows(f, n, 3)
    at, value = x.at[index], array(f, 3, known=0)
    first = at.set(value) if f.rng.random() < 0.5 else at.mul(value)
    return first.at[index].set(array(f, 3, known=0))


@example
def increments_of_a_place_are_added_up(f):
    lengths = sizes(f, 2, 1)
    x, index = array(f, *lengths), items(f, lengths)
    return written(f, written(f, x, index, lengths, ["add"]), index, lengths, ["add"])


@example
def increments_at_indices_are_added_up(f):
    (n,) = sizes(f, 1, 1)
    x, index = array(f, n), rows(f, n, 3)
    first = x.at[index].add(array(f, 3, known=0))
    return first.at[index].add(array(f, 3, known=0))


@example
def writing_what_is_there_changes_nothing(f):
    lengths = sizes(f, 2, 1)
    x, index = array(f, *lengths), items(f, lengths)
    return x.at[index].set(x[index])


@example
def adding_zeros_changes_nothing(f):
    n, m = sizes(f, 2, 1)
    return array(f, n, m).at[item(f, n), bounds(f)].add(0.0)


@example
def an_update_of_everything_is_none(f):
    n, m = sizes(f, 2)
    x = array(f, n, m)
    value = [array(f), array(f, m), array(f, n, m)][f.rng.integers(0, 3)]
    at = x.at[0:]
    return at.set(value) if f.rng.random() < 0.5 else at.add(value)


@example
def zeros_that_are_all_overwritten_are_none(f):
    n, m = sizes(f, 2)
    x = array(f, n, m)
    return IntoZeros((":", "start:"))(x, 0, x.shape[0], x.shape[1])
