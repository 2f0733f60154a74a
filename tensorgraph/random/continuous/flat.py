"""Flat: no preference among numbers, not a proper distribution."""

from tensorgraph.random.constraint import real
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution


class Flat(Distribution):
    """Density 1 everywhere; it cannot be drawn from."""

    support = real

    def logp(x):
        return 0.0

    def support_point():
        return 0.0


flat = constructor(Flat)
