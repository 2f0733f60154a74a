"""Wrong rules of indices, which the law must catch."""

import pytest

from tensorgraph.errors import TensorGraphError
from tensorgraph.testing.rules import RuleBroken, check_rule
from tests.laws.index_mutants import CAUGHT_BY, wrong
from tests.laws.rule_examples import EXAMPLES


@pytest.mark.parametrize("rule", list(wrong), ids=lambda rule: rule.name)
def test_a_wrong_rule_is_caught(rule):
    with pytest.raises((RuleBroken, TensorGraphError)) as error:
        check_rule(rule, EXAMPLES[CAUGHT_BY[rule.name]], firings=60)
    assert "fired 0 times" not in str(error.value)
