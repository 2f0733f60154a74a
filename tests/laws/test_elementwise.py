"""Every elementwise op over dtypes, shapes and strides: NumPy, reference and loops."""

import numpy as np
import pytest
from scipy import special

from tensorgraph.graph.evaluate import evaluate
from tensorgraph.ops.elementwise import ELEMENTWISE, Elementwise
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.testing.backends import difference
from tensorgraph.testing.elementwise import operands, takes
from tests.ops.interpreted import interpreted

DTYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
]  # fmt: skip
SHAPES = [
    ((), (), ()), ((0,), (0,), (0,)), ((1,), (1,), (1,)), ((2, 1), (3,), ()),
    ((0, 3), (1, 3), (3,)), ((1, 4), (), (1, 1)), ((2, 3), (2, 3), (2, 3)),
]  # fmt: skip


def cases(op: Elementwise):
    "An output with values of its inputs, for every dtype that an op takes and shapes."
    rng = np.random.default_rng(len(op.name))
    for number, dtype in enumerate(DTYPES):
        some = SHAPES if dtype == "float64" else [SHAPES[number % 7]]
        for shapes in some if takes(op, dtype) else []:
            values = operands(op, shapes, dtype, rng)
            given = {v: whole(x) for v, x in values.items()}
            if inside(op, given):
                yield op(*given), given


def whole(x: np.ndarray) -> np.ndarray:
    "Numbers as they are, but integers made of points of a domain positive."
    return (
        np.abs(x.astype("int64") % 5 + 1).astype(x.dtype) if x.dtype.kind in "iu" else x
    )


def inside(op: Elementwise, values) -> bool:
    "Whether the numbers, rounded to their dtype, are still in the domain of the op."
    return all(
        np.all((np.real(x) > low) & (np.real(x) < high))
        for x, (low, high) in zip(values.values(), op.domain, strict=True)
        if x.dtype.kind != "b" or len(op.domain) == 1
    )


def odd_strides(x: np.ndarray) -> np.ndarray:
    "The same numbers with gaps between them, the last axis backwards."
    wide = np.zeros([2 * n for n in x.shape], x.dtype)
    index = (slice(None, None, 2),) * x.ndim
    wide[index] = np.flip(x)
    found = wide[index]
    return np.flip(found)


def is_neighbour_of_half(op: Elementwise, y) -> bool:
    "The interpreter of loops computes halves in singles, which lie closer together."
    return op.name == "nextafter" and y.type.dtype == "float16"


def outside(op: Elementwise):
    "The function of NumPy or SciPy that an op is named after; None if there is none."
    ours = op.reference in numpy_namespace._own
    names = {} if ours else {**vars(special), **vars(np)}
    return names.get(op.reference)


@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=ELEMENTWISE)
def test_elementwise_over_dtypes_shapes_and_strides(op: Elementwise):
    found = list(cases(op))
    assert found, "takes no dtype"
    outputs = [y for y, _ in found]
    values = {v: x for _, given in found for v, x in given.items()}
    expected = evaluate(outputs, values, numpy_namespace)
    strided = {v: odd_strides(x) for v, x in values.items()}
    turned = evaluate(outputs, strided, numpy_namespace)
    loops = interpreted(outputs, values)
    for (y, given), want, *others in zip(found, expected, turned, loops, strict=True):
        said = f"{op.name} of {[(x.dtype.name, x.shape) for x in given.values()]}"
        assert want.shape == np.broadcast_shapes(*[x.shape for x in given.values()])
        assert want.dtype == y.type.dtype, said
        assert y.type.accepts(y.type.with_shape(want.shape)), said
        for other in others[:1] if is_neighbour_of_half(op, y) else others:
            assert not difference(want, other, 1e-12), said


@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=ELEMENTWISE)
def test_elementwise_is_what_numpy_or_scipy_gives(op: Elementwise):
    function = outside(op)
    if function is None:
        pytest.skip("an op of our own, with a test of its own")
    numpys = function in vars(np).values()
    for y, given in cases(op):
        arrays = list(given.values())
        if (not numpys or op.kind != "ufunc") and arrays[0].dtype.kind in "biu":
            continue  # SciPy computes some of those in single precision
        with np.errstate(all="ignore"):
            want = np.asarray(function(*arrays))
        (got,) = evaluate([y], given, numpy_namespace)
        said = f"{op.name} of {[(x.dtype.name, x.shape) for x in arrays]}"
        if numpys and op.kind == "ufunc":
            assert got.dtype == want.dtype, said
        digits = [
            64 * float(np.finfo(a.dtype).eps) if a.dtype.kind in "fc" else 0
            for a in (got, want)
        ]
        if got.dtype.kind in "fc":
            want = want.astype(got.dtype)
        np.testing.assert_allclose(got, want, max(digits), max(digits), err_msg=said)
