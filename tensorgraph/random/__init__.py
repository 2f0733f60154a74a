"""Random variables as nodes of the graph: generators, constraints, distributions."""

from tensorgraph.random.constructor import constructor
from tensorgraph.random.continuous.exponential import Exponential, exponential
from tensorgraph.random.continuous.flat import Flat, flat
from tensorgraph.random.continuous.gamma import Gamma, gamma
from tensorgraph.random.continuous.halfcauchy import HalfCauchy, halfcauchy
from tensorgraph.random.continuous.halfnormal import HalfNormal, halfnormal
from tensorgraph.random.continuous.normal import Normal, normal
from tensorgraph.random.continuous.studentt import StudentT, studentt, t
from tensorgraph.random.continuous.uniform import Uniform, uniform
from tensorgraph.random.discrete.bernoulli import Bernoulli, BernoulliLogit, bernoulli
from tensorgraph.random.discrete.categorical import Categorical, categorical
from tensorgraph.random.discrete.poisson import Poisson, poisson
from tensorgraph.random.distribution import (
    DISTRIBUTIONS,
    Distribution,
    parametrization,
)
from tensorgraph.random.draws import numpy_draw
from tensorgraph.random.generator import (
    SharedGenerator,
    default_rng,
    next_state,
    random_type,
)
from tensorgraph.random.multivariate.dirichlet import Dirichlet, dirichlet
from tensorgraph.random.multivariate.multivariate_normal import (
    MultivariateNormal,
    multivariate_normal,
)
from tensorgraph.random.stream import RandomStream
from tensorgraph.random.variable import RandomVariable, random_variable

__all__ = [
    "DISTRIBUTIONS",
    "Bernoulli",
    "BernoulliLogit",
    "Categorical",
    "Dirichlet",
    "Distribution",
    "Exponential",
    "Flat",
    "Gamma",
    "HalfCauchy",
    "HalfNormal",
    "MultivariateNormal",
    "Normal",
    "Poisson",
    "RandomStream",
    "RandomVariable",
    "SharedGenerator",
    "StudentT",
    "Uniform",
    "bernoulli",
    "categorical",
    "constructor",
    "default_rng",
    "dirichlet",
    "exponential",
    "flat",
    "gamma",
    "halfcauchy",
    "halfnormal",
    "multivariate_normal",
    "next_state",
    "normal",
    "numpy_draw",
    "parametrization",
    "poisson",
    "random_type",
    "random_variable",
    "studentt",
    "t",
    "uniform",
]
