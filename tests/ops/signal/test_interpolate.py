"""Interpolation against NumPy and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

import tensorgraph as tg
from tensorgraph.errors import ParameterError, ShapeError
from tensorgraph.ops.signal.interpolate import ENDS

AT = np.array([-1.0, 0.0, 0.3, 1.0, 2.2, 2.5, 4.0, 9.0, np.nan])
PLACES = np.array([0.0, 0.5, 1.0, 2.5, 3.0, 4.0])
HEIGHTS = np.array([1.0, -2.0, 0.5, 0.5, 3.0, 1.0])


@pytest.fixture(scope="module")
def inputs():
    return tg.dvectors("x xp fp")


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_lines_are_those_of_numpy(inputs, mode):
    calls = [{}, {"left": -7.0, "right": 8.0}, {"period": 1.75}]
    outputs = [tg.interp(*inputs, **options) for options in calls]
    found = tg.function(inputs, outputs, mode=mode)(AT, PLACES, HEIGHTS)
    for one, options in zip(found, calls, strict=True):
        expected = np.interp(AT, PLACES, HEIGHTS, **options)
        np.testing.assert_allclose(one, expected, rtol=1e-14)


@pytest.mark.parametrize("n", [1, 2, 6])
def test_points_are_met_exactly(n):
    xp, fp = PLACES[:n], HEIGHTS[:n]
    assert tg.interp(xp, xp, fp).eval().tolist() == fp.tolist()


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("n", [2, 3, 4, 6])
def test_splines_are_those_of_scipy(ends, n):
    at, xp, fp = AT[:-1], PLACES[:n], HEIGHTS[:n]
    x = tg.dvector("x")
    y = tg.cubic_spline(x, xp, fp, ends)
    slope = tg.grad(tg.sum(y), x)
    found = tg.function([x], [y, slope, tg.grad(tg.sum(slope), x)])(at)
    spline = CubicSpline(xp, fp, bc_type=ends)
    for order, one in enumerate(found):
        inside = (at >= xp[0]) & (at < xp[-1]) if order == 2 else slice(None)
        np.testing.assert_allclose(
            one[inside], spline(at, order)[inside], rtol=1e-9, atol=1e-9
        )


def test_points_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match="two vectors of one length"):
        tg.interp([0.5], [0.0, 1.0], [1.0])
    x, y = tg.dvectors("x y")
    with pytest.raises(ShapeError, match="lengths 2 and 3 differ"):
        tg.function([x, y], tg.interp(0.5, x, y))([0.0, 1.0, 2.0], [1.0, 2.0])
    with pytest.raises(ParameterError, match="number of points >= 4"):
        tg.function([x], tg.cubic_spline(0.5, x, x))([0.0, 1.0, 2.0])
    with pytest.raises(ShapeError, match="at least 2"):
        tg.cubic_spline([0.5], [0.0], [1.0])
    with pytest.raises(ShapeError, match="two vectors"):
        tg.interp(0.5, tg.dmatrix("m"), tg.dvector("v"))
    with pytest.raises(ValueError, match="bc_type is one of"):
        tg.cubic_spline([0.5], [0.0, 1.0], [1.0, 2.0], "free")
