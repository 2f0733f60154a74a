"""Joint maps: several targets made of the same noise, such as {x + y, x - y}."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.logprob.measurable import LEBESGUE, Derivation, Refusal, joint_rule
from tensorgraph.ops import math
from tensorgraph.ops.tensor import as_tensor, static_value
from tensorgraph.random.variable import RandomVariable

Terms = dict[Variable, Any]
"""The coefficients of draws in an affine combination."""


@joint_rule
def an_invertible_affine_map_has_one_jacobian(
    derivation: Derivation, targets: Sequence[Variable]
) -> Callable[[Sequence[Any]], Any]:
    """log p(y) = sum of log p_j(x_j) - log |det A| for y = A x + b, elementwise."""
    rows, shifts = [], []
    for target in targets:
        terms, shift = affine_terms(derivation, target)
        rows.append(terms)
        shifts.append(shift)
    atoms = list(dict.fromkeys(v for terms in rows for v in terms))
    if len(atoms) != len(targets):
        raise Refusal(
            f"{len(targets)} targets are made of {len(atoms)} draws, "
            "so the map between them is not invertible"
        )
    matrix = [[terms.get(atom, 0.0) for atom in atoms] for terms in rows]
    inverse, log_volume = inverted(matrix)
    densities = [derivation.attempt(atom) for atom in atoms]
    if any(d.base != LEBESGUE or d.event_ndim for d in densities):
        raise Refusal("an affine joint map needs continuous draws of numbers")

    def logp(values: Sequence[Any]) -> Any:
        centred = [as_tensor(v) - b for v, b in zip(values, shifts, strict=True)]
        total: Any = -log_volume
        for density, weights in zip(densities, inverse, strict=True):
            point = _combination(weights, centred)
            total = total + density.logp(point)
        return total

    return logp


def _combination(weights: Sequence[Any], values: Sequence[Any]) -> Any:
    total: Any = 0.0
    for weight, value in zip(weights, values, strict=True):
        total = total + weight * value
    return total


def affine_terms(derivation: Derivation, target: Variable) -> tuple[Terms, Any]:
    """A target as coefficients of draws of its own shape, and the rest."""
    terms: Terms = {}
    rest: Any = 0.0
    stack: list[tuple[Variable, Any]] = [(target, 1.0)]
    while stack:
        variable, factor = stack.pop()
        node = variable.owner
        if not derivation.random(variable):
            rest = rest + factor * variable  # type: ignore[operator]
        elif node is None or variable.type.storage()[1] != target.type.storage()[1]:
            raise Refusal(f"{variable!r} does not have the shape of its target")
        elif isinstance(node.op, RandomVariable):
            terms[variable] = terms.get(variable, 0.0) + factor
        elif node.op in (math.add, math.sub):
            sign = -1.0 if node.op is math.sub else 1.0
            stack += [(node.inputs[0], factor), (node.inputs[1], sign * factor)]
        elif node.op is math.neg:
            stack.append((node.inputs[0], -1.0 * factor))
        elif node.op in (math.mul, math.true_div):
            stack.append(_scaled(derivation, node, factor))
        else:
            raise Refusal(f"{node.op} is no affine map")
    return terms, rest


def _scaled(derivation: Derivation, node: Any, factor: Any) -> tuple[Variable, Any]:
    first, second = node.inputs
    if node.op is math.true_div:
        if derivation.random(second):
            raise Refusal("a divisor is random")
        return first, factor / _plain(second)
    if derivation.random(first) and derivation.random(second):
        raise Refusal("a product of two random operands is no affine map")
    return (
        (first, factor * _plain(second))
        if derivation.random(first)
        else (second, factor * _plain(first))
    )


def _plain(variable: Variable) -> Any:
    """A constant of one element as a number."""
    while variable.owner is not None and str(variable.owner.op).startswith(
        "ExpandDims"
    ):
        variable = variable.owner.inputs[0]
    value = static_value(variable)
    return float(value.item()) if value is not None and value.size == 1 else variable


def inverted(matrix: Sequence[Sequence[Any]]) -> tuple[list[list[Any]], Any]:
    """The inverse of a small matrix of numbers or graphs, and log |det|."""
    numbers = all(isinstance(entry, int | float) for row in matrix for entry in row)
    if numbers:
        a = np.array(matrix, dtype=float)
        volume = abs(np.linalg.det(a))
        if volume < 1e-12 * max(1.0, float(np.abs(a).max())) ** len(a):
            raise Refusal("the map from draws to targets is singular")
        return np.linalg.inv(a).tolist(), float(np.log(volume))
    if len(matrix) != 2:
        raise Refusal(
            "a joint map with unknown coefficients is inverted only for two targets"
        )
    (a11, a12), (a21, a22) = matrix
    det = a11 * a22 - a12 * a21
    inverse = [[a22 / det, -1.0 * a12 / det], [-1.0 * a21 / det, a11 / det]]
    return inverse, math.log(math.abs(det))
