"""A distribution under test: parameters, values, and formulas as functions of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tensorgraph.function import function
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import TensorType
from tensorgraph.random.distribution import OF_PARAMETERS, OF_VALUES, Distribution
from tensorgraph.random.generator import random_type
from tensorgraph.random.variable import random_variable

Params = list[np.ndarray]

SETS = 3
POINTS = 40
PROBABILITIES = np.array([1e-6, 0.02, 0.3, 0.5, 0.8, 0.99, 0.999])


@dataclass(frozen=True)
class Family:
    """A distribution, and the length of its core axes in tests."""

    distribution: type[Distribution]
    core: int = 3

    def __str__(self) -> str:
        return self.distribution.name

    @property
    def discrete(self) -> bool:
        """Whether draws are integers."""
        return self.distribution.dtype == "int64"

    @property
    def draw_rtol(self) -> float:
        """How far draws may be apart: LAPACK leaves the last bits open."""
        ranks = [c.event_ndim for c in self.distribution.parameters.values()]
        return 1e-12 if 2 in ranks else 0.0

    # -- parameters and values ---------------------------------------------------------

    @property
    def rng(self) -> np.random.Generator:
        """A generator that depends on the name alone."""
        return np.random.default_rng(sum(map(ord, self.distribution.name)))

    def parameters(
        self, rng: np.random.Generator, batch: tuple[int, ...] = ()
    ) -> Params:
        """Parameters from the examples of their constraints."""
        given: dict[str, np.ndarray] = {}
        for (name, constraint), core in zip(
            self.distribution.parameters.items(), self.distribution.cores, strict=True
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
        if self.distribution.draw is not None:
            return self.draws(params, POINTS)
        shape = (POINTS, *[self.core] * len(self.distribution.event))
        return self.distribution.support_of(*params).example(self.rng, shape)

    def draws(self, params: Params, number: int) -> np.ndarray:
        """Independent draws by the reference."""
        return self.variable(params, number).eval()

    def variable(self, params: Sequence[Any], size: Any, rng: Any = 1) -> Any:
        """A random variable with a generator, by default of a known seed."""
        return random_variable(self.distribution, params, size, rng)

    # -- formulas ----------------------------------------------------------------------

    def formula(self, name: str) -> Callable[..., Any]:
        """A formula that the distribution states."""
        return getattr(self.distribution, name)

    @cached_property
    def inputs(self) -> list[Variable]:
        """Vectors of values and of probabilities, and parameters without batch."""
        event = [self.core] * len(self.distribution.event)
        value = TensorType(self.distribution.dtype, (None, *event))("x")
        p = TensorType("float64", (None,))("p")
        pairs = zip(self.distribution.parameters, self.distribution.cores, strict=True)
        shapes = {name: (self.core,) * len(core) for name, core in pairs}
        return [value, p, *(TensorType("float64", s)(n) for n, s in shapes.items())]

    @cached_property
    def formulas(self) -> dict[str, Variable]:
        """Every formula as a graph of the inputs."""
        x, p, *params = self.inputs
        stated = [n for n in OF_VALUES if hasattr(self.distribution, n)]
        first = {n: p if n == "icdf" else x for n in stated}
        return {n: self.formula(n)(first[n], *params) for n in stated} | {
            n: self.formula(n)(*params)
            for n in OF_PARAMETERS
            if hasattr(self.distribution, n)
        }

    def given(
        self, params: Params, x: Any, p: Any = PROBABILITIES
    ) -> dict[Variable, Any]:
        """Values for the inputs."""
        pairs = zip(self.inputs, [x, p, *params], strict=True)
        return {v: v.type.convert(np.asarray(value)) for v, value in pairs}

    def values(self, params: Params, x: Any, names: Sequence[str]) -> list[np.ndarray]:
        """Formulas by the reference."""
        outputs = [self.formulas[name] for name in names]
        with np.errstate(all="ignore"):
            return evaluate(outputs, self.given(params, x), numpy_namespace)

    def density(self, params: Params) -> Callable[[np.ndarray], np.ndarray]:
        """The density as a function of values."""
        return lambda x: np.exp(self.values(params, x, ["logp"])[0])

    def compiled(self, mode: str) -> Any:
        """All formulas, then two draws, as functions of the inputs and a generator."""
        if mode not in self._functions:
            rng = random_type("rng")
            outputs = list(self.formulas.values())
            if self.distribution.draw is not None:
                outputs.append(self.variable(self.inputs[2:], 2, rng))
            inputs = [*self.inputs, rng]
            options = {"mode": mode, "on_unused_input": "ignore"}
            self._functions[mode] = function(inputs, outputs, **options)
        return self._functions[mode]

    @cached_property
    def _functions(self) -> dict[str, Any]:
        return {}
