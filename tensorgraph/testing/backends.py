"""Compiled functions against the reference: many examples in one function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tensorgraph.function import function
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.testing.example import Example
from tensorgraph.transforms.grad import pullback

MOST = 2
"""So many examples share a function: few compilations, none of them long."""


def check_backend(examples: Mapping[str, Example], mode: str) -> None:
    """Outputs and gradients of examples, a few a function, are those of the reference.

    When the function cannot be compiled, each example is tried alone; raises
    `AssertionError` that names the examples that fail and says how.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> check_backend({"exp": Example({x: [0.0]}, tg.exp(x), [1.0])}, "PYTHON")
    """
    failures: dict[str, str] = {}
    for group in groups(examples):
        try:
            failures |= compare(group, mode)
        except Exception:
            failures |= compare_each(group, mode)
    if failures:
        listed = "\n".join(f"{name}: {said}" for name, said in failures.items())
        raise AssertionError(f"mode {mode}: {len(failures)} examples fail:\n{listed}")


def groups(examples: Mapping[str, Example]) -> list[dict[str, Example]]:
    """The examples in groups of at most `MOST` in which a named size has one length."""
    found: list[tuple[dict[str, Example], dict[str, int]]] = []
    for name, example in examples.items():
        fitting = [
            (group, sizes)
            for group, sizes in found
            if len(group) < MOST
            and all(sizes.get(s, n) == n for s, n in example.sizes.items())
        ]
        if not fitting:
            found.append(({}, {}))
        group, sizes = (fitting or found[-1:])[0]
        group[name] = example
        sizes.update(example.sizes)
    return [group for group, _ in found]


def compare_each(examples: Mapping[str, Example], mode: str) -> dict[str, str]:
    """Each example in a function of its own, errors included among the failures."""
    failures: dict[str, str] = {}
    for name, example in examples.items():
        try:
            failures |= compare({name: example}, mode)
        except Exception as error:
            failures[name] = f"{type(error).__name__}: {error}"
    return failures


def compare(examples: Mapping[str, Example], mode: str) -> dict[str, str]:
    """Compile the examples into one function, call it, and say where it differs."""
    outputs = {name: with_gradients(e) for name, e in examples.items()}
    values = {v: value for e in examples.values() for v, value in e.values.items()}
    compiled = function(
        list(values), [y for listed in outputs.values() for y in listed],
        mode=mode, on_unused_input="ignore",
    )  # fmt: skip
    found = iter(compiled(*values.values()))
    failures: dict[str, str] = {}
    for name, listed in outputs.items():
        expected = evaluate(listed, values, numpy_namespace)
        said = [difference(e, next(found), examples[name].rtol) for e in expected]
        if any(said):
            failures[name] = "; ".join(
                f"{y!r} {text}" for y, text in zip(listed, said, strict=True) if text
            )
    return failures


def with_gradients(example: Example) -> list[Any]:
    """The outputs, and the cotangents of the inputs for cotangents of ones."""
    outputs: list[Any] = example.output_list
    smooth = [y for y in outputs if y.type.differentiable]
    wrt = [v for v in example.inputs if v.type.differentiable]
    if not (example.gradient and smooth and wrt):
        return outputs
    ones = [y.ones_like() for y in smooth]
    return outputs + pullback(smooth, wrt, ones, disconnected="zero")


def difference(expected: Any, found: Any, rtol: float) -> str:
    """How a compiled value differs from the reference, or nothing."""
    expected, found = np.asarray(expected), np.asarray(found)
    if expected.dtype != found.dtype or expected.shape != found.shape:
        return f"is {found.dtype}{found.shape}, not {expected.dtype}{expected.shape}"
    if expected.dtype.kind in "biu":
        same = expected == found
    else:
        small = max(rtol, 64 * float(np.finfo(expected.dtype).eps))
        size = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
        same = np.isclose(
            found, expected, small, small * min(size, 1.0), equal_nan=True
        )
    if same.all():
        return ""
    place = tuple(int(i) for i in np.argwhere(~same)[0])
    return (
        f"is {found[place]!r}, not {expected[place]!r}, at {place} "
        f"({(~same).sum()} of {same.size} differ)"
    )
