"""The real and imaginary parts of complex numbers, conjugates, numbers made of parts.

Derivatives follow one convention, JAX's. A real function f of z = x + iy has the
gradient df/dx - i df/dy: f changes by the real part of gradient * dz, and a holomorphic
function multiplies cotangents by its derivative, as functions of real numbers do. The
direction in which f grows fastest is the conjugate of that gradient; PyTensor and
PyTorch give that conjugate.
"""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import has_hole
from tensorgraph.loops import arithmetic as at
from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.tensor import as_tensor

_real = elementwise(
    "real", kind="part", complex=(at.REAL.c, at.REAL.python),
    derivative=lambda z, y: 1.0,
)  # fmt: skip
_imag = elementwise(
    "imag", kind="part", complex=(at.IMAG.c, at.IMAG.python),
    derivative=lambda z, y: -1j,
)  # fmt: skip
_conj = elementwise(
    "conj", reference="conjugate", c="({0})", python="({0})",
    complex=("(~{0})", "{0}.conjugate()"), pull=lambda z, y, g: (conj(g),),
)  # fmt: skip
_complex = elementwise(
    "complex", kind="parts", arity=2, c=at.COMPLEX.c, python=at.COMPLEX.python,
    pull=lambda a, b, y, g: (real(g), -imag(g)),
)  # fmt: skip


def is_complex(x: Variable) -> bool:
    """Whether the dtype of a variable is a complex one.

    >>> is_complex(as_tensor(1j)), is_complex(as_tensor(1.0))
    (True, False)
    """
    return bool(x.type.dtype[0] == "c")


def real(z: Any) -> Any:
    """The real part of each element; real numbers are their own.

    >>> real([1 + 2j, 3 - 4j]).eval()
    array([1., 3.])
    """
    if has_hole((z,)):
        return _real(z)
    z = as_tensor(z)
    return _real(z) if is_complex(z) else z


def imag(z: Any) -> Any:
    """The imaginary part of each element: 0 for real numbers.

    >>> imag([1 + 2j, 3 - 4j]).eval()
    array([ 2., -4.])
    """
    if has_hole((z,)):
        return _imag(z)
    z = as_tensor(z)
    return _imag(z) if is_complex(z) else z.zeros_like()  # type: ignore[attr-defined]


def complex(real: Any, imag: Any) -> Any:
    """The complex numbers of two real parts, which broadcast.

    Of float32 and smaller parts it is complex64. Raises `DTypeError` for complex parts.

    >>> complex([1.0, 2.0], -1.0).eval()
    array([1.-1.j, 2.-1.j])
    """
    return _complex(real, imag)


def conj(z: Any) -> Any:
    """The complex conjugate of each element; real numbers are their own.

    >>> conj([1 + 2j, 3 - 4j]).eval()
    array([1.-2.j, 3.+4.j])
    """
    if has_hole((z,)):
        return _conj(z)
    z = as_tensor(z)
    return _conj(z) if is_complex(z) else z
