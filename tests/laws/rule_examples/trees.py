"""Graphs for the rules of sums and products with equal terms and factors."""

import tensorgraph as tg
from tests.laws.rule_examples.inputs import example


@example
def like_terms_are_added_up(f):
    dtype = str(f.rng.choice(["float64", "float64", "float32", "int64", "int8"]))
    pool = [f.variable(dtype), f.variable(dtype), tg.exp(f.variable("float64")),
            f.variable("int8")]  # fmt: skip
    made = []
    for _ in range(int(f.rng.integers(2, 6))):
        v = pool[f.rng.integers(0, len(pool))]
        times = float(f.rng.choice([2.0, -3.0, 0.1]))
        many = v * times if v.type.dtype[0] == "f" else v
        made.append([v, -v, many][f.rng.integers(0, 3)])
    return grouped(f, made, [tg.add, tg.sub])


@example
def powers_of_one_base_meet(f):
    pool = [f.variable("float64"), tg.exp(f.variable("float64"))]
    made = []
    for _ in range(int(f.rng.integers(2, 5))):
        v = pool[f.rng.integers(0, len(pool))]
        powers = [v, tg.sqr(v), tg.reciprocal(v), tg.sqrt(v), v**3, v**-2.0, v**1.5]
        made.append(powers[f.rng.integers(0, len(powers))])
    return grouped(f, made, [tg.mul, tg.true_div])


def grouped(f, parts, ops):
    """The parts combined in a random order."""
    parts = list(parts)
    while len(parts) > 1:
        place = int(f.rng.integers(0, len(parts) - 1))
        first, second = parts[place : place + 2]
        parts[place : place + 2] = [ops[f.rng.integers(0, 2)](first, second)]
    return parts[0]
