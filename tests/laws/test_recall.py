"""Every example once more, by functions that start from the store."""

import pytest

from tensorgraph.config import config
from tensorgraph.testing import examples  # noqa: F401  fills EXAMPLES
from tensorgraph.testing.backends import check_backend
from tensorgraph.testing.example import EXAMPLES, make_example

PARTS = 8
NOT_KEPT = ("a_python_function", "gradients_that_are_left_as_they_are", "masks_that_v")
"""How the names of examples begin whose code has addresses of this process, or that run
in two kernels.
"""


@pytest.mark.parametrize("part", range(PARTS))
def test_examples_are_recalled(part, monkeypatch, rewritten):
    monkeypatch.setattr(config, "recall", True)
    names = [n for n in [*EXAMPLES][part::PARTS] if not n.startswith(NOT_KEPT)]
    made = {name: make_example(name) for name in names}
    check_backend(made, "FAST_COMPILE")
    rewritten.clear()
    check_backend(made, "FAST_COMPILE")
    assert rewritten == []
