"""Our functions of complex numbers against mpmath; each part, in ULP of the whole."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp, mpc

import tensorgraph as tg

EXACT = {
    "exp": mp.exp, "exp2": lambda z: mp.exp(z * mp.ln2), "log": mp.log,
    "expm1": lambda z: mp.exp(z) - 1, "log1p": lambda z: mp.log(1 + z),
    "log2": lambda z: mp.log(z) / mp.ln2,
    "log10": lambda z: mp.log(z) / mp.ln10, "sqrt": mp.sqrt, "sin": mp.sin,
    "cos": mp.cos, "tan": mp.tan, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
    "arcsin": mp.asin, "arccos": mp.acos, "arctan": mp.atan, "arcsinh": mp.asinh,
    "arccosh": mp.acosh, "arctanh": mp.atanh, "sign": lambda z: z / abs(z),
}  # fmt: skip
LANDMARKS = [1e-9 + 1e-9j, 1e-20j, 0.6 + 0.8j, -0.6 + 0.8000001j, 20 - 1j, -3 + 1e-3j]
WORST = 6.0
"""ULP of the absolute value."""
ROUNDED_ARGUMENT = {"exp2": 16.0}
"""Functions that round a product first, and so its logarithm's last digit."""


def points(count: int) -> np.ndarray:
    rng = np.random.default_rng(7)
    spread = rng.normal(size=(2, count)) * 10.0 ** rng.uniform(-3, 1, count)
    return np.concatenate([spread[0] + 1j * spread[1], LANDMARKS])


@pytest.mark.parametrize("name", EXACT)
def test_accuracy(name: str) -> None:
    x, z = tg.zvector("x"), points(150)
    values = tg.function([x], getattr(tg, name)(x), mode="FAST_COMPILE")(z)
    with mp.workdps(60):
        for value, at in zip(values, z, strict=True):
            true = EXACT[name](mpc(at))
            unit = float(np.spacing(float(abs(true))))
            error = float(abs(mpc(value) - true)) / unit
            allowed = ROUNDED_ARGUMENT.get(name, WORST)
            assert error <= allowed, f"{name}({at}) is {error:.1f} ULP off"


@pytest.mark.parametrize("exponent", [2, -3, 7.5, 0.5 - 1j, 99])
def test_accuracy_of_powers(exponent: complex) -> None:
    z = np.exp(1j * np.linspace(-3, 3, 40)) * np.linspace(0.5, 1.5, 40)
    x, n = tg.zvector("x"), tg.zscalar("n")
    values = tg.function([x, n], x**n, mode="FAST_COMPILE")(z, exponent)
    worst = 8.0 + 4.0 * abs(exponent)
    with mp.workdps(60):
        for value, at in zip(values, z, strict=True):
            true = mpc(at) ** mpc(exponent)
            unit = float(np.spacing(float(abs(true))))
            assert abs(mpc(value) - true) <= worst * unit, (at, exponent)
