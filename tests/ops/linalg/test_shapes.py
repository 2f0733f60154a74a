"""Every function of matrices on empty, tiny, stacked, strided and failing matrices."""

import numpy as np
import pytest
import scipy.linalg

import tensorgraph as tg

la, sla, nla = tg.linalg, scipy.linalg, np.linalg


def turned(a):
    return a.swapaxes(-1, -2)


def rebuilt(u, s, vt):
    return (u * s[..., None, :]) @ vt


def product(factors):
    return factors[0] @ factors[1]


SQUARE = {
    "inv": (la.inv, nla.inv),
    "det": (la.det, nla.det),
    "slogdet": (lambda a: la.slogdet(a)[1], lambda a: nla.slogdet(a)[1]),
    "solve": (lambda a: la.solve(a, a.mT), lambda a: nla.solve(a, turned(a))),
    "pos": (
        lambda a: la.solve(a @ a.mT, a, assume_a="pos"),
        lambda a: nla.solve(a @ turned(a), a),
    ),
    "power": (lambda a: la.matrix_power(a, 3), lambda a: nla.matrix_power(a, 3)),
    "eigvalsh": (la.eigvalsh, nla.eigvalsh),
    "eigh": (lambda a: la.eigh(a)[0], nla.eigvalsh),
    "trace": (la.trace, nla.trace),
    "expm": (la.expm, sla.expm),
    "sqrtm": (
        lambda a: la.sqrtm(a @ a.mT) @ la.sqrtm(a @ a.mT),
        lambda a: a @ turned(a),
    ),
    "logm": (lambda a: la.expm(la.logm(a @ a.mT)), lambda a: a @ turned(a)),
    "sylvester": (
        lambda a: la.solve_sylvester(a @ a.mT, a @ a.mT, a @ a.mT),
        lambda a: np.broadcast_to(np.eye(a.shape[-1]) / 2, a.shape),
    ),
}
ANY = {
    "svdvals": (la.svdvals, nla.svdvals),
    "svd": (lambda a: rebuilt(*la.svd(a, full_matrices=False)), lambda a: a),
    "u": (lambda a: la.svd(a)[0] @ la.svd(a)[0].mT, lambda a: eyes(a, -2)),
    "vt": (lambda a: la.svd(a)[2] @ la.svd(a)[2].mT, lambda a: eyes(a, -1)),
    "r": (lambda a: la.qr(a, "r"), lambda a: nla.qr(a, "r")),
    "qr": (lambda a: product(la.qr(a)), lambda a: a),
    "complete": (lambda a: product(la.qr(a, "complete")), lambda a: a),
    "q": (
        lambda a: la.qr(a, "complete")[0] @ la.qr(a, "complete")[0].mT,
        lambda a: eyes(a, -2),
    ),
    "pinv": (la.pinv, nla.pinv),
    "rank": (la.matrix_rank, nla.matrix_rank),
    "norm": (la.matrix_norm, lambda a: np.sqrt((a * a).sum((-1, -2)))),
    "rows": (
        lambda a: la.matrix_norm(a, ord=np.inf),
        lambda a: np.abs(a).sum(-1).max(-1, initial=0),
    ),
    "lu": (lambda a: product(la.lu(a, permute_l=True)), lambda a: a),
    "lstsq": (
        lambda a: la.lstsq(a, a[..., :1])[0],
        lambda a: nla.pinv(a) @ a[..., :1],
    ),
}


def eyes(a, axis):
    n = a.shape[axis]
    return np.broadcast_to(np.eye(n), (*a.shape[:-2], n, n))


def compiled(table, rank):
    a = tg.tensor("a", "float64", (None,) * rank)
    made = [ours(a) for ours, _ in table.values()]
    return [tg.function([a], made, mode=mode) for mode in ("FAST_COMPILE", "PYTHON")]


