"""Reductions: ties, infinities, no elements, and wrong inputs."""

import numpy as np
import pytest
import scipy.special

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tests.ops.against_numpy import agree, arrays, axes
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says


def test_elements_that_tie_share_the_gradient():
    x = tg.dmatrix("x")
    value = np.array([[1.0, 3.0, 3.0], [2.0, 0.0, 1.0]])
    slope = tg.grad(tg.sum(tg.max(x, 1)), x).eval({x: value})
    np.testing.assert_array_equal(slope, [[0, 0.5, 0.5], [1, 0, 0]])
    slope = tg.grad(tg.min(x * 0.0), x).eval({x: value})
    np.testing.assert_allclose(slope, np.zeros((2, 3)))


@pytest.mark.parametrize("value", [[2.0, 3.0, 4.0], [0.0, 3.0, 4.0], [0.0, 0.0, 4.0]])
def test_gradient_of_a_product_is_the_product_of_the_others(value):
    x = tg.dvector("x")
    slope = tg.grad(tg.prod(x), x).eval({x: np.array(value)})
    others = [np.prod(np.delete(value, i)) for i in range(3)]
    np.testing.assert_allclose(slope, others)


def test_gradient_of_logsumexp_is_the_softmax():
    x = tg.dmatrix("x")
    value = np.array([[0.0, 1000.0], [-1000.0, -1001.0], [-np.inf, 2.0]])
    slope = tg.grad(tg.sum(tg.logsumexp(x, 1)), x).eval({x: value})
    np.testing.assert_allclose(slope, scipy.special.softmax(value, 1), rtol=1e-14)


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_a_row_of_minus_infinities_has_no_weight_and_no_gradient(mode):
    x = tg.dmatrix("x")
    total = tg.logsumexp(x, 1)
    f = tg.function([x], [total, tg.grad(tg.sum(tg.exp(total)), x)], mode=mode)
    values, slope = f(np.array([[-np.inf, -np.inf], [0.0, -np.inf]]))
    np.testing.assert_array_equal(values, [-np.inf, 0.0])
    np.testing.assert_array_equal(slope, [[0.0, 0.0], [1.0, 0.0]])


def test_printing(capsys):
    x = tg.dmatrix("x")
    tg.dprint(tg.max(tg.prod(x, 1)), id_type="")
    tg.dprint(tg.all(x > 0, (0, 1)), id_type="", depth=0)
    out = capsys.readouterr().out
    assert out == "Max{axis=0}\n └─ Prod{axis=1}\n    └─ x\nAll{axes=[0, 1]}\n"


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_the_largest_of_no_elements_is_an_error(mode):
    x = tg.dmatrix("x")
    f = tg.function([x], tg.max(x, 1), mode=mode)
    assert f(np.zeros((0, 2))).shape == (0,)
    with pytest.raises((ShapeError, ValueError), match=r"no elements|zero-size"):
        f(np.zeros((2, 0)))


x = tg.tensor("x", "float64", (2, 0))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.max(x, 1), ShapeError, ["max of no elements", "(2, 0)", "axis=1"]),
        (lambda: tg.min(x), ShapeError, ["min of no elements"]),
        (lambda: tg.argmax(x, 1), ShapeError, ["no elements"]),
        (lambda: tg.max(x, 2), ShapeError, ["max", "axis 2", "rank 2"]),
        (lambda: tg.prod(x, (0, 0)), ShapeError, ["prod", "twice"]),
        (lambda: tg.mean(x, -3), ShapeError, ["axis -3", "rank 2"]),
        (lambda: tg.all(x, 5), ShapeError, ["all", "axis 5"]),
        (lambda: tg.softmax(x, 2), ShapeError, ["softmax", "axis 2"]),
        (lambda: tg.std(x, 2), ShapeError, ["axis 2"]),
        (lambda: tg.argmin(x, 2), ShapeError, ["axis 2"]),
        (lambda: tg.sum(x, "a"), ShapeError, ["sum", "integer", "'a'"]),
        (lambda: tg.sum(x, 1.0), ShapeError, ["integer", "1.0"]),
        (lambda: tg.mean(x, True), ShapeError, ["integer", "True"]),
        (lambda: tg.max("a"), DTypeError, ["'a'"]),
        (lambda: tg.max([1, [2, 3]]), DTypeError, ["stack"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)


def test_an_initial_value_stands_for_no_elements():
    x, n = tg.dmatrix("x"), tg.ivector("n")
    outputs = [tg.max(x, 1, initial=-1.0), tg.min(x, initial=2.0), tg.max(n, initial=0)]
    values = [{x: np.zeros((2, 0)), n: []}, {x: [[3.0, -3.0]], n: [-4, -5]}]
    expected = [([-1.0, -1.0], 2.0, 0), ([3.0], -3.0, 0)]
    for given, wanted in zip(values, expected, strict=True):
        given = {v: v.type.convert(np.array(a, v.type.dtype)) for v, a in given.items()}
        found = [y.eval(given) for y in outputs]
        for y, got, want in zip(
            interpreted(outputs, given), found, wanted, strict=True
        ):
            np.testing.assert_array_equal(got, want)
            np.testing.assert_array_equal(y, want)


# -- as NumPy does it ------------------------------------------------------------------

OVER_AXES = "sum prod max min all any mean var std ptp count_nonzero".split()


@pytest.mark.parametrize("name", OVER_AXES)
def test_values_dtypes_and_errors_are_numpys(name):
    for array in arrays():
        for axis in axes(array):
            agree(getattr(tg, name), getattr(np, name), array, axis=axis)
        agree(getattr(tg, name), getattr(np, name), array, keepdims=True)


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_positions_are_numpys(name):
    for array in arrays():
        for axis in [None, *range(array.ndim)]:
            ours, theirs = getattr(tg, name), getattr(np, name)
            agree(ours, theirs, array, axis=axis, keepdims=True)


MASKS = [True, False, [True], [True, False, True]]


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "var", "std", "all", "any"])
def test_masks_select_as_numpy_does(name):
    for array in arrays("float64", "int8"):
        for mask in MASKS:
            options = {"where": np.array(mask), "axis": -1 if array.ndim else None}
            agree(getattr(tg, name), getattr(np, name), array, **options)


