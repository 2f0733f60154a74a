"""profile=True: what is counted, in every compiled mode, and how it is shown."""

import io
import pickle
import re

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import GraphError
from tensorgraph.loops.interpret import interpret
from tensorgraph.loops.verify import verify

COMPILED = ["C", "NUMBA"]


def two_nests():
    x, w = tg.dvector("x"), tg.dmatrix("w")
    cheap = (x + 1).sum()
    costly = tg.exp(tg.sin(w)).sum()  # the costly line
    return [x, w], [cheap, costly]


@pytest.mark.parametrize("mode", COMPILED)
def test_times_add_up_and_go_to_the_lines(mode):
    inputs, outputs = two_nests()
    f = tg.function(inputs, outputs, mode=mode, profile=True)
    plain = tg.function(inputs, outputs, mode=mode)
    x, w = np.ones(10), np.ones((300, 200))
    for _ in range(3):
        assert f(x, w) == plain(x, w)
    assert f.profile.calls == 3
    times = dict(zip(f.profile.titles, f.profile.seconds, strict=True))
    assert len(times) == 2 and all(t > 0 for t in times.values())
    assert times["i in m, j in k"] > times["i in n"]
    lines = f.profile.lines()
    assert "# the costly line" in str(next(iter(lines)))
    np.testing.assert_allclose(sum(lines.values()), f.profile.seconds.sum())


def test_the_tables():
    inputs, outputs = two_nests()
    f = tg.function(inputs, outputs, profile=True)
    written = io.StringIO()
    f.profile(file=written)
    start = "0 calls, 0 ns in loop nests\nworkspace: none\n"
    assert written.getvalue().startswith(start)
    f(np.ones(4), np.ones((2, 2)))
    written = io.StringIO()
    f.profile(file=written)
    text = written.getvalue()
    assert re.match(r"1 calls, \S+ [nµm]s in loop nests, \S+ [nµm]s each\n", text)
    assert "loop nest" in text and "2  i in m, j in k" in text
    assert "test_profile.py" in text and "%" in text
    f.profile.reset()
    assert f.profile.calls == 0


@pytest.mark.parametrize("mode", COMPILED)
def test_the_workspace_is_told_as_arithmetic_and_as_the_most_so_far(mode):
    a = tg.dmatrix("a")
    b = tg.linalg.cholesky(tg.linalg.cholesky(a @ a.T))
    f = tg.function([a], b, mode=mode, profile=True)

    def told():
        written = io.StringIO()
        f.profile(file=written)
        line = written.getvalue().splitlines()[1]
        found = re.fullmatch(r"workspace: (.*) bytes, at most (\S+) so far", line)
        return found[1], int(found[2].replace(",", ""))

    assert told()[1] == 0
    for n, most in [(24, 24), (8, 24), (100, 100)]:
        f(np.eye(n))
        formula, seen = told()
        assert seen == f.workspace_bytes
        assert 0 <= seen - eval(formula, {"n": most, "m": most}) < 64 * 8
    assert f.copy().workspace_bytes == 0


def test_updates_scans_and_copies():
    total, x = tg.shared(0.0, "total"), tg.dvector("x")
    y = tg.scan(lambda e, s: s + tg.exp(e), [x], [total])[-1]
    f = tg.function([x], y, updates={total: y}, profile=True)
    f(np.zeros(3))
    f(np.zeros(3))
    assert total.get_value() == 6 and f.profile.calls == 2
    for other in (f.copy(), pickle.loads(pickle.dumps(f))):
        assert other.profile.calls == 0
        other(np.zeros(1))
        assert (other.profile.calls, f.profile.calls) == (1, 2)


def test_the_program_with_a_clock_is_well_formed():
    inputs, outputs = two_nests()
    program = tg.function(inputs, outputs, profile=True).program
    verify(program)
    values = [np.ones(2), np.ones((2, 2)), np.array([4, 0, 10])]
    ticks = iter(range(0, 100, 5))
    found = interpret(program, values, {"tg_clock": lambda: next(ticks)})
    assert [v.item() for v in found[:2]] == [4.0, 4 * np.exp(np.sin(1.0))]
    assert found[2].tolist() == [5, 5, 15]


def test_a_call_that_fails_is_not_counted():
    x, i = tg.dvector("x"), tg.lscalar("i")
    f = tg.function([x, i], x[i] + x.sum(), profile=True)
    f([1.0], 0)
    with pytest.raises(IndexError):
        f([1.0], 3)
    assert f.profile.calls == 1


def test_what_was_not_profiled_says_so():
    x = tg.dscalar("x")
    for f in (
        tg.function([x], x + 1, mode="FAST_COMPILE"),
        tg.function([x], x + 1, mode="PYTHON", profile=True),
    ):
        with pytest.raises(GraphError, match="profile=True"):
            f.profile()
