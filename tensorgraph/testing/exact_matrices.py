"""Linear algebra in mpmath: factors, solutions and their like, with noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import numpy as np

from tensorgraph.ops.linalg.determinant import Det, LogAbsDet
from tensorgraph.ops.linalg.eigen import SymmetricEigen
from tensorgraph.ops.linalg.factor import Cholesky
from tensorgraph.ops.linalg.functions import Expm, Logm, Sqrtm
from tensorgraph.ops.linalg.lu import LUFactor, Solve
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.linalg.qr import QR
from tensorgraph.ops.linalg.solve import SolvePositive
from tensorgraph.ops.linalg.svd import SVD
from tensorgraph.ops.linalg.triangular import SolveTriangular

Exact = np.ndarray
"""An array of mpmath's numbers."""


def disturbed(x: Exact, unit: float, noise: Callable[[], float]) -> Exact:
    """A matrix as its factorization in floats knows it: changed relative to its norm.

    By as many units as it has columns, which are added up. What is exactly zero stays
    zero, so that triangles stay triangles.
    """
    largest = max((abs(e) for e in x.flat), default=mpmath.mpf(0)) * x.shape[-1]
    found = np.empty(x.shape, object)
    for place in np.ndindex(x.shape):
        change = largest * mpmath.mpf(unit * noise())
        found[place] = x[place] + change if x[place] else x[place]
    return found


def each(function: Callable[..., list[Exact]]) -> Callable[..., list[Exact]]:
    """A function of matrices for stacks of them, which have the same leading axes."""

    def stacked(op: Any, *inputs: Exact) -> list[Exact]:
        if any(x.dtype != object for x in inputs[:1]) or inputs[0].ndim == 2:
            return function(op, *inputs)
        stack = np.broadcast_shapes(*[x.shape[:-2] for x in inputs if x.ndim > 2])
        wide = [
            np.broadcast_to(x, (*stack, *x.shape[inputs[0].ndim - 2 :])) for x in inputs
        ]
        made = [
            stacked(op, *[x[place] for x in wide]) for place in np.ndindex(stack[:1])
        ]
        return [np.stack(parts) for parts in zip(*made, strict=True)]

    return stacked


@each
def _lu(op: Any, a: Exact) -> list[Exact]:
    """Gauss's elimination with exchanges of rows, packed as `LUFactor` does."""
    lu, order, pivots = a.copy(), np.arange(len(a)), np.zeros(min(a.shape), "int64")
    for k in range(len(pivots)):
        row = k + max(range(len(a) - k), key=lambda i: abs(lu[k + i, k]))
        pivots[k] = row
        lu[[k, row]], order[[k, row]] = lu[[row, k]], order[[row, k]]
        if lu[k, k]:
            lu[k + 1 :, k] = lu[k + 1 :, k] / lu[k, k]
            lu[k + 1 :, k + 1 :] -= np.outer(lu[k + 1 :, k], lu[k, k + 1 :])
    return [lu.T, pivots, order]


def solution(a: Exact, b: Exact) -> Exact:
    """The x of a x = b by elimination; nan without one."""
    x, lu = b.copy(), a.copy()
    n = len(a)
    for k in range(n):
        row = k + max(range(n - k), key=lambda i: abs(lu[k + i, k]))
        if not lu[row, k] or mpmath.isnan(lu[row, k]):
            return np.full(b.shape, mpmath.nan, object)
        lu[[k, row]], x[[k, row]] = lu[[row, k]], x[[row, k]]
        for i in range(n):
            if i != k:
                factor = lu[i, k] / lu[k, k]
                lu[i] = lu[i] - factor * lu[k]
                x[i] = x[i] - factor * x[k]
    for k in range(n):
        x[k] = x[k] / lu[k, k]
    return x


@each
def _solved(op: Any, a: Exact, packed: Exact, order: Any, b: Exact) -> list[Exact]:
    return [solution(a.T if op.transposed else a, b)]


@each
def _solved_by_factor(op: Any, a: Exact, factor: Exact, b: Exact) -> list[Exact]:
    half = solution(_triangle(factor, "lower"), b)
    return [solution(_triangle(factor, "lower").T, half)]


@each
def _solved_triangle(op: Any, a: Exact, b: Exact) -> list[Exact]:
    a = _triangle(a, op.triangle)
    if op.unit:
        a[np.diag_indices(len(a))] = mpmath.mpf(1)
    return [solution(a.T if op.transposed else a, b)]


def _triangle(a: Exact, word: str) -> Exact:
    keep = np.tril(np.ones(a.shape, bool))
    return np.where(keep if word == "lower" else keep.T, a, mpmath.mpf(0))


@each
def _factor(op: Any, a: Exact) -> list[Exact]:
    n = len(a)
    found = np.full(a.shape, mpmath.mpf(0), object)
    for j in range(n):
        for i in range(j, n):
            rest = a[i, j] - sum(found[i, :j] * found[j, :j], mpmath.mpf(0))
            if i == j and not rest > 0:
                return [np.full(a.shape, mpmath.nan, object)]
            found[i, j] = mpmath.sqrt(rest) if i == j else rest / found[j, j]
    return [found]


def _value(op: Any, a: Exact, value: Exact, *factors: Any) -> list[Exact]:
    return [value]


def _function(name: str) -> Callable[..., list[Exact]]:
    @each
    def evaluate(op: Any, a: Exact) -> list[Exact]:
        with mpmath.workdps(50):
            found = getattr(mpmath, name)(mpmath.matrix(a.tolist()))
        return [_array(found)]

    return evaluate


@each
def _qr(op: Any, a: Exact) -> list[Exact]:
    q, r = mpmath.qr(mpmath.matrix(a.tolist()), mode="skinny")
    return [_array(q), _array(r)]


@each
def _svd(op: Any, a: Exact) -> list[Exact]:
    u, s, v = mpmath.svd_r(mpmath.matrix(a.tolist()))
    return [_array(u), np.array(list(s), object), _array(v)]


@each
def _eigh(op: Any, a: Exact) -> list[Exact]:
    w, v = mpmath.eigsy(mpmath.matrix(a.tolist()))
    return [np.array(list(w), object), _array(v)]


def _array(matrix: Any) -> Exact:
    return np.array(matrix.tolist(), object).reshape(matrix.rows, matrix.cols)


ROUTINES: Mapping[type, Callable[..., list[Exact]]] = {
    LUFactor: _lu, Solve: _solved, SolvePositive: _solved_by_factor,
    SolveTriangular: _solved_triangle, Cholesky: _factor, Det: _value,
    LogAbsDet: _value, Expm: _function("expm"), Logm: _function("logm"),
    Sqrtm: _function("sqrtm"), QR: _qr, SVD: _svd, SymmetricEigen: _eigh,
}  # fmt: skip
"""The outputs of an op, from it and its inputs."""

SUMMING = (Dot, *ROUTINES)
"""Ops that round as if their inputs were not what they are, but close by."""
