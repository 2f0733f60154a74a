"""Functions against NumPy's of the same name, over shapes, dtypes and strides."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import tensorgraph as tg

SHAPES = [(), (0,), (1,), (4,), (0, 3), (3, 0), (2, 1, 3)]
DTYPES = ["float64", "float32", "int8", "uint8", "bool"]


def arrays(*dtypes: str) -> Iterator[np.ndarray]:
    "Small arrays of every shape; with nan among the floats, and with odd strides."
    rng = np.random.default_rng(7)
    for shape in SHAPES:
        value = rng.integers(-3, 4, shape)
        for dtype in dtypes or DTYPES:
            yield (value / 2 if dtype[0] == "f" else value).astype(dtype)
        if "float64" in (dtypes or DTYPES):
            yield np.where(rng.random(shape) < 0.4, np.nan, value)
    if "float64" in (dtypes or DTYPES):
        yield rng.normal(size=(4, 6))[::2, ::-2].T


def axes(array: np.ndarray) -> list[Any]:
    "All axes at once, each from both ends, the outer two, and none."
    outer = [(0, array.ndim - 1)] if array.ndim > 1 else []
    return [None, *range(-array.ndim, array.ndim), *outer, ()]


def agree(
    ours: Callable[..., Any], theirs: Callable[..., Any], array: np.ndarray,
    **options: Any,
) -> None:  # fmt: skip
    "Equal values, shapes and dtypes, or an error from both."
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        said = f"of {array.dtype}{array.shape} with {options}"
        x = tg.as_tensor(array).type()
        try:
            want = np.asarray(theirs(array, **options))
        except (ValueError, TypeError, IndexError):
            try:
                y = ours(x, **options).eval({x: array})
            except (tg.TensorGraphError, ValueError):
                return
            raise AssertionError(f"no error, but {y} {said}") from None
        y = ours(x, **options)
        got = np.asarray(y.eval({x: array}))
    assert got.dtype == want.dtype == y.type.dtype, said
    small = 1e-6 if want.dtype == "float32" else 1e-13
    np.testing.assert_allclose(got, want, small, small / 100, err_msg=said)
    assert got.shape == want.shape, said
