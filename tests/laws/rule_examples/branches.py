"""Graphs for the rules of branches and loops."""

import tensorgraph as tg
from tests.laws.rule_examples.inputs import example, ranked, whole


@example
def a_known_condition_takes_its_arm(f):
    return tg.ifelse(tg.constant(bool(f.rng.random() < 0.5)), whole(f), whole(f))


@example
def a_negated_condition_exchanges_the_arms(f):
    return tg.ifelse(tg.logical_not(condition(f)), whole(f), tg.exp(whole(f)))


@example
def equal_arms_are_no_choice(f):
    v = whole(f)
    return tg.ifelse(condition(f), [v, v], [tg.exp(v), v])[1]


@example
def a_condition_is_known_in_its_arms(f):
    p, a, b = condition(f), whole(f), whole(f)
    inner = tg.ifelse(p, a, b)
    return tg.ifelse(p, inner, tg.sin(a)) + tg.ifelse(p, tg.cos(b), inner)


@example
def values_that_nobody_uses_are_not_chosen(f):
    a, b = whole(f), whole(f)
    return tg.ifelse(condition(f), [a, tg.exp(a)], [b, tg.sin(b)])[0]


@example
def state_that_never_changes_is_no_state(f):
    v, s = ranked(f), tg.dscalar("s")
    f.sizes[s] = ()
    made = tg.scan(
        lambda x, a, b: [a * x + b, b], sequences=[v], outputs_info=[s, s + 1.0]
    )
    return tg.sum(made[0]) + tg.sum(made[f.rng.integers(0, len(made))])


@example
def what_nobody_uses_leaves_a_loop(f):
    v, s = ranked(f), tg.dscalar("s")
    f.sizes[s] = ()
    made = tg.scan(lambda x, a, b: [a * x, a + b], sequences=[v], outputs_info=[s, s])
    return tg.sum(made[0])


def condition(f):
    p = tg.tensor("p", "bool", ())
    f.sizes[p] = ()
    return p
