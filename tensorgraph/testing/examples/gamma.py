"""Examples of functions composed of gamma and beta functions."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from tensorgraph.ops.declare import dmatrix, dvector
from tensorgraph.ops.special.beta import betainc, log_binom
from tensorgraph.ops.special.gamma import factorial, loggamma, multigammaln
from tensorgraph.ops.special.incomplete_gamma import chi2sf, gammal, gammau
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def gamma_functions_of_several_dimensions(rng: Rng) -> Example:
    a = dvector("a")
    value = rng.uniform(2.0, 9.0, 4)
    expected = special.multigammaln(value, 3) + special.loggamma(value)
    return Example({a: value}, multigammaln(a, 3) + loggamma(a), expected)


@example
def factorials_and_logs_of_binomials(rng: Rng) -> Example:
    n, k = dmatrix("n"), dvector("k")
    whole, part = rng.uniform(5.0, 9.0, (2, 3)), rng.uniform(1.0, 3.0, 3)
    expected = [special.factorial(whole), np.log(special.binom(whole, part))]
    return Example({n: whole, k: part}, [factorial(n), log_binom(n, k)], expected)


@example
def both_incomplete_gamma_functions(rng: Rng) -> Example:
    a, x = dvector("a"), dvector("x")
    shape, at = rng.uniform(0.5, 6.0, 5), rng.uniform(0.5, 8.0, 5)
    lower, upper = special.gammainc(shape, at), special.gammaincc(shape, at)
    gamma, tail = special.gamma(shape), stats.chi2.sf(at, shape)
    outputs = [gammal(a, x), gammau(a, x), chi2sf(x, a)]
    return Example({a: shape, x: at}, outputs, [lower * gamma, upper * gamma, tail])


@example
def an_incomplete_beta_function_of_rows(rng: Rng) -> Example:
    a, x = dmatrix("a"), dvector("x")
    shape, at = rng.uniform(0.5, 6.0, (2, 3)), rng.uniform(0.1, 0.7, 3)
    expected = special.betainc(shape, 2.5, at).sum()
    return Example({a: shape, x: at}, betainc(a, 2.5, x).sum(), expected, order=1)
