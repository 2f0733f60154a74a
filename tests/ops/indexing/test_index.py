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
from tensorgraph.ops.indexing.index import update_at
from tensorgraph.testing.gradients import numeric_derivative
from tests.ops.interpreted import interpreted
from tests.ops.wrong import names_the_line, says

SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4)


UFUNCS = {
    "add": np.add.at, "mul": np.multiply.at,
    "max": np.maximum.at, "min": np.minimum.at,
    "set": lambda x, index, value: x.__setitem__(index, value),
}  # fmt: skip


@st.composite
def indices(draw, shape):
    "Integers, slices, new axes, an ellipsis, arrays of integers, masks, bools."
    space = draw(hnp.array_shapes(min_dims=0, max_dims=2, max_side=3))
    left = draw(st.integers(0, len(shape)))
    right = draw(st.integers(0, len(shape) - left))
    first = draw(entries(shape[:left], space))
    last = draw(entries(shape[len(shape) - right :], space))
    dots = [...] if right or draw(st.booleans()) else []
    found = [*first, *dots, *last]
    for _ in range(draw(st.integers(0, 2))):
        bools = [True, np.True_] if not space or space[-1] == 1 else []
        new = draw(st.sampled_from([None, None, None, *bools]))
        found.insert(draw(st.integers(0, len(found))), new)
    return tuple(found)


@st.composite
def entries(draw, lengths, space):
    "What indexes these axes: an entry for each of them, or a mask for several."
    found, rest = [], list(lengths)
    while rest:
        count = draw(st.sampled_from([0, 0, 0, 1, 2]))
        true = space[-1] if space else 1
        size = int(np.prod(rest[:count]))
        if count and count <= len(rest) and size >= true:
            places = draw(st.permutations(range(size)))[:true]
            mask = np.zeros(size, bool)
            mask[places] = True
            found.append(mask.reshape(rest[:count]))
            rest = rest[count:]
        else:
            found.append(draw(entry(rest.pop(0), space)))
    return found


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
    dtype = draw(st.sampled_from(["int64", "int64", "int8", "uint64"]))
    if dtype == "uint64":
        numbers = st.integers(0, length - 1)
    return draw(hnp.arrays(dtype, kept, elements=numbers))


def slices(length):
    bound = st.none() | st.integers(-length - 2, length + 2)
    step = st.none() | st.sampled_from([1, 2, 3, -1, -2, -3])
    return st.builds(slice, bound, bound, step)


def variables(value, known):
    "An input for an array: of its lengths, of unknown ones, or of both."
    lengths = [n if k else None for n, k in zip(value.shape, known, strict=True)]
    return tg.tensor("x", value.dtype, lengths)


def broadcasting(shape, rng):
    "A shape that broadcasts to another one, often itself."
    start = rng.choice([0, 0, rng.integers(0, len(shape) + 1)])
    return tuple(n if rng.random() < 0.8 else 1 for n in shape[start:])


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


@settings(max_examples=60, deadline=None)
@given(cases())
def test_masks_and_arrays_may_vary(case):
    value, known, index = case
    x, given, varying = variables(value, known), {}, []
    for item in index:
        if isinstance(item, np.ndarray) and item.ndim:
            shape = [n if n == 1 else None for n in item.shape]
            variable = tg.tensor(f"i{len(given)}", item.dtype, shape)
            given[variable] = item
            item = variable
        varying.append(item)
    found = x[tuple(varying)].eval({x: value, **given})
    np.testing.assert_array_equal(found, value[index])


@settings(max_examples=150, deadline=None)
@given(cases(), st.sampled_from(sorted(UFUNCS)), st.integers(0, 99))
def test_an_update_writes_where_numpy_writes(case, how, seed):
    value, known, index = case
    shape = broadcasting(value[index].shape, np.random.default_rng(seed))
    more = 4 - np.arange(float(np.prod(shape))).reshape(shape)
    expected = value.copy()
    UFUNCS[how](expected, index, more)
    x, v = variables(value, known), tg.tensor("v", "float64", more.shape)
    y = getattr(x.at[index], how)(v)
    given = {x: value, v: more}
    for found in (y.eval(given), interpreted([y], given)[0]):
        np.testing.assert_allclose(found, expected, rtol=1e-14)


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


