"""`function`: calls, updates, modes, wrong inputs, pickling."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import (
    BoundsError,
    DTypeError,
    GradientError,
    GraphError,
    InputError,
    ParameterError,
    RandomError,
    ShapeError,
)

MODES = ["C", "NUMBA", "PYTHON"]


@pytest.fixture(params=MODES)
def mode(request):
    return request.param


def test_one_output_or_a_list(mode):
    x = tg.dvector("x")
    assert tg.function([x], tg.sum(x), mode=mode)(np.ones(3)) == 3.0
    one = tg.function([x], [tg.sum(x)], mode=mode)(np.ones(3))
    assert isinstance(one, list) and one == [3.0]


def test_scalars_come_as_numbers_and_arrays_as_arrays(mode):
    x = tg.dvector("x")
    total, twice = tg.function([x], [tg.sum(x), 2 * x], mode=mode)(np.ones(3))
    assert isinstance(total, np.float64)
    assert isinstance(twice, np.ndarray) and twice.flags.c_contiguous


def test_arguments_by_name(mode):
    x, y = tg.dscalars("x y")
    f = tg.function([x, y], x - y, mode=mode, trust_input=True)
    assert f(y=1.0, x=3.0) == f(3.0, y=1.0) == 2.0
    with pytest.raises(TypeError, match="y"):
        f(3.0, 1.0, y=2.0)
    z = tg.dscalar("x")
    both = tg.function([x, z], x - z, mode=mode)
    assert both(3.0, 1.0) == 2.0
    with pytest.raises(TypeError, match="x"):
        both(1.0, x=2.0)


def test_updates_read_old_values_and_commit_together(mode):
    a, b = tg.shared(1.0, "a"), tg.shared(2.0, "b")
    swap = tg.function([], [a + b], updates={a: b, b: a}, mode=mode)
    assert swap() == [3.0]
    assert (a.get_value(), b.get_value()) == (2.0, 1.0)


def test_a_failed_call_changes_nothing(mode):
    total, i = tg.shared(0.0, "total"), tg.lscalar("i")
    x = tg.constant([1.0, 2.0])
    add = tg.function([i], [], updates={total: total + x[i]}, mode=mode)
    add(1)
    with pytest.raises(IndexError):
        add(5)
    assert total.get_value() == 2.0


def test_givens_replace_variables(mode):
    x, y = tg.dscalars("x y")
    assert tg.function([y], x * 2, givens={x: y + 1}, mode=mode)(3.0) == 8.0


def test_shared_values_are_read_at_each_call(mode):
    w = tg.shared(np.ones(2), "w")
    f = tg.function([], tg.sum(w), mode=mode)
    assert f() == 2.0
    w.set_value(np.arange(5.0))
    assert f() == 10.0


def test_pickled_functions_compute_the_same(mode):
    x = tg.dvector("x")
    f = tg.function([x], tg.sum(tg.exp(x)), mode=mode)
    again = pickle.loads(pickle.dumps(f))
    assert again(np.ones(4)) == f(np.ones(4))


# What another process does: it finds no compiler, and may only read the store.
ELSEWHERE = """
import pickle, shutil, sys, warnings
import tensorgraph as tg
from tensorgraph.backends.c.compiler import Compiler

def refuse(*arguments):
    raise AssertionError("compiled again")

