"""Tensor variables: the operators and methods that make graphs read like NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Constant, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.show import dprint
from tensorgraph.lazy import (
    axes,
    bits,
    comparison,
    cumulative,
    fold,
    lengths,
    ordering,
    repetition,
    rounding,
    taking,
)
from tensorgraph.ops import math
from tensorgraph.ops.basis import basis_like
from tensorgraph.ops.broadcast import Axes, shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import ones_like, zeros_like
from tensorgraph.ops.creating.diagonal import diagonal, trace
from tensorgraph.ops.indexing.at import At
from tensorgraph.ops.indexing.index import get, update_taken
from tensorgraph.ops.linalg.product import dot, matmul
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.pointwise import parts
from tensorgraph.ops.reducing.moments import mean, std, var
from tensorgraph.ops.reducing.positions import argmax, argmin
from tensorgraph.ops.reducing.reduce import all, any, max, min, prod, sum
from tensorgraph.ops.shaping.shape import ravel, reshape, squeeze, swapaxes, transpose
from tensorgraph.ops.tensor import TensorType


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

    def __divmod__(self, other: Any) -> Any:
        return math.floor_div(self, other), math.mod(self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return math.floor_div(other, self), math.mod(other, self)

    def __and__(self, other: Any) -> Any:
        return bits.bitwise_and(self, other)

    def __rand__(self, other: Any) -> Any:
        return bits.bitwise_and(other, self)

    def __or__(self, other: Any) -> Any:
        return bits.bitwise_or(self, other)

    def __ror__(self, other: Any) -> Any:
        return bits.bitwise_or(other, self)

    def __xor__(self, other: Any) -> Any:
        return bits.bitwise_xor(self, other)

    def __rxor__(self, other: Any) -> Any:
        return bits.bitwise_xor(other, self)

    def __lshift__(self, other: Any) -> Any:
        return bits.left_shift(self, other)

    def __rlshift__(self, other: Any) -> Any:
        return bits.left_shift(other, self)

    def __rshift__(self, other: Any) -> Any:
        return bits.right_shift(self, other)

    def __rrshift__(self, other: Any) -> Any:
        return bits.right_shift(other, self)

    def __invert__(self) -> Any:
        return bits.invert(self)

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
    def size(self) -> Any:
        """The number of elements: an int if it is known, or an int64 scalar."""
        return lengths.size(self)

    @property
    def dtype(self) -> str:
        """The name of the dtype."""
        return self.type.dtype

    @property
    def at(self) -> At:
        """`x.at[index].set(value)`, `.add .mul .max .min`: pure updates."""
        return At(self)

    def set(self, value: Any) -> Any:
        """Of x[index], a copy of x with these elements replaced."""
        return update_taken(self, value, "set")

    def inc(self, value: Any) -> Any:
        """Of x[index], a copy of x with `value` added, repeated indices included."""
        return update_taken(self, value, "add")

    add = inc

    def mul(self, value: Any) -> Any:
        """Of x[index], a copy of x multiplied there."""
        return update_taken(self, value, "mul")

    @property
    def T(self) -> Any:
        """The axes in reverse order."""
        return transpose(self)

    @property
    def mT(self) -> Any:
        """The last two axes exchanged."""
        order = [*range(self.ndim - 2), self.ndim - 1, self.ndim - 2]
        return transpose(self, order)

    @property
    def real(self) -> Any:
        """The real parts."""
        return parts.real(self)

    @property
    def imag(self) -> Any:
        """The imaginary parts."""
        return parts.imag(self)

    def conj(self) -> Any:
        """The complex conjugates."""
        return parts.conj(self)

    def astype(self, dtype: Any) -> Any:
        """The same values in another dtype."""
        return cast(self, dtype)

    def sum(
        self, axis: Axes = None, dtype: Any = None, keepdims: bool = False, **more: Any
    ) -> Any:
        """The sum over `axis`, by default over all; see `tensorgraph.sum`."""
        return sum(self, axis, dtype, keepdims, **more)

    def prod(
        self, axis: Axes = None, dtype: Any = None, keepdims: bool = False, **more: Any
    ) -> Any:
        """The product over `axis`, by default over all; see `tensorgraph.prod`."""
        return prod(self, axis, dtype, keepdims, **more)

    def mean(
        self, axis: Axes = None, dtype: Any = None, keepdims: bool = False, **more: Any
    ) -> Any:
        """The mean over `axis`, by default over all; see `tensorgraph.mean`."""
        return mean(self, axis, dtype, keepdims, **more)

    def var(self, axis: Axes = None, dtype: Any = None, **more: Any) -> Any:
        """The variance over `axis`, by default over all; see `tensorgraph.var`."""
        return var(self, axis, dtype, **more)

    def std(self, axis: Axes = None, dtype: Any = None, **more: Any) -> Any:
        """The standard deviation over `axis`, by default over all."""
        return std(self, axis, dtype, **more)

    def max(self, axis: Axes = None, keepdims: bool = False, **more: Any) -> Any:
        """The maximum over `axis`, by default over all; see `tensorgraph.max`."""
        return max(self, axis, keepdims, **more)

    def min(self, axis: Axes = None, keepdims: bool = False, **more: Any) -> Any:
        """The minimum over `axis`, by default over all; see `tensorgraph.min`."""
        return min(self, axis, keepdims, **more)

    def all(self, axis: Axes = None, keepdims: bool = False, **more: Any) -> Any:
        """Whether every element over `axis`, by default over all, is true."""
        return all(self, axis, keepdims, **more)

    def any(self, axis: Axes = None, keepdims: bool = False, **more: Any) -> Any:
        """Whether some element over `axis`, by default over all, is true."""
        return any(self, axis, keepdims, **more)

    def argmax(self, axis: Axes = None, keepdims: bool = False) -> Any:
        """The index of the first maximum over `axis`, by default over all."""
        return argmax(self, axis, keepdims)

    def argmin(self, axis: Axes = None, keepdims: bool = False) -> Any:
        """The index of the first minimum over `axis`, by default over all."""
        return argmin(self, axis, keepdims)

    def cumsum(self, axis: int | None = None, dtype: Any = None) -> Any:
        """The cumulative sums along `axis`, by default of all in C order."""
        return cumulative.cumsum(self, axis, dtype)

    def cumprod(self, axis: int | None = None, dtype: Any = None) -> Any:
        """The cumulative products along `axis`, by default of all in C order."""
        return cumulative.cumprod(self, axis, dtype)

    def clip(self, min: Any = None, max: Any = None) -> Any:
        """The elements, those outside the bounds moved to them."""
        return comparison.clip(self, min, max)

    def round(self, decimals: int = 0) -> Any:
        """The elements rounded to so many decimals, halves to the even neighbour."""
        return rounding.round(self, decimals)

    def reshape(self, *shape: Any) -> Any:
        """The same elements in C order under another shape."""
        single = len(shape) == 1 and isinstance(shape[0], Sequence)
        return reshape(self, shape[0] if single else shape)

    def ravel(self, order: str = "C") -> Any:
        """The same elements as a vector."""
        return ravel(self, order)

    def flatten(self, ndim: int = 1) -> Any:
        """The last axes folded into one, so that there are `ndim` axes."""
        return fold.flatten(self, ndim)

    def repeat(self, repeats: Any, axis: int | None = None) -> Any:
        """Each element so many times in a row, along `axis` or in C order."""
        return repetition.repeat(self, repeats, axis)

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        """Two axes exchanged."""
        return swapaxes(self, axis1, axis2)

    def dimshuffle(self, *pattern: Any) -> Any:
        """The axes in the order of the pattern, with a new one for each "x"."""
        return axes.dimshuffle(self, *pattern)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
        """The diagonal of two axes, as the last axis of the result."""
        return diagonal(self, offset, axis1, axis2)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
        """The sum of a diagonal of two axes."""
        return trace(self, offset, axis1, axis2)

    def sort(self, axis: int | None = -1) -> Any:
        """The elements along an axis in ascending order, as a new tensor."""
        return ordering.sort(self, axis)

    def argsort(self, axis: int | None = -1) -> Any:
        """The indices that sort along an axis."""
        return ordering.argsort(self, axis)

    def take(self, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
        """The elements at indices along an axis, or of all in C order without one."""
        return taking.take(self, indices, axis, mode)

    def choose(self, choices: Any, mode: str = "raise") -> Any:
        """Each element from the one of `choices` that this tensor of integers names."""
        return taking.choose(self, choices, mode)

    def squeeze(self, axis: Axes = None) -> Any:
        """Axes of length 1 removed."""
        return squeeze(self, axis)

    def transpose(self, *axes: int) -> Any:
        """The axes in another order."""
        return transpose(self, axes or None)

    def dot(self, other: Any) -> Any:
        """The product with another tensor, as `tensorgraph.dot` has it."""
        return dot(self, other)

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
