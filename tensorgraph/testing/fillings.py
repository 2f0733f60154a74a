"""Patterns filled at random: graphs on which a rewrite rule is tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Hole, Pattern, is_number
from tensorgraph.graph.traverse import graph_inputs
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import ExpandDims, Squeeze, Sum, broadcast_to
from tensorgraph.ops.cast import Cast, cast
from tensorgraph.ops.reducing.reduce import Reduction
from tensorgraph.ops.shaping.shape import Transpose
from tensorgraph.ops.tensor import TensorType, constant

Generator = np.random.Generator

DTYPES = ("float64", "float64", "float64", "float32", "int64", "int8", "bool")
NUMBERS = (0, 1, -1, 2, 3, 0.5, -0.25, 3.7, -1.3, 1e-8)
LENGTHS = (0, 1, 2, 3)


class Unfit(Exception):
    """A filling that cannot be built: another is tried."""


class Filling:
    """One filling of patterns: a space of lengths, and what each hole became.

    Most variables have one dtype, drawn at random unless it is given.
    """

    def __init__(self, rng: Generator, dtype: str | None = None) -> None:
        self.rng = rng
        self.dtype = dtype or str(rng.choice(DTYPES))
        self.lengths = rng.choice(
            LENGTHS, size=rng.integers(0, 3), p=(0.1, 0.2, 0.3, 0.4)
        )
        self.static = [self._static(int(n)) for n in self.lengths]
        self.sizes: dict[Variable, tuple[int, ...]] = {}
        self.holes: dict[str, Any] = {}
        self.draws: dict[Variable, Callable[[Generator], Any]] = {}

    def _static(self, length: int) -> Any:
        """How a length is known: as a number, not at all, by name; 1 only as 1."""
        if length == 1:
            return 1
        return (length, None, f"n{length}")[self.rng.integers(0, 3)]

    # -- variables --------------------------------------------------------------------

    def variable(self, dtype: str | None = None, narrow: float = 0.25) -> Variable:
        """A fresh input that broadcasts to the space: some axes have length 1."""
        ones = self.rng.random(len(self.lengths)) < narrow
        start = (
            self.rng.integers(0, len(self.lengths) + 1)
            if self.rng.random() < 0.2
            else 0
        )
        pairs = list(zip(ones, self.static, self.lengths, strict=True))[start:]
        type_ = TensorType(
            dtype or self.dtype, [1 if one else s for one, s, _ in pairs]
        )
        v = type_(f"x{len(self.sizes)}")
        self.sizes[v] = tuple(1 if one else int(n) for one, _, n in pairs)
        return v

    def hole(self, hole: Hole) -> Any:
        """What a hole is filled with: an input, a number, or an expression of one."""
        if hole.name in self.holes:
            return self.holes[hole.name]
        for _ in range(30):
            filler = FILLERS[self.rng.choice(len(FILLERS), p=WEIGHTS)]
            found = filler(self)
            if hole.accepts is None or hole.accepts(found):
                self.holes[hole.name] = found
                return found
        raise Unfit(hole.name)

    # -- patterns ---------------------------------------------------------------------

    def build(self, operand: Any) -> Any:
        """The graph of a pattern, numbers left as they are."""
        if isinstance(operand, Hole):
            return self.hole(operand)
        if isinstance(operand, Pattern):
            return self.pattern(operand)
        if not is_number(operand):
            raise Unfit(repr(operand))
        if self.rng.random() < 0.5:
            return operand
        dtype = "bool" if isinstance(operand, bool) else self.dtype
        value = np.asarray(operand).astype(
            dtype if operand == int(operand) else "float64"
        )
        return constant(value)

    def pattern(self, pattern: Pattern) -> Variable:
        """The graph of a pattern with its operands built first."""
        operands = [self.build(operand) for operand in pattern.operands]
        if pattern.rest is not None:
            return self.nested(pattern, operands)
        op = pattern.op
        if isinstance(op, type):
            wanted = {name: w for name, w in pattern.parameters if w is not None}
            op = op(
                **{
                    name: self.parameter(op, name, w, operands[0])
                    for name, w in wanted.items()
                }
            )
        elif all(is_number(v) for v in operands):
            operands[0] = constant(operands[0])
        return op(*operands)

    def nested(self, pattern: Pattern, operands: list[Any]) -> Variable:
        """The operands and a few more terms, in any order."""
        more = [self.variable() for _ in range(self.rng.integers(0, 3))]
        self.holes[str(pattern.rest)] = tuple(more)
        terms = [*operands, *more]
        self.rng.shuffle(terms)  # type: ignore[arg-type]
        found = terms[0]
        for term in terms[1:]:
            found = pattern.op(found, term)
        return found

    def parameter(self, op: type, name: str, wanted: Any, x: Variable) -> Any:
        """A field of an op that fits its operand."""
        if not isinstance(wanted, Hole):
            return wanted
        if wanted.name not in self.holes:
            self.holes[wanted.name] = PARAMETERS[op, name](self.rng, x)
        return self.holes[wanted.name]

    # -- values -----------------------------------------------------------------------

    def values(
        self, out: Variable, draw: Callable[..., Any]
    ) -> dict[Variable, np.ndarray]:
        """Values for the inputs of a graph: draw(rng, dtype, shape) gives each.

        Those that have a draw of their own in `draws`, such as `matrix` gives them, are
        drawn by it, except where all is to be nan.
        """
        return {v: self._value(v, draw) for v in graph_inputs([out])}

    def _value(self, v: Variable, draw: Callable[..., Any]) -> np.ndarray:
        given = np.asarray(draw(self.rng, v.type.dtype, self.sizes[v]), v.type.dtype)
        own = self.draws.get(v)
        only_nan = given.size and (given != given).all()
        return (
            np.asarray(own(self.rng), v.type.dtype) if own and not only_nan else given
        )

    def matrix(self, rows: int, columns: int, kind: str = "regular") -> Variable:
        """A fresh matrix; square ones are well conditioned.

        `kind` is "regular", "definite", "orthogonal", "lower" or "any".
        """
        named = self.rng.random() < 0.3
        shape = [f"n{n}" if named and n > 1 else n for n in (rows, columns)]
        v = TensorType("float64", shape)(f"m{len(self.sizes)}")
        self.sizes[v] = rows, columns
        self.draws[v] = lambda rng: _matrix(rng, rows, columns, kind)
        return v


def _matrix(rng: Generator, rows: int, columns: int, kind: str) -> Any:
    x = rng.normal(size=(rows, columns))
    if kind == "any":
        return x
    q = np.linalg.qr(x)[0] if rows >= columns else np.eye(rows)
    if kind == "orthogonal" or rows != columns:
        return q if kind == "orthogonal" else x
    if kind == "lower":
        return np.tril(x, -1) + np.diag(rng.choice([-1, 1], rows) * (1 + abs(x[0])))
    if kind == "definite":
        return (q * rng.uniform(0.5, 3, rows)) @ q.T
    return q * rng.uniform(0.5, 3, rows) @ np.linalg.qr(rng.normal(size=q.shape))[0]


def _number(f: Filling) -> Any:
    value = f.rng.choice(NUMBERS)
    whole = f.dtype[0] in "iu"
    return constant(np.asarray(value).astype(f.dtype if not whole else "int8"))


FILLERS: tuple[Callable[[Filling], Any], ...] = (
    lambda f: f.variable(),
    _number,
    lambda f: math.sqr(f.variable()),
    lambda f: math.exp(f.variable()),
    lambda f: f.variable(narrow=1.0),
    lambda f: cast(f.variable("int64"), f.dtype),
    lambda f: math.mul(f.variable(), f.variable()),
    lambda f: f.variable("bool"),
    lambda f: broadcast_to(f.variable(narrow=1.0), [int(n) for n in f.lengths]),
    lambda f: constant(f.rng.normal(size=f.lengths).astype(f.dtype)),
)  # fmt: skip
WEIGHTS = (0.46, 0.14, 0.06, 0.03, 0.15, 0.02, 0.04, 0.03, 0.03, 0.04)


def _some_axes(rng: Generator, ndim: int) -> tuple[int, ...]:
    if not ndim:
        raise Unfit("no axes")
    count = rng.integers(1, ndim + 1)
    return tuple(sorted(int(a) for a in rng.choice(ndim, count, replace=False)))


def _new_axes(rng: Generator, x: Variable) -> tuple[int, ...]:
    count = int(rng.integers(1, 3))
    found = rng.choice(x.type.ndim + count, count, replace=False)
    return tuple(sorted(int(a) for a in found))


def _single_axes(rng: Generator, x: Variable) -> tuple[int, ...]:
    single = [a for a, n in enumerate(x.type.shape) if n == 1]
    return tuple(single[i] for i in _some_axes(rng, len(single)))


def _dtype(rng: Generator, x: Variable) -> str:
    return str(rng.choice(("float64", "float32", "int64")))


PARAMETERS: dict[tuple[type, str], Callable[[Generator, Variable], Any]] = {
    (ExpandDims, "axes"): _new_axes,
    (Squeeze, "axes"): _single_axes,
    (Transpose, "axes"): lambda rng, x: tuple(map(int, rng.permutation(x.type.ndim))),
    (Sum, "axes"): lambda rng, x: _some_axes(rng, x.type.ndim),
    (Cast, "dtype"): _dtype,
}
"""How the fields of ops are filled; reductions are filled like sums."""

for _cls in Reduction.__subclasses__():
    for _op in (_cls, *_cls.__subclasses__()):
        PARAMETERS[_op, "axes"] = PARAMETERS[Sum, "axes"]

Holes = Mapping[str, Any]
