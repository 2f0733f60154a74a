"""In and Out, defaults, states, casts, and the other options of `function`."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, GraphError, InputError, ShapeError

MODES = ["C", "NUMBA", "PYTHON"]


@pytest.fixture(params=MODES)
def mode(request):
    return request.param


def test_names_and_defaults(mode):
    x, y = tg.dscalars("x y")
    f = tg.function([x, tg.In(y, name="step", value=3)], x - y, mode=mode)
    assert (f(5.0), f(5.0, 1.0), f(5.0, step=2.0), f(x=5.0)) == (2.0, 4.0, 3.0, 2.0)
    with pytest.raises(TypeError, match="y"):
        f(5.0, y=1.0)
    again = pickle.loads(pickle.dumps(f))
    assert (again(5.0), f.copy()(5.0, step=1.0)) == (2.0, 4.0)


def test_a_default_that_is_an_array_is_kept():
    x, given = tg.dvector("x"), np.ones(2)
    f = tg.function([tg.In(x, value=given)], x + 1, mode="PYTHON")
    f()[0] = 7
    assert f().tolist() == [2.0, 2.0] and f(given).tolist() == [2.0, 2.0]


def test_states(mode):
    x, total = tg.dscalars("x total")
    state = tg.In(total, value=0, update=total + x)
    f = tg.function([x, state], [total, total * x], mode=mode)
    assert f(1.0) == [0.0, 0.0] and f(2.0) == [1.0, 2.0]
    assert f(3.0, 10) == [10.0, 30.0] and f(3.0) == [13.0, 39.0]
    with pytest.raises(InputError, match="total"):
        f(3.0, total="ten")
    with pytest.raises(InputError):
        f("three", total=7.0)
    other = pickle.loads(pickle.dumps(f))
    assert f(1.0)[0] == other(1.0)[0] == 16.0
    f(1.0, total=100.0)
    assert other(1.0)[0] == 17.0
    assert [v.name for v in f.get_shared()] == ["total"]


def test_casts_that_lose_digits(mode):
    k, x = tg.ivector("k"), tg.fscalar("x")
    f = tg.function([k, x], k * x, mode=mode, allow_input_downcast=True)
    assert f([1, 2], np.float64(0.5)).tolist() == [0.5, 1.0]
    assert f(np.array([1.9, -1.9]), 1).tolist() == [1.0, -1.0]
    with pytest.raises(InputError, match="imaginary"):
        f([1j], 1.0)
    with pytest.raises(InputError, match="become int32"):
        f(["a"], 1.0)
    plain = tg.function([k, x], k * x, mode=mode)
    with pytest.raises(InputError, match="may lose digits"):
        plain(np.array([1.9]), 1.0)
    never = tg.function([k, tg.In(x, allow_downcast=False)], k * x, mode=mode)
    assert plain(np.ones(1, "int32"), 0.1).dtype == "float64"
    with pytest.raises(InputError, match="may lose digits"):
        never(np.ones(1, "int32"), 0.1)


def test_strict_inputs(mode):
    x = tg.dvector("x")
    f = tg.function([tg.In(x, strict=True)], x.sum(), mode=mode)
    assert f(np.ones(3)) == 3.0
    for wrong in ([1.0], np.ones(3, "float32"), np.arange(3), 1.0, None):
        with pytest.raises(InputError, match="strictly float64"):
            f(wrong)
    with pytest.raises(InputError, match="axes"):
        f(np.ones((2, 2)))


def test_arguments_are_never_written_nor_kept(mode):
    x, given = tg.dvector("x"), np.arange(3.0)
    f = tg.function(
        [tg.In(x, mutable=True, borrow=True)], tg.Out(x, borrow=True), mode=mode
    )
    f(given)[:] = 7
    assert given.tolist() == [0.0, 1.0, 2.0]


WRONG = {
    "no variable": (lambda x: tg.In(3.0), "cannot be an input"),
    "shared": (lambda x: tg.In(tg.shared(1.0)), "cannot be an input"),
    "name": (lambda x: tg.In(x, name=3), "name of an input"),
    "state": (lambda x: tg.In(x, update=x + 1), "no value to start from"),
    "rank": (lambda x: tg.In(x, value=[1.0]), "Expected Scalar"),
    "text": (lambda x: tg.In(x, value="one"), "array of <U3"),
    "complex": (lambda x: tg.In(x, value=1j), "complex128"),
    "update": (
        lambda x: tg.In(x, value=0, update=tg.dvector()),
        "update of x has type Vector",
    ),
    "update of another dtype": (lambda x: tg.In(x, value=0, update=x * 1j), "complex"),
    "words": (lambda x: "x", "cannot be an input"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_inputs(name):
    make, message = WRONG[name]
    x = tg.dscalar("x")
    with pytest.raises((GraphError, ShapeError, DTypeError, ValueError), match=message):
        tg.function([make(x)], x + 1, mode="PYTHON")


def test_wrong_options():
    x, w = tg.dscalar("x"), tg.shared(0.0, "w")
    for options, message in [
        ({"updates": [(w, w + 1), (w, w + 2)]}, "two values for one"),
        ({"updates": 5}, "int"),
        ({"updates": [w]}, "pairs of variables"),
        ({"givens": "ab"}, "pairs of variables"),
        ({"givens": {"x": 1.0}}, "not 'x'"),
        ({"givens": {x: [1.0]}}, "Expected Scalar"),
        ({"name": 3}, "name of a function"),
        ({"mode": 3}, "Unknown mode 3"),
        ({"mode": {w: w + 1}}, "Unknown mode"),
        ({"no_default_updates": [x]}, "shared variables"),
    ]:
        with pytest.raises((GraphError, TypeError, ShapeError), match=message):
            tg.function([x], x * w, **options)
    with pytest.raises(GraphError, match="list of variables"):
        tg.function(x, x)
    with pytest.raises(GraphError, match="outputs of a function"):
        tg.function([x], {"y": x})


def test_givens_are_variables_or_values(mode):
    x, y = tg.dvector("x"), tg.dscalar("y")
    f = tg.function([x], (x * y).sum(), mode=mode, givens={y: 2})
    assert f([1.0, 2.0]) == 6.0
    z = tg.fvector("z")
    with pytest.raises(GraphError, match="Cannot replace x"):
        tg.function([z], x + 1, givens={x: z})
    loose = tg.function([z], x + 1, mode=mode, givens={x: z}, rebuild_strict=False)
    assert loose(np.ones(2, "float32")).dtype == "float64" or loose.outputs


def test_no_default_updates(mode):
    a, b = tg.random.normal(0, 1), tg.random.normal(0, 1)
    still = tg.function([], a, mode=mode, no_default_updates=True)
    assert still() == still()
    moving = tg.function([], [a, b], mode=mode)
    first, second = moving(), moving()
    assert first[0] != second[0] and first[1] != second[1]
    state = b.owner.inputs[0]
    half = tg.function([], [a, b], mode=mode, no_default_updates=[state])
    first, second = half(), half()
    assert first[0] != second[0] and first[1] == second[1]


def test_copies_with_and_without_profile():
    x = tg.dvector("x")
    f = tg.function([x], tg.exp(x).sum())
    timed = f.copy(profile=True, share_memory=True)
    assert timed([0.0]) == f([0.0]) == 1.0 and timed.profile.calls == 1
    with pytest.raises(GraphError, match="counts no times"):
        _ = timed.copy(profile=False).profile


def test_a_dump_is_a_function_again(tmp_path, mode):
    x, w = tg.dscalar("x"), tg.shared(2.0, "w")
    path = tmp_path / "function.pkl"
    inputs = [tg.In(x, name="y", value=1.0)]
    tg.function_dump(path, inputs, [x * w], updates={w: w + x}, mode=mode)
    f = tg.function(**pickle.loads(path.read_bytes()))
    assert (f(), f(y=2.0)) == ([2.0], [6.0])
    assert w.get_value() == 2.0 and f.get_shared()[0].get_value() == 5.0
