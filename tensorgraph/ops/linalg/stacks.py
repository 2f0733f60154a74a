"""Routines on core arrays, called for each element of the leading axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Address, Buffer, Call, Expr, For, Index, Stmt


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


def each_core(
    stack: Sequence[Expr], buffers: Sequence[Buffer], ranks: Sequence[int],
    call: Callable[..., Call],
) -> list[Stmt]:  # fmt: skip
    """`call` on the core arrays of the buffers, in a loop over each leading axis."""
    indices = [Index(f"b{axis}") for axis in range(len(stack))]
    addresses = [
        Address(buffer, (*_leading(buffer, indices), *[at.ZERO] * rank))
        for buffer, rank in zip(buffers, ranks, strict=True)
    ]
    statement: Stmt = call(*addresses)
    for index, extent in zip(reversed(indices), reversed(stack), strict=True):
        statement = For(index.name, at.ZERO, extent, (statement,), "in_order")
    return [statement]


def _leading(buffer: Buffer, indices: Sequence[Index]) -> list[Expr]:
    pairs = zip(buffer.extents, indices, strict=False)
    return [at.ZERO if extent == at.ONE else i for extent, i in pairs]
