"""MultivariateNormal against SciPy and NumPy."""

import numpy as np
import pytest
from scipy import stats

import tensorgraph as tg
from tensorgraph.errors import ParameterError, ShapeError
from tensorgraph.random import MultivariateNormal
from tensorgraph.testing.distributions import check_distribution


class Oracle:
    """SciPy's multivariate normal under SciPy's usual names of moments."""

    def __init__(self, mean, cov):
        frozen = stats.multivariate_normal(mean, cov)
        self.logpdf, self.entropy = frozen.logpdf, frozen.entropy
        self.mean, self.var = lambda: mean, lambda: np.diag(cov)


def test_multivariate_normal():
    check_distribution(
        MultivariateNormal,
        scipy=Oracle,
        numpy=lambda rng, mean, cov, size: rng.multivariate_normal(
            mean, cov, size, method="cholesky"
        ),
    )


def test_the_covariance_of_draws():
    cov = np.array([[2.0, -0.5], [-0.5, 1.0]])
    x = tg.random.multivariate_normal([1.0, 3.0], cov, size=20_000, rng=1).eval()
    np.testing.assert_allclose(np.cov(x.T), cov, atol=0.05)


def test_each_mean_may_have_its_own_covariance():
    rng = np.random.default_rng(0)
    mean, root = rng.normal(size=(4, 2)), rng.normal(size=(4, 2, 2))
    cov = root @ np.swapaxes(root, 1, 2) + np.eye(2)
    x = rng.normal(size=(3, 4, 2))
    expected = [
        [
            stats.multivariate_normal(m, c).logpdf(v)
            for m, c, v in zip(mean, cov, row, strict=True)
        ]
        for row in x
    ]
    np.testing.assert_allclose(
        MultivariateNormal.logp(x, mean, cov).eval(), expected, rtol=1e-12
    )
    draws = tg.random.multivariate_normal(mean, cov, size=(3, 4), rng=1)
    assert draws.type.shape == (3, 4, 2)
    reference = draws.eval()
    np.testing.assert_allclose(tg.function([], draws)(), reference, rtol=1e-13)


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_a_matrix_that_is_not_positive_definite_is_refused(mode):
    x = tg.random.multivariate_normal([0.0, 0.0], [[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(ParameterError, match="cov is positive definite does not hold"):
        tg.function([], x, mode=mode)()


def test_lengths_that_do_not_fit():
    with pytest.raises(ShapeError, match="cov has length 2 where 3 is needed"):
        tg.random.multivariate_normal(np.zeros(3), np.eye(2))
    mean = tg.dvector("mean")
    x = tg.random.multivariate_normal(mean, np.eye(2))
    for run in (
        lambda: x.eval({mean: np.zeros(3)}),
        lambda: tg.function([mean], x)(np.zeros(3)),
    ):
        with pytest.raises(ShapeError, match="multivariate_normal"):
            run()
