"""Wrong rules that only other dtypes, lengths and repeated operands show."""

import pytest

from tensorgraph.testing.rules import RuleBroken, check_example
from tests.laws.varied_mutants import EXAMPLE_OF, wrong


@pytest.mark.parametrize("rule", list(wrong), ids=lambda rule: rule.name)
def test_a_wrong_rule_is_caught(rule):
    with pytest.raises(RuleBroken, match=rule.name) as caught:
        check_example(rule, EXAMPLE_OF[rule.name], tries=40)
    assert "does not fire" not in str(caught.value)
