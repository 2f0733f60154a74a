"""Polynomials with integer coefficients over numbered unknowns."""

from __future__ import annotations

from collections.abc import Mapping

Monomial = tuple[int, ...]
"""The numbers of the unknowns that are multiplied, in order, with repetition."""


class Polynomial:
    """A sum of monomials with integer coefficients; equal sums are equal objects.

    >>> n, i = Polynomial.unknown(0), Polynomial.unknown(1)
    >>> (n + i) * (n - i) == n * n - i * i
    True
    """

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Monomial, int]) -> None:
        self.terms = {m: c for m, c in terms.items() if c}

    @staticmethod
    def constant(value: int) -> Polynomial:
        """The number `value`."""
        return Polynomial({(): value})

    @staticmethod
    def unknown(number: int) -> Polynomial:
        """The unknown with this number."""
        return Polynomial({(number,): 1})

    @property
    def newest(self) -> int:
        """The largest number of an unknown in it; -1 for a constant."""
        return max((m[-1] for m in self.terms if m), default=-1)

    @property
    def value(self) -> int | None:
        """Its value, if it is a constant."""
        return self.terms.get((), 0) if self.newest < 0 else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __add__(self, other: Polynomial) -> Polynomial:
        terms = dict(self.terms)
        for monomial, coefficient in other.terms.items():
            terms[monomial] = terms.get(monomial, 0) + coefficient
        return Polynomial(terms)

    def __neg__(self) -> Polynomial:
        return Polynomial({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + -other

    def __mul__(self, other: Polynomial) -> Polynomial:
        terms: dict[Monomial, int] = {}
        for m, c in self.terms.items():
            for k, d in other.terms.items():
                product = tuple(sorted(m + k))
                terms[product] = terms.get(product, 0) + c * d
        return Polynomial(terms)

    def split(self, number: int) -> tuple[Polynomial, Polynomial]:
        """(a, b) with self = a * unknown + b, and b free of the unknown."""
        a: dict[Monomial, int] = {}
        b: dict[Monomial, int] = {}
        for monomial, coefficient in self.terms.items():
            if number in monomial:
                at = monomial.index(number)
                a[monomial[:at] + monomial[at + 1 :]] = coefficient
            else:
                b[monomial] = coefficient
        return Polynomial(a), Polynomial(b)

    def replace(self, number: int, by: Polynomial) -> Polynomial:
        """The same with `by`, which must be free of the unknown, in its place."""
        a, b = self.split(number)
        while number in {k for m in a.terms for k in m}:
            high, low = a.split(number)
            a = high * by + low
        return a * by + b

    def older(self, number: int) -> Polynomial:
        """The terms whose unknowns all come before `number`."""
        terms = {m: c for m, c in self.terms.items() if not m or m[-1] < number}
        return Polynomial(terms)


ZERO = Polynomial.constant(0)
ONE = Polynomial.constant(1)
