"""Naive formulas of distributions and rarer functions, as in `naive_formulas`."""

import mpmath as mp

import tensorgraph as tg
from tests.rewrites.naive_formulas import EXPONENTIALS, LOGARITHMS, LOGISTIC, NEAR_ONE


def ndtr(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def lgamma(x):
    return mp.log(abs(mp.gamma(x))) if abs(x) < 1e6 else mp.loggamma(x).real


def lbeta(a, b):
    return lgamma(a) + lgamma(b) - lgamma(a + b)


NORMAL = {
    "1-erf(x)": (lambda x: 1 - tg.erf(x), mp.erfc, [6.0, 20.0]),
    "1+erf(x)": (lambda x: 1 + tg.erf(x), lambda x: mp.erfc(-x), [-6.0, -20.0]),
    "erf(x)-1": (lambda x: tg.erf(x) - 1, lambda x: -mp.erfc(x), [6.0]),
    "1-erfc(x)": (lambda x: 1 - tg.erfc(x), mp.erf, [1e-20]),
    "2-erfc(x)": (lambda x: 2 - tg.erfc(x), lambda x: mp.erfc(-x), [-6.0]),
    "log(erfc(x))": (
        lambda x: tg.log(tg.erfc(x)), lambda x: mp.log(mp.erfc(x)), [30.0, 1e-12]
    ),
    "log(1-erf(x))": (
        lambda x: tg.log(1 - tg.erf(x)), lambda x: mp.log(mp.erfc(x)), [30.0, 6.0]
    ),
    "log(1+erf(x))": (
        lambda x: tg.log(1 + tg.erf(x)), lambda x: mp.log(mp.erfc(-x)), [-30.0]
    ),
    "exp(x**2)*erfc(x)": (
        lambda x: tg.exp(x**2) * tg.erfc(x),
        lambda x: mp.exp(x * x) * mp.erfc(x), [27.0, 100.0],
    ),
    "normal cdf by erf": (
        lambda x: 0.5 * (1 + tg.erf(x / 2**0.5)), ndtr, [-7.0, -20.0]
    ),
    "normal cdf by erf, halves": (
        lambda x: 0.5 + 0.5 * tg.erf(x / tg.sqrt(2.0)), ndtr, [-7.0, -20.0]
    ),
    "normal survival by erf": (
        lambda x: 0.5 - 0.5 * tg.erf(x / 2**0.5), lambda x: ndtr(-x), [7.0, 20.0]
    ),
    "log(normal cdf by erf)": (
        lambda x: tg.log(0.5 * (1 + tg.erf(x / 2**0.5))), lambda x: mp.log(ndtr(x)),
        [-7.0, -40.0],
    ),
    "log(normal cdf by erfc)": (
        lambda x: tg.log(0.5 * tg.erfc(-x / 2**0.5)), lambda x: mp.log(ndtr(x)),
        [-40.0, 12.0],
    ),
    "log(normal cdf by erfc / 2)": (
        lambda x: tg.log(tg.erfc(-x * 0.5**0.5) / 2), lambda x: mp.log(ndtr(x)),
        [-40.0, 12.0],
    ),
    "log(ndtr(x))": (
        lambda x: tg.log(tg.ndtr(x)), lambda x: mp.log(ndtr(x)), [-40.0, 12.0]
    ),
    "1-ndtr(x)": (lambda x: 1 - tg.ndtr(x), lambda x: ndtr(-x), [7.0, 20.0]),
    "log(1-ndtr(x))": (
        lambda x: tg.log(1 - tg.ndtr(x)), lambda x: mp.log(ndtr(-x)), [7.0, 40.0, -12.0]
    ),
    "ndtr(x)-0.5": (
        lambda x: tg.ndtr(x) - 0.5, lambda x: mp.erf(x / mp.sqrt(2)) / 2, [1e-12]
    ),
    "2*ndtr(x)-1": (
        lambda x: 2 * tg.ndtr(x) - 1, lambda x: mp.erf(x / mp.sqrt(2)), [1e-12]
    ),
    "ndtr(x)-ndtr(y)": (
        lambda x, y: tg.ndtr(x) - tg.ndtr(y), lambda x, y: ndtr(-y) - ndtr(-x),
        [(9.0, 8.0), (21.0, 20.0)],
    ),
    "log(ndtr(x)-ndtr(y))": (
        lambda x, y: tg.log(tg.ndtr(x) - tg.ndtr(y)),
        lambda x, y: mp.log(ndtr(-y) - ndtr(-x)),
        [(9.0, 8.0), (-40.0, -41.0), (41.0, 40.0)],
    ),
}  # fmt: skip

GAMMAS = {
    "log(gamma(x))": (
        lambda x: tg.log(tg.gamma(x)), lgamma, [200.0, 1e10]
    ),
    "log(factorial(x))": (
        lambda x: tg.log(tg.factorial(x)), lambda x: lgamma(x + 1), [200.0]
    ),
    "gammaln(x+1)-gammaln(x)": (
        lambda x: tg.gammaln(x + 1) - tg.gammaln(x), mp.log, [1e12, 1e16]
    ),
    "gammaln(x+3)-gammaln(x)": (
        lambda x: tg.gammaln(x + 3) - tg.gammaln(x),
        lambda x: mp.log(x * (x + 1) * (x + 2)), [1e12, 1e16],
    ),
    "gammaln(x)-gammaln(x+y)": (
        lambda x, y: tg.gammaln(x) - tg.gammaln(x + y),
        lambda x, y: lgamma(x) - lgamma(x + y), [(1e15, 0.7), (1e17, 3.3)],
    ),
    "log beta by gammaln": (
        lambda a, b: tg.gammaln(a) + tg.gammaln(b) - tg.gammaln(a + b), lbeta,
        [(1e14, 1.5), (2.5, 1e17)],
    ),
    "minus log beta by gammaln": (
        lambda a, b: tg.gammaln(a + b) - tg.gammaln(a) - tg.gammaln(b),
        lambda a, b: -lbeta(a, b), [(1e14, 1.5), (2.5, 1e17)],
    ),
    "log beta density": (
        lambda a, b, x: tg.gammaln(a + b) - tg.gammaln(a) - tg.gammaln(b)
        + (a - 1) * tg.log(x) + (b - 1) * tg.log(1 - x),
        lambda a, b, x: (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - lbeta(a, b),
        [(1e15, 2.0, 1 - 1e-15)],
    ),
    "log binomial coefficient": (
        lambda n, k: tg.gammaln(n + 1) - tg.gammaln(k + 1) - tg.gammaln(n - k + 1),
        lambda n, k: lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1),
        [(1e15, 3.0), (1e14, 2.0)],
    ),
    "log(binom(n, k))": (
        lambda n, k: tg.log(tg.binom(n, k)),
        lambda n, k: lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1),
        [(1100.0, 550.0)],
    ),
    "log(beta(a, b))": (
        lambda a, b: tg.log(tg.beta(a, b)), lbeta, [(700.0, 800.0)]
    ),
    "gamma(x+y)/gamma(x)": (
        lambda x, y: tg.gamma(x + y) / tg.gamma(x),
        lambda x, y: mp.gamma(x + y) / mp.gamma(x), [(200.0, 3.0), (180.0, 0.5)],
    ),
    "beta by gamma": (
        lambda a, b: tg.gamma(a) * tg.gamma(b) / tg.gamma(a + b),
        mp.beta, [(150.0, 30.0), (200.0, 3.0)],
    ),
    "binomial coefficient by gamma": (
        lambda n, k: tg.gamma(n + 1)
        / (tg.gamma(k + 1) * tg.gamma(n - k + 1)),
        mp.binomial, [(200.0, 3.0), (500.0, 250.0)],
    ),
    "digamma(x+1)-digamma(x)": (
        lambda x: tg.digamma(x + 1) - tg.digamma(x), lambda x: 1 / x, [1e10, 1e15]
    ),
    "digamma(x)-digamma(x+y)": (
        lambda x, y: tg.digamma(x) - tg.digamma(x + y),
        lambda x, y: mp.digamma(x) - mp.digamma(x + y), [(1e15, 0.7), (1e12, 3.0)],
    ),
    "Dirichlet normalizer": (
        lambda a: tg.gammaln(tg.sum(a)) - tg.sum(tg.gammaln(a)),
        lambda *a: lgamma(mp.fsum(a)) - mp.fsum(map(lgamma, a)),
        [[1e16, 1.5, 2.5], [2.0, 1e15, 3.0]],
    ),
}  # fmt: skip

