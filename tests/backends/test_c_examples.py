"""The C backend against the interpreter, bit for bit, on the examples of loops."""

from __future__ import annotations

import numpy as np
import pytest

from tensorgraph.backends.c.link import CBackend
from tensorgraph.loops.interpret import CheckFailed, interpret
from tests.backends.calling import run
from tests.loops.programs import EXAMPLES

BACKENDS = {"full": CBackend(), "fast_compile": CBackend(fast_compile=True)}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_agrees_with_the_interpreter(name: str, backend: str) -> None:
    example = EXAMPLES[name]()
    program, inputs, routines = example.program, example.inputs, example.routines
    linked = BACKENDS[backend].link(program)
    if example.failure is not None:
        with pytest.raises(CheckFailed) as caught:
            run(linked, program, inputs, routines)
        number, values = example.failure
        assert caught.value.number == number
        assert caught.value.values[: len(values)] == values
        return
    expected = interpret(program, inputs, routines)
    for got, wanted in zip(
        run(linked, program, inputs, routines), expected, strict=True
    ):
        assert got.dtype == wanted.dtype and got.shape == wanted.shape
        np.testing.assert_array_equal(got, wanted)
        assert got.tobytes() == wanted.tobytes()
