"""What a compiled function knows of itself: its graph, program, code and errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from tensorgraph.arguments import bind
from tensorgraph.backends.contract import Linked
from tensorgraph.backends.routines import resolve
from tensorgraph.content import Content
from tensorgraph.errors import (
    CHECK_ERRORS,
    GraphError,
    InputError,
    TensorGraphError,
)
from tensorgraph.given import placed, places, refuse_entry
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.show import dprint
from tensorgraph.graph.traverse import graph_replace, shared_inputs
from tensorgraph.lazy import c_export
from tensorgraph.loops.account import memory_account, workspace_peak
from tensorgraph.loops.arithmetic import values_from_sizes
from tensorgraph.loops.ir import CheckInfo, Program
from tensorgraph.loops.show import show
from tensorgraph.modes import link
from tensorgraph.native import _native
from tensorgraph.native.wrong_argument import Refusal, wrong_argument
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.profile import Profile
from tensorgraph.staged import Staged, WithParts, split_out

Build = Callable[..., Any]


@dataclass
class Compiled:
    """The parts of a compiled function, reachable as its attributes.

    `wanted` are the outputs as the user gave them, `content` is what is computed and
    how, `linked` its machine code (None in mode "PYTHON"); `build` compiles such a
    function anew. `lengths` are more inputs of the program, which the function `first`
    computes before it.
    """

    name: str
    inputs: list[Variable]
    wanted: list[Variable]
    updates: dict[SharedVariable, Variable]
    content: Content
    mode: str
    single: bool
    names: list[str | None]
    defaults: list[tuple[Any, ...]]
    build: Build
    linked: Linked | None = None
    counts: Profile | None = None
    lengths: list[Variable] = field(default_factory=list)
    first: Any = None

    # -- looking ----------------------------------------------------------------------

    @property
    def graph(self) -> list[Variable]:
        """The rewritten outputs, then the new values of shared variables."""
        return self.content.graph

    @property
    def program(self) -> Program | None:
        """The loop program; None in mode "PYTHON"."""
        return self.content.program

    @property
    def hidden(self) -> tuple[Variable, ...]:
        """The constants and shared variables behind further inputs of the program."""
        return self.content.hidden

    @property
    def signature(self) -> tuple[list[str | None], list[tuple[Any, ...]]]:
        """The names of the parameters, and their defaults."""
        return self.names, self.defaults

    def get_shared(self) -> list[SharedVariable]:
        """The shared variables that the function reads or updates."""
        return list(dict.fromkeys([*shared_inputs(self.graph), *self.updates]))

    @property
    def outputs(self) -> list[Variable]:
        """What is computed, as `dprint` shows it."""
        return self.graph

    def dprint(self, **options: Any) -> Any:
        """Print the rewritten graph; see `tensorgraph.dprint`."""
        return dprint(self, **options)

    def destroy_note(self, variable: Variable) -> str:
        """Which output of the program holds a variable."""
        if self.program is None or variable not in self.graph:
            return ""
        return f"→ {self.program.outputs[self.graph.index(variable)].name}"

    def memory_account(self) -> str:
        """Which buffers the function uses, their bytes, and who shares whose memory."""
        if self.program is None:
            return "Memory:\n  as NumPy allocates it: mode PYTHON has no plan\n"
        return memory_account(self.program)

    @property
    def profile(self) -> Profile:
        """The times of a function compiled with ``profile=True``; call it to print."""
        if self.counts is None:
            raise GraphError(
                f"{self.name} counts no times.",
                remedy="Compile it with profile=True, in a mode other than PYTHON.",
            )
        return self.counts

    @property
    def loops(self) -> str:
        """The loop program as text."""
        return show(self.program) if self.program is not None else ""

    @property
    def source(self) -> str:
        """The code that the backend compiled."""
        if self.linked is None or self.program is None:
            return ""
        return self.linked.source or link(self.program, self.mode).source or ""

    # -- building -------------------------------------------------------------------

    def copy(
        self, share_memory: bool = False,
        swap: Mapping[SharedVariable, SharedVariable] | None = None,
        delete_updates: bool = False, name: str | None = None,
        profile: bool | None = None,
    ) -> Any:  # fmt: skip
        """The same function once more, with other shared variables in place of some.

        `swap` maps shared variables to others of the same type, also where they are
        updated; machine code is not made again. With `delete_updates` the copy updates
        nothing, and with another choice of `profile` it counts times or not: these are
        other programs. `share_memory` allows both to use one workspace, which they do
        not, so that they may run at the same time. Raises `GraphError` for a variable
        that the function does not use.
        """
        swapped: dict[Any, Any] = dict(swap or {})
        _check_swap(swapped, [*self.wanted, *self.updates, *self.updates.values()])
        wanted = graph_replace(self.wanted, swapped, strict=False)
        values = graph_replace(list(self.updates.values()), swapped, strict=False)
        targets: list[Any] = [swapped.get(v, v) for v in self.updates]
        if len(set(targets)) < len(targets):
            raise GraphError("Two updated variables would become one by the swap.")
        name, timed = name or self.name, self.counts is not None
        timed, other = (
            (profile, timed != profile) if profile is not None else (timed, False)
        )
        updates = {} if delete_updates else dict(zip(targets, values, strict=True))
        if delete_updates or other or self.lengths:
            return self.build(
                self.inputs, wanted, updates, self.mode, name, self.single, timed,
                self.signature,
            )  # fmt: skip
        content = Content(
            lambda: graph_replace(self.graph, swapped, strict=False),
            lambda: self.program,
            tuple(swapped.get(v, v) for v in self.hidden),
            self.content.routines,
        )
        return replace(
            self, name=name, wanted=wanted, updates=updates, content=content,
            counts=self.counts and Profile(self.counts.timed, _native.Cell()),
        ).callable()  # fmt: skip

    def export(self, folder: Any, name: str | None = None) -> tuple[Path, Path]:
        """Write the function as ``<name>.c`` and ``<name>.h``, which need no Python.

        The name is that of the function unless another is given. Returns both paths;
        raises `GraphError` for a function that C alone cannot compute, `InputError` for
        a bad name or folder. The page "Functions in C" shows the use.
        """
        return c_export.export_function(self, folder, name)  # type: ignore[no-any-return]

    # -- calling ----------------------------------------------------------------------

    def parameters(self) -> list[tuple[Any, ...]]:
        """The visible inputs as the calling extension declares them."""
        count = len(self.lengths)
        names = [*[None] * count, *self.names]
        defaults = [*[()] * count, *self.defaults]
        inputs = [*self.lengths, *self.inputs]
        return [
            (name, *v.type.storage(), False, *default)
            for name, default, v in zip(names, defaults, inputs, strict=True)
        ]

    def callable(self) -> Any:
        """The object that a user calls."""
        if self.linked is None:
            return Interpreted(self)
        cells = [(_cell(v), (v.name, *v.type.storage(), False)) for v in self.hidden]
        if self.counts is not None:
            count = len(self.counts.timed) + 1
            cells.append((self.counts.cell, ("counters", "int64", (count,), False)))
        main = _native.Callable(
            self.name,
            self.parameters(),
            cells,
            self._results(),
            self.linked.plan,
            self.linked.kernel,
            [resolve(r) for r in self.content.routines],
            self,
            self.fail,
            single=self.single,
            interruptible=False,
        )
        if self.counts is not None and self.program is not None:
            self.counts.watch(main, workspace_peak(self.program))
        return main if self.first is None else Staged(self.first, main, self)

    def _results(self) -> list[tuple[str, int, Any]]:
        """The outputs as the calling extension declares them."""
        cells = [*[None] * len(self.wanted), *(v.cell for v in self.updates)]
        kinds = [v.type.storage() for v in (*self.wanted, *self.updates.values())]
        counts = [] if self.counts is None else [("int64", 1, self.counts.cell)]
        found = zip(kinds, cells, strict=True)
        return [*((dtype, len(shape), cell) for (dtype, shape), cell in found), *counts]

    # -- failing ----------------------------------------------------------------------

    def fail(self, kind: str, payload: Any) -> NoReturn:
        """Raise the error for a refused argument, a refused `out`, a failed check."""
        if kind == "argument":
            declared = [
                *self.parameters(),
                *((v.name, *v.type.storage()) for v in self.hidden),
            ]
            what, remedy = wrong_argument(self.name, declared, Refusal(*payload))
            raise InputError(what, remedy=remedy)
        if kind == "output":
            refuse_entry(self, *payload)
        assert self.program is not None
        number, values, sizes = payload
        entry = [c for c in self.program.plan.checks if c.number == number]
        if entry:  # a plan says which check failed; its values follow from the sizes
            values = values_from_sizes(entry[0].values, self.program.inputs, sizes)
        raise check_error(self.program.checks[number - 1], values)


def _check_swap(swapped: Mapping[Any, Any], used: Sequence[Variable]) -> None:
    known = set(shared_inputs(used))
    for old, new in swapped.items():
        if old not in known:
            raise GraphError(f"The function does not use the shared variable {old!r}.")
        if not isinstance(new, SharedVariable) or old.type != new.type:
            raise GraphError(
                f"Cannot swap {old!r} of type {old.type} for {new!r} of type "
                f"{getattr(new, 'type', type(new).__name__)}.",
                remedy="Swap a shared variable for another of the same type.",
            )


def check_error(check: CheckInfo, values: Sequence[float]) -> Exception:
    """The exception that a failed check stands for."""
    shown = [int(v) if float(v).is_integer() and abs(v) < 1e15 else v for v in values]
    message = check.message.format(*[*shown, *[""] * 8])
    kind = check.kind
    if not callable(kind):
        found = CHECK_ERRORS.get(kind, TensorGraphError)
        return found(message, places=check.places)
    error = kind(message) if isinstance(kind, type) else kind(message, values)
    for place in check.places:
        error.add_note(f"  Built at {place}")
    return error


def _cell(variable: Variable) -> Any:
    if isinstance(variable, SharedVariable):
        return variable.cell
    return _native.Cell(np.ascontiguousarray(variable.value))  # type: ignore[attr-defined]


class Interpreted(WithParts):
    """A function in mode "PYTHON": every call evaluates the graph op by op."""

    workspace_bytes = 0
    """None: NumPy allocates as it goes."""

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """The outputs for these inputs."""
        parts = self._compiled
        named, out = split_out(parts.names, keywords)
        values = self._bind(args, named)
        found = evaluate(
            parts.graph, dict(zip(parts.inputs, values, strict=True)), numpy_namespace
        )
        count = len(parts.wanted)
        given = places(parts, out.get("out"), found[:count], values)
        for variable, value in zip(parts.updates, found[count:], strict=True):
            variable.cell.value = variable.type.copy_value(value)
        pairs = zip(found[:count], given, strict=True)
        results = [placed(value, place) for value, place in pairs]
        return results[0] if parts.single else results

    def _bind(self, args: Sequence[Any], keywords: Mapping[str, Any]) -> list[Any]:
        parts = self._compiled
        given = bind(parts.name, parts.names, parts.defaults, args, keywords)
        return [self._convert(i, given[i]) for i in range(len(given))]

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