TAILS = {
    "1-gammainc(a, x)": (
        lambda a, x: 1 - tg.gammainc(a, x),
        lambda a, x: mp.gammainc(a, x, mp.inf, regularized=True), [(2.0, 50.0)],
    ),
    "1-gammaincc(a, x)": (
        lambda a, x: 1 - tg.gammaincc(a, x),
        lambda a, x: mp.gammainc(a, 0, x, regularized=True), [(20.0, 0.5)],
    ),
    "log(1-gammainc(a, x))": (
        lambda a, x: tg.log(1 - tg.gammainc(a, x)),
        lambda a, x: mp.log(mp.gammainc(a, x, mp.inf, regularized=True)),
        [(2.0, 50.0)],
    ),
    "1-betainc(a, b, x)": (
        lambda a, b, x: 1 - tg.betainc(a, b, x),
        lambda a, b, x: mp.betainc(a, b, x, 1, regularized=True),
        [(2.0, 8.0, 0.999)],
    ),
}  # fmt: skip

HYPERBOLIC = {
    "log(cosh(x))": (
        lambda x: tg.log(tg.cosh(x)), lambda x: mp.log(mp.cosh(x)),
        [1e-9, 800.0, -800.0],
    ),
    "log(sinh(x))": (
        lambda x: tg.log(tg.sinh(x)), lambda x: mp.log(mp.sinh(x)), [800.0]
    ),
    "sinh(x)/cosh(x)": (lambda x: tg.sinh(x) / tg.cosh(x), mp.tanh, [800.0]),
    "cosh(x)-1": (
        lambda x: tg.cosh(x) - 1, lambda x: 2 * mp.sinh(x / 2) ** 2, [1e-9]
    ),
    "cosh(x)-sinh(x)": (
        lambda x: tg.cosh(x) - tg.sinh(x), lambda x: mp.exp(-x), [20.0, 800.0]
    ),
    "log(x+sqrt(1+x**2))": (
        lambda x: tg.log(x + tg.sqrt(1 + x**2)), mp.asinh, [-1e9, 1e-12, -1e200]
    ),
}  # fmt: skip


