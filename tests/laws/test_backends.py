"""Every op in every compiled backend against the reference; registries, not lists."""

import numpy as np
import pytest

from tensorgraph.ops.elementwise import ELEMENTWISE
from tensorgraph.testing import examples  # noqa: F401  fills EXAMPLES
from tensorgraph.testing.backends import check_backend
from tensorgraph.testing.elementwise import operands
from tensorgraph.testing.example import EXAMPLES, Example, make_example

MODES = [
    "PYTHON",
    "FAST_COMPILE",
    pytest.param("C", marks=pytest.mark.slow),
    pytest.param("NUMBA", marks=pytest.mark.slow),
]
SPECIAL = np.array(
    [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -2.5,
        1e-300,
        -1e-20,
        1e20,
        700.0,
        np.inf,
        -np.inf,
        np.nan,
    ]
)


@pytest.mark.parametrize("mode", MODES)
def test_examples(mode: str):
    check_backend({name: make_example(name) for name in EXAMPLES}, mode)


def elementwise_examples(dtype):
    "Each op on points of its domain, operands broadcasting."
    rng = np.random.default_rng(5)
    found = {}
    for name, op in ELEMENTWISE.items():
        values = operands(op, [(2, 1), (7,), (1, 1)], dtype, rng)
        smooth = bool(op.derivatives or op.pull)
        found[name] = Example(values, op(*values), None, gradient=smooth)
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_elementwise(mode: str, dtype: str):
    check_backend(elementwise_examples(dtype), mode)


@pytest.mark.parametrize("mode", MODES)
def test_elementwise_at_special_values(mode: str):
    "Zeros of both signs, subnormal, huge, infinite, nan: all pairs of them."
    found = {}
    for name, op in ELEMENTWISE.items():
        values = operands(op, [(1,)] * 3, "float64", np.random.default_rng(0))
        pairs = np.meshgrid(*[SPECIAL] * len(values))
        given = {
            v.type.with_shape((None,))(): p.ravel() > 0
            if v.type.dtype == "bool"
            else p.ravel()
            for v, p in zip(values, pairs, strict=True)
        }
        if name == "gammaln":  # SciPy says -inf at -inf, C99 and mpmath's limit inf
            given = {v: value[value > -np.inf] for v, value in given.items()}
        found[name] = Example(given, op(*given), None, gradient=False)
    check_backend(found, mode)
