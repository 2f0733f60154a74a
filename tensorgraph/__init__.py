"""tensorgraph: a tensor-graph compiler for probabilistic programming.

Graphs of tensors and random variables are rewritten, differentiated, vectorized, turned
into log-densities, compiled to C or Numba, and sampled. Names follow NumPy for tensors
and PyTensor for graph work.

>>> import tensorgraph as tg
>>> x = tg.dvector("x")
>>> tg.function([x], tg.grad(tg.sum(x**2), x))([1.0, 2.0])
array([2., 4.])
"""

from typing import Any

from tensorgraph import lazy as _lazy
from tensorgraph import linalg, random
from tensorgraph import names as _names
from tensorgraph.arguments import In, Out
from tensorgraph.config import config
from tensorgraph.errors import *  # noqa: F403
from tensorgraph.function import function, function_dump
from tensorgraph.graph.check import check_graph
from tensorgraph.graph.rules import Rules
from tensorgraph.graph.show import dprint
from tensorgraph.graph.subgraph import equal_graphs
from tensorgraph.graph.trace import Trace
from tensorgraph.graph.traverse import ancestors, clone, graph_inputs, graph_replace
from tensorgraph.logprob.joint import conditional_logp
from tensorgraph.logprob.logp import explain, icdf, logccdf, logcdf, logp
from tensorgraph.ops.branch import ifelse
from tensorgraph.ops.broadcast import broadcast_to
from tensorgraph.ops.cast import cast
from tensorgraph.ops.check import check
from tensorgraph.ops.creating.create import (
    arange,
    full,
    full_like,
    ones,
    ones_like,
    zeros,
    zeros_like,
)
from tensorgraph.ops.creating.diagonal import diag, diagonal, eye, tril, triu
from tensorgraph.ops.declare import *  # noqa: F403
from tensorgraph.ops.declare import data, shared, tensor
from tensorgraph.ops.linalg.product import dot, matmul
from tensorgraph.ops.math import *  # noqa: F403
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.reducing.moments import mean, std, var
from tensorgraph.ops.reducing.positions import argmax, argmin, max_and_argmax
from tensorgraph.ops.reducing.reduce import all, any, max, min, prod, sum
from tensorgraph.ops.reducing.softmax import log_softmax, logsumexp, softmax
from tensorgraph.ops.scan import scan
from tensorgraph.ops.shaping.join import concatenate, split, stack
from tensorgraph.ops.shaping.shape import (
    expand_dims,
    moveaxis,
    ravel,
    reshape,
    specify_shape,
    squeeze,
    swapaxes,
    transpose,
)
from tensorgraph.ops.tensor import TensorType, as_tensor, constant
from tensorgraph.random.intervention import do
from tensorgraph.rewrites.phases import rewrite_graph
from tensorgraph.transforms.grad import (
    grad,
    grad_not_implemented,
    grad_undefined,
    pullback,
    subgraph_grad,
)
from tensorgraph.transforms.jacobian import hessian, hessian_vector_product, jacobian
from tensorgraph.transforms.pushforward import pushforward
from tensorgraph.transforms.vectorize import vectorize, vectorize_graph

__version__ = "0.1.0"

Lop, Rop = pullback, pushforward
"""PyTensor's names of the two products with a Jacobian."""

as_tensor_variable = as_tensor
"""PyTensor's long name of it."""

LAZY = _lazy.homes("tensorgraph", _names.MODULES)
"""Public names that are loaded when first asked for, and the modules they live in."""


def __getattr__(name: str) -> Any:
    return _lazy.lazy_names(__name__, LAZY, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *LAZY])
