"""Elementwise functions: arithmetic, exponentials, logic, selection.

Each is one declaration; derivatives are functions of (*inputs, output).
"""

from __future__ import annotations

from math import inf, pi
from math import sqrt as _sqrt
from typing import Any

from tensorgraph.ops.elementwise import Elementwise, elementwise

_pair = ((-inf, inf), (-inf, inf))
_positive = (0.0, inf)

# -- arithmetic ------------------------------------------------------------------------

add = elementwise(
    "add", c="({0} + {1})", python="({0} + {1})", domain=_pair, symmetric=True,
    derivative=(lambda a, b, y: 1.0, lambda a, b, y: 1.0),
)  # fmt: skip
sub = elementwise(
    "sub", reference="subtract", c="({0} - {1})", python="({0} - {1})", domain=_pair,
    derivative=(lambda a, b, y: 1.0, lambda a, b, y: -1.0),
)  # fmt: skip
mul = elementwise(
    "mul", reference="multiply", c="({0} * {1})", python="({0} * {1})", domain=_pair,
    derivative=(lambda a, b, y: b, lambda a, b, y: a), symmetric=True,
)  # fmt: skip
true_div = elementwise(
    "true_div", reference="true_divide", c="({0} / {1})", python="({0} / {1})", cost=4,
    derivative=(lambda a, b, y: 1 / b, lambda a, b, y: -y / b),
    domain=((-inf, inf), _positive),
)  # fmt: skip
floor_div = elementwise(
    "floor_div", reference="floor_divide", c="tg_floor_divide({0}, {1})",
    python="({0} // {1})",
    integer=("tg_floordiv({0}, {1})", "({0} // {1})"), domain=_pair, cost=10, arity=2,
)  # fmt: skip
mod = elementwise(
    "mod", reference="remainder", c="tg_mod({0}, {1})", python="({0} % {1})",
    integer=("tg_imod({0}, {1})", "({0} % {1})"), domain=_pair, cost=10, arity=2,
)  # fmt: skip
neg = elementwise(
    "neg",
    reference="negative",
    c="(-{0})",
    python="(-{0})",
    derivative=lambda x, y: -1.0,
)
abs = elementwise(
    "abs", reference="absolute", c="fabs({0})", python="abs({0})",
    integer=("({0} < 0 ? -{0} : {0})", "abs({0})"),
    boolean=("({0})", "({0})"), derivative=lambda x, y: sign(x),
)  # fmt: skip
sign = elementwise(
    "sign", c="({0} != {0} ? {0} : (double)(({0} > 0) - ({0} < 0)))",
    python="({0} if {0} != {0} else float(({0} > 0) - ({0} < 0)))",
    integer=("(({0} > 0) - ({0} < 0))", "(int({0} > 0) - int({0} < 0))"),
    derivative=lambda x, y: 0.0,
)  # fmt: skip
reciprocal = elementwise(
    "reciprocal", c="(1 / {0})", python="(1 / {0})", domain=_positive, cost=4,
    derivative=lambda x, y: -y * y, kind="float",
)  # fmt: skip
sqr = elementwise(
    "sqr", reference="square", c="({0} * {0})", python="({0} * {0})",
    derivative=lambda x, y: 2.0 * x,
)  # fmt: skip
sqrt = elementwise(
    "sqrt", c="sqrt({0})", python="math.sqrt({0})", domain=_positive, cost=5,
    derivative=lambda x, y: 0.5 / y,
)  # fmt: skip
pow = elementwise(
    "pow", reference="power", c="tg_pow({0}, {1})", python="({0} ** {1})", cost=25,
    integer=("tg_ipow({0}, {1})", "({0} ** {1})"), domain=(_positive, (-inf, inf)),
    derivative=(lambda a, b, y: b * pow(a, b - 1), lambda a, b, y: y * log(a)),
)  # fmt: skip
maximum = elementwise(
    "maximum", c="({0} > {1} || {0} != {0} ? {0} : {1})",
    python="({0} if {0} > {1} or {0} != {0} else {1})", domain=_pair, symmetric=True,
    pull=lambda a, b, y, g: (_winner(g, ge(a, b), a, b), _winner(g, ge(b, a), a, b)),
)  # fmt: skip
minimum = elementwise(
    "minimum", c="({0} < {1} || {0} != {0} ? {0} : {1})",
    python="({0} if {0} < {1} or {0} != {0} else {1})", domain=_pair, symmetric=True,
    pull=lambda a, b, y, g: (_winner(g, le(a, b), a, b), _winner(g, le(b, a), a, b)),
)  # fmt: skip
floor = elementwise(
    "floor", c="floor({0})", python="np.floor({0})", integer=("({0})", "({0})"),
    derivative=lambda x, y: 0.0,
)  # fmt: skip
ceil = elementwise(
    "ceil", c="ceil({0})", python="np.ceil({0})", integer=("({0})", "({0})"),
    derivative=lambda x, y: 0.0,
)  # fmt: skip


def _winner(g: Any, wins: Any, a: Any, b: Any) -> Any:
    """The cotangent where an operand is chosen, half of it on ties."""
    return where(wins, where(eq(a, b), 0.5 * g, g), 0.0)


# -- exponentials and logarithms -------------------------------------------------------

