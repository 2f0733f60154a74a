"""Examples of complex numbers and of float16."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.branch import ifelse
from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.declare import cvector, dvector, tensor, zmatrix, zvector
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.math import abs, cos, exp, gt, log, maximum, pow, sqr, sqrt, where
from tensorgraph.ops.pointwise.complex import (
    angle,
    complex_from_polar,
    iscomplex,
    isreal,
)
from tensorgraph.ops.pointwise.parts import complex, conj, imag, real
from tensorgraph.ops.reducing.moments import mean
from tensorgraph.ops.reducing.reduce import max, prod
from tensorgraph.ops.scan import scan
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


def in_the_plane(rng: Rng, *shape: int) -> np.ndarray:
    """Complex numbers about one in size, on both sides of the real line."""
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


@example
def parts_and_whole(rng: Rng) -> Example:
    x, z = dvector("x"), zvector("z")
    a, b = rng.normal(size=3), in_the_plane(rng, 3)
    outputs = [real(z) * imag(z), conj(z) * x, complex(x, real(z)), complex(x, 1.0)]
    expected = [b.real * b.imag, b.conj() * a, a + 1j * b.real, a + 1j]
    return Example({x: a, z: b}, outputs, expected)


@example
def sizes_and_angles(rng: Rng) -> Example:
    x, z = dvector("x"), zvector("z")
    a, b = rng.uniform(0.5, 2.0, 3), in_the_plane(rng, 3)
    outputs = [abs(z), angle(z), angle(z, deg=True), complex_from_polar(x, imag(z))]
    expected = [np.abs(b), np.angle(b), np.angle(b, True), a * np.exp(1j * b.imag)]
    return Example({x: a, z: b}, outputs, expected)


@example
def which_are_complex(rng: Rng) -> Example:
    z = zvector("z")
    b = np.array([1.0, 1j, -0.0, 2 + 1j])
    outputs = [iscomplex(z), isreal(z), iscomplex(real(z)), isreal(real(z))]
    expected = [b.imag != 0, b.imag == 0, np.zeros(4, bool), np.ones(4, bool)]
    return Example({z: b}, outputs, expected, gradient=False)


@example
def arithmetic_of_real_and_complex_numbers(rng: Rng) -> Example:
    x, z = dvector("x"), zmatrix("z")
    a, b = rng.uniform(0.5, 2.0, 3), in_the_plane(rng, 2, 3)
    outputs = [x * z - 2j, z / x, x / z, exp(z * x), pow(x, z), z**3, log(z) + sqrt(z)]
    expected = [
        a * b - 2j, b / a, a / b, np.exp(b * a), a**b, b * b * b, np.log(b) + np.sqrt(b)
    ]  # fmt: skip
    return Example({x: a, z: b}, outputs, expected)


@example
def reductions_of_complex_numbers(rng: Rng) -> Example:
    z = zmatrix("z")
    b = in_the_plane(rng, 3, 4)
    outputs = [sum(z), sum(z * z, 0), prod(z, 1), mean(z, 0), sum(sqr(abs(z)))]
    expected = [b.sum(), (b * b).sum(0), b.prod(1), b.mean(0), (abs_of(b) ** 2).sum()]
    return Example({z: b}, outputs, expected)


def abs_of(b: np.ndarray) -> np.ndarray:
    """The absolute values, by NumPy."""
    return np.hypot(b.real, b.imag)


@example
def long_sums_of_complex_numbers(rng: Rng) -> Example:
    z = zvector("z")
    b = in_the_plane(rng, 700)
    return Example({z: b}, [sum(z), sum(exp(z))], [b.sum(), np.exp(b).sum()], order=0,
                   gradient=False, batch=False)  # fmt: skip


@example
def empty_and_single_complex_numbers(rng: Rng) -> Example:
    z = zmatrix("z")
    b = np.zeros((0, 3), "complex128")
    outputs = [sum(z), prod(z, 0), z * 1j, matmul(z.T, z)]
    expected = [b.sum(), b.prod(0), b, b.T @ b]
    return Example({z: b}, outputs, expected, batch=False)


@example
def products_of_complex_matrices(rng: Rng) -> Example:
    x, z, w = dvector("x"), zmatrix("z"), zmatrix("w")
    a, b, c = rng.normal(size=2), in_the_plane(rng, 3, 2), in_the_plane(rng, 2, 4)
    outputs = [matmul(z, w), matmul(z, x), matmul(x, conj(w)), matmul(z[0], w)]
    expected = [b @ c, b @ a, a @ c.conj(), b[0] @ c]
    return Example({x: a, z: b, w: c}, outputs, expected)


@example
def a_large_product_of_complex_matrices(rng: Rng) -> Example:
    z = zmatrix("z")
    b = in_the_plane(rng, 17, 20)
    return Example({z: b}, matmul(z, z.T), b @ b.T, gradient=False, batch=False)


@example
def choices_and_places_of_complex_numbers(rng: Rng) -> Example:
    x, z = dvector("x"), zvector("z")
    a, b = np.array([-1.0, 0.5, 2.0]), in_the_plane(rng, 3)
    outputs = [
        where(gt(x, 0), x, z), concatenate([x, z, x * 1j]), z[::-1] * x, z[[0, 0, 2]],
        z.at[1].set(x[0]), z.at[[0, 0]].add(1j), ifelse(gt(x[0], 0), z, z * 2),
    ]  # fmt: skip
    expected = [
        np.where(a > 0, a, b), np.concatenate([a, b, a * 1j]), b[::-1] * a,
        b[[0, 0, 2]], np.array([b[0], a[0], b[2]]), b + np.array([2j, 0, 0]), b * 2,
    ]  # fmt: skip
    return Example({x: a, z: b}, outputs, expected, batch=False)


@example
def a_complex_state_through_time(rng: Rng) -> Example:
    x, z = dvector("x"), zvector("z")
    a, b = rng.normal(size=3), in_the_plane(rng, 2)
    states = scan(lambda t, state: state * (t + 0.5j), x, z)
    rows, state = [], b
    for t in a:
        state = state * (t + 0.5j)
        rows.append(state)
    return Example({x: a, z: b}, states, np.array(rows))


@example
def single_precision_complex_numbers(rng: Rng) -> Example:
    w, x = cvector("w"), tensor("x", "float32", (None,))
    b, a = in_the_plane(rng, 3).astype("complex64"), rng.normal(size=3).astype("f4")
    outputs = [w * w, w / x, exp(w), abs(w), sum(w), prod(w), complex(x, x), w * 2.0]
    whole = (a + 1j * a).astype("complex64")
    expected = [b * b, b / a, np.exp(b), np.abs(b), b.sum(), b.prod(), whole, b * 2]
    return Example({w: b, x: a}, outputs, expected, gradient=False, rtol=1e-5)


@example
def halves_are_computed_in_single_precision(rng: Rng) -> Example:
    h, x = tensor("h", "float16", (None, 3)), tensor("x", "float32", (3,))
    a, b = rng.normal(size=(2, 3)).astype("float16"), rng.normal(size=3).astype("f4")
    outputs = [
        h + h / 3, exp(h), cos(h) * x, sum(h), prod(h, 1), max(h, 0), mean(h, 1),
        matmul(h, h.T), where(gt(h, 0), h, 1.0), maximum(h, 0), h.astype("int8"),
    ]  # fmt: skip
    expected = [
        a + a / np.float16(3), np.exp(a), np.cos(a) * b, a.sum(), a.prod(1), a.max(0),
        a.mean(1), a @ a.T, np.where(a > 0, a, np.float16(1)), np.maximum(a, 0),
        a.astype("int8"),
    ]  # fmt: skip
    return Example({h: a, x: b}, outputs, expected, gradient=False, rtol=2e-3)


@example
def halves_are_stored(rng: Rng) -> Example:
    h, x = tensor("h", "float16", (None,)), dvector("x")
    a, b = np.array([0.1, -2.0, 6e-8, 65504.0], "float16"), np.array([1e-9, 0.3, 1e6])
    outputs = [
        x.astype("float16"), h.astype("float64"), concatenate([h, h[::-1]]),
        h.at[1].set(x[1].astype("float16")), h.astype("complex64"), h.astype("bool"),
    ]  # fmt: skip
    with np.errstate(over="ignore"):
        small = b.astype("float16")
    changed = a.copy()
    changed[1] = small[1]
    expected = [
        small, a.astype("float64"), np.concatenate([a, a[::-1]]), changed,
        a.astype("complex64"), a.astype("bool"),
    ]  # fmt: skip
    return Example({h: a, x: b}, outputs, expected, gradient=False)
