"""Elementwise functions: arithmetic, exponentials, logic, selection.

Each is one declaration; derivatives are functions of (*inputs, output).
"""

from __future__ import annotations

from math import inf, pi
from math import sqrt as _sqrt
from typing import Any

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import Elementwise, elementwise
from tensorgraph.ops.pointwise.parts import conj, is_complex, real
from tensorgraph.ops.tensor import static_value

_pair = ((-inf, inf), (-inf, inf))
_positive = (0.0, inf)
_unit = (-1.0, 1.0)
_steps = ((-inf, inf), (9.0, inf))

# -- arithmetic ------------------------------------------------------------------------

add = elementwise(
    "add", c="({0} + {1})", python="({0} + {1})", domain=_pair, symmetric=True,
    complex="same", derivative=(lambda a, b, y: 1.0, lambda a, b, y: 1.0),
)  # fmt: skip
sub = elementwise(
    "sub", reference="subtract", c="({0} - {1})", python="({0} - {1})", domain=_pair,
    complex="same", derivative=(lambda a, b, y: 1.0, lambda a, b, y: -1.0),
)  # fmt: skip
mul = elementwise(
    "mul", reference="multiply", c="({0} * {1})", python="({0} * {1})", domain=_pair,
    complex="same", derivative=(lambda a, b, y: b, lambda a, b, y: a), symmetric=True,
)  # fmt: skip
true_div = elementwise(
    "true_div", reference="true_divide", c="({0} / {1})", python="({0} / {1})", cost=4,
    complex="same", derivative=(lambda a, b, y: 1 / b, lambda a, b, y: -y / b),
    domain=((-inf, inf), _positive),
)  # fmt: skip
floor_div = elementwise(
    "floor_div", reference="floor_divide", c="tg_floor_divide({0}, {1})",
    python="({0} // {1})",
    integer=("tg_floordiv({0}, {1})", "(-{0} if {1} == -1 else {0} // {1})"),
    domain=_steps, cost=10,
    derivative=(lambda a, b, y: 0.0, lambda a, b, y: 0.0),
)  # fmt: skip
mod = elementwise(
    "mod", reference="remainder", c="tg_mod({0}, {1})", python="({0} % {1})",
    integer=("tg_imod({0}, {1})", "({0} % {1})"), domain=_steps, cost=10,
    derivative=(lambda a, b, y: 1.0, lambda a, b, y: -floor_div(a, b)),
)  # fmt: skip
neg = elementwise(
    "neg",
    complex="same",
    reference="negative",
    c="(-{0})",
    python="(-{0})",
    derivative=lambda x, y: -1.0,
)
abs = elementwise(
    "abs", reference="absolute", c="fabs({0})", python="abs({0})",
    complex=("hypot(__real__ {0}, __imag__ {0})", "math.hypot({0}.real, {0}.imag)"),
    integer=("({0} < 0 ? -{0} : {0})", "abs({0})"),
    boolean=("({0})", "({0})"), derivative=lambda x, y: conj(sign(x)),
    image=_positive,
)  # fmt: skip
sign = elementwise(
    "sign", c="({0} != {0} ? {0} : (double)(({0} > 0) - ({0} < 0)))",
    complex="tg_csign({0})",
    python="({0} if {0} != {0} else float(({0} > 0) - ({0} < 0)))",
    integer=("(({0} > 0) - ({0} < 0))", "(int({0} > 0) - int({0} < 0))"),
    pull=lambda x, y, g: (_turned(x, y, g),),
    image=_unit,
)  # fmt: skip
reciprocal = elementwise(
    "reciprocal", c="(1 / {0})", python="(1 / {0})", domain=_positive, cost=4,
    complex="same", derivative=lambda x, y: -y * y, kind="float",
)  # fmt: skip
sqr = elementwise(
    "sqr", complex="same", reference="square", c="({0} * {0})", python="({0} * {0})",
    derivative=lambda x, y: 2.0 * x,
    image=_positive,
)  # fmt: skip
sqrt = elementwise(
    "sqrt", c="sqrt({0})", python="math.sqrt({0})", domain=_positive, cost=5,
    complex="tg_csqrt({0})", derivative=lambda x, y: 0.5 / y,
    image=_positive, monotone=1,
)  # fmt: skip
pow = elementwise(
    "pow", reference="power", c="tg_pow({0}, {1})", python="({0} ** {1})", cost=25,
    complex="tg_cpow({0}, {1})",
    integer=("tg_ipow({0}, {1})", "({0} ** {1})"), domain=(_positive, (-inf, inf)),
    derivative=(
        lambda a, b, y: _power_slope(a, b),
        lambda a, b, y: y * log(where(eq(a, 0), 1.0, a)),
    ),
)  # fmt: skip
floor_div.spelling["uint64"] = ("({1} == 0 ? 0 : {0} / {1})", "({0} // {1})")
mod.spelling["uint64"] = ("({1} == 0 ? 0 : {0} % {1})", "({0} % {1})")
pow.spelling["uint64"] = ("tg_upow({0}, {1})", "({0} ** {1})")
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
    monotone=1,
)  # fmt: skip
ceil = elementwise(
    "ceil", c="ceil({0})", python="np.ceil({0})", integer=("({0})", "({0})"),
    derivative=lambda x, y: 0.0,
    monotone=1,
)  # fmt: skip


