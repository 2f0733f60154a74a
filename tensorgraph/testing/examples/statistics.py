"""Examples of statistics: averages, covariances, quantiles, what is not nan."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.declare import bmatrix, dmatrix, dvector, fvector, ivector, tensor
from tensorgraph.ops.reducing.nan_reductions import (
    nanargmax,
    nanargmin,
    nancumprod,
    nancumsum,
    nanmax,
    nanmean,
    nanmin,
    nanprod,
    nanstd,
    nansum,
    nanvar,
)
from tensorgraph.ops.reducing.positions import max_and_argmax
from tensorgraph.ops.reducing.quantiles import (
    METHODS,
    median,
    nanmedian,
    nanquantile,
    percentile,
    quantile,
)
from tensorgraph.ops.reducing.statistics import (
    average,
    corrcoef,
    count_nonzero,
    cov,
    ptp,
)
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def ranges_and_counts(rng: Rng) -> Example:
    x = tensor("x", "float64", ("n", 3))
    value = rng.permutation(6).reshape(2, 3) / 2
    outputs = [ptp(x), ptp(x, 0), count_nonzero(x, 1), *max_and_argmax(x, (0, 1))]
    expected = [
        np.ptp(value), np.ptp(value, 0), np.count_nonzero(value, 1), value.max(),
        value.argmax(),
    ]  # fmt: skip
    return Example({x: value}, outputs, expected)


@example
def weighted_averages(rng: Rng) -> Example:
    x, w = tensor("x", "float64", (None, 3)), tensor("w", "float64", (3,))
    value, weights = rng.normal(size=(2, 3)), rng.uniform(0.5, 1, 3)
    outputs = [average(x), average(x, 1, w), *average(x, (1,), w, returned=True)]
    outputs += [average(x, 0, keepdims=True), average(x, None, x * x)]
    expected = [
        np.average(value), np.average(value, 1, weights),
        *np.average(value, 1, weights, returned=True),
        np.average(value, 0, keepdims=True), np.average(value, None, value**2),
    ]  # fmt: skip
    return Example({x: value, w: weights}, outputs, expected)


@example
def covariances(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (3, None)), dvector("y")
    a, b = rng.normal(size=(3, 5)), rng.normal(size=5)
    outputs = [cov(x), cov(x, y, bias=True), cov(y), corrcoef(x)]
    expected = [np.cov(a), np.cov(a, b, bias=True), np.cov(b), np.corrcoef(a)]
    return Example({x: a, y: b}, outputs, expected, order=1)


@example
def weighted_covariances(rng: Rng) -> Example:
    x, f, w = dmatrix("x"), ivector("f"), dvector("w")
    a, often, worth = (
        rng.normal(size=(4, 2)),
        np.array([1, 3, 2, 1]),
        rng.uniform(1, 2, 4),
    )
    outputs = [
        cov(x, rowvar=False, fweights=f), cov(x, rowvar=False, aweights=w),
        cov(x, rowvar=False, fweights=f, aweights=w, ddof=0),
        cov(x, rowvar=False, fweights=f, aweights=w),
    ]  # fmt: skip
    expected = [
        np.cov(a, rowvar=False, fweights=often),
        np.cov(a, rowvar=False, aweights=worth),
        np.cov(a, rowvar=False, fweights=often, aweights=worth, ddof=0),
        np.cov(a, rowvar=False, fweights=often, aweights=worth),
    ]
    return Example({x: a, f: often, w: worth}, outputs, expected)


@example
def medians(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (None, 4)), ivector("y")
    a, b = rng.permutation(12).reshape(3, 4) / 2, np.array([3, 1, 7], "int32")
    outputs = [median(x), median(x, 0), median(x, 1, keepdims=True), median(y)]
    expected = [np.median(a), np.median(a, 0), np.median(a, 1, keepdims=True)]
    return Example({x: a, y: b}, outputs, [*expected, np.median(b)])


@example
def quantiles_by_every_method(rng: Rng) -> Example:
    x, q = tensor("x", "float64", (None, 5)), tensor("q", "float64", (4,))
    a, shares = rng.permutation(10).reshape(2, 5) / 2, np.array([0.0, 0.3, 0.5, 0.8])
    outputs = [quantile(x, q, 1, method=m) for m in METHODS]
    expected = [np.quantile(a, shares, 1, method=m) for m in METHODS]
    return Example({x: a, q: shares}, outputs, expected, gradient=False)


@example
def interpolated_quantiles(rng: Rng) -> Example:
    x, q = tensor("x", "float64", (None, 5)), dvector("q")
    a, shares = rng.permutation(10).reshape(2, 5) / 2, np.array([0.17, 0.61])
    outputs = [quantile(x, q, 1), percentile(x, 30), quantile(x, 0.4, 0, keepdims=True)]
    outputs.append(quantile(x, q, method="hazen"))
    expected = [
        np.quantile(a, shares, 1), np.percentile(a, 30),
        np.quantile(a, 0.4, 0, keepdims=True), np.quantile(a, shares, method="hazen"),
    ]  # fmt: skip
    return Example({x: a, q: shares}, outputs, expected)


@example
def weighted_quantiles(rng: Rng) -> Example:
    x, w = dmatrix("x"), dvector("w")
    a, weights = rng.permutation(8).reshape(2, 4) / 2, np.array([0.0, 1.0, 3.0, 0.5])
    shares, how = [0.0, 0.4, 1.0], "inverted_cdf"
    return Example(
        {x: a, w: weights}, quantile(x, shares, 1, how, weights=w),
        np.quantile(a, shares, 1, weights=weights, method=how),
        gradient=False,
    )  # fmt: skip


WITH_NAN = np.array([[1.0, np.nan, 3.5], [np.nan, -2.0, 0.5], [0.25, 4.0, np.nan]])


@example
def reductions_without_nan(rng: Rng) -> Example:
    x = dmatrix("x")
    outputs = [nansum(x), nanprod(x, 0), nanmax(x, 1), nanmin(x, 0, keepdims=True)]
    outputs += [nanmean(x, 1), nanvar(x, 0), nanstd(x), nanvar(x, 1, ddof=2)]
    v = WITH_NAN
    expected = [
        np.nansum(v), np.nanprod(v, 0), np.nanmax(v, 1), np.nanmin(v, 0, keepdims=True),
        np.nanmean(v, 1), np.nanvar(v, 0), np.nanstd(v), np.full(3, np.nan),
    ]  # fmt: skip
    return Example({x: v}, outputs, expected, gradient=False)


@example
def positions_and_sums_without_nan(rng: Rng) -> Example:
    x, y = dmatrix("x"), bmatrix("y")
    small = np.array([[1, -2], [3, 4]], "int8")
    outputs = [nanargmax(x), nanargmin(x, 1), nancumsum(x, 0), nancumprod(x, 1)]
    outputs += [nansum(y, 0), nanmax(y), nanargmax(y, 1)]
    v = WITH_NAN
    expected = [
        np.nanargmax(v), np.nanargmin(v, 1), np.nancumsum(v, 0), np.nancumprod(v, 1),
        np.nansum(small, 0), np.nanmax(small), np.nanargmax(small, 1),
    ]  # fmt: skip
    return Example({x: v, y: small}, outputs, expected, gradient=False)


@example
def quantiles_without_nan(rng: Rng) -> Example:
    x, y = dmatrix("x"), fvector("y")
    nothing = np.full(2, np.nan, "float32")
    outputs = [nanmedian(x), nanmedian(x, 0), nanquantile(x, 0.3, 1), nanmedian(y)]
    v = WITH_NAN
    expected = [np.nanmedian(v), np.nanmedian(v, 0), np.nanquantile(v, 0.3, 1)]
    return Example(
        {x: v, y: nothing}, outputs, [*expected, np.float32("nan")],
        gradient=False,
    )  # fmt: skip
