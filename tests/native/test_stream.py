"""The random numbers of a chain, against the distributions of SciPy."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from scipy import stats

from .compiled import SAMPLER, compile_library

FILL = """
#include "stream.h"

void fill(const uint64_t *seed, double *normals, double *uniforms, int64_t count)
{
    tg_stream stream;

    tg_stream_prepare();
    tg_stream_open(&stream, seed);
    for (int64_t i = 0; i < count; i++)
        normals[i] = tg_stream_normal(&stream);
    for (int64_t i = 0; i < count; i++)
        uniforms[i] = tg_stream_uniform(&stream);
}
"""


@pytest.fixture(scope="module")
def fill(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stream")
    library = compile_library(folder, FILL, SAMPLER / "stream.c")

    def numbers(seed, count):
        words = np.array(seed, np.uint64)
        normals, uniforms = np.empty(count), np.empty(count)
        pointers = [a.ctypes.data_as(ctypes.c_void_p) for a in (normals, uniforms)]
        library.fill(words.ctypes, *pointers, ctypes.c_int64(count))
        return normals, uniforms

    return numbers


def test_normals_and_uniforms_have_their_distributions(fill):
    normals, uniforms = fill([1, 2, 3, 4], 2_000_000)
    assert stats.kstest(normals, "norm").pvalue > 0.001
    assert stats.kstest(uniforms, "uniform").pvalue > 0.001
    edges = stats.norm.ppf(np.linspace(0, 1, 1001))
    assert stats.chisquare(np.histogram(normals, edges)[0]).pvalue > 0.001
    assert uniforms.min() > 0 and uniforms.max() < 1


@pytest.mark.parametrize("beyond", [3.0, 3.6541528853610088, 4.0])
def test_tails_of_normals_have_their_weight(fill, beyond):
    normals, _ = fill([5, 6, 7, 8], 4_000_000)
    count = int((np.abs(normals) > beyond).sum())
    expected = 2 * stats.norm.sf(beyond)
    assert stats.binomtest(count, len(normals), expected).pvalue > 0.001


def test_neighbouring_seeds_give_unrelated_streams(fill):
    seeds = [[0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [2**64 - 1] * 4]
    streams = np.array([fill(seed, 100_000)[0] for seed in seeds])
    correlation = np.corrcoef(np.concatenate([streams, np.roll(streams, 1, 1)]))
    assert np.abs(correlation - np.eye(8)).max() < 0.015


def test_one_seed_gives_one_stream(fill):
    first, second = fill([1, 2, 3, 4], 1000), fill([1, 2, 3, 4], 1000)
    assert np.array_equal(first, second)
