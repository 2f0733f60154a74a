"""Graphs for the rules of running sums."""

import tensorgraph as tg
from tests.laws.rule_examples.arrays import array, bounds, item, sizes
from tests.laws.rule_examples.inputs import example


def running(f):
    """A running combination along the last of two axes, and the lengths."""
    n, m = sizes(f, 2, 1)
    combine = [tg.cumsum, tg.cumprod, tg.cummax][f.rng.integers(0, 3)]
    return combine(array(f, n, m), axis=1), n, m


@example
def an_index_goes_through_what_runs_along_another_axis(f):
    y, n, _ = running(f)
    return y[item(f, n, "is")]


@example
def what_runs_stops_where_nobody_reads_on(f):
    y, n, _ = running(f)
    part = bounds(f)
    return y[item(f, n), part if f.rng.random() < 0.5 else slice(None, part.stop)]


@example
def the_last_of_a_running_sum_is_the_sum(f):
    y, n, _ = running(f)
    return y[item(f, n), -1]
