"""Indexing against NumPy: every index it takes, every index it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tensorgraph.loops.interpret import CheckFailed
from tensorgraph.loops.lower import lower
from tensorgraph.ops.index import update_at
from tests.ops.interpreted import interpreted
from tests.ops.wrong import names_the_line, says

SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4)


@st.composite
def indices(draw, shape):
    "An index with integers, slices, new axes, an ellipsis, and arrays of integers."
    space = draw(hnp.array_shapes(min_dims=0, max_dims=2, max_side=3))
    left = draw(st.integers(0, len(shape)))
    right = draw(st.integers(0, len(shape) - left))
    first = [draw(entry(n, space)) for n in shape[:left]]
    last = [draw(entry(n, space)) for n in shape[len(shape) - right :]]
    dots = [...] if right or draw(st.booleans()) else []
    entries = [*first, *dots, *last]
    for _ in range(draw(st.integers(0, 2))):
        entries.insert(draw(st.integers(0, len(entries))), None)
    return tuple(entries)


@st.composite
def entry(draw, length, space):
    "What indexes one axis; the arrays broadcast to `space`."
    kinds = ["slice", "slice", "integer", "array"] if length else ["slice"]
    kind = draw(st.sampled_from(kinds))
    if kind == "slice":
        return draw(slices(length))
    numbers = st.integers(-length, length - 1)
    if kind == "integer":
        return draw(numbers)
    start = draw(st.integers(0, len(space)))
    kept = tuple(n if draw(st.booleans()) else 1 for n in space[start:])
    return draw(hnp.arrays("int64", kept, elements=numbers))


def slices(length):
    bound = st.none() | st.integers(-length - 2, length + 2)
    step = st.none() | st.sampled_from([1, 2, 3, -1, -2, -3])
    return st.builds(slice, bound, bound, step)


def variables(value, known):
    "An input for an array: of its lengths, of unknown ones, or of both."
    lengths = [n if k else None for n, k in zip(value.shape, known, strict=True)]
    return tg.tensor("x", value.dtype, lengths)


@st.composite
def cases(draw):
    shape = draw(SHAPES)
    value = np.arange(float(np.prod(shape))).reshape(shape) + 1
    known = [draw(st.booleans()) for _ in shape]
    return value, known, draw(indices(shape))


@settings(max_examples=120, deadline=None)
@given(cases())
def test_an_index_takes_what_numpy_takes(case):
    value, known, index = case
    expected = value[index]
    x = variables(value, known)
    y = x[index]
    assert y.type.ndim == expected.ndim
    for want, got in zip(y.type.shape, expected.shape, strict=True):
        assert want in (None, got)
    for found in (y.eval({x: value}), interpreted([y], {x: value})[0]):
        assert found.shape == expected.shape
        np.testing.assert_array_equal(found, expected)


@settings(max_examples=120, deadline=None)
@given(cases(), st.booleans())
def test_an_update_writes_where_numpy_writes(case, adds):
    value, known, index = case
    places = np.broadcast_to(np.float64(0), value[index].shape)
    more = -1 - np.arange(float(places.size)).reshape(places.shape)
    expected = value.copy()
    if adds:
        np.add.at(expected, index, more)
    else:
        expected[index] = more
    x, v = variables(value, known), tg.tensor("v", "float64", more.shape)
    at = x.at[index]
    y = at.add(v) if adds else at.set(v)
    given = {x: value, v: more}
    for found in (y.eval(given), interpreted([y], given)[0]):
        np.testing.assert_array_equal(found, expected)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_gradient_puts_each_element_back(case):
    value, known, index = case
    x = variables(value, known)
    weights = np.random.default_rng(0).normal(size=value[index].shape)
    slope = tg.grad(tg.sum(x[index] * weights), x, disconnected="zero")
    expected = np.zeros_like(value)
    np.add.at(expected, index, weights)
    for found in (slope.eval({x: value}), interpreted([slope], {x: value})[0]):
        np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-14)


@settings(max_examples=120, deadline=None)
@given(
    st.integers(0, 5), *[st.none() | st.integers(-7, 7)] * 2,
    st.none() | st.sampled_from([1, 2, 3, -1, -2, -3]),
    st.lists(st.booleans(), min_size=3, max_size=3),
)  # fmt: skip
def test_slices_with_variables_for_parts(length, start, stop, step, symbolic):
    value = np.arange(float(length))
    x, given, parts = tg.dvector("x"), {}, []
    for part, is_variable in zip((start, stop, step), symbolic, strict=True):
        if part is not None and is_variable:
            variable = tg.lscalar(f"p{len(parts)}")
            given[variable] = part
            part = variable
        parts.append(part)
    y = x[slice(*parts)]
    expected = value[slice(start, stop, step)]
    for found in (
        y.eval({x: value, **given}),
        interpreted([y], {x: value, **given})[0],
    ):
        np.testing.assert_array_equal(found, expected)


# -- static shapes and printing --------------------------------------------------------


def test_static_lengths_of_slices():
    q = tg.tensor("q", "float64", (100, "n", None))
    assert q[5:90].type.shape == (85, "n", None)
    assert q[::-2, ::-1, 1:].type.shape == (50, "n", None)
    assert q[200:, 0].type.shape == (0, None)
    assert q[None, ..., 0].type.shape == (1, 100, "n")
    assert q[[1, 2], :, None].type.shape == (2, "n", 1, None)
    assert q[:, [[0], [1]]].type.shape == (100, 2, 1, None)


def test_an_index_of_everything_is_no_node():
    x = tg.dmatrix("x")
    assert x[:] is x and x[...] is x and x[:, :] is x


def test_printing(capsys):
    x, i = tg.dmatrix("x"), tg.lvector("i")
    tg.dprint(x[1:, 0], id_type="")
    tg.dprint(x[i], id_type="")
    tg.dprint(x.at[0].set(1.0), id_type="")
    assert (
        capsys.readouterr().out
        == """\
