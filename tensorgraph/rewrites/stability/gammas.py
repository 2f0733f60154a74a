"""Gamma functions: logarithms without overflow, differences without cancellation."""

from __future__ import annotations

from builtins import abs as abs_of
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import combinations, permutations
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.lazy import beta as beta_functions
from tensorgraph.lazy import cumulative
from tensorgraph.ops.broadcast import Sum
from tensorgraph.ops.math import (
    abs,
    add,
    digamma,
    eq,
    gammaln,
    ge,
    gt,
    log,
    lt,
    maximum,
    mul,
    reciprocal,
    sub,
    where,
)
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.special.gamma import (
    binom,
    digamma_difference,
    gamma,
    gammasgn,
    poch,
)
from tensorgraph.rewrites.facts import is_op, is_real_float
from tensorgraph.rewrites.ranges import is_not_negative
from tensorgraph.rewrites.stability.factors import (
    difference_of_forms,
    inputs_of,
    inside,
    linear_form,
    signed_terms,
    sum_of,
    times,
)

gammas = Rules("gammas")
rule = gammas.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
s, n = hole("s", is_real_float), hole("n", is_real_float)
axes = hole("axes")

LARGEST = 171.0
"""From here on gamma overflows."""
MOST_FACTORS = 8
"""A ratio of gammas so many integers apart is a product of so many factors at most."""
MOST_ALIKE = 6
"""So many terms of a sum are tried with each other."""
MOST_SHAPES = 64
"""Normalizers of Dirichlet distributions with more shapes are left as they are."""


# -- logarithms ------------------------------------------------------------------------


def _if_positive(value: Any, *signs: Any) -> Any:
    """A logarithm where the product of these signs is not negative, else nan."""
    return where(lt(reduce(mul, signs), 0), np.nan, value) if signs else value


def _sign(x: Variable) -> list[Any]:
    """The sign of gamma(x), unless it is known to be positive."""
    return [] if is_not_negative(x) else [gammasgn(x)]


@rule(log(gamma(x)), rounding=True, widens=True, moderate=True)
def log_of_gamma_is_gammaln(x: Variable) -> Any:
    """gamma overflows from 172 on."""
    return _if_positive(gammaln(x), *_sign(x))


@rule(log(abs(gamma(x))), rounding=True, widens=True, moderate=True)
def log_of_the_size_of_gamma_is_gammaln(x: Variable) -> Any:
    """gamma overflows from 172 on."""
    return gammaln(x)


@rule(log(binom(n, x)), rounding=True, widens=True, moderate=True,
      when=lambda n: not is_op(n, where))  # fmt: skip
def log_of_binom_is_log_binom(n: Variable, x: Variable) -> Any:
    """Binomial coefficients overflow; outside of 0 to n they are left as they are."""
    within = gt(x, -1) & lt(x, n + 1)
    top, below = where(within, n, 1.0), where(within, x, 1.0)
    rest = log(binom(where(within, 1.0, n), where(within, 1.0, x)))
    return where(within, beta_functions.log_binom(top, below), rest)


# -- products and quotients ------------------------------------------------------------


@rule(gamma(x + y) / gamma(x), rounding=True, widens=True, moderate=True)
def a_quotient_of_gammas_is_a_rising_factorial(x: Variable, y: Variable) -> Any:
    """Both overflow long before their quotient does."""
    large = ge(maximum(x, x + y), LARGEST)
    top, base = (where(large, 1.0, v) for v in (x + y, x))
    rising = poch(where(large, x, 1.0), where(large, y, 1.0))
    return where(large, rising, gamma(top) / gamma(base))


@rule((gamma(x) * gamma(y)) / gamma(x + y), gamma(x) * (gamma(y) / gamma(x + y)),
      rounding=True, widens=True, moderate=True)  # fmt: skip
def a_product_of_gammas_over_another_is_beta(x: Variable, y: Variable) -> Any:
    """gamma overflows, the beta function does not."""
    return beta_functions.beta(x, y)


@rule(gamma(x + y + 1) / (gamma(x + 1) * gamma(y + 1)),
      gamma(s) / (gamma(x) * gamma(y)),
      rounding=True, widens=True, moderate=True)  # fmt: skip
def a_gamma_over_two_others_is_a_binomial_coefficient(out: Variable) -> Any:
    """gamma overflows long before binomial coefficients do."""
    total, product = inputs_of(out)
    args = [inside(v) for v in (total, *inputs_of(product))]
    if difference_of_forms(*args) != 1:
        return None
    return binom(args[0] - 1, args[1] - 1)


# -- differences -----------------------------------------------------------------------


Terms = list[tuple[int, Variable]]


def _with_a(function: Any) -> tuple[Pattern, ...]:
    """The sums and differences with a term f(x)."""
    return (
        function(x + y) - function(x), function(x + 1) - function(x),
        function(x) - function(x + y), y - function(x), function(x) - y,
        function(x) + y,
    )  # fmt: skip


def _of(function: Any, terms: Terms) -> Terms:
    return [(sign, v) for sign, v in terms if is_op(v, function)][:MOST_ALIKE]


def _without(terms: Terms, taken: Iterable[tuple[int, Variable]]) -> Terms:
    rest = list(terms)
    for term in taken:
        rest.remove(term)
    return rest


def _triples(terms: Terms) -> Iterator[tuple[Terms, float]]:
    """Terms f(a), f(b) and -f(s), or all with other signs, and the number a + b - s."""
    for total in terms:
        others = [term for term in terms if term[0] == -total[0]]
        for one, two in combinations(others, 2):
            excess = difference_of_forms(*[inside(v) for _, v in (total, one, two)])
            if excess in (0, 1):
                yield [one, two, total], float(excess)


