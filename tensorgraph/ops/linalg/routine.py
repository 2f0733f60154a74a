"""Ops that one C routine computes for each core array of a stack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.traverse import graph_replace
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Address, Buffer, Call, Expr, Stmt
from tensorgraph.ops.cast import cast
from tensorgraph.ops.linalg.library import computed_in, in_dtype, own
from tensorgraph.ops.linalg.stacks import each_core, stack_extents
from tensorgraph.ops.pointwise.parts import conj
from tensorgraph.ops.signature import Dims, SignatureOp, core_dims
from tensorgraph.ops.tensor import (
    Length,
    TensorType,
    as_tensor,
    real_part,
    show_shape,
    unify_lengths,
)
from tensorgraph.transforms.grad import pullback


@dataclass(frozen=True)
class RoutineOp(SignatureOp):
    """An op on arrays of numbers that a C routine computes in float64, core by core.

    For complex numbers it is the same routine in complex128 (`library.in_dtype`).

    The routine gets the addresses of the core inputs that it reads, of the outputs and
    of its workspace; then the lengths, in the order in which the signature names them;
    the `options`; and the addresses of the `helpers` that it calls. Matrices are
    row-major. A core for which there is no result is filled with nan (integers: 0).
    """

    name: ClassVar[str]
    helpers: ClassVar[tuple[ir.Routine, ...]] = ()
    smaller: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Lengths that are the smaller of two others: {"k": ("m", "n")}."""
    work: ClassVar[Mapping[str, int]] = {}
    """The numbers of workspace, a polynomial: {"mn": 1, "n": 64} is m n + 64 n."""
    complex_work: ClassVar[Mapping[str, int]] = {}
    """So many more where the numbers are complex."""
    unread: ClassVar[int] = 0
    """So many first inputs stand for what the others came from: gradients read them."""
    kinds: ClassVar[str] = "nnnn"
    """The kind of each output: n for numbers like the inputs, r for real ones, c for
    complex ones, i for integers."""
    finite: ClassVar[bool] = True
    """Whether one nan or infinity in an input leaves a core without a result."""

    @property
    def routine(self) -> ir.Routine:
        """The routine that computes a core."""
        return own(self.name)

    def options(self) -> Sequence[int | float]:
        """Numbers that the routine gets behind the lengths."""
        return ()

    def reference(self, xp: Any, *cores: Any) -> Any:
        """The outputs for one core; raises LinAlgError if there are none."""
        raise NotImplementedError(f"{type(self).__name__} has no reference")

    # -- types -------------------------------------------------------------------------

    def coerce(self, inputs: tuple[Any, ...]) -> Sequence[Variable]:
        """Operands that are not integers get one dtype: a routine has one."""
        given = super().coerce(inputs)
        dtypes = {x.type.dtype for x in given if x.type.dtype[0] in "fc"}
        if len(dtypes) < 2:
            return given
        common = np.result_type(*dtypes).name
        return [cast(x, common) if x.type.dtype[0] in "fc" else x for x in given]

    def infer(self, *inputs: Variable) -> Sequence[TensorType]:
        dims, outputs = core_dims(str(self.signature))
        lengths: dict[str, Any] = {}
        for x, names in zip(inputs, dims, strict=True):
            for name, length in zip(names, x.type.shape, strict=True):
                try:
                    lengths[name] = unify_lengths(lengths.get(name), length)
                except ValueError:
                    raise self._mismatch(x, inputs) from None
        for name, pair in self.smaller.items():
            lengths[name] = _smaller(*[lengths[p] for p in pair])
        dtypes = self.output_dtypes(_numbers_among(x.type.dtype for x in inputs))
        return [
            TensorType(dtype, [lengths.get(d) for d in names])
            for names, dtype in zip(outputs, dtypes, strict=False)
        ]

    def output_dtypes(self, numbers: str) -> list[str]:
        """The dtypes of the outputs for numbers of this dtype."""
        complex_ = np.result_type(numbers, "complex64").name
        dtypes = {"n": numbers, "r": real_part(numbers), "c": complex_, "i": "int64"}
        return [dtypes[kind] for kind in self.kinds]

    def _mismatch(self, x: Variable, inputs: Sequence[Variable]) -> ShapeError:
        names = core_dims(str(self.signature))[0][inputs.index(x)]
        if len(names) == 2 and names[0] == names[1] and len(set(x.type.shape)) == 2:
            shape = show_shape(x.type.shape)
            return ShapeError(
                f"{self.name} needs a square matrix, not one of shape {shape}."
            )
        given = (inputs[0], inputs[-1]) if self.unread else inputs
        shapes = " and ".join(show_shape(v.type.shape) for v in given)
        return ShapeError(f"{self.name}: shapes {shapes} do not fit.")

    # -- values ------------------------------------------------------------------------

    def evaluate(self, xp: Any, *arrays: Any) -> Any:
        inputs, outputs = core_dims(str(self.signature))
        lengths: dict[str, int] = {}
        for x, names in zip(arrays, inputs, strict=True):
            for name, length in zip(names, x.shape[x.ndim - len(names) :], strict=True):
                if lengths.setdefault(name, length) != length:
                    shapes = " and ".join(str(a.shape) for a in arrays)
                    raise ShapeError(f"{self.name}: shapes {shapes} do not fit.")
        for name, pair in self.smaller.items():
            lengths[name] = min(lengths[p] for p in pair)
        stack = np.broadcast_shapes(
            *[x.shape[: x.ndim - len(d)] for x, d in zip(arrays, inputs, strict=True)]
        )
        shapes = [tuple(lengths[d] for d in names) for names in outputs]
        wide = self.output_dtypes(computed_in(x.dtype.name for x in arrays))
        found = xp.each_core(
            lambda *cores: as_list(self.reference(xp, *cores)),
            arrays[self.unread :], [len(d) for d in inputs[self.unread :]],
            stack, shapes, wide, self.finite,
        )  # fmt: skip
        dtypes = self.output_dtypes(_numbers_among(x.dtype.name for x in arrays))
        cast = [xp.astype(v, d) for v, d in zip(found, dtypes, strict=False)]
        return cast if len(cast) > 1 else cast[0]

    # -- loops -------------------------------------------------------------------------

    def lower(self, loop: Any, *values: Any) -> Any:
        inputs, outputs = core_dims(str(self.signature))
        lengths = self._extents(loop, inputs, values)
        stack = stack_extents(loop, self.name, values, [len(d) for d in inputs])
        numbers = computed_in(v.dtype for v in values)
        routine = in_dtype(self.routine, numbers)
        helpers = [in_dtype(helper, numbers) for helper in self.helpers]
        read = [
            loop.cast(v, "int64" if v.dtype[0] in "iu" else numbers)
            for v in values[self.unread :]
        ]
        results = [
            ((*stack, *[lengths[d] for d in names]), dtype)
            for names, dtype in zip(outputs, self.output_dtypes(numbers), strict=False)
        ]
        scratch = [((self._workspace(lengths, numbers),), numbers)] if self.work else []
        ranks = [
            *map(len, inputs[self.unread :]),
            *map(len, outputs),
            *[1] * len(scratch),
        ]
        after = (*lengths.values(), *map(_number, self.options()),
                 *map(ir.RoutineAddress, helpers))  # fmt: skip

        def call(*addresses: Address) -> Call:
            buffers = tuple(address.buffer for address in addresses)
            cut = len(read)
            return Call(routine, (*addresses, *after), buffers[:cut], buffers[cut:])

        def emit(
            ins: Sequence[Buffer], outs: Sequence[Buffer], work: Any
        ) -> list[Stmt]:
            return each_core(stack, (*ins, *outs, *work), ranks, call)

        found = loop.call(read, results, emit, (routine, *helpers), scratch)
        return [
            loop.cast(v, dtype) for v, dtype in zip(found, loop.dtypes, strict=True)
        ]

    def _extents(
        self, loop: Any, inputs: Dims, values: Sequence[Any]
    ) -> dict[str, Expr]:
        """The extents that the names in the signature stand for."""
        lengths: dict[str, Expr] = {}
        for value, names in zip(values, inputs, strict=True):
            for name, n in zip(
                names, value.extents[value.ndim - len(names) :], strict=True
            ):
                lengths[name] = loop.unify(lengths.get(name, n), n, self.name)
        for name, pair in self.smaller.items():
            known = [(loop.known(lengths[p]), lengths[p]) for p in pair]
            if any(n is None for n, _ in known):
                lengths[name] = at.minimum(*[lengths[p] for p in pair])
            else:
                lengths[name] = min(known, key=lambda entry: entry[0])[1]
        return lengths

    def _workspace(self, lengths: Mapping[str, Expr], numbers: str) -> Expr:
        total: Expr = at.ONE
        more = self.complex_work if numbers == "complex128" else {}
        for names, factor in (*self.work.items(), *more.items()):
            extents = tuple(lengths[name] for name in names)
            total = at.plus(total, at.times(at.product(extents), at.integer(factor)))
        return total