def _log_det(*x):
    return mp.log(abs(mp.det(mp.matrix(2, 2) + mp.matrix([x[:2], x[2:]]))))


DETERMINANTS = {
    "log(abs(det(A)))": (
        lambda x: tg.log(tg.abs(tg.linalg.det(x.reshape((2, 2))))), _log_det,
        [[1e200, 2.0, 3.0, -1e150]],
    ),
    "log(det(A))": (
        lambda x: tg.log(tg.linalg.det(x.reshape((2, 2)))), _log_det,
        [[1e200, 2.0, -3.0, 1e150], [1e-200, 0.0, 0.0, 1e-150]],
    ),
    "log(prod(diagonal(A)))": (
        lambda x: tg.log(tg.prod(tg.diagonal(x.reshape((2, 2))))),
        lambda a, b, c, d: mp.log(a * d), [[1e200, 2.0, 3.0, 1e150]],
    ),
}  # fmt: skip

THEMES = {
    "near one": NEAR_ONE, "logistic": LOGISTIC, "logarithms": LOGARITHMS,
    "exponentials": EXPONENTIALS, "normal": NORMAL, "gammas": GAMMAS, "tails": TAILS,
    "hyperbolic": HYPERBOLIC, "determinants": DETERMINANTS,
}  # fmt: skip

SLOPES_LOST = {"digamma(x)-digamma(x+y)"}
"""Formulas whose derivatives cancel: differences of trigamma have no function."""
