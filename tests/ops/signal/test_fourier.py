"""Fourier transforms against numpy.fft."""

from __future__ import annotations

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph import fft
from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.testing.gradients import check_gradient

LENGTHS = [*range(1, 40), 49, 64, 97, 121, 128, 169, 289, 360, 509, 1000, 1024, 4099]


@pytest.fixture(scope="module")
def both():
    z = tg.zmatrix("z")
    return tg.function([z], [fft.fft(z), fft.ifft(z)])


@pytest.mark.parametrize("n", LENGTHS)
def test_every_length_agrees_with_numpy(both, n):
    rng = np.random.default_rng(n)
    value = rng.normal(size=(3, n)) + 1j * rng.normal(size=(3, n))
    forward, backward = both(value)
    size = np.sqrt(n)  # the transform's typical size, for elements of size 1
    np.testing.assert_allclose(forward, np.fft.fft(value), rtol=0, atol=2e-14 * size)
    np.testing.assert_allclose(backward, np.fft.ifft(value), rtol=0, atol=2e-14 / size)


def test_long_transforms_are_as_accurate_as_numpys(both):
    rng = np.random.default_rng(0)
    for n in (65536, 30011):
        value = rng.normal(size=(1, n)).astype("longdouble")
        exact = np.fft.fft(value)
        error = np.abs(both(value.astype("complex128"))[0] - exact).max()
        assert error < 1e-14 * np.abs(exact).max()


CALLS = [
    ("rfft", (6,), {}), ("rfft", (2, 7), {"axis": 0, "n": 5}), ("irfft", (4,), {}),
    ("irfft", (3, 5), {"n": 7}), ("irfft", (5,), {"n": 3, "norm": "ortho"}),
    ("irfft", (1,), {"n": 1}),
    ("fftn", (3, 4), {}), ("ifftn", (2, 3, 4), {"axes": (0, 2)}),
    ("fftn", (3, 4), {"s": (2, 5), "axes": (0, 1)}),
    ("fft2", (2, 3, 4), {"norm": "forward"}),
    ("ifft2", (3, 4), {}), ("fftshift", (5, 4), {}), ("ifftshift", (5, 4), {}),
    ("ifftshift", (5,), {"axes": 0}), ("hfft", (4,), {}),
    ("hfft", (5,), {"n": 7, "norm": "ortho"}), ("ihfft", (6,), {"norm": "forward"}),
    ("rfftn", (3, 4), {}), ("rfftn", (2, 3, 5), {"axes": (2, 0)}),
    ("irfftn", (3, 4), {}), ("irfft2", (3, 4), {"s": (2, 5)}), ("rfft2", (3, 5), {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "shape", "options"), CALLS)
@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_the_whole_family_agrees_with_numpy(name, shape, options, mode):
    value = np.random.default_rng(0).normal(size=shape)
    x = tg.tensor("x", "float64", (None,) * len(shape))
    found = tg.function([x], getattr(fft, name)(x, **options), mode=mode)(value)
    expected = getattr(np.fft, name)(value, **options)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)
    assert found.shape == expected.shape and found.dtype == expected.dtype


def test_single_precision_stays_single():
    x = tg.fvector("x")
    value = np.random.default_rng(0).normal(size=10).astype("float32")
    found = tg.function([x], fft.fft(x))(value)
    assert found.dtype == np.fft.fft(value).dtype == np.complex64
    np.testing.assert_allclose(found, np.fft.fft(value), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("n", [1, 4, 5])
def test_frequencies(n):
    np.testing.assert_array_equal(fft.fftfreq(n, 0.5).eval(), np.fft.fftfreq(n, 0.5))
    np.testing.assert_array_equal(fft.rfftfreq(n, 2.0).eval(), np.fft.rfftfreq(n, 2.0))


def test_what_cannot_be_transformed_is_refused():
    with pytest.raises(ShapeError, match="is a scalar"):
        fft.fft(tg.dscalar("x"))
    with pytest.raises(DTypeError, match="Use fft"):
        fft.rfft(tg.zvector("z"))
    with pytest.raises(ShapeError, match="at least 1 point, not 0"):
        fft.fft(tg.dvector("x"), 0)
    with pytest.raises(ShapeError, match="irfft: a length must be an integer"):
        fft.irfft(tg.dvector("x"), 2.5)
    x = tg.dvector("x")
    for y in (fft.fft(x), fft.irfft(x)):
        with pytest.raises(ShapeError, match="at least 1 point, not 0"):
            tg.function([x], y)([] if y.type.dtype[0] == "c" else [1.0])
    with pytest.raises(ShapeError, match="2 lengths for 1 axes"):
        fft.fftn(tg.dmatrix("x"), (2, 3), (0,))
    with pytest.raises(ValueError, match="norm is one of 'backward'"):
        fft.fft(tg.dvector("x"), norm="whole")


@pytest.mark.parametrize("n", [1, 2, 3, 8, 9, 17, 30, 243, 255, 256])
def test_a_row_of_a_batch_has_the_bits_that_it_has_alone(both, n):
    rng = np.random.default_rng(n)
    value = rng.normal(size=(11, n)) + 1j * rng.normal(size=(11, n))
    forward, backward = both(value)
    for row in (0, 3, 10):
        alone = both(value[row : row + 1])
        np.testing.assert_array_equal(forward[row], alone[0][0])
        np.testing.assert_array_equal(backward[row], alone[1][0])


def test_reals_of_every_length():
    x, z, n = tg.dmatrix("x"), tg.zmatrix("z"), tg.lscalar("n")
    f = tg.function([x, z, n], [fft.rfft(x), fft.irfft(z, n)])
    for length in LENGTHS:
        value = np.random.default_rng(length).normal(size=(5, length))
        half = np.fft.rfft(value)
        found, back = f(value, half, length)
        size = 2e-14 * np.sqrt(length)
        np.testing.assert_allclose(found, half, rtol=0, atol=size)
        np.testing.assert_allclose(back, value, rtol=0, atol=2e-14)
        assert found.shape == half.shape and not found[:, 0].imag.any()


@pytest.mark.parametrize("n", [4, 5])
def test_gradients_of_transforms_of_reals(n):
    x = tg.dvector("x")
    re, im = tg.dvector("re"), tg.dvector("im")
    y = fft.rfft(x)
    forward = tg.sum(tg.real(y) ** 3 + tg.sin(tg.imag(y)))
    backward = tg.sum(fft.irfft(re + 1j * im, n) ** 3)
    check_gradient(forward, {x: np.arange(1.0, n + 1.0)})
    check_gradient(backward, {re: np.ones(3), im: np.array([2.0, -1, 3])})
