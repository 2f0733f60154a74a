"""Sums over known data from statistics of groups: no pass is left, all digits are."""

import mpmath
import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.node import Constant
from tensorgraph.graph.traverse import ancestors, applies
from tensorgraph.ops.check import Check
from tensorgraph.rewrites.phases import rewrite_graph
from tensorgraph.rewrites.speed import orthogonal, statistics
from tensorgraph.testing.exact import exact_values

N, J = 300, 5
rng = np.random.default_rng(0)
noise, x = rng.normal(size=N), rng.normal(size=N)
group = rng.integers(0, J, N)
other, crossed = group % 2, rng.integers(0, 2, N)
effects, slopes = rng.normal(size=J), rng.normal(size=J)
weights = rng.uniform(0.5, 2, N)


def rows(outputs, length=N):
    """The ops on as many rows as there are data."""
    return [
        str(node.op)
        for node in applies(outputs)
        if any(length in v.type.shape for v in (*node.inputs, *node.outputs))
    ]


def with_gradients(cost, wrt):
    return [cost, *tg.grad(cost, wrt)]


def by_group(y, coefficients=x, index=group, count=J):
    """A sum of squares with an intercept and a slope for each group."""
    a, b = tg.dvector("a", shape=count), tg.dvector("b", shape=count)
    residual = y - a[index] - b[index] * coefficients
    return [a, b], with_gradients(tg.sum(residual**2) / 2, [a, b])


def errors(outputs, values, truth):
    """The largest errors of outputs, relative to the largest elements."""
    found = []
    for v, true in zip(outputs, truth, strict=True):
        got = np.asarray(v.eval(values)).ravel()
        exact = true.ravel()
        size = max(map(abs, exact)) or mpmath.mpf(1)
        off = [abs(mpmath.mpf(float(a)) - b) for a, b in zip(got, exact, strict=True)]
        found.append(float(max(off) / size))
    return found


def check(inputs, graphs, given, length=N, bound=1e-15):
    """No pass is left, and no digit lost that was there before."""
    values = {v: np.asarray(g, "float64") for v, g in zip(inputs, given, strict=True)}
    with mpmath.workdps(60):
        truth = exact_values(graphs, values)
        before = errors(graphs, values, truth)
        after = rewrite_graph(graphs)
        assert not rows(after, length)
        for new, old in zip(errors(after, values, truth), before, strict=True):
            assert new <= max(bound, 2 * old)
    return after


# -- the data --------------------------------------------------------------------------


FAR = 1e6 + noise


@pytest.mark.parametrize(
    ("y", "coefficients", "a", "b"),
    [
        (noise, x, effects, slopes),
        (FAR, x, 1e6 + effects, slopes),
        (FAR, x, np.full(J, 1e6), np.zeros(J)),
        (FAR, x, np.zeros(J), slopes),
        (noise, 1990 + rng.integers(0, 30, N), effects, slopes),
        (noise, np.full(N, 0.3), effects, slopes),
        (noise, group.astype(float), effects, slopes),
        (effects[group] + slopes[group] * x + 1e-7 * noise, x, effects, slopes),
        (effects[group] + slopes[group] * x, x, effects + 1e-3, slopes),
        (noise * 1e-150, x, effects * 1e-150, slopes * 1e-150),
        (noise * 1e100, x, effects * 1e100, slopes * 1e100),
    ],
    ids="plain far far_exact_a far_from_a years equal collinear r2_near_1 r2_1 "
    "tiny huge".split(),
)  # fmt: skip
def test_hard_data_keep_their_digits(y, coefficients, a, b):
    check(*by_group(y, coefficients), [a, b])


def test_the_second_number_of_a_start_matters(monkeypatch):
    monkeypatch.setattr(orthogonal, "OFFSET", np.inf)
    with pytest.raises(AssertionError):
        check(*by_group(FAR), [np.full(J, 1e6), np.zeros(J)])


def test_groups_of_one_and_two_and_groups_without_rows():
    index = np.r_[group, 7, 9, 9]
    y, z = np.r_[FAR, 1e6, 3.0, 4.0], np.r_[x, 2.0, 1.0, 1.0]
    a, b = 1e6 + rng.normal(size=10), rng.normal(size=10)
    inputs, graphs = by_group(y, z, index, 10)
    after = check(inputs, graphs, [a, b], N + 3)
    a[5], b[6] = np.nan, np.inf  # no row reads them
    values = dict(zip(inputs, [a, b], strict=True))
    found = [v.eval(values) for v in after]
    assert np.isfinite(found[0])
    assert not found[1][5:7].any() and not found[2][5:7].any()


