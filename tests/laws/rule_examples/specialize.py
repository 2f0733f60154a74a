"""Graphs for the rules of specialization."""

import tensorgraph as tg
from tests.laws.rule_examples.inputs import example


@example
def a_function_of_both_branches_is_computed_once(f):
    condition = f.variable("bool")
    a, b, s = f.variable("float64"), f.variable("float64"), f.variable("float64")
    pairs = [(tg.exp(a), tg.exp(b)), (a * s, b * s), (tg.sqrt(a), tg.sqrt(b)),
             (s - a, s - b), (tg.log(a), tg.log(s))]  # fmt: skip
    return tg.where(condition, *pairs[f.rng.integers(0, len(pairs))])
