"""Discrete Fourier transforms, as in numpy.fft.

y[k] = sum over j of x[j] exp(-2 pi i j k / n), and backward with +i and 1/n. A
cotangent goes back by the same transform, because its matrix is symmetric.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Address, Const
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import normalize_axes, shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import as_length
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.pointwise.parts import conj, is_complex, real
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.shaping.pad import pad
from tensorgraph.ops.shaping.roll import flip, roll
from tensorgraph.ops.shaping.shape import moveaxis
from tensorgraph.ops.signature import SignatureOp
from tensorgraph.ops.tensor import TensorType, as_tensor

FOURIER = ir.Routine("tg_fourier", "tg")


@dataclass(frozen=True)
class Fourier(SignatureOp):
    """Transforms of vectors, not normalized; `sign` is that of i in the exponent."""

    sign: int = -1
    signature = "(n)->(n)"

    def infer(self, x: Variable) -> TensorType:
        return x.type

    def evaluate(self, xp: Any, x: Any) -> Any:
        return xp.astype(xp.fourier(x, self.sign), x.dtype.name)

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        return Fourier(self.sign)(g)

    def lower(self, loop: Any, x: Any) -> Any:
        dtype = loop.dtype
        x = loop.cast(x, "complex128")
        *stack, length = x.extents
        some = at.less(at.ZERO, length)
        loop.require("shape", "a Fourier transform has at least 1 point, not 0", some)
        rows = at.product(tuple(stack))
        work = at.plus(at.times(length, Const(24)), Const(64))

        def emit(inputs: Any, outputs: Any, scratch: Any) -> list[ir.Stmt]:
            buffers = (*inputs, *outputs, *scratch)
            starts = [Address(b, (at.ZERO,) * len(b.extents)) for b in buffers]
            arguments = (*starts, rows, length, Const(self.sign))
            return [
                ir.Call(FOURIER, arguments, reads=inputs, writes=(*outputs, *scratch))
            ]

        result = loop.call(
            [x], [(x.extents, "complex128")], emit, (FOURIER,), [((work,), "float64")]
        )[0]
        return loop.cast(result, dtype)


# -- one axis --------------------------------------------------------------------------

NORMS = {"backward": (0.0, 1.0), "ortho": (0.5, 0.5), "forward": (1.0, 0.0)}
"""The powers of 1/n by which transforms forward and backward are scaled."""


def _numbers(what: str, a: Any) -> Any:
    """The array as complex numbers of its own precision."""
    a = as_tensor(a)
    if a.type.ndim == 0:
        raise ShapeError(f"{what} transforms an axis, but {a!r} is a scalar.")
    if is_complex(a):
        return a
    return cast(
        a, "complex64" if a.type.dtype in ("float16", "float32") else "complex128"
    )


def _points(what: str, n: Any) -> Any:
    """A number of points; raises `ShapeError` for none."""
    n = as_length(n, what)
    if isinstance(n, int) and n < 1:
        raise ShapeError(
            f"{what}: a Fourier transform has at least 1 point, not {n}.",
            remedy="Say the number of points: n=8.",
        )
    return n


def _resized(x: Variable, n: Any) -> Any:
    """The last axis cut, or filled with zeros, to length n."""
    if n is None or n == x.type.shape[-1]:
        return x
    longer = pad(x, [(0, 0)] * (x.type.ndim - 1) + [(0, n)])
    return get(longer, (..., slice(n)))


def _scaled(y: Variable, n: Any, power: float) -> Any:
    if power == 0.0:
        return y
    length = as_tensor(n).astype(
        "float32" if y.type.dtype == "complex64" else "float64"
    )
    return y / (length if power == 1.0 else math.sqrt(length))


def _power(norm: str | None, sign: int) -> float:
    found = NORMS.get("backward" if norm is None else norm)
    if found is None:
        raise ValueError(
            f"norm is one of {', '.join(map(repr, NORMS))} or None, not {norm!r}."
        )
    return found[sign > 0]


def _along(
    what: str, a: Any, n: Any, axis: int, norm: str | None, sign: int
) -> Any:  # fmt: skip
    x = _numbers(what, a)
    (axis,) = normalize_axes(axis, x.type.ndim, what)
    x = moveaxis(x, axis, -1)
    known = x.type.shape[-1] if n is None else n
    n = _points(what, known) if isinstance(known, int | Variable) else None
    x = _resized(x, n)
    y = _scaled(Fourier(sign)(x), shape_of(x)[x.type.ndim - 1], _power(norm, sign))
    return moveaxis(y, -1, axis)


def fft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The Fourier transform along an axis, cut or filled with zeros to n points.

    float32 gives complex64, other reals complex128. `norm` is "backward" (no factor),
    "ortho" or "forward" (1/n). Raises `ShapeError` for a scalar.

    >>> fft([1.0, 0.0, -1.0, 0.0]).eval()
    array([0.+0.j, 2.+0.j, 0.+0.j, 2.+0.j])
    """
    return _along("fft", a, n, axis, norm, -1)


def ifft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The inverse of `fft`.

    >>> ifft([0.0, 2.0, 0.0, 2.0]).eval()
    array([ 1.+0.j,  0.+0.j, -1.+0.j,  0.+0.j])
    """
    return _along("ifft", a, n, axis, norm, 1)


def rfft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The first n // 2 + 1 points of the transform of reals; the others are conjugate.

    Raises `DTypeError` for complex numbers.

    >>> rfft([1.0, 0.0, -1.0, 0.0]).eval()
    array([0.+0.j, 2.+0.j, 0.+0.j])
    """
    a = as_tensor(a)
    if is_complex(a):
        raise DTypeError(f"rfft takes real numbers, not {a.type}.", remedy="Use fft.")
    y = moveaxis(fft(a, n, axis, norm), axis, -1)
    half = get(y, (..., slice(shape_of(y)[y.type.ndim - 1] // 2 + 1)))
    return moveaxis(half, -1, axis)


def irfft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The n reals whose `rfft` is given; n is 2 (m - 1) for m points unless said.

    The imaginary parts of the first and of the middle point have no effect.

    >>> irfft([0.0, 2.0, 0.0]).eval()
    array([ 1.,  0., -1.,  0.])
    """
    x = _numbers("irfft", a)
    (axis,) = normalize_axes(axis, x.type.ndim, "irfft")
    x = moveaxis(x, axis, -1)
    if n is None:
        n = 2 * (shape_of(x)[x.type.ndim - 1] - 1)
    n = _points("irfft", n)
    half = _resized(x, n // 2 + 1)
    mirrored = flip(conj(get(half, (..., slice(1, n - n // 2)))), -1)
    whole = concatenate([half, mirrored], axis=-1)
    if not isinstance(n, int):
        whole = get(whole, (..., slice(n)))  # nothing, where n turns out to be 0
    return moveaxis(real(ifft(whole, norm=norm)), -1, axis)


def hfft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The real transform of a signal whose other half is the conjugate of this one.

    >>> hfft([1.0, 2.0, 3.0]).eval()
    array([ 8., -2.,  0., -2.])
    """
    a = _numbers("hfft", a)
    return irfft(conj(a), n, axis, _other(norm))


def ihfft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The inverse of `hfft`, from reals.

    >>> ihfft([8.0, -2.0, 0.0, -2.0]).eval().real
    array([1., 2., 3.])
    """
    return conj(rfft(a, n, axis, _other(norm)))


def _other(norm: str | None) -> str | None:
    """The norm whose factors backward are these factors forward."""
    swapped = {None: "forward", "backward": "forward", "forward": "backward"}
    return swapped.get(norm, norm)


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
