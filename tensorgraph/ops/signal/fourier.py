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
from tensorgraph.ops.broadcast import (
    normalize_axes,
    refuse_batched,
    shape_of,
    static_length,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange, as_length
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.pointwise.parts import conj, is_complex
from tensorgraph.ops.shaping.pad import pad
from tensorgraph.ops.shaping.shape import moveaxis
from tensorgraph.ops.signature import SignatureOp
from tensorgraph.ops.tensor import TensorOp, TensorType, as_tensor

FOURIER = ir.Routine("tg_complex_fourier", "tg")
FROM_REALS = ir.Routine("tg_real_fourier", "tg")
TO_REALS = ir.Routine("tg_half_fourier", "tg")

COMPLEX = {"float16": "complex64", "float32": "complex64", "float64": "complex128"}
"""The complex numbers that transforms of reals give."""

REAL = {"complex64": "float32", "complex128": "float64"}
"""The parts of complex numbers."""


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
        x, dtype = loop.cast(x, "complex128"), loop.dtype
        y = _called(loop, FOURIER, x, x.extents, x.extents[-1], Const(self.sign))
        return loop.cast(y, dtype)


@dataclass(frozen=True)
class FourierOfReals(SignatureOp):
    """The first n // 2 + 1 points of transforms of reals; the others are conjugate."""

    signature = "(n)->(h)"

    def infer(self, x: Variable) -> TensorType:
        if x.type.dtype not in COMPLEX:
            raise DTypeError(f"rfft takes floats, not {x.type}.", remedy="Cast them.")
        (n,) = x.type.shape
        points = n // 2 + 1 if isinstance(n, int) else None
        return TensorType(COMPLEX[x.type.dtype], (points,))

    def evaluate(self, xp: Any, x: Any) -> Any:
        return xp.astype(xp.fourier_of_reals(x), COMPLEX[x.dtype.name])

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        n = as_tensor(shape_of(x)[0])
        return RealsOfFourier()(conj(g) / _times_present(y, n), n)

    def lower(self, loop: Any, x: Any) -> Any:
        x, dtype = loop.cast(x, "float64"), loop.dtype
        *stack, n = x.extents
        points = at.plus(at.quotient(n, Const(2)), at.ONE)
        y = _called(loop, FROM_REALS, x, (*stack, points), n)
        return loop.cast(y, dtype)


@dataclass(frozen=True)
class RealsOfFourier(TensorOp):
    """The n reals whose first n // 2 + 1 points along the last axis are given, times n.

    Inputs: the points, then n.
    """

    def infer(self, x: Variable, n: Variable) -> TensorType:
        if x.type.dtype not in REAL:
            raise DTypeError(
                f"irfft takes complex numbers, not {x.type}.", remedy="Cast them."
            )
        return TensorType(REAL[x.type.dtype], (*x.type.shape[:-1], static_length(n)))

    def evaluate(self, xp: Any, x: Any, n: Any) -> Any:
        return xp.astype(xp.reals_of_fourier(x, int(n)), REAL[x.dtype.name])

    def pullback(self, x: Variable, n: Variable, y: Variable, g: Variable) -> Any:
        return conj(FourierOfReals()(g)) * _times_present(x, n), None

    def batch(self, batched: Sequence[bool], x: Variable, n: Variable) -> Any:
        refuse_batched("irfft", "the number of points", batched[1:])
        return self(x, n)

    def lower(self, loop: Any, x: Any, n: Any) -> Any:
        x, length, dtype = loop.cast(x, "complex128"), loop.as_extent(n), loop.dtype
        y = _called(loop, TO_REALS, x, (*x.extents[:-1], length), length)
        return loop.cast(y, dtype)


def _called(
    loop: Any, routine: ir.Routine, x: Any, extents: Any, length: Any, *more: Any
) -> Any:
    """The vectors that a routine makes of those of x; the transforms have a length."""
    some = at.less(at.ZERO, length)
    loop.require("shape", "a Fourier transform has at least 1 point, not 0", some)
    rows = at.product(tuple(extents[:-1]))
    work = at.plus(at.times(length, Const(24)), Const(4224))

    def emit(inputs: Any, outputs: Any, scratch: Any) -> list[ir.Stmt]:
        buffers = (*inputs, *outputs, *scratch)
        starts = [Address(b, (at.ZERO,) * len(b.extents)) for b in buffers]
        arguments = (*starts, rows, length, *more)
        return [ir.Call(routine, arguments, reads=inputs, writes=(*outputs, *scratch))]

    dtype = "float64" if routine is TO_REALS else "complex128"
    scratch = [((work,), "float64")]
    return loop.call([x], [(extents, dtype)], emit, (routine,), scratch)[0]


def _times_present(half: Any, n: Any) -> Any:
    """How often each of the first points is among the n: 2, at both ends of them 1."""
    k = arange(shape_of(half)[half.type.ndim - 1])
    once = math.logical_or(math.eq(k, 0), math.eq(2 * k, n))
    return cast(math.where(once, 1.0, 2.0), REAL[half.type.dtype])


# -- one axis --------------------------------------------------------------------------

NORMS = {"backward": (0.0, 1.0), "ortho": (0.5, 0.5), "forward": (1.0, 0.0)}
"""The powers of 1/n by which transforms forward and backward are scaled."""


def _numbers(a: Any) -> Any:
    """The array as complex numbers of its own precision."""
    a = as_tensor(a)
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
        "float32" if y.type.dtype in ("complex64", "float32") else "float64"
    )
    return y / (length if power == 1.0 else math.sqrt(length))


