"""Linear algebra with complex matrices: dtypes, phases, failures, what has no slope."""

import numpy as np
import pytest
import scipy.linalg

import tensorgraph as tg
from tensorgraph.errors import DTypeError, FactorizationError, GradientError
from tensorgraph.testing.gradients import check_gradient
from tests.ops.wrong import says

la = tg.linalg
MODES = ["PYTHON", "FAST_COMPILE"]
z = tg.zmatrix("z")


def numbers(*shape, dtype="complex128"):
    rng = np.random.default_rng(sum(shape))
    return (rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype(dtype)


def positive(p):
    return p @ p.conj().mT + np.eye(p.shape[-1], dtype=p.dtype)


def test_dtypes_are_those_of_numpy():
    "float64 with complex64 is complex128; values, norms and logarithms are real."
    single, mixed = tg.cmatrix("c"), la.solve(np.eye(2), np.ones(2, "complex64"))
    assert mixed.type.dtype == "complex128"
    made = {
        "complex64": [la.inv(single), la.det(single), *la.eig(single), la.expm(single),
                      la.cholesky(single), la.qr(single)[0], la.svd(single)[2],
                      la.eigh(single)[1], la.slogdet(single)[0], la.pinv(single)],
        "float32": [la.svdvals(single), la.eigvalsh(single), la.norm(single, 0, 0),
                    la.slogdet(single)[1], la.cond(single), la.norm(single, "nuc")],
    }  # fmt: skip
    for dtype, outputs in made.items():
        assert {y.type.dtype for y in outputs} == {dtype}
    p = positive(numbers(3, 3, dtype="complex64"))
    outputs = [*made["complex64"][:2], *made["float32"]]
    found = tg.function([single], outputs, mode="FAST_COMPILE")(p)
    expected = [np.linalg.inv(p), np.linalg.det(p), np.linalg.svdvals(p)]
    expected += [np.linalg.eigvalsh(p), np.linalg.norm(p, 0, 0)]
    expected += [np.linalg.slogdet(p)[1], np.linalg.cond(p), np.linalg.norm(p, "nuc")]
    for y, have, want in zip(outputs, found, expected, strict=True):
        assert have.dtype == want.dtype == y.type.dtype
        np.testing.assert_allclose(have, want, rtol=2e-4)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("length", [0, 1])
def test_small_matrices(mode, length):
    p = positive(numbers(length, length))
    outputs = [la.cholesky(z), la.inv(z), la.det(z), *la.qr(z), *la.svd(z), *la.eig(z),
               *la.eigh(z), la.pinv(z), la.expm(z), la.sqrtm(z), la.logm(z),
               la.solve_sylvester(z, z, z)]  # fmt: skip
    found = tg.function([z], outputs, mode=mode)(p)
    expected = [np.linalg.cholesky(p), np.linalg.inv(p), np.linalg.det(p)]
    expected += [*np.linalg.qr(p), *np.linalg.svd(p), *np.linalg.eig(p)]
    expected += [*np.linalg.eigh(p), np.linalg.pinv(p), np.exp(p), p**0.5, np.log(p)]
    expected += [np.full_like(p, 0.5)]
    for have, want in zip(found, expected, strict=True):
        np.testing.assert_allclose(have, want, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("mode", MODES)
def test_only_the_triangle_and_the_real_diagonal_are_read(mode):
    p = positive(numbers(3, 3))
    low, high = np.tril(p), np.triu(p)
    low[np.triu_indices(3, 1)] = high[np.tril_indices(3, -1)] = np.nan
    low[0, 0] += 3j
    b = numbers(3, 1)
    for given, lower in ((low, True), (high, False)):
        outputs = [
            la.cholesky(z, lower=lower),
            la.eigvalsh(z, "L" if lower else "U"),
            la.solve(z, b, assume_a="pos", lower=lower),
        ]
        found = tg.function([z], outputs, mode=mode)(given)
        factor, solution = np.linalg.cholesky(p), np.linalg.solve(p, b)
        expected = [
            factor if lower else factor.conj().T,
            np.linalg.eigvalsh(p),
            solution,
        ]
        for have, want in zip(found, expected, strict=True):
            np.testing.assert_allclose(have, want, rtol=1e-11, atol=1e-12)
    x = la.solve(z, b, assume_a="her", transposed=True)
    np.testing.assert_allclose(x.eval({z: p}), np.linalg.solve(p.T, b), rtol=1e-11)


def test_phases_are_those_of_the_first_large_element():
    p = numbers(4, 4)
    pauli = np.array([[0, -1j], [1j, 0]])
    for hermitian in (p + p.conj().T, pauli, np.eye(3) + 0j):
        w, v = (y.eval({z: hermitian}) for y in la.eigh(z))
        np.testing.assert_allclose(hermitian @ v, v * w, atol=1e-12)
        sizes = abs(v) ** 2
        first = np.argmax(sizes >= 0.6 * sizes.max(0), 0)
        pivots = v[first, np.arange(len(v))]
        np.testing.assert_allclose(pivots, abs(pivots), atol=1e-15)
    tall = numbers(4, 2)
    u, s, vh = (y.eval({z: tall}) for y in la.svd(z))
    np.testing.assert_allclose((u[:, :2] * s) @ vh, tall, atol=1e-12)
    np.testing.assert_allclose(u.conj().T @ u, np.eye(4), atol=1e-12)


BAD = {
    "zero": np.zeros((2, 2), complex),
    "nan": np.full((2, 2), np.nan, complex),
    "infinite imaginary part": np.diag([1, 1j * np.inf]),
}
FAIL = {
    "cholesky": la.cholesky,
    "inv": la.inv,
    "solve": lambda a, on_error: la.solve(a, [1.0, 2.0], on_error=on_error),
    "pos": lambda a, on_error: la.solve(a, a, assume_a="pos", on_error=on_error),
    "sqrtm": la.sqrtm,
    "logm": la.logm,
    "sylvester": lambda a, on_error: la.solve_sylvester(a, -a, a, on_error=on_error),
}


@pytest.mark.parametrize("mode", MODES)
def test_no_result_is_nan_or_raises(mode):
    given = {name: make for name, make in FAIL.items() if name != "pos"}
    f = tg.function(
        [z], [make(z, on_error="nan") for make in given.values()], mode=mode
    )
    for bad in BAD.values():
        for name, found in zip(given, f(bad), strict=True):
            assert np.isnan(found).any(), name
    for name in ("cholesky", "sqrtm"):
        g = tg.function([z], FAIL[name](z, on_error="raise"), mode=mode)
        with pytest.raises(FactorizationError, match=name):
            g(BAD["zero"])
    indefinite = np.array([[1, 2j], [-2j, 1]])
    assert np.isnan(la.cholesky(z).eval({z: indefinite})).all()


def test_stacks_fail_one_by_one():
    stack = np.stack([positive(numbers(2, 2)), BAD["zero"]])
    a = tg.tensor("a", "complex128", (2, 2, 2))
    for make in (la.cholesky, la.inv, la.sqrtm):
        found = make(a).eval({a: stack})
        assert np.isfinite(found[0]).all() and np.isnan(found[1]).all()


def test_gradients_of_second_order():
    p = {z: numbers(2, 2)}
    hermitian = z + tg.conj(z).mT
    definite = z @ tg.conj(z).mT + np.eye(2)
    outputs = [
        la.cholesky(definite),
        la.solve(definite, z, assume_a="pos"),
        la.qr(z)[0],
    ]
    outputs += [la.eigvalsh(hermitian), la.svdvals(z), abs(la.eigvals(z)), la.norm(z)]
    check_gradient(outputs, p, order=2, step=5e-4, rtol=1e-5, atol=1e-6)


def test_eigenvectors_where_there_is_no_gradient():
    "nan, not a number, where values are equal; of values, where vectors are dependent."
    a = tg.dmatrix("a")
    w, v = la.eig(a)
    vectors, values = tg.grad(abs(v).sum(), a), tg.grad(tg.real(w * w).sum(), a)
    assert np.isnan(vectors.eval({a: np.eye(2)})).all()
    np.testing.assert_allclose(values.eval({a: np.eye(2)}), 2 * np.eye(2))
    assert np.isnan(values.eval({a: np.array([[1.0, 1.0], [0.0, 1.0]])})).all()


def test_messages():
    tall = tg.tensor("t", "complex128", (3, 2))
    says(GradientError, lambda: tg.grad(abs(la.qr(tall, "complete")[0]).sum(), tall),
         "any basis", "reduced")  # fmt: skip
    says(GradientError, lambda: tg.grad(abs(la.svd(tall)[0]).sum(), tall),
         "any basis", "full_matrices=False")  # fmt: skip
    says(DTypeError, lambda: la.inv("a"), "'a'")


def test_equations_with_adjoints():
    a, q = numbers(2, 2), positive(numbers(2, 2))
    for method in ("direct", "bilinear"):
        x = la.solve_discrete_lyapunov(a / 4, q, method).eval()
        np.testing.assert_allclose(x, scipy.linalg.solve_discrete_lyapunov(a / 4, q))
    x = la.solve_continuous_lyapunov(a, q).eval()
    np.testing.assert_allclose(x, scipy.linalg.solve_continuous_lyapunov(a, q))


def test_gradients_of_continuous_riccati_equations():
    p, q = numbers(2, 2), numbers(2, 1)
    b = tg.zmatrix("b")
    weight = z @ tg.conj(z).mT + np.eye(2)
    x = la.solve_continuous_are(z, b, weight, np.eye(1))
    known = scipy.linalg.solve_continuous_are(p, q, positive(p), np.eye(1))
    np.testing.assert_allclose(x.eval({z: p, b: q}), known, rtol=1e-10)
    check_gradient(x, {z: p, b: q}, order=2, step=5e-4, rtol=1e-5, atol=1e-6)


def test_rules_for_determinants_know_complex_numbers():
    p = numbers(3, 3)
    outputs = [tg.log(la.det(z)), la.slogdet(la.expm(z))[1], la.slogdet(2j * z)[1]]
    outputs += [*la.slogdet(tg.triu(z)), la.solve(z @ z.mT, np.ones(3))]
    found = tg.function([z], outputs, mode="FAST_COMPILE")(p)
    expected = [
        np.log(np.linalg.det(p)),
        np.trace(p).real,
        np.linalg.slogdet(2j * p)[1],
    ]
    expected += [*np.linalg.slogdet(np.triu(p)), np.linalg.solve(p @ p.T, np.ones(3))]
    for have, want in zip(found, expected, strict=True):
        np.testing.assert_allclose(have, want, rtol=1e-9)
