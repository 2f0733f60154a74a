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
def what_is_permuted_is_computed_before(f):
    a, b = ranked(f, 2), f.variable("float64", narrow=0.0)
    if a.type.ndim != b.type.ndim:
        raise Unfit("rank")
    made = [tg.exp(a.T), a.T + b.T, 2.0 * a.T, cast(a.T, "float32")]
    return made[f.rng.integers(0, len(made))]


@example
def a_reshape_forgets_axes_of_length_one(f):
    v = known(f)
    return tg.reshape(ExpandDims((0,))(v), (-1,))


@example
def a_reshape_that_only_adds_axes_of_length_one_is_new_axes(f):
    v = ranked(f)
    return tg.reshape(v, (1, *shape_of(tg.exp(v)), 1))


@example
def axes_of_length_one_are_made_by_the_reshape(f):
    v = known(f)
    if f.rng.random() < 0.5:
        return ExpandDims((1,))(tg.reshape(v, (-1,)))
    return Squeeze((0,))(tg.reshape(v, (1, -1)))
