"""Bessel functions, with derivatives in the argument and, for x > 0, in the order.

The derivatives in the order have none themselves.
"""

from __future__ import annotations

from math import inf
from typing import Any

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import Elementwise, elementwise
from tensorgraph.ops.math import sign

_positive = (0.0, inf)
_order = (0.0, 3.0)


def _bessel(name: str, derivative: Any, domain: Any = (-inf, inf)) -> Elementwise:
    """A function of x alone, of a fixed order."""
    return elementwise(
        name, routine=Routine(name, "special"), kind="float", cost=40, domain=domain,
        derivative=derivative,
    )  # fmt: skip


def _of_order(name: str, derivative: Any) -> Elementwise:
    """A function of an order v and of x, and with it the derivative in v, by integrals
    and series of our own.
    """
    slope = f"tg_{name}_order"
    order = elementwise(
        f"{name}_order", routine=Routine(slope, "tg"), reference=slope, arity=2,
        kind="float", cost=3000, domain=(_order, _positive),
    )  # fmt: skip
    return elementwise(
        name, routine=Routine(name, "special"), kind="float", cost=200,
        domain=(_order, _positive),
        derivative=(lambda v, x, y: order(v, x), derivative),
    )  # fmt: skip


# -- the first kind, J, and the second, Y ----------------------------------------------

jv = _of_order("jv", lambda v, x, y: 0.5 * (jv(v - 1, x) - jv(v + 1, x)))
yv = _of_order("yv", lambda v, x, y: 0.5 * (yv(v - 1, x) - yv(v + 1, x)))
j0 = _bessel("j0", lambda x, y: -j1(x))
j1 = _bessel("j1", lambda x, y: 0.5 * (j0(x) - jv(2, x)))
y0 = _bessel("y0", lambda x, y: -y1(x), _positive)
y1 = _bessel("y1", lambda x, y: 0.5 * (y0(x) - yv(2, x)), _positive)
jn, yn = jv, yv

# -- the modified ones, I and K, and both times exponentials ---------------------------

iv = _of_order("iv", lambda v, x, y: 0.5 * (iv(v - 1, x) + iv(v + 1, x)))
ive = _of_order(
    "ive", lambda v, x, y: 0.5 * (ive(v - 1, x) + ive(v + 1, x)) - sign(x) * y
)
i0 = _bessel("i0", lambda x, y: i1(x))
i1 = _bessel("i1", lambda x, y: 0.5 * (i0(x) + iv(2, x)))
i0e = _bessel("i0e", lambda x, y: i1e(x) - sign(x) * y)
i1e = _bessel("i1e", lambda x, y: 0.5 * (i0e(x) + ive(2, x)) - sign(x) * y)
kv = _of_order("kv", lambda v, x, y: -0.5 * (kv(v - 1, x) + kv(v + 1, x)))
kve = _of_order("kve", lambda v, x, y: y - 0.5 * (kve(v - 1, x) + kve(v + 1, x)))
k0 = _bessel("k0", lambda x, y: -k1(x), _positive)
k1 = _bessel("k1", lambda x, y: -0.5 * (k0(x) + kv(2, x)), _positive)
k0e = _bessel("k0e", lambda x, y: y - k1e(x), _positive)
k1e = _bessel("k1e", lambda x, y: y - 0.5 * (k0e(x) + kve(2, x)), _positive)
kn = kv