Compiler.compile = refuse
assert not any(map(shutil.which, ("cc", "gcc", "clang")))
warnings.simplefilter("error")
f = pickle.load(open(sys.argv[1], "rb"))
assert f.mode == sys.argv[2]
print(f([0.0, 1.0], [[1.0], [2.0]])[0], "numba" in sys.modules)
"""


@pytest.mark.parametrize("mode", MODES)
def test_another_process_unpickles_without_compiling(mode, tmp_path):
    x, w = tg.dvector("x"), tg.dmatrix("w")
    cost = tg.exp(x).sum() + tg.log1p(w * w).sum() + tg.constant(np.ones(30)).sum()
    shared = tg.shared(2.0, "shared")
    outputs = [cost * shared, *tg.grad(cost, [x, w])]
    f = tg.function([x, w], outputs, updates={shared: shared + 1}, mode=mode)
    expected = f([0.0, 1.0], [[1.0], [2.0]])[0]
    shared.set_value(2.0)
    (tmp_path / "f").write_bytes(pickle.dumps(f))
    elsewhere = {name: v for name, v in os.environ.items() if name != "CC"}
    again = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(tmp_path / "f"), mode],
        env={**elsewhere, "PYTHONHASHSEED": "1", "PATH": "/nowhere"},
        capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert again.stdout == f"{expected} False\n", again.stderr


def test_a_copy_with_other_shared_variables(mode):
    count, other = tg.shared(1.0, "count"), tg.shared(10.0, "other")
    x = tg.dscalar("x")
    f = tg.function([x], count * x, updates={count: count + x}, mode=mode)
    g = f.copy(swap={count: other}, name="again")
    assert (f(2.0), g(2.0), g(2.0)) == (2.0, 20.0, 24.0)
    assert (count.get_value(), other.get_value()) == (3.0, 14.0)
    still = f.copy(delete_updates=True)
    assert (still(2.0), still(2.0)) == (6.0, 6.0)
    assert g.__name__ == "again"


def test_a_copy_finds_its_machine_code():
    w, x = tg.shared(np.ones(3), "w"), tg.dvector("x")
    f = tg.function([x], (w * x).sum())
    copied = f.copy(swap={w: tg.shared(np.array([1.0, 2.0]), "v")})
    assert copied.kernel == f.kernel and copied([1.0, 1.0]) == 3
    assert "v" in tg.dprint(copied, id_type="", file="str")


def test_wrong_copies():
    w, x = tg.shared(1.0, "w"), tg.dscalar("x")
    f = tg.function([x], w * x, mode="PYTHON")
    with pytest.raises(GraphError, match="does not use"):
        f.copy(swap={tg.shared(1.0, "u"): w})
    for bad in (tg.shared([1.0]), tg.shared(1), x, 1.0):
        with pytest.raises(GraphError, match="Cannot swap w"):
            f.copy(swap={w: bad})
    v = tg.shared(1.0, "v")
    g = tg.function([x], w * x, updates={w: x, v: x}, mode="PYTHON")
    with pytest.raises(GraphError, match="become one"):
        g.copy(swap={w: v})


def test_a_function_answers_for_its_parts(mode):
    x = tg.dvector("x")
    y = (x * 2).sum()
    f = tg.function([x], y, mode=mode)
    assert f.wanted == [y] and f.inputs == [x] and f.mode == mode
    assert ("x[i]" in f.loops) == bool(f.source) == (mode != "PYTHON")
    with pytest.raises(AttributeError, match="nonsense"):
        _ = f.nonsense


def test_printing_a_function_shows_its_graph_and_its_memory(capsys):
    x, y = tg.dvector("x"), tg.dvector("y")
    z = tg.softmax(x + y)
    f = tg.function([x, y], [z, z.sum()])
    tg.dprint(f, id_type="")
    graph = capsys.readouterr().out
    assert graph == tg.dprint(f.graph, id_type="", file="str")
    assert "Memory" not in graph
    f.dprint(print_memory_map=True)
    text = capsys.readouterr().out
    assert "\n\nMemory:\n  x: f64[n]: the caller's\n" in text
    given = "new at each call, unless given as out"
    assert re.search(rf"\n  out0: f64\[\w\]: {given}\n", text)
    assert re.search(r"\n  workspace: .*\n$", text)
    f.dprint(print_destroy_map=True)
    assert "→ out1" in capsys.readouterr().out


def test_the_memory_account_of_fixed_lengths(capsys):
    a = tg.tensor("a", shape=(4, 4))
    b = tg.linalg.cholesky(tg.linalg.cholesky(a @ a))
    tg.function([a], b).dprint(print_memory_map=True)
    said = capsys.readouterr().out
    assert said.endswith(
        """\
Memory:
  a: f64[4, 4]: the caller's
  out0: f64[4, 4]: new at each call, unless given as out
  w1: f64[4, 4]: 128 bytes, workspace
  w2: f64[4, 4]: 128 bytes, workspace
  workspace: 256 bytes, each piece rounded up to 64
