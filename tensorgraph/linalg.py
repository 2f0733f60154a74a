"""The public face of linear algebra: tg.linalg.cholesky and the others."""

from tensorgraph.ops.diagonal import diag, diagonal, eye, trace, tril, triu
from tensorgraph.ops.linalg.factor import cholesky
from tensorgraph.ops.linalg.product import dot, matmul, outer
from tensorgraph.ops.linalg.solve import solve_triangular

__all__ = [
    "cholesky",
    "diag",
    "diagonal",
    "dot",
    "eye",
    "matmul",
    "outer",
    "solve_triangular",
    "trace",
    "tril",
    "triu",
]
