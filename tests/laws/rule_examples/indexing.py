"""Graphs for the rules that carry indices through ops."""

import tensorgraph as tg
from tensorgraph.ops.broadcast import ExpandDims, Squeeze
from tensorgraph.ops.shaping.shape import SpecifyShape
from tensorgraph.testing.fillings import Unfit
from tests.laws.rule_examples.arrays import array, items, place, rows, sizes
from tests.laws.rule_examples.inputs import example


def some(f, y, lengths):
    """An index of `y`: basic, or by a vector of fewer rows than there are."""
    axis = int(f.rng.integers(0, len(lengths)))
    if f.rng.random() < 0.7:
        return y[items(f, lengths)]
    if not isinstance(y.type.shape[axis], int) or lengths[axis] < 2:
        raise Unfit("unknown")
    index = [slice(None)] * len(lengths)
    index[axis] = rows(f, lengths[axis], lengths[axis] - 1)
    return y[tuple(index)]


@example
def an_index_goes_through_elementwise_ops(f):
    lengths = sizes(f, int(f.rng.integers(1, 3)))
    narrow = [n if f.rng.random() < 0.5 else 1 for n in lengths]
    a, b, s = array(f, *lengths), array(f, *narrow), array(f)
    y = [tg.exp(a), a + b, s * a, tg.where(a > b, a, s)][f.rng.integers(0, 4)]
    return some(f, y, lengths)


@example
def an_index_goes_through_the_arms_of_a_branch(f):
    lengths = sizes(f, 2)
    a, b = array(f, *lengths), array(f, *lengths)
    return tg.ifelse(array(f, dtype="bool"), a, b)[items(f, lengths)]


@example
def an_index_goes_through_what_is_passed_on(f):
    lengths = sizes(f, 2)
    x = array(f, *lengths)
    holds = tg.sign(array(f, dtype="int64")) < 2
    return some(f, tg.check(tg.stop_gradient(x), holds, "x"), lengths)


@example
def an_index_goes_through_lengths_of_other_axes(f):
    n, m = sizes(f, 2)
    y = tg.specify_shape(array(f, n, m), (n, None))
    return y[(slice(None), *items(f, [m], "is"))]


@example
def lengths_that_are_proven_need_no_check(f):
    n, m = sizes(f, 2)
    x = array(f, n, m)
    y = array(f, n, m, known=2)
    return SpecifyShape((0, 1))(
        x, (tg.exp(x) if f.rng.random() < 0.7 else y).shape[0], x.shape[1]
    )


@example
def an_index_goes_through_new_axes(f):
    lengths = sizes(f, 2)
    y = ExpandDims((1,))(array(f, *lengths))
    first, last = items(f, lengths)
    middle = [0, -1, slice(None), slice(0, 4), slice(None, None, -1)]
    return y[first, middle[f.rng.integers(0, 5)], last]


@example
def an_index_goes_through_removed_axes(f):
    n, m = sizes(f, 2)
    return some(f, Squeeze((1,))(array(f, n, 1, m)), [n, m])


@example
def an_index_goes_through_a_permutation(f):
    n, m, k = sizes(f, 3)
    return some(f, tg.transpose(array(f, n, m, k), (2, 0, 1)), [k, n, m])


@example
def an_index_goes_through_a_broadcast(f):
    n, m = sizes(f, 2, 1)
    row = array(f, 1, m) if f.rng.random() < 0.5 else array(f, n, 1)
    return tg.broadcast_to(row, (n, m))[items(f, [n, m])]


@example
def an_element_of_a_diagonal_is_one_of_the_matrix(f):
    n, m = sizes(f, 2, 2)
    y = tg.diagonal(array(f, n, m), int(f.rng.integers(-1, 2)))
    length = y.type.shape[0]
    return y[place(f, length if isinstance(length, int) else 1, start=0)]


@example
def an_index_goes_through_reductions(f):
    lengths = sizes(f, 3, 1)
    axis = int(f.rng.integers(0, 3))
    y = [tg.sum, tg.max, tg.prod][f.rng.integers(0, 3)](array(f, *lengths), axis=axis)
    return some(f, y, [n for a, n in enumerate(lengths) if a != axis])


@example
def a_row_of_a_product_is_a_product_of_a_row(f):
    b, n, m, k = sizes(f, 4)
    stack = [] if f.rng.random() < 0.5 else [b]
    x, y = array(f, *stack, n, m), array(f, *stack, m, k)
    if stack and f.rng.random() < 0.3:
        y = array(f, 1, m, k)
    if not stack and f.rng.random() < 0.3:
        return some(f, x @ array(f, m), [n])
    return some(f, x @ y, [*stack, n, k])


@example
def an_index_of_a_stack_goes_through_ops_on_cores(f):
    b, n = sizes(f, 2, 1)
    x = array(f, b, n)
    return some(f, tg.sort(x, axis=1), [b, n])


@example
def the_last_row_of_a_loop_is_what_it_carries_out(f):
    n, m = sizes(f, 2, 1)
    start = array(f, m, known=0)
    body = [lambda t, a: a * 0.5 + t, lambda t, a: a * t][f.rng.integers(0, 2)]
    y = tg.scan(body, [array(f, n)], [start])
    return y[(-1, *items(f, [m]))]
