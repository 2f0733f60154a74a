"""Rounding to integers and to decimals."""

from __future__ import annotations

from typing import Any

from tensorgraph.loops import arithmetic as at
from tensorgraph.ops.cast import cast
from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.math import abs, ge, sign, where
from tensorgraph.ops.pointwise.parts import complex, imag, is_complex, real
from tensorgraph.ops.tensor import as_tensor

_SAME = ("({0})", "({0})")

trunc = elementwise(
    "trunc", c="trunc({0})", python="np.trunc({0})", integer=_SAME, boolean=_SAME,
    derivative=lambda x, y: 0.0,
)  # fmt: skip
fix = trunc

rint = elementwise(
    "rint", c="rint({0})", python="np.rint({0})", derivative=lambda x, y: 0.0,
    complex=(
        at.COMPLEX.c.format("rint(__real__ {0})", "rint(__imag__ {0})"),
        at.COMPLEX.python.format("np.rint({0}.real)", "np.rint({0}.imag)"),
    ),
)  # fmt: skip


def round(a: Any, decimals: int = 0) -> Any:
    """`a` rounded to so many decimals, halves to the even neighbour, as NumPy does it.

    Negative `decimals` round before the point. Integers stay integers; bools become
    float16; of complex numbers both parts are rounded. The derivative is 0. As in NumPy
    the result is that of scaling, rounding and scaling back, so that huge numbers may
    overflow on the way.

    >>> round([0.5, 1.5, -2.5]).eval()
    array([ 0.,  2., -2.])
    >>> round([1.234, 5.678], 2).eval()
    array([1.23, 5.68])
    """
    a = as_tensor(a)
    integer = a.type.dtype[0] in "iu"
    if integer and decimals >= 0:
        return a
    if decimals == 0:
        return rint(a)
    if is_complex(a):
        return complex(round(real(a), decimals), round(imag(a), decimals))
    scale = 10.0 ** (decimals if decimals > 0 else -decimals)
    if integer:
        return cast(rint(a / scale) * scale, a.type.dtype)
    return rint(a * scale) / scale if decimals > 0 else rint(a / scale) * scale


around = round_half_to_even = round


def round_half_away_from_zero(a: Any) -> Any:
    """`a` rounded to the nearest integer, halves away from zero.

    The derivative is 0; integers stay as they are.

    >>> round_half_away_from_zero([0.5, -2.5, 0.49999999999999994]).eval()
    array([ 1., -3.,  0.])
    """
    whole = trunc(as_tensor(a))
    if whole.type.dtype[0] in "iub":
        return whole
    return where(ge(abs(a - whole), 0.5), whole + sign(a), whole)


def iround(a: Any, mode: str = "half_to_even") -> Any:
    """`a` rounded to int64; `mode` is "half_to_even" or "half_away_from_zero".

    Raises ValueError for another mode.

    >>> iround([1.5, -0.4]).eval()
    array([2, 0])
    """
    modes = {
        "half_to_even": round,
        "half_away_from_zero": round_half_away_from_zero,
    }
    if mode not in modes:
        raise ValueError(f"iround: mode is {mode!r}, not one of {', '.join(modes)}.")
    return cast(modes[mode](a), "int64")
