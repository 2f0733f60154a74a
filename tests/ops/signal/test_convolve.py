"""Convolution and sliding windows against NumPy and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

import tensorgraph as tg
from tensorgraph.errors import ShapeError

MODES = ("full", "same", "valid")
RNG = np.random.default_rng(3)


@pytest.mark.parametrize(("n", "m"), [(5, 3), (3, 5), (4, 4), (6, 1), (1, 4), (7, 4)])
def test_vectors(n, m):
    a, v = RNG.normal(size=n), RNG.normal(size=m)
    x, y = tg.dvectors("x y")
    fixed = tg.dvector("x", shape=n), tg.dvector("y", shape=m)
    names = ("convolve", "correlate")
    outputs = [getattr(tg, name)(x, y, mode) for name in names for mode in MODES]
    found = tg.function([x, y], outputs)(a, v)
    known = [getattr(tg, name)(*fixed, mode) for name in names for mode in MODES]
    again = tg.function(list(fixed), known, mode="PYTHON")(a, v)
    expected = [getattr(np, name)(a, v, mode) for name in names for mode in MODES]
    for one, other, wanted in zip(found, again, expected, strict=True):
        np.testing.assert_allclose(one, wanted, rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(other, wanted, rtol=1e-13, atol=1e-14)


def test_complex_vectors():
    a, v = (RNG.normal(size=n) + 1j * RNG.normal(size=n) for n in (5, 3))
    for name in ("convolve", "correlate"):
        found = getattr(tg, name)(a, v, "full").eval()
        np.testing.assert_allclose(found, getattr(np, name)(a, v, "full"), rtol=1e-12)


@pytest.mark.parametrize("boundary", ["fill", "wrap", "symm"])
@pytest.mark.parametrize("shape", [(2, 3), (1, 1), (3, 2)])
def test_images(boundary, shape):
    a, k = RNG.normal(size=(4, 5)), RNG.normal(size=shape)
    x = tg.dmatrix("x")
    names = ("convolve2d", "correlate2d")
    outputs = [
        getattr(tg, name)(x, k, mode, boundary, 2.0) for name in names for mode in MODES
    ]
    found = tg.function([x], outputs)(a)
    expected = [
        getattr(signal, name)(a, k, mode, boundary, 2.0)
        for name in names for mode in MODES
    ]  # fmt: skip
    for one, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, wanted, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("mode", MODES)
def test_by_fourier_transforms(mode):
    a, v = RNG.normal(size=100), RNG.normal(size=31)
    x, y = tg.dvectors("x y")
    found = tg.function([x, y], tg.fftconvolve(x, y, mode))(a, v)
    np.testing.assert_allclose(found, signal.fftconvolve(a, v, mode), atol=1e-13)


@pytest.mark.parametrize("axis", [None, 1, (1, 0), -1])
def test_windows(axis):
    value = np.arange(20.0).reshape(4, 5)
    shape = 2 if isinstance(axis, int) else (2, 3)
    found = tg.sliding_window_view(value, shape, axis).eval()
    expected = np.lib.stride_tricks.sliding_window_view(value, shape, axis)
    np.testing.assert_array_equal(found, expected)


def test_what_does_not_fit_is_refused():
    x, y = tg.dvectors("x y")
    with pytest.raises(ShapeError, match="no windows of length 4"):
        tg.sliding_window_view([1.0, 2.0, 3.0], 4)
    with pytest.raises(ShapeError, match="window of length 4 does not fit an axis of"):
        tg.function([x], tg.sliding_window_view(x, 4))([1.0, 2.0])
    with pytest.raises(ShapeError, match="2 lengths for 1 axes"):
        tg.sliding_window_view(x, (2, 2))
    with pytest.raises(ShapeError, match="rank 1"):
        tg.convolve(tg.dmatrix("m"), x)
    with pytest.raises(ShapeError, match="not empty"):
        tg.convolve([], [1.0])
    for function in (tg.convolve, tg.correlate, tg.fftconvolve):
        for lengths in ((0, 2), (2, 0)):
            values = dict(zip((x, y), map(np.ones, lengths), strict=True))
            with pytest.raises(ShapeError, match=f"{function.__name__}.*not empty"):
                function(x, y).eval(values)
    with pytest.raises(ShapeError, match="convolve takes arrays that are not empty"):
        tg.function([x, y], tg.convolve(x, y), mode="C")(np.ones(0), np.ones(3))
    with pytest.raises(ValueError, match="mode is one of"):
        tg.convolve(x, x, "half")
    with pytest.raises(ValueError, match="boundary is one of"):
        tg.convolve2d([[1.0]], [[1.0]], boundary="none")
    with pytest.raises(ShapeError, match="the larger along both"):
        tg.convolve2d(np.ones((2, 3)), np.ones((3, 2)), "valid")
