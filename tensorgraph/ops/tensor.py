"""The type of tensors: dtype and static shape; constants; the base of tensor ops."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Apply, Constant, Type, Variable
from tensorgraph.graph.op import Op
from tensorgraph.loops.ir import UNEQUAL

Length = int | str | None
"""An entry of a static shape: a length, a named size, or unknown."""

DTYPES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
)  # fmt: skip
_RANK_NAMES = ("Scalar", "Vector", "Matrix")
_interned: dict[tuple[str, tuple[Length, ...]], TensorType] = {}


def dtype_name(dtype: Any) -> str:
    """The name of a dtype; raises `DTypeError` for dtypes that tensors cannot have."""
    if type(dtype) is str and dtype in DTYPES:
        return dtype
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = str(dtype)
    if name not in DTYPES:
        raise DTypeError(
            f"Unknown dtype {dtype!r}.", remedy=f"Use one of {', '.join(DTYPES)}."
        )
    return name


class TensorType(Type):
    """An array of one dtype and a static shape; equal types are one object.

    An entry of `shape` is a length, None (unknown) or a string: a named size, the same
    unknown wherever it appears.

    >>> TensorType("float64", (3, None))
    Matrix(float64, shape=(3, ?))
    """

    __slots__ = ("dtype", "shape")
    dtype: str
    shape: tuple[Length, ...]
    shared_class: ClassVar[type]

    def __new__(cls, dtype: Any, shape: Sequence[Length]) -> TensorType:
        key = (dtype_name(dtype), tuple(shape))
        self = _interned.get(key)
        if self is None:
            self = object.__new__(cls)
            for length in key[1]:
                _check_length(length)
            object.__setattr__(self, "dtype", key[0])
            object.__setattr__(self, "shape", tuple(map(_plain_length, key[1])))
            self = _interned.setdefault(key, self)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return TensorType, (self.dtype, self.shape)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("Types are immutable; make another one.")

    @property
    def ndim(self) -> int:
        """The rank."""
        return len(self.shape)

    @property
    def differentiable(self) -> bool:
        return self.dtype[0] in "fc"

    def element_type(self, axes: int) -> TensorType:
        return TensorType(self.dtype, self.shape[axes:])

    def with_shape(self, shape: Sequence[Length]) -> TensorType:
        """The same dtype with another shape."""
        return TensorType(self.dtype, shape)

    def accepts(self, other: Type) -> bool:
        return self is other or (
            isinstance(other, TensorType)
            and self.dtype == other.dtype
            and len(self.shape) == len(other.shape)
            and all(map(_length_accepts, self.shape, other.shape))
        )

    def agrees(self, other: Type) -> bool:
        return self is other or (
            isinstance(other, TensorType)
            and self.dtype == other.dtype
            and len(self.shape) == len(other.shape)
            and all(map(_lengths_agree, self.shape, other.shape))
        )

    def convert(self, value: Any) -> np.ndarray:
        array = np.asarray(value)
        if array.dtype.name != self.dtype:
            array = self._cast(array)
        fits = len(array.shape) == self.ndim and all(
            not isinstance(want, int) or want == got
            for want, got in zip(self.shape, array.shape, strict=True)
        )
        if not fits:
            raise ShapeError(f"Expected {self}, got an array of shape {array.shape}.")
        return array

    def _cast(self, array: np.ndarray) -> np.ndarray:
        """An array of another dtype in this one; of another kind, if it is exact."""
        kind = array.dtype.kind
        if np.can_cast(array.dtype, self.dtype, "same_kind") and kind in "biufc":
            return array.astype(self.dtype)
        if array.ndim or kind not in "biuf":
            raise DTypeError(f"Expected {self}, got an array of {array.dtype}.")
        with np.errstate(invalid="ignore"):
            found = array.astype(self.dtype)
        if found != array:
            raise DTypeError(
                f"Expected {self}, got {array}, which {self.dtype} cannot hold.",
                remedy="Round it, or cast it: np.asarray(value).astype(dtype).",
            )
        return found

    def storage(self) -> tuple[str, tuple[Length, ...]]:
        return self.dtype, self.shape

    def value_key(self, value: np.ndarray) -> Hashable:
        return value.shape, value.tobytes()

    def copy_value(self, value: np.ndarray) -> np.ndarray:
        return value.copy()

    def show_value(self, value: np.ndarray) -> str:
        if value.size > 20:
            return f"<array of shape {value.shape}>"
        return str(value.item()) if value.ndim == 0 else str(value).replace("\n", "")

    def __repr__(self) -> str:
        known = self.ndim < len(_RANK_NAMES)
        rank = _RANK_NAMES[self.ndim] if known else f"Tensor{self.ndim}"
        return f"{rank}({self.dtype}, shape={show_shape(self.shape)})"

    __str__ = __repr__


def _check_length(length: Any) -> None:
    ok = length is None or (isinstance(length, str) and length.isidentifier())
    if not ok and not (isinstance(length, int | np.integer) and length >= 0):
        raise ShapeError(
            f"{length!r} cannot be an entry of a static shape.",
            remedy="Use a length, None (unknown) or a name such as 'n'.",
        )


def _plain_length(length: Length) -> Length:
    return length if length is None or isinstance(length, str) else int(length)


def _length_accepts(mine: Length, other: Length) -> bool:
    return mine is None or isinstance(mine, str) or mine == other


def _lengths_agree(a: Length, b: Length) -> bool:
    numbers = isinstance(a, int) and isinstance(b, int)
    names = isinstance(a, str) and isinstance(b, str)
    return a == b or not (numbers or names)


def real_part(dtype: str) -> str:
    """The dtype of the real part: of complex64 float32, of a real dtype itself.

    >>> real_part("complex128"), real_part("int8")
    ('float64', 'int8')
    """
    return {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)


def refuse_complex(what: str, dtypes: Sequence[str]) -> None:
    """Raise `DTypeError` if a complex dtype is among those of what takes real ones."""
    for dtype in dtypes:
        if dtype[0] == "c":
            raise DTypeError(
                f"{what} is not defined for {dtype}, only for real numbers.",
                remedy="Take a part or the size first: real(z), imag(z) or abs(z).",
            )


def show_shape(shape: Sequence[Length]) -> str:
    """A static shape as printed: unknown lengths are ``?``."""
    entries = ["?" if length is None else str(length) for length in shape]
    return f"({entries[0]},)" if len(entries) == 1 else f"({', '.join(entries)})"


def unify_lengths(a: Length, b: Length) -> Length:
    """The one length that two entries stand for; raises ValueError when they differ."""
    if a == b or b is None:
        return a
    if a is None or (isinstance(a, str) and isinstance(b, int)):
        return b
    if isinstance(a, int) and isinstance(b, str):
        return a
    raise ValueError(f"{a} and {b} differ")


def broadcast_shapes(
    what: str, shapes: Sequence[tuple[Length, ...]]
) -> tuple[Length, ...]:
    """The shape that operands of equal rank broadcast to; `what` names the op in
    errors.
    """
    result: list[Length] = []
    for axis, lengths in enumerate(zip(*shapes, strict=True)):
        length: Length = 1
        for other in lengths:
            if other == 1:
                continue
            try:
                length = other if length == 1 else unify_lengths(length, other)
            except ValueError:
                raise _broadcast_error(what, shapes, axis, length, other) from None
        result.append(length)
    return tuple(result)


def check_lengths(
    what: str, static: Sequence[tuple[Length, ...]], found: Sequence[tuple[int, ...]]
) -> None:
    """Raise `ShapeError` for shapes of one rank that only broadcast because a length
    that is not 1 in the static shape turned out to be 1: compiled code refuses it too.
    """
    for known, lengths in zip(zip(*static, strict=True), zip(*found, strict=True),
                              strict=True):  # fmt: skip
        wide = [n for n, entry in zip(lengths, known, strict=True) if entry != 1]
        for n in wide[1:]:
            if n != wide[0]:
                raise ShapeError(f"{what}: {UNEQUAL.format(wide[0], n)}")


def check_written(
    what: str, value: Variable, found: tuple[int, ...], places: tuple[int, ...]
) -> None:
    """`check_lengths` for a value of a shape that is written to places of a shape."""
    check_lengths(what, (value.type.shape, (None,) * len(places)), (found, places))


def _broadcast_error(
    what: str, shapes: Sequence[Any], axis: int, a: Length, b: Length
) -> ShapeError:
    listed = " and ".join(show_shape(s) for s in dict.fromkeys(shapes))
    return ShapeError(
        f"{what} cannot broadcast shapes {listed}: "
        f"axis {axis} has lengths {a} and {b}; neither is 1.",
        remedy="Write x[:, None] to give an operand a new axis, or transpose it.",
    )


def constant(value: Any, dtype: Any = None, name: str | None = None) -> Constant:
    """A constant tensor with the value's exact shape; the value is copied.

    >>> constant([1.0, 2.0])
    [1. 2.]
    """
    wanted = None if dtype is None else dtype_name(dtype)
    try:
        array = np.array(value, dtype=wanted)
    except (TypeError, ValueError):
        array = np.array(None)  # a ragged list, or no number at all
    if array.dtype.name not in DTYPES:
        raise DTypeError(
            f"Cannot make a tensor of {value!r}: its dtype would be {array.dtype}.",
            remedy="Pass numbers or an array of numbers; use tg.stack for variables.",
        )
    array = np.ascontiguousarray(array).reshape(array.shape)
    array.flags.writeable = False
    return TensorType(array.dtype.name, array.shape).constant(array, name)


def as_tensor(value: Any, name: str | None = None, dtype: Any = None) -> Variable:
    """`value` as a tensor variable; variables pass through, values become constants."""
    if isinstance(value, Variable):
        if not isinstance(value.type, TensorType):
            raise DTypeError(f"{value!r} of type {value.type} is not a tensor.")
        return value
    return constant(value, dtype, name)


def _smallest_integer(value: int) -> str:
    for dtype in ("int8", "int16", "int32", "int64"):
        if np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
            return dtype
    return "uint64"


def weak_constant(value: Any, dtypes: Sequence[str]) -> Variable:
    """A Python scalar beside operands of `dtypes`, which it does not promote.

    Integers stay in the smallest dtype that leaves the result what NumPy says.
    """
    strong = np.result_type(*dtypes)
    wanted = np.result_type(strong, value)
    if type(value) is int:
        try:
            small = _smallest_integer(value)
            if np.result_type(strong, small) == wanted:
                return constant(value, small)
            return constant(np.asarray(value, wanted), wanted)
        except OverflowError:
            raise DTypeError(
                f"{value} does not fit into {wanted}.",
                remedy="Cast the other operand to a larger dtype first.",
            ) from None
    return constant(value, wanted)


class TensorOp(Op):
    """Base of ops on tensors: inputs are coerced with `as_tensor`."""

    moves_elements: ClassVar[bool] = False
    """Each element of the result is one of the first input's, of any dtype, or zero."""
    pads_with_zeros: ClassVar[bool] = False
    """Whether zeros stand beside the elements that it moves."""
    distinct: ClassVar[tuple[int, ...]] = ()
    """Numbers of outputs that, as vectors, hold integers from 0 on, all different."""

    def choice(self, node: Apply, index: int) -> tuple[Variable, ...] | None:
        """(condition, then, otherwise) if an output is so chosen of two operands."""
        return None

    def coerce(self, inputs: tuple[Any, ...]) -> Sequence[Variable]:
        return [v if isinstance(v, Variable) else as_tensor(v) for v in inputs]


def static_value(variable: Variable) -> Any:
    """The value of a constant as a NumPy array, else None."""
    return variable.value if isinstance(variable, Constant) else None
