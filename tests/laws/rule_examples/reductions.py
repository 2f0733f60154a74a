"""Graphs for the rules of reductions."""

import tensorgraph as tg
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Sum
from tensorgraph.testing.fillings import Unfit
from tests.laws.rule_examples.inputs import example, known, lengths, ranked, whole


@example
def a_sum_of_repeated_elements_is_a_product(f):
    v = ranked(f)
    s = f.variable("float64", narrow=0.6)
    if s.type.ndim != v.type.ndim:
        raise Unfit("rank")
    for a, b in zip(s.type.shape, v.type.shape, strict=True):
        if a != 1 and a != b:
            raise Unfit("lengths")
    axes = tuple(a for a in range(v.type.ndim) if f.rng.random() < 0.7)
    return Sum(axes or (0,))(BroadcastTo()(s, *lengths(v)))


REDUCTIONS = [tg.sum, tg.prod, tg.max, tg.min]


def one_of(f, choices):
    return choices[f.rng.integers(0, len(choices))]


@example
def a_reduction_of_one_element_is_the_element(f):
    v = ExpandDims((0,))(whole(f))
    axes = (0,) if v.type.ndim == 1 or f.rng.random() < 0.5 else (0, 1)
    return one_of(f, REDUCTIONS[1:])(v, axis=axes)


@example
def reductions_of_reductions_are_one(f):
    v = ranked(f, 2)
    op = one_of(f, REDUCTIONS[1:])
    return op(op(v, axis=int(f.rng.integers(0, 2))), axis=0)


@example
def a_reduction_needs_no_order_of_axes(f):
    v = ranked(f, 2)
    return one_of(f, REDUCTIONS[1:])(v.T, axis=int(f.rng.integers(0, 2)))


@example
def repeated_elements_need_one_look(f):
    v, s = known(f), f.variable("float64", narrow=0.6)
    if s.type.ndim != v.type.ndim:
        raise Unfit("rank")
    wide = BroadcastTo()(s, *lengths(v))
    return one_of(f, [tg.max, tg.min])(wide, axis=tuple(range(v.type.ndim)))


@example
def a_function_that_grows_is_computed_of_the_largest(f):
    v = ranked(f)
    function = one_of(f, [tg.exp, tg.log, tg.tanh, tg.sigmoid, tg.sqrt, tg.erfc])
    return one_of(f, [tg.max, tg.min])(function(v), axis=0)


@example
def a_reduction_of_everything_needs_no_shape(f):
    v = ranked(f)
    return one_of(f, REDUCTIONS)(tg.reshape(v, -1))


@example
def a_reduction_of_joined_parts_is_one_of_each(f):
    parts = [ranked(f) for _ in range(int(f.rng.integers(2, 4)))]
    return one_of(f, REDUCTIONS)(tg.concatenate(parts, axis=0), axis=0)


@example
def a_reduction_comes_before_new_axes(f):
    v = ExpandDims((0, 2))(ranked(f))
    axes = [0, (0, 1), 2, (0, 2), 1][f.rng.integers(0, 5)]
    return one_of(f, REDUCTIONS)(v, axis=axes)
