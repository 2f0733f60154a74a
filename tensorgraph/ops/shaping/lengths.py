"""Shapes as values: the shape, size and rank of an array, and shapes that broadcast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.ops.broadcast import Axes, normalize_axes, shape_of, static_length
from tensorgraph.ops.creating.create import as_shape
from tensorgraph.ops.tensor import as_tensor, show_shape


def shape(x: Any) -> tuple[Any, ...]:
    """The lengths of `x`: ints where they are known, int64 scalars elsewhere.

    >>> shape([[1.0, 2.0]])
    (1, 2)
    """
    return shape_of(as_tensor(x))


def ndim(x: Any) -> int:
    """The rank of `x`.

    >>> ndim([[1.0, 2.0]])
    2
    """
    return as_tensor(x).type.ndim


def size(x: Any, axis: Axes = None) -> Any:
    """How many elements `x` has, or its axes `axis` have: an int or an int64 scalar.

    >>> size([[1.0, 2.0], [3.0, 4.0]])
    4
    """
    x = as_tensor(x)
    lengths = shape_of(x)
    return product([lengths[a] for a in normalize_axes(axis, x.type.ndim, "size")])


def product(lengths: Iterable[Any]) -> Any:
    """The product of lengths: an int if they are ints, or an int64 scalar."""
    total: Any = 1
    for length in lengths:
        total = length if isinstance(total, int) and total == 1 else total * length
    return total


def broadcast_shapes(*shapes: Any) -> tuple[Any, ...]:
    """The shape that arrays of these shapes broadcast to.

    Lengths are ints or integer scalar variables; of these only what is known at
    definition is compared: two that are not known are taken to be equal. Raises
    `ShapeError` for lengths that differ and are not 1.

    >>> broadcast_shapes((2, 1), (3,), 1)
    (2, 3)
    """
    given = [as_shape(s, "broadcast_shapes") for s in shapes]
    rank = max((len(s) for s in given), default=0)
    aligned = [(1,) * (rank - len(s)) + s for s in given]
    return tuple(_agreed(lengths, given) for lengths in zip(*aligned, strict=True))


def _agreed(lengths: Sequence[Any], shapes: Sequence[Sequence[Any]]) -> Any:
    """The one length besides 1 of an axis, rather one that is known."""
    wide = [n for n in lengths if static_length(n) != 1]
    known = {n: n for n in map(static_length, wide) if isinstance(n, int)}
    if len(known) > 1:
        listed = " and ".join(show_shape(list(map(static_length, s))) for s in shapes)
        raise ShapeError(
            f"broadcast_shapes: shapes {listed} do not broadcast: lengths "
            f"{' and '.join(map(str, known))} differ, and neither is 1.",
            remedy="Give one of the arrays a new axis: x[:, None].",
        )
    return next(iter(known), wide[0] if wide else 1)


def broadcast_shape(*xs: Any) -> tuple[Any, ...]:
    """The shape that the arrays `xs` broadcast to.

    >>> broadcast_shape([[1.0], [2.0]], [1.0, 2.0, 3.0])
    (2, 3)
    """
    return broadcast_shapes(*[shape(x) for x in xs])
