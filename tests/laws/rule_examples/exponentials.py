"""Graphs for the rules of sums of exponentials that random holes do not fit."""

import tensorgraph as tg
from tensorgraph.ops.broadcast import ExpandDims, Squeeze
from tensorgraph.ops.reducing.softmax import shift_of
from tests.laws.rule_examples.inputs import example, ranked


@example
def a_shift_is_subtracted_first(f):
    x = ranked(f)
    return x - (f.variable("float64", narrow=0.0) + shift_of(x, (0,)))


@example
def a_spread_shift_is_subtracted_first(f):
    x = ranked(f)
    shift = Squeeze((0,))(shift_of(x, (0,)))
    return x - ExpandDims((0,))(shift + 0.5 * shift)


@example
def log_of_a_product_with_exp_is_shifted(f):
    n, k = (int(length) for length in f.rng.integers(1, 5, 2))
    x, y = tg.tensor("x", "float64", (n,)), tg.tensor("y", "float64", (n,))
    w = tg.tensor("w", "float64", (n, k))
    f.sizes.update({x: (n,), y: (n,), w: (n, k)})
    exp = tg.exp(x)
    return tg.log([exp @ y, exp @ w, w.T @ exp, exp @ tg.exp(y)][f.rng.integers(0, 4)])
