"""Graphs for the rules of folding."""

import tensorgraph as tg
from tensorgraph.ops.tensor import constant
from tests.laws.rule_examples.inputs import example


@example
def what_is_constant_is_computed_once(f):
    values = [constant(f.rng.normal(size=n)) for n in ((), (3,), (2, 3))]
    a, b = (values[i] for i in f.rng.integers(0, 3, 2))
    return [tg.sqrt(a), a * b, a.sum(), tg.expand_dims(a, 0), b.T][f.rng.integers(0, 5)]


@example
def constants_have_the_dtype_they_are_used_in(f):
    v, number = f.variable(), constant(f.rng.choice([1, 2, 3]))
    ops = [tg.add, tg.mul, tg.true_div, tg.maximum, tg.lt]
    return ops[f.rng.integers(0, len(ops))](v, number)
