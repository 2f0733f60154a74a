"""The density contract: one compiled kernel over a flat unconstrained vector.

Any sampler can use a `Density`: value and gradient at a vector, names and shapes of
what the vector holds, and `expand`, which turns a vector back into values by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tensorgraph.errors import ModelError
from tensorgraph.function import function
from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import copy_apply, rebuild
from tensorgraph.inference.export import export_density
from tensorgraph.inference.model import Model, unnamed_noise
from tensorgraph.logprob.joint import conditional_logp
from tensorgraph.logprob.unconstrain import Free, unconstrain
from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.tensor import TensorType, as_tensor
from tensorgraph.rewrites.phases import rewrite_graph
from tensorgraph.transforms.grad import grad


@dataclass(frozen=True)
class Piece:
    """Where a free variable lies in the flat vector."""

    free: Free
    start: int
    stop: int
    shape: tuple[int, ...]


class Density:
    """A joint log-density over the real line, compiled: value and gradient.

    `dimension` is the length of the flat vector; calling the density with one gives
    (value, gradient).

    >>> import tensorgraph as tg
    >>> mu = tg.random.normal(0, 1, name="mu")
    >>> density = tg.density({tg.random.normal(mu, 1.0, size=2): [0.5, 1.5]})
    >>> value, gradient = density(np.zeros(1))
    >>> gradient
    array([2.])
    """

    def __init__(
        self, model: Model, transforms: Mapping[Variable, Any] | None = None,
        mode: str | None = None,
    ) -> None:  # fmt: skip
        self.model = model
        self.free = unconstrain(model.free, transforms)
        self.pieces = _layout(self.free)
        self.dimension = self.pieces[-1].stop
        self.mode = mode
        self.q = TensorType("float64", (self.dimension,))("q")
        self._unpacked = {p.free.u: _unpack(self.q, p) for p in self.pieces}
        self._values = {f.variable: f.value for f in self.free}
        self.logp = self._joint()
        self.function = self._compile()

    def __call__(self, q: Any) -> tuple[float, np.ndarray]:
        """Log-density and gradient at an unconstrained vector."""
        value, gradient = self.function(q)
        return value, gradient

    def _joint(self) -> Variable:
        """The scalar log-density as a graph of the unconstrained variables."""
        model = self.model
        terms = conditional_logp({**self._values, **model.observed})
        total: Any = as_tensor(0.0)
        for variable, term in terms.items():
            weight = model.weights.get(variable)
            total = total + sum(term if weight is None else term * weight)
        for free in self.free:
            if free.log_jacobian is not None:
                total = total + sum(free.log_jacobian)
        for extra in rebuild(model.potentials, self._values, copy_apply):
            total = total + sum(extra)
        for v in unnamed_noise([total]):
            raise ModelError(
                f"The log-density still depends on the unnamed random variable {v!r}.",
                places=v.owner.places if v.owner is not None else (),
                remedy='Name it (name="..."), so that it is sampled, or observe it.',
            )
        return total

    def _compile(self) -> Any:
        """The kernel. What is differentiated is stable: its slopes hold in tails."""
        us = [f.u for f in self.free]
        stable = rewrite_graph(self.logp, include=("canonicalize", "stabilize"))
        gradients = grad(stable, us, disconnected="zero")
        parts = rebuild([stable, *gradients], self._unpacked, copy_apply)
        flat = [g.reshape((-1,)) for g in parts[1:]]  # type: ignore[attr-defined]
        whole = flat[0] if len(flat) == 1 else concatenate(flat)
        return function([self.q], [parts[0], whole], mode=self.mode, name="density")

    # -- between flat vectors and values ----------------------------------------------

    def expand(self, q: np.ndarray) -> dict[str, np.ndarray]:
        """Values of all kept variables at unconstrained vectors.

        `q` has shape (..., dimension); each value has the leading axes of `q`.
        """
        rows = np.ascontiguousarray(q, dtype="float64").reshape(-1, self.dimension)
        first = self.constrain(rows[0]) if len(rows) else []
        results = [
            np.empty((len(rows), *np.shape(v)), np.asarray(v).dtype) for v in first
        ]
        for number, row in enumerate(rows):
            for result, value in zip(results, self.constrain(row), strict=True):
                result[number] = value
        lead = np.shape(q)[:-1]
        return {
            name: result.reshape(lead + result.shape[1:])
            for name, result in zip(self.model.named(), results, strict=True)
        }

    @cached_property
    def constrain(self) -> Any:
        """The compiled function from one vector to the values of the kept variables."""
        kept = list(self.model.named().values())
        graphs = rebuild(kept, self._values, copy_apply)
        return function(
            [self.q], rebuild(graphs, self._unpacked, copy_apply), mode=self.mode,
            name="constrain", on_unused_input="ignore",
        )  # fmt: skip

    @cached_property
    def unconstrain(self) -> Any:
        """The compiled function from the values of all free variables to the vector."""
        values = {p.free.variable: _constrained(p) for p in self.pieces}
        known = self._known(values)
        graphs = [
            p.free.bijection.inverse(values[p.free.variable]) for p in self.pieces
        ]
        flat = [g.reshape((-1,)) for g in rebuild(graphs, known, copy_apply)]  # type: ignore[attr-defined]
        return function(
            list(values.values()), concatenate(flat), mode=self.mode,
            name="unconstrain",
        )  # fmt: skip

    def export(self, folder: Any, name: str = "density") -> tuple[Path, Path]:
        """Write value and gradient, constrain and unconstrain as C99 and a header.

        The files ``<name>.c`` and ``<name>.h`` need no Python; data are part of them.
        Returns both paths. Raises `GraphError` for a density that C alone cannot
        compute, `InputError` for a bad name or folder.
        """
        return export_density(self, folder, name)

    def pack(self, values: Mapping[Variable, Any]) -> np.ndarray:
        """The unconstrained vector of constrained values of all free variables."""
        q = np.zeros(self.dimension)
        for piece in self.pieces:
            value = as_tensor(np.asarray(values[piece.free.variable], dtype="float64"))
            graph = rebuild(
                [piece.free.bijection.inverse(value)], self._known(values), copy_apply
            )
            found = np.broadcast_to(graph[0].eval(), piece.shape)  # type: ignore[attr-defined]
            q[piece.start : piece.stop] = np.ravel(found)
        return q

    def _known(self, values: Mapping[Variable, Any]) -> dict[Variable, Variable]:
        return {
            f.value: _as_known(values[f.variable])
            for f in self.free
            if f.variable in values and f.value.type.accepts(f.variable.type)
        }

    def recoverable(self) -> np.ndarray:
        """By number of check, whether its failure is a log-density of -inf."""
        program = self.function.keepalive.program
        return np.array([False, *(c.recoverable for c in program.checks)], dtype=bool)


def _as_known(value: Any) -> Any:
    return value if isinstance(value, Variable) else as_tensor(np.asarray(value, float))


def _constrained(piece: Piece) -> Variable:
    """A value of a free variable as an input."""
    free, shape = piece.free, piece.shape
    if free.bijection.size_change:
        shape = (*shape[:-1], shape[-1] + free.bijection.size_change)
    return TensorType("float64", shape)(free.variable.name)


def _layout(free: Sequence[Free]) -> list[Piece]:
    pieces, start = [], 0
    for f in free:
        kind = f.u.type
        assert isinstance(kind, TensorType)
        shape = tuple(n for n in kind.shape if isinstance(n, int))
        if len(shape) != kind.ndim:
            shape = _measured(f)
        stop = start + int(np.prod(shape, dtype=int))
        pieces.append(Piece(f, start, stop, shape))
        start = stop
    return pieces


def _measured(free: Free) -> tuple[int, ...]:
    """The shape of a free variable whose lengths only its parameters' values tell."""
    shape = free.variable.eval().shape  # type: ignore[attr-defined]
    return (*shape[:-1], shape[-1] - free.bijection.size_change)


def _unpack(q: Variable, piece: Piece) -> Variable:
    if not piece.shape:
        return q[piece.start]  # type: ignore[index]
    flat = q[piece.start : piece.stop]  # type: ignore[index]
    return flat if len(piece.shape) == 1 else flat.reshape(piece.shape)
