"""The normal distribution function, its logarithm and its inverse."""

from __future__ import annotations

from math import inf, log, pi, sqrt

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.math import exp, sqr
from tensorgraph.ops.special.error_functions import erfcx

HALF_LOG_TWO_PI = 0.5 * log(2 * pi)

_DENSITY = 1 / sqrt(2 * pi)
_HAZARD = sqrt(2 / pi)

ndtr = elementwise(
    "ndtr", c="tg_ndtr({0})", python="tg_ndtr({0})", kind="float", cost=25,
    derivative=lambda x, y: _DENSITY * exp(-0.5 * sqr(x)),
)  # fmt: skip
log_ndtr = elementwise(
    "log_ndtr", c="tg_log_ndtr({0})", python="tg_log_ndtr({0})", kind="float", cost=40,
    derivative=lambda x, y: _HAZARD / erfcx(-sqrt(0.5) * x),
)  # fmt: skip
ndtri = elementwise(
    "ndtri", c="tg_ndtri({0})", python="tg_ndtri({0})", kind="float", cost=25,
    domain=(0.0, 1.0), derivative=lambda p, x: (1 / _DENSITY) * exp(0.5 * sqr(x)),
)  # fmt: skip
ndtri_exp = elementwise(
    "ndtri_exp", routine=Routine("ndtri_exp", "special"), kind="float", cost=80,
    domain=(-inf, 0.0), derivative=lambda y, x: erfcx(-sqrt(0.5) * x) / _HAZARD,
)  # fmt: skip
