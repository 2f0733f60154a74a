"""Elementwise ops: what one declaration of a scalar function becomes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from tensorgraph.errors import DTypeError, GradientError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.lazy import load
from tensorgraph.loops.ir import Routine, ScalarFunction
from tensorgraph.ops.broadcast import Sum, broadcast_like, expand_left, reduce_like
from tensorgraph.ops.cast import cast_cotangent
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import (
    TensorOp,
    TensorType,
    as_tensor,
    broadcast_shapes,
    check_lengths,
    constant,
    real_part,
    refuse_complex,
    static_value,
    weak_constant,
)

Derivative = Callable[..., Any]
Interval = tuple[float, float]

ELEMENTWISE: dict[str, Elementwise] = {}
"""Every elementwise op by name."""


@dataclass(frozen=True, eq=False)
class Elementwise(TensorOp):
    """A scalar function applied to every element of operands of equal rank.

    `reference` is the name of the function in the array namespace, `kind` its dtype
    rule, `derivatives` one function of (*inputs, output) for each input (0.0 where the
    output is flat, None or the reason for an input that has no derivative), or else
    `pull` gives the cotangents of all inputs from (*inputs, output, cotangent); with
    neither there is no derivative. `domain` is one open interval for each input on
    which the function is defined, smooth and tested. `routine` is the C function
    outside that computes it, if there is one, and `home` the module that declares the
    op. Real results lie in the closed interval `image`; `monotone` is 1 for a function
    that grows wherever it is defined, -1 for one that falls.
    """

    name: str
    reference: str
    spelling: dict[str, tuple[str, str]]
    derivatives: tuple[Derivative | str | None, ...]
    kind: str
    domain: tuple[Interval, ...]
    cost: int
    symmetric: bool
    pull: Derivative | None = None
    routine: Routine | None = None
    home: str = ""
    image: Interval = (-np.inf, np.inf)
    monotone: int = 0
    types: dict[tuple[str, ...], tuple[tuple[str, ...], str]] = field(
        default_factory=dict, repr=False
    )
    shapes: dict[tuple[TensorType, ...], TensorType] = field(
        default_factory=dict, repr=False
    )

    # Ops compare by their fields; each of these is its own, found by name.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def commutative(self) -> bool:  # type: ignore[override]
        """Whether operands may change places."""
        return self.symmetric

    def __reduce__(self) -> str | tuple[Any, ...]:
        return _named, (self.name, self.home)

    def __str__(self) -> str:
        return self.name[0].upper() + self.name[1:]

    # -- building ---------------------------------------------------------------------

    def coerce(self, inputs: tuple[Any, ...]) -> Sequence[Variable]:
        """Variables of equal rank; Python scalars do not promote the other operands."""
        if _are_aligned(inputs) and len(inputs) == len(self.domain):
            return inputs
        if len(inputs) != len(self.domain):
            raise TypeError(f"{self.name} takes {len(self.domain)} operands.")
        strong = [
            x if isinstance(x, Variable) else as_tensor(x)
            for x in inputs
            if type(x) not in (int, float, complex)
        ]
        dtypes = [x.type.dtype for x in strong if isinstance(x.type, TensorType)]
        given = iter(strong)
        out = [
            (self.number(x, dtypes, place) if dtypes else as_tensor(x))
            if type(x) in (int, float, complex)
            else as_tensor(next(given))
            for place, x in enumerate(inputs)
        ]
        ndim = max(x.type.ndim for x in out)
        return [x if x.type.ndim == ndim else expand_left(x, ndim) for x in out]

    def number(self, value: Any, dtypes: Sequence[str], place: int) -> Variable:
        """A Python number beside operands of `dtypes`, which it does not promote.

        Comparisons and what gives floats take integers of any size, as NumPy's do.
        """
        try:
            return weak_constant(value, dtypes)
        except DTypeError:
            common = np.result_type(*dtypes).name
            enter, leave = self.dtypes((common,) * len(self.domain))
            if leave[0] in "iu":
                raise
            return constant(value, enter[place] if enter[place][0] in "fc" else None)

    def dtypes(self, given: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        """The dtypes in which operands enter the function, and the result's."""
        found = self.types.get(given)
        if found is None:
            if "complex128" not in self.spelling:
                refuse_complex(self.name, given)
            found = self.types[given] = RULES[self.kind](self, given)
        return found

    # -- the rules --------------------------------------------------------------------

    def infer(self, *inputs: Variable) -> TensorType:
        key = tuple(x.type for x in inputs)
        found = self.shapes.get(key)
        if found is None:
            dtype = self.dtypes(tuple(t.dtype for t in key))[1]
            shape = broadcast_shapes(self.name, [t.shape for t in key])
            found = self.shapes[key] = TensorType(dtype, shape)
        return found

    def check_values(self, node: Apply, *inputs: Any) -> None:
        if len(inputs) > 1:
            static = [x.type.shape for x in node.inputs]
            check_lengths(self.name, static, [x.shape for x in inputs])

    def evaluate(self, xp: Any, *inputs: Any) -> Any:
        enter, leave = self.dtypes(tuple(x.dtype.name for x in inputs))
        args = [xp.astype(x, d) for x, d in zip(inputs, enter, strict=True)]
        return xp.astype(xp.function(self.reference)(*args), leave)

    def pullback(self, *arguments: Variable) -> Any:
        return self._pull(arguments, [True] * len(self.domain))

    def differentiate(
        self, node: Apply, cotangents: Sequence[Any], wanted: Sequence[bool]
    ) -> Sequence[Any]:
        return self._pull((*node.inputs, *node.outputs, *cotangents), wanted)

    def _pull(self, arguments: Sequence[Any], wanted: Sequence[bool]) -> Sequence[Any]:
        *inputs, output, cotangent = arguments
        if not output.type.differentiable:
            return [None] * len(inputs)
        needed = [
            want and x.type.differentiable
            for x, want in zip(inputs, wanted, strict=True)
        ]
        if self.pull is not None:
            pulled = self.pull(*arguments)
        elif self.derivatives:
            pulled = [
                scale(cotangent, self._derivative(k)(*inputs, output)) if need else None
                for k, need in enumerate(needed)
            ]
        else:
            raise GradientError(f"{self.name} has no derivative.")
        return [
            cotangent_like(g, x) if need and g is not None else None
            for g, x, need in zip(pulled, inputs, needed, strict=True)
        ]

    def _derivative(self, number: int) -> Derivative:
        found = self.derivatives[number]
        if found is None or isinstance(found, str):
            raise GradientError(
                f"{self.name} has no derivative with respect to operand {number}"
                + (f": {found}." if found else "."),
                remedy="Make that operand a constant, or wrap it in stop_gradient.",
            )
        return found

    def choice(self, node: Apply, index: int) -> tuple[Variable, ...] | None:
        return tuple(node.inputs) if self.name == "where" else None

    def batch(self, batched: Sequence[bool], *inputs: Variable) -> Any:
        return self(*inputs)

    def lower(self, loop: Any, *values: Any) -> Any:
        enter, leave = self.dtypes(tuple(v.dtype for v in values))
        return loop.pointwise(self.scalar_function(enter[-1]), values, enter, leave)

    def scalar_function(self, dtype: str) -> ScalarFunction:
        """The function as loops know it, of scalars that enter it in a dtype."""
        c, python = self.spelling.get(dtype, self.spelling[""])
        return ScalarFunction(
            self.name, c, python, self.scalar_reference, self.cost, self.routine
        )

    def scalar_reference(self, *values: Any) -> Any:
        """The function on NumPy scalars, for the interpreter of loops."""
        return numpy_namespace.function(self.reference)(*values)


