"""Updates at masks that vary, and of what was taken: values against NumPy."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, GraphError, ShapeError
from tests.ops.wrong import says

x = tg.tensor("x", "float64", (3, None))
rows, whole = tg.tensor("rows", "bool", (3,)), tg.tensor("whole", "bool", (3, None))
value = np.random.default_rng(0).normal(size=(3, 4))


def test_a_comparison_is_a_mask():
    for how, ufunc in (("add", np.add), ("mul", np.multiply), ("max", np.maximum)):
        found = getattr(x.at[x > 0.5], how)(0.3).eval({x: value})
        want = value.copy()
        ufunc.at(want, want > 0.5, 0.3)
        np.testing.assert_array_equal(found, want)


def test_one_value_for_all_true_places():
    mask = np.array([True, False, True])
    for v in (1.0, [1.0], [1.0, 2.0, 3.0, 4.0], [[1.0, 2.0, 3.0, 4.0]]):
        want = value.copy()
        want[mask] = v
        found = x.at[rows].set(v).eval({x: value, rows: mask})
        np.testing.assert_array_equal(found, want)


def test_integers_stay_integers():
    n, b = tg.lvector("n"), tg.tensor("b", "bool", (None,))
    found = n.at[b].add(2).eval({n: [1, 2], b: [True, False]})
    assert found.tolist() == [3, 2] and found.dtype == "int64"


@pytest.mark.parametrize("mode", ["PYTHON", "FAST_COMPILE"])
def test_masks_that_vary_take_as_many_elements_as_they_say(mode):
    mask, wide = np.array([True, False, True]), value > 0.1
    b, w, v = (
        tg.tensor("b", "bool", (None,)),
        tg.tensor("w", "bool", (None, None)),
        tg.dvector("v"),
    )
    y = tg.dmatrix("y")
    indices = [
        (b,), (w,), (b, 0), (b, slice(None, None, -1)), (..., 0, None), (b, None),
        (None, w), (b, [1, 3]), (slice(1, None), w[0]), (tg.argsort(y[:, 0])[b],),
    ]  # fmt: skip
    outputs = [y[i] for i in indices]
    given = {b: mask, w: wide, y: value, v: np.array([7.0, 8.0])}
    order = np.argsort(value[:, 0])
    plain = [
        value[mask], value[wide], value[mask, 0], value[mask, ::-1],
        value[..., 0, None],
        value[mask, None], value[None, wide], value[mask, [1, 3]], value[1:, wide[0]],
        value[order[mask]],
    ]  # fmt: skip
    outputs += [y.at[b, 1].set(v), y.at[w].mul(2.0), y.at[b].add(v[:, None])]
    outputs += tg.grad(tg.sum(y.at[b, 1].set(v) ** 2), [y, v])
    outputs.append(tg.grad(tg.sum(y[w] ** 2), y))
    plain += [value.copy() for _ in range(3)]
    plain[10][mask, 1] = given[v]
    plain[11][wide] *= 2
    plain[12][mask] += given[v][:, None]
    plain += [2 * value, 2 * given[v], np.where(wide, 2 * value, 0)]
    plain[13][mask, 1] = 0
    f = tg.function(list(given), outputs, mode=mode)
    for got, want in zip(f(*given.values()), plain, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-14)


def test_no_true_place_takes_nothing():
    y = x[rows]
    found = y.eval({x: value, rows: np.zeros(3, bool)})
    assert found.shape == (0, 4) and y.type.shape == (None, None)


def test_wrong_masks():
    m = tg.tensor("m", "bool", (None,))
    one, two = (tg.tensor("c", "bool", (n,)) for n in (1, 2))
    says(BoundsError, lambda: x.at[..., whole, :].set(1.0), "Too many", "2 axes", "3")
    says(BoundsError, lambda: x[two], "length 2", "axis 0", "(3, ?)")
    for mask in (one, two):
        says(BoundsError, lambda: x.at[mask].set(1.0), "shape", "(3, ?)")  # noqa: B023
    says(DTypeError, lambda: x[tg.tensor("c", "bool", ())], "bool that varies", "where")
    says(ShapeError, lambda: x.at[rows].set(np.zeros((2, 1, 4))), "more axes")
    for wrong in (x.at[:, m].set(1.0), x[:, m]):
        for mode in ("PYTHON", "FAST_COMPILE"):
            f = tg.function([x, m], wrong, mode=mode)
            with pytest.raises(ValueError, match=r"length|broadcast"):
                f(value, [True])


def test_updates_need_what_was_taken():
    v = tg.dvector("v")
    says(GraphError, lambda: v.set(1.0), "v", "x[index]")
    says(GraphError, lambda: tg.inc_subtensor(v * 2, 1.0), "x.at[index]")
    says(GraphError, lambda: tg.set_subtensor(3.0, 1.0), "3.0")
    y = v[1:]
    np.testing.assert_array_equal(y[...][0].set(9.0).eval({v: [1, 2, 3]}), [9, 3])
    np.testing.assert_array_equal(y[...].set(9.0).eval({v: [1, 2, 3]}), [9, 9])
    np.testing.assert_array_equal(y.set(9.0).eval({v: [1, 2, 3]}), [1, 9, 9])
    np.testing.assert_array_equal(v[v > 1].set(0.0).eval({v: [1, 2, 3]}), [1, 0, 0])
    np.testing.assert_array_equal(v.at[1:].get().eval({v: [1, 2, 3]}), [2, 3])
    np.testing.assert_array_equal(v[[0, 0]].mul(3.0).eval({v: [1, 2, 3]}), [9, 2, 3])


@pytest.mark.parametrize("how", ["max", "min"])
def test_complex_numbers_have_no_order(how):
    z = tg.tensor("z", "complex128", (None,))
    says(DTypeError, lambda: getattr(z.at[[0, 0]], how)(1.0), "complex", how)
