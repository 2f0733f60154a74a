"""Routines on core arrays, called for each element of the leading axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Address, Buffer, Expr, For, Index, Stmt
from tensorgraph.loops.values import Pointwise, Read


def stack_extents(
    loop: Any, what: str, values: Sequence[Any], ranks: Sequence[int]
) -> tuple[Expr, ...]:
    """What the axes in front of cores of these ranks broadcast to."""
    result: list[Expr] = []
    for value, rank in zip(values, ranks, strict=True):
        leading = value.extents[: value.ndim - rank]
        result = result or [at.ONE] * len(leading)
        for axis, extent in enumerate(leading):
            if result[axis] == at.ONE:
                result[axis] = extent
            elif extent != at.ONE:
                result[axis] = loop.unify(result[axis], extent, what)
    return tuple(result)


def behind_transpose(value: Any) -> tuple[Any, bool]:
    """The matrices in memory of which a value is the transposed view, and True.

    For any other value: itself, and False. Routines read either order in place.
    """
    if isinstance(value, Pointwise) and not value.cost and value.ndim > 1:
        *leading, row, column = (Index(f"v{axis}") for axis in range(value.ndim))
        read = value.element((*leading, row, column))
        turned = isinstance(read, Read) and read.subscripts == (*leading, column, row)
        if turned:
            return read.value, True
    return value, False


def each_core(
    stack: Sequence[Expr], buffers: Sequence[Buffer], ranks: Sequence[int],
    call: Callable[..., Stmt | Sequence[Stmt]],
) -> list[Stmt]:  # fmt: skip
    """`call` on the core arrays of the buffers, in a loop over each leading axis."""
    indices = [Index(f"b{axis}") for axis in range(len(stack))]
    addresses = [
        Address(buffer, (*_leading(buffer, rank, indices), *[at.ZERO] * rank))
        for buffer, rank in zip(buffers, ranks, strict=True)
    ]
    made = call(*addresses)
    body = [made] if isinstance(made, Stmt) else list(made)
    for index, extent in zip(reversed(indices), reversed(stack), strict=True):
        body = [For(index.name, at.ZERO, extent, tuple(body), "in_order")]
    return body


def _leading(buffer: Buffer, rank: int, indices: Sequence[Index]) -> list[Expr]:
    """Subscripts of the axes in front of the core: none for shared workspace."""
    leading = buffer.extents[: len(buffer.extents) - rank]
    pairs = zip(leading, indices, strict=False)
    return [at.ZERO if extent == at.ONE else i for extent, i in pairs]
