"""Complex numbers in polar form, and which numbers are complex; see also `parts`."""

from __future__ import annotations

from math import pi
from typing import Any

from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.math import cos, eq, neq, sin
from tensorgraph.ops.pointwise.parts import complex, imag
from tensorgraph.ops.tensor import as_tensor

_angle = elementwise(
    "angle", kind="part", cost=20, domain=((0.5, 3.0),),
    complex=("atan2(__imag__ {0}, __real__ {0})", "math.atan2({0}.imag, {0}.real)"),
    derivative=lambda z, y: -1j / z,
)  # fmt: skip


def angle(z: Any, deg: bool = False) -> Any:
    """The angle of each element, in radians (in degrees if `deg`), from -pi to pi.

    >>> angle([1j, -1.0], deg=True).eval()
    array([ 90., 180.])
    """
    radians = _angle(z)
    return radians * (180 / pi) if deg else radians


def complex_from_polar(size: Any, angle: Any) -> Any:
    """The complex numbers of these absolute values and angles, in radians.

    The operands are real and broadcast; `DTypeError` for complex ones.

    >>> complex_from_polar([2.0, 1.0], 0.0).eval()
    array([2.+0.j, 1.+0.j])
    """
    size, angle = as_tensor(size), as_tensor(angle)
    return complex(size * cos(angle), size * sin(angle))  # type: ignore[operator]


def iscomplex(z: Any) -> Any:
    """Whether the imaginary part of each element differs from 0.

    >>> iscomplex([1 + 1j, 1 + 0j]).eval()
    array([ True, False])
    """
    return neq(imag(z), 0)


def isreal(z: Any) -> Any:
    """Whether the imaginary part of each element is 0.

    >>> isreal([1 + 1j, 1 + 0j]).eval()
    array([False,  True])
    """
    return eq(imag(z), 0)
