"""Graphs for the rules of shapes."""

import tensorgraph as tg
from tensorgraph.ops.broadcast import (
    BroadcastTo,
    ExpandDims,
    Shape,
    Squeeze,
    Sum,
    shape_of,
)
from tensorgraph.ops.cast import cast
from tensorgraph.testing.fillings import Unfit
from tests.laws.rule_examples.inputs import (
    example,
    known,
    lengths,
    ranked,
    single,
    whole,
)


@example
def what_is_repeated_is_computed_before(f):
    axes = tuple(sorted(f.rng.choice(3, f.rng.integers(1, 3), replace=False).tolist()))
    a, b = ranked(f), f.variable("float64")
    if b.type.ndim != a.type.ndim or a.type.ndim + len(axes) <= max(axes):
        raise Unfit("axes")
    other = ExpandDims(axes)(b) if f.rng.random() < 0.6 else 2.0
    return tg.mul(ExpandDims(axes)(a), other)


@example
def a_broadcast_to_the_same_lengths_is_none(f):
    v = ranked(f)
    return BroadcastTo()(v, *lengths(tg.exp(v)))


@example
def broadcasts_of_broadcasts_are_one(f):
    v, s = ranked(f), single(f)
    return BroadcastTo()(BroadcastTo()(s, *lengths(v)), *lengths(tg.exp(v)))


@example
def elementwise_ops_broadcast_by_themselves(f):
    v, s = ranked(f), single(f)
    wide = BroadcastTo()(s, *lengths(tg.exp(v)))
    return [v + wide, wide - v, tg.sin(v) * wide][f.rng.integers(0, 3)]


@example
def what_is_broadcast_is_computed_before(f):
    v, s, t = ranked(f), single(f), single(f)
    wide = BroadcastTo()(s, *lengths(v))
    both = tg.mul(wide, BroadcastTo()(t, *lengths(v)))
    return [tg.exp(wide), both, wide + t, cast(wide, "float32")][f.rng.integers(0, 4)]


@example
def a_length_is_that_of_an_input(f):
    v = ranked(f)
    axis = int(f.rng.integers(0, v.type.ndim))
    n = v.type.ndim
    made = [
        tg.exp(v),
        v + single(f),
        BroadcastTo()(single(f), *lengths(v)),
        Squeeze((n,))(ExpandDims((n,))(v)),
        cast(v, "float32"),
        Sum((n,))(ExpandDims((n,))(v)),
    ][f.rng.integers(0, 6)]
    return Shape(axis)(made)


@example
def a_named_length_is_that_of_an_operand(f):
    v = ranked(f)
    return Shape(0)(tg.exp(v) if f.rng.random() < 0.5 else v * single(f))


@example
def a_reshape_of_a_reshape_is_one(f):
    v = known(f)
    return tg.reshape(tg.reshape(v, (-1, 1)), v.type.shape[::-1])


@example
def a_reshape_to_the_same_lengths_is_none(f):
    v = ranked(f)
    return tg.reshape(v, shape_of(tg.exp(v)))


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


@example
def the_extremum_of_one_element_is_the_element(f):
    v = ExpandDims((0,))(whole(f))
    return tg.max(v, axis=0) if f.rng.random() < 0.5 else tg.min(v, axis=0)
