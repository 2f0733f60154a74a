"""Compiled functions of one and two arguments against mpmath: how far they are off."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import numpy as np

import tensorgraph as tg

DIGITS = 60
rng = np.random.default_rng(3)
LINE = np.concatenate([rng.normal(size=12), rng.uniform(-9, 9, 12), [0.0, 1e-9, -1e-9]])
HALF = np.concatenate([10.0 ** rng.uniform(-9, 2.3, 16), rng.uniform(0.1, 9, 12)])
UNIT = np.concatenate([rng.uniform(0, 1, 30), 10.0 ** rng.uniform(-300, 0, 10), [0.5]])


@dataclass(frozen=True)
class Case:
    """What mpmath says a function is, where to look, and its worst error in ULP.

    Near roots, errors are measured in ULP of `size`.
    """

    exact: Callable[..., Any]
    x: Any
    ulp: float
    y: Any = None
    size: float = 0.0
    digits: int = DIGITS


def spread(*arrays: Any) -> list[np.ndarray]:
    "All pairs."
    return [a.ravel() for a in np.meshgrid(*arrays)]


def _expn(n: Any, x: Any) -> Any:
    return mp.expint(n, x)


def _owens(h: Any, a: Any) -> Any:
    def density(t: Any) -> Any:
        return mp.exp(-h * h * (1 + t * t) / 2) / (1 + t * t)

    return mp.quad(density, [0, a]) / (2 * mp.pi)


def _boxcox(x: Any, p: Any) -> Any:
    return mp.expm1(p * mp.log(x)) / p if p else mp.log(x)


def _erfcx(x: Any) -> Any:
    return mp.exp(x * x) * mp.erfc(x)


def _ndtr(x: Any) -> Any:
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _log_ndtr(x: Any) -> Any:
    return mp.log(_ndtr(x)) if x < 5 else mp.log1p(-_ndtr(-x))


def _dawsn(x: Any) -> Any:
    return mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)


def _spence(x: Any) -> Any:
    return mp.re(mp.polylog(2, 1 - x))


ORDERS = [*spread(np.array([0.0, 0.5, 1.0, 2.3, 7.0]), HALF[12:])]
ZETA = [
    *spread(np.array([1.001, 1.5, 2.0, 7.3, 30.0]), np.array([0.1, 1.0, 9.9, 40.0]))
]
CASES = {
    "erfcx": Case(_erfcx, np.append(LINE, [-26.0, 1e5]), 2, digits=700),
    "erfi": Case(mp.erfi, LINE, 80),
    "erfinv": Case(mp.erfinv, LINE[12:24] / 9, 2),
    "dawsn": Case(_dawsn, LINE, 20),
    "ndtr": Case(_ndtr, np.append(LINE, [-37.0, 8.5]), 2, digits=700),
    "log_ndtr": Case(_log_ndtr, np.append(LINE, [-1e3, 37.0]), 2, digits=700),
    "i0": Case(lambda x: mp.besseli(0, x), LINE, 4),
    "i1": Case(lambda x: mp.besseli(1, x), LINE, 6),
    "j0": Case(lambda x: mp.besselj(0, x), LINE, 6, size=0.3),
    "j1": Case(lambda x: mp.besselj(1, x), LINE, 6, size=0.3),
    "k0": Case(lambda x: mp.besselk(0, x), HALF, 12),
    "k1": Case(lambda x: mp.besselk(1, x), HALF, 5),
    "jv": Case(mp.besselj, ORDERS[0], 300, ORDERS[1], size=0.1),
    "iv": Case(mp.besseli, ORDERS[0], 20, ORDERS[1]),
    "kv": Case(mp.besselk, ORDERS[0], 25, ORDERS[1]),
    "expi": Case(mp.ei, HALF, 10, size=0.1),
    "exp1": Case(mp.e1, HALF, 10),
    "expn": Case(_expn, np.full(28, 3.0), 10, HALF),
    "spence": Case(_spence, HALF, 20, size=0.1),
    "owens_t": Case(_owens, LINE[:12], 20, LINE[12:24]),
    "ellipk": Case(mp.ellipk, UNIT, 4),
    "ellipe": Case(mp.ellipe, UNIT, 4),
    "exprel": Case(lambda x: mp.expm1(x) / x if x else mp.mpf(1), LINE, 4),
    "exp10": Case(lambda x: mp.power(10, x), LINE, 4),
    "cosm1": Case(lambda x: -2 * mp.sin(x / 2) ** 2, LINE, 6, size=1e-2),
    "logit": Case(lambda p: mp.log(p / (1 - p)), UNIT, 2),
    "xlogx": Case(lambda x: x * mp.log(x), HALF, 4),
    "log_expit": Case(lambda x: -mp.log1p(mp.exp(-x)), LINE, 4),
    "boxcox": Case(_boxcox, HALF[:24], 20, LINE[:24]),
    "zeta": Case(mp.zeta, ZETA[0], 10, ZETA[1], digits=200),
    "sinc": Case(lambda x: mp.sincpi(x), LINE, 10, size=0.1),
    "logaddexp": Case(
        lambda a, b: mp.log(mp.exp(a) + mp.exp(b)), LINE[:12], 2, LINE[12:24], size=0.1
    ),
}  # fmt: skip


def errors(case: Case, arrays: list[np.ndarray], found: np.ndarray) -> np.ndarray:
    "In units in the last place."
    with mp.workdps(case.digits):
        exact = [
            case.exact(*map(mp.mpf, map(float, p))) for p in zip(*arrays, strict=True)
        ]
        unit = [np.spacing(max(abs(float(e)), case.size)) for e in exact]
        return np.array(
            [
                float(abs(mp.mpf(float(f)) - e) / u)
                for f, e, u in zip(found, exact, unit, strict=True)
            ]
        )


def test_worst_errors():
    inputs, given, outputs = [], [], []
    for name, case in CASES.items():
        arrays = [a for a in (case.x, case.y) if a is not None]
        variables = [tg.dvector() for _ in arrays]
        inputs, given = inputs + variables, given + arrays
        outputs.append(getattr(tg, name)(*variables))
    found = iter(tg.function(inputs, outputs, mode="C")(*given))
    wrong = {}
    for name, case in CASES.items():
        arrays = [a for a in (case.x, case.y) if a is not None]
        error = errors(case, arrays, next(found))
        worst = int(np.argmax(error))
        if not error[worst] <= case.ulp:
            wrong[name] = (error[worst], [a[worst] for a in arrays])
    assert not wrong