exp = elementwise(
    "exp", c="tg_exp({0})", python="tg_exp({0})", derivative=lambda x, y: y, cost=10
)
expm1 = elementwise(
    "expm1", c="tg_expm1({0})", python="tg_expm1({0})", cost=12,
    derivative=lambda x, y: y + 1,
)  # fmt: skip
log = elementwise(
    "log", c="tg_log({0})", python="tg_log({0})", domain=_positive, cost=10,
    derivative=lambda x, y: 1 / x,
)  # fmt: skip
log1p = elementwise(
    "log1p", c="tg_log1p({0})", python="tg_log1p({0})", domain=(-1.0, inf), cost=12,
    derivative=lambda x, y: 1 / (1 + x),
)  # fmt: skip
log1mexp = elementwise(
    "log1mexp", c="tg_log1mexp({0})", python="tg_log1mexp({0})", kind="float", cost=20,
    domain=(-inf, 0.0), derivative=lambda x, y: -1 / expm1(-x),
)  # fmt: skip
sin = elementwise(
    "sin",
    c="tg_sin({0})",
    python="tg_sin({0})",
    derivative=lambda x, y: cos(x),
    cost=15,
)
cos = elementwise(
    "cos",
    c="tg_cos({0})",
    python="tg_cos({0})",
    derivative=lambda x, y: -sin(x),
    cost=15,
)
tanh = elementwise(
    "tanh", c="tg_tanh({0})", python="tg_tanh({0})", cost=15,
    derivative=lambda x, y: 1 - y * y,
)  # fmt: skip
arctan = elementwise(
    "arctan", c="atan({0})", python="math.atan({0})", cost=15,
    derivative=lambda x, y: 1 / (1 + x * x),
)  # fmt: skip
sigmoid = elementwise(
    "sigmoid", c="tg_sigmoid({0})", python="tg_sigmoid({0})", kind="float", cost=14,
    derivative=lambda x, y: y * sigmoid(-x),
)  # fmt: skip
softplus = elementwise(
    "softplus", c="tg_softplus({0})", python="tg_softplus({0})", kind="float", cost=20,
    derivative=lambda x, y: sigmoid(x),
)  # fmt: skip
erf = elementwise(
    "erf", c="tg_erf({0})", python="tg_erf({0})", kind="float", cost=20,
    derivative=lambda x, y: (2 / _sqrt(pi)) * exp(-x * x),
)  # fmt: skip
erfc = elementwise(
    "erfc", c="tg_erfc({0})", python="tg_erfc({0})", kind="float", cost=20,
    derivative=lambda x, y: (-2 / _sqrt(pi)) * exp(-x * x),
)  # fmt: skip
gammaln = elementwise(
    "gammaln", c="tg_lgamma({0})", python="tg_lgamma({0})", kind="float", cost=40,
    domain=_positive, derivative=lambda x, y: digamma(x),
)  # fmt: skip
digamma = elementwise(
    "digamma", reference="psi", c="tg_digamma({0})", python="tg_digamma({0})",
    kind="float", cost=40, domain=_positive, derivative=lambda x, y: trigamma(x),
)  # fmt: skip


_TRIGAMMA = (1.0, 1 / 2, 1 / 6, 0.0, -1 / 30, 0.0, 1 / 42, 0.0, -1 / 30, 0.0, 5 / 66,
             0.0, -691 / 2730, 0.0, 7 / 6)  # fmt: skip
_SHIFT = 10


def trigamma(x: Any) -> Any:
    """The derivative of `digamma`, for x > 0: ten steps of its recurrence, then a
    series.
    """
    far = 1 / (x + _SHIFT)
    total: Any = 0.0
    for coefficient in reversed(_TRIGAMMA):
        total = (total + coefficient) * far
    for step in reversed(range(_SHIFT)):
        total = total + 1 / sqr(x + step)
    return total


# -- comparison, logic, selection ------------------------------------------------------

eq = elementwise("eq", reference="equal", c="({0} == {1})", python="({0} == {1})",
                 arity=2, symmetric=True)  # fmt: skip
neq = elementwise("neq", reference="not_equal", c="({0} != {1})", python="({0} != {1})",
                  arity=2, symmetric=True)  # fmt: skip
lt = elementwise("lt", reference="less", c="({0} < {1})", python="({0} < {1})", arity=2)
le = elementwise("le", reference="less_equal", c="({0} <= {1})", python="({0} <= {1})",
                 arity=2)  # fmt: skip
gt = elementwise(
    "gt", reference="greater", c="({0} > {1})", python="({0} > {1})", arity=2
)
ge = elementwise("ge", reference="greater_equal", c="({0} >= {1})",
                 python="({0} >= {1})", arity=2)  # fmt: skip
logical_and = elementwise("logical_and", c="({0} && {1})",
                          python="({0} != 0 and {1} != 0)",
                          arity=2, symmetric=True)  # fmt: skip
logical_or = elementwise("logical_or", c="({0} || {1})",
                         python="({0} != 0 or {1} != 0)",
                         arity=2, symmetric=True)  # fmt: skip
logical_not = elementwise("logical_not", c="(!{0})", python="(not {0})", arity=1)
isnan = elementwise("isnan", c="({0} != {0})", python="({0} != {0})", arity=1)
where = elementwise(
    "where", c="({0} ? {1} : {2})", python="({1} if {0} else {2})", kind="branch",
    pull=lambda c, a, b, y, g: (None, where(c, g, 0.0), where(c, 0.0, g)),
    domain=((0.0, 1.0), (-inf, inf), (-inf, inf)),
)  # fmt: skip
switch = where

__all__ = [
    name for name, value in list(globals().items()) if isinstance(value, Elementwise)
]
