"""Arrays whose length depends on values, against NumPy, in every mode."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BatchError, GraphError, InputError, ShapeError

MODES = ("C", "NUMBA", "PYTHON")
X = np.array([[0.0, -1.5, 2.0], [0.0, 0.0, 3.0]])


@pytest.fixture(scope="module", params=MODES)
def selected(request):
    """Functions of a matrix whose outputs have lengths that depend on values."""
    x = tg.dmatrix("x")
    kept = tg.compress(x[:, 1] < 0, x, axis=0)
    outputs = [
        tg.flatnonzero(x), *tg.nonzero(x), tg.argwhere(x), tg.nonzero_values(x),
        kept, tg.extract(x > 1, x), tg.sum(tg.nonzero_values(x)),
        tg.arange(tg.sum(tg.cast(x > 0, "int64"))),
    ]  # fmt: skip
    return tg.function([x], outputs, mode=request.param)


@pytest.mark.parametrize(
    "x", [X, np.zeros((2, 3)), np.zeros((0, 3)), np.ones((1, 2)), X[::-1, ::-1]]
)
def test_selections_are_those_of_numpy(selected, x):
    expected = [
        np.flatnonzero(x), *np.nonzero(x), np.argwhere(x), x[x != 0],
        x[x[:, 1] < 0], x[x > 1], x[x != 0].sum(), np.arange((x > 0).sum()),
    ]  # fmt: skip
    for found, wanted in zip(selected(x), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
        assert np.shape(found) == wanted.shape


def test_two_selections_by_one_mask_fit_together():
    x, y = tg.dvectors("x y")
    chosen = tg.compress(x > 0, x) * tg.compress(x > 0, y)
    f = tg.function([x, y], chosen)
    assert f([1.0, -1.0, 2.0], [3.0, 4.0, 5.0]).tolist() == [3.0, 10.0]


def test_a_gradient_goes_back_to_the_selected_elements():
    x = tg.dvector("x")
    cost = tg.sum(tg.sqr(tg.compress(x > 0, x)))
    f = tg.function([x], [cost, tg.grad(cost, x)])
    value, slope = f([1.0, -1.0, 3.0])
    assert value == 10.0 and slope.tolist() == [2.0, 0.0, 6.0]


def test_a_length_may_depend_on_a_length_that_was_computed():
    x = tg.dvector("x")
    positive = tg.compress(x > 0, x)
    large = tg.compress(positive > 2, positive)
    f = tg.function([x], [large, tg.ones(tg.sum(tg.cast(large > 3, "int64")))])
    first, second = f([1.0, 2.5, -4.0, 3.5])
    assert first.tolist() == [2.5, 3.5] and second.tolist() == [1.0]


def test_a_function_in_two_kernels_updates_pickles_and_refuses_like_others():
    seen, x = tg.shared(0, "seen"), tg.dvector("x")
    chosen = tg.compress(x > 0, x)
    f = tg.function([x], chosen, updates={seen: seen + chosen.shape[0]})
    assert f(x=[1.0, -1.0]).tolist() == [1.0] and seen.get_value() == 1
    assert f([1.0, 1.0]).tolist() == [1.0, 1.0] and seen.get_value() == 3
    again = pickle.loads(pickle.dumps(tg.function([x], chosen)))
    assert again([2.0, -1.0]).tolist() == [2.0]
    with pytest.raises(TypeError, match="missing 1 argument: x"):
        f()
    with pytest.raises(InputError, match="It has 2 axes instead of 1"):
        f([[1.0]])
    with pytest.raises(GraphError, match="two kernels"):
        f.pointers([1.0])


def test_a_mask_known_at_definition_needs_no_second_kernel():
    x = tg.dvector("x", shape=3)
    f = tg.function([x], tg.compress([True, False, True], x))
    assert f([1.0, 2.0, 3.0]).tolist() == [1.0, 3.0]
    assert "tg_positions" not in f.keepalive.source
    assert f.keepalive.first is None


def test_what_cannot_be_is_refused():
    with pytest.raises(ShapeError, match="without axes"):
        tg.nonzero(tg.dscalar())
    with pytest.raises(ShapeError, match="a vector of conditions"):
        tg.compress(tg.dmatrix(), tg.dvector())
    x = tg.dvector("x")
    with pytest.raises(BatchError, match="number of true elements"):
        tg.vectorize_graph(tg.flatnonzero(x), {x: tg.dmatrix()})
    short = tg.function([x], tg.compress([True, False, True], x))
    with pytest.raises(IndexError, match="out of bounds"):
        short([1.0])


def test_a_length_that_a_loop_computes_is_refused_with_the_line():
    def step(x):
        return tg.sum(tg.arange(tg.sum(tg.cast(x * 2 > 0, "int64"))))

    rows = tg.dmatrix("rows")
    with pytest.raises(ShapeError, match="inside a loop") as caught:
        tg.function([rows], tg.scan(step, sequences=[rows]))
    assert "test_nonzero.py" in str(caught.value)
