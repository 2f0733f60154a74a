"""What a compiled function knows of itself: its graph, program, code and errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from tensorgraph.backends.contract import Linked
from tensorgraph.backends.routines import resolve
from tensorgraph.errors import CHECK_ERRORS, InputError, TensorGraphError
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.show import dprint
from tensorgraph.loops.arithmetic import values_from_sizes
from tensorgraph.loops.ir import CheckInfo, Program
from tensorgraph.loops.show import show
from tensorgraph.native._native import Callable, Cell
from tensorgraph.native.wrong_argument import Refusal, wrong_argument
from tensorgraph.ops.namespace import numpy_namespace

Updates = Mapping[SharedVariable, Variable]


@dataclass
class Compiled:
    """The parts of a compiled function, reachable as its attributes.

    `graph` are the rewritten outputs and new values of shared variables, `program` the
    loop program (None in mode "PYTHON"), `linked` its machine code.
    """

    name: str
    inputs: list[Variable]
    outputs: list[Variable]
    updates: dict[SharedVariable, Variable]
    graph: list[Variable]
    mode: str
    single: bool
    names: list[str | None]
    program: Program | None = None
    hidden: tuple[Variable, ...] = ()
    linked: Linked | None = None

    # -- looking ----------------------------------------------------------------------

    def dprint(self, **options: Any) -> None:
        """Print the rewritten graph."""
        dprint(self.graph, **options)

    @property
    def loops(self) -> str:
        """The loop program as text."""
        return show(self.program) if self.program is not None else ""

    @property
    def source(self) -> str:
        """The code that the backend compiled."""
        return self.linked.source if self.linked is not None else ""

    # -- calling ----------------------------------------------------------------------

    def parameters(self) -> list[tuple[Any, ...]]:
        """The visible inputs as the calling extension declares them."""
        return [
            (name, *v.type.storage(), False)
            for name, v in zip(self.names, self.inputs, strict=True)
        ]

    def callable(self) -> Any:
        """The object that a user calls."""
        if self.linked is None or self.program is None:
            return Interpreted(self)
        cells = [(_cell(v), (v.name, *v.type.storage(), False)) for v in self.hidden]
        return Callable(
            self.name,
            self.parameters(),
            cells,
            [
                (v.type.storage()[0], len(v.type.storage()[1]), cell)
                for v, cell in zip(self.graph, self._targets(), strict=True)
            ],
            self.linked.plan,
            self.linked.kernel,
            [resolve(r) for r in self.program.routines],
            self,
            self.fail,
            single=self.single,
            interruptible=False,
        )

    def _targets(self) -> list[Any]:
        returned = [None] * (len(self.graph) - len(self.updates))
        return [*returned, *(v.cell for v in self.updates)]

    # -- failing ----------------------------------------------------------------------

    def fail(self, kind: str, payload: Any) -> NoReturn:
        """Raise the error for a refused argument or a failed check."""
        if kind == "argument":
            declared = [
                *self.parameters(),
                *((v.name, *v.type.storage()) for v in self.hidden),
            ]
            what, remedy = wrong_argument(self.name, declared, Refusal(*payload))
            raise InputError(what, remedy=remedy)
        assert self.program is not None
        number, values, sizes = payload
        entry = [c for c in self.program.plan.checks if c.number == number]
        if entry:  # a plan says which check failed; its values follow from the sizes
            values = values_from_sizes(entry[0].values, self.program.inputs, sizes)
        raise check_error(self.program.checks[number - 1], values)


def check_error(check: CheckInfo, values: Sequence[float]) -> TensorGraphError:
    """The exception that a failed check stands for."""
    shown = [int(v) if float(v).is_integer() and abs(v) < 1e15 else v for v in values]
    message = check.message.format(*[*shown, *[""] * 8])
    return CHECK_ERRORS.get(check.kind, TensorGraphError)(message, places=check.places)


def _cell(variable: Variable) -> Any:
    if isinstance(variable, SharedVariable):
        return variable.cell
    return Cell(np.ascontiguousarray(variable.value))  # type: ignore[attr-defined]


class Interpreted:
    """A function in mode "PYTHON": every call evaluates the graph op by op."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self.__name__ = compiled.name

    @property
    def keepalive(self) -> Compiled:
        """The parts of the function."""
        return self._compiled

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._compiled, name)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """The outputs for these inputs."""
        parts = self._compiled
        given = dict(zip(parts.inputs, self._bind(args, keywords), strict=True))
        found = evaluate(parts.graph, given, numpy_namespace)
        count = len(parts.graph) - len(parts.updates)
        for variable, value in zip(parts.updates, found[count:], strict=True):
            variable.cell.value = variable.type.copy_value(value)
        results = [x[()] if np.ndim(x) == 0 else np.array(x) for x in found[:count]]
        return results[0] if parts.single else results

    def _bind(self, args: Sequence[Any], keywords: Mapping[str, Any]) -> list[Any]:
        parts = self._compiled
        names = parts.names
        given = dict(zip(range(len(args)), args, strict=True))
        for name, value in keywords.items():
            if name not in names or names.index(name) in given:
                raise InputError(f"{parts.name}() got an unexpected argument {name!r}.")
            given[names.index(name)] = value
        missing = [repr(n) for i, n in enumerate(names) if i not in given]
        if missing or len(args) > len(names):
            raise InputError(
                f"{parts.name}() takes {len(names)} arguments; "
                + (
                    f"missing: {', '.join(missing)}."
                    if missing
                    else f"got {len(args)}."
                )
            )
        return [self._convert(i, given[i]) for i in range(len(names))]

    def _convert(self, index: int, value: Any) -> Any:
        dtype, shape = self._compiled.inputs[index].type.storage()
        array = np.asarray(value)
        weak = type(value) in (bool, int, float)
        refusal = None
        if not (weak or np.can_cast(array.dtype, dtype, "safe")):
            refusal = Refusal(index, value, "dtype", -1, np.dtype(dtype), array.dtype)
        elif array.ndim != len(shape):
            refusal = Refusal(index, value, "rank", -1, len(shape), array.shape)
        else:
            for axis, (want, got) in enumerate(zip(shape, array.shape, strict=True)):
                if isinstance(want, int) and want != got:
                    refusal = Refusal(index, value, "length", axis, want, array.shape)
        if refusal is not None:
            self._compiled.fail("argument", refusal)
        return array.astype(dtype, copy=False)