def _named(name: str, home: str) -> Elementwise:
    if name not in ELEMENTWISE:
        load(home)
    return ELEMENTWISE[name]


def _by_ufunc(op: Elementwise, given: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """What NumPy's own function of this name does with these dtypes."""
    ufunc = getattr(np, op.reference)
    try:
        found = ufunc.resolve_dtypes((*map(np.dtype, given), *[None] * ufunc.nout))
    except TypeError:
        raise DTypeError(
            f"{op.name} is not defined for {' and '.join(given)}."
        ) from None
    return tuple(d.name for d in found[:-1]), found[-1].name


def _by_float(op: Elementwise, given: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Special functions: floats and complex numbers stay, integers become float64."""
    dtype = np.result_type(*given)
    name = dtype.name if dtype.kind in "fc" else "float64"
    return (name,) * len(given), name


def _by_part(op: Elementwise, given: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Parts of complex numbers: of a real number, as of one without imaginary part."""
    part: np.ndarray = getattr(np, op.reference)(np.ones((), *given))
    return (np.result_type(*given, "complex64").name,), part.dtype.name


def _by_parts(op: Elementwise, given: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Complex numbers from two real parts."""
    whole = np.result_type(*given, "complex64").name
    return (real_part(whole),) * len(given), whole


def _by_branch(op: Elementwise, given: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """where(condition, a, b): the branches promote, the condition is a bool."""
    if given[0] != "bool":
        raise DTypeError(f"{op.name} needs a bool condition, not {given[0]}.")
    dtype = np.result_type(*given[1:]).name
    return ("bool", dtype, dtype), dtype


def _are_aligned(inputs: tuple[Any, ...]) -> bool:
    """Whether these are tensors of one rank, which need no coercion."""
    ndim = -1
    for x in inputs:
        kind = getattr(x, "type", None)
        if type(kind) is not TensorType or ndim not in (-1, len(kind.shape)):
            return False
        ndim = len(kind.shape)
    return True


RULES = {
    "ufunc": _by_ufunc, "float": _by_float, "branch": _by_branch,
    "part": _by_part, "parts": _by_parts,
}  # fmt: skip
"""How the dtype of a result follows from the operands'."""


def elementwise(
    name: str,
    *,
    c: str = "",
    python: str = "",
    routine: Routine | None = None,
    reference: str | None = None,
    derivative: Derivative | Sequence[Derivative | str | None] | None = None,
    kind: str = "ufunc",
    domain: Interval | Sequence[Interval] = (-np.inf, np.inf),
    cost: int = 1,
    arity: int | None = None,
    symmetric: bool = False,
    pull: Derivative | None = None,
    integer: tuple[str, str] | None = None,
    boolean: tuple[str, str] | None = None,
    complex: tuple[str, str] | str | None = None,
    image: Interval = (-np.inf, np.inf),
    monotone: int = 0,
) -> Elementwise:
    """Declare an elementwise op: the one place where it lives.

    `c` and `python` spell the scalar function with ``{0}``, ``{1}`` for its arguments;
    `integer` and `boolean` are other (c, python) spellings for those dtypes; `complex`
    is one for complex numbers, or the word "same": without it they are refused.
    Instead, `routine` names a C function of doubles, ours or SciPy's, that compiled
    code calls. `image` and `monotone` are what rewriting may rely on.
    """
    single = () if derivative is None else (derivative,)
    derivatives = tuple(derivative) if isinstance(derivative, Sequence) else single
    arity = arity or len(derivatives) or 1
    intervals = tuple(domain) if isinstance(domain[0], Sequence) else (domain,) * arity
    if routine is not None:
        c = python = ", ".join(f"{{{k}}}" for k in range(arity))
    spelling = {"": (c, python)}
    for dtype in (
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
    ):
        if integer:
            spelling[dtype] = integer
    if boolean:
        spelling["bool"] = boolean
    if complex:
        whole = spelling[""] if complex == "same" else complex
        pair = (whole, whole) if isinstance(whole, str) else whole
        spelling |= {"complex64": pair, "complex128": pair}
    op = Elementwise(
        name, reference or name, spelling, derivatives, kind, intervals, cost,
        symmetric, pull, routine, sys._getframe(1).f_globals["__name__"], image,
        monotone,
    )  # fmt: skip
    return ELEMENTWISE.setdefault(name, op)


def cotangent_like(g: Variable, x: Variable) -> Variable:
    """`g` in the dtype of `x`, summed over the axes along which `x` was broadcast."""
    return cast_cotangent(reduce_like(g, x), x)


# -- gradients at branches -----------------------------------------------------------

_masks: WeakKeyDictionary[Variable, Any] = WeakKeyDictionary()


def scale(cotangent: Any, factor: Any) -> Any:
    """cotangent * factor, only where the cotangent may be other than zero; None for 0.

    The branch of a `where` that was not taken gets zeros, and a factor that is infinite
    there must not meet them: 0 times inf is nan.
    """
    if type(factor) is float and factor == 0.0:
        return None
    if type(factor) is float and abs(factor) == 1.0:
        return cotangent if factor == 1.0 else -cotangent
    mask = mask_of(cotangent)
    if mask is None:
        return cotangent * factor
    return ELEMENTWISE["where"](mask, _taken(cotangent) * factor, 0.0)


def mask_of(cotangent: Variable) -> Any:
    """False where a cotangent is zero because a branch was not taken; None if unknown.

    It is found in where(c, g, 0) and carried through sums, signs and moves of elements.
    """
    stack = [cotangent] if _mask_parts(cotangent) else []
    while stack:
        missing = [v for v in _mask_parts(stack[-1]) if v not in _masks]
        if missing:
            stack.extend(missing)
        else:
            variable = stack.pop()
            _masks[variable] = _find_mask(variable)
    return _masks.get(cotangent)


def _mask_parts(variable: Variable) -> Sequence[Variable]:
    """The operands whose masks decide the mask of a variable."""
    node = variable.owner
    if node is None or not isinstance(node.op, TensorOp):
        return ()
    chosen = node.op.choice(node, variable.index)
    if chosen is not None:
        return [v for v in chosen[1:] if not _is_zero(v)]
    if node.op is ELEMENTWISE["add"] or node.op is ELEMENTWISE["neg"]:
        return node.inputs
    return node.inputs[:1] if node.op.moves_elements or isinstance(node.op, Sum) else ()


def _find_mask(variable: Variable) -> Any:
    """The mask of a variable, from those of its parts."""
    node, masks = variable.owner, [_masks[v] for v in _mask_parts(variable)]
    if node is None or not masks:
        return None
    chosen = node.op.choice(node, variable.index)
    if chosen is not None:
        return _branch_mask(chosen, masks)
    if any(mask is None for mask in masks):
        return None
    if node.op is ELEMENTWISE["add"]:
        return masks[0] if masks[0] is masks[1] else masks[0] | masks[1]
    if node.op is ELEMENTWISE["neg"]:
        return masks[0]
    whole = broadcast_like(masks[0], node.inputs[0])
    moved = node.op(whole, *node.inputs[1:])
    return moved > 0 if isinstance(node.op, Sum) else moved


def _branch_mask(chosen: Sequence[Any], masks: Sequence[Any]) -> Any:
    """The mask of where(condition, a, b), if one of a and b is zero."""
    if len(masks) != 1:
        return None
    condition = ~chosen[0] if _is_zero(chosen[1]) else chosen[0]
    return condition if masks[0] is None else condition & masks[0]


def _taken(cotangent: Variable) -> Any:
    """The branch that is not zero, if of the cotangent's shape; else the cotangent.

    Operands of elementwise ops agree in unknown lengths, branches need not.
    """
    node, (first, *_) = cotangent.owner, _mask_parts(cotangent)
    assert node is not None
    chosen = node.op.choice(node, cotangent.index)
    alike = chosen is not None and first.type == cotangent.type
    known = isinstance(node.op, Elementwise) or None not in cotangent.type.shape
    return first if alike and known else cotangent


def _is_zero(x: Variable) -> bool:
    while x.owner is not None and getattr(x.owner.op, "moves_elements", False):
        x = x.owner.inputs[0]
    value = static_value(x)
    return value is not None and not np.any(value)
