"""Values that gradients do not flow through."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DisconnectedError
from tensorgraph.ops.extending.detach import stop_gradient


def test_it_is_a_constant_for_gradients_only():
    x = tg.dvector("x")
    y = x * stop_gradient(x)
    slope = tg.grad(tg.sum(y), x)
    np.testing.assert_array_equal(y.eval({x: [2.0, 3.0]}), [4.0, 9.0])
    np.testing.assert_array_equal(slope.eval({x: [2.0, 3.0]}), [2.0, 3.0])


def test_what_depends_on_nothing_else_is_flat():
    x = tg.dscalar("x")
    assert tg.grad(stop_gradient(x) * 1.0, x, disconnected="zero").eval({x: 2.0}) == 0.0
    with pytest.raises(DisconnectedError):
        tg.grad(tg.dscalar("z"), x)
