"""The variables a user declares: vector("x"), dmatrices("a b"), shared(value)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.errors import GraphError, ShapeError
from tensorgraph.native._native import Cell
from tensorgraph.ops.tensor import Length, TensorType, constant

FLOAT = "float64"
PREFIXES = {
    "": FLOAT, "b": "int8", "w": "int16", "i": "int32", "l": "int64",
    "f": "float32", "d": "float64", "c": "complex64", "z": "complex128",
}  # fmt: skip
"""What the first letter of a constructor says of the dtype, as in PyTensor."""


def tensor(
    name: str | None = None, dtype: Any = FLOAT, shape: Sequence[Length] | None = None
) -> Any:
    """An input of a graph: a tensor of a dtype and a static shape.

    An entry of `shape` is a length, None (unknown), or the name of a size: the same
    name is the same length in every input, checked on the call. Raises `DTypeError` for
    an unknown dtype and `ShapeError` without a shape.

    >>> tensor("x", "float32", ("n", 3)).type
    Matrix(float32, shape=(n, 3))
    """
    if shape is None:
        raise ShapeError(
            "tensor needs a shape, which also says the rank.",
            remedy="Write shape=(None, None) for a matrix of any size, or matrix().",
        )
    lengths = (shape,) if isinstance(shape, int | str) else tuple(shape)
    return TensorType(dtype, lengths)(_checked_name(name))


def _checked_name(name: Any) -> str | None:
    if name is not None and not isinstance(name, str):
        raise GraphError(
            f"The name of a variable is a string, not {name!r}.",
            remedy="Use tg.constant for a value, tg.shared for one that changes.",
        )
    return name


class Constructor:
    """Declares variables of one rank and dtype, such as ``dvector("x", shape=3)``.

    `shape` may say lengths or names of sizes; `dtype` another dtype. Raises
    `ShapeError` for a shape of another rank.

    >>> dvector("x", shape="n").type
    Vector(float64, shape=(n,))
    """

    def __init__(self, kind: str, dtype: str, shape: tuple[Length, ...]) -> None:
        self.kind = kind
        self.dtype = dtype
        self.shape = shape

    def __call__(
        self,
        name: str | None = None,
        *,
        dtype: Any = None,
        shape: Sequence[Length] | Length = None,
    ) -> Any:
        single = isinstance(shape, int | str)
        lengths: tuple[Length, ...] = (shape,) if single else tuple(shape or self.shape)  # type: ignore[assignment, arg-type]
        if len(lengths) != len(self.shape):
            raise ShapeError(
                f"A {self.kind} has {len(self.shape)} axes, but the shape {shape} has "
                f"{len(lengths)}.",
                remedy="Use tensor(name, dtype, shape) for any rank.",
            )
        type = TensorType(self.dtype if dtype is None else dtype, lengths)
        return type(_checked_name(name))

    def __repr__(self) -> str:
        return f"<constructor of {TensorType(self.dtype, self.shape)}>"


class Constructors:
    """Declares several variables of one rank and dtype.

    Names come as ``"a b"`` or ``"a", "b"``; a number declares so many without a name.

    >>> dscalars("a b")
    [a, b]
    """

    def __init__(self, one: Constructor) -> None:
        self.one = one

    def __call__(
        self, *names: str | int | None, dtype: Any = None, shape: Any = None
    ) -> list[Any]:
        wanted: list[Any] = []
        for name in names:
            if isinstance(name, int):
                wanted.extend([None] * name)
            elif isinstance(name, str):
                wanted.extend(name.replace(",", " ").split())
            else:
                wanted.append(name)
        return [self.one(name, dtype=dtype, shape=shape) for name in wanted]

    def __repr__(self) -> str:
        return f"<constructors of {TensorType(self.one.dtype, self.one.shape)}>"


def _family(kind: str, *shape: Length) -> list[Constructor]:
    return [Constructor(kind, dtype, shape) for dtype in PREFIXES.values()]


def _several(*ones: Constructor) -> list[Constructors]:
    return [Constructors(one) for one in ones]


# Each kind without prefix, then with the prefixes b w i l f d c z.
# fmt: off
(
    scalar, bscalar, wscalar, iscalar, lscalar, fscalar, dscalar, cscalar, zscalar,
) = _family("scalar")
(
    vector, bvector, wvector, ivector, lvector, fvector, dvector, cvector, zvector,
) = _family("vector", None)
(
    matrix, bmatrix, wmatrix, imatrix, lmatrix, fmatrix, dmatrix, cmatrix, zmatrix,
) = _family("matrix", None, None)
(
    row, brow, wrow, irow, lrow, frow, drow, crow, zrow,
) = _family("row", 1, None)
(
    col, bcol, wcol, icol, lcol, fcol, dcol, ccol, zcol,
) = _family("col", None, 1)
(
    tensor3, btensor3, wtensor3, itensor3, ltensor3, ftensor3, dtensor3, ctensor3,
    ztensor3,
) = _family("tensor3", None, None, None)
(
    tensor4, btensor4, wtensor4, itensor4, ltensor4, ftensor4, dtensor4, ctensor4,
    ztensor4,
) = _family("tensor4", None, None, None, None)
(
    tensor5, btensor5, wtensor5, itensor5, ltensor5, ftensor5, dtensor5, ctensor5,
    ztensor5,
) = _family("tensor5", *[None] * 5)
(
    tensor6, btensor6, wtensor6, itensor6, ltensor6, ftensor6, dtensor6, ctensor6,
    ztensor6,
) = _family("tensor6", *[None] * 6)
(
    tensor7, btensor7, wtensor7, itensor7, ltensor7, ftensor7, dtensor7, ctensor7,
    ztensor7,
) = _family("tensor7", *[None] * 7)
(
    scalars, bscalars, wscalars, iscalars, lscalars, fscalars, dscalars, cscalars,
    zscalars,
) = _several(
    scalar, bscalar, wscalar, iscalar, lscalar, fscalar, dscalar, cscalar, zscalar,
)
(
    vectors, bvectors, wvectors, ivectors, lvectors, fvectors, dvectors, cvectors,
    zvectors,
) = _several(
    vector, bvector, wvector, ivector, lvector, fvector, dvector, cvector, zvector,
)
(
    matrices, bmatrices, wmatrices, imatrices, lmatrices, fmatrices, dmatrices,
    cmatrices, zmatrices,
) = _several(
    matrix, bmatrix, wmatrix, imatrix, lmatrix, fmatrix, dmatrix, cmatrix, zmatrix,
)
(
    rows, brows, wrows, irows, lrows, frows, drows, crows, zrows,
) = _several(
    row, brow, wrow, irow, lrow, frow, drow, crow, zrow,
)
(
    cols, bcols, wcols, icols, lcols, fcols, dcols, ccols, zcols,
) = _several(
    col, bcol, wcol, icol, lcol, fcol, dcol, ccol, zcol,
)
(
    tensor3s, btensor3s, wtensor3s, itensor3s, ltensor3s, ftensor3s, dtensor3s,
    ctensor3s, ztensor3s,
) = _several(
    tensor3, btensor3, wtensor3, itensor3, ltensor3, ftensor3, dtensor3, ctensor3,
    ztensor3,
)
(
    tensor4s, btensor4s, wtensor4s, itensor4s, ltensor4s, ftensor4s, dtensor4s,
    ctensor4s, ztensor4s,
) = _several(
    tensor4, btensor4, wtensor4, itensor4, ltensor4, ftensor4, dtensor4, ctensor4,
    ztensor4,
)
(
    tensor5s, btensor5s, wtensor5s, itensor5s, ltensor5s, ftensor5s, dtensor5s,
    ctensor5s, ztensor5s,
) = _several(
    tensor5, btensor5, wtensor5, itensor5, ltensor5, ftensor5, dtensor5, ctensor5,
    ztensor5,
)
(
    tensor6s, btensor6s, wtensor6s, itensor6s, ltensor6s, ftensor6s, dtensor6s,
    ctensor6s, ztensor6s,
) = _several(
    tensor6, btensor6, wtensor6, itensor6, ltensor6, ftensor6, dtensor6, ctensor6,
    ztensor6,
)
(
    tensor7s, btensor7s, wtensor7s, itensor7s, ltensor7s, ftensor7s, dtensor7s,
    ctensor7s, ztensor7s,
) = _several(
    tensor7, btensor7, wtensor7, itensor7, ltensor7, ftensor7, dtensor7, ctensor7,
    ztensor7,
)
# fmt: on


def shared(
    value: Any,
    name: str | None = None,
    shape: Sequence[Length] | None = None,
    borrow: bool = False,
) -> Any:
    """A variable whose value functions read at each call, and updates change.

    Its type has the dtype and rank of the value; lengths stay free, unless `shape`
    fixes them. The value is copied; with `borrow` it is the array itself, and what you
    write into it counts from the next call on. Functions never write into it: an update
    puts a new array in its place. Raises `DTypeError` for a value that is no array of
    numbers.

    >>> shared([1.0, 2.0], "weights").get_value()
    array([1., 2.])
    """
    array = constant(value).value
    lengths = (None,) * array.ndim if shape is None else tuple(shape)
    type = TensorType(array.dtype.name, lengths)
    lent = borrow and isinstance(value, np.ndarray)
    cell = Cell(type.convert(value if lent else type.copy_value(array)))
    return TensorType.shared_class(type, cell, _checked_name(name))


def data(name: str, value: Any, dims: str | Sequence[str] | None = None) -> Any:
    """Data that can be replaced later, also by data of other lengths.

    `dims` names the axes: each name is a named size, the same length wherever it
    appears, and an axis of the results.

    >>> x = data("x", [1.0, 2.0], dims="obs")
    >>> x.type
    Vector(float64, shape=(obs,))
    """
    names = (dims,) if isinstance(dims, str) else dims
    return shared(value, name, shape=names)


__all__ = ["data", "shared", "tensor"] + [
    name
    for name, value in list(globals().items())
    if isinstance(value, Constructor | Constructors)
]
