"""How many values one loop computes, and who stays together whatever their number."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.loops import fusion
from tensorgraph.loops.interpret import interpret
from tensorgraph.loops.lower import lower
from tensorgraph.loops.show import show
from tensorgraph.loops.verify import verify

FORMS = (
    lambda xp, z: -0.5 * z * z,
    lambda xp, z: -xp.log1p(z * z / 3),
    lambda xp, z: xp.tanh(z) - z * z,
    lambda xp, z: -xp.exp(-z) - z,
)


def factor(xp: Any, k: int, a: Any, b: Any, y: Any) -> Any:
    """One of many independent likelihoods, with two parameters."""
    return FORMS[k % len(FORMS)](xp, (y - a) * xp.exp(-b)).sum() - b


def factors(xp: Any, inputs: list[Any], data: list[Any]) -> Any:
    cost = 0.0
    for k, y in enumerate(data):
        cost = cost + factor(xp, k, *inputs[2 * k : 2 * k + 2], y)
    return cost


def lengths(text: str) -> list[int]:
    """The number of lines of each loop at the top of a program."""
    found: list[int] = []
    for line in text.splitlines():
        if line.startswith("  for "):
            found.append(0)
        elif line.startswith("    ") and found:
            found[-1] += 1
    return found


def text_of(inputs: list[Any], outputs: list[Any]) -> str:
    program = lower(inputs, tg.rewrite_graph(outputs)).program
    verify(program)
    return show(program)


def independent(count: int) -> tuple[list[Any], list[Any], list[np.ndarray], list[Any]]:
    inputs = [tg.dscalar(f"q{k}") for k in range(2 * count)]
    data = [tg.dvector(f"y{k}", shape="n") for k in range(count)]
    cost = factors(tg, inputs, data)
    rng = np.random.default_rng(1)
    given = [np.asarray(v) for v in rng.normal(size=2 * count)]
    return inputs, data, [*given, *rng.normal(size=(count, 30))], [
        cost, *tg.grad(cost, inputs)
    ]  # fmt: skip


def test_loops_of_what_shares_nothing_are_bounded() -> None:
    inputs, data, _, outputs = independent(60)
    found = lengths(text_of([*inputs, *data], outputs))
    assert len(found) > 3
    assert max(found) < 2 * fusion.MOST
    assert all(n > fusion.MOST // 3 for n in found[:-1])


def test_a_factor_is_computed_in_one_loop() -> None:
    """Its value and its gradient share the residual and the function of it."""
    inputs, data, _, outputs = independent(60)
    text = text_of([*inputs, *data], outputs)
    assert text.count("tanh(") == 15 and text.count("log1p(") == 15
    body = re.split(r"^  for ", text, flags=re.MULTILINE)[1:]
    for k in range(60):
        assert sum(f"y{k}[i]" in part for part in body) == 1


def test_split_loops_give_the_same_values() -> None:
    inputs, data, values, outputs = independent(60)
    program = lower([*inputs, *data], tg.rewrite_graph(outputs)).program
    found = interpret(program, values)
    given, arrays = values[:120], values[120:]
    np.testing.assert_allclose(found[0], factors(np, given, arrays), rtol=1e-12)
    step = 1e-6
    for k, (a, b) in enumerate(zip(given[::2], given[1::2], strict=True)):
        ends = [factor(np, k, a, b + s, arrays[k]) for s in (step, -step)]
        slope = (ends[0] - ends[1]) / (2 * step)
        np.testing.assert_allclose(found[2 + 2 * k], slope, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("steps", [5, 100])
def test_a_value_and_its_gradient_stay_together_however_long(steps: int) -> None:
    x = y = tg.dvector("x")
    for k in range(steps):
        y = y + 0.1 * tg.tanh(y * (1 + 0.01 * k))
    assert len(lengths(text_of([x], [y.sum(), tg.grad(y.sum(), x)]))) == 1


def test_few_values_of_one_length_share_a_loop() -> None:
    inputs, data, _, outputs = independent(5)
    assert len(lengths(text_of([*inputs, *data], outputs))) == 1


def test_a_common_value_does_not_hold_a_thousand_others_together() -> None:
    """It is stored and loaded again."""
    x = tg.dvector("x")
    common = tg.exp(x)
    sums = [tg.tanh(common * (k + 0.5)).sum() + k for k in range(300)]
    text = text_of([x], sums)
    assert len(lengths(text)) >= 3
    assert text.count("exp(") == 1
