"""Casts: the same values in another dtype."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import DTypeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.ops.tensor import TensorOp, TensorType, as_tensor, dtype_name


@dataclass(frozen=True)
class Cast(TensorOp):
    """Every element converted to one dtype, as C and NumPy do it."""

    dtype: str

    def infer(self, x: Variable) -> TensorType:
        if x.type.dtype[0] == "c" and self.dtype[0] not in "cb":
            raise DTypeError(
                f"cast: {x.type.dtype} does not become {self.dtype} without losing "
                "the imaginary part.",
                remedy="Take what you mean first: real(z), imag(z) or abs(z).",
            )
        return TensorType(self.dtype, x.type.shape)

    def evaluate(self, xp: Any, x: Any) -> Any:
        return xp.astype(x, self.dtype)

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        smooth = x.type.differentiable and y.type.differentiable
        return cast_cotangent(g, x) if smooth else None

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return self(x)

    def lower(self, loop: Any, x: Any) -> Any:
        return loop.cast(x, self.dtype)

    def __str__(self) -> str:
        return f"Cast{{{self.dtype}}}"


def cast_cotangent(g: Any, x: Variable) -> Any:
    """`g` in the dtype of `x`: a real variable is moved by the real part alone."""
    complex_for_real = g.type.dtype[0] == "c" != x.type.dtype[0]
    return cast(g.real if complex_for_real else g, x.type.dtype)


def cast(x: Any, dtype: Any) -> Any:
    """`x` with every element converted to `dtype`; floats are cut towards zero.

    Raises `DTypeError` for an unknown dtype, and for complex numbers cast to real ones;
    as bools they say whether they differ from zero.

    >>> cast([1.5, -1.5], "int64").eval()
    array([ 1, -1])
    """
    if has_hole((x, dtype)):
        return Pattern.of(Cast, (x,), dtype=dtype)
    x, dtype = as_tensor(x), dtype_name(dtype)
    return x if x.type.dtype == dtype else Cast(dtype)(x)
