"""Scalar functions that are C routines outside: one loop calls them, by the table."""

import pickle
import re
import subprocess
import sys

import numpy as np
import pytest
from scipy import special

import tensorgraph as tg
from tensorgraph.errors import VerificationError
from tensorgraph.loops.lower import lower
from tensorgraph.loops.verify import verify
from tensorgraph.ops.elementwise import ELEMENTWISE
from tensorgraph.ops.special.beta import betainc, betaln
from tensorgraph.ops.special.gamma import gamma
from tensorgraph.testing import elementwise  # noqa: F401  loads every module

MODES = ["C", "FAST_COMPILE", "NUMBA", "PYTHON"]


@pytest.fixture
def graph():
    x = tg.dvector("x")
    y = tg.exp(-betaln(x, 2.0)) * gamma(x)
    return x, [y, tg.sum(gamma(x) * x), gamma(x.astype("float32"))]


@pytest.mark.parametrize("mode", MODES)
def test_values_and_sums(graph, mode):
    x, outputs = graph
    at = np.random.default_rng(0).uniform(0.5, 9.0, 777)
    y, total, single = tg.function([x], outputs, mode=mode)(at)
    np.testing.assert_allclose(y, special.gamma(at) / special.beta(at, 2.0), 1e-13)
    np.testing.assert_allclose(total, np.sum(special.gamma(at) * at), 1e-14)
    assert single.dtype == "float32"
    np.testing.assert_allclose(single, special.gamma(at), 2e-6)


def test_one_loop_that_calls_by_the_table(graph):
    x, outputs = graph
    source = tg.function([x], outputs[:2], mode="C").keepalive.source
    calls = re.findall(
        r"\(\(double \(\*\)\([^)]*\)\)runtime->routines\[\d\]\)\(", source
    )
    assert len(calls) == 2
    assert source.count("for (int64_t i = 0;") == 1
    assert "omp simd" not in source


def test_the_program_declares_the_routine(graph):
    x, outputs = graph
    program = lower([x], outputs).program
    assert [r.name for r in program.routines] == ["tg_betaln", "tg_gamma"]
    verify(program)
    fields = {f: getattr(program, f) for f in type(program).record_fields}
    with pytest.raises(VerificationError, match="not among the program's routines"):
        verify(type(program)(**{**fields, "routines": ()}))


def test_a_length_may_need_a_routine():
    k = tg.lscalar("k")
    length = tg.cast(gamma(k), "int64")
    assert tg.function([k], tg.zeros((length,)), mode="C")(4).shape == (6,)


@pytest.mark.parametrize("what", ["graph", "function"])
def test_another_process_finds_the_module_that_declares_an_op(what):
    x = tg.dscalar("x")
    y = betainc(2.0, 3.0, x)
    packed = pickle.dumps((x, y) if what == "graph" else tg.function([x], y, mode="C"))
    code = (
        "import pickle, sys, tensorgraph as tg;"
        "assert 'tensorgraph.ops.special.beta' not in sys.modules;"
        f"made = pickle.loads({packed!r});"
        "f = tg.function([made[0]], made[1]) if type(made) is tuple else made;"
        "print(f(0.4))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) == pytest.approx(
        special.betainc(2.0, 3.0, 0.4), rel=1e-14
    )


def test_another_process_finds_every_op_by_its_home():
    packed = [pickle.dumps(op) for op in ELEMENTWISE.values()]
    code = (
        "import pickle, sys;"
        "print(*[pickle.loads(op).name for op in pickle.load(sys.stdin.buffer)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(packed), capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().split() == list(ELEMENTWISE)