@pytest.mark.parametrize("name", ["max", "min", "sum", "prod"])
def test_initial_values_and_masks(name):
    for array in arrays("float64", "int8"):
        for mask in MASKS:
            options = {"where": np.array(mask), "initial": 1}
            agree(getattr(tg, name), getattr(np, name), array, **options)


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "var"])
def test_dtypes_are_what_is_asked_for(name):
    for array in arrays("float64", "int8", "bool"):
        for dtype in ["float32", "float64", *["int16"] * (name in ("sum", "prod"))]:
            agree(getattr(tg, name), getattr(np, name), array, dtype=dtype)


def test_a_mean_that_is_known_is_not_computed_again():
    x = np.random.default_rng(2).normal(size=(3, 4))
    center = tg.mean(x, 1, keepdims=True)
    for ours, theirs in ((tg.var, np.var), (tg.std, np.std)):
        np.testing.assert_allclose(ours(x, 1, mean=center).eval(), theirs(x, 1))


def test_integers_have_the_mean_of_floats():
    value = np.full(4, 2**62)
    assert tg.mean(value).eval() == 2.0**62


def test_a_variance_without_freedom_is_not_a_number():
    x = tg.dvector("x")
    values = [tg.var(x, ddof=ddof).eval({x: [1.0, 3.0]}) for ddof in (1, 2, 3)]
    np.testing.assert_array_equal(values, [2.0, np.inf, np.inf])
    assert np.isnan(tg.var(x, ddof=2).eval({x: [1.0, 1.0]}))
    assert np.isnan(tg.var([1.0, 1.0], ddof=2).eval())


def test_no_spread_has_no_slope():
    "std is 0 with slopes of both signs beside it; users of gradients get the middle."
    x = tg.dmatrix("x")
    value = np.array([[2.0, 2.0], [1.0, 3.0]])
    y, g = tg.std(x, 1), tg.grad(tg.sum(tg.std(x, 1)), x)
    for found in (g.eval({x: value}), tg.function([x], g)(value)):
        np.testing.assert_array_equal(found, [[0.0, 0.0], [-0.5, 0.5]])
    np.testing.assert_array_equal(y.eval({x: value}), [0.0, 1.0])


def test_masked_elements_have_no_gradient_whatever_they_are():
    x = tg.dvector("x")
    value = np.array([1.0, np.nan, np.inf, 3.0])
    mask = np.isfinite(value)
    made = [tg.mean, tg.var, tg.std, tg.sum, tg.prod]
    made += [tg.nanmean, tg.nanvar, tg.nanstd, tg.nansum, tg.nanprod]
    for reduce in made[:5]:
        g = tg.grad(reduce(x, where=mask), x).eval({x: value})
        kept = tg.grad(reduce(x), x).eval({x: value[mask]})
        np.testing.assert_allclose(g, [kept[0], 0.0, 0.0, kept[1]], rtol=1e-14)
    for reduce in made[5:]:
        finite = np.where(np.isinf(value), 2.0, value)
        g = tg.grad(reduce(x), x).eval({x: finite})
        kept = tg.grad(made[made.index(reduce) - 5](x), x).eval({x: finite[[0, 2, 3]]})
        np.testing.assert_allclose(g, np.insert(kept, 1, 0.0), rtol=1e-14)


def test_an_index_of_an_extremum_with_an_initial_value():
    x = tg.dmatrix("x")
    f = tg.function([x], tg.max(x, 1, initial=-1.0)[0])
    assert f(np.zeros((2, 0))) == -1.0


y = tg.tensor("y", "float64", (2, 3))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.sum(y, where=[1, 0, 1]), DTypeError, ["sum", "bools", "int64"]),
        (lambda: tg.sum(y, where=[True, False]), ShapeError, ["(2,)", "(2, 3)"]),
        (lambda: tg.prod(y, where=np.ones((4, 2, 3), bool)), ShapeError, ["(4, 2, 3)"]),
        (lambda: tg.max(y, where=[True] * 3), ShapeError, ["max", "initial"]),
        (lambda: tg.mean(y, dtype="int32"), DTypeError, ["floats", "int32"]),
        (lambda: tg.sum(y, dtype="decimal"), DTypeError, ["decimal"]),
        (lambda: tg.var(y, 0, 1.5), DTypeError, ["1.5"]),
        (lambda: tg.argmax(y, (0, 0)), ShapeError, ["argmax", "twice"]),
        (lambda: tg.ptp([True, False]), DTypeError, ["bool"]),
        (lambda: tg.average(y, weights=[1.0, 2.0]), ShapeError, ["axis", "(2,)"]),
        (lambda: tg.average(y, (0, 1), [1.0]), ShapeError, ["2 axes"]),
        (lambda: tg.max_and_argmax(x, 1), ShapeError, ["no elements"]),
    ],
)
def test_wrong_masks_dtypes_and_weights(make, error, words):
    says(error, make, *words)
