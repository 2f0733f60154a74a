"""The text of programs, compared with text."""

from __future__ import annotations

import operator
from textwrap import dedent

import pytest

from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import Cast, Const, Expr, Load, Name, ScalarFunction, Select
from tensorgraph.loops.show import show, show_expression
from tests.loops.control import (
    called,
    deep,
    fibonacci,
    mixed_sums,
    newton,
    radon,
    sorted_by_call,
    strips,
)
from tests.loops.pieces import DIVIDE, NEGATE, NOT, SQRT, add, array, mul, number, op
from tests.loops.programs import branches, elementwise, reshaped, strided

POWER = ScalarFunction("pow", "pow({0}, {1})", "({0} ** {1})", operator.pow)
A, B, C = (Name(name) for name in "abc")
P, Q = Name("p", "bool"), Name("q", "bool")

TEXTS = {
    "elementwise": """
        kernel standardize(x: f64[n], loc: f64[], scale: f64[]) -> out: f64[n]
          for i in n
            let z = (x[i] - loc) / scale
            out[i] = -0.5 * (z * z)
        """,
    "radon": """
        kernel radon(y: f64[m], x: f64[k], c: i64[l], a: f64[p]) -> f: f64[], ga: f64[p]
          entry check 1: m == k : "lengths {m} and {k} differ"
          entry check 2: m == l : "lengths {m} and {l} differ"
          ga[...] = 0
          accumulator rr: f64 add
          for n in m in_order
            let j = c[n]
            check 7: 0 <= j < p : "index {j} is out of bounds for axis 0 with size {p}"
            let r = y[n] - a[j] * x[n]
            accumulate rr add r * r
            update ga[j] add r * x[n]
          f = -(0.5 * rr)
        """,
    "branches": """
        kernel branches(x: f64[n]) -> out: f64[n], above: f64[]
          accumulator s: f64 add
          for i in n
            if x[i] > 0
              out[i] = x[i] * x[i]
              accumulate s add x[i]
            else
              out[i] = -x[i]
            if x[i] > 1
              update out[i] add 1
          above = s
        """,
    "newton": """
        kernel newton(x: f64[]) -> root: f64[], steps: i64[]
          carry guess = x + 1
          carry before = inf
          carry count = 0
          while before > guess and count < 60
            set before = guess
            set guess = 0.5 * (guess + x / guess)
            set count = count + 1
          root = guess
          steps = count
        """,
    "fibonacci": """
        kernel fibonacci(like: f64[n]) -> f: i64[n]
          entry check 3: 2 <= n : "at least two are needed, not {n}"
          f[0] = 1
          f[1] = 1
          for i in 2..n in_order
            f[i] = f[i - 1] + f[i - 2]
        """,
    "strided": """
        kernel strided(x: f64[n, m] strided, y: f32[k] strided) -> out: f64[n, m]
          entry check 8: m == k : "lengths {m} and {k} differ"
          for i in n
            for j in m
              out[i, j] = x[i, j] * f64(y[j])
        """,
    "called": """
        kernel called(x: f64[n, m]) -> out: f64[m], norm: f64[]
          entry check 1: 1 <= n : "{n} rows are too few"
          call memcpy(&out[0], &x[n - 1, 0], m * 8) reads x writes out
          let h = call hypot(3, 4)
          norm = h
        """,
    "sorted by call": """
        kernel sorted_by_call(x: f64[n]) -> out: f64[n]
          for i in n
            out[i] = x[i]
          call qsort(&out[0], n, 8, &compare) reads out writes out
        """,
    "mixed sums": """
        kernel mixed_sums(x: f64[n]) -> out: f64[]
          accumulator s: f64 add
          accumulate s add 1e+16
          for i in n in_order
            accumulate s add x[i]
            for j in 3
              accumulate s add x[i]
            accumulate s add 0.125
          carry count = 0
          while count < 5
            accumulate s add 0.1
            set count = count + 1
          accumulate s add -1e+16
          out = s
        """,
}
PROGRAMS = {
    "elementwise": elementwise().program,
    "radon": radon(),
    "branches": branches().program,
    "newton": newton().program,
    "fibonacci": fibonacci().program,
    "strided": strided().program,
    "called": called().program,
    "sorted by call": sorted_by_call().program,
    "mixed sums": mixed_sums().program,
}


@pytest.mark.parametrize("name", TEXTS)
def test_program(name: str) -> None:
    assert show(PROGRAMS[name]) == dedent(TEXTS[name]).strip()


def test_workspace_and_strips() -> None:
    assert (
        show(strips().program, memory=True)
        == dedent(
            """
        kernel strips(y: f64[m], c: i64[k]) -> sums: f64[5]
          entry check 8: m == k : "lengths {m} and {k} differ"
          workspace 2048 bytes
            strip: f64[256] at 0
          sums[...] = 0
          for n0 in m step 256 in_order
            for n in n0..min(n0 + 256, m)
              strip[n - n0] = sqrt(y[n])
            for n in n0..min(n0 + 256, m) in_order
              check 7: 0 <= c[n] < 5 : "index {c[n]} is out of bounds for axis 0 with size {5}"
              update sums[c[n]] add strip[n - n0]
        """  # noqa: E501
        ).strip()
    )


def test_views_of_other_memory() -> None:
    text = show(reshaped().program, memory=True)
    assert "    t: f64[n, m] at 0\n" in text
    assert "    flat: f64[n * m] is t\n    matrix: f64[m, n] is out\n" in text


EXPRESSIONS: dict[str, Expr] = {
    "a + b * c": add(A, mul(B, C)),
    "(a + b) * c": mul(add(A, B), C),
    "a + b + c": add(add(A, B), C),
    "a + (b + c)": add(A, add(B, C)),
    "a / (b * c)": op(DIVIDE, A, mul(B, C)),
    "a - (b - c)": op(ar.SUB, A, op(ar.SUB, B, C)),
    "-a * b": mul(op(NEGATE, A), B),
    "-(a * b)": op(NEGATE, mul(A, B)),
    "-a ** b": op(NEGATE, op(POWER, A, B)),
    "(-a) ** b": op(POWER, op(NEGATE, A), B),
    "(-2) ** b": op(POWER, number(-2.0), B),
    "a ** b ** c": op(POWER, A, op(POWER, B, C)),
    "(a ** b) ** c": op(POWER, op(POWER, A, B), C),
    "sqrt(a + b)": op(SQRT, add(A, B)),
    "p and q": ar.both(P, Q),
    "not (p and q)": op(NOT, ar.both(P, Q)),
    "(a < b) == p": op(ar.EQUAL, ar.less(A, B), P, dtype="bool"),
    "a if p else b": Select(P, A, B),
    "a + (b if p else c)": add(A, Select(P, B, C)),
    "(a if p else b) if q else c": Select(Q, Select(P, A, B), C),
    "a if p else b if q else c": Select(P, A, Select(Q, B, C)),
    "i32(a + b)": Cast(add(A, B), "int32"),
    "x[k, 0] + 0.5": add(
        Load(array("x", "float64", Const(3), Const(1)), (Name("k", "int64"), Const(0))),
        number(0.5),
    ),
    "True": Const(True, "bool"),
    "nan": number(float("nan")),
    "-0": number(-0.0),
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expression(text: str) -> None:
    assert show_expression(EXPRESSIONS[text]) == text


def test_deep_expressions_do_not_recurse() -> None:
    text = show(deep(20_000).program)
    assert text.count(" + 1") == 20_000 and "(x[i] +" not in text
