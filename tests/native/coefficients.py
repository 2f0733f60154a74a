"""What the polynomials and rational functions of the math library approximate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mpmath import mp, mpf

from tests.native.minimax import Function, minimax, rational

EPSILON = mpf("1e-30")


@dataclass(frozen=True)
class Fit:
    """A function, the interval, the weight of the error, and the degree or degrees.

    `error` is the binary logarithm of the weighted error before rounding.
    """

    file: str
    function: Function
    degree: int | tuple[int, int]
    low: Any
    high: Any
    weight: Function
    error: float
    digits: int = 60
    points: int = 0
    rounds: int = 0

    def coefficients(self) -> tuple[list[float], float]:
        """The doubles to find in the C file, and the error reached."""
        with mp.workdps(self.digits):
            low, high = mpf(self.low), mpf(self.high)
            if isinstance(self.degree, int):
                found, error = minimax(
                    self.function, self.degree, low, high, self.weight
                )
            else:
                above, below, error = rational(
                    self.function,
                    self.degree,
                    low,
                    high,
                    self.weight,
                    self.points,
                    self.rounds,
                )
                found = [*above, *below[1:]]
            return found, float(mp.log(error, 2))


def _exp(r: mpf) -> mpf:
    return (mp.exp(r) - 1 - r) / r**2 if abs(r) > 1e-12 else 0.5 + r / 6 + r * r / 24


def _log(z: mpf) -> mpf:
    s = mp.sqrt(z)
    return (mp.log((1 + s) / (1 - s)) - 2 * s) / (s * z) if z else mpf(2) / 3


def _log_of_power(z: mpf) -> mpf:
    s = mp.sqrt(z)
    return (mp.log((1 + s) / (1 - s)) - 2 * s - 2 * s**3 / 3) / s**5


def _sine(z: mpf) -> mpf:
    x = mp.sqrt(z)
    return (mp.sin(x) / x - 1) / z


def _cosine(z: mpf) -> mpf:
    return (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2


def _atan(z: mpf) -> mpf:
    x = mp.sqrt(z)
    return (mp.atan(x) / x - 1) / z


def _erf(z: mpf) -> mpf:
    x = mp.sqrt(z)
    return mp.erf(x) / x - 1 if z > EPSILON else 2 / mp.sqrt(mp.pi) - 1


def _scaled_erfc(x: mpf) -> mpf:
    return mp.exp(x * x) * mp.erfc(x)


def _half_line(t: mpf, k: str) -> mpf:
    "The x whose t is (x - k) / (x + k)."
    return mpf(k) * (1 + t) / (1 - t)


def _erfc_large(t: mpf) -> mpf:
    return _scaled_erfc(_half_line(t, "2"))


def _relevance(t: mpf) -> mpf:
    "What an error of `_erfc_large` comes to in erf."
    return max(mp.exp(-(_half_line(t, "2") ** 2)), mpf("1e-7"))


def _tail(t: mpf) -> mpf:
    x = _half_line(t, "2.5")
    return x * _scaled_erfc(x) - 0.5


def _above_the_line(t: mpf) -> mpf:
    "(1 + 2 x) exp(x^2) erfc(x), also at infinity; beyond 60 by its series."
    if t == 1:
        return 2 / mp.sqrt(mp.pi)
    x = _half_line(t, "4")
    if x < 60:
        return (1 + 2 * x) * _scaled_erfc(x)
    terms = [mp.fac2(2 * n - 1) / (-2 * x * x) ** n for n in range(60)]
    return (1 / x + 2) * mp.fsum(terms) / mp.sqrt(mp.pi)


def _erfc_middle(s: mpf) -> mpf:
    return mp.erfc(mpf("1.0625") + s) - mpf(17) / 128


def _stirling(z: mpf) -> mpf:
    x = 1 / mp.sqrt(z)
    return (mp.loggamma(x) - (x - 0.5) * mp.log(x) + x - mp.log(2 * mp.pi) / 2) * x


def _digamma_series(z: mpf) -> mpf:
    x = 1 / mp.sqrt(z)
    return (mp.log(x) - mp.digamma(x) - 1 / (2 * x)) * x * x


def _trigamma_series(z: mpf) -> mpf:
    x = 1 / mp.sqrt(z)
    return (mp.psi(1, x) - 1 / x - 1 / (2 * x * x)) * x**3


def _at_least_half(f: Function, z: mpf) -> mpf:
    return max(f(1 / mp.sqrt(z)), mpf(".5"))


def _off(w: mpf, root: mpf) -> mpf:
    "w, moved off a root that is divided out."
    return w + mpf("1e-28") if abs(w - root) < EPSILON else w


def _lgamma(w: mpf) -> mpf:
    w = _off(_off(w, mpf(0)), mpf(1))
    return mp.loggamma(w + 1) / (w * (w - 1)) - 0.5


def _digamma(w: mpf) -> mpf:
    root = mp.findroot(mp.digamma, mpf("1.4616321449683623")) - 1
    w = _off(w, root)
    return mp.digamma(w + 1) / (w - root) - mpf(7) / 8


def _trigamma(w: mpf) -> mpf:
    return mp.psi(1, w + 1) - mpf(3) / 4


def _quantile(u: mpf) -> mpf:
    q = mp.sqrt(max(mpf("0.1444") - u, mpf(0)))
    return (
        mp.sqrt(2) * mp.erfinv(2 * q) / q - 2 if q > 1e-20 else mp.sqrt(2 * mp.pi) - 2
    )


def _tail_quantile(r: mpf) -> mpf:
    "x - r, where exp(-r^2) is the normal tail above x: Newton's iteration."
    log = -r * r
    x = mp.sqrt(-2 * log - mp.log(-4 * mp.pi * log)) if log < -2 else mpf("1.3")
    for _ in range(60):
        tail = mp.erfc(x / mp.sqrt(2))
        step = (mp.log(tail / 2) - log) * tail / mp.exp(-x * x / 2) * mp.sqrt(mp.pi / 2)
        x += step
        if abs(step) < mpf(10) ** -44:
            break
    return x - r


def _beyond(least: str) -> Function:
    "What the tail quantile of r = s + least has beyond r + 3 / 8 s."
    return lambda s: _tail_quantile(s + mpf(least)) - mpf(3) / 8 * s


def _quantile_weight(least: str) -> Function:
    return lambda s: 1 / (_tail_quantile(s + mpf(least)) + s + mpf(least))


def _asin(z: mpf) -> mpf:
    x = mp.sqrt(z)
    return (mp.asin(x) / x - 1) / z


def _sinh(z: mpf) -> mpf:
    x = mp.sqrt(z)
    return (mp.sinh(x) / x - 1) / z


def _inverse_cube_root(m: mpf) -> mpf:
    return m ** (-mpf(1) / 3)


def _slope_above_the_line(t: mpf) -> mpf:
    return mp.diff(_above_the_line, t)


with mp.workdps(60):
    ROOT_TWO = mp.sqrt(2)
    LOG_RANGE = float(((ROOT_TWO - 1) / (ROOT_TWO + 1)) ** 2)
    EXP_RANGE = float(mp.log(2) / 2) * 1.0005
    ANGLE_RANGE = float((mp.pi / 4) ** 2 * mpf("1.001"))
    ATAN_RANGE = float((ROOT_TWO - 1) ** 2 * mpf("1.001"))
    LARGE = (mpf(1) - 2) / 3, (mpf(6) - 2) / 8
    TAIL = (
        (mpf("1.3") - mpf("2.5")) / (mpf("1.3") + mpf("2.5")),
        mpf("25.5") / mpf("30.5"),
    )
    MIDDLE = mpf(0.8) - mpf("1.0625"), mpf(1.3) - mpf("1.0625")

FITS = {
    "exp": Fit("exponential.h", _exp, 10, -EXP_RANGE, EXP_RANGE,
               lambda r: max(r * r, mpf(".004")) * mp.exp(-r), -60),
    "log": Fit("logarithm.h", _log, 6, 0, LOG_RANGE * 1.002,
               lambda z: max(z, LOG_RANGE * 1.002 * mpf(".05")) / 2, -58),
    "log in pow": Fit("power.c", _log_of_power, 6, 1e-12, LOG_RANGE * 1.001,
                      lambda z: max(z * z, mpf("1e-4")) / 2, -64),
    "sin": Fit("sine.h", _sine, 5, 1e-9, ANGLE_RANGE,
               lambda z: max(z, mpf(".04")), -56),
    "cos": Fit("sine.h", _cosine, 5, 1e-9, ANGLE_RANGE,
               lambda z: max(z * z, mpf(".01")), -60),
    "atan": Fit("inverse_trigonometric.c", _atan, 10, 1e-9, ATAN_RANGE,
                lambda z: max(z, mpf(".01")), -57),
    "asin": Fit("inverse_trigonometric.c", _asin, 12, 1e-9, "0.2505",
                lambda z: max(z, mpf(".01")), -57),
    "sinh": Fit("hyperbolic.c", _sinh, 6, 1e-9, 1, lambda z: max(z, mpf(".04")), -56),
    "cbrt": Fit("roots.c", _inverse_cube_root, 4, 1, 2,
                lambda m: 1 / _inverse_cube_root(m), -14),
    "erf": Fit("error_function.c", _erf, 12, 0, 1, lambda z: 1 / (1 + _erf(z)), -56),
    "erf, large": Fit("error_function.c", _erfc_large, 12, *LARGE, _relevance, -58),
    "erfc": Fit("error_function.c", _erf, 10, 0, 0.8**2,
                lambda z: 1 / (1 + _erf(z)), -55),
    "erfc, middle": Fit("error_function.c", _erfc_middle, 14, *MIDDLE,
                        lambda s: 1 / mp.erfc(mpf("1.0625") + s), -54),
    "erfc, tail": Fit("error_function.c", _tail, 18, *TAIL, lambda t: mpf(2), -54),
    "erfcx": Fit("normal.c", lambda t: _above_the_line(t) - mpf(5) / 4, 23, -1, 1,
                 lambda t: 1 / _above_the_line(t), -54),
    "erfcx, slope": Fit("normal.c", _slope_above_the_line, 4, "-0.999999999",
                        "0.999999999", lambda t: mpf(1), -4, 40),
    "lgamma, far": Fit("gamma.h", _stirling, 9, 1e-6, 1 / 3.3**2,
                       lambda z: mp.sqrt(z) / _at_least_half(mp.loggamma, z), -58, 100),
    "digamma, far": Fit("gamma.c", _digamma_series, 10, 1e-6, 1 / 3.3**2,
                        lambda z: z / _at_least_half(mp.digamma, z), -59, 100),
    "trigamma, far": Fit("gamma.c", _trigamma_series, 12, 1e-6, 1 / 2.95**2,
                         lambda z: max(z, mpf(".01")), -56, 70),
    "lgamma": Fit("gamma.c", _lgamma, (7, 7), 0, 1.3,
                  lambda w: 1 / mpf("0.45"), -58, 100, 60, 20),
    "digamma": Fit("gamma.c", _digamma, (6, 6), 0, 1.3,
                   lambda w: 1 / mpf("0.8"), -57, 100, 52, 25),
    "trigamma": Fit("gamma.c", _trigamma, (6, 6), 0, 1.3,
                    lambda w: 1 / (_trigamma(w) + mpf(".75")), -56, 100, 52, 20),
    "quantile": Fit("inverse_normal.c", _quantile, (7, 6), -0.0001, "0.1444",
                    lambda u: 1 / (_quantile(u) + 2), -56, 90, 70, 20),
    "quantile, tail": Fit("inverse_normal.c", _beyond("1.5"), (9, 8), "-0.05", "4.63",
                          _quantile_weight("1.5"), -57, 90, 90, 16),
    "quantile, far": Fit("inverse_normal.c", _beyond("6"), (8, 7), "0", "21.5",
                         _quantile_weight("6"), -57, 60, 90, 16),
}  # fmt: skip