def _power_slope(a: Any, b: Any) -> Any:
    """b a^(b-1), which is 0 for b = 0, also at a = 0, where the power is infinite."""
    value = static_value(b)
    known = value is not None and value.size and (value == value.flat[0]).all()
    if known and value.flat[0] in (0, 1, 2):
        return (0.0, 1.0, 2.0 * a)[int(value.flat[0].real)]
    if value is not None and (value != 0).all():
        return b * pow(a, b - 1)
    return b * pow(a, where(eq(b, 0), 1.0, b - 1))


def _turned(x: Any, y: Any, g: Any) -> Any:
    """The cotangent of the direction x / |x|; None for real x, whose sign is flat."""
    return (g - real(g * y) * conj(y)) / abs(x) if is_complex(x) else None


def _winner(g: Any, wins: Any, a: Any, b: Any) -> Any:
    """The cotangent where an operand is chosen, half of it on ties."""
    return where(wins, where(eq(a, b), 0.5 * g, g), 0.0)


# -- exponentials and logarithms -------------------------------------------------------

exp = elementwise(
    "exp", c="tg_exp({0})", python="tg_exp({0})", complex="tg_cexp({0})", cost=10,
    derivative=lambda x, y: y,
    image=_positive, monotone=1,
)  # fmt: skip
expm1 = elementwise(
    "expm1", c="tg_expm1({0})", python="tg_expm1({0})", cost=12,
    complex="tg_cexpm1({0})", derivative=lambda x, y: y + 1,
    image=(-1.0, inf), monotone=1,
)  # fmt: skip
log = elementwise(
    "log", c="tg_log({0})", python="tg_log({0})", domain=_positive, cost=10,
    complex="tg_clog({0})", derivative=lambda x, y: 1 / x,
    monotone=1,
)  # fmt: skip
log1p = elementwise(
    "log1p", c="tg_log1p({0})", python="tg_log1p({0})", domain=(-1.0, inf), cost=12,
    complex="tg_clog1p({0})", derivative=lambda x, y: 1 / (1 + x),
    monotone=1,
)  # fmt: skip
log1mexp = elementwise(
    "log1mexp", c="tg_log1mexp({0})", python="tg_log1mexp({0})", kind="float", cost=20,
    domain=(-inf, 0.0), derivative=lambda x, y: -1 / expm1(-x),
    image=(-inf, 0.0), monotone=-1,
)  # fmt: skip
sin = elementwise(
    "sin",
    complex="tg_csin({0})",
    c="tg_sin({0})",
    python="tg_sin({0})",
    derivative=lambda x, y: cos(x),
    cost=15,
    image=_unit,
)
cos = elementwise(
    "cos",
    complex="tg_ccos({0})",
    c="tg_cos({0})",
    python="tg_cos({0})",
    derivative=lambda x, y: -sin(x),
    cost=15,
    image=_unit,
)
tanh = elementwise(
    "tanh", complex="tg_ctanh({0})", c="tg_tanh({0})", python="tg_tanh({0})", cost=15,
    derivative=lambda x, y: 1 - y * y,
    image=_unit, monotone=1,
)  # fmt: skip
arctan = elementwise(
    "arctan", complex="tg_catan({0})", c="tg_atan({0})", python="tg_atan({0})", cost=15,
    derivative=lambda x, y: 1 / (1 + x * x),
    image=(-pi / 2, pi / 2), monotone=1,
)  # fmt: skip
sigmoid = elementwise(
    "sigmoid", c="tg_sigmoid({0})", python="tg_sigmoid({0})", kind="float", cost=14,
    derivative=lambda x, y: y * sigmoid(-x),
    image=(0.0, 1.0), monotone=1,
)  # fmt: skip
softplus = elementwise(
    "softplus", c="tg_softplus({0})", python="tg_softplus({0})", kind="float", cost=20,
    derivative=lambda x, y: sigmoid(x),
    image=_positive, monotone=1,
)  # fmt: skip
erf = elementwise(
    "erf", c="tg_erf({0})", python="tg_erf({0})", kind="float", cost=20,
    derivative=lambda x, y: (2 / _sqrt(pi)) * exp(-x * x),
    image=_unit, monotone=1,
)  # fmt: skip
erfc = elementwise(
    "erfc", c="tg_erfc({0})", python="tg_erfc({0})", kind="float", cost=20,
    derivative=lambda x, y: (-2 / _sqrt(pi)) * exp(-x * x),
    image=(0.0, 2.0), monotone=-1,
)  # fmt: skip
gammaln = elementwise(
    "gammaln", c="tg_lgamma({0})", python="tg_lgamma({0})", kind="float", cost=40,
    domain=_positive, derivative=lambda x, y: digamma(x),
)  # fmt: skip
digamma = elementwise(
    "digamma", reference="psi", c="tg_digamma({0})", python="tg_digamma({0})",
    kind="float", cost=40, domain=_positive, derivative=lambda x, y: trigamma(x),
)  # fmt: skip
trigamma = elementwise(
    "trigamma", reference="tg_trigamma", c="tg_trigamma({0})",
    python="tg_trigamma({0})", kind="float", cost=40, domain=_positive,
    derivative=lambda x, y: polygamma(2, x),
    image=_positive,
)  # fmt: skip
polygamma = elementwise(
    "polygamma", reference="tg_polygamma", routine=Routine("tg_polygamma", "tg"),
    kind="float", cost=400, domain=((0.0, 6.0), _positive),
    derivative=(
        "orders are integers",
        lambda n, x, y: polygamma(n.astype("int64") + 1, x),
    ),
)  # fmt: skip


