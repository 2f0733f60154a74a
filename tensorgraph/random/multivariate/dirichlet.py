"""Dirichlet: random probabilities."""

from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.math import digamma, gammaln
from tensorgraph.ops.special.logarithms import xlogy
from tensorgraph.random.constraint import positive, simplex, vector
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.events import dirichlet_draw


def _log_beta(alpha):
    """The logarithm of the integral of the unnormalized density."""
    return sum(gammaln(alpha), axis=-1) - gammaln(sum(alpha, axis=-1))


class Dirichlet(Distribution):
    """Vectors on the simplex with concentrations `alpha`."""

    alpha: vector(positive)
    support = simplex
    draw = dirichlet_draw

    def logp(x, alpha):
        return sum(xlogy(alpha - 1, x), axis=-1) - _log_beta(alpha)

    def support_point(alpha):
        return alpha / sum(alpha, axis=-1, keepdims=True)

    def mean(alpha):
        return alpha / sum(alpha, axis=-1, keepdims=True)

    def variance(alpha):
        total = sum(alpha, axis=-1, keepdims=True)
        mean = alpha / total
        return mean * (1 - mean) / (total + 1)

    def entropy(alpha):
        total = sum(alpha, axis=-1)
        own = sum((alpha - 1) * digamma(alpha), axis=-1)
        return _log_beta(alpha) + (total - shape_of(alpha)[-1]) * digamma(total) - own


dirichlet = constructor(Dirichlet)
