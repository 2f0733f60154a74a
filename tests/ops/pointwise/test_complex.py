"""Functions of complex numbers against NumPy, special values included, compiled too."""

import itertools

import numpy as np
import pytest

import tensorgraph as tg

SPECIAL = (0.0, -0.0, 1.0, -0.5, 1e300, 1e-300, np.inf, -np.inf, np.nan)
PLANE = np.array([complex(x, y) for x, y in itertools.product(SPECIAL, SPECIAL)])
FINITE = PLANE[np.isfinite(PLANE)]
NAMES = """exp log sqrt sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh
    arctanh expm1 exp2 log2 log10 abs angle conj real imag neg isnan""".split()
NUMPYS = {"neg": "negative"}
MODES = ["PYTHON", "FAST_COMPILE", pytest.param("NUMBA", marks=pytest.mark.slow)]


def same(found, expected, rtol=1e-13):
    "Each part is close, or nan, or the same infinity."
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype
    for part in (np.real, np.imag) if expected.dtype.kind == "c" else (np.asarray,):
        np.testing.assert_allclose(part(found), part(expected), rtol, 0)


@pytest.mark.parametrize("mode", MODES)
def test_functions_at_special_values(mode):
    z = tg.zvector("z")
    found = tg.function([z], [getattr(tg, name)(z) for name in NAMES], mode=mode)(PLANE)
    with np.errstate(all="ignore"):
        expected = [getattr(np, NUMPYS.get(name, name))(PLANE) for name in NAMES]
    for name, got, want in zip(NAMES, found, expected, strict=True):
        try:
            same(got, want)
        except AssertionError as error:
            raise AssertionError(name) from error


@pytest.mark.parametrize("mode", MODES)
def test_arithmetic_at_special_values(mode):
    "Of products only the finite ones: what overflows in NumPy depends on the machine."
    a, b = tg.zvector("a"), tg.zvector("b")
    x, y = (v.ravel() for v in np.meshgrid(PLANE, PLANE))
    outputs = [a + b, a - b, a / b, tg.eq(a, b), tg.neq(a, b), a * b]
    found = tg.function([a, b], outputs, mode=mode)(x, y)
    with np.errstate(all="ignore"):
        expected = [x + y, x - y, x / y, x == y, x != y]
    for got, want in zip(found, expected, strict=False):
        same(got, want)
    with np.errstate(all="ignore"):
        real = x.real * y.real - x.imag * y.imag
        imag = x.real * y.imag + x.imag * y.real
        size = np.abs(x) * np.abs(y)
    plain = np.isfinite(real) & np.isfinite(imag)
    for part, want in ((found[5].real, real), (found[5].imag, imag)):
        assert (np.abs(part[plain] - want[plain]) <= 1e-15 * size[plain]).all()


def test_powers_with_whole_exponents_are_products():
    z, n = tg.zvector("z"), tg.zscalar("n")
    power = tg.function([z, n], z**n, mode="FAST_COMPILE")
    values = np.array([1 + 2j, -0.5j, 3.0])
    for exponent in (-7, -1, 0, 1, 2, 3, 10, 99):
        same(power(values, exponent), values ** complex(exponent), 1e-12)
    np.testing.assert_array_equal(power([1 + 1j], 4), [-4])
    np.testing.assert_array_equal(power([0j, 0j], 2), [0, 0])
    assert np.isnan(power([0j], -1)).all() and power([0j], 0)[0] == 1


def test_log1p_keeps_the_digits_of_small_numbers():
    z = tg.zvector("z")
    small = np.array([1e-20 + 1e-25j, -1e-18j])
    found = tg.function([z], tg.log1p(z), mode="FAST_COMPILE")(small)
    same(found, small - small**2 / 2)