"""
    )
    x = tg.dscalar("x")
    tg.function([x], x + 1).dprint(print_memory_map=True)
    assert "workspace: none" in capsys.readouterr().out
    tg.function([x], x + 1, mode="PYTHON").dprint(print_memory_map=True)
    assert "mode PYTHON has no plan" in capsys.readouterr().out


def test_shared_values_are_copied_unless_they_are_lent():
    given = np.ones(2)
    w = tg.shared(given, "w")
    given[0] = 5
    w.get_value()[0] = 5
    f = tg.function([], w.sum())
    assert f() == 2
    w.set_value(given)
    given[0] = 7
    assert f() == 6
    w.set_value(given, borrow=True)
    given[0] = 8
    assert f() == 9
    w.get_value(borrow=True)[0] = 0
    assert (f(), given[0]) == (1, 0)
    lent = tg.shared(given, "lent", borrow=True)
    given[0] = 3
    assert lent.get_value()[0] == 3


def test_an_update_never_writes_into_a_lent_array(mode):
    given = np.ones(2)
    w = tg.shared(given, "w", borrow=True)
    tg.function([], [], updates={w: w + 1}, mode=mode)()
    assert list(given) == [1, 1] and list(w.get_value()) == [2, 2]


def test_fast_compile():
    x = tg.dvector("x")
    assert tg.function([x], tg.sum(x * x), mode="FAST_COMPILE")([1.0, 2.0]) == 5.0


# -- wrong graphs ----------------------------------------------------------------------


def test_a_shape_mismatch_at_definition_names_the_line():
    weights, bias = tg.zeros((3, 4)), tg.zeros(3)
    with pytest.raises(ShapeError) as caught:
        _ = weights + bias  # the line of the mistake
    text = str(caught.value)
    assert "(3, 4)" in text and "lengths 4 and 3" in text
    assert "test_function.py" in text and "the line of the mistake" in text


def test_unknown_dtype():
    with pytest.raises(DTypeError, match="Unknown dtype 'float65'"):
        tg.tensor("x", dtype="float65", shape=(3,))


def test_the_cost_of_a_gradient_is_a_scalar():
    x = tg.dvector("x")
    with pytest.raises(GradientError, match="real scalar"):
        tg.grad(x * 2, x)


def test_missing_unused_and_repeated_inputs():
    x, y = tg.dscalars("x y")
    with pytest.raises(GraphError, match="need y"):
        tg.function([x], x + y)
    with pytest.raises(GraphError, match="not used"):
        tg.function([x, y], x + 1)
    assert tg.function([x, y], x + 1, on_unused_input="ignore")(1.0, 2.0) == 2.0
    with pytest.warns(UserWarning, match="Input y is not used"):
        tg.function([x, y], x + 1, on_unused_input="warn", mode="PYTHON")
    with pytest.raises(GraphError, match="'maybe'"):
        tg.function([x], x + 1, on_unused_input="maybe")
    with pytest.raises(GraphError, match="twice"):
        tg.function([x, x], x + 1)
    with pytest.raises(GraphError, match="cannot be an input"):
        tg.function([tg.constant(1.0)], x)


def test_unknown_mode():
    with pytest.raises(GraphError, match="Unknown mode 'FORTRAN'"):
        tg.function([], tg.constant(1.0), mode="FORTRAN")


def test_updates_are_of_shared_variables_and_keep_their_type():
    a, x = tg.shared(1.0, "a"), tg.dvector("x")
    with pytest.raises(GraphError, match="Only shared"):
        tg.function([x], [], updates={x: x})
    with pytest.raises(GraphError, match="has type"):
        tg.function([x], [], updates={a: x})


# -- wrong calls -----------------------------------------------------------------------


def test_wrong_arguments_name_the_parameter(mode):
    x, k = tg.dmatrix("x"), tg.lscalar("k")
    f = tg.function([x, k], x * k, mode=mode, name="model")
    with pytest.raises(InputError, match=r"(?s)model.*'x'.*float64.*axis"):
        f(np.ones(3), 1)
    with pytest.raises(InputError, match=r"(?s)'k' must be an int64 number.*float64"):
        f(np.ones((2, 2)), np.float64(1.5))
    with pytest.raises(TypeError, match="k"):
        f(np.ones((2, 2)))
    with pytest.raises(TypeError):
        f(np.ones((2, 2)), 1, 2)
    with pytest.raises(TypeError, match="q"):
        f(np.ones((2, 2)), q=1)


def test_static_lengths_are_checked(mode):
    x = tg.tensor("x", shape=(3,))
    f = tg.function([x], tg.sum(x), mode=mode)
    with pytest.raises(InputError, match="length 4 instead of 3"):
        f(np.ones(4))


def test_named_sizes_are_one_length():
    x, y = tg.tensor("x", shape=("n",)), tg.tensor("y", shape=("n",))
    f = tg.function([x, y], tg.sum(x * y))
    with pytest.raises(InputError, match="n is 2"):
        f(np.ones(2), np.ones(3))


def test_unknown_lengths_never_broadcast(mode):
    x, y = tg.dvectors("x y")
    f = tg.function([x, y], x + y, mode=mode)
    with pytest.raises((ShapeError, ValueError)):
        f(np.ones(3), np.ones(2))


@pytest.mark.parametrize("index", [3, -4, 10**12])
def test_an_index_out_of_bounds_reads_nothing(mode, index):
    x, i = tg.dvector("x"), tg.lvector("i")
    f = tg.function([x, i], x[i], mode=mode)
    assert list(f(np.arange(3.0), np.array([2, -1]))) == [2.0, 2.0]
    with pytest.raises(IndexError, match=f"index {index} is out of bounds"):
        f(np.arange(3.0), np.array([0, index, 1]))


@pytest.mark.parametrize("mode", ["C", "NUMBA"])
def test_errors_inside_kernels_name_the_users_line(mode):
    x, i = tg.dvector("x"), tg.lscalar("i")
    picked = x[i]  # here
    f = tg.function([x, i], picked * 2, mode=mode)
    with pytest.raises(BoundsError, match="# here"):
        f(np.ones(2), 7)


def test_a_negative_scale_is_a_parameter_error(mode):
    sigma, v = tg.dscalar("sigma"), tg.dscalar("v")
    y = tg.random.normal(0.0, sigma)
    f = tg.function([sigma, v], tg.logp(y, v), mode=mode)
    assert np.isfinite(f(1.0, 0.0))
    with pytest.raises(
        ParameterError, match=r"scale > 0 does not hold: the value is -1"
    ):
        f(-1.0, 0.0)


def test_two_draws_of_one_state_are_refused():
    x = tg.random.normal(0.0, 1.0)
    state = x.owner.inputs[0]
    y = tg.random.normal(5.0, 1.0, rng=state)
    with pytest.raises(RandomError, match="noise would be the same"):
        tg.function([], [x, y])
