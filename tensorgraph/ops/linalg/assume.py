"""What a user knows of a matrix and a graph cannot prove: tg.assume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import GraphError, ShapeError
from tensorgraph.ops.extending.detach import Unchanged
from tensorgraph.ops.tensor import as_tensor, unify_lengths

WORDS = {
    "lower_triangular": "lower",
    "upper_triangular": "upper",
    "diagonal": "diagonal",
    "unit_diagonal": "unit",
    "positive_diagonal": "positive",
    "symmetric": "symmetric",
    "positive_semidefinite": "semidefinite",
    "positive_definite": "definite",
    "orthogonal": "orthogonal",
    "permutation": "permutation",
}
"""What can be declared of a matrix, and the word that rewriting has for it."""


@dataclass(frozen=True)
class Assume(Unchanged):
    """The input itself, of whose matrices the user declares something.

    `blocks` are the lengths of the square blocks along the diagonal, if it has any.
    """

    words: tuple[str, ...]
    blocks: tuple[int, ...] = ()

    def __str__(self) -> str:
        words = [*self.words, *(["blocks"] if self.blocks else [])]
        return f"Assume{{{', '.join(words)}}}"


def assume(a: Any, *, blocks: Sequence[int] = (), **declared: bool) -> Any:
    """`a`, a square matrix or a stack of them, of which you know something.

    Rewriting trusts it, and chooses what is computed by it: solutions by substitution
    or by Cholesky factors, determinants by diagonals. Nothing is checked; where it is
    not true results may be anything. Write ``assume(a, positive_definite=True)``; other
    words are `lower_triangular`, `upper_triangular`, `diagonal`, `unit_diagonal`,
    `positive_diagonal`, `symmetric`, `positive_semidefinite`, `orthogonal` and
    `permutation`. `blocks` are the lengths of square blocks along the diagonal outside
    of which all is zero. The value and its gradient are those of `a`.

    Raises `ShapeError` unless a is square and as long as its blocks, `GraphError` for
    words that there are not.

    >>> import tensorgraph as tg
    >>> k, y = tg.dmatrix("k", shape=("n", "n")), tg.dvector("y", shape="n")
    >>> x = tg.linalg.inv(tg.assume(k, positive_definite=True)) @ y
    >>> tg.rewrite_graph(x).dprint()
    Squeeze{axis=1} [id A]
     └─ SolvePositive [id B]
        ├─ k [id C]
        ├─ Cholesky{lower=True} [id D]
        │  └─ k [id C]
        └─ ExpandDims{axis=1} [id E]
           └─ y [id F]
    """
    a = as_tensor(a)
    try:
        length = unify_lengths(*a.type.shape[-2:])
    except (TypeError, ValueError):
        raise ShapeError(f"assume takes square matrices, not {a.type}.") from None
    if blocks and isinstance(length, int) and length != sum(blocks):
        raise ShapeError(
            f"assume: blocks of lengths {tuple(blocks)} are {sum(blocks)} rows, "
            f"but the matrix has {length}."
        )
    for word in declared:
        if word not in WORDS:
            raise GraphError(
                f"assume: there is no {word!r}.", remedy=f"Use {', '.join(WORDS)}."
            )
    words = tuple(WORDS[w] for w in WORDS if declared.get(w))
    return Assume(words, tuple(map(int, blocks)))(a) if words or blocks else a
