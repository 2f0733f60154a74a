"""ravel_multi_index and unravel_index against NumPy."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tests.ops.wrong import says

SHAPES = [(5,), (2, 3), (4, 1, 3, 2), (1, 1)]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", SHAPES)
def test_positions_and_subscripts_are_inverses(shape, order):
    positions = np.arange(np.prod(shape)).reshape(-1, 1)
    want = np.unravel_index(positions, shape, order)
    found = tg.unravel_index(positions, shape, order)
    assert len(found) == len(shape)
    for got, expected in zip(found, want, strict=True):
        np.testing.assert_array_equal(got.eval(), expected)
    back = tg.ravel_multi_index(found, shape, order=order)
    np.testing.assert_array_equal(back.eval(), positions)


def test_modes_for_each_axis():
    parts = [np.array([-1, 5, 2]), np.array([7, -9, 0])]
    for mode in ("wrap", "clip", ("wrap", "clip"), ("clip", "wrap")):
        want = np.ravel_multi_index(parts, (3, 4), mode=mode)
        np.testing.assert_array_equal(
            tg.ravel_multi_index(parts, (3, 4), mode).eval(), want
        )


def test_symbolic_lengths():
    x, k = tg.dmatrix("x"), tg.lscalar("k")
    row, column = tg.unravel_index(k, x.shape)
    given = {x: np.zeros((3, 4)), k: 7}
    assert (row.eval(given), column.eval(given)) == (1, 3)


def test_wrong_inputs():
    says(BoundsError, lambda: tg.unravel_index(6, (2, 3)), "index 6", "size 6")
    says(BoundsError, lambda: tg.unravel_index(-1, (2, 3)), "index -1")
    says(BoundsError, lambda: tg.ravel_multi_index((2, 0), (2, 3)), "index 2", "size 2")
    says(
        ShapeError, lambda: tg.ravel_multi_index((1,), (2, 3)), "1 subscripts", "2 axes"
    )
    says(ShapeError, lambda: tg.unravel_index(0, ()), "at least one axis")
    says(DTypeError, lambda: tg.unravel_index(0.5, (2,)), "integers")
    with pytest.raises(ValueError, match="'A'"):
        tg.unravel_index(0, (2,), "A")
