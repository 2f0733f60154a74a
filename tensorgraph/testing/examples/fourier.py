"""Examples of Fourier transforms."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.math import sqr
from tensorgraph.ops.pointwise.parts import imag, real
from tensorgraph.ops.signal.fourier import fft, ifft, irfft, rfft
from tensorgraph.ops.signal.fourier_axes import fftshift
from tensorgraph.ops.tensor import TensorType
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def transforms_of_reals_and_the_power_spectrum(rng: Rng) -> Example:
    x = TensorType("float64", (2, None))("x")
    value = rng.normal(size=(2, 6))
    y = rfft(x)
    outputs = [sqr(real(y)) + sqr(imag(y)), irfft(y * 2.0)]
    expected = np.fft.rfft(value)
    return Example({x: value}, outputs, [np.abs(expected) ** 2, 2 * value])


@example
def transforms_along_the_first_axis_of_another_length(rng: Rng) -> Example:
    x = TensorType("float64", (5, 2))("x")
    value = rng.normal(size=(5, 2))
    longer, shorter = fft(x, 7, axis=0), ifft(x, 3, axis=0, norm="ortho")
    expected = np.fft.fft(value, 7, axis=0), np.fft.ifft(value, 3, 0, "ortho")
    return Example(
        {x: value},
        [real(longer), imag(longer), real(shorter), fftshift(x, 0)],
        [expected[0].real, expected[0].imag, expected[1].real,
         np.fft.fftshift(value, 0)],
    )  # fmt: skip


@example
def transforms_of_odd_and_even_numbers_of_reals(rng: Rng) -> Example:
    x = TensorType("float64", (2, None))("x")
    re, im = TensorType("float64", (4,))("re"), TensorType("float64", (4,))("im")
    value, a, b = rng.normal(size=(2, 7)), rng.normal(size=4), rng.normal(size=4)
    y, z = rfft(x, norm="ortho"), re + 1j * im
    expected = np.fft.rfft(value, norm="ortho")
    return Example(
        {x: value, re: a, im: b},
        [real(y), imag(y), irfft(z, 7) ** 2, irfft(z, 6) ** 2, irfft(z) ** 2],
        [expected.real, expected.imag, np.fft.irfft(a + 1j * b, 7) ** 2,
         np.fft.irfft(a + 1j * b, 6) ** 2, np.fft.irfft(a + 1j * b) ** 2],
    )  # fmt: skip
