"""Random formulas of matrices: rewritten equals unrewritten, in value and gradient."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph import linalg
from tensorgraph.graph.check import check_graph
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.ops.namespace import numpy_namespace

N = 4
PROGRAMS = 150


class Formula:
    """A formula of matrices of one length, all of them regular, and its inputs."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.static = bool(seed % 2)
        self.values = {}

    def pick(self, *makers):
        return makers[self.rng.integers(0, len(makers))]()

    def input(self, value):
        shape = value.shape if self.static else (None,) * value.ndim
        v = tg.tensor(f"v{len(self.values)}", "float64", shape)
        self.values[v] = value
        return v

    def known_input(self):
        """An input, or one of the inputs before."""
        square = [v for v, x in self.values.items() if x.shape == (N, N)]
        if square and self.rng.random() < 0.4:
            return square[self.rng.integers(0, len(square))]
        q, _ = np.linalg.qr(self.rng.normal(size=(N, N)))
        return self.input(q * self.rng.uniform(0.6, 1.6, N) + 0.1)

    def vector(self):
        return self.input(self.rng.uniform(0.5, 1.5, N))

    def scalar(self):
        return self.pick(lambda: 2.0, lambda: tg.exp(self.input(np.array(0.3))))

    def matrix(self, depth):
        if not depth:
            return self.pick(
                self.known_input,
                self.known_input,
                lambda: tg.diag(self.vector()),
                lambda: tg.eye(N),
                lambda: tg.tril(self.known_input()) + 2 * tg.eye(N),
                self.definite,
                lambda: linalg.kron(self.small(), self.small()),
                lambda: linalg.block_diag(self.small(), self.small()),
                lambda: linalg.qr(self.known_input())[0],
            )
        inner = lambda: self.matrix(depth - 1)  # noqa: E731
        return self.pick(
            lambda: inner() @ self.matrix(0),
            lambda: inner().T,
            lambda: linalg.inv(inner()),
            lambda: self.scalar() * inner(),
            lambda: linalg.solve(self.matrix(0), inner()),
            lambda: inner() / self.scalar(),
            inner,
        )

    def definite(self):
        x = self.known_input()
        made = x @ x.T + 0.5 * tg.eye(N)
        return self.pick(lambda: made, lambda: linalg.cholesky(made))

    def small(self):
        v = tg.tensor(f"v{len(self.values)}", "float64", (N // 2, N // 2))
        self.values[v] = self.rng.uniform(-0.5, 0.5, v.type.shape) + np.eye(N // 2)
        return v

    def number(self):
        a, x = self.matrix(2), self.vector()
        return self.pick(
            lambda: tg.sum(a @ x),
            lambda: x @ a @ x,
            lambda: x @ linalg.inv(self.definite()) @ x,
            lambda: linalg.slogdet(a)[1],
            lambda: linalg.det(a),
            lambda: linalg.slogdet(a)[0] * tg.sum(x),
            lambda: tg.log(linalg.det(a @ a.T + tg.eye(N))),
            lambda: tg.sum(linalg.cholesky(a @ a.T + tg.eye(N)) @ x),
            lambda: x @ (a @ self.matrix(1)) @ self.vector(),
            lambda: tg.log(abs(linalg.det(a))),
            lambda: tg.trace(a @ self.matrix(1)),
            lambda: tg.sum(tg.diag(a) * x),
            lambda: tg.sum((x[:, None] * self.vector()) @ a),
        )


@pytest.mark.parametrize("seed", range(PROGRAMS))
def test_formulas_keep_their_values_and_gradients(seed):
    made = Formula(seed)
    cost = made.number() + made.number()
    wrt = [v for v in made.values]
    graph = [cost, *tg.grad(cost, wrt, disconnected_inputs="ignore")]
    after = [*tg.rewrite_graph(graph), tg.rewrite_graph(cost)]
    for v in after:
        check_graph(v)
    found = evaluate([*graph, cost, *after], made.values, numpy_namespace)
    half = len(after)
    for old, new in zip(found[:half], found[half:], strict=True):
        scale = 1e-9 * max(1.0, float(np.abs(old).max()))
        np.testing.assert_allclose(new, old, rtol=1e-8, atol=scale)
