"""The laws of a distribution: densities, tails, draws, gradients, errors, all modes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.errors import ParameterError
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import graph_replace
from tensorgraph.lazy import stats
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.random.distribution import OF_PARAMETERS, Distribution
from tensorgraph.random.generator import random_type
from tensorgraph.testing.family import PROBABILITIES, Family, Params
from tensorgraph.testing.gradients import check_gradient
from tensorgraph.testing.quadrature import integral, plane_integral, simplex_integral

DRAWS = 4000
HEAVY = 20.0
"""Tails with a larger kurtosis leave the variance of draws too uncertain to test."""

SCIPY_NAMES = {
    "logp": ("logpdf", "logpmf"),
    "logccdf": ("logsf", "logsf"),
    "icdf": ("ppf", "ppf"),
    "variance": ("var", "var"),
}
"""What SciPy calls our formulas, of continuous and of discrete distributions."""


def check_distribution(
    distribution: type[Distribution],
    scipy: Callable[..., Any] | None = None,
    *,
    numpy: Callable[..., Any] | None = None,
    also: Sequence[Sequence[Any]] = (),
    modes: Sequence[str] = ("C",),
    rtol: float = 1e-11,
) -> None:
    """Check all that a distribution states; raises `AssertionError` for what fails.

    `scipy` makes a frozen distribution of SciPy (or anything with some of its methods)
    from the parameters; `numpy` draws from (generator, *parameters, size), and then
    draws are equal to the bit. Parameters come from the constraints, and from `also`.
    `modes` are compiled and compared with the reference.

    >>> from scipy import stats
    >>> from tensorgraph.random import Normal
    >>> check_distribution(Normal, lambda loc, scale: stats.norm(loc, scale), modes=())
    """
    family = Family(distribution)
    listed = [list(map(np.asarray, params)) for params in also]
    for params in [*family.parameter_sets(), *listed]:
        oracle = None if scipy is None else scipy(*params)
        values = family.points(params)
        if oracle is not None:
            check_formulas(family, params, values, oracle, rtol)
        for mode in modes:
            check_compiled(family, params, values, mode)
        if distribution.draw is not None:
            check_draws(family, params, oracle)
        if distribution.draw is not None and not distribution.event:
            check_masses(family, params)
        if numpy is not None:
            check_stream(family, params, numpy)
    if distribution.draw is not None and distribution.event:
        check_event_mass(family)
    check_gradients(Family(distribution, 2))
    check_batches(family)
    check_refusals(family)


# -- formulas --------------------------------------------------------------------------


def check_formulas(
    family: Family, params: Params, x: np.ndarray, oracle: Any, rtol: float
) -> None:
    """Every formula is what SciPy says it is."""
    for name in family.formulas:
        method = getattr(
            oracle, SCIPY_NAMES.get(name, (name,) * 2)[family.discrete], None
        )
        if method is None:
            continue
        (found,) = family.values(params, x, [name])
        value = PROBABILITIES if name == "icdf" else x
        theirs = method() if name in OF_PARAMETERS else method(value)
        expected = np.broadcast_to(theirs, found.shape)
        close(found, expected, rtol, f"{name} of {family}{params}")


def check_compiled(family: Family, params: Params, x: np.ndarray, mode: str) -> None:
    """Compiled formulas agree with the reference, and compiled draws to the bit."""
    names = list(family.formulas)
    expected = family.values(params, x, names)
    given = family.given(params, x).values()
    found = family.compiled(mode)(*given, random_type.convert(np.random.PCG64(1)))
    for name, one, other in zip(names, found, expected, strict=False):
        close(one, other, 1e-12, f"in mode {mode}, {name} of {family}{params}")
    if family.distribution.draw is not None:
        draws = family.variable(params, 2).eval()
        what = f"in mode {mode}, draws of {family}{params}"
        close(found[-1], draws, family.draw_rtol, what)


def check_gradients(family: Family) -> None:
    """Derivatives of all formulas by values and parameters, where they are finite."""
    params = family.parameters(family.rng)
    x = family.points(params)[: 1 if family.distribution.event else 2]
    given = family.given(params, x, np.linspace(0.1, 0.7, len(x)))
    replaced, values = _free(family, given)
    smooth = {n: v for n, v in family.formulas.items() if v.type.differentiable}
    outputs = graph_replace(list(smooth.values()), replaced, strict=False)
    found = evaluate(outputs, values, numpy_namespace)
    pairs = zip(outputs, found, strict=True)
    finite = [v for v, value in pairs if np.isfinite(value).all()]
    check_gradient(finite, values, rtol=2e-6, atol=1e-8)
    logp = outputs[list(smooth).index("logp")]
    check_gradient(logp, values, order=2, rtol=2e-6, atol=1e-8)


def _free(
    family: Family, given: dict[Variable, Any]
) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Inputs that may move in any direction, for those that may not.

    A definite matrix becomes a function of a free one.
    """
    replaced, values = {}, dict(given)
    constraints = family.distribution.parameters.values()
    for v, constraint in zip(list(given)[2:], constraints, strict=True):
        if constraint.name == "positive_definite":
            root: Any = v.type("root")
            replaced[v] = root @ root.mT + family.core * np.eye(family.core)
            values[root] = np.linalg.cholesky(values.pop(v))
    return replaced, values


