"""Long loop bodies: printed once, for whole groups of lanes and for the rest."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.backends.c import groups
from tensorgraph.backends.c.printer import print_program

LENGTHS = (0, 1, 5, 7, 8, 9, 255, 256, 259, 1000)


@pytest.fixture
def everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short bodies are printed like long ones."""
    monkeypatch.setattr(groups, "LONG", 1)
    monkeypatch.setattr(groups, "FEW", 0)


def chain(xp: Any, x: Any, steps: int) -> Any:
    for k in range(steps):
        x = x + 0.05 * (xp.tanh(x * (1 + 0.001 * k) + np.cos(k)) - 0.1 * xp.sin(x))
    return x


@functools.cache
def long_chain() -> Any:
    x = tg.dvector("x")
    y = chain(tg, x, 90)
    return tg.function([x], [y.sum(), y, tg.grad(y.sum(), x)])


def test_a_long_body_is_printed_once() -> None:
    printed = print_program(long_chain().program)
    (nest,) = printed.nests
    assert nest.body.count("tg_tanh(") == 90
    assert nest.body.count("#pragma omp simd") == 1


@pytest.mark.parametrize("n", LENGTHS)
def test_every_rest_is_computed(n: int) -> None:
    value = np.linspace(-1, 1, n)
    total, y, slope = long_chain()(value)
    np.testing.assert_allclose(y, chain(np, value, 90), rtol=1e-12)
    np.testing.assert_allclose(total, chain(np, value, 90).sum(), rtol=1e-12)
    step = 1e-6
    ahead, behind = (chain(np, value + s, 90) for s in (step, -step))
    np.testing.assert_allclose(slope, (ahead - behind) / (2 * step), rtol=1e-7)


def models() -> dict[str, tuple[list[Any], list[Any], list[Any]]]:
    """Inputs, outputs, and a maker of values of a length for each."""
    x, m, j = tg.dvector("x"), tg.dmatrix("m"), tg.lvector("j")
    single, flags = tg.fvector("single"), x > 0.1
    steps = tg.arange(x.shape[0])
    return {
        "gather": ([m, j], [tg.exp(m[j, 0]), (m[j, 1] * 2.0).sum()], ["matrix", "at"]),
        "index": ([x], [x * steps, (7 // (x.shape[0] - steps)).max()], ["vector"]),
        "whole": ([j], [100 // (j + 1), (j % 3 > 1).any()], ["counts"]),
        "single": ([single], [tg.exp(single), single.sum()], ["single"]),
        "flags": ([x], [flags, flags.all(), tg.where(flags, x, -x).min()], ["vector"]),
        "column": ([m], [tg.sqrt(m[:, 1] + 4.0), m[:, 0].sum()], ["matrix"]),
    }


def values(kinds: list[str], n: int) -> list[Any]:
    rng = np.random.default_rng(n)
    made = {
        "vector": rng.normal(size=n), "matrix": rng.normal(size=(n + 1, 2)),
        "at": rng.integers(0, n + 1, size=n), "counts": rng.integers(0, 50, size=n),
        "single": rng.normal(size=n).astype("float32"),
    }  # fmt: skip
    return [made[kind] for kind in kinds]


@pytest.mark.parametrize("name", models())
def test_other_bodies_have_the_same_bits(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, outputs, kinds = models()[name]
    plain = tg.function(inputs, outputs)
    monkeypatch.setattr(groups, "LONG", 1)
    monkeypatch.setattr(groups, "FEW", 0)
    grouped = tg.function(inputs, outputs)
    assert "_group[lane]" in grouped.source
    assert "_group[lane]" not in plain.source
    for n in LENGTHS[1:]:
        given = values(kinds, n)
        for a, b in zip(grouped(*given), plain(*given), strict=True):
            np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


def test_one_that_reads_what_it_writes_stays(everywhere: None) -> None:
    """A scan's rows are updated in place."""
    x = tg.dvector("x")
    moved = tg.scan(lambda before: before * 0.5 + 1.0, [], [x], n_steps=3)
    function = tg.function([x], moved[-1])
    value = np.linspace(0, 1, 11)
    expected = functools.reduce(lambda v, _: v * 0.5 + 1.0, range(3), value)
    np.testing.assert_allclose(function(value), expected, rtol=1e-15)


def test_the_text_of_a_body(everywhere: None) -> None:
    x, j = tg.dvector("x"), tg.lvector("j")
    function = tg.function([x, j], tg.exp(x[j] * 2.0).sum())
    text = function.source
    start = text.index("for (int64_t base")
    assert text[start : text.index("tg_join_f64(&", start)].rstrip() == BODY


BODY = """\
for (int64_t base = block; base < end; base += 8) {
            const int count = end - base < 8 ? (int)(end - base) : 8;
            double x_group[8];
            for (int lane = 0; lane < 8; lane++) {
                const int64_t i = base + (lane < count ? lane : 0);
                x_group[lane] = x[(j[i] < 0) ? (n + j[i]) : j[i]];
            }
            double s2_group[8];
            #pragma omp simd simdlen(8)
            for (int lane = 0; lane < 8; lane++) {
                const double v3 = x_group[lane];
                const double v4 = v3 * 2.0;
                const double v5 = tg_exp(v4);
                s2_group[lane] = v5;
            }
            for (int lane = 0; lane < count; lane++) {
                s2_lanes[lane] += s2_group[lane];
            }
        }"""
