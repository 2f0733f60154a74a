"""Graphs that stay the same when two axes are exchanged: symmetry by construction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import ExpandDims, Sum
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.shaping.shape import Transpose
from tensorgraph.rewrites.facts import is_op
from tensorgraph.rewrites.ranges import is_not_negative, is_positive

STEPS = 60
"""A comparison looks at so many pairs of variables at most."""

EVEN = (math.sqr, math.abs, math.cos)


def mirrors(a: Variable, b: Variable, i: int, j: int) -> bool:
    """Whether `b` is `a` with the axes i and j exchanged, as their graphs tell."""
    return Comparison().same(a, b, i, j)


class Comparison:
    """A comparison of two graphs, one of them mirrored, in a bounded number of steps.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> distances = (x[:, None] - x) ** 2
    >>> Comparison().same(distances, distances, 0, 1)
    False
    >>> distances = tg.rewrite_graph(distances)
    >>> Comparison().same(distances, distances, 0, 1)
    True
    """

    def __init__(self) -> None:
        self.left = STEPS

    def same(self, a: Variable, b: Variable, i: int, j: int) -> bool:
        """Whether `b` is `a` mirrored."""
        self.left -= 1
        if self.left < 0:
            return False
        if a is b and a.type.shape[i] == a.type.shape[j] == 1:
            return True
        if number_of(a) is not None and number_of(a) == number_of(b):
            return True
        first, second = placed(a), placed(b)
        if first[0] is second[0] and _exchanged(first[1], i, j) == second[1]:
            return True
        if a.owner is None or b.owner is None or a.owner.op != b.owner.op:
            return False
        op, given, other = a.owner.op, a.owner.inputs, b.owner.inputs
        if isinstance(op, Elementwise):
            return self._elementwise(op, given, other, i, j)
        if isinstance(op, Cast):
            return self.same(given[0], other[0], i, j)
        if isinstance(op, Sum):
            kept = [n for n in range(given[0].type.ndim) if n not in op.axes]
            return self.same(given[0], other[0], kept[i], kept[j])
        if isinstance(op, Dot) and op.left == op.right == 2:
            crossed = (given[0], other[1]), (given[1], other[0])
            return all(self.same(x, y, i, j) for x, y in crossed)
        return False

    def _elementwise(
        self, op: Elementwise, a: Sequence[Variable], b: Sequence[Variable],
        i: int, j: int,
    ) -> bool:  # fmt: skip
        if any(op is one for one in EVEN) and self._opposite(a[0], b[0], i, j):
            return True
        if all(self.same(x, y, i, j) for x, y in zip(a, b, strict=True)):
            return True
        if not op.commutative or len(a) != 2:
            return False
        return self.same(a[0], b[1], i, j) and self.same(a[1], b[0], i, j)

    def _opposite(self, a: Variable, b: Variable, i: int, j: int) -> bool:
        """Whether `b` is minus `a` mirrored: differences are."""
        self.left -= 1
        if not is_op(a, math.sub) or not is_op(b, math.sub) or _wraps(a):
            return False
        (p, q), (r, s) = a.owner.inputs, b.owner.inputs
        return self.same(p, s, i, j) and self.same(q, r, i, j)


def placed(v: Variable) -> tuple[Variable, tuple[int | None, ...]]:
    """What new and permuted axes were made of, and where each axis comes from."""
    axes: list[int | None] = list(range(v.type.ndim))
    while v.owner is not None:
        op, (x, *_) = v.owner.op, v.owner.inputs or [None]
        if isinstance(op, Transpose):
            before: list[int | None] = list(op.axes)
        elif isinstance(op, ExpandDims):
            old = iter(range(x.type.ndim))
            before = [None if n in op.axes else next(old) for n in range(v.type.ndim)]
        else:
            break
        axes = [None if n is None else before[n] for n in axes]
        v = x
    return v, tuple(axes)


def _exchanged(axes: tuple[int | None, ...], i: int, j: int) -> tuple[int | None, ...]:
    found = list(axes)
    found[i], found[j] = found[j], found[i]
    return tuple(found)


def is_distance(v: Variable, sign: int = 1, depth: int = 10) -> bool:
    """Whether a square matrix, times the sign, is conditionally negative definite.

    So are squares and sizes of differences x[:, None] - x, their sums, roots and
    positive multiples; then exp(-c v) is semidefinite for positive c: Schoenberg,
    Metric spaces and positive definite functions (1938).
    """
    node = v.owner
    if node is None or not depth:
        return False
    op, inputs = node.op, node.inputs
    if op is math.neg:
        return is_distance(inputs[0], -sign, depth - 1)
    if op is math.mul or op is math.true_div:
        for s, x in (inputs[::-1], inputs)[: 1 + (op is math.mul)]:
            if _is_one(s) and is_not_negative(-s if _is_negative(s) else s):
                turned = -sign if _is_negative(s) else sign
                return is_distance(x, turned, depth - 1)
        return False
    if op is math.add:
        return all(_is_one(x) or is_distance(x, sign, depth - 1) for x in inputs)
    if sign < 0:
        return False
    if op is math.sqrt:
        return is_distance(inputs[0], 1, depth - 1)
    if isinstance(op, Sum):
        inner = inputs[0]
        kept = [n for n in range(inner.type.ndim) if n not in op.axes]
        return _is_difference(inner, *kept[-2:]) if len(kept) > 1 else False
    return _is_difference(v, v.type.ndim - 2, v.type.ndim - 1)


def _is_one(v: Variable) -> bool:
    """Whether `v` is one number for each matrix."""
    return v.type.ndim < 2 or v.type.shape[-2:] == (1, 1)


def _is_negative(v: Variable) -> bool:
    value = number_of(v)
    return value < 0 if value is not None else is_positive(-v)


def _is_difference(v: Variable, i: int, j: int) -> bool:
    """Whether `v` is the square or the size of a difference x - x', with x' mirrored.

    Factors that are the same along both axes, and not negative, may stand before it.
    """
    if is_op(v, math.mul) or is_op(v, math.true_div):
        a, b = v.owner.inputs
        pairs = ((a, b), (b, a)) if is_op(v, math.mul) else ((b, a),)
        return any(
            s.type.shape[i] == s.type.shape[j] == 1
            and is_not_negative(s) and _is_difference(x, i, j)
            for s, x in pairs
        )  # fmt: skip
    if not is_op(v, math.sqr) and not is_op(v, math.abs):
        return False
    (x,) = v.owner.inputs
    if is_op(x, math.mul) or is_op(x, math.true_div):
        a, b = x.owner.inputs
        pairs = ((a, b), (b, a)) if is_op(x, math.mul) else ((b, a),)
        return any(
            s.type.shape[i] == s.type.shape[j] == 1 and _is_antisymmetric(y, i, j)
            for s, y in pairs
        )
    return _is_antisymmetric(x, i, j)


def _is_antisymmetric(v: Variable, i: int, j: int) -> bool:
    if not is_op(v, math.sub) or _wraps(v):
        return False
    p, q = v.owner.inputs
    single = p.type.shape[j] == 1 and q.type.shape[i] == 1
    return single and mirrors(p, q, i, j)


def _wraps(v: Variable) -> bool:
    """Whether differences are of integers without sign or with few bits: 1 - 2 is 255,
    and 100 - (-100) is -56.
    """
    return np.dtype(v.type.dtype).kind == "u" or v.type.dtype in ("int8", "int16")
