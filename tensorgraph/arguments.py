"""What a function takes and gives, in words of PyTensor's: In, Out, and arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, GraphError, InputError, ShapeError
from tensorgraph.graph.node import Constant, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.native._native import Cell
from tensorgraph.ops.tensor import TensorType, as_tensor
from tensorgraph.record import changed, record
from tensorgraph.staged import WithParts, split_out


@record
class In:
    """An input of `function` with more to say than its variable.

    `name` is the keyword of the argument, by default the variable's name. `value` is
    used when the argument is left out. With `update` the input is a state: it starts as
    `value`, and after each call it becomes the value of `update`; an argument replaces
    it first. `strict` refuses what is no array or NumPy number of the very dtype.
    `allow_downcast` casts arguments also where digits are lost (True), or treats Python
    numbers as the float64 or int64 that they are (False).

    `mutable` and `borrow` allow the function to write into its argument and to keep it;
    neither helps it, so arguments are never changed and never kept.

    Raises `GraphError` for what is no variable, for an update without a value, and
    whatever the type raises for a value that is not of it.

    >>> import tensorgraph as tg
    >>> x, total = tg.dscalars("x total")
    >>> inputs = [x, tg.In(total, value=0.0, update=total + x)]
    >>> add = tg.function(inputs, total + x)
    >>> add(2.0), add(3.0), add(1.0, total=100.0)
    (np.float64(2.0), np.float64(5.0), np.float64(101.0))
    """

    variable: Any
    name: str | None = None
    value: Any = None
    update: Any = None
    mutable: bool | None = None
    strict: bool = False
    allow_downcast: bool | None = None
    borrow: bool | None = None

    @property
    def looks(self) -> bool:
        """Whether arguments must be looked at before the compiled code gets them."""
        return self.strict or self.allow_downcast is not None

    def default(self) -> tuple[Any, ...]:
        """The value of an argument that is left out, if there is one."""
        return () if self.value is None else (self.variable.type.convert(self.value),)

    def prepared(self, value: Any) -> Any:
        """An argument after the casts that were allowed; `InputError` if strict."""
        dtype = np.dtype(self.variable.type.storage()[0])
        numpy = isinstance(value, np.ndarray | np.generic)
        if self.strict and not (numpy and value.dtype == dtype):
            raise InputError(
                f"Argument {self.name or self.variable!r} is strictly {dtype}, but "
                f"{value!r} is a {type(value).__name__}"
                + (f" of {value.dtype}." if numpy else "."),
                remedy=f"Pass np.asarray(value, dtype={dtype.name!r}).",
            )
        if self.allow_downcast is None:
            return value
        array = np.asarray(value)
        loses = array.dtype.kind in "biuf" and dtype.kind in "biufc"
        return array.astype(dtype) if self.allow_downcast and loses else array


@record
class Out:
    """An output of `function`; `borrow` allows it to be memory that is used again.

    That helps nobody here: outputs are fresh arrays, unless a call gives some (`out`).
    """

    variable: Any
    borrow: bool = False


def as_inputs(inputs: Any, allow_downcast: bool | None) -> list[In]:
    """The inputs of a function, each as an `In` that is sound."""
    if isinstance(inputs, Variable) or not isinstance(inputs, Sequence):
        raise GraphError(
            f"The inputs of a function are a list of variables, not {inputs!r}.",
            remedy="Write tg.function([x], y).",
        )
    found = [v if isinstance(v, In) else In(v) for v in inputs]
    for given in found:
        _check(given)
    return [
        changed(given, allow_downcast=allow_downcast)
        if given.allow_downcast is None else given
        for given in found
    ]  # fmt: skip


def _check(given: In) -> None:
    v = given.variable
    if not isinstance(v, Variable) or isinstance(v, Constant | SharedVariable):
        raise GraphError(
            f"{v!r} cannot be an input of a function.",
            remedy="Inputs are variables; shared variables and constants come by "
            "themselves.",
        )
    if given.name is not None and not isinstance(given.name, str):
        raise GraphError(f"The name of an input is a string, not {given.name!r}.")
    if given.update is not None and given.value is None:
        raise GraphError(
            f"In({v!r}) has an update, but no value to start from.",
            remedy="Pass value=.",
        )
    given.default()


def as_outputs(outputs: Any) -> tuple[list[Any], bool]:
    """The outputs of a function as variables, and whether a single one was given."""
    single = isinstance(outputs, Variable | Out)
    listed = [outputs] if single else outputs if outputs is not None else []
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise GraphError(
            f"The outputs of a function are a variable or a list of them, not "
            f"{outputs!r}.",
            remedy="Pass list(outputs.values()) of a dict.",
        )
    variables = [v.variable if isinstance(v, Out) else v for v in listed]
    return [v if isinstance(v, Variable) else as_tensor(v) for v in variables], single


def states(inputs: Sequence[In]) -> dict[int, SharedVariable]:
    """A shared variable for each input with an update, by its number."""
    return {
        number: TensorType.shared_class(v.type, Cell(*given.default()), v.name)
        for number, given in enumerate(inputs)
        if given.update is not None
        for v in [given.variable]
    }


def bind(
    function: str, names: Sequence[str | None], defaults: Sequence[tuple[Any, ...]],
    args: Sequence[Any], keywords: Mapping[str, Any],
) -> dict[int, Any]:  # fmt: skip
    """The arguments of a call by the numbers of the parameters, defaults included."""
    given = dict(zip(range(len(args)), args, strict=True))
    for name, value in keywords.items():
        if name not in names or names.index(name) in given:
            raise InputError(f"{function}() got an unexpected argument {name!r}.")
        given[names.index(name)] = value
    for number, default in enumerate(defaults):
        for value in default:
            given.setdefault(number, value)
    missing = [repr(n) for i, n in enumerate(names) if i not in given]
    if missing or len(args) > len(names):
        what = f"missing: {', '.join(missing)}" if missing else f"got {len(args)}"
        raise InputError(f"{function}() takes {len(names)} arguments; {what}.")
    return given


class Prepared(WithParts):
    """A function that looks at its arguments first, as `In` says, and keeps states."""

    def __init__(
        self, main: Any, inputs: Sequence[In], kept: Mapping[int, SharedVariable]
    ) -> None:
        super().__init__(main.keepalive)
        self._main = main
        self._inputs = tuple(changed(given, update=None) for given in inputs)
        self._kept = dict(kept)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """The outputs for these arguments."""
        names = [given.name or given.variable.name for given in self._inputs]
        defaults = [
            (self._kept[i].cell.value,) if i in self._kept else given.default()
            for i, given in enumerate(self._inputs)
        ]
        named, out = split_out(names, keywords)
        found = bind(self.__name__, names, defaults, args, named)
        values = [v.prepared(found[i]) for i, v in enumerate(self._inputs)]
        before = {number: v.cell.value for number, v in self._kept.items()}
        try:
            for number, state in self._kept.items():
                if found[number] is not before[number]:
                    self._start(state, values[number])
            rest = [v for i, v in enumerate(values) if i not in before]
            return self._main(*rest, **out)
        except BaseException:
            for number, state in self._kept.items():
                state.cell.value = before[number]
            raise

    @property
    def workspace_bytes(self) -> int:
        """The most bytes of workspace that a call needed so far."""
        return int(self._main.workspace_bytes)

    def _start(self, state: SharedVariable, value: Any) -> None:
        try:
            state.set_value(value)
        except (DTypeError, ShapeError) as error:
            what = f"{self.__name__}(): argument {state.name!r}: {error.what}"
            raise InputError(what, remedy=error.remedy) from None

    def copy(self, *args: Any, **options: Any) -> Any:
        """As `copy` of every function; a state is that of the original."""
        return Prepared(self._main.copy(*args, **options), self._inputs, self._kept)

    def __reduce__(self) -> tuple[Any, ...]:
        return Prepared, (self._main, self._inputs, self._kept)
