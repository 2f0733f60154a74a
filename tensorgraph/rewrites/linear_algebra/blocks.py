"""Block diagonal matrices, as `block_diag` writes them: each block is by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add, mul
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.linalg.assume import Assume
from tensorgraph.ops.linalg.determinant import Det, LogAbsDet, det, slogdet
from tensorgraph.ops.linalg.factor import Cholesky
from tensorgraph.ops.linalg.lu import Solve, solve_general
from tensorgraph.ops.linalg.product import Dot, matmul
from tensorgraph.ops.linalg.special_matrices import block_diag
from tensorgraph.ops.shaping.join import Join, concatenate
from tensorgraph.rewrites.facts import is_op
from tensorgraph.rewrites.linear_algebra.matrices import blocks_of, is_eye, transposed
from tensorgraph.rewrites.linear_algebra.matrix_products import not_finite
from tensorgraph.rewrites.linear_algebra.solving import System, irregular

blocks = Rules("blocks")
node_rule = blocks.node_rule

MADE_OF_BLOCKS = (Join, Assume)


def several(v: Variable) -> list[Any] | None:
    """The blocks of a matrix that has two or more, built so or declared."""
    if is_op(v, Assume):
        return declared(v)
    found = blocks_of(v)
    return found if found is not None and len(found) > 1 else None


def declared(v: Variable) -> list[Any] | None:
    """The blocks that a user declared a matrix to have."""
    lengths, start, found = v.owner.op.blocks, 0, []
    if v.type.ndim != 2:
        return None
    for length in lengths:
        place = slice(start, start + length)
        found.append(get(v.owner.inputs[0], (place, place)))
        start += length
    return found if len(found) > 1 else None


def _rows(blocks: Sequence[Variable], x: Variable) -> list[Any]:
    """The rows of `x` that belong to each block."""
    found, start = [], 0
    for block in blocks:
        stop = start + int(block.type.shape[0])
        found.append(get(x, slice(start, stop)))
        start = stop
    return found


@node_rule(Dot, among=MADE_OF_BLOCKS, rounding=True, exempt=not_finite)
def products_with_blocks_are_taken_block_by_block(node: Apply) -> Any:
    """The zeros beside the blocks take no part."""
    (x, y), op = node.inputs, node.op
    assert isinstance(op, Dot)
    first = several(x) if op.left == 2 and y.type.ndim < 3 else None
    second = several(y) if op.right == 2 and x.type.ndim < 3 else None
    if first is not None:
        parts = _rows(first, y)
        return concatenate(
            [matmul(b, part) for b, part in zip(first, parts, strict=True)]
        )
    if second is not None:
        return _from_left(x, second)
    return None


def _from_left(x: Variable, blocks: Sequence[Variable]) -> Any:
    if x.type.ndim == 1:
        parts = zip(_rows(blocks, x), blocks, strict=True)
        return concatenate([matmul(part, block) for part, block in parts])
    parts = zip(_rows(blocks, transposed(x)), blocks, strict=True)
    return concatenate([matmul(transposed(p), block) for p, block in parts], axis=1)


@node_rule(Solve, among=MADE_OF_BLOCKS, rounding=True, exempt=irregular)
def systems_with_blocks_are_solved_block_by_block(node: Apply) -> Any:
    """A singular block gives nan in its rows alone; checks still fail."""
    a, turned, b = System.of(node)
    found = several(a)
    if found is None:
        return None
    if is_eye(b):
        made = [solve_general(x, _eye_like(x), turned) for x in found]
        return block_diag(*made)
    pairs = zip(found, _rows(found, b), strict=True)
    return concatenate([solve_general(x, part, turned) for x, part in pairs])


def _eye_like(x: Any) -> Any:
    return eye(x.type.shape[0], dtype=x.type.dtype)


@node_rule(Det, LogAbsDet, among=MADE_OF_BLOCKS, rounding=True, absolute=True,
           moderate=True, exempt=not_finite)  # fmt: skip
def determinants_of_blocks_are_products(node: Apply) -> Any:
    """One small factorization for each block."""
    found = several(node.inputs[0])
    if found is None:
        return None
    if isinstance(node.op, Det):
        return reduce(mul, [det(x) for x in found])
    return reduce(add, [slogdet(x)[1] for x in found])


@node_rule(Cholesky, among=MADE_OF_BLOCKS, rounding=True, exempt=irregular)
def factors_of_blocks_are_blocks_of_factors(node: Apply) -> Any:
    """A block without a factor gives nan in its place alone; checks still fail."""
    found = several(node.inputs[0])
    return None if found is None else block_diag(*[Cholesky()(x) for x in found])
