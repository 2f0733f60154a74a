"""Every rewrite rule, by law; and wrong rules, which the law must catch."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.pattern import hole
from tensorgraph.graph.rules import Rules
from tensorgraph.rewrites.contents import CHAPTERS
from tensorgraph.rewrites.phases import every_theme
from tensorgraph.testing.exact import exact_values
from tensorgraph.testing.rules import (
    VARIED,
    RuleBroken,
    check_example,
    check_rule,
    check_rule_in,
)
from tests.laws.mutants import wrong
from tests.laws.rule_examples import EXAMPLES

RULES = [rule for theme in every_theme().values() for rule in theme]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule(rule):
    made = EXAMPLES.get(rule.name) if rule.patterns else EXAMPLES[rule.name]
    check_rule(rule, made, firings=8)


WITH_PATTERN = [rule for rule in RULES if rule.patterns]
WITHOUT_PATTERN = [rule for rule in RULES if not rule.patterns]

DTYPES = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
    "float16 float32 float64 complex64 complex128"
).split()


MOVES = {
    rule.name
    for theme in f"{CHAPTERS['shaping']} {CHAPTERS['indexing']} branches".split()
    for rule in every_theme()[theme]
}
"""Rules to which elements are all the same, so that they fire in every dtype ..."""
ORDERED = [dtype for dtype in VARIED if dtype[0] != "c"]
FEWER = {
    "a_function_that_grows_is_computed_of_the_largest": ["float64", "float32"],
    "repeated_elements_need_one_look": ORDERED,
    "an_index_of_a_stack_goes_through_ops_on_cores": ORDERED,
}
"""... but for those about a largest element, or sorted ones."""


@pytest.mark.parametrize("rule", WITH_PATTERN, ids=lambda rule: rule.name)
def test_rule_in_every_dtype(rule):
    for dtype in DTYPES:
        check_rule_in(rule, dtype, tries=8, least=rule.name in MOVES)


@pytest.mark.parametrize("rule", WITHOUT_PATTERN, ids=lambda rule: rule.name)
def test_example_in_every_dtype_and_shape(rule):
    moves = FEWER.get(rule.name, VARIED) if rule.name in MOVES else []
    check_example(rule, EXAMPLES[rule.name], fires={"float64", "float32", *moves})


def test_a_rule_for_real_numbers_is_caught():
    real = Rules("real")

    @real.rule(tg.sqrt(hole("x") * hole("x")))
    def the_root_of_a_square_is_x(x):
        "For positive real numbers only."
        return x

    with pytest.raises(RuleBroken, match="became"):
        check_rule_in(real["the_root_of_a_square_is_x"], "complex128")
    sound = next(r for r in RULES if r.name == "one_changes_nothing")
    assert check_rule_in(sound, "complex64") > 0


def test_every_example_has_a_rule():
    assert set(EXAMPLES) <= {rule.name for rule in RULES}


def test_names_of_rules_are_unique():
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("rule", list(wrong), ids=lambda rule: rule.name)
def test_a_wrong_rule_is_caught(rule):
    with pytest.raises((RuleBroken, tg.errors.RewriteError)):
        check_rule(rule, firings=60)


def test_the_message_shows_both_sides_and_the_values():
    with pytest.raises(RuleBroken) as error:
        check_rule(wrong["any_square_is_a_product_with_the_size"])
    text = str(error.value)
    assert text.startswith("any_square_is_a_product_with_the_size: ")
    assert "\n  Pow(x0, " in text and "\n  → Mul(x0, Abs(x0))" in text
    assert "\n  x0 = array(" in text


def test_a_rule_that_never_fires_is_broken():
    rules = Rules("never")

    @rules.rule(tg.sin(hole("x", lambda v: False)))
    def nothing_matches(x):
        "Nothing is accepted."
        return x

    with pytest.raises(RuleBroken, match="nothing_matches fired 0 times"):
        check_rule(rules["nothing_matches"], firings=2)


def test_the_truth_has_many_digits():
    v = tg.dscalar("v")
    (found,) = exact_values([tg.log(1 + v)], {v: np.asarray(1e-30)})
    assert float(found[()]) == pytest.approx(1e-30, rel=1e-15)
