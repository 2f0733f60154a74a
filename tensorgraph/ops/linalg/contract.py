"""Sums of products of two arrays over axes that they share, by labels of their axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.shaping.lengths import product
from tensorgraph.ops.shaping.shape import expand_dims, reshape, squeeze, transpose

Labels = tuple[Any, ...]


@dataclass(frozen=True)
class Term:
    """An array with a label for each axis, no label twice."""

    x: Variable
    labels: Labels

    def length(self, label: Any) -> Any:
        """The length of the axis with a label."""
        return shape_of(self.x)[self.labels.index(label)]

    def without(self, labels: Sequence[Any]) -> Term:
        """The term summed over the axes of some labels, in its own dtype."""
        axes = tuple(self.labels.index(k) for k in labels)
        kept = tuple(k for k in self.labels if k not in labels)
        if all(self.x.type.shape[a] == 1 for a in axes):
            return Term(squeeze(self.x, axes), kept)
        return Term(cast(sum(self.x, axes), self.x.type.dtype), kept)

    def ordered(self, labels: Sequence[Any]) -> Term:
        """The term with its axes in the order of all of its labels."""
        order = [self.labels.index(k) for k in labels]
        return Term(transpose(self.x, order), tuple(labels))


def contract(a: Term, b: Term, kept: Sequence[Any]) -> Term:
    """The products of elements of two terms, summed over the labels that are not kept.

    Where both terms have axes of their own beside those that are summed over, it is a
    product of matrices; elsewhere the sum runs in one loop with the product, and
    nothing is moved.
    """
    a = a.without([k for k in a.labels if k not in kept and k not in b.labels])
    b = b.without([k for k in b.labels if k not in kept and k not in a.labels])
    a, b = _without_repeated(a, b), _without_repeated(b, a)
    both = [k for k in a.labels if k in b.labels]
    stacked = [k for k in both if k in kept]
    left = [k for k in a.labels if k not in both]
    summed = [k for k in both if k not in kept]
    right = [k for k in b.labels if k not in both]
    if summed and left and right:
        return _by_matrices(a, b, stacked, left, summed, right)
    if len(summed) == 1 and len(left) + len(right) <= 1:
        x = a.ordered([*stacked, *left, *summed]).x
        y = b.ordered([*stacked, *summed, *right]).x
        found = Dot(1 + len(left), 1 + len(right))(x, y)
        return Term(found, (*stacked, *left, *right))
    return _multiplied(a, b).without(summed)


def _without_repeated(a: Term, b: Term) -> Term:
    """A term without axes of length 1 along which it broadcasts against the other."""
    shared = [k for k in a.labels if k in b.labels]
    return a.without([k for k in shared if _is_one(a, k) and not _is_one(b, k)])


def _is_one(term: Term, label: Any) -> bool:
    return term.x.type.shape[term.labels.index(label)] == 1


def _multiplied(a: Term, b: Term) -> Term:
    """The products for all labels of two terms, those of the second term last."""
    labels = (*[k for k in a.labels if k not in b.labels], *b.labels)
    return Term(_aligned(a, labels) * _aligned(b, labels), labels)


def _aligned(term: Term, labels: Labels) -> Any:
    """The array with an axis for each label, of length 1 where the term has none."""
    moved = term.ordered([k for k in labels if k in term.labels]).x
    return expand_dims(moved, [i for i, k in enumerate(labels) if k not in term.labels])


def _by_matrices(
    a: Term, b: Term, stacked: list[Any], left: list[Any], summed: list[Any],
    right: list[Any],
) -> Term:  # fmt: skip
    """A product of matrices whose rows and columns are axes folded into one."""
    stack = [a.length(k) for k in stacked]
    rows, columns = [a.length(k) for k in left], [b.length(k) for k in right]
    inner = [a.length(k) for k in summed]
    x = _folded(a.ordered([*stacked, *left, *summed]).x, stack, rows, inner)
    y = _folded(b.ordered([*stacked, *summed, *right]).x, stack, inner, columns)
    found = Dot(2, 2)(x, y)
    if len(left) > 1 or len(right) > 1:
        found = reshape(found, (*stack, *rows, *columns))
    return Term(found, (*stacked, *left, *right))


def _folded(x: Variable, stack: list[Any], rows: list[Any], columns: list[Any]) -> Any:
    """A stack of matrices, from an array with the axes of their rows and columns."""
    if len(rows) == len(columns) == 1:
        return x
    return reshape(x, (*stack, product(rows), product(columns)))
