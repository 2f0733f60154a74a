"""Draws of whole events: a category, a vector on the simplex, as NumPy draws them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Carry, Const, If, Index, Load, Name, Set, Store
from tensorgraph.random.draws import Draw, broadcast_place, call, indices_of, over

UNIFORM = ir.Routine("random_standard_uniform", "random", "float64")
GAMMA = ir.Routine("random_standard_gamma", "random", "float64")
BETA = ir.Routine("random_beta", "random", "float64")
DIVIDE = ir.ScalarFunction(
    "true_div", "({0} / {1})", "({0} / {1})", operator.truediv, 4
)
SMALL = Const(0.1, "float64")
"""Concentrations all below this are drawn by breaking a stick, as gammas would underflow."""


class Scalars:
    """Scalars of one event, under names that no other event has."""

    def __init__(self, target: ir.Buffer) -> None:
        self.prefix = target.name

    def index(self, name: str) -> Index:
        """A running index."""
        return Index(f"{self.prefix}_{name}")

    def name(self, name: str, dtype: str = "float64") -> Name:
        """A register."""
        return Name(f"{self.prefix}_{name}", dtype)


def _real(function: ir.ScalarFunction, *arguments: ir.Expr) -> ir.Scalar:
    return ir.Scalar(function, arguments, "float64")


def _number(value: float) -> Const:
    return Const(value, "float64")


def _each(index: Index, extent: ir.Expr, *body: ir.Stmt) -> ir.For:
    return ir.For(index.name, at.ZERO, extent, body, "in_order")


@dataclass(frozen=True)
class Choice:
    """A category for each event, by one uniform number, as `Generator.choice` does."""

    dtype: ClassVar[str] = "int64"
    routines: ClassVar[tuple[ir.Routine, ...]] = (UNIFORM,)

    def take(
        self,
        generator: np.random.Generator,
        shape: tuple[int, ...],
        arguments: Sequence[Any],
    ) -> np.ndarray:
        (p,) = arguments
        uniform = generator.random(size=shape)
        cumulative = np.cumsum(p, axis=-1)
        passed = cumulative / cumulative[..., -1:] <= uniform[..., None]
        return passed.sum(axis=-1)

    def emit(
        self, words: ir.Buffer, target: ir.Buffer, arguments: Sequence[ir.Buffer]
    ) -> list[ir.Stmt]:
        (p,) = arguments
        own = Scalars(target)
        batch = indices_of(target, len(target.extents))
        k, count = own.index("k"), p.extents[-1]
        uniform, total, sum = own.name("uniform"), own.name("total"), own.name("sum")
        category = own.name("category", "int64")
        element = Load(p, broadcast_place(p, batch, [k]))
        passed = ir.Scalar(at.LESS_EQUAL, (_real(DIVIDE, sum, total), uniform), "bool")
        return over(batch, target.extents, [
            call(UNIFORM, words, (), uniform.name),
            Carry(total.name, _number(0.0)),
            _each(k, count, Set(total.name, _real(at.ADD, total, element))),
            Carry(sum.name, _number(0.0)),
            Carry(category.name, at.ZERO),
            _each(
                k, count,
                Set(sum.name, _real(at.ADD, sum, element)),
                Set(category.name, at.plus(category, ir.Cast(passed, "int64"))),
            ),
            Store(target, batch, category),
        ])  # fmt: skip


@dataclass(frozen=True)
class DirichletVariates:
    """Gammas over their sum, or a stick broken by betas, as `Generator.dirichlet` does."""

    dtype: ClassVar[str] = "float64"
    routines: ClassVar[tuple[ir.Routine, ...]] = (GAMMA, BETA)

    def take(
        self,
        generator: np.random.Generator,
        shape: tuple[int, ...],
        arguments: Sequence[Any],
    ) -> np.ndarray:
        alpha = np.broadcast_to(arguments[0], shape)
        result = np.empty(shape)
        for place in np.ndindex(shape[:-1]):
            result[place] = generator.dirichlet(alpha[place])
        return result

    def emit(
        self, words: ir.Buffer, target: ir.Buffer, arguments: Sequence[ir.Buffer]
    ) -> list[ir.Stmt]:
        (alpha,) = arguments
        own = Scalars(target)
        batch = indices_of(target, len(target.extents) - 1)
        k, count, largest = own.index("k"), target.extents[-1], own.name("largest")

        def element(index: ir.Expr) -> Load:
            return Load(alpha, broadcast_place(alpha, batch, [index]))

        larger = ir.Select(
            ir.Scalar(at.LESS, (largest, element(k)), "bool"), element(k), largest
        )
        small = ir.Scalar(at.LESS, (largest, SMALL), "bool")
        return over(batch, target.extents[:-1], [
            Carry(largest.name, _number(0.0)),
            _each(k, count, Set(largest.name, larger)),
            If(ir.Scalar(at.LESS, (at.ZERO, count), "bool"), (
                If(
                    small,
                    tuple(_break_stick(own, words, target, batch, element)),
                    tuple(_normalize_gammas(own, words, target, batch, element)),
                ),
            )),
        ])  # fmt: skip


Element = Callable[[ir.Expr], ir.Expr]
Indices = Sequence[ir.Expr]


def _normalize_gammas(
    own: Scalars, words: ir.Buffer, target: ir.Buffer, batch: Indices, alpha: Element
) -> list[ir.Stmt]:
    k, count = own.index("k"), target.extents[-1]
    total, gamma, scale = own.name("total"), own.name("gamma"), own.name("scale")
    place = (*batch, k)
    return [
        Carry(total.name, _number(0.0)),
        _each(
            k, count,
            call(GAMMA, words, [alpha(k)], gamma.name),
            Store(target, place, gamma),
            Set(total.name, _real(at.ADD, total, gamma)),
        ),
        ir.Let(scale.name, _real(DIVIDE, _number(1.0), total)),
        _each(k, count, Store(target, place, _real(at.MUL, Load(target, place), scale))),
    ]  # fmt: skip


def _break_stick(
    own: Scalars, words: ir.Buffer, target: ir.Buffer, batch: Indices, alpha: Element
) -> list[ir.Stmt]:
    """The sums of all later concentrations stand in the target until their turn comes."""
    k, last = own.index("k"), at.minus(target.extents[-1], at.ONE)
    back, after = at.minus(last, k), at.plus(k, at.ONE)
    total, rest, part = own.name("total"), own.name("rest"), own.name("part")
    left = _real(at.SUB, _number(1.0), part)
    return [
        Carry(total.name, _number(0.0)),
        _each(
            k, target.extents[-1],
            Set(total.name, _real(at.ADD, total, alpha(back))),
            Store(target, (*batch, back), total),
        ),
        Carry(rest.name, _number(1.0)),
        _each(
            k, last,
            call(BETA, words, [alpha(k), Load(target, (*batch, after))], part.name),
            Store(target, (*batch, k), _real(at.MUL, rest, part)),
            Set(rest.name, _real(at.MUL, rest, left)),
        ),
        Store(target, (*batch, last), rest),
    ]  # fmt: skip


def _event_draw(variates: Any) -> Draw:
    return Draw(variates, lambda *params: params, lambda *params: params)


choice_draw = _event_draw(Choice())
dirichlet_draw = _event_draw(DirichletVariates())
