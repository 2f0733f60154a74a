"""Graphs for the rules of choices."""

import tensorgraph as tg
from tests.laws.rule_examples.inputs import example


def bounded(f):
    """Arrays of which it is proven where they lie, and numbers."""
    v = f.variable("float64")
    made = [tg.abs(v), tg.sigmoid(v), -tg.exp(v), tg.sin(v), tg.minimum(v, 5.0),
            f.variable("int64") % 4, f.variable("bool"), tg.constant(2.0),
            tg.constant(0), tg.constant(-1.0), tg.constant(5.0)]  # fmt: skip
    return made[f.rng.integers(0, len(made))]


@example
def what_the_ranges_decide_is_not_asked(f):
    ops = [tg.lt, tg.le, tg.gt, tg.ge, tg.eq, tg.neq]
    return ops[f.rng.integers(0, len(ops))](bounded(f), bounded(f))


@example
def what_the_ranges_choose_is_not_compared(f):
    op = tg.maximum if f.rng.random() < 0.5 else tg.minimum
    return op(bounded(f), bounded(f))
