"""Arithmetic beyond that in `math`: remainders, roots, signs, digits, divisors."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError
from tensorgraph.ops.cast import cast
from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.math import (
    abs,
    eq,
    floor_div,
    gt,
    lt,
    mod,
    neq,
    pow,
    sign,
    sqr,
    where,
)
from tensorgraph.ops.pointwise.rounding import trunc
from tensorgraph.ops.tensor import as_tensor, constant, refuse_complex

_plane = ((-inf, inf), (-inf, inf))

fmod = elementwise(
    "fmod", c="fmod({0}, {1})", python="np.fmod({0}, {1})", cost=15,
    domain=((0.0, inf), (9.0, inf)),
    derivative=(lambda a, b, y: 1.0, lambda a, b, y: -trunc(a / b)),
)  # fmt: skip
cbrt = elementwise(
    "cbrt", c="tg_cbrt({0})", python="tg_cbrt({0})", cost=15, domain=(0.0, inf),
    derivative=lambda x, y: (1 / 3) / sqr(y),
)  # fmt: skip
copysign = elementwise(
    "copysign", c="copysign({0}, {1})", python="math.copysign({0}, {1})",
    domain=_plane, derivative=(
        lambda a, b, y: sign(a) * copysign(1.0, b), lambda a, b, y: 0.0,
    ),
)  # fmt: skip
nextafter = elementwise(
    "nextafter", c="nextafter({0}, {1})", python="np.nextafter({0}, {1})", cost=5,
    domain=_plane, derivative=(lambda a, b, y: 1.0, lambda a, b, y: 0.0),
)  # fmt: skip
ldexp = elementwise(
    "ldexp", c="tg_ldexp({0}, {1})", python="tg_ldexp({0}, {1})", cost=8,
    domain=((-inf, inf), (-9.0, 9.0)),
    derivative=(lambda x, n, y: ldexp(1.0, n), lambda x, n, y: 0.0),
)  # fmt: skip
gcd = elementwise(
    "gcd", c="tg_gcd({0}, {1})", python="math.gcd({0}, {1})", arity=2, cost=50,
    symmetric=True,
)  # fmt: skip
_exponent = elementwise(
    "frexp_exponent", c="tg_frexp_exponent({0})", python="tg_frexp_exponent({0})",
    reference="tg_frexp_exponent", kind="float", cost=8, derivative=lambda x, y: 0.0,
)  # fmt: skip


def _spell_integers() -> None:
    """Remainders of integers as NumPy has them; what C and Python cannot say alone."""
    for bits in (8, 16, 32, 64):
        fmod.spelling[f"int{bits}"] = (
            "({1} == 0 || {1} == -1 ? 0 : {0} % {1})",
            "(0 if {1} == 0 or {1} == -1 else {0} % {1} - ({1} if {0} % {1} != 0 and "
            "({0} < 0) != ({1} < 0) else 0))",
        )
        fmod.spelling[f"uint{bits}"] = (
            "({1} == 0 ? 0 : {0} % {1})",
            "({0} % {1} if {1} != 0 else {1})",
        )
    gcd.spelling["uint64"] = ("tg_ugcd({0}, {1})", "math.gcd({0}, {1})")
    for dtype, size in (("float32", "single"), ("float16", "half")):
        neighbour = f"tg_nextafter_{size}({{0}}, {{1}})"
        nextafter.spelling[dtype] = (neighbour, neighbour)


_spell_integers()


def divmod(x1: Any, x2: Any) -> tuple[Any, Any]:
    """The quotient, rounded down, and the remainder.

    >>> [v.eval() for v in divmod([7, -7], 3)]
    [array([ 2, -3]), array([1, 2])]
    """
    return floor_div(x1, x2), mod(x1, x2)


def ceil_intdiv(a: Any, b: Any) -> Any:
    """The quotient of integers, rounded up.

    >>> ceil_intdiv([7, 6, -7], 3).eval()
    array([ 3,  2, -2])
    """
    return floor_div(a, b) + neq(mod(a, b), 0)


def lcm(x1: Any, x2: Any) -> Any:
    """The least common multiple of integers; 0 if one is 0.

    >>> lcm([4, 0], 6).eval()
    array([12,  0])
    """
    x1, x2 = _entering(np.lcm, x1, x2)
    divisor = gcd(x1, x2)
    return floor_div(abs(x1), where(eq(divisor, 0), 1, divisor)) * abs(x2)


def float_power(x1: Any, x2: Any) -> Any:
    """x1 to the power of x2, in float64 at least.

    >>> float_power([2, 4], -1).eval()
    array([0.5 , 0.25])
    """
    return pow(_wide(x1), _wide(x2))


def _wide(x: Any) -> Any:
    x = as_tensor(x)
    return cast(x, "complex128" if x.type.dtype[0] == "c" else "float64")


def _as_float(x: Any) -> Any:
    """x as a float: integers in the dtype in which NumPy takes roots of them."""
    x = as_tensor(x)
    if x.type.dtype[0] not in "iub":
        return x
    return cast(x, np.sqrt.resolve_dtypes((np.dtype(x.type.dtype), None))[1])


def _entering(ufunc: np.ufunc, *xs: Any) -> list[Any]:
    """The operands in the dtypes in which NumPy's function takes them."""
    plain = (int, float, complex)
    if all(type(x) in plain for x in xs):
        xs = tuple(map(as_tensor, xs))
    given = [x if type(x) in plain else as_tensor(x) for x in xs]
    dtypes = [type(x) if type(x) in plain else np.dtype(x.type.dtype) for x in given]
    try:
        found = ufunc.resolve_dtypes((*dtypes, None))
    except TypeError:
        named = " and ".join(str(as_tensor(x).type.dtype) for x in given)
        raise DTypeError(f"{ufunc.__name__} is not defined for {named}.") from None
    pairs = zip(given, found, strict=False)
    return [constant(x, d) if type(x) in plain else cast(x, d) for x, d in pairs]


