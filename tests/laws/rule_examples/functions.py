"""Graphs for the rules of functions and their inverses."""

import tensorgraph as tg
from tests.laws.rule_examples.inputs import example


@example
def parts_put_together_are_the_number(f):
    z = f.variable("complex128")
    return tg.complex(tg.real(z), tg.imag(z))