@pytest.mark.parametrize("mode", MODES)
def test_values_that_are_passed_and_kept(mode):
    "Arguments of every layout, scalars, constants, shared values that are updated."
    z, s, w = tg.zmatrix("z"), tg.zscalar("s"), tg.cvector("w")
    kept = tg.shared(np.array([1j, 2.0]), "kept")
    table = tg.constant(np.arange(40) * (1 - 1j))
    f = tg.function(
        [z, s, w], [z.T * s, w + 1, s * 2j, table[:2] + kept],
        updates={kept: kept * 1j}, mode=mode,
    )  # fmt: skip
    whole = np.arange(24.0).reshape(4, 6) * (1 + 2j)
    for value in (whole[::2, ::-1], np.asfortranarray(whole), whole.T, whole[:0]):
        t, one, scalar, _ = f(value, 1j, np.array([1, 2j], "complex64"))
        np.testing.assert_array_equal(t, value.T * 1j)
        assert one.dtype == "complex64" and scalar == -2
    np.testing.assert_array_equal(kept.get_value(), [1j, 2.0])
    *_, sum = f(whole, 2.0, np.array([1.0, 2.0], "float32"))
    np.testing.assert_array_equal(sum, [1j, 3 - 1j])


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_products_of_matrices_of_every_size(dtype):
    rng = np.random.default_rng(1)
    z, w = (tg.tensor(None, dtype, (None, None)) for _ in range(2))
    outputs = [z @ w, w.T @ z.T, tg.conj(z) @ w, z[:, ::-1] @ w]
    product = tg.function([z, w], outputs, mode="FAST_COMPILE")
    digits = 100 * np.finfo(dtype).eps
    for m, k, n in [(30, 40, 50), (0, 3, 2), (3, 0, 2), (1, 700, 1), (17, 1, 9)]:
        a = (rng.normal(size=(m, k)) + 1j * rng.normal(size=(m, k))).astype(dtype)
        b = (rng.normal(size=(k, n)) + 1j * rng.normal(size=(k, n))).astype(dtype)
        expected = [a @ b, b.T @ a.T, a.conj() @ b, a[:, ::-1] @ b]
        for got, want in zip(product(a, b), expected, strict=True):
            assert got.dtype == dtype
            np.testing.assert_allclose(got, want, digits, 40 * digits)


def test_halves_are_passed_and_kept():
    h, s = tg.tensor("h", "float16", (None,)), tg.tensor("s", "float16", ())
    kept = tg.shared(np.zeros(3, "float16"), "kept")
    f = tg.function([h, s], [h * s, s + 1], updates={kept: kept + h}, mode="C")
    value = np.array([0.1, 2.0, 60000.0], "float16")
    product, one = f(value[::-1], np.float16(0.5))
    np.testing.assert_array_equal(product, value[::-1] * np.float16(0.5))
    assert one == np.float16(1.5) and type(one) is np.float16
    np.testing.assert_array_equal(kept.get_value(), value[::-1])
    f(value, 3)
    assert kept.get_value().dtype == "float16"


def test_wrong_arguments_say_so():
    z, x = tg.zvector("z"), tg.dvector("x")
    f = tg.function([z, x], z * x, mode="FAST_COMPILE")
    with pytest.raises(tg.errors.InputError, match=r"imaginary part.*x\.real"):
        f([1.0], np.array([1j]))
    np.testing.assert_array_equal(f([1, 2], [3.0, 4.0]), [3, 8])


# -- polar form, and which are complex -------------------------------------------------


@pytest.mark.parametrize("dtype", ["bool", "int8", "float16", "float32", "complex64"])
def test_angle_has_the_dtype_that_numpy_says(dtype):
    value = np.array([1, 0], dtype)
    found = tg.angle(tg.constant(value)).eval()
    assert found.dtype == np.angle(value).dtype
    np.testing.assert_array_equal(found, np.angle(value))


def test_polar_form():
    size, turn = np.array([1.0, 2.0, 0.0]), np.array([0.0, -2.5, 1.0])
    z = tg.complex_from_polar(size, turn).eval()
    same(z, size * np.exp(1j * turn))
    assert tg.complex_from_polar(np.float32(1), np.float16(0)).type.dtype == "complex64"
    broad = tg.complex_from_polar(tg.ones((3, 1)), tg.zeros(2))
    assert broad.eval().shape == (3, 2)


@pytest.mark.parametrize("dtype", ["complex64", "float32", "int64", "bool"])
def test_which_are_complex(dtype):
    value = np.array([1, 0], dtype)
    np.testing.assert_array_equal(tg.iscomplex(value).eval(), np.iscomplex(value))
    np.testing.assert_array_equal(tg.isreal(value).eval(), np.isreal(value))
