"""Hypergeometric functions, with derivatives in the argument and in the parameters."""

from __future__ import annotations

from math import inf
from typing import Any

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import Elementwise, elementwise
from tensorgraph.ops.math import (
    abs,
    eq,
    exp,
    floor,
    gt,
    isnan,
    le,
    logical_and,
    logical_not,
    lt,
    where,
)
from tensorgraph.ops.tensor import as_tensor

_positive = (0.0, inf)
_PARAMETER = (0.5, 3.0)
_FAR = 1e8


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
_hyp1f1 = elementwise(
    "hyp1f1", routine=Routine("hyp1f1", "special"), kind="float", cost=500,
    domain=(_PARAMETER, _PARAMETER, (-inf, inf)), derivative=(
        lambda a, b, x, y: _hyp1f1_a(a, b, x),
        lambda a, b, x, y: _hyp1f1_b(a, b, x),
        lambda a, b, x, y: a / b * _hyp1f1(a + 1, b + 1, x),
    ),
)  # fmt: skip
hyp0f1 = elementwise(
    "hyp0f1", routine=Routine("hyp0f1", "special"), kind="float", cost=300,
    domain=((1.0, 4.0), (-inf, inf)), derivative=(
        "it has no formula that keeps digits near z = 0; away from it write "
        "gamma(v) z**((1 - v) / 2) iv(v - 1, 2 sqrt(z)), whose iv has one",
        lambda v, z, y: hyp0f1(v + 1, z) / v,
    ),
)  # fmt: skip
hyperu = elementwise(
    "hyperu", routine=Routine("hyperu", "special"), kind="float", cost=500,
    domain=((1.0, 4.0), (1.0, 4.0), _positive), derivative=(
        "no accurate formula of it is known",
        "no accurate formula of it is known",
        lambda a, b, x, y: -a * hyperu(a + 1, b + 1, x),
    ),
)  # fmt: skip


def hyp1f1(a: Any, b: Any, x: Any) -> Any:
    """Kummer's confluent hypergeometric function, differentiable in everything.

    SciPy's function, whose time grows with x; beyond 1e8 it is known to overflow and is
    not called, unless it is a polynomial or abs(a) + abs(b) is 1e5 or more.

    >>> hyp1f1(1.0, 2.0, [0.0, 1.0, 1e300]).eval()
    array([1.        , 1.71828183,        inf])
    """
    a, b, x = as_tensor(a), as_tensor(b), as_tensor(x)
    polynomial = logical_and(le(a, 0), eq(floor(a), a))
    moderate = logical_and(lt(abs(a) + abs(b), 1e5), logical_not(polynomial))
    far = logical_and(gt(x, _FAR), moderate)
    growth = exp(where(far, x - _FAR, 0.0))  # inf beyond, where its slope is inf too
    return _hyp1f1(a, b, where(far, _FAR, x)) * growth


def hyp2f1(a: Any, b: Any, c: Any, z: Any) -> Any:
    """Gauss' hypergeometric function, for z < 1 differentiable in everything.

    SciPy's function, which is not called for nan. It may take seconds for parameters of
    1e20, and is nan for some of them.

    >>> hyp2f1(1.0, 1.0, 2.0, [0.0, 0.5]).eval()
    array([1.        , 1.38629436])
    """
    given = [as_tensor(v) for v in (a, b, c, z)]
    total = given[0] + given[1] + given[2] + given[3]
    missing = isnan(total)  # SciPy's function may overflow its stack there
    calm = [where(missing, 0.5, v) for v in given]
    return where(missing, total, _hyp2f1(*calm))
