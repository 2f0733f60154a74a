"""Roots: the values that get loops of their own, and what each reads.

Other pointwise values are inlined where they are read. A pointwise value becomes a root
when an output or a call needs it in memory, when a loop would compute it again and
again, or when it is costly and several loops use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Buffer, Expr, Index
from tensorgraph.loops.values import (
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


def placeholder(depth: int) -> Index:
    """The index of loop `depth` of a root, before loops have names."""
    return Index(f"@{depth}")


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


def analyze(root: Root, is_root: Callable[[Value], bool]) -> None:
    """Find what a root reads (other roots, memory) and which values it inlines."""
    root.reads, root.inlined = [], []
    if isinstance(root.value, OPAQUE):
        used = steps_read(root.value)
        root.reads = [(_source(v), v.extents) for v in used]
        exprs: list[Expr] = [  # a loop copies what it starts from, which may be inlined
            Read(v, tuple(map(placeholder, range(v.ndim))))
            for v in used
            if v.ndim == 0 or isinstance(root.value, Loop)
        ]
    else:
        full = root.full([placeholder(d) for d in range(len(root.dims))])
        own = root.into is None and not isinstance(root.value, Placed)
        exprs = element_of(root.value, full) if own else [Read(root.value, full)]
    root.reads.extend((v, ()) for v in root.value.operands if isinstance(v, Checked))
    seen: set[tuple[Value, Subscripts]] = set()
    while exprs:
        expr = exprs.pop()
        if isinstance(expr, Read):
            key = (expr.value, expr.subscripts)
            if key in seen:
                continue
            seen.add(key)
            value = expr.value
            if is_root(value) or isinstance(value, HOLDERS):
                root.reads.append(key)
            elif isinstance(value, Reshaped):
                root.reads.append((value.operands[0], ()))
            elif isinstance(value, Pointwise):
                root.inlined.append(key)
                exprs.append(value.element(expr.subscripts))
                root.reads.extend(
                    (v, ()) for v in value.operands if isinstance(v, Checked)
                )
        exprs.extend(children(expr))


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


def chosen_order(value: Value, is_root: Callable[[Value], bool]) -> list[int] | None:
    """Loop order of a reduction: the first subscript of its largest operand first."""
    if not isinstance(value, Reduced) or not value.extents:
        return None
    trial = make_root(value)
    analyze(trial, is_root)
    largest = max(trial.reads, key=lambda r: len(r[1]), default=None)
    if largest is None or len(largest[1]) < 2:
        return None
    names, _ = indices_in(largest[1][:1])
    over = [i for i in range(len(own_space(value))) if i >= value.ndim]
    if any(placeholder(trial.order.index(i)).name in names
           for i in over if i in trial.order):  # fmt: skip
        return [*over, *range(value.ndim)]
    return None


def output_buffer(number: int, value: Value) -> Buffer:
    """The memory of an output of the program."""
    return Buffer(f"out{number}", value.dtype, value.extents, "output")