def compare(table, functions, value):
    for f in functions:
        for (name, (_, theirs)), found in zip(table.items(), f(value), strict=True):
            np.testing.assert_allclose(
                found, theirs(value), rtol=1e-9, atol=1e-9, err_msg=f"{name} of {value}"
            )


@pytest.mark.parametrize("rank", [2, 3])
def test_square(rank):
    functions = compiled(SQUARE, rank)
    rng = np.random.default_rng(rank)
    for n in (0, 1, 2, 5) if rank == 2 else (2,):
        for stack in ((),) if rank == 2 else ((0,), (1,), (3,)):
            value = rng.normal(size=(*stack, n, n)) + 2 * np.eye(n)
            compare(SQUARE, functions, value)
            compare(SQUARE, functions, turned(value))
            compare(SQUARE, functions, value[..., ::-1, ::-1])


@pytest.mark.parametrize("rank", [2, 3])
def test_any(rank):
    functions = compiled(ANY, rank)
    rng = np.random.default_rng(rank)
    shapes = [(0, 1), (1, 1), (3, 3), (4, 2), (2, 4), (3, 1)]
    for shape in shapes if rank == 2 else shapes[-3:-1]:
        for stack in ((),) if rank == 2 else ((0,), (1,), (3,)):
            value = rng.normal(size=(*stack, *shape))
            compare(ANY, functions, value)
            compare(ANY, functions, turned(rng.normal(size=value.shape[::-1]).T))
            compare(ANY, functions, value[..., ::-1, :])


def test_no_columns():
    "svd, qr and lu of matrices without columns, which LAPACK is not asked about."
    table = {
        name: ANY[name] for name in ("svdvals", "u", "vt", "q", "qr", "lu", "pinv")
    }
    compare(table, compiled(table, 2), np.zeros((3, 0)))


@pytest.mark.parametrize("table", [SQUARE, ANY], ids=["square", "any"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_gives_nan(table, bad):
    value = np.eye(3)
    value[0, 0] = bad
    simple = {"norm", "rows", "trace", "power", "rank"}
    for f in compiled(table, 2):
        for name, found in zip(table, f(value), strict=True):
            assert name in simple or np.isnan(found).any(), (name, found)


def test_integers_and_small_floats():
    whole, single = np.array([[2, 1], [1, 3]]), np.array([[2, 1], [1, 3]], "float32")
    for table in (SQUARE, ANY):
        for name, (ours, theirs) in table.items():
            if name == "trace":
                continue
            exact = ours(tg.constant(whole)).eval()
            assert exact.dtype == ("int64" if name == "rank" else "float64"), name
            np.testing.assert_allclose(exact, theirs(whole), rtol=1e-9, atol=1e-9)
            found = ours(tg.constant(single)).eval()
            assert found.dtype == ("int64" if name == "rank" else "float32"), name
            np.testing.assert_allclose(found, exact, rtol=2e-6, atol=2e-6)


def test_static_shapes_are_known():
    a = tg.tensor("a", "float32", (5, 4, 2))
    shapes = [v.type.shape for v in (*la.svd(a), *la.svd(a, full_matrices=False))]
    assert shapes[:3] == [(5, 4, 4), (5, 2), (5, 2, 2)]
    assert shapes[3:] == [(5, 4, 2), (5, 2), (5, 2, 2)]
    assert [v.type.shape for v in la.qr(a)] == [(5, 4, 2), (5, 2, 2)]
    assert la.pinv(a).type.shape == (5, 2, 4)
    assert [v.type.shape for v in la.lu_factor(a)] == [(5, 4, 2), (5, 2)]
    b = tg.tensor("b", "float32", (3, 1, "n", "n"))
    assert la.solve(b, tg.tensor("c", "float32", (5, "n", 2))).type.shape == (
        3,
        5,
        "n",
        2,
    )
    assert la.inv(b).type == b.type
    assert la.det(b).type == tg.TensorType("float32", (3, 1))
