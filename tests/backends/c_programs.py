"""What the tests of the C backend share: a backend, a function, a comparison."""

from __future__ import annotations

import ctypes

import numpy as np

from tensorgraph.backends.c.link import CBackend
from tensorgraph.loops.interpret import interpret
from tensorgraph.loops.ir import Program, ScalarFunction, Size
from tensorgraph.native import load_math
from tests.backends.calling import run

BACKEND = CBackend()
N = Size(0, 0)
_tg_exp = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(("tg_exp", load_math()))
EXP = ScalarFunction("exp", "tg_exp({0})", "tg_exp({0})", _tg_exp, 10)


def compiled(built: Program, *inputs: np.ndarray) -> list[np.ndarray]:
    """What the compiled program gives, which the interpreter must give bit for bit."""
    outputs = run(BACKEND.link(built), built, inputs)
    for got, wanted in zip(outputs, interpret(built, inputs), strict=True):
        np.testing.assert_array_equal(got, wanted)
    return outputs
