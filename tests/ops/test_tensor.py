"""Variables and constants of every dtype."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError
from tensorgraph.ops.declare import PREFIXES
from tensorgraph.ops.tensor import DTYPES


@pytest.mark.parametrize("dtype", DTYPES)
def test_constants_variables_and_their_likes(dtype):
    value = np.array([[0, 1], [1, 0]], dtype)
    x = tg.tensor("x", dtype, (None, 2))
    c, t = tg.constant(value), tg.as_tensor(value.T)
    assert c.type.dtype == t.type.dtype == dtype
    np.testing.assert_array_equal(t.eval(), value.T)
    likes = [
        (tg.zeros_like(x), np.zeros_like(value)), (x.ones_like(), np.ones_like(value)),
        (tg.full_like(x, 1), np.full_like(value, 1)), (tg.zeros(2, dtype), [0, 0]),
        (tg.specify_shape(x, (2, 2)), value), (tg.eye(2, dtype=dtype), np.eye(2)),
    ]  # fmt: skip
    for made, expected in likes:
        assert made.type.dtype == dtype
        found = made.eval({x: value})
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_goes_in_and_comes_out(dtype):
    value = np.array([0, 1, 1, 0], dtype)
    x, s = tg.tensor("x", dtype, (None,)), tg.tensor("s", dtype, ())
    f = tg.function([x, s], [x[::-1], s, tg.concatenate([x, x[:1]])], mode="C")
    turned, single, longer = f(value, value[1])
    assert turned.dtype == longer.dtype == single.dtype == dtype
    assert type(single) is type(value[1]) and single == value[1]
    np.testing.assert_array_equal(turned, value[::-1])
    np.testing.assert_array_equal(longer, [0, 1, 1, 0, 0])


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    "kind", ["scalar", "vector", "matrix", "row", "col", "tensor3"]
)
def test_constructors(prefix, kind):
    one, several = getattr(tg, prefix + kind), tg.tensor
    x = one("x")
    assert x.type.dtype == PREFIXES[prefix]
    assert several("y", x.type.dtype, x.type.shape).type is x.type


@pytest.mark.parametrize("number", [True, 3, -1, 2**40, 0.5, 1j, np.float16(2), [1j]])
def test_the_dtype_of_python_numbers(number):
    assert tg.as_tensor(number).type.dtype == np.asarray(number).dtype


def test_types_print_their_dtype():
    assert repr(tg.zvector("z").type) == "Vector(complex128, shape=(?,))"
    assert str(tg.constant(1 - 2j)) == "(1-2j)"
    h = tg.tensor("h", "float16", (2,))
    assert repr(h.type) == "Vector(float16, shape=(2,))"


def test_values_of_another_kind_are_taken_if_nothing_is_lost():
    count = tg.shared(0, "count")
    for value in (2.0, np.float32(3), True):
        count.set_value(value)
        assert count.get_value() == value
    for value in (2.5, np.nan, np.inf, 1j, "a", None, 2.0**70):
        with pytest.raises(DTypeError, match=r"Expected Scalar\(int64"):
            count.set_value(value)
    assert count.get_value() == 1
