"""Every op in every compiled backend against the reference; registries, not lists."""

import numpy as np
import pytest

from tensorgraph.loops.values import ComputedLength
from tensorgraph.ops.elementwise import ELEMENTWISE
from tensorgraph.testing import examples  # noqa: F401  fills EXAMPLES
from tensorgraph.testing.backends import check_backend, difference
from tensorgraph.testing.elementwise import operands, takes
from tensorgraph.testing.example import EXAMPLES, Example, make_example
from tensorgraph.testing.retyped import retyped
from tests.ops.interpreted import interpreted

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


PARTS = 8
"""Tests that share the examples, and are shared by workers."""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("mode", MODES)
def test_examples(mode: str, part: int):
    names = [*EXAMPLES][part::PARTS]
    check_backend({name: make_example(name) for name in names}, mode)


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


def in_bunches(single, size):
    "So many examples as one, which is one function to compile."
    found, listed = {}, list(single.items())
    for start in range(0, len(listed), size):
        names, bunch = zip(*listed[start : start + size], strict=True)
        values = {v: x for e in bunch for v, x in e.values.items()}
        outputs = [y for e in bunch for y in e.output_list]
        smooth = all(e.gradient for e in bunch)
        found[" ".join(names)] = Example(values, outputs, None, gradient=smooth)
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["complex128", "complex64", "float16"])
def test_elementwise_of_complex_numbers_and_halves(mode: str, dtype: str):
    rng = np.random.default_rng(5)
    found = {}
    for name, op in ELEMENTWISE.items():
        if takes(op, dtype):
            values = operands(op, [(2, 1), (7,), (1, 1)], dtype, rng)
            found[name] = Example(values, op(*values), None, gradient=False)
    check_backend(in_bunches(found, 6), mode)


SLOW_HALVES = pytest.param("float16", marks=pytest.mark.slow)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("dtype", ["complex128", SLOW_HALVES])
def test_loops_of_examples_in_other_dtypes(name: str, dtype: str):
    "Where ops take these elements, the loop program agrees with the reference."
    example = retyped(make_example(name), dtype)
    if example is None:
        pytest.skip("refused, or no float64 goes in")
    try:
        found = interpreted(example.output_list, example.values)
    except ComputedLength:
        pytest.skip("more than one program: a length depends on values")
    for y, expected, value in zip(
        example.output_list, example.expected_list, found, strict=True
    ):
        assert not difference(expected, value, example.rtol), y


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["C", "NUMBA"])
@pytest.mark.parametrize("dtype", ["complex128", "float16"])
def test_examples_in_other_dtypes(mode: str, dtype: str):
    step = 1 if mode == "C" else 12  # Numba takes seconds for each
    found = {name: retyped(make_example(name), dtype) for name in [*EXAMPLES][::step]}
    check_backend({name: e for name, e in found.items() if e is not None}, mode)


def converted(values, dtype):
    "The values in a dtype; large integers for what is larger than integers are."
    if dtype.startswith("int"):
        most = min(np.iinfo(dtype).max, 10**18)
        values = np.clip(np.nan_to_num(values), -most, most)
    return values > 0 if dtype == "bool" else values.astype(dtype)


# SciPy's hyp0f1 divides by zero inside, and prints that it did.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("mode", MODES)
def test_elementwise_at_special_values(mode: str):
    "Zeros of both signs, subnormal, huge, infinite, nan: all pairs of them."
    found = {}
    for name, op in ELEMENTWISE.items():
        values = operands(op, [(1,)] * 3, "float64", np.random.default_rng(0))
        # SciPy's hypergeometric functions crash or take minutes beside nan and 1e20;
        # its zeta is inf for nan at a pole, and nan for 1e20.
        wild = name == "zeta" or (name.startswith("hyp") and len(values) > 2)
        special = SPECIAL[np.abs(SPECIAL) < 1e3] if wild else SPECIAL
        pairs = np.meshgrid(*[special] * len(values))
        given = {
            v.type.with_shape((None,))(): converted(p.ravel(), v.type.dtype)
            for v, p in zip(values, pairs, strict=True)
        }
        if name == "gammaln":  # SciPy says -inf at -inf, C99 and mpmath's limit inf
            given = {v: value[value > -np.inf] for v, value in given.items()}
        found[name] = Example(given, op(*given), None, gradient=False)
    check_backend(found, mode)
