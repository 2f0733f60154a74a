"""The beta function, its incomplete form and inverses, differentiated everywhere.

Derivatives of `betainc` in its shapes come from integrals with positive integrands (see
native/math/incomplete_beta.c): worst relative error found against mpmath 2e-13 for
shapes from 1e-2 to 1e4, 5e-12 for ratios of shapes beyond that, most below 1e-14. Their
own derivatives in the shapes are refused.
"""

from __future__ import annotations

from math import inf
from typing import Any

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import Elementwise, elementwise
from tensorgraph.ops.math import log, log1p
from tensorgraph.ops.special.gamma import digamma_difference
from tensorgraph.ops.tensor import as_tensor

_positive = (0.0, inf)
_unit = (0.0, 1.0)
_shapes_and_x = (_positive, _positive, _unit)


def _of_shapes(name: str, cost: int, domain: Any, derivative: Any) -> Elementwise:
    """A function of two or three numbers in our C library."""
    return elementwise(
        name, routine=Routine(f"tg_{name}", "tg"), reference=f"tg_{name}", kind="float",
        cost=cost, domain=domain, derivative=derivative,
    )  # fmt: skip


betaln = _of_shapes(
    "betaln", 100, (_positive, _positive),
    (lambda a, b, y: digamma_difference(a, b),
     lambda a, b, y: digamma_difference(b, a)),
)  # fmt: skip
"""log(abs(beta(a, b))), without cancellation where a shape is large or both are."""

beta = _of_shapes(
    "beta", 150, (_positive, _positive),
    (lambda a, b, y: y * digamma_difference(a, b),
     lambda a, b, y: y * digamma_difference(b, a)),
)  # fmt: skip
"""gamma(a) gamma(b) / gamma(a + b)."""


def log_binom(n: Any, k: Any) -> Any:
    """log(n over k) for real -1 < k < n + 1, without overflow.

    >>> log_binom(1000, 500).eval().round(9)
    np.float64(689.467261568)
    """
    n, k = as_tensor(n), as_tensor(k)
    n, k = 1.0 * n, 1.0 * k
    return -log1p(n) - betaln(n - k + 1, k + 1)


# -- the incomplete beta function ------------------------------------------------------

beta_density = _of_shapes(
    "beta_density", 150, _shapes_and_x,
    (lambda a, b, x, y: y * (log(x) - digamma_difference(a, b)),
     lambda a, b, x, y: y * (log1p(-x) - digamma_difference(b, a)),
     lambda a, b, x, y: y * ((a - 1) / x - (b - 1) / (1 - x))),
)  # fmt: skip
"""x**(a - 1) (1 - x)**(b - 1) / beta(a, b), without cancellation for large shapes."""


betainc_da = _of_shapes(
    "betainc_da", 3000, ((1.0, 6.0), (1.0, 6.0), _unit),
    (None, None,
     lambda a, b, x, y: beta_density(a, b, x) * (log(x) - digamma_difference(a, b))),
)  # fmt: skip
"""The derivative of `betainc` in a."""

betainc_db = _of_shapes(
    "betainc_db", 3000, ((1.0, 6.0), (1.0, 6.0), _unit),
    (None, None,
     lambda a, b, x, y:
         beta_density(a, b, x) * (log1p(-x) - digamma_difference(b, a))),
)  # fmt: skip
"""The derivative of `betainc` in b."""

betainc = elementwise(
    "betainc", routine=Routine("betainc", "special"), kind="float", cost=1000,
    domain=_shapes_and_x,
    derivative=(lambda a, b, x, y: betainc_da(a, b, x),
                lambda a, b, x, y: betainc_db(a, b, x),
                lambda a, b, x, y: beta_density(a, b, x)),
)  # fmt: skip
"""The regularized incomplete beta function, for a, b > 0 and 0 <= x <= 1."""

betaincc = elementwise(
    "betaincc", routine=Routine("betaincc", "special"), kind="float", cost=1000,
    domain=_shapes_and_x,
    derivative=(lambda a, b, x, y: -betainc_da(a, b, x),
                lambda a, b, x, y: -betainc_db(a, b, x),
                lambda a, b, x, y: -beta_density(a, b, x)),
)  # fmt: skip
"""1 - betainc(a, b, x), without cancellation."""

betaincinv = elementwise(
    "betaincinv", routine=Routine("betaincinv", "special"), kind="float", cost=3000,
    domain=_shapes_and_x,
    derivative=(lambda a, b, p, y: -betainc_da(a, b, y) / beta_density(a, b, y),
                lambda a, b, p, y: -betainc_db(a, b, y) / beta_density(a, b, y),
                lambda a, b, p, y: 1 / beta_density(a, b, y)),
)  # fmt: skip
"""The x with betainc(a, b, x) = p; derivatives by the implicit function theorem."""

betainccinv = elementwise(
    "betainccinv", routine=Routine("betainccinv", "special"), kind="float", cost=3000,
    domain=_shapes_and_x,
    derivative=(lambda a, b, q, y: -betainc_da(a, b, y) / beta_density(a, b, y),
                lambda a, b, q, y: -betainc_db(a, b, y) / beta_density(a, b, y),
                lambda a, b, q, y: -1 / beta_density(a, b, y)),
)  # fmt: skip
"""The x with betaincc(a, b, x) = q."""
