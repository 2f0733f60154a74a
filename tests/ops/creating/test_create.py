"""New tensors: lengths that are known, symbolic and wrong."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says


def test_lengths_known_at_definition_are_static():
    n = tg.dvector("n", shape="n")
    assert tg.zeros((2, 3)).type.shape == (2, 3)
    assert tg.ones(n.shape[0]).type.shape == ("n",)
    assert tg.arange(n.shape[0]).type.shape == ("n",)
    assert tg.arange(2, 20, 5).type.shape == (4,)
    assert tg.zeros_like(n, "int8").type.dtype == "int8"
    assert tg.full(3, 2).type.dtype == "int64"
    assert tg.full((), 2.5).eval() == 2.5


@pytest.mark.parametrize("start", [-3, 0, 4])
@pytest.mark.parametrize("stop", [-4, 0, 7])
@pytest.mark.parametrize("step", [-3, -1, 1, 2])
def test_arange_of_variables_counts_as_numpy(start, stop, step):
    a, b = tg.lscalar("a"), tg.iscalar("b")
    y = tg.arange(a, b, step)
    given = {a: start, b: stop}
    for found in (y.eval(given), interpreted([y], given)[0]):
        np.testing.assert_array_equal(found, np.arange(start, stop, step))
        assert found.dtype == "int64"


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_a_negative_length_is_an_error_in_every_backend(mode):
    n = tg.lscalar("n")
    f = tg.function([n], tg.zeros((2, n)), mode=mode)
    assert f(0).shape == (2, 0)
    with pytest.raises(ValueError, match="negative"):
        f(-1)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.zeros(-1), ShapeError, ["zeros", "negative", "-1"]),
        (lambda: tg.ones((2, 2.5)), ShapeError, ["ones", "integer", "2.5"]),
        (lambda: tg.zeros("n"), ShapeError, ["zeros", "'n'"]),
        (lambda: tg.zeros(True), ShapeError, ["True"]),
        (lambda: tg.full(tg.dscalar("d"), 1), ShapeError, ["float64", "int64"]),
        (lambda: tg.full(tg.lvector("v"), 1), ShapeError, ["Vector", "x.shape[axis]"]),
        (lambda: tg.full((2,), np.zeros(3)), ShapeError, ["3", "2"]),
        (lambda: tg.zeros(2, "floaty"), DTypeError, ["floaty", "float64"]),
        (lambda: tg.arange(1, 5, 0), ShapeError, ["step", "0"]),
        (lambda: tg.arange(tg.dscalar("d")), DTypeError, ["arange", "int64"]),
        (lambda: tg.arange("a"), DTypeError, ["arange", "'a'"]),
        (lambda: tg.arange([1, 2]), DTypeError, ["arange", "[1, 2]"]),
        (lambda: tg.full_like(tg.dvector("x"), np.zeros((2, 2))), ShapeError, ["rank"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)