def test_nan_in_a_parameter_is_nan_where_it_was():
    inputs, graphs = by_group(noise)
    values = dict(zip(inputs, [np.r_[np.nan, effects[1:]], slopes], strict=True))
    for old, new in zip(graphs, rewrite_graph(graphs), strict=True):
        expected, found = old.eval(values), new.eval(values)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
        np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_data_that_are_no_numbers_stay_in_the_sum(value):
    y = noise.copy()
    y[7] = value
    inputs, graphs = by_group(y)
    values = dict(zip(inputs, [effects, slopes], strict=True))
    for old, new in zip(graphs, rewrite_graph(graphs), strict=True):
        np.testing.assert_allclose(new.eval(values), old.eval(values), rtol=1e-12)
    expected = np.nan if np.isnan(value) else np.inf
    np.testing.assert_equal(float(rewrite_graph(graphs)[0].eval(values)), expected)


def test_single_precision():
    a = tg.fvector("a", shape=J)
    y = (1000 + noise).astype("float32")
    graphs = with_gradients(tg.sum(tg.sqr(y - a[group])), [a])
    after = rewrite_graph(graphs)
    assert not rows(after) and [v.type.dtype for v in after] == ["float32"] * 2
    given = (1000 + effects).astype("float32")
    r = y.astype(float) - given.astype(float)[group]
    np.testing.assert_allclose(after[0].eval({a: given}), (r**2).sum(), rtol=3e-7)
    expected = -2 * np.bincount(group, r, J)
    np.testing.assert_allclose(
        after[1].eval({a: given}), expected, atol=1e-6 * abs(expected).max()
    )


# -- the models ------------------------------------------------------------------------


m, s, t, b = (tg.dscalar(name) for name in "mstb")
v, w = tg.dvector("v", shape=J), tg.dvector("w", shape=2)
r = FAR - m - b * x
counts = rng.poisson(3.0, N)
MODELS = {
    "scalars": (-0.5 * (r / tg.exp(s)) ** 2 - s, [m, b, s], [1e6 + 0.1, 0.3, 0.2]),
    "not_centred": (
        -0.5 * ((FAR - (m + t * v[group]) - b * x) / s) ** 2 - tg.log(s),
        [m, t, v, b, s], [1e6, 0.3, effects, 0.1, 1.2],
    ),
    "weights": (((FAR - m - v[group] * x) / weights) ** 2, [m, v], [1e6, slopes]),
    "scales_of_groups": (
        -0.5 * ((FAR - m) / tg.exp(v)[group]) ** 2 - v[group], [m, v], [1e6, effects],
    ),
    "nested": ((FAR - v[group] - w[other]) ** 2, [v, w], [1e6 + effects, slopes[:2]]),
    "crossed": ((FAR - v[group] - w[crossed]) ** 2, [v, w],
                [1e6 + effects, slopes[:2]]),
    "backwards": ((FAR - v[group - J]) ** 2, [v], [1e6 + effects]),
    "poisson": (counts * (m + v[group]) - tg.exp(m + v[group]), [m, v], [0.1, effects]),
    "binomial": (counts * v[group] - 9 * tg.softplus(v[group]), [v], [effects]),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_models(name):
    terms, wrt, given = MODELS[name]
    check(wrt, with_gradients(tg.sum(terms), wrt), given)


iq, school = 100 + 15 * rng.normal(size=N), rng.integers(0, 2, N)
predictors = np.column_stack([np.ones(N), school, iq, school * iq])
beta = tg.dvector("beta", shape=4)


def test_a_regression_needs_no_rows():
    fitted = np.linalg.lstsq(predictors, FAR, rcond=None)[0]
    terms = -0.5 * ((FAR - tg.constant(predictors) @ beta) / s) ** 2 - tg.log(s)
    graphs = with_gradients(tg.sum(terms), [beta, s])
    for point in (fitted, fitted + 1e-3, 0.1 * fitted):
        check([beta, s], graphs, [point, 1.2])


def test_a_regression_beside_groups():
    terms = (FAR - v[group] - tg.constant(predictors[:, 1:3]) @ beta[:2]) ** 2
    check(
        [v, beta], with_gradients(tg.sum(terms), [v, beta]), [1e6 + effects, np.ones(4)]
    )


def test_a_wide_regression_stays_one():
    wide = tg.constant(rng.normal(size=(N, 9)))
    graph = tg.sum((noise - wide @ tg.dvector("c", shape=9)) ** 2)
    assert rows([rewrite_graph(graph)])


def test_a_product_of_vectors_is_a_sum():
    check([m], with_gradients(tg.dot(FAR - m, FAR - m), [m]), [1e6])


def test_a_large_sum_of_constants_is_computed_when_compiling():
    big = tg.constant(rng.normal(size=20_000))
    found = rewrite_graph(tg.sum(big) * s)
    assert not rows([found], 20_000)
    exact = mpmath.fsum(map(float, big.value))
    assert abs(float(found.eval({s: 1.0})) - float(exact)) < 1e-13


def test_a_model_of_distributions_reads_no_data():
    scale = tg.random.halfnormal(0, 1, name="scale")
    a = tg.random.normal(0, 1, size=J, name="a")
    slope = tg.random.normal(0, 1, name="slope")
    y = tg.random.normal(a[group] + slope * x, scale, name="y")
    density = tg.density({y: noise})
    assert any(isinstance(node.op, Check) for node in applies([density.logp]))
    after = rewrite_graph(with_gradients(density.logp, [f.u for f in density.free]))
    assert not rows(after)
    values = {scale: 0.7, a: effects, slope: 0.3}
    z = (noise - effects[group] - 0.3 * x) / 0.7
    expected = -0.5 * (z @ z + effects @ effects + 0.7**2 + 0.3**2)
    expected -= (N - 1) * np.log(0.7) + 0.5 * (N + J + 1) * np.log(2 * np.pi)
    expected += 0.5 * np.log(2 / np.pi)
    found = density(density.pack(values))[0]
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_a_check_is_made_once_and_still_fails():
    checked = Check("s > 0")(tg.sqr(noise - v[group]), tg.gt(s, 0), s)
    after = rewrite_graph(tg.sum(checked))
    assert not rows([after])
    assert after.eval({v: effects, s: 1.0}) > 0
    with pytest.raises(tg.errors.ParameterError, match="s > 0 does not hold"):
        after.eval({v: effects, s: -1.0})


def test_a_compiled_function_agrees():
    inputs, graphs = by_group(FAR)
    given = [1e6 + effects, slopes]
    found = tg.function(inputs, graphs, mode="c")(*given)
    residual = FAR - given[0][group] - slopes[group] * x
    expected = [
        residual @ residual / 2, -np.bincount(group, residual, J),
        -np.bincount(group, residual * x, J),
    ]  # fmt: skip
    for one, true in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, true, rtol=1e-10)


