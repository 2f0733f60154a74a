"""The laws of a distribution: densities, tails, draws, gradients, errors, all modes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tensorgraph.errors import ParameterError
from tensorgraph.function import function
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import graph_replace
from tensorgraph.lazy import stats
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import TensorType, as_tensor
from tensorgraph.random.distribution import OF_PARAMETERS, OF_VALUES, Distribution
from tensorgraph.random.generator import random_type
from tensorgraph.random.variable import random_variable
from tensorgraph.testing.gradients import check_gradient
from tensorgraph.testing.quadrature import integral, plane_integral, simplex_integral

Family = type[Distribution]
Params = list[np.ndarray]
Oracle = Callable[..., Any]

SETS = 3
POINTS = 40
DRAWS = 4000
PROBABILITIES = np.array([1e-6, 0.02, 0.3, 0.5, 0.8, 0.99, 0.999])


def check_distribution(
    distribution: Family,
    scipy: Oracle | None = None,
    *,
    numpy: Callable[..., Any] | None = None,
    also: Sequence[Sequence[Any]] = (),
    modes: Sequence[str] = ("C",),
    rtol: float = 1e-11,
) -> None:
    """Check everything that a distribution states; raises `AssertionError` for what fails.

    `scipy` makes a frozen distribution of SciPy (or anything with some of its methods)
    from the parameters; `numpy` draws from (generator, *parameters, size), and then
    draws are equal to the bit. Parameters come from the constraints, and from `also`.
    `modes` are compiled and compared with the reference.

    >>> from scipy import stats
    >>> from tensorgraph.random import Normal
    >>> check_distribution(Normal, lambda loc, scale: stats.norm(loc, scale), modes=())
    """
    law = Law(distribution)
    for params in [*law.parameter_sets(), *(list(map(np.asarray, p)) for p in also)]:
        values = law.points(params)
        law.check_densities(params, values, scipy and scipy(*params), rtol)
        law.check_compiled(params, values, modes)
        law.check_draws(params, scipy and scipy(*params))
        if numpy is not None:
            law.check_stream(params, numpy)
        if not distribution.event:
            law.check_masses(params)
    law.check_event_masses()
    Law(distribution, 2).check_gradients()
    law.check_shapes()
    law.check_refusals()


@dataclass(frozen=True)
class Law:
    """The checks of one distribution, with functions that all of them share."""

    family: Family
    core: int = 3
    """The length of core axes."""

    # -- parameters and values --------------------------------------------------------

    @property
    def rng(self) -> np.random.Generator:
        """A generator that depends on the name alone."""
        return np.random.default_rng(sum(map(ord, self.family.name)))

    def parameters(
        self, rng: np.random.Generator, batch: tuple[int, ...] = ()
    ) -> Params:
        """Parameters from the examples of their constraints."""
        given: dict[str, np.ndarray] = {}
        for (name, constraint), core in zip(
            self.family.parameters.items(), self.family.cores, strict=True
        ):
            others = [given[other] for other in constraint.others]
            shape = (*batch, *[self.core] * len(core))
            given[name] = np.asarray(constraint.example(rng, shape, *others))
        return list(given.values())

    def parameter_sets(self) -> Iterator[Params]:
        """Some sets of parameters."""
        rng = self.rng
        return (self.parameters(rng) for _ in range(SETS))

    def points(self, params: Params) -> np.ndarray:
        """Values to look at: draws, or members of the support where there are none."""
        if self.family.draw is not None:
            return self.draws(params, POINTS)
        support = self.family.support_of(*params)
        return support.example(
            self.rng, (POINTS, *[self.core] * len(self.family.event))
        )

    def draws(self, params: Params, number: int) -> np.ndarray:
        """Independent draws by the reference."""
        batch = _batch(params, self.family)
        return self.variable(params, (number, *batch)).eval()

    def variable(self, params: Sequence[Any], size: Any, rng: Any = 1) -> Any:
        """A random variable with a generator, by default of a known seed."""
        return random_variable(self.family, params, size, rng)

    # -- formulas ---------------------------------------------------------------------

    @cached_property
    def inputs(self) -> list[Variable]:
        """A vector of values, a vector of probabilities, and parameters without batch."""
        event = [self.core] * len(self.family.event)
        value = TensorType(self.family.dtype, (None, *event))("x")
        p = TensorType("float64", (None,))("p")
        names = zip(self.family.parameters, self.family.cores, strict=True)
        cores = [
            TensorType("float64", (self.core,) * len(core))(n) for n, core in names
        ]
        return [value, p, *cores]

    @cached_property
    def formulas(self) -> dict[str, Variable]:
        """Every formula of the distribution as a graph of the inputs."""
        x, p, *params = self.inputs
        of_values = {
            name: getattr(self.family, name)(p if name == "icdf" else x, *params)
            for name in OF_VALUES
            if hasattr(self.family, name)
        }
        return of_values | {
            name: getattr(self.family, name)(*params)
            for name in OF_PARAMETERS
            if hasattr(self.family, name)
        }

    def values(self, params: Params, x: Any, names: Sequence[str]) -> list[np.ndarray]:
        """Formulas by the reference."""
        given = self.given(params, x, PROBABILITIES)
        outputs = [self.formulas[name] for name in names]
        with np.errstate(all="ignore"):
            return evaluate(outputs, given, numpy_namespace)

    def given(self, params: Params, x: Any, p: Any) -> dict[Variable, Any]:
        """Values for the inputs."""
        pairs = zip(self.inputs, [x, p, *params], strict=True)
        return {v: v.type.convert(np.asarray(value)) for v, value in pairs}

    def density(self, params: Params) -> Callable[[np.ndarray], np.ndarray]:
        """The density as a function of values."""
        return lambda x: np.exp(self.values(params, x, ["logp"])[0])

    # -- laws -------------------------------------------------------------------------

    def check_densities(
        self, params: Params, x: np.ndarray, oracle: Any, rtol: float
    ) -> None:
        """Every formula is what SciPy says it is."""
        if oracle is None:
            return
        discrete = self.family.dtype == "int64"
        theirs = {
            "logp": "logpmf" if discrete else "logpdf", "logccdf": "logsf", "icdf": "ppf",
            "variance": "var",
        }  # fmt: skip
        for name in self.formulas:
            method = getattr(oracle, theirs.get(name, name), None)
            if method is None:
                continue
            argument = (
                ()
                if name in OF_PARAMETERS
                else (PROBABILITIES if name == "icdf" else x,)
            )
            (found,) = self.values(params, x, [name])
            expected = np.broadcast_to(method(*argument), found.shape)
            _close(found, expected, rtol, f"{name} of {self.family.name}{params}")

    def check_compiled(
        self, params: Params, x: np.ndarray, modes: Sequence[str]
    ) -> None:
        """Compiled formulas agree with the reference, and compiled draws to the bit."""
        names = list(self.formulas)
        expected = self.values(params, x, names)
        for mode in modes:
            given = self.given(params, x, PROBABILITIES).values()
            found = self.compiled(mode)(*given, random_type.convert(np.random.PCG64(1)))
            what = f"in mode {mode}, {{}} of {self.family.name}{params}"
            for name, one, other in zip(names, found, expected, strict=False):
                _close(one, other, 1e-12, what.format(name))
            if self.family.draw is not None:
                draws = self.variable(params, 2).eval()
                _close(found[-1], draws, self.draw_rtol, what.format("draws"))

    @cached_property
    def functions(self) -> dict[str, Any]:
        """Compiled functions by mode."""
        return {}

    def compiled(self, mode: str) -> Any:
        """All formulas, then two draws, as one function."""
        if mode not in self.functions:
            outputs = list(self.formulas.values())
            rng = random_type("rng")
            if self.family.draw is not None:
                outputs.append(self.variable(self.inputs[2:], 2, rng))
            self.functions[mode] = function(
                [*self.inputs, rng], outputs, mode=mode, on_unused_input="ignore"
            )
        return self.functions[mode]

    def check_masses(self, params: Params) -> None:
        """The density integrates to 1, and the tails are its integrals."""
        if self.family.draw is None:
            return
        if self.family.dtype == "int64":
            return self.check_sums(params)
        density = self.density(params)
        support = self.family.support_of(*params)
        lower, upper = (
            np.inf * sign if bound is None else float(as_tensor(bound).eval())
            for bound, sign in ((support.lower, -1), (support.upper, 1))
        )
        x = np.quantile(self.draws(params, 200), [0.1, 0.5, 0.9])
        below = [integral(density, lower, v, x[2] - x[0]) for v in x]
        above = [integral(density, v, upper, x[2] - x[0]) for v in x]
        total = np.add(below, above)
        _close(total, np.ones(3), 1e-8, f"the integral of {self.family.name}{params}")
        self.check_tails(params, x, below, above)

    def check_event_masses(self) -> None:
        """The same for vectors with two free coordinates."""
        if not self.family.event:
            return
        support = self.family.support_of(*self.parameters(self.rng))
        law, rule = Law(self.family, 2), plane_integral
        if support.name == "simplex":
            law, rule = self, simplex_integral
        params = law.parameters(law.rng)
        total = rule(law.density(params))
        _close(total, 1.0, 1e-5, f"the integral of {self.family.name}{params}")

    def check_sums(self, params: Params) -> None:
        """The same for probabilities of integers."""
        support = self.family.support_of(*params)
        last = 400 if support.upper is None else int(as_tensor(support.upper).eval())
        x = np.arange(last + 1)
        masses = self.density(params)(x)
        _close(masses.sum(), 1.0, 1e-10, f"the sum of {self.family.name}{params}")
        self.check_tails(params, x[:8], masses.cumsum()[:8], 1 - masses.cumsum()[:8])

    def check_tails(self, params: Params, x: Any, below: Any, above: Any) -> None:
        """logcdf and logccdf are the given masses, and icdf inverts the first."""
        for name, masses in (("logcdf", below), ("logccdf", above)):
            if name in self.formulas:
                found = np.exp(self.values(params, x, [name])[0])
                np.testing.assert_allclose(found, masses, 1e-7, 1e-9, err_msg=name)
        if {"logcdf", "icdf"} <= self.formulas.keys():
            (quantiles,) = self.values(params, x, ["icdf"])
            mass = np.exp(self.values(params, quantiles, ["logcdf"])[0])
            if self.family.dtype == "int64":
                before = np.exp(self.values(params, quantiles - 1, ["logcdf"])[0])
                before = np.where(quantiles > 0, before, 0.0)
                assert np.all(
                    (before < PROBABILITIES) & (mass * (1 + 1e-15) >= PROBABILITIES)
                )
            else:
                _close(mass, PROBABILITIES, 1e-9, f"cdf(icdf) of {self.family.name}")

    def check_draws(self, params: Params, oracle: Any) -> None:
        """Draws lie in the support and have the distribution that SciPy or the moments say."""
        if self.family.draw is None:
            return
        draws = self.draws(params, DRAWS)
        inside = self.family.support_of(*params).contains(draws)
        assert inside is None or inside.eval().all(), (
            f"draws outside the support: {params}"
        )
        names = [n for n in ("mean", "variance") if n in self.formulas]
        if len(names) == 2:
            mean, variance = self.values(params, draws[:1], names)
            if np.all(np.isfinite(variance)):
                score = (draws.mean(0) - mean) / np.sqrt(variance / DRAWS + 1e-300)
                assert np.all(np.abs(score) < 5), (
                    f"mean of draws {draws.mean(0)}, not {mean}"
                )
        if oracle is not None and hasattr(oracle, "cdf") and not self.family.event:
            found = _uniformity(draws, oracle, self.family.dtype == "int64")
            assert found > 1e-4, f"draws of {self.family.name}{params}: p-value {found}"

    def check_stream(self, params: Params, numpy: Callable[..., Any]) -> None:
        """Draws are NumPy's, to the bit."""
        found = self.variable(params, (3, 2)).eval()
        expected = numpy(np.random.default_rng(1), *params, size=(3, 2))
        _close(found, expected, self.draw_rtol, f"draws of {self.family.name}")

    @property
    def draw_rtol(self) -> float:
        """LAPACK leaves a few last bits open."""
        return 1e-12 if self.family.name == "multivariate_normal" else 0.0

    def check_gradients(self) -> None:
        """Derivatives of all formulas, by values and by parameters, where they are finite."""
        params = self.parameters(self.rng)
        number = 1 if self.family.event else 2
        given = self.given(params, self.points(params)[:number], np.array([0.1, 0.7]))
        replaced, values = self.free(given)
        smooth = {n: v for n, v in self.formulas.items() if v.type.differentiable}
        made = dict(
            zip(smooth, graph_replace(list(smooth.values()), replaced), strict=True)
        )
        found = evaluate(list(made.values()), values, numpy_namespace)
        finite = [
            v for v, y in zip(made.values(), found, strict=True) if np.isfinite(y).all()
        ]
        check_gradient(finite, values, rtol=2e-6, atol=1e-8)
        check_gradient(made["logp"], values, order=2, rtol=2e-6, atol=1e-8)

    def free(self, given: dict[Variable, Any]) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """Inputs that may move in any direction, for those that may not.

        A definite matrix becomes a function of a free one.
        """
        replaced, values = {}, dict(given)
        for v, constraint in zip(
            list(given)[2:], self.family.parameters.values(), strict=True
        ):
            if constraint.name == "positive_definite":
                root: Any = v.type("root")
                replaced[v] = root @ root.mT + self.core * np.eye(self.core)
                values[root] = np.linalg.cholesky(values.pop(v))
        return replaced, values

    def check_shapes(self) -> None:
        """Batches of parameters and of values are a loop, and static shapes hold."""
        batch = self.parameters(self.rng, (2, 1))
        shape = (2, 4) if batch else (4,)
        x = self.points([p[0, 0] for p in batch])[:4]
        found = self.family.logp(x, *batch).eval()  # type: ignore[attr-defined]
        assert found.shape == shape, f"logp has shape {found.shape}, not {shape}"
        for row, place in enumerate(np.ndindex(2) if batch else ()):
            one = self.values([p[place][0] for p in batch], x, ["logp"])[0]
            _close(found[row], one, 1e-13, "a batch of log-densities")
        for name in set(OF_PARAMETERS) & self.formulas.keys():
            static = getattr(self.family, name)(*batch)
            event = (self.core,) * (static.type.ndim - len(shape[:-1]) - bool(batch))
            assert static.eval().shape == ((2, 1) if batch else ()) + event, name
        if self.family.draw is not None:
            self.check_draw_shapes(batch)

    def check_draw_shapes(self, batch: Params) -> None:
        """The batch shape of draws is the size, or that of the parameters."""
        event = (self.core,) * len(self.family.event)
        for size, expected in (
            (None, (2, 1)),
            ((5, 2, 1), (5, 2, 1)),
            ((2, 3), (2, 3)),
        ):
            draw = self.variable(batch, size)
            assert draw.type.shape == expected + event, f"{draw.type} for size {size}"
            assert draw.eval().shape == expected + event

    def check_refusals(self) -> None:
        """A parameter off its constraint is an error that names it, in draws and checks."""
        params = next(self.parameter_sets())
        x = self.points(params)[0]
        for number, (name, constraint) in enumerate(self.family.parameters.items()):
            if (constraint.element or constraint).test is None:
                continue
            bad = list(params)
            bad[number] = params[number] * 0 - 1.0
            if constraint.others:
                bad[number] = params[number - 1]
            checked = self.family.checked(self.family.logp(x, *bad), *bad)  # type: ignore[attr-defined]
            for made in (checked, self.variable(bad, None)):
                try:
                    value = made.eval()
                except ParameterError as error:
                    assert name in str(error), f"{error} does not name {name}"
                else:
                    raise AssertionError(f"{name} = {bad[number]} was taken: {value}")


def _batch(params: Params, family: Family) -> tuple[int, ...]:
    shapes = [
        p.shape[: p.ndim - len(c)] for p, c in zip(params, family.cores, strict=True)
    ]
    return np.broadcast_shapes(*shapes)


def _close(found: Any, expected: Any, rtol: float, what: str) -> None:
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype or rtol, (
        f"{what}: {found.dtype}, {expected.dtype}"
    )
    np.testing.assert_allclose(found, expected, rtol, rtol, err_msg=what)


def _uniformity(draws: np.ndarray, oracle: Any, discrete: bool) -> float:
    """The p-value of a test that draws come from a distribution."""
    if not discrete:
        return float(stats.kstest(draws, oracle.cdf).pvalue)
    cuts = np.unique(oracle.ppf(np.linspace(0.1, 0.9, 9)))
    masses = np.diff(oracle.cdf(cuts), prepend=0.0, append=1.0)
    counts = np.bincount(np.searchsorted(cuts, draws), minlength=len(masses))
    kept = masses > 1e-12
    assert not counts[~kept].any(), "draws where there is no mass"
    if kept.sum() < 2:
        return 1.0
    return float(stats.chisquare(counts[kept], masses[kept] * len(draws)).pvalue)
