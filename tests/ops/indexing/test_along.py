"""take_along_axis and put_along_axis against NumPy."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tests.ops.interpreted import interpreted
from tests.ops.wrong import names_the_line, says

CASES = [
    ((3,), (2,), 0), ((3, 4), (3, 2), 1), ((3, 4), (1, 4), 0), ((3, 4), (1, 2), -1),
    ((1, 4), (5, 3), 1), ((2, 3, 4), (2, 6, 1), 1), ((2, 3, 1), (1, 2, 4), -2),
    ((2, 0, 3), (2, 0, 3), 1), ((2, 3), (2, 0), 1), ((2, 3, 4), (7,), None),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "indices", "axis"), CASES)
def test_taking_and_putting(shape, indices, axis):
    rng = np.random.default_rng(0)
    value = rng.normal(size=shape)
    length = value.size if axis is None else shape[axis]
    k = rng.integers(-length, max(length, 1), size=indices)
    x = tg.tensor("x", "float64", [n if n < 2 else None for n in shape])
    i = tg.tensor("i", "int64", indices)
    taken = np.take_along_axis(value, k, axis)
    more = rng.normal(size=taken.shape[-1:])
    put = value.copy()
    np.put_along_axis(put, k, more, axis)
    outputs = [tg.take_along_axis(x, i, axis), tg.put_along_axis(x, i, more, axis)]
    given = {x: value, i: k}
    for found in ([y.eval(given) for y in outputs], interpreted(outputs, given)):
        np.testing.assert_array_equal(found[0], taken)
        np.testing.assert_array_equal(found[1], put)


def test_static_shapes():
    x = tg.tensor("x", "float32", (None, "n", 4))
    i = tg.tensor("i", "int16", (2, "n", 1))
    assert (
        tg.take_along_axis(x, i, 0).type == tg.tensor("y", "float32", (2, "n", 4)).type
    )
    assert tg.put_along_axis(x, i, 1, 2).type == x.type


@pytest.mark.parametrize("mode", ["PYTHON", "FAST_COMPILE", "NUMBA"])
def test_out_of_bounds_names_axis_and_line(mode):
    x, i = tg.dmatrix("x"), tg.lmatrix("i")
    outputs = [tg.take_along_axis(x, i, 0), tg.put_along_axis(x, i, 1.0, 1, "add")]
    for axis, y in enumerate(outputs):
        f = tg.function([x, i], y, mode=mode)
        f(np.zeros((2, 3)), [[1, 0, -1], [0, 0, 1]])
        for bad in (7, -4):
            indices = [[0, bad, 0], [0, 0, 0]]
            error = says(
                BoundsError, lambda: f(np.zeros((2, 3)), indices),  # noqa: B023
                f"index {bad} is out of bounds for axis {axis} with size {axis + 2}",
            )  # fmt: skip
            assert names_the_line(error, __file__)


def test_wrong_inputs():
    x, i, v = tg.tensor("x", "float64", (2, 3)), tg.lmatrix("i"), tg.lvector("v")
    says(ShapeError, lambda: tg.take_along_axis(x, v), "(2, 3)", "same number of axes")
    says(ShapeError, lambda: tg.take_along_axis(x, i, 2), "axis 2")
    says(ShapeError, lambda: tg.take_along_axis(1.0, 0), "scalar")
    says(DTypeError, lambda: tg.take_along_axis(x, x), "integer", "float64")
    says(BoundsError, lambda: tg.take_along_axis(x, [[3], [0]], 1), "index 3", "size 3")
    says(ShapeError, lambda: tg.take_along_axis(x, [[0, 0]] * 3, 1), "3 and 2")
    says(
        ShapeError,
        lambda: tg.put_along_axis(x, [[0], [0]], [[1.0], [2.0], [3.0]], 1),
        "put_along_axis",
        "(3, 1)",
    )
    says(DTypeError, lambda: tg.put_along_axis(i, [[0]], 0.5, 0), "float64", "int64")
    with pytest.raises(ValueError, match="'sum'"):
        tg.put_along_axis(x, i, 1.0, 0, "sum")
