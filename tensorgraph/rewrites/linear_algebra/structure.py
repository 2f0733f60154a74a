"""What is proven of a matrix: triangular, symmetric, definite, orthogonal, ...

The words are `lower`, `upper`, `diagonal`; `unit`, `positive`, of the diagonal alone;
`symmetric`, `semidefinite`, `definite`; `orthonormal` (of columns), `orthogonal`,
`permutation`. They follow from how a matrix was built, up to rounding, or were declared
by `assume`. They hold of matrices of real floats, if these are square; only `lower`,
`upper` and `orthonormal` hold of others, too.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

import numpy as np

from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.check import Check
from tensorgraph.ops.creating.diagonal import IntoDiagonal
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.shaping.join import Join
from tensorgraph.ops.shaping.shape import Reshape, Transpose
from tensorgraph.rewrites.facts import is_op
from tensorgraph.rewrites.linear_algebra.matrices import (
    LARGEST,
    band,
    blocks_of,
    inverse_of,
    is_eye,
    is_matrix,
    is_narrow,
    is_square,
    is_transpose,
    kron_of,
    routine,
    turned,
)
from tensorgraph.rewrites.linear_algebra.mirror import is_distance, mirrors
from tensorgraph.rewrites.ranges import is_not_negative, is_positive

Words = frozenset[str]

DEPTH = 9
"""Proofs look at so many ops above one another at most; at half along second operands.

