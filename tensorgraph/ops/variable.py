"""Tensor variables: the operators and methods that make graphs read like NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Constant, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.show import dprint
from tensorgraph.ops import math
from tensorgraph.ops.basis import basis_like
from tensorgraph.ops.broadcast import Axes, shape_of, sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.create import ones_like, zeros_like
from tensorgraph.ops.index import get, update_at
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.reduce import max, mean, min
from tensorgraph.ops.shape import reshape, squeeze, transpose
from tensorgraph.ops.tensor import TensorType


class Indexed:
    """`x.at[index]`: pure updates of the elements at an index."""

    __slots__ = ("index", "x")

    def __init__(self, x: Variable, index: Any) -> None:
        self.x = x
        self.index = index

    def set(self, value: Any) -> Any:
        """A copy of x with these elements replaced."""
        return update_at(self.x, self.index, value, "set")

    def add(self, value: Any) -> Any:
        """A copy of x with `value` added at the index, repeated indices included."""
        return update_at(self.x, self.index, value, "add")


class At:
    """What `x.at` gives: index it to get an `Indexed`."""

    __slots__ = ("x",)

    def __init__(self, x: Variable) -> None:
        self.x = x

    def __getitem__(self, index: Any) -> Indexed:
        return Indexed(self.x, index)


class TensorVariable(Variable):
    """A tensor of a graph; arithmetic and indexing build more graph."""

    __slots__ = ()
    __array_priority__: ClassVar[int] = 1000
    __array_ufunc__: ClassVar[None] = None
    type: TensorType

    def __add__(self, other: Any) -> Any:
        return math.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return math.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return math.sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return math.sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return math.mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return math.mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return math.true_div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return math.true_div(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return math.floor_div(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return math.floor_div(other, self)

    def __mod__(self, other: Any) -> Any:
        return math.mod(self, other)

    def __rmod__(self, other: Any) -> Any:
        return math.mod(other, self)

    def __pow__(self, other: Any) -> Any:
        return math.pow(self, other)

    def __rpow__(self, other: Any) -> Any:
        return math.pow(other, self)

    def __matmul__(self, other: Any) -> Any:
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return matmul(other, self)

    def __neg__(self) -> Any:
        return math.neg(self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return math.abs(self)

    def __lt__(self, other: Any) -> Any:
        return math.lt(self, other)

    def __le__(self, other: Any) -> Any:
        return math.le(self, other)

    def __gt__(self, other: Any) -> Any:
        return math.gt(self, other)

    def __ge__(self, other: Any) -> Any:
        return math.ge(self, other)

    def __and__(self, other: Any) -> Any:
        return math.logical_and(self, other)

    def __or__(self, other: Any) -> Any:
        return math.logical_or(self, other)

    def __invert__(self) -> Any:
        return math.logical_not(self)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"{self!r} is a symbol and has no truth value yet. "
            "Use where, ifelse or logical_and on graphs, or .eval() for a value."
        )

    def __getitem__(self, index: Any) -> Any:
        return get(self, index)

    def __len__(self) -> int:
        length = self.type.shape[0] if self.type.ndim else None
        if not isinstance(length, int):
            raise TypeError(f"{self!r} of type {self.type} has no known length.")
        return length

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    @property
    def shape(self) -> tuple[Any, ...]:
        """The lengths: ints where they are known, int64 scalars elsewhere."""
        return shape_of(self)

    @property
    def ndim(self) -> int:
        """The rank."""
        return self.type.ndim

    @property
    def dtype(self) -> str:
        """The name of the dtype."""
        return self.type.dtype

    @property
    def at(self) -> At:
        """`x.at[index].set(value)` and `.add(value)`: pure updates."""
        return At(self)

    @property
    def T(self) -> Any:
        """The axes in reverse order."""
        return transpose(self)

    @property
    def mT(self) -> Any:
        """The last two axes exchanged."""
        order = [*range(self.ndim - 2), self.ndim - 1, self.ndim - 2]
        return transpose(self, order)

    def astype(self, dtype: Any) -> Any:
        """The same values in another dtype."""
        return cast(self, dtype)

    def sum(self, axis: Axes = None, keepdims: bool = False) -> Any:
        """The sum over `axis`, by default over all."""
        return sum(self, axis, keepdims)

    def mean(self, axis: Axes = None, keepdims: bool = False) -> Any:
        """The mean over `axis`, by default over all."""
        return mean(self, axis, keepdims)

    def max(self, axis: Axes = None, keepdims: bool = False) -> Any:
        """The maximum over `axis`, by default over all."""
        return max(self, axis, keepdims)

    def min(self, axis: Axes = None, keepdims: bool = False) -> Any:
        """The minimum over `axis`, by default over all."""
        return min(self, axis, keepdims)

    def reshape(self, *shape: Any) -> Any:
        """The same elements in C order under another shape."""
        single = len(shape) == 1 and isinstance(shape[0], Sequence)
        return reshape(self, shape[0] if single else shape)

    def squeeze(self, axis: Axes = None) -> Any:
        """Axes of length 1 removed."""
        return squeeze(self, axis)

    def transpose(self, *axes: int) -> Any:
        """The axes in another order."""
        return transpose(self, axes or None)

    def dot(self, other: Any) -> Any:
        """The matrix product."""
        return matmul(self, other)

    def zeros_like(self) -> Any:
        """Zeros of this type and shape."""
        return zeros_like(self)

    def ones_like(self) -> Any:
        """Ones of this type and shape."""
        return ones_like(self)

    def basis(self) -> Any:
        """An array of this type and shape for each element: 1 there, 0 elsewhere."""
        return basis_like(self)

    def dprint(self, **options: Any) -> None:
        """Print the graph; see `tensorgraph.dprint`."""
        dprint(self, **options)

    def eval(self, given: Mapping[Variable, Any] | None = None) -> Any:
        """The value, by the reference evaluator; `given` maps inputs to values.

        Random generators and shared variables are read, never advanced.
        """
        values = {v: v.type.convert(value) for v, value in (given or {}).items()}
        return evaluate([self], values, numpy_namespace)[0]


class TensorConstant(Constant, TensorVariable):
    """A tensor whose value is known."""

    __slots__ = ()


class TensorShared(SharedVariable, TensorVariable):
    """A tensor that keeps its value between calls."""

    __slots__ = ()


TensorType.variable_class, TensorType.constant_class, TensorType.shared_class = (
    TensorVariable, TensorConstant, TensorShared,
)  # fmt: skip
