"""Forward draws: values of random variables, drawn together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tensorgraph.errors import RandomError
from tensorgraph.function import function
from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import applies, graph_replace
from tensorgraph.random.generator import RandomType, spawn

Pairs = Mapping[Any, Any] | Iterable[tuple[Any, Any]]


def draw(
    variables: Any, draws: int = 1, seed: Any = None, *, givens: Pairs = (),
    mode: str | None = None,
) -> Any:  # fmt: skip
    """Draw values of a variable, or of a list of them together.

    The variables may be any functions of random variables; within one draw they are
    consistent. Returns an array, or a list of arrays, with a leading axis of `draws`,
    which is left out for a single draw. With `seed` (anything
    `numpy.random.default_rng` takes) each generator of the graph is replaced by a
    stream of its own, spawned from the seed in topological order, and the generators
    stay as they are; without, they advance. `givens` replaces variables first, for
    instance by values; `mode` is that of `function`.

    Raises `GraphError` for inputs without a value and `RandomError` for variables
    without draws or a bad seed.

    >>> import tensorgraph as tg
    >>> x = tg.random.normal(0, 1, name="x")
    >>> y = tg.random.normal(x, 1, size=2, name="y")
    >>> draw(y, 100, seed=1).shape
    (100, 2)
    """
    single = isinstance(variables, Variable)
    wanted = [variables] if single else list(variables)
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
        raise RandomError(f"draws must be a positive integer, not {draws!r}.")
    if dict(givens):
        wanted = graph_replace(wanted, givens, strict=False)
    if seed is not None:
        wanted = seeded(wanted, seed)
    draw_once = function([], wanted, mode=mode, name="draw")
    values = draw_once() if draws == 1 else _stacked(draw_once, int(draws))
    return values[0] if single else values


def _stacked(draw_once: Any, draws: int) -> list[np.ndarray]:
    """Many draws, stacked along a new leading axis."""
    first = draw_once()
    result = [np.empty((draws, *np.shape(v)), np.asarray(v).dtype) for v in first]
    for number in range(draws):
        values = first if number == 0 else draw_once()
        for rows, value in zip(result, values, strict=True):
            if np.shape(value) != rows.shape[1:]:
                raise RandomError(
                    f"Draw {number} has shape {np.shape(value)}, but the first has "
                    f"shape {rows.shape[1:]}.",
                    remedy="Draw one at a time, with draws=1.",
                )
            rows[number] = value
    return result


def seeded(outputs: Sequence[Variable], seed: Any) -> list[Variable]:
    """The outputs with each generator they draw from replaced by a stream of its own.

    The streams are spawned from the seed, in the topological order of the first draws.
    """
    states: dict[Variable, None] = {}
    for node in applies(outputs):
        for source in node.op.successors:
            states.setdefault(node.inputs[source])
    starts = [s for s in states if s.owner is None and isinstance(s.type, RandomType)]
    fresh = spawn(seed, len(starts))
    return graph_replace(outputs, dict(zip(starts, fresh, strict=True)))
