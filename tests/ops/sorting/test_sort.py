"""Sorting against NumPy: dtypes, shapes, nan, ties, layouts, and wrong inputs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says

DTYPES = ["bool", "int8", "uint16", "int64", "uint64", "float16", "float32", "float64"]
FEW = st.sampled_from([0, 1, 2])
SPECIAL = st.sampled_from([0.0, -0.0, 1.5, -np.inf, np.inf, np.nan, -2.0])


@st.composite
def arrays(draw):
    dtype = draw(st.sampled_from(DTYPES))
    elements = SPECIAL if dtype[0] == "f" else FEW.map(np.dtype(dtype).type)
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=6))
    return draw(hnp.arrays(dtype, shape, elements=elements))


@settings(max_examples=80, deadline=None)
@given(arrays(), st.data())
def test_sorting_is_what_numpy_does(value, data):
    axis = data.draw(st.none() | st.integers(-value.ndim, value.ndim - 1))
    x = tg.tensor("x", value.dtype, (None,) * value.ndim)
    outputs = [tg.sort(x, axis), tg.argsort(x, axis)]
    expected = [np.sort(value, axis), np.argsort(value, axis, kind="stable")]
    outputs.append(tg.argsort(x, axis, descending=True))
    expected.append(descending(value, axis))
    for found in (
        [y.eval({x: value}) for y in outputs],
        interpreted(outputs, {x: value}),
    ):
        for got, want in zip(found, expected, strict=True):
            assert got.dtype == want.dtype
            np.testing.assert_array_equal(got, want)


def descending(value, axis):
    "The stable order from the largest element, nan, to the smallest."
    value, axis = (value.ravel(), 0) if axis is None else (value, axis)
    codes = np.unique(value, return_inverse=True)[1].reshape(value.shape)
    return np.argsort(-codes, axis, kind="stable")


@pytest.mark.parametrize("mode", ["PYTHON", "FAST_COMPILE"])
def test_views_are_sorted_as_they_are_seen(mode):
    value = np.random.default_rng(0).normal(size=(6, 8, 4))
    x = tg.dtensor3("x")
    f = tg.function([x], [tg.sort(x, 1), tg.argsort(x[::-1, ::2].T, 0)], mode=mode)
    for view in (value, value[::-2, ::-1], value.T, value[:, :1], value[:0]):
        first, second = f(view)
        np.testing.assert_array_equal(first, np.sort(view, 1))
        np.testing.assert_array_equal(second, np.argsort(view[::-1, ::2].T, 0))


@pytest.mark.parametrize("mode", ["PYTHON", "FAST_COMPILE"])
def test_complex_numbers_go_by_their_real_parts_first(mode):
    parts = [0.0, 1.0, -1.0, np.nan]
    value = np.array([complex(a, b) for a in parts for b in parts] * 2)
    value = np.random.default_rng(0).permutation(value)
    z = tg.tensor("z", "complex128", (None,))
    found = tg.function([z], [tg.sort(z), tg.argsort(z)], mode=mode)(value)
    np.testing.assert_array_equal(found[0], np.sort(value))
    np.testing.assert_array_equal(found[1], np.argsort(value, kind="stable"))


def test_equal_elements_share_no_gradient_but_keep_their_places():
    x, weights = tg.dvector("x"), np.array([1.0, 2.0, 3.0, 4.0])
    slope = tg.grad(tg.sum(tg.sort(x) * weights), x)
    np.testing.assert_array_equal(slope.eval({x: [5.0, 0.0, 5.0, 0.0]}), [3, 1, 4, 2])


def test_orders_by_several_keys():
    rng = np.random.default_rng(0)
    keys = rng.integers(0, 3, size=(3, 2, 20))
    for axis in (-1, 0):
        found = tg.lexsort(tuple(keys), axis).eval()
        np.testing.assert_array_equal(found, np.lexsort(tuple(keys), axis))
    np.testing.assert_array_equal(tg.lexsort(keys).eval(), np.lexsort(keys))
    np.testing.assert_array_equal(
        tg.lexsort([keys[0, 0]]).eval(), np.argsort(keys[0, 0], kind="stable")
    )


def test_wrong_inputs():
    x = tg.dmatrix("x")
    says(ShapeError, lambda: tg.argsort(x, (0, 1)), "one axis", "(0, 1)")
    says(ShapeError, lambda: tg.lexsort(([1, 2], [1, 2, 3])), "3", "2")
    says(ShapeError, lambda: tg.sort(x, 2), "sort", "axis 2", "rank 2")
    says(ShapeError, lambda: tg.argsort(tg.dscalar("s")), "argsort", "axis -1")
    says(ShapeError, lambda: tg.lexsort(()), "key")
    with pytest.raises(ValueError, match="bubble"):
        tg.sort(x, kind="bubble")
    assert tg.sort(x, kind="mergesort", stable=True).type == x.type
    assert tg.sort(x, None).type.ndim == 1
