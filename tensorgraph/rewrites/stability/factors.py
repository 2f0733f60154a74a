"""What products and sums are made of: numbers, signed terms, linear forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import ExpandDims
from tensorgraph.ops.math import add, mul, neg, sub, true_div, where
from tensorgraph.ops.pattern_operators import number_of

DEPTH = 4
"""Products are looked into so far."""
MOST_TERMS = 8
"""Sums with more terms are not taken apart."""
CLOSE = 4 * float(np.finfo("float64").eps)
"""How near the product of two rounded numbers is to the number that was meant."""

Ratio = tuple[float, Variable, Variable | None]


def scaled(x: Variable) -> tuple[float, Variable]:
    """A number and a variable whose product is `x`.

    >>> import tensorgraph as tg
    >>> scaled(tg.dscalar("x") * 3.0 / -2.0)
    (-1.5, x)
    """
    number, above, below = ratio(x)
    return number, above if below is None else above / below


def ratio(x: Variable, depth: int = DEPTH) -> Ratio:
    """A number, a numerator and a denominator, or None, that make up `x`."""
    node = x.owner
    if node is None or not depth:
        return 1.0, x, None
    if node.op is neg:
        number, above, below = ratio(node.inputs[0], depth - 1)
        return -number, above, below
    if isinstance(node.op, ExpandDims):
        number, above, below = ratio(node.inputs[0], depth - 1)
        if number == 1:
            return 1.0, x, None
        return number, node.op(above), None if below is None else node.op(below)
    if node.op is mul:
        return _product(x, depth)
    return _quotient(x, depth) if node.op is true_div else (1.0, x, None)


def _product(x: Variable, depth: int) -> Ratio:
    assert x.owner is not None
    for factor, other in (x.owner.inputs, x.owner.inputs[::-1]):
        value = finite_number(factor)
        if value:
            number, above, below = ratio(other, depth - 1)
            return value * number, above, below
    return 1.0, x, None


def _quotient(x: Variable, depth: int) -> Ratio:
    assert x.owner is not None
    above, below = x.owner.inputs
    value = finite_number(below)
    if value:
        number, above, under = ratio(above, depth - 1)
        return number / value, above, under
    first, above, upper = ratio(above, depth - 1)
    second, below, lower = ratio(below, depth - 1)
    simple = upper is None and lower is None and (first, second) != (1.0, 1.0)
    return (first / second, above, below) if simple else (1.0, x, None)


def finite_number(x: Variable) -> float | None:
    """The real number that `x` is known to be, unless it is nan or infinite."""
    value = number_of(x)
    if value is None or value.dtype.kind == "c" or not np.isfinite(value):
        return None
    return float(value)


def inputs_of(x: Variable) -> Sequence[Variable]:
    """What a variable that an op computed is computed from."""
    assert x.owner is not None
    return x.owner.inputs


def inside(x: Variable) -> Variable:
    """The x of an f(x)."""
    return inputs_of(x)[0]


def is_finite_number(x: Variable) -> bool:
    """Whether `x` is known to be one real number, neither nan nor infinite."""
    return finite_number(x) is not None


def is_plain(x: Variable) -> bool:
    """Whether x is no number, and no choice: rules that make choices stop there."""
    node = x.owner
    return number_of(x) is None and (node is None or node.op is not where)


def are_opposite(x: Variable, y: Variable) -> bool:
    """Whether y is minus x, as written."""
    (a, *first), (b, *second) = ratio(x), ratio(y)
    return first == second and a == -b


def near(value: float, wanted: float) -> bool:
    """Whether numbers multiplied when compiling are what was meant.

    >>> near(2**0.5 * 0.5**0.5, 1.0)
    True
    """
    return abs(value - wanted) <= CLOSE * abs(wanted)


def times(number: float, x: Any) -> Any:
    """number * x, with one sign at most for 1 and -1."""
    if number == 1:
        return x
    return -x if number == -1 else number * x


def beyond_one(y: Variable) -> Any:
    """The x of a `y` that is written as 1 + x or 1 - x (then it is -x), or None."""
    node = y.owner
    if node is None or node.op not in (add, sub):
        return None
    first, second = node.inputs
    if finite_number(first) == 1 and finite_number(second) is None:
        return second if node.op is add else -second
    if node.op is add and finite_number(second) == 1:
        return first if finite_number(first) is None else None
    return None


def signed_terms(x: Variable) -> list[tuple[int, Variable]]:
    """The terms of a sum with their signs; one term for what is no sum."""
    found, stack, opened = [], [(1, x)], 0
    while stack:
        sign, v = stack.pop()
        op = v.owner.op if v.owner is not None else None
        if v.owner is None or opened >= MOST_TERMS or op not in (add, sub, neg):
            found.append((sign, v))
            continue
        opened += 1
        if op is neg:
            stack.append((-sign, v.owner.inputs[0]))
            continue
        first, second = v.owner.inputs
        stack += [(sign if op is add else -sign, second), (sign, first)]
    return found


def sum_of(terms: list[tuple[int, Any]]) -> Any:
    """The sum of terms with their signs; 0 of none."""
    ordered = sorted(terms, key=lambda term: -term[0])
    total: Any = None
    for sign, term in ordered:
        if total is None:
            total = term if sign > 0 else -term
        else:
            total = total + term if sign > 0 else total - term
    return 0.0 if total is None else total


def linear_form(x: Variable) -> dict[Variable | None, float]:
    """`x` as numbers times variables, and a number by itself under None."""
    form: dict[Variable | None, float] = {}
    for sign, term in signed_terms(x):
        value = finite_number(term)
        number, rest = (value, None) if value is not None else scaled(term)
        form[rest] = form.get(rest, 0.0) + sign * number
    return {rest: number for rest, number in form.items() if number}


def difference_of_forms(x: Variable, *parts: Variable) -> float | None:
    """The number that the sum of `parts` exceeds `x` by, if it is one."""
    form = linear_form(x)
    for part in parts:
        for rest, number in linear_form(part).items():
            form[rest] = form.get(rest, 0.0) - number
    if any(number for rest, number in form.items() if rest is not None):
        return None
    return -form.get(None, 0.0)
