"""The public face of linear algebra: tg.linalg.cholesky and the others."""

from typing import Any

from tensorgraph.lazy import homes, lazy_names
from tensorgraph.ops.creating.diagonal import diag, eye, tril, triu
from tensorgraph.ops.creating.diagonal import matrix_diagonal as diagonal
from tensorgraph.ops.creating.diagonal import matrix_trace as trace
from tensorgraph.ops.linalg.factor import cho_factor, cho_solve, cholesky
from tensorgraph.ops.linalg.product import dot, matmul, outer
from tensorgraph.ops.linalg.triangular import solve_triangular

LAZY = homes(
    "tensorgraph.ops",
    {
        "shaping.axes": "matrix_transpose",
        "linalg.banded": "solve_banded",
        "linalg.chain": "matrix_dot multi_dot",
        "linalg.determinant": "det slogdet",
        "linalg.eigen": "eigh eigvalsh",
        "linalg.eigen_general": "eig eigvals",
        "linalg.equations": "solve_continuous_are solve_continuous_lyapunov "
        "solve_discrete_are solve_discrete_lyapunov solve_sylvester",
        "linalg.functions": "expm logm matrix_power sqrtm",
        "linalg.inverse": "inv tensorinv tensorsolve",
        "linalg.least_squares": "lstsq pinv",
        "linalg.lu": "lu lu_factor lu_solve pivot_to_permutation",
        "linalg.norm": "cond matrix_norm norm vector_norm",
        "linalg.qr": "qr",
        "linalg.solve": "solve",
        "linalg.special_matrices": "block_diag circulant companion hankel toeplitz",
        "linalg.svd": "matrix_rank svd svdvals",
        "linalg.products": "cross kron tensordot vecdot",
    },
)
"""Names that are loaded when first asked for, and the modules they live in."""

__all__ = [
    "cho_factor",
    "cho_solve",
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
    *sorted(LAZY),
]


def __getattr__(name: str) -> Any:
    return lazy_names(__name__, LAZY, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *LAZY])
