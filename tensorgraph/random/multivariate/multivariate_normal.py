"""MultivariateNormal: normals that go together."""

from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.creating.diagonal import matrix_diagonal
from tensorgraph.ops.linalg.factor import cholesky
from tensorgraph.ops.linalg.triangular import solve_triangular
from tensorgraph.ops.math import log, sqr
from tensorgraph.ops.special.normal import HALF_LOG_TWO_PI
from tensorgraph.random.constraint import positive_definite, real, vector
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.draws import numpy_draw


def _colored(z, mean, cov):
    """Draws from standard normals, as `method="cholesky"` of NumPy makes them."""
    return mean + (cholesky(cov) @ z[..., None])[..., 0]


def _half_log_determinant(factor):
    return sum(log(matrix_diagonal(factor)), axis=-1)


class MultivariateNormal(Distribution, name="multivariate_normal"):
    """Normal vectors with a mean vector and a covariance matrix."""

    mean: vector(real)
    cov: positive_definite
    support = vector(real)
    draw = numpy_draw("standard_normal", lambda mean, cov: (), transform=_colored)

    def logp(x, mean, cov):
        factor = cholesky(cov)
        z = solve_triangular(factor, x - mean, lower=True, b_ndim=1)
        constant = HALF_LOG_TWO_PI * shape_of(cov)[-1]
        return -0.5 * sum(sqr(z), axis=-1) - _half_log_determinant(factor) - constant

    def support_point(mean, cov):
        return mean

    def mean(mean, cov):
        return mean

    def variance(mean, cov):
        return matrix_diagonal(cov)

    def entropy(mean, cov):
        constant = (0.5 + HALF_LOG_TWO_PI) * shape_of(cov)[-1]
        return _half_log_determinant(cholesky(cov)) + constant


multivariate_normal = constructor(MultivariateNormal)
