"""Constraints: the sets that parameters and values live in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tensorgraph.ops import math
from tensorgraph.ops.broadcast import expand_left, sum
from tensorgraph.ops.reduce import all
from tensorgraph.ops.tensor import as_tensor

Example = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


@dataclass(frozen=True)
class Constraint:
    """A set of arrays: `contains` tests membership, `example` draws members for tests.

    `text` says the condition with ``{}`` for the name, empty when nothing is checked;
    `event_ndim` is the rank of one member. `lower` and `upper` bound an interval.
    """

    name: str
    text: str
    test: Callable[[Any], Any] | None = field(compare=False)
    example: Example = field(compare=False)
    event_ndim: int = 0
    discrete: bool = False
    lower: Any = field(default=None, compare=False)
    upper: Any = field(default=None, compare=False)

    @property
    def dtype(self) -> str:
        """The dtype of values of this set."""
        return "int64" if self.discrete else "float64"

    def contains(self, x: Any) -> Any:
        """Whether x is a member: a bool tensor of its batch shape, None when always."""
        return None if self.test is None else self.test(as_tensor(x))

    def __repr__(self) -> str:
        return self.name


def _shrink(x: Any, axes: int) -> Any:
    return all(x, axis=tuple(range(-axes, 0))) if axes else x


real = Constraint("real", "", None, lambda rng, shape: rng.normal(size=shape))
positive = Constraint(
    "positive", "{} > 0", lambda x: math.gt(x, 0),
    lambda rng, shape: rng.gamma(2.0, size=shape) + 0.1, lower=0.0,
)  # fmt: skip
nonnegative = Constraint(
    "nonnegative", "{} >= 0", lambda x: math.ge(x, 0),
    lambda rng, shape: rng.gamma(2.0, size=shape), lower=0.0,
)  # fmt: skip
unit_interval = Constraint(
    "unit_interval", "0 <= {} <= 1",
    lambda x: math.logical_and(math.ge(x, 0), math.le(x, 1)),
    lambda rng, shape: rng.uniform(0.05, 0.95, size=shape), lower=0.0, upper=1.0,
)  # fmt: skip
boolean = Constraint(
    "boolean", "{} is 0 or 1", lambda x: math.logical_or(math.eq(x, 0), math.eq(x, 1)),
    lambda rng, shape: rng.integers(0, 2, size=shape), discrete=True, lower=0, upper=1,
)  # fmt: skip
counts = Constraint(
    "counts", "{} is a non-negative integer",
    lambda x: math.logical_and(math.ge(x, 0), math.eq(x, math.floor(x))),
    lambda rng, shape: rng.poisson(3.0, size=shape), discrete=True, lower=0,
)  # fmt: skip


def interval(lower: Any, upper: Any) -> Constraint:
    """Numbers from `lower` to `upper`; the bounds may be graphs."""

    def contains(x: Any) -> Any:
        return math.logical_and(math.ge(x, lower), math.le(x, upper))

    def example(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return rng.uniform(lower, upper, size=shape)

    return Constraint(
        f"interval({lower!r}, {upper!r})", f"{lower!r} <= {{}} <= {upper!r}",
        contains, example, lower=lower, upper=upper,
    )  # fmt: skip


def categories(number: Any) -> Constraint:
    """Integers from 0 to `number` - 1, which may be a graph."""

    def contains(x: Any) -> Any:
        whole = math.eq(x, math.floor(x))
        inside = math.logical_and(math.ge(x, 0), math.lt(x, number))
        return math.logical_and(whole, inside)

    def example(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return rng.integers(0, number, size=shape)

    return Constraint(
        "categories", "{} is a category", contains, example, discrete=True, lower=0,
        upper=number,
    )  # fmt: skip


def vector(element: Constraint) -> Constraint:
    """Vectors whose elements are all in a set."""

    def contains(x: Any) -> Any:
        return _shrink(element.contains(x), 1)

    return Constraint(
        f"vector({element.name})", element.text and f"all of {element.text}",
        contains if element.test else None, element.example, 1, element.discrete,
        element.lower, element.upper,
    )  # fmt: skip


def _simplex_contains(x: Any) -> Any:
    total = math.abs(sum(x, axis=-1) - 1.0)
    return math.logical_and(_shrink(math.ge(x, 0), 1), math.lt(total, 1e-6))


def _simplex_example(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.dirichlet(np.full(shape[-1], 2.0), size=shape[:-1])


simplex = Constraint(
    "simplex", "{} >= 0 and sums to 1", _simplex_contains, _simplex_example, 1
)


def _ordered_contains(x: Any) -> Any:
    return _shrink(math.gt(x[..., 1:], x[..., :-1]), 1)


ordered = Constraint(
    "ordered", "{} increases", _ordered_contains,
    lambda rng, shape: np.sort(rng.normal(size=shape), axis=-1), 1,
)  # fmt: skip


def _definite_example(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    a = rng.normal(size=shape)
    return a @ np.swapaxes(a, -1, -2) + shape[-1] * np.eye(shape[-1])


positive_definite = Constraint(
    "positive_definite", "", None, _definite_example, 2
)
"""Symmetric positive definite matrices; a factorization that fails gives nan."""


def aligned(x: Any, event_ndim: int, batch_ndim: int) -> Any:
    """`x` with new leading axes up to a batch rank in front of its event axes."""
    return expand_left(as_tensor(x), batch_ndim + event_ndim)
