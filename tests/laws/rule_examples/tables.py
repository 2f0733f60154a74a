"""Graphs for the rules of what is gathered often."""

import tensorgraph as tg
from tests.laws.rule_examples.arrays import array, rows, sizes
from tests.laws.rule_examples.inputs import example


@example
def what_is_gathered_often_is_computed_before(f):
    n, m = sizes(f, 2, 1)
    a, b, i = array(f, n, m, known=0), array(f, n, m, known=0), rows(f, n, 5)
    ways = [tg.exp(a[i]), a[i] * 3.0, a[i] + b[i], a[:, rows(f, m, 7)] / 2.0]
    return ways[f.rng.integers(0, 4)]
