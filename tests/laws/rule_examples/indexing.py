"""Graphs for the rules of indices."""

import tensorgraph as tg
from tensorgraph.ops.broadcast import (
    BroadcastTo,
    ExpandDims,
    Squeeze,
    broadcast_to,
    shape_of,
)
from tensorgraph.ops.indexing.subtensor import Subtensor
from tensorgraph.ops.tensor import constant
from tensorgraph.testing.fillings import Unfit
from tests.laws.rule_examples.inputs import example, index, known, ranked, whole


@example
def an_index_goes_through_elementwise_ops(f):
    a = ranked(f)
    b = f.variable("float64", narrow=0.5)
    y = [tg.exp(a), a + b, b * a, tg.where(a > b, a, b)][f.rng.integers(0, 4)]
    if y.type.ndim != a.type.ndim:
        raise Unfit("rank")
    f.sizes[y] = f.sizes[a]
    return y[index(f, y)]


@example
def an_index_goes_through_new_axes(f):
    v = whole(f)
    axis = int(f.rng.integers(0, v.type.ndim + 1))
    y = tg.expand_dims(v, axis)
    f.sizes[y] = (*f.sizes[v][:axis], 1, *f.sizes[v][axis:])
    return y[index(f, y, "i:")]


@example
def an_index_goes_through_removed_axes(f):
    y = Squeeze((0, 1))(ExpandDims((0, 1))(ranked(f)))
    f.sizes[y] = f.sizes[y.owner.inputs[0].owner.inputs[0]]
    return y[index(f, y)]


@example
def an_index_goes_through_a_permutation(f):
    v = ranked(f, 2)
    f.sizes[v.T] = f.sizes[v][::-1]
    y = v.T
    f.sizes[y] = f.sizes[v][::-1]
    return y[index(f, y)]


@example
def an_index_goes_through_a_broadcast(f):
    v, s = ranked(f), f.variable("float64", narrow=0.7)
    y = broadcast_to(s, shape_of(v)) if s.type.ndim <= v.type.ndim else None
    if y is None or not isinstance(y.owner and y.owner.op, BroadcastTo):
        raise Unfit("broadcast")
    f.sizes[y] = f.sizes[v]
    return y[index(f, y, "i:")]


@example
def an_index_goes_through_reductions(f):
    v = known(f, 2)
    axis = int(f.rng.integers(0, 2))
    if v.type.shape[axis] == 0:
        raise Unfit("empty")
    y = [tg.sum, tg.max, tg.min][f.rng.integers(0, 3)](v, axis=axis)
    return y[index(f, y)]


@example
def an_index_of_everything_is_none(f):
    v = ranked(f)
    return Subtensor((":",))(v)


@example
def an_index_goes_through_a_gather(f):
    v = known(f)
    n = v.type.shape[0]
    if not n:
        raise Unfit("empty")
    y = v[constant(f.rng.integers(0, n, 4))]
    return y[index(f, y)]


@example
def an_integer_of_integers_is_one_index(f):
    v = known(f, 2)
    if 0 in v.type.shape:
        raise Unfit("empty")
    y = v[index(f, v, "i:")]
    return y[index(f, y)] if y.type.ndim else y
