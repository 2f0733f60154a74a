"""Print: what it shows, when, in every backend."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import GraphError

MODES = ["C", "NUMBA", "PYTHON"]


@pytest.mark.parametrize("mode", MODES)
def test_it_prints_at_every_call_and_passes_the_value_on(mode, capsys):
    x = tg.dvector("x")
    y = tg.Print("halves", ("__str__", "shape", "max"))(x / 2)
    f = tg.function([x], [y.sum(), y * y], mode=mode)
    for _ in range(2):
        total, squares = f([2.0, 6.0])
        said = "halves __str__ = [1. 3.]\nhalves shape = (2,)\nhalves max = 3.0\n"
        assert capsys.readouterr().out == said
        assert total == 4 and list(squares) == [1, 9]


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "PYTHON"])
def test_constants_scalars_and_gradients(mode, capsys):
    "A constant is printed at each call, not when the function is compiled."
    x = tg.dscalar("x")
    seen = tg.Print("slope")(tg.grad(tg.Print("value")(x * x), x))
    f = tg.function([x], [seen, tg.Print("two")(tg.constant(2.0))], mode=mode)
    assert capsys.readouterr().out == ""
    assert f(3.0) == [6.0, 2.0]
    printed = sorted(capsys.readouterr().out.splitlines())
    assert printed == ["slope __str__ = 6.0", "two __str__ = 2.0"]


def test_a_batch_is_printed_as_one(capsys):
    x, xs = tg.dscalar("x"), tg.dvector("xs")
    many = tg.vectorize_graph(tg.Print("x")(x) + 1, {x: xs})
    np.testing.assert_array_equal(many.eval({xs: [1.0, 2.0]}), [2, 3])
    assert capsys.readouterr().out == "x __str__ = [1. 2.]\n"


@pytest.mark.parametrize("attrs", [("colour",), "shape", "T", (3,), ("min", "")])
def test_what_arrays_do_not_have_cannot_be_printed(attrs):
    with pytest.raises(GraphError, match="attributes of arrays"):
        tg.Print("x", attrs)


def test_how_it_prints_itself():
    assert str(tg.Print("a")(tg.dscalar("x")).owner.op) == "Print{message='a'}"
