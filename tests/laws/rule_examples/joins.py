"""Graphs for the rules of joined arrays."""

import tensorgraph as tg
from tensorgraph.ops.shaping.join import Join
from tests.laws.rule_examples.inputs import example, known, ranked, single


@example
def a_join_of_one_part_is_the_part(f):
    return Join(0)(ranked(f))


@example
def joins_of_joins_are_one(f):
    a, b, c = (ranked(f) for _ in range(3))
    return tg.concatenate([a, tg.concatenate([b, c])])


@example
def empty_parts_are_not_joined(f):
    a = known(f)
    return tg.concatenate([a[:0], a, a[:0]][f.rng.integers(0, 2) :])


@example
def equal_parts_of_length_one_are_repeated(f):
    return tg.concatenate([single(f)] * 2 if len(f.lengths) < 1 else [single(f)] * 3)


@example
def slices_that_follow_each_other_are_one(f):
    v, other = ranked(f), ranked(f)
    i, j = sorted(int(n) for n in f.rng.integers(0, 4, 2))
    k = tg.lscalar("k")
    f.sizes[k] = ()
    cuts = [[v[:i], v[i:]], [v[:i], v[i:j], v[j:], other], [other, v[i:j], v[j:]],
            [v[:k], v[k:]], [v[:-1], v[-1:]], [v[1:i], v[i:2]]]  # fmt: skip
    return tg.concatenate(cuts[f.rng.integers(0, len(cuts))])
