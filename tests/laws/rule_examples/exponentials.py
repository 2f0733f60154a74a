"""Graphs for the rules of sums of exponentials that random holes do not fit."""

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
