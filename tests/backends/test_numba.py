"""The Numba backend against the interpreter, bit for bit, and its store of code."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from tensorgraph.backends import store
from tensorgraph.backends.contract import Linked
from tensorgraph.backends.numba import link
from tensorgraph.backends.numba.link import NumbaBackend
from tensorgraph.backends.numba.printer import python_source
from tensorgraph.config import config
from tensorgraph.errors import CompileError
from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.interpret import CheckFailed, interpret
from tensorgraph.loops.ir import (
    Carry,
    Load,
    Name,
    Program,
    ScalarFunction,
    Set,
    Size,
    Store,
    While,
)
from tensorgraph.record import changed as replace
from tests.backends.calling import Returned, run
from tests.loops.control import autoregression, strips
from tests.loops.pieces import (
    ONE,
    ZERO,
    I,
    add,
    given,
    loop,
    number,
    numbers,
    op,
    program,
    result,
)
from tests.loops.programs import EXAMPLES, elementwise, scatter, total

BACKEND = NumbaBackend()
N = Size(0, 0)


@pytest.mark.parametrize("name", EXAMPLES)
def test_agrees_with_the_interpreter(name: str) -> None:
    example = EXAMPLES[name]()
    program, inputs, routines = example.program, example.inputs, example.routines
    linked = BACKEND.link(program)
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
        assert got.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("n", [0, 1, 8, 255, 257, 5000])
def test_sums_have_the_same_bits_at_every_length(n: int) -> None:
    example = total(numbers(n) * 1e8)
    [got] = run(BACKEND.link(example.program), example.program, example.inputs)
    assert got == interpret(example.program, example.inputs)[0]


def test_checks_on_entry() -> None:
    example = scatter()
    y, c, like = example.inputs
    with pytest.raises(CheckFailed) as caught:
        run(BACKEND.link(example.program), example.program, (y, c[:-1], like))
    assert caught.value.number == 8


def apply(function: ScalarFunction, dtype: str = "float64") -> Program:
    x, out = given("x", dtype, 0, 1), result("out", dtype, N)
    return program(
        "f", (x,), (out,), loop("i", N, Store(out, (I,), op(function, Load(x, (I,)))))
    )


def test_vector_math_comes_from_the_library() -> None:
    built = apply(ScalarFunction("exp", "tg_exp({0})", "tg_exp({0})", np.exp))
    data = np.concatenate([numbers(50) * 20, [0.0, np.inf, -np.inf, np.nan]])
    [got] = run(BACKEND.link(built), built, (data,))
    np.testing.assert_allclose(got, np.exp(data), rtol=5e-16)


def test_a_missing_library_function_is_refused() -> None:
    wrong = ScalarFunction("f", "tg_nonesuch({0})", "tg_nonesuch({0})", np.exp)
    with pytest.raises(CompileError, match="has no function tg_nonesuch"):
        BACKEND.link(apply(wrong))


def test_code_that_numba_refuses_is_an_error() -> None:
    wrong = ScalarFunction("f", "f({0})", "{0}.nonesuch()", np.exp)
    with pytest.raises(CompileError, match="Numba refuses the code of f"):
        BACKEND.link(apply(wrong))


@pytest.mark.parametrize(
    "name", ["for", "math", "inputs", "select", "n", "t", "x y", "2"]
)
def test_any_name_will_do(name: str) -> None:
    x, out = given(name, "float64", 0, 1), result("range", "float64", N)
    body = loop(name + "i", N, Store(out, (I,), add(Load(x, (I,)), number(1.0))))
    built = program("names", (x,), (out,), replace(body, index="i"))
    [got] = run(BACKEND.link(built), built, (numbers(5),))
    assert (got == numbers(5) + 1).all()


# -- being stopped ---------------------------------------------------------------------


def endless() -> Program:
    count, out = Name("k", "int64"), result("out", "int64")
    same = Set("k", ar.remainder(count, ONE))
    body = While(ar.less_equal(ZERO, count), (same,))
    return program("endless", (), (out,), Carry("k", ONE), body, Store(out, (), count))


def test_a_while_loop_can_be_stopped() -> None:
    built = endless()
    linked, stop = BACKEND.link(built), ctypes.c_int32(0)
    timer = threading.Timer(0.05, setattr, (stop, "value", 1))
    timer.start()
    with pytest.raises(Returned, match="-1"):
        run(linked, built, (), stop=stop)


@pytest.mark.parametrize("example", [autoregression(), strips(), total(numbers(300))])
def test_long_loops_look_at_the_stop_flag(example: object) -> None:
    built, inputs = example.program, example.inputs  # type: ignore[attr-defined]
    with pytest.raises(Returned, match="-1"):
        run(BACKEND.link(built), built, inputs, stop=ctypes.c_int32(1))
    assert run(BACKEND.link(built), built, inputs, stop=ctypes.c_int32(0))


# -- the text --------------------------------------------------------------------------


def test_source() -> None:
    assert python_source(strips().program) == dedent(
        '''\
        """strips"""

        import math
        from numba import float64, int64
        from tensorgraph.backends.numba.machine import float64_at, int64_at, stop_asked


        def plan(inputs, sizes, extents, workspace_bytes):
            m = sizes[0]
            k = sizes[1]
            if not (m == k):
                return 8
            extents[0] = 5
            workspace_bytes[0] = 2048
            return 0


        def kernel(inputs, outputs, sizes, runtime):
            sums = float64_at(outputs[0])
            m = sizes[0]
            y = float64_at(inputs[0])
            words = int64_at(runtime)
            workspace = words[2]
            strip = float64_at(workspace + 0)
            c = int64_at(inputs[1])
            values = float64_at(runtime + 40)
            for k in range(5):
                sums[k] = 0.0
            for n0 in range(0, m, 256):
                if not (n0 & 63) and stop_asked(runtime):
                    return -1
                t = int64(min(n0 + 256, m))
                for n in range(n0, t):
                    strip[n - n0] = math.sqrt(y[n])
                t_2 = int64(min(n0 + 256, m))
                for n_2 in range(n0, t_2):
                    t_3 = c[n_2]
                    if not ((0 <= t_3) and (t_3 < 5)):
                        values[0] = float64(c[n_2])
                        values[1] = float64(5)
                        return 7
                    t_4 = strip[n_2 - n0]
                    t_5 = sums[c[n_2]]
                    sums[c[n_2]] = t_5 + t_4
            return 0
        '''
    )


def test_source_of_a_sum() -> None:
    text = python_source(total(numbers(3)).program)
    assert text.split("def kernel")[1] == dedent(
        """\
        (inputs, outputs, sizes, runtime):
            n = sizes[0]
            s_lanes = float64_lanes()
            x = float64_at(inputs[0])
            total = float64_at(outputs[0])
            s = 0.0
            s_rest = 0.0
            for block in range(0, n, 256):
                if stop_asked(runtime):
                    return -1
                clear(s_lanes)
                t = min(block + 256, n)
                t_2 = t - ((t - block) & 7)
                for base in range(block, t_2, 8):
                    for lane in range(8):
                        i = base + lane
                        s_lanes[lane] += x[i]
                for i_2 in range(t_2, t):
                    s_lanes[(i_2 - t_2) & 7] += x[i_2]
                t_3 = sum_of(s_lanes)
                t_4 = s + t_3
                s_rest += lost(s, t_3, t_4)
                s = t_4
            total[0] = s + s_rest
            return 0
        """
    )


# -- the store -------------------------------------------------------------------------

FRESH = """
import sys
import numpy as np
from tests.backends.test_numba import *
from tests.backends.calling import run
example = elementwise()
linked = NumbaBackend().link(example.program)
[got] = run(linked, example.program, example.inputs)
assert (got == example.outputs[0]).all()
print(linked.key, "numba" in sys.modules)
"""


def in_fresh_process(folder: Path) -> list[str]:
    env = {**os.environ, "TENSORGRAPH_CACHE_DIR": str(folder)}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", FRESH], env=env, cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config, "cache_dir", str(tmp_path))
    monkeypatch.setattr(link, "_linked", {})
    return tmp_path


def test_another_process_finds_the_code_without_numba(
    empty_store: Path,
) -> None:
    key = BACKEND.link(elementwise().program).key
    assert in_fresh_process(empty_store) == [key, "False"]


def test_a_damaged_entry_is_compiled_again(empty_store: Path) -> None:
    linked = BACKEND.link(elementwise().program)
    path = store.fetch(linked.key)
    assert path is not None
    content = bytearray(Path(path).read_bytes())
    content[len(content) // 2] ^= 1
    Path(path).write_bytes(content)
    assert in_fresh_process(empty_store) == [linked.key, "True"]
    assert in_fresh_process(empty_store) == [linked.key, "False"]


def test_equal_programs_have_equal_keys(empty_store: Path) -> None:
    first, second = (BACKEND.link(elementwise(n).program) for n in (3, 1000))
    assert first.key == second.key and first.kernel == second.kernel
    assert first.key != BACKEND.link(total(numbers(3)).program).key


def test_a_store_that_fails_is_no_error(
    empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError("No space left on device")

    monkeypatch.setattr(store, "keep", full)
    example = elementwise()
    linked = BACKEND.link(example.program)
    assert isinstance(linked, Linked)
    assert (run(linked, example.program, example.inputs)[0] == example.outputs[0]).all()
