"""What is wrong with the dtypes of expressions, in words."""

from __future__ import annotations

import pytest

from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.dtypes import arity, combine_fault, fault
from tensorgraph.loops.ir import Cast, Const, Expr, Load, Name, Scalar, Select
from tests.loops.pieces import GREATER, SQRT, add, array, number, op

X, P = Name("x"), Name("p", "bool")

FAULTS: dict[str, Expr] = {
    "'float63' is no dtype": Cast(X, "float63"),
    "0.5 is no constant of int64": Const(0.5),
    "1 is no constant of bool": Const(1, "bool"),
    "float64 + int64 is no operation that gives float64": add(X, ar.ONE),
    "float64 > float64 is no operation that gives float64": op(GREATER, X, X),
    "the condition x is float64": Select(X, X, X),
    "it selects float64 or int64": Select(P, X, ar.ONE),
    "sqrt takes 1 arguments, not 2": op(SQRT, X, X),
    "x is float64, not an integer": Load(array("t", "float64", Const(3)), (X,)),
    "complex128 has no value in float64": Cast(Name("z", "complex128"), "float64"),
    "float64 and float64 is no operation that gives bool": op(
        ar.AND, X, X, dtype="bool"
    ),
}


@pytest.mark.parametrize("message", FAULTS)
def test_faults(message: str) -> None:
    assert fault(FAULTS[message]) == message


SOUND: list[Expr] = [
    add(X, X),
    op(GREATER, X, X, dtype="bool"),
    Select(P, X, number(2)),
    Const(True, "bool"),
    Cast(P, "complex64"),
    Scalar(SQRT, (X,), "float64"),
]


@pytest.mark.parametrize("expr", SOUND)
def test_sound(expr: Expr) -> None:
    assert fault(expr) is None


def test_combinations() -> None:
    assert combine_fault("add", "float64") is None
    assert combine_fault("or", "bool") is None and combine_fault("and", "int8") is None
    assert combine_fault("xor", "bool") == "'xor' is no combination"
    assert combine_fault("add", "bool") == "add is not defined for bool"
    assert combine_fault("max", "complex128") == "max is not defined for complex128"


def test_arity() -> None:
    assert arity(ar.ADD) == 2 and arity(SQRT) == 1
