"""Elements in another order along axes: roll, flip, rot90."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Expr
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import (
    Axes,
    batched_axes,
    normalize_axes,
    refuse_batched,
    shape_of,
    show_axes,
)
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.indexing.slices import choose
from tensorgraph.ops.shaping.shape import ravel, reshape, swapaxes
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    static_value,
)


def flip(x: Any, axis: Axes = None) -> Any:
    """`x` with its elements in reverse order along `axis`, by default along all.

    Raises `ShapeError` for an axis that there is not.

    >>> flip([[1, 2], [3, 4]]).eval()
    array([[4, 3],
           [2, 1]])
    """
    x = as_tensor(x)
    axes = normalize_axes(axis, x.type.ndim, "flip")
    if not axes:
        return x
    back = [slice(None, None, -1 if a in axes else None) for a in range(x.type.ndim)]
    return get(x, tuple(back))


def flipud(x: Any) -> Any:
    """`x` with its rows in reverse order.

    >>> flipud([[1, 2], [3, 4]]).eval()
    array([[3, 4],
           [1, 2]])
    """
    return flip(x, 0)


def fliplr(x: Any) -> Any:
    """`x` with its columns in reverse order.

    >>> fliplr([[1, 2], [3, 4]]).eval()
    array([[2, 1],
           [4, 3]])
    """
    return flip(x, 1)


def rot90(x: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """`x` turned by `k` quarters in the plane of two axes, from first to second.

    Raises `ShapeError` unless `axes` are two different axes, and `DTypeError` for a `k`
    that is no int: the shape of the result follows from it.

    >>> rot90([[1, 2], [3, 4]]).eval()
    array([[2, 4],
           [1, 3]])
    """
    x = as_tensor(x)
    if len(normalize_axes(axes, x.type.ndim, "rot90")) != 2:
        raise ShapeError(f"rot90: axes must be two axes, not {axes}.")
    if not isinstance(k, int | np.integer):
        raise DTypeError(f"rot90: the number of quarters must be an int, not {k!r}.")
    first, second = axes
    if k % 4 == 0:
        return x
    if k % 4 == 2:
        return flip(x, axes)
    if k % 4 == 1:
        return swapaxes(flip(x, second), first, second)
    return flip(swapaxes(x, first, second), second)


def roll(x: Any, shift: Any, axis: Axes = None) -> Any:
    """`x` with its elements moved on by `shift` places; what falls off comes back in.

    Without `axis` it is rolled in C order. Several axes take one shift each, or the
    same; an axis named twice is rolled twice. Shifts are integers or integer scalar
    variables. Raises `ShapeError` when there are not as many shifts as axes, and
    `DTypeError` for shifts that are no integers.

    >>> roll([1, 2, 3, 4], 1).eval()
    array([4, 1, 2, 3])
    """
    x = as_tensor(x)
    if axis is None and x.type.ndim != 1:
        return x if x.type.ndim == 0 else reshape(roll(ravel(x), shift), shape_of(x))
    axes = [0] if axis is None else _listed(axis)
    shifts = _listed(shift)
    if len(shifts) != len(axes) and 1 not in (len(shifts), len(axes)):
        raise ShapeError(
            f"roll: {len(shifts)} shifts were given for {len(axes)} axes.",
            remedy="Give one shift for all axes, or one for each.",
        )
    count = max(len(shifts), len(axes)) if axes and shifts else 0
    total: dict[int, Any] = {}
    for i in range(count):
        (place,) = normalize_axes(axes[i % len(axes)], x.type.ndim, "roll")
        total[place] = _whole(shifts[i % len(shifts)]) + total.get(place, 0)
    moves = {a: _reduced(x.type.shape[a], by) for a, by in total.items()}
    axes = tuple(sorted(a for a, by in moves.items() if _moves(by)))
    return Roll(axes)(x, *[_scalar(moves[a]) for a in axes]) if axes else x


def _reduced(length: Length, by: Any) -> Any:
    """A shift without whole rounds, where both are known."""
    known = isinstance(length, int) and isinstance(by, int)
    return by % max(length, 1) if known else by  # type: ignore[type-var]


def _moves(by: Any) -> bool:
    return isinstance(by, Variable) or by != 0


def _scalar(by: Any) -> Variable:
    return as_tensor(by, dtype="int64")


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | np.ndarray) else [value]


def _whole(shift: Any) -> Any:
    """A shift as an int or an integer scalar."""
    known = static_value(shift) if isinstance(shift, Variable) else np.asarray(shift)
    kind = shift.type.dtype[0] if known is None else known.dtype.kind
    if kind not in "iu" or (shift.type.ndim if known is None else known.ndim):
        raise DTypeError(f"roll: a shift must be an integer scalar, not {shift!r}.")
    return shift.astype("int64") if known is None else int(known)


@dataclass(frozen=True)
class Roll(TensorOp):
    """Elements moved on along axes; those that fall off come in at the other end.

    Inputs: the array, then an int64 scalar for each axis: by how many places.
    """

    axes: tuple[int, ...]
    moves_elements = True

    def infer(self, x: Variable, *shifts: Variable) -> TensorType:
        return x.type

    def evaluate(self, xp: Any, x: Any, *shifts: Any) -> Any:
        return xp.roll(x, tuple(int(s) for s in shifts), self.axes)

    def pullback(self, x: Variable, *rest: Variable) -> Any:
        *shifts, _, g = rest
        back = [math.neg(s) for s in shifts]
        return (self(g, *back), *[None] * len(shifts))

    def batch(self, batched: Sequence[bool], x: Variable, *shifts: Variable) -> Any:
        refuse_batched("roll", "its shifts", batched[1:])
        return Roll(batched_axes(self.axes))(x, *shifts)

    def lower(self, loop: Any, x: Any, *shifts: Any) -> Any:
        """The end of each axis joined in front of its start.

        What is joined along one axis are pieces rolled along the others, so that each
        element is moved once.
        """
        moved = [_places(loop.as_integer(s)) for s in shifts]
        return _rolled(loop, x, list(zip(self.axes, moved, strict=True)))

    def __str__(self) -> str:
        return f"Roll{{{show_axes(self.axes)}}}"


def _places(shift: Expr) -> Callable[[Expr], Expr]:
    """A function from a length to how many elements of such an axis come in again."""

    def places(length: Expr) -> Expr:
        rounds = at.maximum(length, at.ONE)
        back = at.remainder(at.minus(at.integer(-1), shift), rounds)
        inside = choose(
            at.less(shift, at.ZERO),
            at.minus(at.minus(rounds, at.ONE), back),
            at.remainder(shift, rounds),
        )
        return at.maximum(at.minimum(inside, length), at.ZERO)

    return places


def _rolled(loop: Any, x: Any, moves: list[tuple[int, Callable[[Expr], Expr]]]) -> Any:
    if not moves:
        return x
    *others, (axis, places) = moves
    length = x.extents[axis]
    number = places(length)
    cut = at.minus(length, number)
    pieces = [_piece(loop, x, axis, cut, number), _piece(loop, x, axis, at.ZERO, cut)]
    joined = loop.concatenate([_rolled(loop, p, others) for p in pieces], axis)
    joined.extents = x.extents
    return joined


def _piece(loop: Any, x: Any, axis: int, start: Expr, length: Expr) -> Any:
    """`length` elements of an axis from `start` on."""
    extents = (*x.extents[:axis], length, *x.extents[axis + 1 :])
    return loop.view(
        x, extents, lambda s: (*s[:axis], at.plus(start, s[axis]), *s[axis + 1 :])
    )