# -- the limits ------------------------------------------------------------------------


def test_it_is_a_choice():
    graphs = by_group(noise)[1]
    assert rows(rewrite_graph(graphs, exclude=("statistics",)))
    found = rewrite_graph(
        graphs, exclude=["data_are_added_to_groups_by_their_statistics"]
    )
    assert rows(found) and not rows(rewrite_graph(graphs))


def test_constants_are_fewer_than_the_data():
    after = rewrite_graph(by_group(noise)[1])
    constants = [v for v in ancestors(after) if isinstance(v, Constant)]
    assert sum(v.value.size for v in constants) < N / 2


@pytest.mark.parametrize(
    "residual",
    [
        noise - tg.dvector("a", shape=N // 2)[np.arange(N) // 2] * x - m,
        noise - tg.dvector("a", shape=N),
        noise - tg.exp(m * x),
        tg.dvector("y", shape=N) - m,
        noise - v[tg.lvector("index", shape=N)],
        noise - sum(m * x**power for power in range(9)),
    ],
    ids="many_groups wide not_linear no_data no_constant_index columns".split(),
)
def test_where_nothing_is_saved_nothing_changes(residual):
    graph = tg.sum(residual**2)
    plain = rewrite_graph(graph, exclude=("statistics",))
    assert tg.dprint(rewrite_graph(graph), file="str") == tg.dprint(plain, file="str")


def test_few_rows_and_too_many_elements_stay_as_they_are(monkeypatch):
    few = tg.sum((noise[:10] - m) ** 2)
    assert rows([rewrite_graph(few)], 10)
    monkeypatch.setattr(statistics, "MOST_ELEMENTS", N - 1)
    assert rows([rewrite_graph(tg.sum((noise - m) ** 2))])


def test_deep_expressions_are_given_up():
    deep = {"sum": noise - m, "function": v[group], "product": noise - v[group]}
    for _ in range(400):
        deep["sum"] = deep["sum"] - v[group] * tg.dscalar()
        deep["function"] = tg.exp(deep["function"]) + m
        deep["product"] = deep["product"] * tg.exp(v * tg.dscalar())[group]
    for graph in deep.values():
        assert rows([rewrite_graph(tg.sum(tg.sqr(graph)), ("statistics",))])


def test_what_loses_its_digits_in_parts_is_not_taken_apart():
    far = (FAR - v[group]) * tg.exp(s) - b * x
    inputs, graphs = [v, s, b], with_gradients(tg.sum(far**2), [v, s, b])
    given = dict(zip(inputs, [1e6 + effects, 0.1, 0.2], strict=True))
    with mpmath.workdps(60):
        given = {key: np.asarray(value) for key, value in given.items()}
        truth = exact_values(graphs, given)
        assert max(errors(rewrite_graph(graphs), given, truth)) < 1e-14


def test_rows_are_left_alone_where_their_data_are_as_rare_as_groups():
    y = np.arange(40.0)
    graph = tg.sum((y - tg.dvector("a", shape=20)[np.arange(40) // 2]) ** 2)
    assert rows([rewrite_graph(graph)], 40)
