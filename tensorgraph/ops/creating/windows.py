"""Windows that taper a signal to its ends: bartlett, hann, blackman, kaiser."""

from __future__ import annotations

from math import pi
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange, as_length
from tensorgraph.ops.special.bessel import i0


def bartlett(M: Any) -> Any:
    """The triangular window of M points, zero at both ends.

    M is an int or an integer scalar variable; one point is a 1. So for all windows.

    >>> bartlett(5).eval()
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    place, last = _places(M, "bartlett")
    return _unless_single(1 - math.abs(place) / last, M)


def hanning(M: Any) -> Any:
    """The window of M points of von Hann, 0.5 + 0.5 cos(pi t) for t from -1 to 1.

    >>> hanning(5).eval()
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    return _of_cosines(M, "hanning", 0.5, 0.5)


hann = hanning


def hamming(M: Any) -> Any:
    """The window of M points of Hamming, 0.54 + 0.46 cos(pi t) for t from -1 to 1.

    >>> hamming(3).eval()
    array([0.08, 1.  , 0.08])
    """
    return _of_cosines(M, "hamming", 0.54, 0.46)


def blackman(M: Any) -> Any:
    """The window of M points of Blackman, 0.42 + 0.5 cos(pi t) + 0.08 cos(2 pi t).

    Here t goes from -1 to 1.

    >>> blackman(5).eval().round(12)
    array([-0.  ,  0.34,  1.  ,  0.34, -0.  ])
    """
    return _of_cosines(M, "blackman", 0.42, 0.5, 0.08)


def kaiser(M: Any, beta: Any) -> Any:
    """The window of M points of Kaiser, i0(beta sqrt(1 - t^2)) / i0(beta).

    Here t goes from -1 to 1, and `beta` says how much it tapers.

    >>> kaiser(3, 0.0).eval()
    array([1., 1., 1.])
    """
    place, last = _places(M, "kaiser")
    inside = math.maximum(1 - math.sqr(place / last), 0.0)
    return _unless_single(i0(beta * math.sqrt(inside)) / i0(beta), M)


def _of_cosines(M: Any, what: str, *weights: float) -> Any:
    """The sum of weights[k] cos(k pi t) over k."""
    place, last = _places(M, what)
    total: Any = weights[0]
    for k, weight in enumerate(weights[1:], 1):
        total = total + weight * math.cos(k * pi * place / last)
    return _unless_single(total, M)


def _places(M: Any, what: str) -> tuple[Variable, Any]:
    """The numbers 1 - M, 3 - M, ... M - 1, and the last of them: t times it."""
    count = as_length(M, what)
    steps = cast(2 * arange(count) + (1 - count), "float64")
    if isinstance(count, int):
        return steps, float(max(count - 1, 1))
    return steps, cast(math.maximum(count - 1, 1), "float64")


def _unless_single(window: Variable, M: Any) -> Any:
    """The window, which is 1 where it has one point."""
    single = math.eq(M, 1) if isinstance(M, Variable) else M == 1
    return math.where(single, 1.0, window)
