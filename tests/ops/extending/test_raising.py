"""Assert and CheckAndRaise: what they raise, where, in every backend."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, GraphError, ModelError
from tests.ops.wrong import says

MODES = ["C", "NUMBA", "PYTHON"]


@pytest.mark.parametrize("mode", MODES)
def test_the_exception_has_the_message_and_the_line(mode):
    x = tg.dvector("x")
    y = tg.Assert("x {0} is 100% positive")(x, x > 0, x.sum() < 9)  # here
    f = tg.function([x], y * 2, mode=mode)
    np.testing.assert_array_equal(f([1.0, 2.0]), [2.0, 4.0])
    np.testing.assert_array_equal(f([]), [])
    for bad in ([1.0, -2.0], [np.nan], [5.0, 5.0]):
        with pytest.raises(AssertionError, match="100% positive") as found:
            f(bad)
        assert str(found.value) == "x {0} is 100% positive"
        assert "# here" in "".join(found.value.__notes__)


class Own(Exception):
    "An exception of a user."


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", [ValueError, Own, ModelError])
def test_any_exception(mode, kind):
    x = tg.dscalar("x")
    f = tg.function([x], tg.CheckAndRaise(kind, "no")(x, x > 0), mode=mode)
    assert f(1.0) == 1
    with pytest.raises(kind, match="no"):
        f(-1.0)


def test_gradients_and_batches_pass_through():
    x, xs = tg.dscalar("x"), tg.dvector("xs")
    y = tg.Assert()(x * x, x > 0)
    assert tg.grad(y, x).eval({x: 3.0}) == 6
    many = tg.vectorize_graph(y, {x: xs})
    np.testing.assert_array_equal(many.eval({xs: [1.0, 2.0]}), [1.0, 4.0])
    with pytest.raises(AssertionError):
        many.eval({xs: [1.0, -2.0]})


def test_a_condition_that_is_known_to_hold_vanishes_and_one_that_fails_stays():
    x = tg.dscalar("x")
    assert tg.rewrite_graph(tg.Assert()(tg.constant(2.0), True)).value == 2.0
    f = tg.function([x], tg.Assert("never")(x, False), mode="FAST_COMPILE")
    with pytest.raises(AssertionError, match="never"):
        f(1.0)


def test_printing():
    x = tg.dscalar("x")
    assert str(tg.Assert("a")(x, x > 0).owner.op) == "Assert{msg='a'}"
    checked = tg.CheckAndRaise(ValueError, "a")(x, x > 0)
    assert str(checked.owner.op) == "CheckAndRaise{ValueError(a)}"


def test_wrong_arguments():
    x = tg.dscalar("x")
    says(DTypeError, lambda: tg.Assert()(x, x), "not a bool", "comparison")
    says(DTypeError, lambda: tg.Assert()(x, 1), "not a bool")
    for kind in (ValueError("x"), "ValueError", int, None, KeyboardInterrupt):
        says(GraphError, lambda kind=kind: tg.CheckAndRaise(kind, "m"), "exceptions")
    says(GraphError, lambda: tg.Assert(3), "string")