So the work is bounded by some dozens of ops, not by the powers of two.
"""
NOTHING: Words = frozenset()
IMPLIED = {
    "diagonal": ("lower", "upper", "symmetric"),
    "unit": ("positive",),
    "definite": ("semidefinite", "positive"),
    "semidefinite": ("symmetric",),
    "permutation": ("orthogonal",),
    "orthogonal": ("orthonormal",),
}
TOGETHER = (
    (("lower", "upper"), "diagonal"), (("lower", "symmetric"), "diagonal"),
    (("upper", "symmetric"), "diagonal"), (("diagonal", "positive"), "definite"),
)  # fmt: skip
"""What several words imply together."""


def closed(*words: str) -> Words:
    """Words and all that they imply."""
    found, before = set(words), 0
    while len(found) > before:
        before = len(found)
        for word in list(found):
            found.update(IMPLIED.get(word, ()))
        found.update(word for some, word in TOGETHER if found.issuperset(some))
    return frozenset(found)


IDENTITY = closed("diagonal", "unit", "permutation")
SHAPED = closed("diagonal", "unit") - {"definite", "semidefinite"}
KEPT_BY_KRON = closed("diagonal", "unit", "definite", "permutation")
SQUARE_ONLY = KEPT_BY_KRON - {"orthonormal"}

RESULTS: dict[tuple[str, int], Words] = {
    ("cholesky", 0): closed("lower", "positive"),
    ("qr", 0): closed("orthonormal"),
    ("qr", 1): closed("upper"),
    ("eigh", 1): closed("orthogonal"),
    ("svd", 0): closed("orthonormal"),
}
"""What is known of the outputs of a routine, where they are square."""


def known(v: Variable, depth: int = DEPTH) -> Words:
    """What is proven of a matrix, or of every matrix of a stack."""
    if not is_matrix(v) or not depth:
        return NOTHING
    if isinstance(v, Constant):
        return _of_constant(v)
    if v.owner is None:
        return NOTHING
    return _of_result(v, v.owner, depth - 1)


def is_symmetric(v: Variable) -> bool:
    """Whether a matrix is proven to be square, and its transpose."""
    if not is_matrix(v):
        return False
    if is_square(v) and "symmetric" in known(v):
        return True
    return mirrors(v, v, v.type.ndim - 2, v.type.ndim - 1)


_constants: WeakKeyDictionary[Variable, Words] = WeakKeyDictionary()


def _of_constant(v: Constant) -> Words:
    if v not in _constants:
        _constants[v] = _measured(v.value)
    return _constants[v]


def _measured(x: np.ndarray) -> Words:
    """What holds of a matrix of numbers."""
    if x.ndim != 2 or x.shape[0] != x.shape[1] or x.size > LARGEST:
        return NOTHING
    if not x.size or not np.isfinite(x).all():
        return NOTHING
    diagonal = np.diagonal(x)
    tests = {
        "lower": not np.triu(x, 1).any(),
        "upper": not np.tril(x, -1).any(),
        "unit": (diagonal == 1).all(),
        "positive": (diagonal > 0).all(),
        "symmetric": (x == x.T).all(),
        "permutation": set(np.unique(x)) <= {0.0, 1.0}
        and (x.sum(0) == 1).all() and (x.sum(1) == 1).all(),
    }  # fmt: skip
    found = [word for word, holds in tests.items() if holds]
    if "symmetric" in found:
        enough = x.astype(np.result_type(x, "float32"))  # LAPACK has no half precision
        if np.linalg.eigvalsh(enough).min() > 1e-10 * np.abs(enough).max():
            found.append("definite")
    return closed(*found)


# -- by the op that computes it --------------------------------------------------------


def _of_result(v: Variable, node: Apply, depth: int) -> Words:
    for ops, rule in RULES:
        if isinstance(node.op, ops):
            return rule(v, node, depth)
    words = getattr(node.op, "words", None)  # declared by `assume`
    if words is not None and isinstance(words, tuple) and len(node.inputs) == 1:
        return closed(*words, *known(node.inputs[0], depth))
    return _of_routine(v, node, depth)


def _of_routine(v: Variable, node: Apply, depth: int) -> Words:
    name = routine(v)
    if name in ("solve", "solve_triangular"):
        return _of_inverse(v, node, depth)
    if name == "expm":
        (x,), rank = node.inputs, v.type.ndim
        words = known(x, depth)
        if "symmetric" in words or mirrors(x, x, rank - 2, rank - 1):
            return closed("definite", *(words & {"diagonal"}))
        if is_op(x, math.sub) and is_transpose(*x.owner.inputs):
            return closed("orthogonal")
        return closed(*(words & {"lower", "upper"}))
    if name == "qr" and node.op.mode == "r":
        return RESULTS["qr", 1]
    words = RESULTS.get((name, v.index), NOTHING)
    square = "orthonormal" in words and is_square(v)
    return closed(*words, "orthogonal") if square else words


def _of_inverse(v: Variable, node: Apply, depth: int) -> Words:
    if inverse_of(v) is None:
        return NOTHING
    if len(node.inputs) == 3:  # by a Cholesky factor
        return closed("definite")
    words = known(node.inputs[0], depth)
    if routine(v) == "solve_triangular":
        words = words | {node.op.triangle} | ({"unit"} if node.op.unit else set())
        words &= {"lower", "upper", "unit", "positive"}
    kept = words & {"symmetric", "definite", "orthogonal", "permutation", "diagonal"}
    triangular = words & {"lower", "upper"}
    if triangular:
        kept |= words & {"unit", "positive"}
    if "semidefinite" in words:
        kept |= {"definite"}
    if node.op.transposed:
        triangular = _exchanged(triangular)
    return closed(*kept, *triangular)


def _exchanged(words: Words | set[str]) -> Words:
    """The words of the transpose."""
    other = {"lower": "upper", "upper": "lower"}
    return frozenset(other.get(w, w) for w in words)


def _of_transpose(v: Variable, node: Apply, depth: int) -> Words:
    below = turned(v)
    if below is None:
        return NOTHING
    return _exchanged(known(below, depth) - {"orthonormal"}) | (
        closed("orthogonal") if "orthogonal" in known(below, depth) else NOTHING
    )


def _of_cast(v: Variable, node: Apply, depth: int) -> Words:
    return IDENTITY if is_eye(v) else known(node.inputs[0], depth)


def _of_view(v: Variable, node: Apply, depth: int) -> Words:
    """Of new leading axes, or of repetitions along them."""
    (x, *_), rank = node.inputs, v.type.ndim
    if is_op(v, ExpandDims) and max(node.op.axes) >= rank - 2:
        return NOTHING
    return known(x, depth) if x.type.shape[-2:] == v.type.shape[-2:] else NOTHING


def _of_diagonal(v: Variable, node: Apply, depth: int) -> Words:
    offset, (x, *_) = node.op.offset, node.inputs
    if offset or not is_square(v):
        return closed("upper" if offset > 0 else "lower")
    number = number_of(x)
    if number is not None and number == 1:
        return IDENTITY
    if is_positive(x):
        return closed("diagonal", "definite")
    return closed("diagonal", *(["semidefinite"] if is_not_negative(x) else []))


def _of_kron(v: Variable, node: Apply, depth: int) -> Words:
    pair = kron_of(v)
    if pair is None:
        return NOTHING
    first, second = (known(x, depth) for x in pair)
    return closed(*(first & second & KEPT_BY_KRON))


def _of_blocks(v: Variable, node: Apply, depth: int) -> Words:
    blocks = blocks_of(v)
    if not blocks:
        return NOTHING
    words = known(blocks[0], depth)
    for block in blocks[1:]:
        words = words & known(block, depth) if words else words
    return closed(*(words & KEPT_BY_KRON))


def _of_check(v: Variable, node: Apply, depth: int) -> Words:
    return known(node.inputs[0], depth)


# -- products of matrices --------------------------------------------------------------


def _of_product(v: Variable, node: Apply, depth: int) -> Words:
    a, b = node.inputs
    if node.op.left != 2 or node.op.right != 2:
        return NOTHING
    first = known(a, depth)
    second = known(b, depth // 2) if first else NOTHING
    both, found = first & second, set()
    for triangle in {"lower", "upper"} & both:
        found |= {triangle, *({"unit", "positive"} & both)}
    found |= {"orthogonal", "permutation", "orthonormal"} & both
    if is_transpose(a, b):
        regular = first & {"lower", "upper"} and first & {"positive", "unit"}
        found.add("definite" if regular else "semidefinite")
    elif _is_congruence(a, b, depth):
        found.add("semidefinite")
    return closed(*found)


def _is_congruence(a: Variable, b: Variable, depth: int) -> bool:
    """Whether a b is x m x' with a semidefinite m, which may be a row of factors."""
    if _is_scaled_transpose(a, b) or _is_scaled_transpose(b, a):
        return True
    for outer, inner in ((b, a), (a, b)):
        if is_op(inner, Dot) and inner.type.ndim == outer.type.ndim:
            x, middle = inner.owner.inputs if inner is a else inner.owner.inputs[::-1]
            matrices = x.type.ndim == middle.type.ndim == outer.type.ndim
            if matrices and is_transpose(x, outer):
                return "semidefinite" in known(middle, depth)
    return False


