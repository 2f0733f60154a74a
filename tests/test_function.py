"""`function`: calls, updates, modes, wrong inputs, pickling."""

from __future__ import annotations

import pickle

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
    assert tg.function([x, y], x - y, mode=mode)(y=1.0, x=3.0) == 2.0


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
