"""Hypergeometric functions, with derivatives in the argument and in the parameters."""

from __future__ import annotations

from math import inf
from typing import Any

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import Elementwise, elementwise
from tensorgraph.ops.math import isnan, where
from tensorgraph.ops.tensor import as_tensor

_positive = (0.0, inf)
_PARAMETER = (0.5, 3.0)


def _slope(name: str, arity: int) -> Elementwise:
    """A derivative with respect to a parameter, summed by our own library."""
    return elementwise(
        name, routine=Routine(f"tg_{name}", "tg"), reference=f"tg_{name}", arity=arity,
        kind="float", cost=2000,
        domain=(*[_PARAMETER] * (arity - 1), (-2.0, 0.9)),
    )  # fmt: skip


_hyp2f1_a, _hyp2f1_c = _slope("hyp2f1_a", 4), _slope("hyp2f1_c", 4)
_hyp1f1_a, _hyp1f1_b = _slope("hyp1f1_a", 3), _slope("hyp1f1_b", 3)


def _shifted(a: Any, b: Any, c: Any, z: Any, y: Any) -> Any:
    return a * b / c * _hyp2f1(a + 1, b + 1, c + 1, z)


_hyp2f1 = elementwise(
    "hyp2f1", routine=Routine("hyp2f1", "special"), kind="float", cost=500,
    domain=(*[_PARAMETER] * 3, (-2.0, 0.9)), derivative=(
        lambda a, b, c, z, y: _hyp2f1_a(a, b, c, z),
        lambda a, b, c, z, y: _hyp2f1_a(b, a, c, z),
        lambda a, b, c, z, y: _hyp2f1_c(a, b, c, z),
        _shifted,
    ),
)  # fmt: skip
hyp1f1 = elementwise(
    "hyp1f1", routine=Routine("hyp1f1", "special"), kind="float", cost=500,
    domain=(_PARAMETER, _PARAMETER, (-inf, inf)), derivative=(
        lambda a, b, x, y: _hyp1f1_a(a, b, x),
        lambda a, b, x, y: _hyp1f1_b(a, b, x),
        lambda a, b, x, y: a / b * hyp1f1(a + 1, b + 1, x),
    ),
)  # fmt: skip
hyp0f1 = elementwise(
    "hyp0f1", routine=Routine("hyp0f1", "special"), kind="float", cost=300,
    domain=((1.0, 4.0), (-inf, inf)), derivative=(
        None,
        lambda v, z, y: hyp0f1(v + 1, z) / v,
    ),
)  # fmt: skip
hyperu = elementwise(
    "hyperu", routine=Routine("hyperu", "special"), kind="float", cost=500,
    domain=((1.0, 4.0), (1.0, 4.0), _positive), derivative=(
        None,
        None,
        lambda a, b, x, y: -a * hyperu(a + 1, b + 1, x),
    ),
)  # fmt: skip


def hyp2f1(a: Any, b: Any, c: Any, z: Any) -> Any:
    """Gauss' hypergeometric function, for z < 1 differentiable in everything.

    >>> hyp2f1(1.0, 1.0, 2.0, [0.0, 0.5]).eval()
    array([1.        , 1.38629436])
    """
    z = as_tensor(z)
    missing = isnan(z)  # SciPy's function may overflow its stack there
    return where(missing, z, _hyp2f1(a, b, c, where(missing, 0.0, z)))
