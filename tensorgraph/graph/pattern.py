"""Patterns: graph expressions with holes, written by the ops themselves.

An op that is given a hole or a pattern returns a `Pattern` instead of a node. The
arithmetic operators of patterns, and what counts as a number in a graph, are taught
from above, by whoever knows ops: see `VOCABULARY`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tensorgraph.graph.node import Variable


@dataclass
class Vocabulary:
    """What patterns must be told by whoever knows ops.

    `operators` maps ``"add"``, ``"sub"``, ... to ops. `number` gives the value that
    every element of a variable is known to have, as a NumPy scalar, or None.
    """

    operators: dict[str, Callable[..., Any]] = field(default_factory=dict)
    number: Callable[[Variable], Any] = lambda variable: None


VOCABULARY = Vocabulary()


def has_number(variable: Variable) -> bool:
    """Whether every element is one number that is known.

    The index looks up holes that accept such variables alone, like numbers in patterns.
    """
    return VOCABULARY.number(variable) is not None


class Expression:
    """Base of holes and patterns: arithmetic with them makes patterns."""

    __slots__ = ()

    def __add__(self, other: Any) -> Any:
        return VOCABULARY.operators["add"](self, other)

    def __radd__(self, other: Any) -> Any:
        return VOCABULARY.operators["add"](other, self)

    def __sub__(self, other: Any) -> Any:
        return VOCABULARY.operators["sub"](self, other)

    def __rsub__(self, other: Any) -> Any:
        return VOCABULARY.operators["sub"](other, self)

    def __mul__(self, other: Any) -> Any:
        return VOCABULARY.operators["mul"](self, other)

    def __rmul__(self, other: Any) -> Any:
        return VOCABULARY.operators["mul"](other, self)

    def __truediv__(self, other: Any) -> Any:
        return VOCABULARY.operators["true_div"](self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return VOCABULARY.operators["true_div"](other, self)

    def __pow__(self, other: Any) -> Any:
        return VOCABULARY.operators["pow"](self, other)

    def __neg__(self) -> Any:
        return VOCABULARY.operators["neg"](self)


class Hole(Expression):
    """A place in a pattern that matches any variable, or any parameter of an op.

    `accepts` narrows it to variables for which it is true. A name that appears twice
    stands for one and the same variable.
    """

    __slots__ = ("accepts", "name")

    def __init__(self, name: str, accepts: Callable[[Any], bool] | None = None) -> None:
        self.name = name
        self.accepts = accepts

    def __repr__(self) -> str:
        return f"?{self.name}"


def hole(name: str, accepts: Callable[[Any], bool] | None = None) -> Any:
    """A hole for rules: their function gets what it matched as the argument `name`."""
    return Hole(name, accepts)


class Pattern(Expression):
    """An op (or a class of ops) applied to operands, some of them holes or patterns.

    `parameters` says what some fields of the op must be; a hole there binds the field,
    and None leaves it open. Operands that are numbers match any variable all of whose
    elements are that number, whatever its dtype and shape. With `rest`, nested
    applications of the op count as one flat operation: the operands match some of its
    terms in any order, and `rest` binds the tuple of the others.
    """

    __slots__ = ("op", "operands", "parameters", "rest")

    def __init__(
        self, op: Any, operands: tuple[Any, ...],
        parameters: tuple[tuple[str, Any], ...] = (), rest: str | None = None,
    ) -> None:  # fmt: skip
        self.op = op
        self.operands = operands
        self.parameters = parameters
        self.rest = rest

    @staticmethod
    def of(op: Any, operands: Iterable[Any], **parameters: Any) -> Pattern:
        """The pattern of `op` on operands, with holes for parameters."""
        return Pattern(op, tuple(operands), tuple(sorted(parameters.items())))

    @property
    def name(self) -> str:
        """How the op is called in print."""
        return self.op.__name__ if isinstance(self.op, type) else str(self.op)

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(map(repr, self.operands))})"


def flat(pattern: Pattern, rest: str) -> Pattern:
    """The pattern of an associative op, matched among all its terms; see `Pattern`."""
    return Pattern(pattern.op, pattern.operands, pattern.parameters, rest)


def has_hole(operands: Iterable[Any]) -> bool:
    """Whether an op given these operands is to build a pattern."""
    for operand in operands:
        if isinstance(operand, Expression):
            return True
    return False


def is_number(value: Any) -> bool:
    """Whether an operand of a pattern is a number, to be matched by value."""
    return isinstance(value, int | float | complex)


def depth(operand: Any) -> int:
    """How many ops a pattern has above one another."""
    if not isinstance(operand, Pattern):
        return 0
    return 1 + max(map(depth, operand.operands), default=0)
