"""The loop language: the nodes of a program, and its one-page grammar.

    program = Program(name, inputs, outputs, plan, body, placements, checks, routines)
    plan = Plan(checks, output_extents, workspace_bytes)    what callers must know first
    stmt = For(index, start, stop, step, body, order)       order: "any" | "in_order"
         | If(condition, then, otherwise)
         | While(condition, body)
         | Let(name, expr)                                  a scalar, written once
         | Carry(name, expr)  | Set(name, expr)             a scalar that loops change
         | Accumulator(name, combine, dtype)                a reduction to a scalar ...
         | Accumulate(name, expr)                           ... and one term of it
         | Fill(buffer, expr)                               every element
         | Store(buffer, subscripts, expr)
         | Update(buffer, subscripts, combine, expr)        add mul max min and or
         | Call(routine, arguments, reads, writes, result)  matmul, LAPACK, draws
         | Check(number, condition, values)                 leaves with number if false
    expr = Const | Name | Index | Size | Load(buffer, subscripts)
         | Scalar(function, arguments) | Select(condition, a, b) | Cast(a)

`order="any"` promises that no iteration reads what another writes: such a loop may be
vectorized. An `Accumulate` is no dependency: `Accumulate(add)` has one meaning
everywhere. Each run of the innermost loop around it is cut into blocks of `BLOCK`
iterations; inside a block the term of iteration k goes to lane (k - start) mod `LANES`,
all lanes starting at 0; the lanes are added as ((0+4)+(2+6)) + ((1+5)+(3+7)) and the
result joins the running sum with Neumaier's compensation (for integers: plainly). Other
combinations are exact, so their order does not matter; max and min propagate nan.

A name is visible from its statement to the end of the enclosing body, and in bodies
inside. Subscripts count elements; a buffer is C-contiguous, unless it is a strided
input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorgraph.record import compared_by, record

LANES = 8
BLOCK = 256

COMBINES = ("add", "mul", "max", "min", "and", "or")
NEUTRAL: dict[str, Any] = {
    "add": 0, "mul": 1, "max": float("-inf"), "min": float("inf"),
    "and": True, "or": False,
}  # fmt: skip


@record
class Routine:
    """A C function outside the program: `library` is "tg", "lapack", "blas",
    "random" or "special"; or `address` gives where it lies.

    Arguments are passed as int64_t, double or pointers; `result` is the dtype of what
    the function returns, or None.
    """

    name: str
    library: str
    result: str | None = None
    address: Callable[[], int] | None = None


@compared_by("name", "c", "python", "cost", "routine")
class ScalarFunction:
    """A function of scalars as data.

    `c` and `python` are spellings with ``{0}``, ``{1}`` for the arguments; names that
    start with ``tg_`` come from the vector math library. `reference` computes the same
    on NumPy scalars. `cost` is in units of one addition. With a `routine`, the function
    is that C function of doubles, and the spellings are ``{0}, {1}``, its arguments.
    """

    name: str
    c: str
    python: str
    reference: Callable[..., Any]
    cost: int = 1
    routine: Routine | None = None


class Expr:
    """A scalar value; every expression has a `dtype`."""

    __slots__ = ()
    dtype: str


@record
class Const(Expr):
    value: Any
    dtype: str = "int64"


@record
class Name(Expr):
    """The value of a Let, a Carry or an Accumulator."""

    name: str
    dtype: str = "float64"


@record
class Index(Expr):
    """The running index of an enclosing For."""

    name: str
    dtype: str = "int64"


@record
class Size(Expr):
    """Extent `axis` of input number `input`, known at entry."""

    input: int
    axis: int
    dtype: str = "int64"


@record
class Load(Expr):
    """One element of a buffer."""

    buffer: Buffer
    subscripts: tuple[Expr, ...]

    @property
    def dtype(self) -> str:  # type: ignore[override]
        return self.buffer.dtype


@record
class Scalar(Expr):
    """A scalar function of expressions that already have its argument dtypes."""

    function: ScalarFunction
    arguments: tuple[Expr, ...]
    dtype: str


@record
class Select(Expr):
    """`a` where the condition holds, else `b`; both may be evaluated."""

    condition: Expr
    a: Expr
    b: Expr

    @property
    def dtype(self) -> str:  # type: ignore[override]
        return self.a.dtype


@record
class Cast(Expr):
    a: Expr
    dtype: str


@compared_by()
class Buffer:
    """Memory with a name: an input, an output, or a piece of workspace.

    `extents` are expressions of sizes. With `alias_of`, the same memory is seen under
    other extents (a reshape). Only inputs may be `strided`; their strides arrive with
    the sizes. `within` promises that every element of an input of integers, which is
    constant then, lies between two numbers, both included.
    """

    name: str
    dtype: str
    extents: tuple[Expr, ...]
    role: str = "workspace"  # "input" | "output" | "workspace"
    alias_of: Buffer | None = None
    strided: bool = False
    within: tuple[int, int] | None = None

    @property
    def memory(self) -> Buffer:
        """The buffer that owns the memory."""
        return self if self.alias_of is None else self.alias_of.memory


@record
class Address:
    """Argument of a Call: a pointer to one element."""

    buffer: Buffer
    subscripts: tuple[Expr, ...]


@record
class RoutineAddress:
    """Argument of a Call: a pointer to another routine."""

    routine: Routine


class Stmt:
    """One step of a program."""

    __slots__ = ()


@record
class For(Stmt):
    index: str
    start: Expr
    stop: Expr
    body: tuple[Stmt, ...]
    order: str = "any"
    step: int = 1


@record
class If(Stmt):
    condition: Expr
    then: tuple[Stmt, ...]
    otherwise: tuple[Stmt, ...] = ()


@record
class While(Stmt):
    condition: Expr
    body: tuple[Stmt, ...]


@record
class Let(Stmt):
    name: str
    expr: Expr


@record
class Carry(Stmt):
    name: str
    expr: Expr


@record
class Set(Stmt):
    name: str
    expr: Expr


@record
class Accumulator(Stmt):
    name: str
    combine: str
    dtype: str


@record
class Accumulate(Stmt):
    name: str
    combine: str
    expr: Expr


@record
class Fill(Stmt):
    """Set every element of a whole buffer to one value."""

    buffer: Buffer
    expr: Expr


@record
class Store(Stmt):
    buffer: Buffer
    subscripts: tuple[Expr, ...]
    expr: Expr


@record
class Update(Stmt):
    buffer: Buffer
    subscripts: tuple[Expr, ...]
    combine: str
    expr: Expr


@record
class Call(Stmt):
    """Call a routine with scalars (int64, float64), addresses and routine addresses."""

    routine: Routine
    arguments: tuple[Expr | Address | RoutineAddress, ...]
    reads: tuple[Buffer, ...] = ()
    writes: tuple[Buffer, ...] = ()
    result: str | None = None


@record
class Check(Stmt):
    """Leave the program with `number` when the condition is false, reporting the
    values.
    """

    number: int
    condition: Expr
    values: tuple[Expr, ...] = ()


UNEQUAL = (
    "lengths {0} and {1} differ; an unknown length never broadcasts, even when it is "
    "1: declare such an axis with length 1, or use specify_shape."
)
"""What is said of axes that must be equal and are not."""


@compared_by("number", "kind", "message", "recoverable")
class CheckInfo:
    """What a failed check says: a message with ``{0}``, ``{1}`` for its values.

    `kind` names the error ("index", "shape", "parameter", "factorization", ...), or is
    its class, or a function from (message, values) to it. A sampler treats a failed
    `recoverable` check as a log-density of -inf.
    """

    number: int
    kind: Any
    message: str
    places: tuple[Any, ...] = ()
    recoverable: bool = False


@record
class Placement:
    """Where a workspace buffer lies: `offset` bytes in, a multiple of 64."""

    buffer: Buffer
    offset: Expr


@record
class Plan:
    """What is known before the run: entry checks, output extents, workspace bytes."""

    checks: tuple[Check, ...]
    output_extents: tuple[tuple[Expr, ...], ...]
    workspace_bytes: Expr


@record
class Program:
    name: str
    inputs: tuple[Buffer, ...]
    outputs: tuple[Buffer, ...]
    plan: Plan
    body: tuple[Stmt, ...]
    placements: tuple[Placement, ...] = ()
    checks: tuple[CheckInfo, ...] = ()
    routines: tuple[Routine, ...] = ()


DTYPES = {
    "bool": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8,
    "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8,
    "float16": 2, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
}  # fmt: skip
"""Bytes of an element of each dtype."""
