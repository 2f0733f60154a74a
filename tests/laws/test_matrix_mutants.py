"""Wrong rules of linear algebra: the law must catch them all."""

import pytest

from tensorgraph.errors import RewriteError
from tensorgraph.testing.rules import RuleBroken, check_rule
from tests.laws.matrix_mutants import EXAMPLE_OF, wrong_matrices
from tests.laws.rule_examples import EXAMPLES


@pytest.mark.parametrize("rule", list(wrong_matrices), ids=lambda rule: rule.name)
def test_a_wrong_rule_is_caught(rule):
    with pytest.raises((RuleBroken, RewriteError), match=rule.name) as caught:
        check_rule(rule, EXAMPLES[EXAMPLE_OF[rule.name]], firings=60)
    assert "fired" not in str(caught.value)
