"""Fourier transforms along several axes, and their frequencies, as in numpy.fft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import normalize_axes, shape_of
from tensorgraph.ops.shaping.roll import roll
from tensorgraph.ops.signal.fourier import fft, ifft, irfft, rfft
from tensorgraph.ops.tensor import as_tensor

# -- several axes ----------------------------------------------------------------------


def _over(
    what: str, one: Any, a: Any, s: Sequence[Any] | None, axes: Sequence[int] | None,
    norm: str | None,
) -> Any:  # fmt: skip
    a = as_tensor(a)
    for n, axis in zip(*_plan(what, a, s, axes), strict=True):
        a = one(a, n, axis, norm)
    return a


def _plan(what: str, a: Variable, s: Any, axes: Any) -> tuple[Any, Any]:
    """The lengths of the transforms (None: as they are), and their axes."""
    if axes is None:
        axes = range(-a.type.ndim, 0) if s is None else range(-len(s), 0)
    lengths = [None] * len(axes) if s is None else list(s)
    if len(lengths) != len(axes):
        raise ShapeError(f"{what}: {len(lengths)} lengths for {len(axes)} axes.")
    return lengths, axes


def fftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    """The transform along several axes (all by default), of the lengths `s`.

    >>> fftn([[1.0, 0.0], [0.0, 0.0]]).eval().real
    array([[1., 1.],
           [1., 1.]])
    """
    return _over("fftn", fft, a, s, axes, norm)


def ifftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    """The inverse of `fftn`.

    >>> ifftn([[1.0, 1.0], [1.0, 1.0]]).eval().real
    array([[1., 0.],
           [0., 0.]])
    """
    return _over("ifftn", ifft, a, s, axes, norm)


def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    """`fftn` over the last two axes.

    >>> fft2([[1.0, 0.0], [0.0, 0.0]]).eval().imag
    array([[0., 0.],
           [0., 0.]])
    """
    return fftn(a, s, axes, norm)


def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    """`ifftn` over the last two axes.

    >>> ifft2([[1.0, 1.0], [1.0, 1.0]]).eval().imag
    array([[0., 0.],
           [0., 0.]])
    """
    return ifftn(a, s, axes, norm)


def rfftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    """The transform of reals along several axes; along the last of them as `rfft`.

    >>> rfftn([[1.0, 0.0], [0.0, 0.0]]).eval().real
    array([[1., 1.],
           [1., 1.]])
    """
    return _halved("rfftn", a, s, axes, norm, forward=True)


def irfftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    """The inverse of `rfftn`; along the last axis as `irfft`.

    >>> irfftn([[1.0, 1.0], [1.0, 1.0]]).eval()
    array([[1., 0.],
           [0., 0.]])
    """
    return _halved("irfftn", a, s, axes, norm, forward=False)


def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    """`rfftn` over the last two axes.

    >>> rfft2([[1.0, 0.0], [0.0, 0.0]]).eval().imag
    array([[0., 0.],
           [0., 0.]])
    """
    return rfftn(a, s, axes, norm)


def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    """`irfftn` over the last two axes.

    >>> irfft2([[1.0, 1.0], [1.0, 1.0]]).eval()
    array([[1., 0.],
           [0., 0.]])
    """
    return irfftn(a, s, axes, norm)


def _halved(
    what: str, a: Any, s: Any, axes: Any, norm: str | None, forward: bool
) -> Any:
    a = as_tensor(a)
    lengths, axes = _plan(what, a, s, axes)
    if forward:
        a = rfft(a, lengths[-1], axes[-1], norm)
    one = fft if forward else ifft
    for n, axis in zip(lengths[:-1], axes[:-1], strict=True):
        a = one(a, n, axis, norm)
    return a if forward else irfft(a, lengths[-1], axes[-1], norm)


# -- frequencies -----------------------------------------------------------------------


def fftfreq(n: int, d: float = 1.0) -> Any:
    """The frequencies of the n points of a transform, for samples d apart.

    >>> fftfreq(4).eval()
    array([ 0.  ,  0.25, -0.5 , -0.25])
    """
    return _frequencies([k if k < (n + 1) // 2 else k - n for k in range(n)], n, d)


def rfftfreq(n: int, d: float = 1.0) -> Any:
    """The frequencies of the points of `rfft`, for n samples d apart.

    >>> rfftfreq(4).eval()
    array([0.  , 0.25, 0.5 ])
    """
    return _frequencies(list(range(n // 2 + 1)), n, d)


def _frequencies(numbers: list[int], n: int, d: float) -> Any:
    return as_tensor([k / (n * d) for k in numbers])


def _shifted(x: Any, axes: Any, up: bool) -> Any:
    x = as_tensor(x)
    for axis in normalize_axes(axes, x.type.ndim, "fftshift"):
        length = shape_of(x)[axis]
        x = roll(x, length // 2 if up else -(length // 2), axis)
    return x


def fftshift(x: Any, axes: Any = None) -> Any:
    """The point of frequency 0 moved to the middle of each axis.

    >>> fftshift([0, 1, -2, -1]).eval()
    array([-2, -1,  0,  1])
    """
    return _shifted(x, axes, True)


def ifftshift(x: Any, axes: Any = None) -> Any:
    """The inverse of `fftshift`.

    >>> ifftshift([-2, -1, 0, 1]).eval()
    array([ 0,  1, -2, -1])
    """
    return _shifted(x, axes, False)