# -- comparison, logic, selection ------------------------------------------------------

eq = elementwise(
    "eq", reference="equal", c="({0} == {1})", python="({0} == {1})",
    complex="same", arity=2, symmetric=True,
)  # fmt: skip
neq = elementwise(
    "neq", reference="not_equal", c="({0} != {1})", python="({0} != {1})",
    complex="same", arity=2, symmetric=True,
)  # fmt: skip
lt = elementwise("lt", reference="less", c="({0} < {1})", python="({0} < {1})", arity=2)
le = elementwise("le", reference="less_equal", c="({0} <= {1})", python="({0} <= {1})",
                 arity=2)  # fmt: skip
gt = elementwise(
    "gt", reference="greater", c="({0} > {1})", python="({0} > {1})", arity=2
)
ge = elementwise("ge", reference="greater_equal", c="({0} >= {1})",
                 python="({0} >= {1})", arity=2)  # fmt: skip
logical_and = elementwise("logical_and", complex="same", c="({0} && {1})",
                          python="({0} != 0 and {1} != 0)",
                          arity=2, symmetric=True)  # fmt: skip
logical_or = elementwise("logical_or", complex="same", c="({0} || {1})",
                         python="({0} != 0 or {1} != 0)",
                         arity=2, symmetric=True)  # fmt: skip
logical_not = elementwise(
    "logical_not", c="(!{0})", python="(not {0})", arity=1,
    complex=("(!{0})", "({0} == 0)"),
)  # fmt: skip
isnan = elementwise(
    "isnan", c="({0} != {0})", python="({0} != {0})", complex="same", arity=1,
)  # fmt: skip
where = elementwise(
    "where", c="({0} ? {1} : {2})", python="({1} if {0} else {2})", kind="branch",
    complex="same",
    pull=lambda c, a, b, y, g: (None, where(c, g, 0.0), where(c, 0.0, g)),
    domain=((0.0, 1.0), (-inf, inf), (-inf, inf)),
)  # fmt: skip
switch = where

__all__ = [
    name for name, value in list(globals().items()) if isinstance(value, Elementwise)
]
