"""Pictures of graphs: by Graphviz where installed, else by a layout of our own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tensorgraph.errors import GraphError
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.traverse import applies
from tensorgraph.lazy import graphviz, pyplot

MOST_NODES = 300
"""Larger graphs are not legible as pictures; `dprint` shows them."""
COLORS = {
    "op": "#e8f0fb",
    "random": "#fde9d3",
    "input": "#e3f4e1",
    "constant": "#f2f2f2",
}

Node = Apply | Variable
Edge = tuple[Node, Node, str]


def pydotprint(
    graph: Any, outfile: str | Path | None = None, format: str = "png"
) -> Any:
    """Draw a graph: boxes are ops, rounded boxes are inputs; arrows follow the
    computation.

    `graph` is a variable, a list of them, or a compiled function. The picture is
    written to `outfile`, whose ending, if it has one, says the format ("png", "svg" or
    "pdf"). Returns the path written. Raises `GraphError` for graphs of more than
    `MOST_NODES` nodes.
    """
    outputs = _outputs(graph)
    nodes, edges = _collect(outputs)
    if len(nodes) > MOST_NODES:
        raise GraphError(
            f"The graph has {len(nodes)} nodes; pictures are legible up to "
            f"{MOST_NODES}.",
            remedy="Print it with tg.dprint, or draw a part of it.",
        )
    path = Path(outfile or "graph")
    path = path if path.suffix else path.with_suffix(f".{format}")
    if shutil.which("dot"):
        _by_graphviz(nodes, edges, path)
    else:
        _by_pyplot(nodes, edges, path)
    return path


def _outputs(graph: Any) -> list[Variable]:
    if isinstance(graph, Variable):
        return [graph]
    found = getattr(graph, "keepalive", graph)
    return list(getattr(found, "graph", found))


def _collect(outputs: Sequence[Variable]) -> tuple[list[Node], list[Edge]]:
    """The nodes from inputs to outputs, and the arrows between them with labels."""
    nodes: dict[Node, None] = {}
    edges: list[Edge] = []
    for apply in applies(outputs):
        for variable in apply.inputs:
            source: Node = variable.owner if variable.owner is not None else variable
            nodes.setdefault(source)
            several = variable.owner is not None and len(variable.owner.outputs) > 1
            edges.append((source, apply, str(variable.index) if several else ""))
        nodes.setdefault(apply)
    for variable in outputs:
        if variable.owner is None:
            nodes.setdefault(variable)
    return list(nodes), list(dict.fromkeys(edges))


def _label(node: Node) -> str:
    if isinstance(node, Apply):
        name = next((v.name for v in node.outputs if v.name), None)
        text = str(node.op).split('{"')[0]
        return f"{name}\n{text}" if name else text
    return repr(node)


def _kind(node: Node) -> str:
    if isinstance(node, Apply):
        return "random" if node.op.random else "op"
    return "constant" if isinstance(node, Constant | SharedVariable) else "input"


# -- Graphviz --------------------------------------------------------------------------


def _by_graphviz(nodes: Sequence[Node], edges: Sequence[Edge], path: Path) -> None:
    picture = graphviz.Digraph(node_attr={"style": "filled", "fontname": "Helvetica"})
    for node in nodes:
        shape = "box" if isinstance(node, Apply) else "ellipse"
        picture.node(
            str(id(node)), _label(node), shape=shape, fillcolor=COLORS[_kind(node)]
        )
    for source, target, label in edges:
        picture.edge(str(id(source)), str(id(target)), label=label)
    path.write_bytes(picture.pipe(format=path.suffix[1:]))


# -- a layout of our own ---------------------------------------------------------------


def layers_of(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[Node]]:
    """The nodes in layers, every arrow going down, neighbours near each other.

    A node stands just above the highest node that uses it.
    """
    users: dict[Node, list[Node]] = {}
    for source, target, _ in edges:
        users.setdefault(source, []).append(target)
    height: dict[Node, int] = {}
    for node in reversed(nodes):
        height[node] = max((height[u] + 1 for u in users.get(node, ())), default=0)
    layers: list[list[Node]] = [[] for _ in range(max(height.values(), default=-1) + 1)]
    for node in nodes:
        layers[height[node]].append(node)
    place = {n: float(i) for layer in layers for i, n in enumerate(layer)}
    for layer in layers[1:]:
        layer.sort(key=lambda n: _middle([place[u] for u in users[n]], place[n]))
        place.update({n: float(i) for i, n in enumerate(layer)})
    return layers


def _middle(places: Sequence[float], fallback: float) -> float:
    return sum(places) / len(places) if places else fallback


def _width(layer: Sequence[Node]) -> float:
    """The inches that the boxes of a layer need, side by side in equal places."""
    letters = max(len(line) for node in layer for line in _label(node).split("\n"))
    return len(layer) * (0.075 * letters + 0.5)


def _by_pyplot(nodes: Sequence[Node], edges: Sequence[Edge], path: Path) -> None:
    layers = layers_of(nodes, edges)
    width = max(4.0, *map(_width, layers))
    figure, axes = pyplot.subplots(figsize=(width, 0.9 * len(layers) + 0.5))
    place = {
        node: ((i + 0.5) / len(layer), float(depth))
        for depth, layer in enumerate(layers)
        for i, node in enumerate(layer)
    }
    for source, target, label in edges:
        arrow = {"arrowstyle": "-|>", "color": "#888888", "shrinkA": 12, "shrinkB": 12}
        axes.annotate("", xy=place[target], xytext=place[source], arrowprops=arrow)
        if label:
            middle = [
                (a + b) / 2 for a, b in zip(place[source], place[target], strict=True)
            ]
            axes.text(*middle, label, fontsize=7, color="#555555")
    for node, (x, y) in place.items():
        style = "square,pad=0.35" if isinstance(node, Apply) else "round,pad=0.35"
        box = {
            "boxstyle": style,
            "facecolor": COLORS[_kind(node)],
            "edgecolor": "#666666",
        }
        axes.text(x, y, _label(node), ha="center", va="center", fontsize=8, bbox=box)
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.5, len(layers) - 0.5)
    axes.axis("off")
    figure.savefig(path, dpi=150, bbox_inches="tight")
    pyplot.close(figure)
