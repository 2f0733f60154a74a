"""Checks: what they let pass, what they say, in every backend."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ParameterError
from tensorgraph.ops.check import check
from tensorgraph.ops.tensor import constant
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says

MODES = ["C", "NUMBA", "PYTHON"]


@pytest.mark.parametrize("mode", MODES)
def test_a_scalar_that_fails_is_reported(mode):
    x, sigma = tg.dscalars("x sigma")
    f = tg.function(
        [x, sigma], check(x / sigma, sigma > 0, "sigma > 0", sigma), mode=mode
    )
    assert f(1.0, 2.0) == 0.5
    for bad in (-1.5, np.nan):
        with pytest.raises(
            ParameterError, match=f"sigma > 0 does not hold.*{bad}"
        ) as found:
            f(1.0, bad)
        assert "test_check.py" in str(found.value)


@pytest.mark.parametrize("mode", MODES)
def test_the_smallest_element_that_fails_is_reported(mode):
    x, p = tg.dvector("x"), tg.dvector("p")
    f = tg.function([x, p], check(x, p < 1, "p < 1", p), mode=mode)
    np.testing.assert_array_equal(f([1.0], [0.5, 0.2]), [1.0])
    np.testing.assert_array_equal(f([1.0], []), [1.0])
    with pytest.raises(ParameterError, match=r"p < 1 does not hold: the value is 2\.5"):
        f([1.0], [0.0, 3.0, 2.5])


def test_without_a_report():
    x = tg.dscalar("x")
    y = check(x, x > 0, "x in {0, 1}")
    with pytest.raises(ParameterError, match=r"x in \{0, 1\} does not hold\."):
        y.eval({x: -1.0})


def test_the_gradient_is_that_of_the_value():
    x, s = tg.dscalars("x s")
    slope = tg.grad(check(x * x, s > 0, "s > 0", s), x)
    assert slope.eval({x: 3.0, s: 1.0}) == 6.0


def test_a_batch_fails_as_one():
    x, s = tg.dscalars("x s")
    y = check(x * 2, s > 0, "s > 0", s)
    xs, ss = tg.dvector("xs"), tg.dvector("ss")
    many = tg.vectorize_graph(y, {x: xs, s: ss})
    good = {xs: [1.0, 2.0], ss: [1.0, 3.0]}
    np.testing.assert_array_equal(many.eval(good), [2.0, 4.0])
    np.testing.assert_array_equal(interpreted([many], good)[0], [2.0, 4.0])
    with pytest.raises(ParameterError, match=r"-3\.0"):
        many.eval({xs: [1.0, 2.0], ss: [1.0, -3.0]})
    shared = tg.vectorize_graph(y, {s: ss})
    assert shared.eval({x: 1.0, ss: [1.0, 3.0]}) == 2.0


def test_printing(capsys):
    x, s = tg.dscalar("x"), tg.dvector("s")
    tg.dprint(check(x, s > 0, "sigma > 0"), id_type="")
    assert (
        capsys.readouterr().out
        == """\
Check{sigma > 0}
 ├─ x
 └─ All{axis=0}
    └─ Gt
       ├─ s
       └─ ExpandDims{axis=0}
          └─ 0
"""
    )


@pytest.mark.parametrize("condition", [1.0, 1, [0.0], "yes", constant([1, 0])])
def test_a_condition_must_be_a_bool(condition):
    says(DTypeError, lambda: check(tg.dscalar("x"), condition, "c"))
