"""Convolution and correlation in one and two dimensions, and by Fourier transforms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.extending.raising import Raise
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.pointwise.parts import conj, is_complex
from tensorgraph.ops.shaping.pad import pad
from tensorgraph.ops.shaping.roll import flip
from tensorgraph.ops.shaping.sliding import windows
from tensorgraph.ops.signal.fourier import irfft, rfft
from tensorgraph.ops.tensor import as_tensor

MODES = ("full", "same", "valid")

Lengths = Sequence[Any]


def _checked(what: str, rank: int, mode: str, *arrays: Variable) -> list[Any]:
    """The arrays, checked not to be empty, on the call where lengths are unknown."""
    if mode not in MODES:
        raise ValueError(f"{what}: mode is one of {MODES}, not {mode!r}.")
    for x in arrays:
        if x.type.ndim != rank or 0 in x.type.shape:
            raise ShapeError(
                f"{what} takes arrays of rank {rank} that are not empty, not {x.type}."
            )
    return [_not_empty(what, x) for x in arrays]


def _not_empty(what: str, x: Variable) -> Any:
    some = [math.gt(n, 0) for n in shape_of(x) if not isinstance(n, int)]
    message = f"{what} takes arrays that are not empty"
    return Raise(message, ShapeError)(x, *some) if some else x


def _lengths(x: Variable) -> Lengths:
    return [shape_of(x)[axis] for axis in range(x.type.ndim)]


def _inside(x: Variable, kernel: Variable) -> Any:
    """Sums of products where the kernel, turned around, lies inside of the array."""
    for axis, length in enumerate(_lengths(kernel)):
        x = windows(x, length, axis)
    return sum(x * flip(kernel), axis=tuple(range(-kernel.type.ndim, 0)))


def _full(x: Variable, kernel: Variable, **around: Any) -> Any:
    """The same wherever they overlap; `around` says how to pad the array."""
    width = [(length - 1, length - 1) for length in _lengths(kernel)]
    return _inside(pad(x, width, **around), kernel)


def _part(full: Variable, starts: Lengths, lengths: Lengths) -> Any:
    parts = zip(starts, lengths, strict=True)
    return get(full, tuple(slice(start, start + n) for start, n in parts))


def _cut(
    full: Variable, mode: str, first: Lengths, second: Lengths,
    same: Callable[[Any, Any], Any], late: int = 0,
) -> Any:  # fmt: skip
    """What a mode keeps of the full result for arrays of these lengths.

    Where "same" has no middle it takes the earlier one, unless `late` is 1.
    """
    if mode == "full":
        return full
    pairs = list(zip(first, second, strict=True))
    if mode == "valid":
        starts = [_least(n, k) - 1 for n, k in pairs]
        return _part(full, starts, [_most(n, k) - _least(n, k) + 1 for n, k in pairs])
    kept = [same(n, k) for n, k in pairs]
    sizes = [n + k - 1 for n, k in pairs]
    starts = [(size - n + late) // 2 for size, n in zip(sizes, kept, strict=True)]
    return _part(full, starts, kept)


def _least(a: Any, b: Any) -> Any:
    return (
        min(a, b) if isinstance(a, int) and isinstance(b, int) else math.minimum(a, b)
    )


def _most(a: Any, b: Any) -> Any:
    return (
        max(a, b) if isinstance(a, int) and isinstance(b, int) else math.maximum(a, b)
    )


def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """The convolution of two vectors: y[n] = sum over m of a[m] v[n - m].

    "full" has n + m - 1 elements, "same" as many as the longer vector, in the middle,
    "valid" those where the vectors overlap completely. The work is the product of the
    lengths; see `fftconvolve`. Raises `ShapeError` for what is no vector.

    >>> convolve([1.0, 2.0, 3.0], [0.0, 1.0, 0.5]).eval()
    array([0. , 1. , 2.5, 4. , 1.5])
    """
    a, v = as_tensor(a), as_tensor(v)
    a, v = _checked("convolve", 1, mode, a, v)
    return _cut(_full(a, v), mode, _lengths(a), _lengths(v), _most)


def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """The correlation of two vectors: c[k] = sum over n of a[n + k] conj(v[n]).

    The modes are those of `convolve`.

    >>> correlate([1.0, 2.0, 3.0], [0.0, 1.0, 0.5], "same").eval()
    array([2. , 3.5, 3. ])
    """
    a, v = as_tensor(a), as_tensor(v)
    a, v = _checked("correlate", 1, mode, a, v)
    kernel = flip(conj(v) if is_complex(v) else v)
    return _cut(_full(a, kernel), mode, _lengths(a), _lengths(v), _most)


# -- two dimensions --------------------------------------------------------------------

BOUNDARIES = {"fill": "constant", "wrap": "wrap", "symm": "symmetric"}
"""What lies outside of an image, and what `pad` calls it."""


def convolve2d(
    in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0
) -> Any:
    """The convolution of two matrices, as scipy.signal.convolve2d has it.

    "same" has the shape of `in1`; "valid" needs one of them to be the larger along both
    axes. Outside of `in1` lies `fillvalue`, or the matrix again ("wrap"), or its mirror
    image ("symm"). Raises `ShapeError` for what is no matrix.

    >>> convolve2d([[1.0, 2.0], [3.0, 4.0]], [[1.0, 1.0]], mode="same").eval()
    array([[1., 3.],
           [3., 7.]])
    """
    kernel = as_tensor(in2)
    return _in_two("convolve2d", in1, kernel, mode, boundary, fillvalue, late=0)


def correlate2d(
    in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0
) -> Any:
    """The correlation of two matrices; modes and boundaries as in `convolve2d`.

    >>> correlate2d([[1.0, 2.0], [3.0, 4.0]], [[1.0, 1.0]], mode="valid").eval()
    array([[3.],
           [7.]])
    """
    in2 = as_tensor(in2)
    kernel = flip(conj(in2) if is_complex(in2) else in2)
    return _in_two("correlate2d", in1, kernel, mode, boundary, fillvalue, late=1)


def _in_two(
    what: str, in1: Any, kernel: Variable, mode: str, boundary: str, fillvalue: Any,
    late: int,
) -> Any:  # fmt: skip
    x = as_tensor(in1)
    x, kernel = _checked(what, 2, mode, x, kernel)
    if boundary not in BOUNDARIES:
        raise ValueError(
            f"{what}: boundary is one of {tuple(BOUNDARIES)}, not {boundary!r}."
        )
    options = {"constant_values": fillvalue} if boundary == "fill" else {}
    first, second = _lengths(x), _lengths(kernel)
    if mode != "valid":
        full = _full(x, kernel, mode=BOUNDARIES[boundary], **options)
        return _cut(full, mode, first, second, lambda n, k: n, late)
    known = [
        (n, k) for n, k in zip(first, second, strict=True)
        if isinstance(n, int) and isinstance(k, int)
    ]  # fmt: skip
    if any(n < k for n, k in known):
        if any(n > k for n, k in known):
            raise ShapeError(
                f"{what}: neither {x.type} nor {kernel.type} is the larger along both "
                'axes, which mode "valid" needs.'
            )
        x, kernel = kernel, x
    return _inside(x, kernel)


# -- by Fourier transforms -------------------------------------------------------------


def fftconvolve(in1: Any, in2: Any, mode: str = "full") -> Any:
    """The convolution of two real vectors by Fourier transforms.

    The work is (n + m) log(n + m), and errors are relative to the largest element.
    "same" has the length of `in1`, as in scipy.signal.

    >>> fftconvolve([1.0, 2.0, 3.0], [0.0, 1.0, 0.5]).eval().round(12) + 0.0
    array([0. , 1. , 2.5, 4. , 1.5])
    """
    a, v = as_tensor(in1), as_tensor(in2)
    a, v = _checked("fftconvolve", 1, mode, a, v)
    (n,), (m,) = _lengths(a), _lengths(v)
    size = n + m - 1
    full = irfft(rfft(a, size) * rfft(v, size), size)
    return _cut(full, mode, [n], [m], lambda n, k: n)
