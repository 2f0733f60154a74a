"""The array namespace in which ops are evaluated: NumPy and SciPy behind one face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from ctypes import c_double
from functools import cache
from typing import Any

import numpy as np

from tensorgraph.lazy import scipy_linalg, special
from tensorgraph.native import load_math


def _log1mexp(x: Any) -> Any:
    """log(1 - exp(x)) for x < 0, nan for x > 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x > -np.log(2), np.log(-np.expm1(x)), np.log1p(-np.exp(x)))


def _sigmoid(x: Any) -> Any:
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def _complex(real: Any, imag: Any) -> Any:
    """The numbers of these parts; 1j * inf would make a nan."""
    real, imag = np.broadcast_arrays(real, imag)
    whole = np.empty(real.shape, np.result_type(real, "complex64"))
    whole.real, whole.imag = real, imag
    return whole[()]


def _softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@cache
def _from_library(name: str) -> Callable[..., Any]:
    """A function of our C library, for what neither NumPy nor SciPy has."""
    function = load_math()[name]
    function.restype = c_double
    return np.vectorize(lambda *x: function(*map(c_double, x)), otypes=["float64"])


_UPDATES = {
    "add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum,
}  # fmt: skip


class NumpyNamespace:
    """NumPy's functions, with pure updates, special functions and factorizations.

    A factorization that fails gives nan for its matrix, and only for it.
    """

    all = staticmethod(np.all)
    any = staticmethod(np.any)
    arange = staticmethod(np.arange)
    argsort = staticmethod(np.argsort)
    asarray = staticmethod(np.asarray)
    broadcast_to = staticmethod(np.broadcast_to)
    concatenate = staticmethod(np.concatenate)
    diagonal = staticmethod(np.diagonal)
    expand_dims = staticmethod(np.expand_dims)
    matmul = staticmethod(np.matmul)
    max = staticmethod(np.max)
    min = staticmethod(np.min)
    nonzero = staticmethod(np.nonzero)
    prod = staticmethod(np.prod)
    reshape = staticmethod(np.reshape)
    roll = staticmethod(np.roll)
    sliding_window_view = staticmethod(np.lib.stride_tricks.sliding_window_view)
    sort = staticmethod(np.sort)
    squeeze = staticmethod(np.squeeze)
    stack = staticmethod(np.stack)
    sum = staticmethod(np.sum)
    take_along_axis = staticmethod(np.take_along_axis)
    transpose = staticmethod(np.transpose)
    zeros = staticmethod(np.zeros)

    linalg = scipy_linalg

    def __init__(self) -> None:
        self._own: dict[str, Callable[..., Any]] = {
            "complex": _complex, "log1mexp": _log1mexp, "sigmoid": _sigmoid,
            "softplus": _softplus,
        }  # fmt: skip

    def quiet(self) -> Any:
        """A context in which nan and inf are values, not warnings."""
        return np.errstate(all="ignore")

    def function(self, name: str) -> Callable[..., Any]:
        """An elementwise function: ours, NumPy's or SciPy's."""
        if name.startswith("tg_"):
            return _from_library(name)
        return self._own.get(name) or getattr(np, name, None) or getattr(special, name)

    def astype(self, x: Any, dtype: str) -> Any:
        """`x` in another dtype; the same array when it has it already."""
        return np.asarray(x).astype(dtype, copy=False)

    def at_update(self, x: Any, index: Any, value: Any, how: str) -> Any:
        """A copy of `x`, set to or combined with `value` at `index`, once for each time
        that an index is repeated.
        """
        result = np.array(x)
        if how == "set":
            result[index] = value
        else:
            _UPDATES[how].at(result, index, value)
        return result

    def searchsorted(self, a: Any, values: Any, side: str) -> Any:
        """Places in the sorted vectors along the last axis; leading axes broadcast."""
        stack = np.broadcast_shapes(a.shape[:-1], values.shape[:-1])
        a = np.broadcast_to(a, stack + a.shape[-1:])
        values = np.broadcast_to(values, stack + values.shape[-1:])
        result = np.empty(values.shape, "int64")
        for place in np.ndindex(stack):
            result[place] = np.searchsorted(a[place], values[place], side)
        return result

    def places_along(self, x: Any, index: Any, axis: int) -> tuple[Any, ...]:
        """The index that takes elements along an axis, as `take_along_axis` does."""
        places = list(np.ogrid[tuple(slice(n) for n in x.shape)])
        places[axis] = index
        return tuple(places)

    def fourier(self, x: Any, sign: int) -> Any:
        """Transforms along the last axis, without a factor."""
        return np.fft.fft(x) if sign < 0 else np.fft.ifft(x, norm="forward")

    def fourier_of_reals(self, x: Any) -> Any:
        """The first n // 2 + 1 points of the transforms of reals."""
        return np.fft.rfft(x)

    def reals_of_fourier(self, x: Any, n: int) -> Any:
        """The n reals whose first n // 2 + 1 points are given, times n."""
        return np.fft.irfft(x, n, norm="forward")

    def each_core(
        self,
        function: Callable[..., Sequence[Any]],
        arrays: Sequence[Any],
        ranks: Sequence[int],
        stack: tuple[int, ...],
        shapes: Sequence[tuple[int, ...]],
        dtypes: Sequence[str],
        finite: bool,
    ) -> list[Any]:
        """`function` on the cores, of these ranks, of arrays in float64 or complex128.

        Outputs have the given core shapes and dtypes. Where it raises LinAlgError, or a
        core is not `finite`, they are nan, and 0 if they are integers.
        """
        cores = [
            np.broadcast_to(a, stack + a.shape[a.ndim - rank :])
            for a, rank in zip(arrays, ranks, strict=True)
        ]
        wide = {"f": "float64", "c": "complex128"}
        results = [
            np.empty(stack + shape, dtype)
            for shape, dtype in zip(shapes, dtypes, strict=False)
        ]
        none = [0 if dtype[0] == "i" else np.nan for dtype in dtypes]
        for place in np.ndindex(stack):
            given = [
                core[place].astype(wide.get(core.dtype.kind, "int64")) for core in cores
            ]
            found: Sequence[Any] = none
            if not finite or all(np.isfinite(core).all() for core in given):
                with suppress(np.linalg.LinAlgError):
                    found = function(*given)
            for result, value in zip(results, found, strict=False):
                result[place] = value
        return results


numpy_namespace = NumpyNamespace()
