"""Polynomials against integers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tensorgraph.loops.polynomial import ONE, ZERO, Polynomial

X, Y = Polynomial.unknown(0), Polynomial.unknown(1)
MONOMIALS = [(), (0,), (1,), (0, 0), (0, 1), (1, 1), (0, 1, 1)]
POLYNOMIALS = st.builds(
    Polynomial, st.dictionaries(st.sampled_from(MONOMIALS), st.integers(-4, 4))
)


def at(p: Polynomial, x: int, y: int) -> int:
    values = (x, y)
    total = 0
    for monomial, coefficient in p.terms.items():
        for unknown in monomial:
            coefficient *= values[unknown]
        total += coefficient
    return total


@given(POLYNOMIALS, POLYNOMIALS, st.integers(-5, 5), st.integers(-5, 5))
def test_arithmetic(p: Polynomial, q: Polynomial, x: int, y: int) -> None:
    assert at(p + q, x, y) == at(p, x, y) + at(q, x, y)
    assert at(p - q, x, y) == at(p, x, y) - at(q, x, y)
    assert at(p * q, x, y) == at(p, x, y) * at(q, x, y)
    older = q.older(1)
    assert at(p.replace(1, older), x, y) == at(p, x, at(older, x, y))


@given(POLYNOMIALS, st.integers(-5, 5), st.integers(-5, 5))
def test_split(p: Polynomial, x: int, y: int) -> None:
    a, b = p.split(1)
    assert at(a, x, y) * y + at(b, x, y) == at(p, x, y)
    assert b.newest < 1


def test_replacing_every_power() -> None:
    cube = X * X * X + X + ONE
    assert cube.replace(0, Y) == Y * Y * Y + Y + ONE


def test_equal_sums_are_equal() -> None:
    assert (X + Y) * (X + Y) == X * X + X * Y + Y * X + Y * Y
    assert hash(X + Y) == hash(Y + X) and X - X == ZERO
    assert (X + ONE).value is None and (ONE + ONE).value == 2
    assert (X * Y + ONE).newest == 1 and ONE.newest == -1