# -- masses ----------------------------------------------------------------------------


def check_masses(family: Family, params: Params) -> None:
    """The density integrates to 1, and the tails are its integrals."""
    if family.discrete:
        check_sums(family, params)
    else:
        check_integrals(family, params)


def check_integrals(family: Family, params: Params) -> None:
    """Tails and total mass of a density of numbers."""
    density, support = family.density(params), family.distribution.support_of(*params)
    lower, upper = (
        np.inf * sign if bound is None else float(as_tensor(bound).eval())
        for bound, sign in ((support.lower, -1), (support.upper, 1))
    )
    x = np.quantile(family.draws(params, 200), [0.1, 0.5, 0.9])
    below = [integral(density, lower, v, x[2] - x[0]) for v in x]
    above = [integral(density, v, upper, x[2] - x[0]) for v in x]
    total = np.add(below, above)
    close(total, np.ones(3), 1e-8, f"the integral of {family}{params}")
    check_tails(family, params, x, below, above)


def check_sums(family: Family, params: Params) -> None:
    """Tails and total mass of probabilities of integers."""
    upper = family.distribution.support_of(*params).upper
    last = 400 if upper is None else int(as_tensor(upper).eval())
    x = np.arange(last + 1)
    masses = family.density(params)(x)
    below = masses.cumsum()
    close(below[-1], 1.0, 1e-10, f"the sum of {family}{params}")
    check_tails(family, params, x[:8], below[:8], 1 - below[:8])


def check_event_mass(family: Family) -> None:
    """The total mass of a density of vectors, with two free coordinates."""
    support = family.distribution.support_of(*family.parameters(family.rng))
    on_simplex = support.name == "simplex"
    flat = family if on_simplex else Family(family.distribution, 2)
    params = flat.parameters(flat.rng)
    total = (simplex_integral if on_simplex else plane_integral)(flat.density(params))
    close(total, 1.0, 1e-5, f"the integral of {family}{params}")


def check_tails(family: Family, params: Params, x: Any, below: Any, above: Any) -> None:
    """logcdf and logccdf are the given masses, and icdf inverts the first."""
    for name, masses in (("logcdf", below), ("logccdf", above)):
        if name in family.formulas:
            found = np.exp(family.values(params, x, [name])[0])
            np.testing.assert_allclose(found, masses, 1e-7, 1e-9, err_msg=name)
    if {"logcdf", "icdf"} <= family.formulas.keys():
        (quantiles,) = family.values(params, x, ["icdf"])
        mass = np.exp(family.values(params, quantiles, ["logcdf"])[0])
        if family.discrete:
            before = np.exp(family.values(params, quantiles - 1, ["logcdf"])[0])
            before = np.where(quantiles > 0, before, 0.0)
            reached = mass * (1 + 1e-15) >= PROBABILITIES
            assert np.all(reached & (before < PROBABILITIES)), (
                f"icdf of {family}{params}: {quantiles}"
            )
        else:
            close(mass, PROBABILITIES, 1e-9, f"cdf(icdf) of {family}{params}")


# -- draws -----------------------------------------------------------------------------


def check_draws(family: Family, params: Params, oracle: Any) -> None:
    """Draws are in the support, with the moments we state and the cdf SciPy has."""
    draws = family.draws(params, DRAWS)
    inside = family.distribution.support_of(*params).contains(draws)
    assert inside is None or inside.eval().all(), f"{family}{params} leaves its support"
    if {"mean", "variance"} <= family.formulas.keys():
        check_moments(family, params, draws)
    if hasattr(oracle, "cdf") and not family.distribution.event:
        test = _counts_p_value if family.discrete else _distance_p_value
        found = test(draws, oracle)
        assert found > 1e-4, f"draws of {family}{params} have p-value {found}"


