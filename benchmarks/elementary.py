"""The functions of the vector math benchmark: their names elsewhere, and arguments."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

ELEMENTS = 4096
BATCHES, CALLS = 15, 10


@dataclass(frozen=True)
class Function:
    """A function as tensorgraph, NumPy or SciPy, JAX, and C name it, and its places.

    Names without a dot are of `numpy` and `jax.numpy`, others of `scipy.special` and
    `jax.scipy.special` or `jax.nn`; C names only what glibc's libmvec has.
    """

    name: str
    numpy: str
    jax: str
    c: str
    low: float
    high: float
    arguments: int = 1

    def places(self, dtype: str) -> list[np.ndarray]:
        """Random arguments, always the same."""
        random = np.random.default_rng(5)
        shape = self.arguments, ELEMENTS
        return list(random.uniform(self.low, self.high, shape).astype(dtype))


def _same(names: str, low: float, high: float, arguments: int = 1) -> list[Function]:
    """Functions that all but C call by one name."""
    found = []
    for name in names.split():
        short = name.replace("arc", "a").replace("power", "pow")
        found.append(Function(name, name, name, short, low, high, arguments))
    return found


FUNCTIONS = [
    *_same("exp exp2 expm1", -6, 6),
    *_same("log log2 log10", 1e-3, 50),
    *_same("log1p", -0.9, 20),
    *_same("sin cos tan tanh sinh cosh", -6, 6),
    *_same("arcsin arccos arctanh", -0.999, 0.999),
    *_same("arctan arcsinh cbrt", -6, 6),
    *_same("arccosh", 1.001, 50),
    *_same("sqrt", 0, 50),
    *_same("arctan2 hypot", -3, 3, 2),
    *_same("power", 0.1, 5, 2),
    Function("logaddexp", "logaddexp", "logaddexp", "", -6, 6, 2),
    Function("erf", "special.erf", "special.erf", "erf", -3, 3),
    Function("erfc", "special.erfc", "special.erfc", "erfc", -3, 6),
    Function("erfcx", "special.erfcx", "", "", -3, 20),
    Function("erfinv", "special.erfinv", "special.erfinv", "", -0.999, 0.999),
    Function("ndtr", "special.ndtr", "special.ndtr", "", -6, 6),
    Function("log_ndtr", "special.log_ndtr", "special.log_ndtr", "", -6, 6),
    Function("ndtri", "special.ndtri", "special.ndtri", "", 1e-6, 1 - 1e-6),
    Function("gammaln", "special.gammaln", "special.gammaln", "", 0.01, 50),
    Function("digamma", "special.psi", "special.digamma", "", 0.01, 50),
    Function("trigamma", "", "", "", 0.01, 50),
    Function("sigmoid", "special.expit", "special.expit", "", -6, 6),
    Function("softplus", "", "nn.softplus", "", -6, 6),
    Function("log1mexp", "", "", "", -6, -0.01),
    Function("xlogy", "special.xlogy", "special.xlogy", "", 0.1, 5, 2),
]


def nanoseconds(call: Callable[[], Any]) -> float:
    """The least time of a call, in nanoseconds for an element."""
    call()
    best = float("inf")
    for _ in range(BATCHES):
        start = time.perf_counter_ns()
        for _ in range(CALLS):
            call()
        best = min(best, time.perf_counter_ns() - start)
    return best / (CALLS * ELEMENTS)