def _smaller(a: Length, b: Length) -> Length:
    """What is known of the smaller of two lengths."""
    if isinstance(a, int) and isinstance(b, int):
        return min(a, b)
    return a if a == b else None


def pulled_by(
    formula: Callable[..., Any], inputs: Sequence[Any], cotangent: Any
) -> Sequence[Any]:
    """The cotangents of the inputs of an op that is a formula in other words.

    The formula is built on variables of its own: the inputs may depend on each other.
    """
    given = (*inputs, cotangent)
    free = [v.type() for v in given]
    found = pullback(formula(*free[:-1]), free[:-1], free[-1])
    return graph_replace(found, dict(zip(free, given, strict=True)), strict=False)


def _numbers_among(dtypes: Iterable[str]) -> str:
    """The dtype of the operands that are not integers, which is one."""
    return next((d for d in dtypes if d[0] in "fc"), "float64")


def _number(value: int | float) -> ir.Const:
    """A number as the argument of a call."""
    if isinstance(value, float):
        return ir.Const(value, "float64")
    return at.integer(value)


def as_numbers(*operands: Any) -> list[Any]:
    """The operands as float or complex tensors of one dtype: float32 or larger.

    >>> [x.type.dtype for x in as_numbers(1, np.complex64(1j))]
    ['complex128', 'complex128']
    """
    given = [as_tensor(x) for x in operands]
    wide = ["float64" if x.type.dtype[0] in "biu" else x.type.dtype for x in given]
    dtype = np.result_type(*wide, np.float32).name
    return [cast(x, dtype) for x in given]


def adjoint(a: Any) -> Any:
    """The conjugate transpose of a matrix; of a real one the transpose."""
    return conj(a).mT


def square(what: str, a: Any) -> Any:
    """A matrix of numbers, or a stack; raises `ShapeError` unless it is square."""
    (a,) = as_numbers(a)
    shape = a.type.shape
    try:
        unify_lengths(*shape[-2:])
    except (TypeError, ValueError):
        raise ShapeError(
            f"{what} needs a square matrix, not one of shape {show_shape(shape)}."
        ) from None
    return a
