"""Roots: the values that get loops of their own, and what each reads.

Other pointwise values are inlined where they are read. A pointwise value becomes a root
when an output or a call needs it in memory, when a loop would compute it again and
again, or when it is costly and several loops use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Buffer, Expr, Index
from tensorgraph.loops.values import (
    LEAVES,
    Branch,
    Called,
    Checked,
    Guard,
    Loop,
    Placed,
    Pointwise,
    Read,
    Reduced,
    Reshaped,
    Result,
    Scattered,
    Scope,
    State,
    Stored,
    Subscripts,
    Value,
    children,
)

HOLDERS = (Stored, State, Result)
"""Values whose elements lie in memory or registers without a root of their own."""
ALONE = (Called, Loop, Branch)
"""Roots that are a step of a block by themselves."""
OPAQUE = (*ALONE, Checked)
"""Roots without loops that could be shared."""


@dataclass(slots=True, eq=False)
class Root:
    """A value with its loops.

    `dims` are the extents of its loops, outermost first; `axes[d]` is the output axis
    that loop d runs over, or None for a loop that reduces. A `part` copies a value into
    a place of somebody else's memory.
    """

    value: Value
    dims: Subscripts
    axes: tuple[int | None, ...]
    order: tuple[int, ...]  # loop d runs over entry order[d] of the value's own space
    scope: Scope | None
    reads: list[tuple[Value, Subscripts]] = field(default_factory=list)
    inlined: list[tuple[Value, Subscripts]] = field(default_factory=list)
    after: tuple[Value, ...] = ()
    into: Value | None = None  # for a part: the value whose memory it fills
    offset: Subscripts = ()
    path: list[tuple[int, int]] = field(default_factory=list)

    @property
    def reduces_early(self) -> bool:
        """Whether a reducing loop lies outside a loop over an output axis."""
        seen = False
        for axis in self.axes:
            seen = seen or axis is None
            if seen and axis is not None:
                return True
        return False

    def computed(self) -> set[Value]:
        """What its loop computes: itself, and the work of others that it contains."""
        inlined = [v for v, _ in self.inlined if getattr(v, "cost", 0)]
        read = [v for v, _ in self.reads if not isinstance(v, HOLDERS)]
        return {self.value, *inlined, *read}

    def space(self) -> Subscripts:
        """The index space of the value: output axes, then reduced ones."""
        return own_space(self.value) if self.into is None else self.value.extents

    def full(self, indices: Sequence[Expr]) -> Subscripts:
        """The subscripts of the value's own space, from the indices of the loops."""
        result: list[Expr] = [at.ZERO] * len(self.space())
        for place, index in zip(self.order, indices, strict=True):
            result[place] = index
        return tuple(result)


def own_space(value: Value) -> Subscripts:
    """The index space over which a value's element expression is defined."""
    if isinstance(value, Reduced):
        return (*value.extents, *value.over)
    return value.space if isinstance(value, Scattered) else value.extents


def element_of(value: Value, full: Subscripts) -> list[Expr]:
    """The expressions a root evaluates at a point of its space."""
    if isinstance(value, Reduced):
        n = value.ndim
        return [value.element(full[:n], full[n:])]
    if isinstance(value, Scattered):
        return [*value.target(full), value.element(full)]
    if isinstance(value, Pointwise):
        return [value.element(full)]
    return [Read(value, full)]


def make_root(value: Value, order: Sequence[int] | None = None) -> Root:
    """A root with its loops in the given order of its space; length-1 loops vanish."""
    space = own_space(value)
    if isinstance(value, (*OPAQUE, Placed)):
        return Root(value, (), (), (), value.scope)
    order = [i for i in (order or range(len(space))) if space[i] != at.ONE]
    outer = 0 if isinstance(value, Scattered) else value.ndim
    axes = tuple(i if i < outer else None for i in order)
    return Root(value, tuple(space[i] for i in order), axes, tuple(order), value.scope)


def make_part(
    value: Value, into: Value, offset: Subscripts, scope: Scope | None
) -> Root:
    """A root that copies a value into a place of `into`'s memory."""
    order = [i for i, extent in enumerate(value.extents) if extent != at.ONE]
    dims = tuple(value.extents[i] for i in order)
    return Root(
        value, dims, tuple(order), tuple(order), scope, into=into, offset=offset
    )


LETTERS = "ijklmnopq"
"""The names of the loops, outermost first, as far as they go."""


def letter_of(level: int) -> str:
    """The name of the index of a loop inside so many others.

    >>> letter_of(0), letter_of(12)
    ('i', 'axis12')
    """
    return LETTERS[level] if level < len(LETTERS) else f"axis{level}"


@cache
def loop_index(level: int) -> Index:
    """The index of a loop inside so many others, as it is called in the program."""
    return Index(letter_of(level))


