"""Which laws cover which op: the table of all ops in the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

import tensorgraph.ops
from tensorgraph.errors import DTypeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.op import Op
from tensorgraph.graph.traverse import applies
from tensorgraph.lazy import load_all
from tensorgraph.ops.elementwise import ELEMENTWISE, Elementwise
from tensorgraph.ops.tensor import DTYPES, TensorType
from tensorgraph.record import record
from tensorgraph.testing import examples  # noqa: F401  fills EXAMPLES
from tensorgraph.testing.backends import with_gradients
from tensorgraph.testing.example import EXAMPLES, make_example

CHECKED, FLAT, NOTHING = "finite differences", "flat", "—"


@record
class Coverage:
    """One op: its derivative, its batch rule and its backends, as the laws check them.

    `dtypes` are the kinds of what it computes: those that an elementwise op accepts,
    and of other ops those that the examples hold. `examples` counts the examples that
    hold the op; elementwise ops are checked without them, over their domains.
    """

    name: str
    dtypes: str
    derivative: str
    batch: str
    backends: str
    examples: int

    @property
    def cells(self) -> tuple[str, ...]:
        """What the table says beside the name."""
        return (self.dtypes, self.derivative, self.batch, self.backends)


def coverage() -> list[Coverage]:
    """Every op of the package, by name.

    >>> found = {c.name: c for c in coverage()}
    >>> found["exp"].derivative, found["Cholesky"].batch
    ('finite differences', 'loop')
    """
    load_all(tensorgraph.ops)
    rows = [*map(_elementwise, ELEMENTWISE.values()), *_others()]
    return sorted(rows, key=lambda row: row.name.lower())


def _elementwise(op: Elementwise) -> Coverage:
    smooth = CHECKED if op.derivatives or op.pull else "flat or refused"
    taken = {dtype for dtype in DTYPES if _takes(op, dtype)}
    return Coverage(op.name, _kinds(taken), smooth, "loop", "all", 0)


def _takes(op: Elementwise, dtype: str) -> bool:
    """Whether an elementwise op is defined for a dtype, alone or beside integers."""
    first = "bool" if op.kind == "branch" else dtype
    for other in (dtype, "int8"):
        with suppress(DTypeError):
            op.dtypes((first, *[other] * (len(op.domain) - 1)))
            return True
    return False


KINDS = {"b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex"}


def _kinds(dtypes: set[str]) -> str:
    """What the dtypes are, in words: "any" or "int float"."""
    found = {np.dtype(dtype).kind for dtype in dtypes}
    named = " ".join(word for kind, word in KINDS.items() if kind in found)
    return "any" if found == set(KINDS) else named or NOTHING


@dataclass
class Held:
    """What the examples that hold a class of ops check of it."""

    examples: int = 0
    dtypes: set[str] = field(default_factory=set)
    differentiable: bool = False
    smooth: bool = False
    batched: bool = False


def _held() -> dict[type[Op], Held]:
    """The classes of ops in the examples and in their gradients."""
    found: dict[type[Op], Held] = {}
    for example in map(make_example, EXAMPLES):
        seen: set[type[Op]] = set()
        for node in applies(with_gradients(example)):
            held = found.setdefault(type(node.op), Held())
            held.examples += type(node.op) not in seen
            seen.add(type(node.op))
            held.dtypes |= {v.type.dtype for v in node.outputs if _is_tensor(v)}
            real = any(v.type.differentiable for v in node.outputs)
            held.differentiable |= real
            held.smooth |= real and example.gradient
            held.batched |= example.batch
    return found


def _is_tensor(variable: Variable) -> bool:
    return isinstance(variable.type, TensorType)


def _others() -> Iterator[Coverage]:
    """The classes of ops that are not elementwise; bases of others are left out."""
    found = _held()
    for kind in dict.fromkeys(_classes(Op)):
        held = found.get(kind, Held())
        if not held.examples and kind.__subclasses__():
            continue
        flat = held.examples and not held.differentiable
        smooth = FLAT if flat else _declared(kind, "pullback", "differentiate")
        yield Coverage(
            kind.__name__,
            _kinds(held.dtypes),
            CHECKED if held.smooth else smooth,
            "loop" if held.batched else _declared(kind, "batch"),
            "all" if held.examples else _declared(kind, "lower"),
            held.examples,
        )


def _classes(base: type[Op]) -> Iterator[type[Op]]:
    """The classes of ops of the package that can be applied."""
    for kind in base.__subclasses__():
        inside = kind.__module__.startswith("tensorgraph.")
        if inside and kind is not Elementwise and "infer" in _rules(kind):
            yield kind
        yield from _classes(kind) if inside else ()


def _rules(kind: type[Op]) -> set[str]:
    """The rules that a class has, those of the base class apart."""
    above = [c for c in kind.__mro__ if issubclass(c, Op) and c is not Op]
    return {name for c in above for name in vars(c)}


def _declared(kind: type[Op], *rules: str) -> str:
    """What is said of a rule that no example checks."""
    return "declared" if _rules(kind) & set(rules) else NOTHING
