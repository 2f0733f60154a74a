"""Tests of the words about arguments that a compiled function refuses."""

import numpy as np
import pytest

from tensorgraph.native import _native
from tests.native.kernels import Refused, addresses, build, copier, scalar, vector

THREE_BY_N = ("x", "float64", (3, "n"), False)
SIZES = [vector("x"), ("y", "float64", ("n", None), False)]


@pytest.mark.parametrize(
    ("parameters", "args", "message"),
    [
        (
            [vector()],
            [np.zeros((2, 3))],
            "f(): argument 'x' must be a float64 array of shape (n,), but it is a"
            " float64 array of shape (2, 3).\nIt has 2 axes instead of 1.",
        ),
        (
            [vector()],
            [1.5],
            "f(): argument 'x' must be a float64 array of shape (n,), but it is a"
            " float64 number.\nIt has no axis instead of 1.",
        ),
        (
            [scalar()],
            [np.zeros(3)],
            "f(): argument 'x' must be a float64 number, but it is a"
            " float64 array of shape (3,).\nIt has 1 axis instead of 0.",
        ),
        (
            [THREE_BY_N],
            [np.zeros((4, 2), ">f8")],
            "f(): argument 'x' must be a float64 array of shape (3, n), but it is a"
            " float64 array of shape (4, 2).\nAxis 0 has length 4 instead of 3.",
        ),
        (
            SIZES,
            [np.zeros(5), np.zeros((4, 2))],
            "f(): argument 'y' must be a float64 array of shape (n, ?), but it is a"
            " float64 array of shape (4, 2).\nn is 5, the length of axis 0 of 'x',"
            " but axis 0 has length 4 here.",
        ),
        (
            [("x", "float64", ("n", "n"), False)],
            [np.zeros((2, 3))],
            "f(): argument 'x' must be a float64 array of shape (n, n), but it is a"
            " float64 array of shape (2, 3).\nn is 2, the length of axis 0 of 'x',"
            " but axis 1 has length 3 here.",
        ),
        (
            [vector("x", "float32")],
            [np.zeros(2)],
            "f(): argument 'x' must be a float32 array of shape (n,), but it is a"
            " float64 array of shape (2,).\nCasting float64 to float32 may lose"
            " digits; if meant, write x.astype('float32').",
        ),
        (
            [scalar("k", "int64")],
            [2.5],
            "f(): argument 'k' must be an int64 number, but it is 2.5 (float).\n"
            "Casting float64 to int64 may lose digits; if meant, write"
            " np.asarray(k).astype('int64').",
        ),
        (
            [scalar("k", "int8")],
            [300],
            "f(): argument 'k' must be an int8 number, but it is 300 (int).\n"
            "int8 holds numbers from -128 to 127.",
        ),
        (
            [scalar()],
            [10**400],
            f"f(): argument 'x' must be a float64 number, but it is 1{'0' * 56}..."
            " (int).\nfloat64 cannot hold numbers as large as this one.",
        ),
        (
            [vector()],
            [[[1, 2], [3]]],
            "f(): argument 'x' must be a float64 array of shape (n,), but it is"
            " [[1, 2], [3]] (list).\nNumPy makes no array of it: setting an array"
            " element with a sequence. The requested array has an inhomogeneous shape"
            " after 1 dimensions. The detected shape was (2,) + inhomogeneous part.",
        ),
        (
            [vector()],
            ["abc"],
            "f(): argument 'x' must be a float64 array of shape (n,), but it is"
            " 'abc' (str).\nIt comes as <U3 and cannot become float64.",
        ),
        (
            [vector(None)],
            [None],
            "f(): argument number 1 must be a float64 array of shape (n,), but it is"
            " None (NoneType).\nIt comes as object and cannot become float64.",
        ),
        (
            [vector()],
            [np.ma.masked_array([1.0, 2.0], [True, False])],
            "f(): argument 'x' must be a float64 array of shape (n,), but it is a"
            " masked array of shape (2,).\nIts mask would be forgotten; pass"
            " .filled(...) or .compressed() instead.",
        ),
    ],
)
def test_wrong_inputs_say_what_was_expected_and_what_came(parameters, args, message):
    f = build("add_one", "plan_scalar", parameters, [("float64", 0, None)])
    with pytest.raises(Refused) as caught:
        f(*args)
    assert str(caught.value) == message


def test_errors_of_the_argument_itself_pass_through():
    class Angry:
        def __array__(self, dtype=None, copy=None):
            raise ZeroDivisionError("no array today")

    with pytest.raises(ZeroDivisionError, match="no array today"):
        copier("float64", 8)(Angry())


def test_fail_must_raise():
    found = addresses()
    code = found["plan_scalar"], found["add_one"]
    f = _native.Callable(
        "f", [scalar()], [], [("float64", 0, None)], *code, [], None, lambda *_: None
    )
    with pytest.raises(RuntimeError, match=r"f\(\) failed \(argument\), but nothing"):
        f("one")