def _power(norm: str | None, sign: int) -> float:
    found = NORMS.get("backward" if norm is None else norm)
    if found is None:
        raise ValueError(
            f"norm is one of {', '.join(map(repr, NORMS))} or None, not {norm!r}."
        )
    return found[sign > 0]


def _along(what: str, op: Any, x: Any, n: Any, axis: int, power: float) -> Any:
    if x.type.ndim == 0:
        raise ShapeError(f"{what} transforms an axis, but {x!r} is a scalar.")
    (axis,) = normalize_axes(axis, x.type.ndim, what)
    x = moveaxis(x, axis, -1)
    known = x.type.shape[-1] if n is None else n
    n = _points(what, known) if isinstance(known, int | Variable) else None
    x = _resized(x, n)
    y = _scaled(op(x), shape_of(x)[x.type.ndim - 1], power)
    return moveaxis(y, -1, axis)


def fft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The Fourier transform along an axis, cut or filled with zeros to n points.

    float32 gives complex64, other reals complex128. `norm` is "backward" (no factor),
    "ortho" or "forward" (1/n). Raises `ShapeError` for a scalar.

    >>> fft([1.0, 0.0, -1.0, 0.0]).eval()
    array([0.+0.j, 2.+0.j, 0.+0.j, 2.+0.j])
    """
    return _along("fft", Fourier(-1), _numbers(a), n, axis, _power(norm, -1))


def ifft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The inverse of `fft`.

    >>> ifft([0.0, 2.0, 0.0, 2.0]).eval()
    array([ 1.+0.j,  0.+0.j, -1.+0.j,  0.+0.j])
    """
    return _along("ifft", Fourier(1), _numbers(a), n, axis, _power(norm, 1))


def rfft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The first n // 2 + 1 points of the transform of reals; the others are conjugate.

    Raises `DTypeError` for complex numbers.

    >>> rfft([1.0, 0.0, -1.0, 0.0]).eval()
    array([0.+0.j, 2.+0.j, 0.+0.j])
    """
    a = as_tensor(a)
    if is_complex(a):
        raise DTypeError(f"rfft takes real numbers, not {a.type}.", remedy="Use fft.")
    single = a.type.dtype in ("float16", "float32")
    x = cast(a, "float32" if single else "float64")
    return _along("rfft", FourierOfReals(), x, n, axis, _power(norm, -1))


def irfft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The n reals whose `rfft` is given; n is 2 (m - 1) for m points unless said.

    The imaginary parts of the first and of the middle point have no effect.

    >>> irfft([0.0, 2.0, 0.0]).eval()
    array([ 1.,  0., -1.,  0.])
    """
    x = _numbers(a)
    if x.type.ndim == 0:
        raise ShapeError(f"irfft transforms an axis, but {a!r} is a scalar.")
    (axis,) = normalize_axes(axis, x.type.ndim, "irfft")
    x = moveaxis(x, axis, -1)
    given = n
    if n is None:
        n = 2 * (shape_of(x)[x.type.ndim - 1] - 1)
    n = _points("irfft", n)
    half = x if given is None else _resized(x, n // 2 + 1)
    y = RealsOfFourier()(half, as_tensor(n))
    return moveaxis(_scaled(y, n, _power(norm, 1)), -1, axis)


def hfft(a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """The real transform of a signal whose other half is the conjugate of this one.

    >>> hfft([1.0, 2.0, 3.0]).eval()
    array([ 8., -2.,  0., -2.])
    """
    a = _numbers(a)
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