def check_moments(family: Family, params: Params, draws: np.ndarray) -> None:
    """Draws have the mean and the variance that we state, within sampling errors."""
    mean, variance = family.values(params, draws[:1], ["mean", "variance"])
    if not np.all(np.isfinite(variance)):
        return
    centred = draws - draws.mean(0)
    fourth = (centred**4).mean(0)
    error = np.sqrt(variance / DRAWS) + 1e-300
    what = f"draws of {family}{params} have mean {draws.mean(0)}, not {mean}"
    assert np.all(np.abs(draws.mean(0) - mean) < 5 * error), what
    found = draws.var(0)
    if np.all(fourth <= HEAVY * found**2):
        error = np.sqrt((fourth - found**2) / DRAWS) + found / DRAWS
        what = f"draws of {family}{params} have variance {found}, not {variance}"
        assert np.all(np.abs(found - variance) <= 5 * error), what


def _distance_p_value(draws: np.ndarray, oracle: Any) -> float:
    return float(stats.kstest(draws, oracle.cdf).pvalue)


def _counts_p_value(draws: np.ndarray, oracle: Any) -> float:
    """A chi-square test of how many draws fall between deciles."""
    cuts = np.unique(oracle.ppf(np.linspace(0.1, 0.9, 9)))
    masses = np.diff(oracle.cdf(cuts), prepend=0.0, append=1.0)
    counts = np.bincount(np.searchsorted(cuts, draws), minlength=len(masses))
    kept = masses > 1e-12
    assert not counts[~kept].any(), "draws where there is no mass"
    if kept.sum() < 2:
        return 1.0
    expected = masses[kept] / masses[kept].sum() * len(draws)
    return float(stats.chisquare(counts[kept], expected).pvalue)


def check_stream(family: Family, params: Params, numpy: Callable[..., Any]) -> None:
    """Draws are NumPy's, to the bit."""
    found = family.variable(params, (3, 2)).eval()
    expected = numpy(np.random.default_rng(1), *params, size=(3, 2))
    close(found, expected, family.draw_rtol, f"draws of {family}{params}")


# -- shapes and errors -----------------------------------------------------------------


def check_batches(family: Family) -> None:
    """Batches of parameters and of values are a loop, and shapes are what is said."""
    batch = family.parameters(family.rng, (2, 1))
    places = [(0, 0), (1, 0)] if batch else [()]
    x = family.points([p[0, 0] for p in batch])[:4]
    found = family.formula("logp")(x, *batch).eval()
    assert found.shape == ((2, 4) if batch else (4,)), f"logp has shape {found.shape}"
    for row, place in zip(found.reshape(-1, 4), places, strict=True):
        (one,) = family.values([p[place] for p in batch], x, ["logp"])
        close(row, one, 1e-13, "a batch of log-densities")
    rows = (2, 1) if batch else ()
    event = (family.core,) * len(family.distribution.event)
    for name in set(OF_PARAMETERS) & family.formulas.keys():
        value = family.formula(name)(*batch).eval()
        shape = rows if name == "entropy" else rows + event
        assert value.shape == shape, f"{name} has shape {value.shape}, not {shape}"
    if family.distribution.draw is not None:
        for size in (None, (5, *rows), (2, 3)):
            draw = family.variable(batch, size)
            shape = (rows if size is None else size) + event
            assert draw.type.shape == shape, f"{draw.type} for size {size}"
            assert draw.eval().shape == shape


def check_refusals(family: Family) -> None:
    """A parameter off its constraint is an error that names it, in every use."""
    params = next(family.parameter_sets())
    x = family.points(params)[0]
    for number, (name, constraint) in enumerate(family.distribution.parameters.items()):
        if (constraint.element or constraint).test is None:
            continue
        bad = list(params)
        bad[number] = (
            params[number - 1] if constraint.others else -np.abs(params[number])
        )
        checked = family.distribution.checked(family.formula("logp")(x, *bad), *bad)
        made = [checked]
        if family.distribution.draw is not None:
            made.append(family.variable(bad, None))
        for variable in made:
            try:
                value = variable.eval()
            except ParameterError as error:
                assert name in str(error), f"{error} does not name {name}"
            else:
                raise AssertionError(f"{name} = {bad[number]} was taken: {value}")


def close(found: Any, expected: Any, rtol: float, what: str) -> None:
    """Equal to a tolerance, and in dtype and to the bit where it is 0."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype or rtol, f"{what}: dtype {found.dtype}"
    np.testing.assert_allclose(found, expected, rtol, rtol, err_msg=what)
