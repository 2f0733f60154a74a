"""Padding against NumPy: modes, widths, dtypes, known and unknown lengths; errors."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tensorgraph.ops.shaping.pad import MODES, pad
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says

RNG = np.random.default_rng(3)
WIDTHS = [0, 1, (0, 3), (2, 0), (4, 7), (11, 3)]
OPTIONS = {
    "constant": [{}, {"constant_values": (3, 4)}],
    "linear_ramp": [{}, {"end_values": (3, 9)}],
    "maximum": [{}, {"stat_length": (2, 1)}],
    "mean": [{}, {"stat_length": 2}],
    "median": [{}, {"stat_length": (3, 20)}],
    "reflect": [{}, {"reflect_type": "odd"}],
    "symmetric": [{}, {"reflect_type": "odd"}],
}


def check(value, widths, mode, **options):
    "With known lengths and with unknown ones, as NumPy pads."
    expected = np.pad(value, widths, mode, **options)
    for shape in (value.shape, (None,) * value.ndim):
        x = tg.tensor("x", value.dtype, shape)
        found = pad(x, widths, mode, **options).eval({x: value})
        assert found.dtype == value.dtype
        rtol = 1e-6 if value.dtype == "float32" else 1e-13
        np.testing.assert_allclose(found, expected, rtol, atol=1e-13)


@pytest.mark.parametrize("mode", sorted(set(MODES) - {"empty"}))
def test_of_vectors(mode):
    for dtype in ("float64", "int64", "float32", "uint8"):
        for length in (1, 2, 5):
            value = RNG.integers(0, 100, length).astype(dtype)
            for options in OPTIONS.get(mode, [{}]):
                for widths in WIDTHS:
                    check(value, widths, mode, **options)


@pytest.mark.parametrize("mode", sorted(set(MODES) - {"empty"}))
def test_of_matrices(mode):
    value = RNG.normal(size=(3, 4))
    pairs = [1, ((1, 2), (3, 4)), ((2,), (0,)), (1, 2), ((1, 2),), {0: (1, 2)}, {-1: 3}]
    for widths in pairs:
        check(value, widths, mode)
        check(value[::-1, ::2], widths, mode)
    empty = np.zeros((2, 0))
    check(empty, ((1, 1), (0, 0)), mode)


def test_in_the_interpreter():
    x, n = tg.dmatrix("x"), tg.lscalar("n")
    value = RNG.normal(size=(3, 4))
    modes = sorted(set(MODES) - {"empty", "median"})
    outputs = [pad(x, ((n, 1), (0, n + 3)), mode) for mode in modes]
    expected = [np.pad(value, ((2, 1), (0, 5)), mode) for mode in modes]
    found = interpreted(outputs, {x: value, n: 2})
    for got, want in zip(found, expected, strict=True):
        np.testing.assert_allclose(got, want, 1e-13)


def test_empty_and_nothing():
    assert pad(np.ones((2, 3)), 1, "empty").type.shape == (4, 5)
    x = tg.dscalar("x")
    assert pad(x, 0) is x
    value = np.zeros((0, 3))
    check(value, 1, "constant", constant_values=2)


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect"])
def test_each_element_is_moved_once(mode):
    x = tg.dmatrix("x", shape=(30, 40))
    loops = str(tg.function([x], pad(x, 1, mode)).keepalive.loops)
    assert "w1" not in loops, loops


x = tg.tensor("x", "float64", (2, 3))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: pad(x, -1), ShapeError, ["negative", "-1"]),
        (lambda: pad(x, 1.5), ShapeError, ["integer", "1.5"]),
        (lambda: pad(x, (1, 2, 3)), ShapeError, ["[1, 2, 3]", "(before, after)"]),
        (lambda: pad(x, ((1, 2),) * 3), ShapeError, ["3 pairs for 2 axes"]),
        (lambda: pad(x, {3: 1}), ShapeError, ["axis 3", "rank 2"]),
        (lambda: pad(x, tg.dscalar("d")), ShapeError, ["integer scalar"]),
        (lambda: pad(np.zeros((0, 2)), 1, "edge"), ShapeError, ["'edge'", "constant"]),
        (lambda: pad(x, 1, "mean", stat_length=0), ShapeError, ["stat_length is 0"]),
        (lambda: pad(x, 1, constant_values=1j), DTypeError, ["complex128"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)


def test_wrong_modes_and_options():
    with pytest.raises(ValueError, match=r"'edge'.*not 'zero'"):
        pad(x, 1, "zero")
    with pytest.raises(TypeError, match="'edge' has no option 'end_values'"):
        pad(x, 1, "edge", end_values=1)
    with pytest.raises(ValueError, match="'odd', not 'strange'"):
        pad(x, 1, "reflect", reflect_type="strange")


@pytest.mark.parametrize("mode", ["edge", "reflect", "symmetric", "wrap"])
def test_an_empty_axis_on_the_call(mode):
    v = tg.dvector("v")
    padded = tg.function([v], pad(v, 2, mode), mode="FAST_COMPILE")
    with pytest.raises(BoundsError, match="size 0"):
        padded(np.zeros(0))
