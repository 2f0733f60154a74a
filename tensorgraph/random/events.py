"""Draws of whole events: a category, a vector on the simplex, as NumPy draws them."""

from __future__ import annotations

import operator
from collections.abc import Sequence
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
"""Concentrations all below this break a stick: their gammas would underflow."""


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
    """Vectors on the simplex, as `Generator.dirichlet` draws them."""

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
        event = DirichletEvent(words, target, alpha)
        return over(event.batch, target.extents[:-1], event.statements())


class DirichletEvent:
    """The statements that draw one vector, as elements of `target`."""

    def __init__(self, words: ir.Buffer, target: ir.Buffer, alpha: ir.Buffer) -> None:
        self.words, self.target, self.concentrations = words, target, alpha
        self.own = Scalars(target)
        self.batch = indices_of(target, len(target.extents) - 1)
        self.k, self.count = self.own.index("k"), target.extents[-1]

    def alpha(self, index: ir.Expr) -> Load:
        """A concentration."""
        place = broadcast_place(self.concentrations, self.batch, [index])
        return Load(self.concentrations, place)

    def element(self, index: ir.Expr) -> Load:
        """An element of the vector."""
        return Load(self.target, (*self.batch, index))

    def store(self, index: ir.Expr, value: ir.Expr) -> Store:
        """Set an element of the vector."""
        return Store(self.target, (*self.batch, index), value)

    def statements(self) -> list[ir.Stmt]:
        """Either way of drawing, whichever is right for the concentrations."""
        k, largest = self.k, self.own.name("largest")
        small = ir.Scalar(at.LESS, (largest, SMALL), "bool")
        either = If(small, tuple(self.break_stick()), tuple(self.normalize_gammas()))
        some = ir.Scalar(at.LESS, (at.ZERO, self.count), "bool")
        known = isinstance(self.count, Const) and self.count.value > 0
        return [
            Carry(largest.name, _number(0.0)),
            _each(
                k, self.count,
                Set(largest.name, _real(at.MAX, self.alpha(k), largest)),
            ),
            either if known else If(some, (either,)),
        ]  # fmt: skip

    def normalize_gammas(self) -> list[ir.Stmt]:
        """Gamma variates over their sum."""
        k, own = self.k, self.own
        total, gamma, scale = own.name("total"), own.name("gamma"), own.name("scale")
        return [
            Carry(total.name, _number(0.0)),
            _each(
                k, self.count,
                call(GAMMA, self.words, [self.alpha(k)], gamma.name),
                self.store(k, gamma),
                Set(total.name, _real(at.ADD, total, gamma)),
            ),
            ir.Let(scale.name, _real(DIVIDE, _number(1.0), total)),
            _each(k, self.count, self.store(k, _real(at.MUL, self.element(k), scale))),
        ]  # fmt: skip

    def break_stick(self) -> list[ir.Stmt]:
        """A beta share of what is left, for each element but the last.

        Sums of all later concentrations stand in the target until their turn comes.
        """
        k, last, own = self.k, at.minus(self.count, at.ONE), self.own
        back, after = at.minus(last, k), at.plus(k, at.ONE)
        total, rest, share = own.name("total"), own.name("rest"), own.name("share")
        left = _real(at.SUB, _number(1.0), share)
        beta = [self.alpha(k), self.element(after)]
        return [
            Carry(total.name, _number(0.0)),
            _each(
                k, self.count,
                Set(total.name, _real(at.ADD, total, self.alpha(back))),
                self.store(back, total),
            ),
            Carry(rest.name, _number(1.0)),
            _each(
                k, last,
                call(BETA, self.words, beta, share.name),
                self.store(k, _real(at.MUL, rest, share)),
                Set(rest.name, _real(at.MUL, rest, left)),
            ),
            self.store(last, rest),
        ]  # fmt: skip


def _event_draw(variates: Any) -> Draw:
    return Draw(variates, lambda *params: params, lambda *params: params)


choice_draw = _event_draw(Choice())
dirichlet_draw = _event_draw(DirichletVariates())
