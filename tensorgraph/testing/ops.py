"""The laws of an op: values, static types, batches, gradients of an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.traverse import applies
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import TensorType
from tensorgraph.testing.backends import check_backend
from tensorgraph.testing.example import Example
from tensorgraph.testing.gradients import check_gradient
from tensorgraph.transforms.vectorize import vectorize_graph

Values = Mapping[Variable, np.ndarray]
Axes = Mapping[Variable, tuple[int, ...]]


def check_op(example: Example, modes: Sequence[str] = ("C",)) -> None:
    """Every law on one example, compiled in these modes too.

    Raises `AssertionError` for the first law that fails.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> check_op(Example({x: [0.5, 1.0]}, tg.exp(x), expected=np.exp([0.5, 1.0])))
    """
    check_values(example)
    check_types(example)
    if example.gradient:
        check_gradient(example.output_list, example.values, order=example.order)
    if example.batch:
        check_batch(example)
    for mode in modes:
        check_backend({"the example": example}, mode)


def check_values(example: Example) -> None:
    """The reference evaluator gives what NumPy gives, in dtype, shape and value."""
    found = evaluate(example.output_list, example.values, numpy_namespace)
    for value, expected in zip(found, example.expected_list, strict=True):
        assert value.shape == expected.shape, (
            f"shape {value.shape}, not {expected.shape}"
        )
        assert value.dtype == expected.dtype, (
            f"dtype {value.dtype}, not {expected.dtype}"
        )
        np.testing.assert_allclose(value, expected, example.rtol, example.rtol)


def check_types(example: Example) -> None:
    """What each op infers is what its `evaluate` returns, before any conversion.

    Known lengths are the true ones, and a named size is one length wherever it appears.
    """
    values: dict[Variable, Any] = example.values
    sizes: dict[str, int] = {}
    for node in applies(example.output_list):
        inputs = evaluate(node.inputs, values, numpy_namespace)
        found = as_list(node.op.evaluate(numpy_namespace, *inputs))
        outputs: list[Any] = node.outputs
        for v, value in zip(outputs, found, strict=True):
            where = f"{node.op} is inferred to give {v.type}"
            assert np.asarray(value).dtype.name == v.type.dtype, (
                f"{where}: {value.dtype}"
            )
            assert fits(v.type, np.shape(value), sizes), f"{where}: {np.shape(value)}"
            values[v] = value


def fits(type: Any, shape: tuple[int, ...], sizes: dict[str, int]) -> bool:
    """Whether a value of this shape may have this type; `sizes` learns named ones."""
    return len(shape) == type.ndim and all(
        want is None
        or got == (sizes.setdefault(want, got) if isinstance(want, str) else want)
        for want, got in zip(type.shape, shape, strict=True)
    )


def check_batch(example: Example, length: int = 3) -> None:
    """Vectorizing is the same as a loop: over each input alone, each pair, and all.

    Two new axes that broadcast, and one of length 1 beside one that is longer, are
    checked for all inputs together.
    """
    inputs = list(example.inputs)
    subsets = [*combinations(inputs, 1), *combinations(inputs, 2), tuple(inputs)]
    for subset in dict.fromkeys(subsets):
        check_batch_over(example, {v: (length,) for v in subset})
    for n in (1, 0):
        check_batch_over(example, {v: (n,) for v in inputs})
    mixed = {v: ((2, 1), (length,), (1, length))[i % 3] for i, v in enumerate(inputs)}
    check_batch_over(example, mixed)


def check_batch_over(example: Example, axes: Axes) -> None:
    """The outputs over new leading axes of some inputs, against a loop over these."""
    stacks = {v: stack(value, axes.get(v, ())) for v, value in example.values.items()}
    replace = {v: _stacked_type(v.type, axes[v])() for v in axes}
    outputs = vectorize_graph(example.output_list, replace)
    given = {replace.get(v, v): value for v, value in stacks.items()}
    found = evaluate(outputs, given, numpy_namespace)
    shape = np.broadcast_shapes(*axes.values())
    for y, value, old in zip(outputs, found, example.output_list, strict=True):
        leading = value.shape[: value.ndim - old.type.ndim]
        spreads = np.broadcast_shapes(leading, shape) == shape
        assert spreads, f"{y!r} has leading axes {leading}, not {shape}"
        core = value.shape[len(leading) :]
        spread = np.broadcast_to(value, shape + core)
        for place in np.ndindex(shape):
            one = element(stacks, axes, place)
            (expected,) = evaluate([old], one, numpy_namespace)
            np.testing.assert_allclose(
                spread[place], expected, rtol=1e-12, atol=1e-12,
                err_msg=f"element {place} of {old!r} vectorized over {list(axes)}",
            )  # fmt: skip


def _stacked_type(type: Any, axes: tuple[int, ...]) -> TensorType:
    """Leading lengths of 1 are known at definition, so that they broadcast."""
    leading = [1 if n == 1 else None for n in axes]
    return TensorType(type.dtype, (*leading, *type.shape))


def stack(value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Different values of one shape and kind, under new leading axes."""
    result = np.empty((*shape, *value.shape), value.dtype)
    for number, place in enumerate(np.ndindex(shape)):
        if value.dtype.kind == "f":
            result[place] = value * (1 + number / 16)
        else:
            result[place] = np.flip(value) if number % 2 else value
    return result


def element(
    stacks: Values, axes: Mapping[Variable, tuple[int, ...]], place: tuple[int, ...]
) -> dict[Variable, np.ndarray]:
    """The values of the inputs in one element of the batch."""
    found = {}
    for v, value in stacks.items():
        lengths = axes.get(v, ())
        last = place[len(place) - len(lengths) :]
        found[v] = value[
            tuple(min(i, n - 1) for i, n in zip(last, lengths, strict=True))
        ]
    return found