@rule(gammaln(x) + gammaln(y) - gammaln(x + y),
      gammaln(x + y) - gammaln(x) - gammaln(y), *_with_a(gammaln),
      rounding=True, widens=True, absolute=True, moderate=True)  # fmt: skip
def three_gammaln_are_betaln(out: Variable) -> Any:
    """For large arguments all digits cancel."""
    terms = signed_terms(out)
    for taken, excess in _triples(_of(gammaln, terms)):
        (sign, a), (_, b), (_, total) = taken
        made = [(sign, beta_functions.betaln(inside(a), inside(b)))]
        if excess:
            made.append((sign, log(abs(inside(total)))))
        return sum_of([*made, *_without(terms, taken)])
    return None


def _pairs(terms: Terms) -> Iterator[tuple[Terms, dict[Variable | None, float]]]:
    """Terms f(a) and -f(b), and the linear form of a - b."""
    for one, two in permutations(terms, 2):
        if one[0] == 1 and two[0] == -1:
            yield [one, two], linear_form(inside(one[1]) - inside(two[1]))


def _steps(form: dict[Variable | None, float]) -> int:
    """The small integer that a linear form is, or 0."""
    (rest, number), *more = [*form.items(), (None, 0.0)]
    whole = rest is None and number == round(number) and abs_of(number) <= MOST_FACTORS
    return int(number) if whole and len(more) == 1 else 0


@rule(*_with_a(gammaln), rounding=True, widens=True, absolute=True, moderate=True)
def two_gammaln_an_integer_apart_are_logarithms(out: Variable) -> Any:
    """For a large x all digits cancel."""
    terms = signed_terms(out)
    for taken, form in _pairs(_of(gammaln, terms)):
        steps = _steps(form)
        if steps:
            low = inside(taken[steps > 0][1])
            factors = [low + k if k else low for k in range(abs_of(steps))]
            made = [(1 if steps > 0 else -1, log(abs(v))) for v in factors]
            return sum_of([*made, *_without(terms, taken)])
    return None


@rule(gammaln(x + y) - gammaln(x), gammaln(x) - gammaln(y), rounding=True, widens=True,
      absolute=True, moderate=True)  # fmt: skip
def two_gammaln_far_from_zero_are_betaln(out: Variable, graph: Any) -> Any:
    """For a large x all digits of gammaln(x + y) - gammaln(x) cancel."""
    first, second = (inside(v) for v in inputs_of(out))
    single = _single(linear_form(first - second))
    in_a_sum = any(user.op in (add, sub) for user in graph.users.get(out, ()))
    if single is None or in_a_sum:
        return None
    sign, step = single
    base = second if sign > 0 else first
    none = eq(step, 0)
    safe = where(none, 1.0, step)
    rise = gammaln(safe) - beta_functions.betaln(base, safe)
    return times(sign, where(none, 0.0, rise))


def _single(form: dict[Variable | None, float]) -> tuple[int, Variable] | None:
    """A sign and the variable, if a linear form is no more."""
    if len(form) != 1:
        return None
    ((rest, number),) = form.items()
    return (int(number), rest) if rest is not None and number in (1, -1) else None


@rule(*_with_a(digamma), rounding=True, widens=True, absolute=True, moderate=True)
def two_digamma_an_integer_apart_are_reciprocals(out: Variable) -> Any:
    """For a large x all digits cancel."""
    terms = signed_terms(out)
    for taken, form in _pairs(_of(digamma, terms)):
        steps = _steps(form)
        if steps:
            low = inside(taken[steps > 0][1])
            factors = [low + k if k else low for k in range(abs_of(steps))]
            made = [(1 if steps > 0 else -1, reciprocal(v)) for v in factors]
            return sum_of([*made, *_without(terms, taken)])
    return None


@rule(*_with_a(digamma), rounding=True, widens=True, absolute=True, moderate=True)
def two_digamma_are_a_difference_of_its_own(out: Variable) -> Any:
    """For a large x all digits cancel: so are the gradients of beta functions."""
    terms = signed_terms(out)
    for taken, form in _pairs(_of(digamma, terms)):
        single = _single(form)
        if single is not None:
            base = inside(taken[single[0] > 0][1])
            made = (-single[0], digamma_difference(base, single[1]))
            return sum_of([made, *_without(terms, taken)])
    return None


# -- normalizers of Dirichlet distributions --------------------------------------------


def _total(x: Any) -> Pattern:
    return Pattern.of(Sum, (x,), axes=axes)


@rule(gammaln(_total(x)) - _total(gammaln(x)), rounding=True, widens=True,
      absolute=True, moderate=True)  # fmt: skip
def a_normalizer_of_dirichlet_is_made_of_betaln(x: Variable, axes: Any) -> Any:
    """Beside one large shape the digits of the others are lost."""
    found = _log_normalizer(x, axes)
    return None if found is None else -found


@rule(_total(gammaln(x)) - gammaln(_total(x)), rounding=True, widens=True,
      absolute=True, moderate=True)  # fmt: skip
def a_reciprocal_normalizer_of_dirichlet_is_made_of_betaln(
    x: Variable, axes: Any
) -> Any:
    """Beside one large shape the digits of the others are lost."""
    return _log_normalizer(x, axes)


def _log_normalizer(x: Any, axes: tuple[int, ...]) -> Any:
    """The sum of gammaln(x) less gammaln of the sum, over one axis of known length."""
    length = x.type.shape[axes[0]]
    if len(axes) != 1 or not isinstance(length, int) or not 2 <= length <= MOST_SHAPES:
        return None
    before = (slice(None),) * axes[0]
    so_far = cumulative.cumsum(x[(*before, slice(None, -1))], axis=axes[0])
    return Sum(axes)(beta_functions.betaln(so_far, x[(*before, slice(1, None))]))
