"""The table of contents: the themes of each chapter, and of each phase in order."""

from __future__ import annotations

CHAPTERS = {
    "algebra": "fold arithmetic signs numbers quotients terms powers functions "
    "trigonometry rounding bits logic choices casts branches",
    "shaping": "shapes joins reductions running",
    "indexing": "lifting slices pieces gathers updates cotangents scans packing tables",
    "stability": "stable logistic exponentials logarithms cancellation near_one normal "
    "gammas tails hyperbolic",
    "linear_algebra": "matrix_products diagonals kronecker blocks factorization "
    "solving determinants matrix_functions products assumptions",
    "speed": "specialize scalars statistics",
}
"""The themes of each folder. A theme is the `Rules` of the file of its name."""

PHASES = {
    "canonicalize": "fold arithmetic signs numbers quotients terms powers functions "
    "trigonometry rounding bits logic choices casts shapes joins reductions branches "
    "lifting slices pieces gathers updates cotangents running",
    "stabilize": "stable logistic exponentials logarithms cancellation near_one normal "
    "gammas tails hyperbolic matrix_products diagonals kronecker blocks factorization "
    "solving determinants matrix_functions",
    "specialize": "specialize scalars statistics scans packing products tables "
    "assumptions",
    "prepare": "fold arithmetic signs numbers quotients terms powers functions "
    "trigonometry rounding bits logic choices casts shapes reductions stable",
}
"""The themes of each phase; a phase runs together with those before it.

`prepare` is for densities: it leaves out the rules that widen a domain, so that
supports stay what they are, and knows nothing of indices.
"""

ABOUT = {
    "trigonometry": "ops.pointwise.trigonometry",
    "hyperbolic": "ops.pointwise.trigonometry",
    "tails": "ops.special.incomplete_gamma ops.special.beta",
    "rounding": "ops.pointwise.rounding",
    "bits": "ops.pointwise.bits",
    "running": "ops.reducing.running",
    "diagonals": "ops.creating.diagonal",
    "kronecker": "ops.linalg.products",
    "blocks": "ops.linalg.special_matrices ops.linalg.assume",
    "factorization": "ops.linalg.factor",
    "solving": "ops.linalg.lu",
    "determinants": "ops.linalg.determinant",
    "matrix_functions": "ops.linalg.functions",
    "assumptions": "ops.linalg.assume",
}
"""For themes about ops that few graphs have: the modules that declare these ops.

As long as none of them is loaded, no graph can contain their ops, and the theme is not
loaded either.
"""

TOGETHER = ("stabilize",)
"""Phases that share a run with the one before; no rule of theirs undoes one of it."""
KEEPS_SUPPORT = ("prepare",)
ALL = ("canonicalize", "stabilize", "specialize")
"""The phases that a function is compiled with."""
