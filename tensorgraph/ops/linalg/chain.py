"""Products of several matrices, in the cheapest order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.ops.linalg.product import dot, matmul
from tensorgraph.ops.tensor import as_tensor


def multi_dot(arrays: Sequence[Any]) -> Any:
    """The product of matrices, in the order that needs the fewest multiplications.

    The first and the last may be vectors. Where a length is not known at definition the
    product is taken from the left. Raises `ShapeError` for fewer than two, and for
    shapes that do not fit.

    >>> import numpy as np
    >>> multi_dot([np.eye(2), np.ones((2, 3)), np.ones(3)]).eval()
    array([3., 3.])
    """
    given = [as_tensor(x) for x in arrays]
    if len(given) < 2:
        raise ShapeError(f"multi_dot needs two matrices or more, not {len(given)}.")
    for number, x in enumerate(given):
        ends = number in (0, len(given) - 1)
        if x.type.ndim < 2 - ends:
            raise ShapeError(
                f"multi_dot: operand {number} is a {x.type}, not a matrix.",
                remedy="Only the first and the last may be vectors.",
            )
    rows = 1 if given[0].type.ndim == 1 else given[0].type.shape[-2]
    columns = [
        1 if x.type.ndim == 1 and i else x.type.shape[-1] for i, x in enumerate(given)
    ]
    lengths: list[Any] = [rows, *columns]
    if not all(isinstance(n, int) for n in lengths):
        return reduce(dot, given)
    return _multiplied(given, cheapest_cuts(lengths), 0, len(given) - 1)


def matrix_dot(*arrays: Any) -> Any:
    """The product of its arguments: PyTensor's name of `multi_dot`.

    >>> import numpy as np
    >>> matrix_dot(np.eye(2), np.ones((2, 2)), np.ones(2)).eval()
    array([2., 2.])
    """
    return as_tensor(arrays[0]) if len(arrays) == 1 else multi_dot(arrays)


def cheapest_cuts(lengths: Sequence[int]) -> dict[tuple[int, int], int]:
    """Where to cut each part of a chain: matrix i has lengths i and i + 1.

    Cormen, Leiserson, Rivest and Stein, Introduction to algorithms, section 15.2.

    >>> cheapest_cuts([10, 100, 5, 50])[0, 2]
    1
    """
    count = len(lengths) - 1
    cost = {(i, i): 0 for i in range(count)}
    cuts: dict[tuple[int, int], int] = {}
    for width in range(1, count):
        for i in range(count - width):
            j = i + width
            cost[i, j], cuts[i, j] = min(
                (
                    cost[i, k] + cost[k + 1, j]
                    + lengths[i] * lengths[k + 1] * lengths[j + 1],
                    k,
                )
                for k in range(i, j)
            )  # fmt: skip
    return cuts


def _multiplied(
    given: Sequence[Any], cuts: dict[tuple[int, int], int], i: int, j: int
) -> Any:
    if i == j:
        return given[i]
    cut = cuts[i, j]
    left, right = _multiplied(given, cuts, i, cut), _multiplied(given, cuts, cut + 1, j)
    return matmul(left, right)
