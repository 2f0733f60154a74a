"""What the sampler learns while it tunes: windows, variances, step size."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from .compiled import SAMPLER, compile_library

PARTS = """
#include "adapt.h"
#include "vectors.h"

int64_t window_ends(int64_t tune, int64_t *ends)
{
    tg_windows windows;
    int64_t count = 0;

    tg_windows_open(&windows, tune);
    ends[count++] = windows.begin;
    for (int64_t i = 0; i < tune; i++)
        if (tg_windows_close_at(&windows, i))
            ends[count++] = i + 1;
    return count;
}

void variance_of(const double *points, int64_t count, int64_t dimension,
                 double *variance)
{
    tg_spread spread;
    double room[TG_LANES] = {0};

    tg_spread_open(&spread, tg_padded(dimension));
    for (int64_t i = 0; i < count; i++) {
        for (int64_t j = 0; j < dimension; j++)
            room[j] = points[i * dimension + j];
        tg_spread_add(&spread, room);
    }
    tg_spread_finish(&spread, variance, dimension);
    tg_spread_close(&spread);
}

/* Learns a step size for a sampler that accepts exp(-step). */
double learned_step(double target, int64_t iterations)
{
    tg_step_tuner tuner;

    tg_step_tuner_open(&tuner, target, 1);
    for (int64_t i = 0; i < iterations; i++)
        tg_step_tuner_learn(&tuner, __builtin_exp(-tuner.step_size));
    return tg_step_tuner_result(&tuner);
}
"""


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("adapt")
    sources = [SAMPLER / "adapt.c", SAMPLER / "vectors.c"]
    library = compile_library(folder, PARTS, *sources)
    library.window_ends.restype = ctypes.c_int64
    library.learned_step.restype = ctypes.c_double
    return library


def window_ends(parts, tune):
    ends = np.zeros(64, np.int64)
    count = parts.window_ends(ctypes.c_int64(tune), ends.ctypes)
    return ends[:count].tolist()


@pytest.mark.parametrize(
    ("tune", "ends"),
    [
        (0, [0]),
        (19, [0]),
        (20, [3, 18]),
        (100, [15, 90]),
        (149, [22, 135]),
        (150, [75, 100]),
        (170, [75, 120]),
        (200, [75, 100, 150]),
        (1000, [75, 100, 150, 250, 450, 950]),
        (2000, [75, 100, 150, 250, 450, 850, 1950]),
    ],
)
def test_windows_double_and_the_last_takes_the_rest(parts, tune, ends):
    assert window_ends(parts, tune) == ends


def variance_of(parts, points, start):
    variance = np.full(points.shape[1], start)
    count, dimension = map(ctypes.c_int64, points.shape)
    parts.variance_of(points.ctypes, count, dimension, variance.ctypes)
    return variance


def test_variances_are_shrunk_towards_a_thousandth(parts):
    points = 1e6 + np.random.default_rng(1).normal(size=(40, 3)) * [1e-3, 1, 1e3]
    expected = 40 / 45 * points.var(axis=0, ddof=1) + 5 / 45 * 1e-3
    np.testing.assert_allclose(variance_of(parts, points, 7.0), expected, rtol=1e-9)


def test_variances_that_are_no_numbers_are_not_learned(parts):
    points = np.array([[1.0, 1e300], [2.0, -1e300], [4.0, 1e300]])
    variance = variance_of(parts, points, 7.0)
    assert np.isfinite(variance[0]) and variance[0] != 7
    assert variance[1] == 7
    assert variance_of(parts, points[:1], 7.0).tolist() == [7, 7]


@pytest.mark.parametrize("target", [0.6, 0.8, 0.95])
def test_step_size_reaches_the_acceptance_asked_for(parts, target):
    step = parts.learned_step(ctypes.c_double(target), ctypes.c_int64(2000))
    assert np.exp(-step) == pytest.approx(target, abs=0.01)


def test_step_size_stays_where_nothing_was_learned(parts):
    assert parts.learned_step(ctypes.c_double(0.8), ctypes.c_int64(0)) == 1
