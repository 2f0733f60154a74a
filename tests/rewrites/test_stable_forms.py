"""The forms that stability gives to formulas, as text: theme by theme."""

import pytest

import tensorgraph as tg
from tensorgraph.graph.trace import formula
from tests.rewrites.lines import s, t, u, x


def stable(graph):
    """A graph on one line, stabilized."""
    return formula(tg.rewrite_graph(graph, ("canonicalize", "stabilize")), depth=9)


CANCELLATION = [
    (1 - tg.cos(s), "Mul(2.0, Sqr(Sin(Mul(0.5, s))))"),
    (1 - s**2, "Mul(Sub(1.0, s), Add(1.0, s))"),
    ((1 + s) ** 2 - 1, "Mul(s, Add(s, 2.0))"),
    (tg.log((1 + s) / (1 - s)), "Sub(Log1p(s), Log1p(Neg(s)))"),
    (tg.log(s + 1) - tg.log(s), "Log1p(True_div(1.0, s))"),
    (tg.log(s / (1 - s)), "Logit(s)"),
]
LOGISTIC = [
    (1 - tg.tanh(s), "Mul(2.0, Sigmoid(Mul(-2.0, s)))"),
    ((tg.exp(2 * s) - 1) / (tg.exp(2 * s) + 1), "Tanh(s)"),
    (tg.exp(s) / (tg.exp(s) + tg.exp(t)), "Sigmoid(Sub(s, t))"),
    (tg.log(tg.exp(s) - 1), "Add(s, Log1mexp(Neg(s)))"),
]
LOGARITHMS = [
    (tg.log(tg.exp(s) * t**2), "Add(s, Mul(2.0, Log(Abs(t))))"),
    (tg.log(tg.exp(s) / tg.exp(t)), "Sub(s, t)"),
    (tg.log(s**3), "Mul(3.0, Log(s))"),
    (tg.log(s**4), "Mul(4.0, Log(Abs(s)))"),
    (tg.log(tg.prod(tg.exp(x))), "Sum{axis=0}(x)"),
]
EXPONENTIALS = [
    (tg.log(tg.exp(s) + tg.exp(t)), "Logaddexp(s, t)"),
    (tg.log(1 + tg.exp(s) + tg.exp(t)), "Softplus(Logaddexp(s, t))"),
]
DISTRIBUTIONS = [
    (0.5 * (1 + tg.erf(s / 2**0.5)), "Ndtr(s)"),
    (tg.log(1 - tg.ndtr(s)), "Log_ndtr(Neg(s))"),
    (tg.exp(s**2) * tg.erfc(s), "Erfcx(s)"),
    (1 - tg.gammainc(s, t), "Gammaincc(s, t)"),
    (tg.gammaln(s + 1) - tg.gammaln(s), "Log(Abs(s))"),
    (tg.gammaln(s) + tg.gammaln(t) - tg.gammaln(s + t), "Betaln(s, t)"),
    (tg.digamma(s) - tg.digamma(s + t), "Digamma_difference(s, t)"),
    (tg.gamma(s) * tg.gamma(t) / tg.gamma(s + t), "Beta(s, t)"),
    (tg.log(tg.gamma(s**2)), "Gammaln(Sqr(s))"),
    (tg.sinh(s) / tg.cosh(s), "Tanh(s)"),
]


@pytest.mark.parametrize(
    ("graph", "expected"),
    [*CANCELLATION, *LOGISTIC, *LOGARITHMS, *EXPONENTIALS, *DISTRIBUTIONS],
)
def test_a_stable_form(graph, expected):
    assert stable(graph) == expected


@pytest.mark.parametrize(
    "graph",
    [
        tg.log(s * tg.exp(t)),  # s may be negative where exp(t) underflows
        tg.log(s + tg.exp(t) * u + x[0]),  # not every term is an exponential
        1 - tg.sigmoid(s) ** 2 + tg.sigmoid(s),
        s * tg.log(s),  # not xlogy: nan at 0 is what was written
        tg.gammaln(s) - tg.gammaln(t),
        tg.log(tg.erf(s)),
    ],
)
def test_what_is_not_proven_stays(graph):
    canonical = tg.rewrite_graph(graph, ("canonicalize",))
    assert stable(graph) == formula(canonical, depth=9)


def test_tanh_that_is_needed_anyway_is_not_computed_twice():
    y = tg.tanh(s)
    _, slope = tg.rewrite_graph([y, tg.grad(y, s)], ("canonicalize", "stabilize"))
    assert formula(slope) == "Sub(1.0, Sqr(Tanh(s)))"


def test_densities_are_derived_from_forms_that_keep_supports():
    gap = 1 - s**2
    assert tg.rewrite_graph(gap, ("prepare",)).owner.op is tg.sub
