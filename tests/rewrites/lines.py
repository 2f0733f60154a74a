"""Formulas before and after, as tests of themes show them."""

import tensorgraph as tg
from tensorgraph.graph.trace import formula
from tensorgraph.rewrites.phases import rewrite_graph

x, y, z = (tg.dvector(name, shape=3) for name in "xyz")
s, t, u = (tg.dscalar(name) for name in "stu")
n, k = tg.lscalar("n"), tg.lscalar("k")
p, q = (tg.tensor(name, "bool", ()) for name in "pq")
m = tg.dmatrix("m")


def canonical(graph):
    """A graph on one line, in canonical form."""
    return formula(rewrite_graph(graph, ("canonicalize",)), depth=9)


def full(graph):
    """A graph on one line, after all phases."""
    return formula(rewrite_graph(graph), depth=9)
