"""Array values: what ops lower to, before memory and loops are decided.

A value has extents and a dtype, and says how each of its elements comes about.
Expressions made here may contain `Read` (an element of another value) and `Guard` (an
expression behind a check); scheduling turns them into loads, names and checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tensorgraph.loops import ir
from tensorgraph.loops.ir import Buffer, Expr
from tensorgraph.record import compared_by, record

Subscripts = tuple[Expr, ...]
Element = Callable[[Subscripts], Expr]
Reducing = Callable[[Subscripts, Subscripts], Expr]
"""An element of a reduction, from outer and inner subscripts."""


@compared_by()
class Scope:
    """The body of a loop or branch: values made from its own stay inside, others move
    out.
    """

    depth: int
    parent: Scope | None


@dataclass(slots=True, eq=False, repr=False)
class Value:
    """Base of array values; `operands` are the values whose elements this one reads.

    `places` are the user's lines that it comes from.
    """

    extents: Subscripts
    dtype: str
    operands: tuple[Value, ...] = ()
    scope: Scope | None = None
    places: tuple[Any, ...] = ()

    @property
    def ndim(self) -> int:
        """The rank."""
        return len(self.extents)


@dataclass(slots=True, eq=False, repr=False)
class Stored(Value):
    """Memory that is there already: an input, or a row of one inside a loop."""

    buffer: Buffer = field(kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Pointwise(Value):
    """Each element is an expression of elements of the operands.

    `cost` counts the arithmetic; a view has none.
    """

    element: Element = field(kw_only=True)
    cost: int = field(kw_only=True, default=0)


@dataclass(slots=True, eq=False, repr=False)
class Reshaped(Value):
    """The memory of the one operand under other extents."""


@dataclass(slots=True, eq=False, repr=False)
class Reduced(Value):
    """A reduction of `element` over the index space `over` for each outer subscript."""

    combine: str = field(kw_only=True)
    over: Subscripts = field(kw_only=True)
    element: Reducing = field(kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Scattered(Value):
    """A copy of `into` with one element set or combined for each point of `space`, in
    order.

    The combination "set" overwrites.
    """

    into: Value = field(kw_only=True)
    combine: str = field(kw_only=True)
    space: Subscripts = field(kw_only=True)
    target: Callable[[Subscripts], Subscripts] = field(kw_only=True)
    element: Element = field(kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Placed(Value):
    """The operands one after another along an axis."""

    axis: int = field(kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Checked(Value):
    """A check of a scalar condition; a value of rank 0 that is True when reached."""

    number: int = field(kw_only=True)
    condition: Value = field(kw_only=True)
    values: tuple[Value, ...] = field(kw_only=True, default=())


Emit = Callable[
    [Sequence[Buffer], Sequence[Buffer], Sequence[Buffer]], Sequence[ir.Stmt]
]


@dataclass(slots=True, eq=False, repr=False)
class Called(Value):
    """A call of routines on whole arrays in memory.

    `emit(inputs, outputs, scratch)` gives the statements. The value itself has rank 0
    and no use; its results are `Result` values. `results` and `scratch` are (extents,
    dtype) pairs.
    """

    results: tuple[tuple[Subscripts, str], ...] = field(kw_only=True)
    scratch: tuple[tuple[Subscripts, str], ...] = field(kw_only=True, default=())
    emit: Emit = field(kw_only=True)
    routines: tuple[ir.Routine, ...] = field(kw_only=True, default=())


@dataclass(slots=True, eq=False, repr=False)
class Loop(Value):
    """A loop in time: carried values start as the operands and change at each step.

    `state` are the carried values inside the body, `next` what they become, `rows` what
    is stacked at each step. Results: the final carried values, then the stacked rows.
    """

    index: str = field(kw_only=True)
    length: Expr = field(kw_only=True)
    body: Scope = field(kw_only=True)
    state: tuple[Value, ...] = field(kw_only=True)
    next: tuple[Value, ...] = field(kw_only=True)
    rows: tuple[Value, ...] = field(kw_only=True)

    @property
    def results(self) -> tuple[tuple[Subscripts, str], ...]:
        """Extents and dtypes of the results."""
        finals = [(v.extents, v.dtype) for v in self.state]
        stacked = [((self.length, *v.extents), v.dtype) for v in self.rows]
        return (*finals, *stacked)


@dataclass(slots=True, eq=False, repr=False)
class Branch(Value):
    """One of two lists of values, of equal extents and dtypes; only that one is
    computed.
    """

    condition: Value = field(kw_only=True)
    then: tuple[Value, ...] = field(kw_only=True)
    otherwise: tuple[Value, ...] = field(kw_only=True)

    @property
    def results(self) -> tuple[tuple[Subscripts, str], ...]:
        """Extents and dtypes of the results."""
        return tuple((v.extents, v.dtype) for v in self.then)


@dataclass(slots=True, eq=False, repr=False)
class State(Value):
    """A carried value as the body of its loop sees it."""

    number: int = field(kw_only=True)


@dataclass(slots=True, eq=False, repr=False)
class Result(Value):
    """One result of a Called, a Loop or a Branch, which is the only operand."""

    number: int = field(kw_only=True)


class ComputedLength(Exception):
    """A length depends on what the program would have to compute first.

    `value` is the length, `variable` the variable behind it, when `lower` knows it.
    """

    def __init__(self, places: tuple[Any, ...]) -> None:
        super().__init__("a length depends on computed values")
        self.places = places
        self.value: Any = None
        self.variable: Any = None


@record
class Read(Expr):
    """An element of a value; scheduling decides where it comes from."""

    value: Value
    subscripts: Subscripts

    @property
    def dtype(self) -> str:  # type: ignore[override]
        return self.value.dtype


@record
class Guard(Expr):
    """`a`, to be evaluated only after a check that the condition holds."""

    number: int
    condition: Expr
    values: tuple[Expr, ...]
    a: Expr

    @property
    def dtype(self) -> str:  # type: ignore[override]
        return self.a.dtype


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside an expression."""
    find = _CHILDREN.get(type(expr))
    return find(expr) if find is not None else ()


LEAVES = frozenset({ir.Const, ir.Index, ir.Name, ir.Size})
"""The kinds of expressions that have no others inside."""

_CHILDREN: dict[type, Callable[[Any], tuple[Expr, ...]]] = {
    ir.Scalar: lambda e: e.arguments,
    ir.Load: lambda e: e.subscripts,
    Read: lambda e: e.subscripts,
    ir.Select: lambda e: (e.condition, e.a, e.b),
    ir.Cast: lambda e: (e.a,),
    Guard: lambda e: (e.condition, *e.values, e.a),
}


def with_children(expr: Expr, new: Sequence[Expr]) -> Expr:
    """The same expression around other children."""
    match expr:
        case ir.Scalar():
            return ir.Scalar(expr.function, tuple(new), expr.dtype)
        case ir.Load():
            return ir.Load(expr.buffer, tuple(new))
        case Read():
            return Read(expr.value, tuple(new))
        case ir.Select():
            return ir.Select(*new)
        case ir.Cast():
            return ir.Cast(new[0], expr.dtype)
        case Guard():
            return Guard(expr.number, new[0], tuple(new[1:-1]), new[-1])
    return expr
