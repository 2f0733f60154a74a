"""Long bodies of vector loops: what they load and store goes through arrays of lanes.

A loop whose length is not known ends with a group of fewer lanes, so its body would be
compiled once for whole groups and once for the rest. Here a body is printed once and
always computes a whole group: surplus lanes repeat the first one, and only the lanes
that count are stored. Compilers need a third of the time, loops are as fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from tensorgraph.backends.c import lanes, simple
from tensorgraph.backends.c.expressions import element, needing, plain
from tensorgraph.backends.c.function import Binding, Frame, Function
from tensorgraph.backends.c.spelling import memory_type, scalar_type, to_memory
from tensorgraph.loops.ir import (
    LANES,
    Accumulate,
    Expr,
    For,
    Index,
    Let,
    Load,
    Name,
    Stmt,
    Store,
)
from tensorgraph.loops.values import LEAVES, children, with_children
from tensorgraph.loops.walk import postorder

LONG = 400
"""Statements from which on it does not count that elements are copied."""
FEW = 20
"""One array for so many statements is little; with more, compilers get slow."""

WHOLE = f"for (int lane = 0; lane < {LANES}; lane++)"

Body = Sequence[Stmt]
T = TypeVar("T", bound=Expr)


def worthwhile(body: Body) -> bool:
    """Whether a body is long, and its subscripts follow from what stands outside."""
    if len(body) < LONG:
        return False
    if not all(isinstance(s, Let | Store | Accumulate) for s in body):
        return False
    own = {s.name for s in body if isinstance(s, Let)}
    loaded = _loaded(body)
    if FEW * (len(loaded) + sum(not isinstance(s, Let) for s in body)) > len(body):
        return False
    written = {s.buffer.memory for s in body if isinstance(s, Store)}
    places = [e for s in body if isinstance(s, Store) for e in s.subscripts]
    nodes = [node for e in (*loaded, *places) for node in postorder(e)]
    names = {node.name for node in nodes if isinstance(node, Name)}
    read = {node.buffer.memory for node in nodes if isinstance(node, Load)}
    return not (own & names) and not (written & read)


def write(
    f: Function, loop: For, body: Body, start: str, stop: str, arrays: lanes.Arrays
) -> None:
    """Add a loop over groups of lanes; `arrays` are the lanes of its sums."""
    count = f.unit.names.unique("count")
    with f.block(f"for (int64_t base = {start}; base < {stop}; base += {LANES})"):
        left = f"{stop} - base"
        f.add(f"const int {count} = {left} < {LANES} ? (int)({left}) : {LANES};")
        clamped = f"base + (lane < {count} ? lane : 0)"
        loaded = {load: _array(f, load) for load in _loaded(body)}
        if loaded:
            with f.block(WHOLE):
                _declare_index(f, loop, loaded, clamped)
                for load, binding in loaded.items():
                    f.add(f"{binding.c} = {plain(f, load)};")
        leaving = [_Leaving(f, s) for s in body if not isinstance(s, Let)]
        f.add(f"#pragma omp simd simdlen({LANES})")
        with f.block(WHOLE), f.vector_loop():
            _compute(f, loop, body, loaded, leaving, clamped)
        frame = Frame(arrays, "lane")
        with f.block(f"for (int lane = 0; lane < {count}; lane++)"), f.loop(frame):
            places = [e for s in body if isinstance(s, Store) for e in s.subscripts]
            _declare_index(f, loop, places, "base + lane")
            for one in leaving:
                one.store()


def _declare_index(f: Function, loop: For, used_in: Iterable[Expr], value: str) -> None:
    """The index of the loop, if some expressions use it."""
    f.bind(loop.index, "int64")
    if any(index.name == loop.index for index in _inside(used_in, Index)):
        f.add(f"const int64_t {f.unit.scalar(loop.index)} = {value};")


def _compute(
    f: Function, loop: For, body: Body, loaded: dict[Load, Binding],
    leaving: Iterable[_Leaving], index: str,
) -> None:  # fmt: skip
    """The statements of a body, with names for what it loads."""
    names = {load: Name(f"load {k}", load.dtype) for k, load in enumerate(loaded)}
    for load, binding in loaded.items():
        f.scopes[-1][names[load].name] = binding
    exprs = [_without_loads(s.expr, names) for s in body]  # type: ignore[attr-defined]
    _declare_index(f, loop, exprs, index)
    waiting = iter(leaving)
    for statement, expr in zip(body, exprs, strict=True):
        if isinstance(statement, Let):
            simple.write(f, Let(statement.name, expr))
        else:
            next(waiting).keep(expr)


class _Leaving:
    """A Store or an Accumulate, and the array in which its value waits."""

    def __init__(self, f: Function, statement: Stmt) -> None:
        assert isinstance(statement, Store | Accumulate)
        self.f = f
        self.statement = statement
        if isinstance(statement, Store):
            kind, wanted = memory_type(statement.buffer.dtype), statement.buffer.name
        else:
            kind, wanted = scalar_type(statement.expr.dtype), statement.name
        self.name = f.unit.names.unique(f"{wanted}_group")
        f.add(f"{kind} {self.name}[{LANES}];")

    def keep(self, expr: Expr) -> None:
        """Put the value of a lane into the array."""
        value = plain(self.f, expr)
        if isinstance(self.statement, Store):
            value = needing(self.f, to_memory(value, self.statement.buffer.dtype))
        self.f.add(f"{self.name}[lane] = {value};")

    def store(self) -> None:
        """Take the value of a lane to where it belongs."""
        s, kept = self.statement, f"{self.name}[lane]"
        if isinstance(s, Store):
            self.f.add(f"{element(self.f, s.buffer, s.subscripts, True)} = {kept};")
        elif isinstance(s, Accumulate):
            simple.accumulate(self.f, s.name, kept)


def _without_loads(expr: Expr, names: dict[Load, Name]) -> Expr:
    """An expression that reads the arrays of lanes instead of memory."""
    if isinstance(expr, Load):
        return names[expr]
    inner = children(expr)
    if all([type(e) in LEAVES for e in inner]):
        return expr
    new = [_without_loads(e, names) for e in inner]
    same = all(a is b for a, b in zip(inner, new, strict=True))
    return expr if same else with_children(expr, new)


def _array(f: Function, load: Load) -> Binding:
    """A new array of lanes for what a load finds."""
    name = f.unit.names.unique(f"{load.buffer.name}_group")
    f.add(f"{scalar_type(load.dtype)} {name}[{LANES}];")
    return Binding(f"{name}[lane]", load.dtype)


def _loaded(body: Body) -> list[Load]:
    """The loads of a body, without those inside the subscripts of others."""
    return list(dict.fromkeys(_inside([s.expr for s in body], Load)))  # type: ignore[attr-defined]


def _inside(exprs: Iterable[Expr], kind: type[T]) -> Iterator[T]:
    """The outermost parts of some kind in expressions."""
    stack = list(exprs)
    while stack:
        node = stack.pop()
        if isinstance(node, kind):
            yield node
        else:
            stack.extend(children(node))