Subtensor{start:, i}
 ├─ x
 ├─ 1
 └─ 0
AdvancedSubtensor
 ├─ x
 └─ i
SetSubtensor{i}
 ├─ x
 ├─ ExpandDims{axis=0}
 │  └─ 1.0
 └─ 0
"""
    )


def test_lengths_of_neighbouring_slices_are_one_size():
    "x[1:] - x[:-1] needs no check on entry."
    x = tg.dvector("x")
    for y in (x[1:] - x[:-1], x[2:] + x[:-2] + x[1:-1]):
        assert not lower([x], [y]).program.plan.checks


# -- wrong indices, at definition ------------------------------------------------------

x = tg.tensor("x", "float64", (3, None))


@pytest.mark.parametrize(
    ("index", "error", "words"),
    [
        (3, BoundsError, ["index 3", "axis 0", "size 3", "-3 to 2"]),
        ((-4, ...), BoundsError, ["index -4", "axis 0", "size 3"]),
        ([0, 5, 1], BoundsError, ["index 5", "axis 0", "size 3"]),
        ([[0], [-4]], BoundsError, ["index -4", "size 3"]),
        ((0, 0, 0), BoundsError, ["Too many indices", "2 axes", "3 were indexed"]),
        ((..., 0, ...), BoundsError, ["one ellipsis"]),
        (slice(None, None, 0), BoundsError, ["step", "0"]),
        (1.5, DTypeError, ["integer", "1.5", "float64", "astype"]),
        ("a", DTypeError, ["integer", "'a'"]),
        (slice(0.5, None), DTypeError, ["slice", "0.5"]),
        (slice([1, 2], None), DTypeError, ["scalars"]),
        (np.array([True, False, True]), DTypeError, ["bool", "flatnonzero"]),
        (tg.dvector("v"), DTypeError, ["float64", "astype"]),
        (tg.tensor("b", "bool", (3,)), DTypeError, ["bool", "where"]),
        ([[0], [0, 1]], DTypeError, ["integer"]),
        ((tg.lvector("a", shape=2), tg.lvector("b", shape=3)), ShapeError, ["2 and 3"]),
    ],
)
def test_wrong_indices_are_refused_where_they_are_written(index, error, words):
    says(error, lambda: x[index], *words)
    says(error, lambda: x.at[index].set(1.0), *words)


def test_an_index_out_of_bounds_names_the_line():
    for call in (lambda: x[3], lambda: x[[0, 3]], lambda: x.at[3].set(1.0)):
        assert names_the_line(says(BoundsError, call), __file__)


@pytest.mark.parametrize(
    ("update", "error", "words"),
    [
        (lambda: x.at[0].set(np.zeros((2, 2))), ShapeError, ["(2, 2)", "broadcasts"]),
        (lambda: x.at[:2].set(np.zeros((3, 1))), ShapeError, ["(3, 1)", "(2, ?)"]),
        (lambda: x.at[[0, 1]].add(np.zeros((3, 1))), ShapeError, ["(3, 1)", "(2, ?)"]),
        (lambda: tg.lvector("n").at[0].set(1.5), DTypeError, ["int64", "astype"]),
        (lambda: tg.lvector("n").at[[0]].add(1j), DTypeError, ["complex", "int64"]),
        (lambda: x.at[0].set("a"), DTypeError, ["'a'"]),
    ],
)
def test_wrong_values_are_refused_where_they_are_written(update, error, words):
    says(error, update, *words)


def test_an_unknown_kind_of_update():
    with pytest.raises(ValueError, match="'mul'"):
        update_at(x, 0, 1.0, "mul")


# -- wrong indices, on the call --------------------------------------------------------

GATHERS = {
    "a scalar": lambda x, k: x[k[0]],
    "a scalar beside a slice": lambda x, k: x[1:, k[0]],
    "an array": lambda x, k: x[k],
    "an array behind an axis": lambda x, k: x[:, k],
    "two arrays": lambda x, k: x[k, k],
    "set at an array": lambda x, k: x.at[k].set(1.0),
    "add at an array": lambda x, k: x.at[:, k].add(1.0),
    "set at a scalar": lambda x, k: x.at[k[0], 1:].set(1.0),
    "gradient of an array": lambda x, k: tg.grad(tg.sum(x[k] * 2.0), x),
    "gradient of a scalar": lambda x, k: tg.grad(tg.sum(x[k[0]] * 2.0), x),
}


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_out_of_bounds_is_an_error_in_every_backend(mode):
    value = np.arange(9.0).reshape(3, 3)
    for name, make in GATHERS.items():
        x, k = tg.dmatrix("x"), tg.lvector("k")
        f = tg.function([x, k], make(x, k), mode=mode)
        for good in ([0], [2], [-3]):
            f(value, np.array(good * 2))
        for bad in (3, -4, 10**12, -(10**12)):
            with pytest.raises(BoundsError) as found:
                f(value, np.array([bad, 0]))
            message = str(found.value)
            assert f"index {bad} is out of bounds" in message, (name, message)
            assert "with size 3" in message and "test_index.py" in message, message


def test_checks_of_the_interpreter_come_before_the_read():
    x, k = tg.dvector("x"), tg.lvector("k")
    with pytest.raises(CheckFailed):
        interpreted([x[k]], {x: np.zeros(3), k: np.array([0, 3])})


def test_an_index_into_an_empty_axis():
    x, k = tg.dvector("x"), tg.lscalar("k")
    with pytest.raises(BoundsError, match=r"index 0 is out of bounds .* size 0"):
        x[k].eval({x: np.zeros(0), k: 0})
    says(BoundsError, lambda: tg.tensor("e", "float64", (0,))[0], "empty")


def test_a_symbolic_step_of_zero():
    x, k = tg.dvector("x"), tg.lscalar("k")
    for mode in ("C", "PYTHON"):
        f = tg.function([x, k], x[::k], mode=mode)
        np.testing.assert_array_equal(f(np.arange(4.0), -2), [3.0, 1.0])
        with pytest.raises(BoundsError, match="step of a slice is 0"):
            f(np.zeros(3), 0)
