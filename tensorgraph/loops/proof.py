"""Proofs about integers: subscripts as polynomials, known facts, and what follows.

Every size, loop counter, loaded integer and other value that is not a sum of products
becomes a numbered unknown; an unknown is defined by older ones only. A fact is a
polynomial known to be at least 0. `Facts.prove` eliminates unknowns, newest first: to
show P >= 0 it subtracts the multiple of a fact that cancels the newest unknown, until
what is left is a sum of products of unknowns that cannot be negative. It may fail on
what is true; it never proves what is false, as long as int64 does not overflow.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from tensorgraph.loops.ir import (
    Buffer,
    Cast,
    Const,
    Expr,
    Index,
    Load,
    Name,
    Scalar,
    Select,
    Size,
)
from tensorgraph.loops.polynomial import ONE, Polynomial
from tensorgraph.loops.show import infix, prefix
from tensorgraph.loops.walk import operands, postorder

INTEGERS = {
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
}  # fmt: skip
DEPTH = 12
"""How many unknowns in a row a proof eliminates before it gives up."""

EFFORT = 2000
"""How many steps a proof takes before it gives up."""

Fact = Polynomial
Cases = list[tuple[list[Fact], Polynomial]]
"""What an unknown may be equal to, with the facts that then hold."""


class Facts:
    """What is known at one place of a program."""

    def __init__(self) -> None:
        self.numbers: dict[Hashable, int] = {}
        self.names: dict[str, Polynomial] = {}
        self.conditions: dict[str, tuple[list[Fact], list[Fact]]] = {}
        self.versions: dict[Buffer, int] = {}
        self.about: dict[int, list[Fact]] = {}
        self.cases: dict[int, Cases] = {}
        self.quotients: dict[int, tuple[Polynomial, Polynomial]] = {}
        self.history: list[int] = []
        self.effort = 0

    # -- unknowns ----------------------------------------------------------------------

    def fresh(self, key: Hashable | None = None) -> Polynomial:
        """An unknown; the same one for the same key."""
        number = len(self.numbers)
        return Polynomial.unknown(
            self.numbers.setdefault(("fresh", number) if key is None else key, number)
        )

    def size(self, number: int, axis: int) -> Polynomial:
        """The extent of an input, which is never negative."""
        found = self.fresh(("size", number, axis))
        if found.newest not in self.about:
            self.about[found.newest] = [found]
        return found

    def changed(self, buffer: Buffer) -> None:
        """Forget what was known about the elements of a buffer."""
        memory = buffer.memory
        self.versions[memory] = self.versions.get(memory, 0) + 1

    # -- facts -------------------------------------------------------------------------

    def learn(self, facts: Iterable[Fact]) -> None:
        """Note that these polynomials are at least 0."""
        for fact in facts:
            newest = fact.newest
            known = self.about.setdefault(newest, [])
            if newest >= 0 and fact not in known:
                known.append(fact)
                self.history.append(newest)

    def mark(self) -> int:
        """A point to `forget` back to."""
        return len(self.history)

    def forget(self, mark: int) -> None:
        """Drop the facts learned since `mark`."""
        while len(self.history) > mark:
            self.about[self.history.pop()].pop()

    def holds(self, condition: Expr, truth: bool = True) -> list[Fact]:
        """The facts that follow when a condition is true, or when it is false."""
        facts: list[Fact] = []
        stack = [(condition, truth)]
        while stack:
            expr, wanted = stack.pop()
            if isinstance(expr, Name) and expr.name in self.conditions:
                facts += self.conditions[expr.name][not wanted]
            if not isinstance(expr, Scalar):
                continue
            operator = infix(expr.function) or prefix(expr.function)
            if operator == "not ":
                stack.append((expr.arguments[0], not wanted))
            elif operator == ("and" if wanted else "or"):
                stack.extend((argument, wanted) for argument in expr.arguments)
            elif all(argument.dtype == "int64" for argument in expr.arguments):
                facts += self._comparison(operator, expr, wanted)
        return facts

    def _comparison(
        self, operator: str | None, expr: Scalar, wanted: bool
    ) -> list[Fact]:
        if operator not in ("<", "<=", ">", ">=", "==", "!="):
            return []
        a, b = (self.value(argument) for argument in expr.arguments)
        if operator in ("==", "!="):
            return [a - b, b - a] if wanted == (operator == "==") else []
        if not wanted:
            operator = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[operator]
        difference = b - a if operator in ("<", "<=") else a - b
        return [difference - ONE if operator in ("<", ">") else difference]

    # -- expressions -------------------------------------------------------------------

    def value(self, expr: Expr) -> Polynomial:
        """An expression as a polynomial; what is no sum of products is an unknown."""
        values: dict[int, Polynomial] = {}
        for node in postorder(expr):
            values[id(node)] = self._node(node, values)
        return values[id(expr)]

    def _node(self, node: Expr, values: Mapping[int, Polynomial]) -> Polynomial:
        match node:
            case Const(value, dtype) if dtype in INTEGERS:
                return Polynomial.constant(int(value))
            case Const(value, dtype):
                return self.fresh(("constant", repr(value), dtype))
            case Name(name) | Index(name):
                return self.names[name]
            case Size(number, axis):
                return self.size(number, axis)
            case Cast(a, dtype) if dtype == "int64" and a.dtype in INTEGERS - {
                "uint64"
            }:
                return values[id(a)]
        children = tuple(values[id(child)] for child in operands(node))
        if isinstance(node, Scalar) and node.dtype == "int64":
            found = self._arithmetic(node, children)
            if found is not None:
                return found
        if isinstance(node, Select) and node.dtype == "int64":
            return self._selected(node, *children[1:])
        return self._opaque(node, children)

    def _opaque(self, node: Expr, children: tuple[Polynomial, ...]) -> Polynomial:
        match node:
            case Load(buffer):
                version = self.versions.get(buffer.memory, 0)
                found = self.fresh(("load", buffer, version, children))
            case Scalar(function):
                found = self.fresh(
                    (function.name, function.python, node.dtype, children)
                )
            case _:
                found = self.fresh((type(node).__name__, node.dtype, children))
        if isinstance(node, Load) and node.buffer.within is not None:
            low, high = map(Polynomial.constant, node.buffer.within)
            self.about.setdefault(found.newest, [found - low, high - found])
        elif node.dtype.startswith("uint"):
            self.about.setdefault(found.newest, [found])
        return found

    def _arithmetic(
        self, node: Scalar, children: tuple[Polynomial, ...]
    ) -> Polynomial | None:
        if len(children) == 1:
            return -children[0] if prefix(node.function) == "-" else None
        if len(children) != 2:
            return None
        a, b = children
        match infix(node.function) or node.function.python:
            case "+":
                return a + b
            case "-":
                return a - b
            case "*":
                return a * b
            case "//":
                return self._quotient(a, b)
            case "%":
                return a - b * self._quotient(a, b)
            case "min({0}, {1})":
                return self._either("min", ([b - a], a), ([a - b], b))
            case "max({0}, {1})":
                return self._either("max", ([a - b], a), ([b - a], b))
        return None

    def _quotient(self, a: Polynomial, b: Polynomial) -> Polynomial:
        """a // b, which the language has only for a >= 0 and b > 0."""
        if b == ONE:
            return a
        found = self.fresh(("quotient", a, b))
        number = found.newest
        if number not in self.quotients:
            self.quotients[number] = (a, b)
            self.about[number] = [a - b * found, b * found - a + b - ONE]
        return found

    def _selected(self, node: Select, a: Polynomial, b: Polynomial) -> Polynomial:
        holds, fails = self.holds(node.condition), self.holds(node.condition, False)
        key = self.value(node.condition)
        return self._either(("select", key), (holds, a), (fails, b))

    def _either(
        self,
        key: Hashable,
        first: tuple[list[Fact], Polynomial],
        second: tuple[list[Fact], Polynomial],
    ) -> Polynomial:
        if first[1] == second[1]:
            return first[1]
        found = self.fresh(("either", key, first[1], second[1]))
        self.cases.setdefault(found.newest, [first, second])
        return found

    # -- proofs ------------------------------------------------------------------------

    def prove(self, goal: Polynomial) -> bool:
        """Whether it follows that the polynomial is at least 0."""
        self.effort = EFFORT
        return self._prove(goal, DEPTH)

    def _prove(self, goal: Polynomial, depth: int) -> bool:
        number = goal.newest
        if number < 0:
            return goal.terms.get((), 0) >= 0
        if self._plainly(goal) or goal in self.about.get(number, ()):
            return True
        self.effort -= 1
        if depth == 0 or self.effort < 0:
            return False
        if number in self.cases:
            known = list(self.about.get(number, ()))
            return all(
                self._prove_case(
                    goal.replace(number, value),
                    [*facts, *(fact.replace(number, value) for fact in known)],
                    depth - 1,
                )
                for facts, value in self.cases[number]
            )
        return self._eliminate(goal, number, depth - 1)

    def _plainly(self, goal: Polynomial) -> bool:
        return all(
            coefficient >= 0 and all(self._nonnegative(number) for number in monomial)
            for monomial, coefficient in goal.terms.items()
        )

    def _nonnegative(self, number: int) -> bool:
        return Polynomial.unknown(number) in self.about.get(number, ())

    def _prove_case(self, goal: Polynomial, facts: list[Fact], depth: int) -> bool:
        if any(self._prove(-fact - ONE, depth) for fact in facts):
            return True  # the case cannot occur
        mark = self.mark()
        self.learn(facts)
        found = self._prove(goal, depth)
        self.forget(mark)
        return found

    def _eliminate(self, goal: Polynomial, number: int, depth: int) -> bool:
        a, rest = goal.split(number)
        if number in self.quotients and self._by_division(a, rest, number, depth):
            return True
        positive = self._prove(a, depth)
        if not positive and not self._prove(-a, depth):
            return False
        for fact in self.about.get(number, ()):
            f, _ = fact.split(number)
            size = f if positive else -f
            scale = size.value if size.newest < 0 else None
            if scale is None and not self._is_divisor(size, number):
                continue
            if scale is not None and scale <= 0:
                continue
            if self._prove(size * goal - (a if positive else -a) * fact, depth):
                return True
        return False

    def _is_divisor(self, size: Polynomial, number: int) -> bool:
        return number in self.quotients and self.quotients[number][1] == size

    def _by_division(
        self, a: Polynomial, rest: Polynomial, number: int, depth: int
    ) -> bool:
        """q <= b is p <= b * m + m - 1; q >= b is p >= b * m; q >= 0 where p >= 0."""
        p, m = self.quotients[number]
        if a == -ONE:
            return self._prove(rest * m + m - ONE - p, depth)
        if a == ONE and self._prove(p + rest * m, depth):
            return True
        return (
            self._prove(a, depth) and self._prove(p, depth) and self._prove(rest, depth)
        )
