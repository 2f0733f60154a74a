"""`out=`: results in arrays of the caller, in every mode and around every callable."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import InputError

MODES = ["C", "NUMBA", "PYTHON"]


@pytest.fixture(params=MODES)
def mode(request):
    return request.param


def three(mode):
    """A function of x with the results x + 1, the sum of w * x, and 3 * x."""
    x, w = tg.dvector("x"), tg.shared(np.ones(3), "w")
    f = tg.function([x], [x + 1, (w * x).sum(), 3 * x], mode=mode)
    return f, w


def test_results_go_where_they_shall(mode):
    f, _ = three(mode)
    x, a, total = np.arange(3.0), np.zeros(3), np.zeros(())
    for call in (lambda out: f(x, out=out), lambda out: f(x=x, out=out)):
        first, second, third = call([a, total, None])
        assert first is a and second is total
        np.testing.assert_array_equal(a, [1.0, 2.0, 3.0])
        np.testing.assert_array_equal(total, 3.0)
        np.testing.assert_array_equal(third, [0.0, 3.0, 6.0])
        a[...] = total[...] = 0
    fresh = f(x, out=None)
    assert isinstance(fresh[1], np.float64) and not a.any()


def test_value_and_gradient_of_a_matrix(mode):
    m = tg.dmatrix("m")
    cost = (tg.exp(m.T) * m.T).sum()
    f = tg.function([m], [cost, tg.grad(cost, m)], mode=mode)
    at, value, slope = (
        np.linspace(0, 1, 6).reshape(2, 3),
        np.zeros(()),
        np.zeros((2, 3)),
    )
    f(at, out=[value, slope])
    np.testing.assert_allclose(value, (np.exp(at) * at).sum(), rtol=1e-15)
    np.testing.assert_allclose(slope, np.exp(at) * (at + 1), rtol=1e-14)


def test_narrow_dtypes_and_subclasses(mode, tmp_path):
    x = tg.fvector("x")
    f = tg.function([x], x > 0, mode=mode)
    out = np.memmap(tmp_path / "out", "bool", "w+", shape=(2,))
    assert f(np.array([-1, 1], "float32"), out=out) is out
    assert out.tolist() == [False, True]


def refusal(f, *args, **keywords):
    with pytest.raises(InputError) as caught:
        f(*args, **keywords)
    return caught.value.what, caught.value.remedy


def test_what_is_refused_and_why(mode):
    f, w = three(mode)
    x, base = np.arange(3.0), np.zeros(6)
    frozen = np.zeros(3)
    frozen.flags.writeable = False
    wanted = "function(): out[2] must be a float64 array of shape (3,), but it is "
    for wrong, what in [
        (np.zeros(4), wanted + "a float64 array of shape (4,)."),
        (np.zeros(3, "int64"), wanted + "an int64 array of shape (3,)."),
        (np.ma.zeros(3), wanted + "a masked array of shape (3,)."),
        ([0.0, 0.0, 0.0], wanted + "[0.0, 0.0, 0.0] (list)."),
        (
            np.zeros(3, ">f8"),
            wanted + "a float64 array of shape (3,), its bytes in the other order.",
        ),
        (
            base[::2],
            "function(): out[2] must be C-contiguous, but its strides are (16,).",
        ),
        (
            np.zeros(25, "uint8")[1:].view("float64"),
            "function(): out[2] must be aligned to 8 bytes, but is not.",
        ),
        (frozen, "function(): out[2] is read-only."),
        (x, "function(): out[2] shares memory with argument 'x'."),
        (base[2:5], "function(): out[2] shares memory with out[0]."),
        (
            w.get_value(borrow=True),
            "function(): out[2] shares memory with the shared variable w.",
        ),
    ]:
        said, remedy = refusal(f, x, out=[base[:3], None, wrong])
        assert said == what and remedy
        assert not base.any() and x.tolist() == [0, 1, 2]
    assert refusal(f, x, out=base)[0] == (
        "function(): out must be a list of 3 arrays, but it is a float64 array of "
        "shape (6,)."
    )
    number = "function(): out[1] must be a float64 array of shape (), but it is "
    assert refusal(f, x, out=[None, 1.5, None])[0] == number + "1.5 (float)."


def test_a_single_result_and_no_result(mode):
    x, total = tg.dvector("x"), tg.shared(0.0, "total")
    f = tg.function([x], x[::-1] * 2, mode=mode)
    out = np.zeros(3)
    assert f(np.arange(3.0), out=out) is out
    assert out.tolist() == [4, 2, 0]
    assert "out must be a float64 array" in refusal(f, np.arange(3.0), out=[out])[0]
    add = tg.function([x], [], updates={total: total + x.sum()}, mode=mode)
    assert add(np.ones(2), out=[]) == []
    assert "out must be an empty list" in refusal(add, np.ones(2), out=[None])[0]
    assert total.get_value() == 2


def test_a_refused_call_updates_nothing(mode):
    x, total = tg.dvector("x"), tg.shared(1.0, "total")
    f = tg.function([x], 2 * x, updates={total: total + x.sum()}, mode=mode)
    refusal(f, np.ones(3), out=np.zeros(2))
    assert total.get_value() == 1
    f(np.ones(3), out=np.zeros(3))
    assert total.get_value() == 4


def test_an_input_called_out_is_an_input(mode):
    out, y = tg.dvector("out"), tg.dvector("y")
    f = tg.function([out, y], out - y, mode=mode)
    given = np.ones(2)
    result = f(y=np.ones(2), out=given)
    assert result.tolist() == [0, 0] and given.tolist() == [1, 1]
    g = tg.function([tg.In(out, strict=True), y], out - y, mode=mode)
    assert g(y=np.ones(2), out=given).tolist() == [0, 0]


def test_inputs_that_are_looked_at_and_states(mode):
    x, s = tg.dvector("x"), tg.dscalar("s")
    state = tg.In(s, value=0.0, update=s + x.sum())
    f = tg.function([tg.In(x, allow_downcast=True), state], x + s, mode=mode)
    out = np.zeros(2)
    assert f([1, 2], out=out) is out
    assert f([1, 2], out=out).tolist() == [4, 5]
    refusal(f, [1, 2], out=np.zeros(3))
    assert f([1, 2], s=10.0, out=out).tolist() == [11, 12]
    assert f([0, 0], out=out).tolist() == [13, 13]


def test_lengths_that_are_computed_first(mode):
    x, count = tg.dvector("x"), tg.lscalar("count")
    f = tg.function([x, count], tg.repeat(x, (count + x.argmax()) + 1), mode=mode)
    out = np.zeros(6)
    assert f([1.0, 2.0], 1, out=out) is out
    assert out.tolist() == [1, 1, 1, 2, 2, 2]
    assert f(np.ones(2), count=2, out=out).tolist() == [1] * 6
    assert "of shape (4,)" in refusal(f, np.ones(2), 1, out=out)[0]