@settings(max_examples=60, deadline=None)
@given(cases(), st.sampled_from(sorted(UFUNCS)), st.integers(0, 9))
def test_gradients_of_updates_are_finite_differences(case, how, seed):
    value, known, index = case
    rng = np.random.default_rng(seed)
    many = value.size + value[index].size
    apart = rng.permutation(many) / 2 - many / 5  # no ties: smooth between them
    value = apart[: value.size].reshape(value.shape)
    more = apart[value.size :].reshape(value[index].shape)
    weights = rng.normal(size=value.shape)
    steps = rng.normal(size=value.shape), rng.normal(size=more.shape)

    def cost(h):
        moved = value + h * steps[0]
        UFUNCS[how](moved, index, more + h * steps[1])
        return np.sum(moved * weights)

    x, v = variables(value, known), tg.tensor("v", "float64", more.shape)
    updated = getattr(x.at[index], how)(v)
    slopes = tg.grad(tg.sum(updated * weights), [x, v], disconnected="zero")
    expected = numeric_derivative(cost, 1e-2)
    for a, b in (
        [s.eval({x: value, v: more}) for s in slopes],
        interpreted(slopes, {x: value, v: more}),
    ):
        found = np.sum(a * steps[0]) + np.sum(b * steps[1])
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


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
    at = slice(start, stop, step)
    y = x[slice(*parts)]
    outputs = [y, x.at[slice(*parts)].set(-1.0), x.at[slice(*parts)].mul(2.0)]
    outputs.append(tg.grad(tg.sum(y * y), x, disconnected="zero"))
    expected = [value[at], value.copy(), value.copy(), np.zeros(length)]
    expected[1][at] = -1
    expected[2][at] *= 2
    expected[3][at] = 2 * value[at]
    given = {x: value, **given}
    for found in ([y.eval(given) for y in outputs], interpreted(outputs, given)):
        for got, want in zip(found, expected, strict=True):
            np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("mode", ["PYTHON", "FAST_COMPILE"])
def test_bounds_of_slices_follow_from_anything(mode):
    x, k, m = tg.dvector("x"), tg.lvector("k"), tg.dmatrix("m")
    u, j, n = tg.tensor("u", "uint8", ()), tg.tensor("j", "int16", ()), x.shape[0]
    value, wide = np.arange(9.0), np.arange(30.0).reshape(5, 6)
    given = {x: value, k: np.array([2, -1, -2]), m: wide, u: 3, j: -4}
    pairs = [
        (x[: n // 2], value[:4]), (x[n // 2 :: -1], value[4::-1]),
        (x[k[0] : k[1]], value[2:-1]), (x[:: k[2]], value[::-2]),
        (x[u:], value[3:]), (x[::u], value[::3]), (x[j:], value[-4:]),
        (x[k[0] + 1 : k[0] * 3], value[3:6]), (m[u::-1, j:], wide[3::-1, -4:]),
        (x[tg.maximum(k[0], u) :], value[3:]), (x[: k.shape[0]], value[:3]),
        (x[tg.where(k[0] > 1, 1, 0) :], value[1:]), (x[k[j + 1] :], value[2:]),
        (x[tg.sum(k) :], value[-1:]), (x[tg.argmin(k) :], value[2:]),
    ]  # fmt: skip
    f = tg.function(list(given), [y for y, _ in pairs], mode=mode)
    for (_, want), got in zip(pairs, f(*given.values()), strict=True):
        np.testing.assert_array_equal(got, want)


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
        (np.array([True, False]), BoundsError, ["length 2", "axis 0", "(3, ?)"]),
        (np.zeros((3, 2, 1), bool), BoundsError, ["Too many", "2 axes"]),
        (tg.dvector("v"), DTypeError, ["float64", "astype"]),
        (tg.tensor("b", "bool", (2,)), BoundsError, ["(3, ?)"]),
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
    with pytest.raises(ValueError, match="'div'"):
        update_at(x, 0, 1.0, "div")


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
    "max at an array": lambda x, k: x.at[k, 0].max(1.0),
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