class Elements:
    """The expressions of elements of pointwise values, each made once.

    Most values are read at one tuple of subscripts.
    """

    def __init__(self) -> None:
        self._one: dict[Value, tuple[Subscripts, Expr]] = {}
        self._more: dict[tuple[Value, Subscripts], Expr] = {}

    def of(self, value: Pointwise, subscripts: Subscripts) -> Expr:
        """The expression of one element."""
        first = self._one.get(value)
        if first is None:
            made = value.element(subscripts)
            self._one[value] = subscripts, made
            return made
        if first[0] is subscripts or first[0] == subscripts:
            return first[1]
        key = value, subscripts
        if key not in self._more:
            self._more[key] = value.element(subscripts)
        return self._more[key]


def indices_in(exprs: Iterable[Expr]) -> tuple[set[str], bool]:
    """The indices used in subscripts, and whether they depend on data."""
    names: set[str] = set()
    data = False
    stack = list(exprs)
    while stack:
        expr = stack.pop()
        if isinstance(expr, Index):
            names.add(expr.name)
        elif isinstance(expr, Read | Guard):
            data = True
        stack.extend(children(expr))
    return names, data


def analyze(root: Root, is_root: Callable[[Value], bool], elements: Elements) -> None:
    """Find what a root reads (other roots, memory) and which values it inlines."""
    root.reads, root.inlined = [], []
    if isinstance(root.value, OPAQUE):
        used = steps_read(root.value)
        root.reads = [(_source(v), v.extents) for v in used]
        exprs: list[Expr] = [  # a loop copies what it starts from, which may be inlined
            Read(v, tuple(map(loop_index, range(v.ndim))))
            for v in used
            if v.ndim == 0 or isinstance(root.value, Loop)
        ]
    else:
        full = root.full([loop_index(d) for d in range(len(root.dims))])
        own = root.into is None and not isinstance(root.value, Placed)
        exprs = element_of(root.value, full) if own else [Read(root.value, full)]
    root.reads.extend((v, ()) for v in root.value.operands if isinstance(v, Checked))
    seen = _Seen()
    while exprs:
        expr = exprs.pop()
        if isinstance(expr, Read):
            value, subscripts = expr.value, expr.subscripts
            if not seen.first_time(value, subscripts):
                continue
            if is_root(value) or isinstance(value, HOLDERS):
                root.reads.append((value, subscripts))
            elif isinstance(value, Reshaped):
                root.reads.append((value.operands[0], ()))
            elif isinstance(value, Pointwise):
                root.inlined.append((value, subscripts))
                exprs.append(elements.of(value, subscripts))
                for v in value.operands:
                    if isinstance(v, Checked):
                        root.reads.append((v, ()))
        exprs.extend([e for e in children(expr) if type(e) not in LEAVES])


class _Seen:
    """Elements that were met; most values are read at one tuple of subscripts."""

    def __init__(self) -> None:
        self._one: dict[Value, Subscripts] = {}
        self._more: set[tuple[Value, Subscripts]] = set()

    def first_time(self, value: Value, subscripts: Subscripts) -> bool:
        """Whether an element was not met before; now it was."""
        known = self._one.get(value)
        if known is None:
            self._one[value] = subscripts
            return True
        if (
            known is subscripts
            or known == subscripts
            or (value, subscripts) in self._more
        ):
            return False
        self._more.add((value, subscripts))
        return True


def _source(value: Value) -> Value:
    """The value in whose memory this one lies."""
    return value.operands[0] if isinstance(value, Reshaped) else value


def steps_read(value: Value) -> list[Value]:
    """The operands that an opaque root reads itself, outside of its bodies."""
    if isinstance(value, Loop):
        return list(value.operands[: len(value.state)])
    if isinstance(value, Branch):
        return [value.condition]
    return list(value.operands)


def chosen_order(
    value: Value, is_root: Callable[[Value], bool], elements: Elements
) -> list[int] | None:
    """Loop order of a reduction: the first subscript of its largest operand first."""
    if not isinstance(value, Reduced) or not value.extents:
        return None
    trial = make_root(value)
    analyze(trial, is_root, elements)
    largest = max(trial.reads, key=lambda r: len(r[1]), default=None)
    if largest is None or len(largest[1]) < 2:
        return None
    names, _ = indices_in(largest[1][:1])
    over = [i for i in range(len(own_space(value))) if i >= value.ndim]
    if any(loop_index(trial.order.index(i)).name in names
           for i in over if i in trial.order):  # fmt: skip
        return [*over, *range(value.ndim)]
    return None


def output_buffer(number: int, value: Value) -> Buffer:
    """The memory of an output of the program."""
    return Buffer(f"out{number}", value.dtype, value.extents, "output")
