"""The work of rewriting grows with the graph, not faster: counted, not timed."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.traverse import applies

GROWTH = 1.1
"""The largest exponent of the work in the number of nodes."""


def residual(layers):
    """The chain x <- x + 0.05 (tanh(a x + b) + c sin x) with its gradient."""
    x, a, b, c = tg.dvector("x"), *tg.dscalars("a b c")
    y = x
    for _ in range(layers):
        y = y + 0.05 * (tg.tanh(a * y + b) + c * tg.sin(y))
    return [y.sum(), *tg.grad(y.sum(), [x, a, b, c])]


def program(steps):
    """A random program of many short and long uses, with its gradient."""
    rng = np.random.default_rng(7)
    x, y = tg.dvector("x"), tg.dvector("y")
    pool = [x, y]
    ops = [tg.add, tg.mul, tg.sub, lambda a, b: tg.tanh(a), lambda a, b: tg.sin(b)]
    for _ in range(steps):
        i, j = rng.integers(max(0, len(pool) - 50), len(pool), 2)
        pool.append(ops[rng.integers(0, len(ops))](pool[i], pool[j]))
    cost = sum(pool[-20:], x).sum()
    return [cost, *tg.grad(cost, [x, y])]


def total(terms):
    """A sum of many terms, each with a number, as models without vectors are."""
    x = [tg.dscalar(f"x{i}") for i in range(terms)]
    cost = sum((2.0 * tg.log(1 + tg.exp(v)) for v in x[1:]), x[0])
    return [cost, *tg.grad(cost, x)]


def parts(count):
    """A flat vector taken apart and put together."""
    x = tg.dvector("x", shape=2 * count)
    pieces = [tg.exp(x[2 * i : 2 * i + 2]) * (i + 1.0) for i in range(count)]
    cost = sum((p.sum() for p in pieces[1:]), pieces[0].sum())
    return [cost, *tg.grad(cost, [x]), tg.concatenate(pieces)[0]]


def work(graph):
    """Nodes, and how often rules were tried on the way to the end."""
    trace = tg.Trace()
    tg.rewrite_graph(graph, trace=trace)
    nodes = sum(1 for _ in applies(graph))
    return nodes, sum(tally.tried for tally in trace.tallies.values())


@pytest.mark.parametrize(
    "build, small, large",
    [(residual, 20, 200), (program, 200, 2000), (total, 30, 300), (parts, 20, 200)],
)
def test_the_work_is_linear(build, small, large):
    (few, little), (many, much) = work(build(small)), work(build(large))
    growth = np.log(much / little) / np.log(many / few)
    assert growth < GROWTH, f"{few} nodes: {little} tries, {many} nodes: {much} tries"


@pytest.mark.slow
def test_a_thousand_layers_are_rewritten():
    graph = residual(1000)
    better = tg.rewrite_graph(graph)
    assert 30_000 < sum(1 for _ in applies(graph)) < 50_000
    nodes = sum(1 for _ in applies(better))
    assert nodes < 30_000, nodes
