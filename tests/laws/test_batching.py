"""Every op over more leading axes against a Python loop; registries, not lists."""

import numpy as np
import pytest

from tensorgraph.ops.elementwise import ELEMENTWISE, Elementwise
from tensorgraph.testing import examples  # noqa: F401  fills EXAMPLES
from tensorgraph.testing.elementwise import operands, takes
from tensorgraph.testing.example import EXAMPLES, Example, make_example
from tensorgraph.testing.ops import check_batch, check_types, check_values


@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=ELEMENTWISE)
def test_elementwise_over_more_axes_is_a_loop(op: Elementwise):
    rng = np.random.default_rng(len(op.name))
    for shapes in [((2,), (2,), (2,)), ((), (3,), (2, 1))]:
        values = operands(op, shapes, "float64", rng)
        check_batch(Example(values, op(*values), expected=None))


@pytest.mark.parametrize("dtype", ["complex128", "float16"])
@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=ELEMENTWISE)
def test_elementwise_in_other_dtypes_is_a_loop(op: Elementwise, dtype: str):
    if not takes(op, dtype):
        pytest.skip(f"not defined for {dtype}")
    rng = np.random.default_rng(len(op.name))
    values = operands(op, ((), (3,), (2, 1)), dtype, rng)
    check_batch(Example(values, op(*values), expected=None))


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_over_more_axes_is_a_loop(name: str):
    example = make_example(name)
    if not example.batch:
        pytest.skip("values decide shapes")
    check_batch(example)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_has_the_values_and_types_it_should(name: str):
    example = make_example(name)
    check_values(example)
    check_types(example)
