"""Parts of complex numbers, the convention of gradients, and what is refused."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, GradientError
from tests.ops.wrong import says

Z = np.array([3 + 4j, -1j, 0j, complex(np.inf, -0.0), complex(np.nan, 1)])


def test_parts():
    z = tg.zvector("z")
    for found, expected in [
        (z.real, Z.real), (z.imag, Z.imag), (z.conj(), Z.conj()), (tg.real(z), Z.real)
    ]:  # fmt: skip
        value = found.eval({z: Z})
        assert value.dtype == expected.dtype
        np.testing.assert_array_equal(value, expected)
        np.testing.assert_array_equal(np.signbit(value.real), np.signbit(expected.real))


@pytest.mark.parametrize("dtype", ["bool", "int8", "float16", "float64"])
def test_parts_of_real_numbers(dtype):
    x = tg.tensor("x", dtype, (None,))
    assert x.real is x and x.conj() is x
    value = np.array([1, 0], dtype)
    assert x.imag.type == x.type and not x.imag.eval({x: value}).any()


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (("float64", "float64"), "complex128"), (("float32", "float64"), "complex128"),
        (("float32", "float32"), "complex64"), (("float16", "int8"), "complex64"),
        (("int64", "bool"), "complex128"), (("bool", "bool"), "complex64"),
    ],
)  # fmt: skip
def test_the_dtype_of_what_is_made_of_parts(parts, whole):
    a, b = (tg.tensor(None, dtype, (2,)) for dtype in parts)
    z = tg.complex(a, b)
    assert z.type.dtype == whole
    value = z.eval({a: np.array([1, 0], parts[0]), b: np.array([0, 1], parts[1])})
    assert value.dtype == whole
    np.testing.assert_array_equal(value, [1, 1j])


def test_infinite_parts_stay_apart():
    z = tg.complex([np.inf, 1.0, -0.0], [0.0, np.inf, -0.0]).eval()
    np.testing.assert_array_equal(z.real, [np.inf, 1.0, -0.0])
    np.testing.assert_array_equal(z.imag, [0.0, np.inf, -0.0])
    assert np.signbit([z.real[2], z.imag[2]]).all()


# -- gradients -------------------------------------------------------------------------


def test_the_gradient_is_that_of_jax():
    "df/dx - i df/dy; a step along its conjugate makes the cost grow fastest."
    z, value = tg.zscalar("z"), 3 + 4j
    slope = tg.grad(tg.abs(z), z)
    assert slope.type.dtype == "complex128"
    assert slope.eval({z: value}) == pytest.approx(np.conj(value) / 5)
    cost = tg.real(z) ** 2 + 3 * tg.imag(z)
    assert tg.grad(cost, z).eval({z: value}) == pytest.approx(6 - 3j)


def test_a_holomorphic_function_multiplies_by_its_derivative():
    z = tg.zscalar("z")
    pulled = tg.pullback(tg.exp(z), z, tg.constant(2 + 1j))
    assert pulled.eval({z: 1j}) == pytest.approx((2 + 1j) * np.exp(1j))


def test_descent_along_the_conjugate_finds_a_root():
    z = tg.zscalar("z")
    cost = tg.sqr(tg.abs(z * z + 1))
    step = tg.function([z], z - 0.1 * tg.conj(tg.grad(cost, z)))
    value = 0.3 + 0.5j
    for _ in range(100):
        value = step(value)
    assert value == pytest.approx(1j)


def test_the_gradient_of_abs_at_zero_is_zero():
    z = tg.zvector("z")
    slope = tg.grad(tg.abs(z).sum(), z).eval({z: [0j, 1j]})
    np.testing.assert_array_equal(slope, [0, -1j])


def test_real_variables_get_real_gradients():
    x, z = tg.dvector("x"), tg.zvector("z")
    costs = tg.real((x * z).sum() + tg.dot(z, x)) + tg.imag(x.astype("complex64")).sum()
    slope = tg.grad(costs, x)
    assert slope.type.dtype == "float64"
    value = np.array([1 + 2j, 3 - 1j])
    np.testing.assert_allclose(slope.eval({x: [1.0, 2.0], z: value}), 2 * value.real)


# -- what is refused -------------------------------------------------------------------

REFUSED = {
    "max of complex": (lambda z: tg.max(z), "max is not defined for complex128"),
    "argmax of complex": (lambda z: tg.argmax(z), "complex128"),
    "complex to float": (lambda z: z.astype("float32"), "losing the imaginary part"),
    "complex to int": (lambda z: tg.cast(z, "int64"), "does not become int64"),
    "ordering": (lambda z: z < z, "lt is not defined for complex128"),
    "whole quotient": (lambda z: z // 2, "floor_div is not defined for complex128"),
    "remainder": (lambda z: z % 2, "mod is not defined for complex128"),
    "parts that are complex": (lambda z: tg.complex(z, 1.0), "complex is not defined"),
    "polar of complex": (lambda z: tg.complex_from_polar(z, 1.0), "complex is not def"),
    "special function": (lambda z: tg.erfc(z), "erfc is not defined for complex128"),
    "logsumexp": (lambda z: tg.logsumexp(z), "complex128"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what):
    call, words = REFUSED[what]
    says(DTypeError, lambda: call(tg.zvector("z")), words)


def test_the_cost_of_a_gradient_is_real():
    z = tg.zvector("z")
    says(GradientError, lambda: tg.grad(z.sum(), z), "real scalar", "complex128")


def test_complex_values_for_real_inputs():
    x, s = tg.dvector("x"), tg.dscalar("s")
    says(DTypeError, lambda: (x * 2).eval({x: [1j, 2]}), "Expected", "complex128")
    says(DTypeError, lambda: (s * 2).eval({s: 1 + 2j}), "Expected", "complex128")
