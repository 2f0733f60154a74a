"""The array namespace in which ops are evaluated: NumPy and SciPy behind one face."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tensorgraph.lazy import scipy_linalg, special


def _log1mexp(x: Any) -> Any:
    """log(1 - exp(x)) for x < 0, nan for x > 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x > -np.log(2), np.log(-np.expm1(x)), np.log1p(-np.exp(x)))


def _sigmoid(x: Any) -> Any:
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def _softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


class NumpyNamespace:
    """NumPy's functions, with pure updates, special functions and factorizations.

    A factorization that fails gives nan for its matrix, and only for it.
    """

    all = staticmethod(np.all)
    any = staticmethod(np.any)
    arange = staticmethod(np.arange)
    asarray = staticmethod(np.asarray)
    broadcast_to = staticmethod(np.broadcast_to)
    concatenate = staticmethod(np.concatenate)
    diagonal = staticmethod(np.diagonal)
    expand_dims = staticmethod(np.expand_dims)
    matmul = staticmethod(np.matmul)
    max = staticmethod(np.max)
    min = staticmethod(np.min)
    prod = staticmethod(np.prod)
    reshape = staticmethod(np.reshape)
    squeeze = staticmethod(np.squeeze)
    stack = staticmethod(np.stack)
    sum = staticmethod(np.sum)
    transpose = staticmethod(np.transpose)

    def __init__(self) -> None:
        self._own = {"log1mexp": _log1mexp, "sigmoid": _sigmoid, "softplus": _softplus}

    def quiet(self) -> Any:
        """A context in which nan and inf are values, not warnings."""
        return np.errstate(all="ignore")

    def function(self, name: str) -> Callable[..., Any]:
        """An elementwise function: ours, NumPy's or SciPy's."""
        return self._own.get(name) or getattr(np, name, None) or getattr(special, name)

    def astype(self, x: Any, dtype: str) -> Any:
        """`x` in another dtype; the same array when it has it already."""
        return np.asarray(x).astype(dtype, copy=False)

    def at_set(self, x: Any, index: Any, value: Any) -> Any:
        """A copy of `x` with `x[index] = value`."""
        result = np.array(x)
        result[index] = value
        return result

    def at_add(self, x: Any, index: Any, value: Any) -> Any:
        """A copy of `x` with `value` added at `index`, repeated indices included."""
        result = np.array(x)
        np.add.at(result, index, value)
        return result

    def cholesky(self, a: Any) -> Any:
        """Lower Cholesky factors of a stack of matrices; nan where one fails."""
        a = np.asarray(a)
        result = np.empty_like(a)
        for place in np.ndindex(a.shape[:-2]):
            try:
                result[place] = np.linalg.cholesky(a[place])
            except np.linalg.LinAlgError:
                result[place] = np.nan
            if np.isnan(np.diagonal(result[place])).any():
                result[place] = np.nan
        return result

    def solve_triangular(self, a: Any, b: Any, lower: bool) -> Any:
        """Solutions of triangular systems a x = b; nan for a zero on the diagonal."""
        a, b = np.asarray(a), np.asarray(b)
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        a = np.broadcast_to(a, batch + a.shape[-2:])
        b = np.broadcast_to(b, batch + b.shape[-2:])
        result = np.empty(b.shape, np.result_type(a, b))
        for place in np.ndindex(batch):
            if not np.diagonal(a[place]).all():
                result[place] = np.nan
                continue
            result[place] = scipy_linalg.solve_triangular(
                a[place], b[place], lower=lower, check_finite=False
            )
        return result


numpy_namespace = NumpyNamespace()
