"""Constraints: the sets that parameters and values live in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tensorgraph.ops import math
from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.linalg.factor import cholesky
from tensorgraph.ops.reducing.reduce import all
from tensorgraph.ops.tensor import as_tensor, static_value
from tensorgraph.ops.variable import TensorVariable

Example = Callable[..., np.ndarray]
Test = Callable[..., Any]


@dataclass(frozen=True)
class Constraint:
    """A set of arrays: `contains` tests membership, `example` draws members for tests.

    `text` says the condition with ``{}`` for the name, empty when nothing is checked;
    `event_ndim` is the rank of one member. `lower` and `upper` bound an interval; they
    are numbers where these are known. A constraint on a parameter may depend on
    `others`, named parameters, whose values `test` and `example` get after their own
    arguments. Vectors of one `element` each name it.
    """

    name: str
    text: str
    test: Test | None = field(compare=False)
    example: Example = field(compare=False)
    event_ndim: int = 0
    discrete: bool = False
    lower: Any = field(default=None, compare=False)
    upper: Any = field(default=None, compare=False)
    others: tuple[str, ...] = ()
    element: Constraint | None = None

    @property
    def dtype(self) -> str:
        """The dtype of values of this set."""
        return "int64" if self.discrete else "float64"

    def contains(self, x: Any, *others: Any) -> Any:
        """Whether x is a member: a bool tensor of its batch shape, None when always."""
        return None if self.test is None else self.test(as_tensor(x), *others)

    def __repr__(self) -> str:
        return self.name


# -- numbers ---------------------------------------------------------------------------

real = Constraint("real", "", None, lambda rng, shape: rng.normal(size=shape))
positive = Constraint(
    "positive", "{} > 0", lambda x: x > 0,
    lambda rng, shape: rng.gamma(2.0, size=shape) + 0.1, lower=0.0,
)  # fmt: skip
nonnegative = Constraint(
    "nonnegative", "{} >= 0", lambda x: x >= 0,
    lambda rng, shape: rng.gamma(2.0, size=shape), lower=0.0,
)  # fmt: skip
unit_interval = Constraint(
    "unit_interval", "0 <= {} <= 1", lambda x: (x >= 0) & (x <= 1),
    lambda rng, shape: rng.uniform(0.05, 0.95, size=shape), lower=0.0, upper=1.0,
)  # fmt: skip


def interval(lower: Any, upper: Any) -> Constraint:
    """Numbers from `lower` to `upper`; the bounds may be graphs."""
    low, high = _bound(lower), _bound(upper)
    return Constraint(
        f"interval({low!r}, {high!r})", f"{low!r} <= {{}} <= {high!r}",
        lambda x: (x >= low) & (x <= high),
        lambda rng, shape: rng.uniform(low, high, size=shape), lower=low, upper=high,
    )  # fmt: skip


def at_least(lower: Any) -> Constraint:
    """Numbers from `lower` on, which may be a graph."""
    low = _bound(lower)
    if isinstance(low, float) and low == 0.0:
        return nonnegative
    return Constraint(
        f"at_least({low!r})", f"{{}} >= {low!r}", lambda x: x >= low,
        lambda rng, shape: low + rng.gamma(2.0, size=shape), lower=low,
    )  # fmt: skip


def above(other: str) -> Constraint:
    """Numbers larger than another parameter, which is given by name."""
    return Constraint(
        f"above({other})", f"{{}} > {other}", lambda x, low: x > low,
        lambda rng, shape, low: low + rng.gamma(2.0, size=shape) + 0.1, others=(other,),
    )  # fmt: skip


def _bound(bound: Any) -> Any:
    """A bound as a float where it is a known number, else the graph."""
    variable = as_tensor(bound)
    while variable.owner is not None and getattr(
        variable.owner.op, "moves_elements", False
    ):
        variable = variable.owner.inputs[0]
    value = static_value(variable)
    return bound if value is None or value.size != 1 else float(value.item())


# -- integers --------------------------------------------------------------------------


def _whole(x: TensorVariable) -> Any:
    return math.eq(x, math.floor(x))


boolean = Constraint(
    "boolean", "{} is 0 or 1", lambda x: math.eq(x, 0) | math.eq(x, 1),
    lambda rng, shape: rng.integers(0, 2, size=shape), discrete=True, lower=0, upper=1,
)  # fmt: skip
counts = Constraint(
    "counts", "{} is a non-negative integer", lambda x: (x >= 0) & _whole(x),
    lambda rng, shape: rng.poisson(3.0, size=shape), discrete=True, lower=0,
)  # fmt: skip


def categories(number: Any) -> Constraint:
    """Integers from 0 to `number` - 1, which may be a graph."""
    return Constraint(
        "categories", "{} is a category", lambda x: (x >= 0) & (x < number) & _whole(x),
        lambda rng, shape: rng.integers(0, number, size=shape), discrete=True, lower=0,
        upper=number - 1,
    )  # fmt: skip


# -- vectors and matrices --------------------------------------------------------------


def vector(element: Constraint) -> Constraint:
    """Vectors whose elements are all in a set."""
    test = element.test
    return Constraint(
        f"vector({element.name})", element.text,
        None if test is None else lambda x: all(test(x), axis=-1),
        element.example, 1, element.discrete, element.lower, element.upper, (), element,
    )  # fmt: skip


TOLERANCE = 1e-6
"""How far from 1 the elements of a simplex may sum."""

simplex = Constraint(
    "simplex", "{} >= 0 and sums to 1",
    lambda x: all(x >= 0, axis=-1) & (math.abs(sum(x, axis=-1) - 1.0) < TOLERANCE),
    lambda rng, shape: rng.dirichlet(np.full(shape[-1], 2.0), size=shape[:-1]), 1,
)  # fmt: skip
ordered = Constraint(
    "ordered", "{} increases", lambda x: all(x[..., 1:] > x[..., :-1], axis=-1),
    lambda rng, shape: np.sort(rng.normal(size=shape), axis=-1), 1,
)  # fmt: skip


def _definite_example(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    a = rng.normal(size=shape)
    return a @ np.swapaxes(a, -1, -2) + shape[-1] * np.eye(shape[-1])


positive_definite = Constraint(
    "positive_definite", "{} is positive definite",
    lambda x: ~math.isnan(cholesky(x)[..., 0, 0]), _definite_example, 2,
)  # fmt: skip
"""Symmetric positive definite matrices; only the lower triangle is looked at."""
