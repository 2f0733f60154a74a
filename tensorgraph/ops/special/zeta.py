"""The zeta functions of Hurwitz and Riemann."""

from __future__ import annotations

from math import inf
from typing import Any

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import elementwise

_positive = (0.0, inf)

_slope = elementwise(
    "zeta_slope", routine=Routine("tg_zeta_slope", "tg"), reference="tg_zeta_slope",
    arity=2, kind="float", cost=300, domain=((1.0, inf), _positive),
)  # fmt: skip
_hurwitz = elementwise(
    "zeta", routine=Routine("tg_zeta", "tg"), kind="float", cost=300,
    domain=((1.0, inf), _positive), derivative=(
        lambda x, q, y: _slope(x, q), lambda x, q, y: -x * _hurwitz(x + 1, q),
    ),
)  # fmt: skip
zetac = elementwise("zetac", routine=Routine("zetac", "special"), kind="float",
                    cost=200, domain=(1.0, inf),
                    derivative=lambda x, y: _slope(x, 1.0))  # fmt: skip


def zeta(x: Any, q: Any = None) -> Any:
    """The sum of (q + n)**-x over n >= 0, for x > 1; without q Riemann's function.

    Riemann's function is continued to x < 1, where its derivative is nan.

    >>> zeta([2.0, 3.0], 1.0).eval().round(6)
    array([1.644934, 1.202057])
    >>> zeta(0.0).eval()
    array(-0.5)
    """
    return 1 + zetac(x) if q is None else _hurwitz(x, q)
