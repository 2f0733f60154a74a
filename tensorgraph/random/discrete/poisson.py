"""Poisson: how many events come in a time."""

from tensorgraph.ops.check import check
from tensorgraph.ops.math import floor, gammaln
from tensorgraph.ops.special.logarithms import xlogy
from tensorgraph.random.constraint import counts, nonnegative
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.draws import numpy_draw

LARGEST = 9.223372006484771e18
"""NumPy draws no counts around more than this: they would not fit into int64."""


class Poisson(Distribution):
    """Poisson with mean `lam`."""

    lam: nonnegative = 1.0
    support = counts
    draw = numpy_draw(
        "poisson",
        lambda lam: (check(lam, lam <= LARGEST, f"lam <= {LARGEST}", lam),),
        dtype="int64",
    )

    def logp(x, lam):
        return xlogy(x, lam) - lam - gammaln(x + 1)

    def support_point(lam):
        return floor(lam).astype("int64")

    def mean(lam):
        return lam

    def variance(lam):
        return lam


poisson = constructor(Poisson)