def _is_scaled_transpose(a: Variable, b: Variable) -> bool:
    """Whether `a` is the transpose of `b` with factors that are not negative."""
    if not is_op(a, math.mul):
        return False
    x, y = a.owner.inputs
    return any(
        is_narrow(s, axis) and is_transpose(m, b) and is_not_negative(s)
        for s, m in ((x, y), (y, x))
        for axis in (-1, -2)
    )


# -- elementwise -----------------------------------------------------------------------


def _of_elementwise(v: Variable, node: Apply, depth: int) -> Words:
    rule = ELEMENTWISE.get(node.op)
    return rule(node, depth) if rule is not None else NOTHING


def _of_term(v: Variable, depth: int) -> Words:
    """What a term says that may be a number for all elements."""
    if not is_narrow(v, -2, -1):
        return known(v, depth)
    return closed("semidefinite" if is_not_negative(v) else "symmetric")


def _of_sum(node: Apply, depth: int) -> Words:
    a, b = node.inputs
    first = _of_term(a, depth)
    if not first:
        return NOTHING
    second = _of_term(b, depth // 2)
    words = (first & second) & {
        "lower", "upper", "symmetric", "semidefinite", "definite", "positive"
    }  # fmt: skip
    if "definite" in first | second and "semidefinite" in words:
        words |= {"definite"}
    return closed(*words)


def _of_difference(node: Apply, depth: int) -> Words:
    first = _of_term(node.inputs[0], depth)
    second = _of_term(node.inputs[1], depth // 2) if first else NOTHING
    return closed(*(first & second & {"lower", "upper", "symmetric"}))


def _of_scaling(node: Apply, depth: int) -> Words:
    """Of a matrix times one number, or of two matrices, element by element."""
    a, b = node.inputs
    a, b = (b, a) if is_narrow(a, -2, -1) and node.op is math.mul else (a, b)
    words = known(a, depth)
    if is_narrow(b, -2, -1):
        if is_positive(b):
            return closed(*(words & SHAPED - {"unit"}), *(words & _SIGNED))
        kept = words & {"lower", "upper", "symmetric"}
        signed = is_not_negative(b) and node.op is math.mul
        return closed(*kept, *(words & {"semidefinite"} if signed else ()))
    if node.op is not math.mul:
        return NOTHING  # zero over zero is nan
    if is_narrow(a, -1) or is_narrow(a, -2):
        return closed(*(known(b, depth) & {"lower", "upper"}))
    other = NOTHING if is_narrow(b, -1) or is_narrow(b, -2) else known(b, depth // 2)
    both = words & other & {"symmetric", "semidefinite", "definite", "unit", "positive"}
    return closed(*both, *((words | other) & {"lower", "upper"}))


_SIGNED = closed("definite")


def _of_opposite(node: Apply, depth: int) -> Words:
    words = known(node.inputs[0], depth)
    return closed(*(words & {"lower", "upper", "symmetric"}))


def _of_square(node: Apply, depth: int) -> Words:
    """Element by element: Schur's product theorem."""
    return known(node.inputs[0], depth) - {"orthonormal", "orthogonal"}


def _of_exponential(node: Apply, depth: int) -> Words:
    """Element by element: a power series of Schur's products, or by Schoenberg."""
    (x,) = node.inputs
    if "semidefinite" in known(x, depth) or is_distance(x, -1):
        return closed("semidefinite")
    return NOTHING


def _of_choice(node: Apply, depth: int) -> Words:
    """Of one triangle, with zeros in the other: tril and triu."""
    mask, yes, no = node.inputs
    zero = [number_of(x) is not None and number_of(x) == 0 for x in (yes, no)]
    low, high = band_of_mask(mask)
    if zero[1] and high <= 0:
        return _of_triangle("lower", known(yes, depth), high == 0)
    if zero[0] and low >= -1:
        return _of_triangle("upper", known(no, depth), low == -1)
    return NOTHING


def band_of_mask(mask: Variable) -> tuple[float, float]:
    """A mask is true up to the `low`-th diagonal, and false above the `high`-th."""
    if not isinstance(mask, Constant):
        k = band(mask, math.ge)
        return (k, k) if k is not None else (-np.inf, np.inf)
    value = mask.value
    rows, columns = value.shape[-2:]
    places = np.arange(columns) - np.arange(rows)[:, None]
    true, false = np.where(value, places, -rows), np.where(value, columns, places)
    return false.min(initial=columns) - 1, true.max(initial=-rows)


def _of_triangle(word: str, words: Words, with_diagonal: bool) -> Words:
    kept = {"lower", "upper"} | ({"unit", "positive"} if with_diagonal else set())
    return closed(word, *(words & kept))


ELEMENTWISE: dict[Elementwise, Callable[[Apply, int], Words]] = {
    math.add: _of_sum, math.sub: _of_difference, math.mul: _of_scaling,
    math.true_div: _of_scaling, math.neg: _of_opposite, math.sqr: _of_square,
    math.exp: _of_exponential, math.where: _of_choice,
}  # fmt: skip

RULES: tuple[tuple[type, Callable[[Variable, Apply, int], Words]], ...] = (
    (Elementwise, _of_elementwise),
    (Dot, _of_product),
    (Transpose, _of_transpose),
    (Cast, _of_cast),
    (ExpandDims, _of_view),
    (BroadcastTo, _of_view),
    (IntoDiagonal, _of_diagonal),
    (Reshape, _of_kron),
    (Join, _of_blocks),
    (Check, _of_check),
)
