"""What is wrong with the dtypes of expressions, in words."""

from __future__ import annotations

import pytest

from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.dtypes import (
    accumulator_fault,
    arity,
    combine_fault,
    computable,
    fault,
)
from tensorgraph.loops.ir import Cast, Const, Expr, Load, Name, Scalar, Select
from tensorgraph.loops.show import show_expression
from tests.loops.pieces import GREATER, SQRT, add, array, number, op

X, P = Name("x"), Name("p", "bool")
H, Z = Name("h", "float16"), Name("z", "complex128")
U, S = Name("u", "uint64"), Name("s", "int64")

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
    "add is computed in float32, not in float16": add(H, H),
    "gt is computed in float32, not in float16": op(GREATER, H, H, dtype="bool"),
    "complex numbers have no order for >": op(GREATER, Z, Z, dtype="bool"),
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
    Cast(Z, "bool"),
    Cast(H, "float64"),
    Const(1.5, "float16"),
    add(Z, Z),
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
    assert combine_fault("add", "float16") == "add is not defined for float16"
    assert combine_fault("add", "complex64") is None


def test_accumulators() -> None:
    assert accumulator_fault("mul", "complex64") is None
    said = "a sum of complex64 is one of float32 for each part"
    assert accumulator_fault("add", "complex64") == said
    assert accumulator_fault("min", "complex64") == "min is not defined for complex64"


def test_functions_of_halves_are_computed_in_single_precision() -> None:
    assert show_expression(computable(add(H, H))) == "f16(f32(h) + f32(h))"
    assert show_expression(computable(op(GREATER, H, H, dtype="bool"))) == (
        "f32(h) > f32(h)"
    )
    assert computable(H) is H and computable(add(X, X)) == add(X, X)


def test_what_is_negative_is_below_every_unsigned_integer() -> None:
    less = op(ar.LESS, S, U, dtype="bool")
    assert show_expression(computable(less)) == "True if s < 0 else u64(s) < u"
    less = op(ar.LESS, U, S, dtype="bool")
    assert show_expression(computable(less)) == "False if s < 0 else u < u64(s)"


def test_arity() -> None:
    assert arity(ar.ADD) == 2 and arity(SQRT) == 1
