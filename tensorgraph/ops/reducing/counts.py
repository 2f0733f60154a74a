"""Counts of elements: bincount, histogram."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, ParameterError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.check import check
from tensorgraph.ops.creating.create import as_length, zeros
from tensorgraph.ops.creating.spacing import linspace
from tensorgraph.ops.indexing.bounds import integers, within
from tensorgraph.ops.indexing.index import update_at
from tensorgraph.ops.pointwise.comparison import isfinite
from tensorgraph.ops.reducing.reduce import all, max, min
from tensorgraph.ops.shaping.shape import ravel, specify_shape
from tensorgraph.ops.sorting.search import searchsorted
from tensorgraph.ops.tensor import as_tensor, constant, static_value


def bincount(x: Any, weights: Any = None, minlength: Any = 0) -> Any:
    """How often each of 0, 1, 2, ... occurs among the integers of a vector.

    With `weights` (a vector of the length of x) their sums instead, as float64; they
    have gradients. The length is one more than the largest integer, and so depends on
    values unless `x` is known at definition. A `minlength` other than 0 is the length
    itself, unless `x` is known to need more: an integer that reaches it raises
    `BoundsError` on the call. Negative integers raise it too.

    >>> bincount([0, 1, 1, 3]).eval()
    array([1, 2, 0, 1])
    >>> bincount([0, 1, 1], weights=[0.5, 1.0, 2.0], minlength=3).eval()
    array([0.5, 3. , 0. ])
    """
    x = cast(integers("bincount", x), "int64")
    if x.type.ndim != 1:
        raise ShapeError(f"bincount takes a vector, not {x!r} of type {x.type}.")
    length = _number_of_bins(x, as_length(minlength, "bincount"))
    x = within("bincount", x, length)
    if weights is None:
        return update_at(zeros(length, "int64"), x, 1, "add")
    return _sums(x, _weights("bincount", weights, x), length, "float64")


def _number_of_bins(x: Variable, least: Any) -> Any:
    """The length of the result: as the integers need it where they are known."""
    known = static_value(x)
    if known is not None and isinstance(least, int):
        return int(np.maximum(least, known.max(initial=-1) + 1))
    if isinstance(least, int) and least == 0:
        return max(x, initial=-1) + 1
    return least


def _weights(what: str, weights: Any, x: Variable) -> Any:
    """Real weights of the shape of the elements."""
    weights = as_tensor(weights)
    if weights.type.dtype.startswith("complex"):
        raise DTypeError(f"{what} takes real weights, not {weights.type.dtype}.")
    if weights.type.ndim != x.type.ndim:
        raise ShapeError(
            f"{what}: the weights are {weights.type}, but the elements {x.type}.",
            remedy="Give each element one weight.",
        )
    return specify_shape(weights, shape_of(x))


def _sums(index: Any, weights: Any, length: Any, dtype: str) -> Any:
    """The sums of the weights at each index, added up as float64."""
    total = update_at(zeros(length), index, cast(weights, "float64"), "add")
    return cast(total, dtype)


def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: bool = False,
    weights: Any = None,
) -> tuple[Any, Any]:  # fmt: skip
    """The number of elements in each bin, and the edges of the bins.

    `bins` are a number of bins of equal width, from the smallest element to the largest
    or over `range`, or a vector of ascending edges; each bin includes its left end, and
    the last one both. With `weights` (of the shape of `a`) their sums in each bin. With
    `density` the counts are divided by their sum and by the widths. Elements outside
    and nan are not counted. Raises as `histogram_bin_edges` does.

    >>> counts, edges = histogram([1.0, 2.0, 1.0, 4.0], bins=3)
    >>> counts.eval(), edges.eval()
    (array([2, 1, 1]), array([1., 2., 3., 4.]))
    """
    a = as_tensor(a)
    edges = histogram_bin_edges(a, bins, range)
    last = shape_of(edges)[0] - 2
    x = ravel(a)
    place = searchsorted(edges, x, "right") - 1
    place = math.where(math.eq(x, edges[-1]), last, place)
    inside = math.logical_and(math.ge(place, 0), math.le(place, last))
    place = math.minimum(math.maximum(place, 0), last)
    if weights is None:
        counts = update_at(zeros(last + 1, "int64"), place, inside, "add")
    else:
        kept = ravel(_weights("histogram", weights, a))
        dtype = kept.type.dtype
        counts = _sums(place, math.where(inside, kept, 0), last + 1, dtype)
    if density:
        counts = counts / (edges[1:] - edges[:-1]) / sum(counts)
    return counts, edges


def histogram_bin_edges(
    a: Any, bins: Any = 10, range: Any = None, weights: Any = None
) -> Any:
    """The edges that `histogram` would use; as in NumPy they ignore the `weights`.

    The name of a rule for their number, such as "auto", needs an `a` that is known at
    definition. Raises `ParameterError` for edges that do not ascend and for a number
    below 1, `ShapeError` for edges that are no vector.

    >>> histogram_bin_edges([0.0, 4.0], bins=4).eval()
    array([0., 1., 2., 3., 4.])
    """
    a = as_tensor(a)
    if isinstance(bins, str):
        return constant(np.histogram_bin_edges(_known(a, bins), bins, range))
    if as_tensor(bins).type.ndim == 0:
        return _equal_bins(a, bins, range)
    edges = as_tensor(bins)
    if edges.type.ndim != 1:
        raise ShapeError(f"histogram: the edges must be a vector, not {edges.type}.")
    known = static_value(edges)
    if known is None:
        ascend = all(math.le(edges[:-1], edges[1:]))
        return check(edges, ascend, "histogram: the edges of the bins ascend")
    if (known[1:] < known[:-1]).any():
        raise ParameterError(
            f"histogram: the edges {known} do not ascend.",
            remedy="Sort them: np.sort(edges).",
        )
    return edges


def _known(a: Variable, rule: str) -> Any:
    value = static_value(a)
    if value is None:
        raise ShapeError(
            f"histogram: the number of bins by the rule {rule!r} depends on values.",
            remedy="Give the number of bins, or edges.",
        )
    return value


def _equal_bins(a: Variable, bins: Any, range: Any) -> Any:
    """Edges of bins of equal width."""
    number = as_length(bins, "histogram")
    if isinstance(number, int) and number < 1:
        raise ParameterError(f"histogram: bins must be at least 1, not {number}.")
    if range is not None and (not np.iterable(range) or len(range) != 2):
        raise ParameterError(f"histogram: a range is two numbers, not {range!r}.")
    low, high = _finite(*_outer_edges(a)) if range is None else range
    if not isinstance(low, Variable) and not isinstance(high, Variable) and low > high:
        raise ParameterError(f"histogram: the range {range} goes down.")
    dtype = a.type.dtype if a.type.dtype[0] == "f" else "float64"
    first, last = (cast(as_tensor(v), dtype) for v in (low, high))
    half = math.where(math.eq(first, last), 0.5, 0.0)
    return cast(linspace(first - half, last + half, number + 1), dtype)


def _outer_edges(a: Variable) -> tuple[Any, Any]:
    """The smallest and the largest element; 0 and 1 where there is none."""
    x = a if a.type.dtype[0] == "f" else cast(a, "float64")
    size: Any = 1
    for length in shape_of(x):
        size = length * size
    low, high = min(x, initial=np.inf), max(x, initial=-np.inf)
    if isinstance(size, int):
        return (low, high) if size else (0.0, 1.0)
    some = math.gt(size, 0)
    return math.where(some, low, 0.0), math.where(some, high, 1.0)


def _finite(low: Any, high: Any) -> tuple[Any, Any]:
    """Ends of a range that are found among the elements, none of them inf or nan."""
    finite = math.logical_and(isfinite(low), isfinite(high))
    message = "histogram: the elements are finite, or their range is given"
    return check(low, finite, message), check(high, finite, message)