def heaviside(x1: Any, x2: Any) -> Any:
    """0 below zero, 1 above it, and x2 at zero; nan stays nan.

    >>> heaviside([-1.5, 0.0, 2.0], 0.5).eval()
    array([0. , 0.5, 1. ])
    """
    x1, x2 = _entering(np.heaviside, x1, x2)
    beside = where(lt(x1, 0), 0.0, where(gt(x1, 0), 1.0, x1))
    return where(eq(x1, 0), x2, beside)


def fabs(x: Any) -> Any:
    """The size of real numbers, as floats; raises `DTypeError` for complex ones.

    >>> fabs([-2, 1]).eval()
    array([2., 1.])
    """
    x = _as_float(x)
    refuse_complex("fabs", [x.type.dtype])
    return abs(x)


def signbit(x: Any) -> Any:
    """Whether the sign is set: of negative numbers, -0.0 and some nan.

    >>> signbit([-1.0, -0.0, 0.0]).eval()
    array([ True,  True, False])
    """
    x = as_tensor(x)
    return lt(copysign(1.0, x) if x.type.dtype[0] == "f" else x, 0)


def spacing(x: Any) -> Any:
    """The distance from x to the next number away from zero, with the sign of x.

    >>> spacing([1.0, -1.0]).eval()
    array([ 2.22044605e-16, -2.22044605e-16])
    """
    x = _as_float(x)
    away = cast(where(lt(x, 0), -inf, inf), x.type.dtype)
    return nextafter(x, away) - x


def modf(x: Any) -> tuple[Any, Any]:
    """The fractional and the whole part, both with the sign of x.

    >>> [v.eval() for v in modf([1.5, -2.25])]
    [array([ 0.5 , -0.25]), array([ 1., -2.])]
    """
    x = _as_float(x)
    whole = trunc(x)
    return copysign(where(eq(whole, x), 0.0, x - whole), x), whole


def frexp(x: Any) -> tuple[Any, Any]:
    """A fraction between 1/2 and 1 and an int32 power of two, whose product is x.

    >>> [v.eval() for v in frexp([8.0, -0.3])]
    [array([ 0.5, -0.6]), array([ 4, -1], dtype=int32)]
    """
    x = _as_float(x)
    exponent = cast(_exponent(x), "int32")
    return ldexp(x, -exponent), exponent


def positive(x: Any) -> Any:
    """x itself.

    >>> positive([1.0, -1.0]).eval()
    array([ 1., -1.])
    """
    return as_tensor(x)
