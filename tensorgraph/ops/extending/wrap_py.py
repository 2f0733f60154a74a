"""wrap_py: any Python function of arrays as an op, in every mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, GraphError, ShapeError
from tensorgraph.graph.op import as_list
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import as_length
from tensorgraph.ops.declare import Constructor
from tensorgraph.ops.extending.callback import Callback, Measure
from tensorgraph.ops.extending.own_pullback import Pullback
from tensorgraph.ops.tensor import TensorType, as_tensor

Shapes = Sequence[tuple[Any, ...]]


def wrap_py(
    itypes: Any,
    otypes: Any,
    infer_shape: Callable[[Shapes], Shapes] | None = None,
    pullback: Pullback | None = None,
    name: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a Python function of arrays an op: a decorator.

    `itypes` and `otypes` are lists of types of the arguments and results, such as
    ``tg.dvector`` or ``tg.TensorType("float64", ("n", 3))``. The length of an axis of a
    result is a number, or a name that stands in `itypes` too; or `infer_shape` gives
    the shapes of all results from the list of the shapes of the inputs, by arithmetic.
    A length that neither tells is found by calling the function once more, before.
    `pullback` is the gradient, as a graph: a function of (inputs, outputs, cotangents),
    three lists of variables, that returns a cotangent for each input or None.

    The function must depend on its arguments alone. It is called with arrays of its
    own, from whatever thread computes, in every mode; what it raises comes out of the
    call, with the line that built the node. Over a batch it is called once an element.
    The wrapped function is kept as ``__wrapped__``. A function that breaks its promise
    of types or lengths raises `DTypeError` or `ShapeError` when it is called.

    >>> import numpy as np
    >>> import tensorgraph as tg
    >>> n = tg.TensorType("float64", ("n",))
    >>> @wrap_py([n], [n], pullback=lambda xs, ys, gs: [gs[0][::-1]])
    ... def backwards(x):
    ...     return np.flip(x)
    >>> x = tg.dvector("x")
    >>> y = (backwards(x) * tg.constant([1.0, 2.0])).sum()
    >>> tg.function([x], [y, tg.grad(y, x)])([3.0, 4.0])
    [np.float64(10.0), array([2., 1.])]
    """
    given = tuple(map(_type_of, _listed(itypes)))
    made = tuple(map(_type_of, _listed(otypes)))

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(function):
            raise GraphError(f"wrap_py wraps a function, not {function!r}.")
        called: Any = name or getattr(function, "__name__", type(function).__name__)
        op = Callback(called, function, given, made, pullback)

        @wraps(function, updated=())
        def apply(*inputs: Any) -> Any:
            arrays = _coerced(called, given, inputs)
            shapes = [shape_of(x) for x in arrays]
            lengths = (
                _found_lengths(op, arrays, shapes)
                if infer_shape is None
                else _inferred(called, made, infer_shape(shapes))
            )
            return op(*arrays, *(as_tensor(n, dtype="int64") for n in lengths))

        return apply

    return decorate


# -- types and lengths -----------------------------------------------------------------


def _listed(types: Any) -> list[Any]:
    return list(types) if isinstance(types, tuple | list) else [types]


def _type_of(kind: Any) -> TensorType:
    """The type that a type, a constructor or a variable stands for."""
    found = getattr(kind, "type", kind)
    if isinstance(found, Constructor):
        return TensorType(found.dtype, found.shape)
    if not isinstance(found, TensorType):
        raise GraphError(
            f"wrap_py: {kind!r} is no type of tensors.",
            remedy="Use tg.dvector and its kin, or tg.TensorType(dtype, shape).",
        )
    return found


def _coerced(
    name: str, types: Sequence[TensorType], inputs: Sequence[Any]
) -> list[Any]:
    """The arguments as tensors of the declared types; dtypes widen."""
    if len(inputs) != len(types):
        raise GraphError(f"{name} takes {len(types)} arguments, not {len(inputs)}.")
    found: list[Any] = []
    for number, (value, t) in enumerate(zip(inputs, types, strict=True)):
        weak = type(value) in (int, float, complex)
        x = as_tensor(value, dtype=t.dtype if weak else None)
        if not np.can_cast(x.type.dtype, t.dtype, "safe"):  # type: ignore[attr-defined]
            raise DTypeError(
                f"{name}: argument {number} is {x.type}, but {t} is expected.",
                remedy=f"Cast it: x.astype({t.dtype!r}).",
            )
        x = cast(x, t.dtype)
        if not t.agrees(x.type):
            raise ShapeError(
                f"{name}: argument {number} is {x.type}, but {t} is expected.",
                remedy="tg.vectorize adds leading axes.",
            )
        found.append(x)
    return found


def _found_lengths(
    op: Callback, arrays: Sequence[Any], shapes: Shapes
) -> Iterator[Any]:
    """The length of each axis of the results, by its name or else by measuring it."""
    known: dict[Any, Any] = {}
    for t, shape in zip(op.itypes, shapes, strict=True):
        for n, length in zip(t.shape, shape, strict=True):
            known.setdefault(n if isinstance(n, str) else None, length)
    known.pop(None, None)
    unknown = tuple(
        (number, axis)
        for number, t in enumerate(op.otypes)
        for axis, n in enumerate(t.shape)
        if not isinstance(n, int) and n not in known
    )
    measured = iter(as_list(Measure(op, unknown)(*arrays)) if unknown else ())
    for t in op.otypes:
        for n in t.shape:
            yield (
                n if isinstance(n, int) else known[n] if n in known else next(measured)
            )


def _inferred(name: str, made: Sequence[TensorType], shapes: Shapes) -> Iterator[Any]:
    found = [tuple(shape) for shape in shapes]
    ranks = [len(shape) for shape in found]
    if ranks != [t.ndim for t in made]:
        raise ShapeError(
            f"{name}: infer_shape returned shapes of ranks {ranks} for results {made}."
        )
    for shape in found:
        for n in shape:
            yield as_length(n, name)
