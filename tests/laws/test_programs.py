"""Random programs: NumPy, rewriting, interpreter, backends and gradients agree.

    PROGRAMS=5000 python -m pytest tests/laws/test_programs.py

tries so many programs instead of a few, and others at each run.
"""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import tensorgraph as tg
from tests.laws.agreement import check_program, check_rewriting, check_special
from tests.laws.programs import Program, programs

MANY = int(os.environ.get("PROGRAMS", "0"))


def tries(few: int, share: int = 1) -> settings:
    """A few programs, always the same ones; or as many as are asked for."""
    return settings(
        max_examples=MANY // share or few,
        derandomize=not MANY,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )


@tries(20)
@given(programs())
def test_random_programs(program) -> None:
    check_program(program)


@tries(20)
@given(programs(special=True))
def test_random_programs_of_special_values(program) -> None:
    check_special(program)


@tries(300)
@given(programs())
def test_random_programs_rewritten(program) -> None:
    check_rewriting(program)


N3, F64 = np.arange(3.0), "float64"
FOUND = {
    "a neutral truth of named lengths": (
        [("bool", ("n3",), [True, False, True]), (F64, (2, 3), np.ones((2, 3)))],
        ["v1 >= v1", "xp.logical_and(v0, v2)"],
    ),
    "an update of everything": (
        [(F64, (3,), N3)], ["xp.update(v0, xp.s_[...], 2, 'max')"],
    ),
    "a gradient through a scan of no steps": (
        [(F64, (1, 3), N3[None]), ("uint8", (0,), [])],
        ["xp.take(v0, v1 % 1, axis=0)", "xp.recurrence(lambda s, e: s / 2 + e, v2)"],
    ),
    "rows of a scan of no steps": (
        [(F64, (None, None), np.ones((0, 3)))],
        ["xp.recurrence(lambda s, e: xp.tanh(s + e), v0)"],
    ),
    "bools below a diagonal": (
        [("bool", (None, 1), np.ones((2, 1)))], ["xp.tril(v0)", "xp.triu(v0)"],
    ),
    "a default that does not promote": (
        [("float32", (3,), N3), ("bool", (3,), [0, 1, 0])],
        ["xp.select([v1, v0 > 0], [v0, v1], 0)"],
    ),
    "zeros that a scan starts from, and an output of its own": (
        [(F64, (None, None), np.ones((2, 3))), (F64, (1,), [0.5])],
        ["xp.zeros(1)", "xp.recurrence(lambda s, e: s + e, v0)",
         "xp.argsort(v1, axis=0, kind='stable')", "v4 ** 2"],
    ),
    "integers that are scaled and scattered": (
        [("int64", (None,), [3, 1, 1])],
        ["0.5 * v0", "xp.update(xp.zeros(5), v0 % 5, v1, 'add')"],
    ),
    "double precision times singles that overflow": (
        [(F64, (), 0.5), ("float32", (3,), [1e30, 1e-30, 1.0])],
        ["(v0 * v1) * v1", "xp.sum((v0 * v1) ** 2)"],
    ),
    "bytes that change their sign before a product of matrices": (
        [("uint8", (None, 2), [[2, 4], [3, 2]]), (F64, (2, 2), np.ones((2, 2)))],
        ["(-v0) @ v1", "v1 @ (-v0)"],
    ),
    "constants of half precision in a product of matrices": (
        [("float16", (2, 3), np.ones((2, 3))), ("int64", (3,), [1, 0, 1])],
        ["2 / (1 + xp.abs(v0))", "v2 @ (0.5 * v1)"],
    ),
    "a length that is a name below a join with nothing": (
        [(F64, ("n3", "n3"), np.eye(3)), (F64, (0,), [])],
        ["v0 + 1", "xp.diagonal(v2, 0)", "v3 + 1", "xp.concatenate([v4, v1])", "-v5"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_programs_that_were_wrong_once(name: str) -> None:
    inputs, lines = FOUND[name]
    types = [tg.TensorType(dtype, shape) for dtype, shape, _ in inputs]
    values = [
        t.convert(np.asarray(x, t.dtype))
        for t, (*_, x) in zip(types, inputs, strict=True)
    ]
    program = Program(types, values, special=True)
    for line in lines:
        program.add(line, range(len(program.variables)))
    check_program(program)


@tries(6, share=10)
@given(programs())
def test_random_programs_compiled(program) -> None:
    check_program(program, ["PYTHON", "FAST_COMPILE"], interpreter=False)


@pytest.mark.slow
@tries(2, share=100)
@given(programs())
def test_random_programs_in_every_mode(program) -> None:
    check_program(program, ["C", "NUMBA"], interpreter=False)
