"""A graph used as an op, with a gradient of its own if one is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import GraphError, RandomError, ShapeError
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Apply, Constant, Type, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.subgraph import Subgraph
from tensorgraph.graph.traverse import ancestors, applies, copy_apply, rebuild
from tensorgraph.loops.lower import lower_inside
from tensorgraph.ops.broadcast import reduce_like, spread
from tensorgraph.ops.extending.own_pullback import (
    Pullback,
    Pulled,
    cotangents_or_zeros,
    pulled_by,
    traced,
)
from tensorgraph.ops.inlined import Inlined
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.transforms.grad import pullback as pull
from tensorgraph.transforms.vectorize import vectorize_graph


@dataclass(frozen=True)
class Inner(Inlined):
    """What `OpFromGraph` applies: a graph, its name, and its pullback if it has one."""

    graph: Subgraph
    name: str
    pulled: Pulled | None = None

    def __str__(self) -> str:
        return self.name

    def inside(self, *inputs: Any) -> Sequence[Any]:
        return self.graph.call(*inputs)

    def infer(self, *inputs: Variable) -> Sequence[Type]:
        _check_operands(self.name, self.graph.inputs, inputs)
        return [v.type for v in self.graph.call(*inputs)]

    def evaluate(self, xp: Any, *inputs: Any) -> Any:
        given = dict(zip(self.graph.inputs, inputs, strict=True))
        return evaluate(self.graph.outputs, given, xp)

    def differentiate(
        self, node: Apply, cotangents: Sequence[Any], wanted: Sequence[bool]
    ) -> Sequence[Any]:
        if self.pulled is None:
            return self._pull(node.inputs, cotangents, wanted)
        given = cotangents_or_zeros(node.outputs, cotangents)
        found = self.pulled(node.inputs, node.outputs, given)
        return [
            g if g is None else reduce_like(g, x)
            for g, x in zip(found, node.inputs, strict=True)
        ]

    def _pull(
        self, inputs: Sequence[Variable], cotangents: Sequence[Any],
        wanted: Sequence[bool],
    ) -> list[Any]:  # fmt: skip
        """The pullback of the graph, on stand-ins: inputs may depend on each other."""
        fresh = [x.type() for x in inputs]
        made = zip(self.graph.call(*fresh), cotangents, strict=True)
        known = [(v, g) for v, g in made if g is not None]
        bars = [g.type() for _, g in known]
        wrt = _kept(fresh, wanted)
        pulled = pull([v for v, _ in known], wrt, bars, disconnected="zero")
        replaced: dict[Variable, Variable] = dict(zip(fresh, inputs, strict=True))
        replaced |= zip(bars, (g for _, g in known), strict=True)
        found = iter(rebuild(pulled, replaced, copy_apply))
        return [next(found) if want else None for want in wanted]

    def batch(self, batched: Sequence[bool], *inputs: Variable) -> Any:
        """The graph over the batched inputs; with a pullback, over all of them."""
        if self.pulled is not None:
            inputs = tuple(spread(batched, inputs))
            batched = [True] * len(inputs)
        many = _with_leading(self.graph.inputs, batched, inputs)
        moved = dict(zip(self.graph.inputs, many, strict=True))
        outputs = vectorize_graph(self.graph.outputs, moved)
        op = Inner(Subgraph(many, outputs), self.name, self._batched(many, outputs))
        return as_list(op(*inputs))

    def _batched(
        self, inputs: Sequence[Variable], outputs: Sequence[Variable]
    ) -> Pulled | None:
        """The pullback over batched inputs; each cotangent has its input's axes."""
        if self.pulled is None:
            return None
        count = len(inputs)
        before, pairs = self.pulled.graph.inputs, (*outputs, *outputs)
        many = [*inputs, *(v.type() for v in pairs)]
        moved = dict(zip(before, many, strict=True))
        made = vectorize_graph(self.pulled.graph.outputs, moved)
        whole = [
            spread((True, g.type.ndim == x.type.ndim), (x, g))[1]
            for x, g in zip(_kept(many[:count], self.pulled.wanted), made, strict=True)
        ]
        return Pulled(Subgraph(many, whole), self.pulled.wanted)

    def lower(self, loop: Any, *values: Any) -> Any:
        given = dict(zip(self.graph.inputs, values, strict=True))
        return lower_inside(loop, given, self.graph.outputs)


def _kept(values: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
    return [v for v, want in zip(values, wanted, strict=True) if want]


def _with_leading(
    cores: Sequence[Any], batched: Sequence[bool], inputs: Sequence[Any]
) -> list[Variable]:
    """Stand-ins for the core inputs, with the new axis of those that are batched."""
    return [
        v.type.with_shape((x.type.shape[0], *v.type.shape))(v.name) if has
        else v.type(v.name)
        for v, has, x in zip(cores, batched, inputs, strict=True)
    ]  # fmt: skip


class OpFromGraph:
    """A graph as an op: called on other variables it is the same graph of these.

    It prints under its `name`, is differentiated and vectorized as one, and a compiled
    function computes its inside as if it had been written out, `inline` or not. Shared
    variables are passed by themselves, or refused if `strict`. `pullback` is its
    gradient, if not that of the graph: a function of (inputs, outputs, cotangents),
    three lists of variables, that returns a cotangent of the type of each input, or
    None for those without derivative. It is called once, on stand-ins.

    Raises `GraphError` for variables that are used and not among the inputs, and
    `RandomError` for draws inside.

    >>> import tensorgraph as tg
    >>> a, b = tg.dscalars("a b")
    >>> hypot = OpFromGraph([a, b], [tg.sqrt(a * a + b * b)], name="Hypot")
    >>> x = tg.dscalar("x")
    >>> y = hypot(x, 4.0)
    >>> y.dprint()
    Hypot [id A]
     ├─ x [id B]
     └─ 4.0 [id C]
    <BLANKLINE>
    Inner graphs:
    Hypot [id A]
     ← Sqrt [id D]
        └─ Add [id E]
           ├─ Mul [id F]
           │  ├─ a [id G]
           │  └─ a [id G]
           └─ Mul [id H]
              ├─ b [id I]
              └─ b [id I]
    >>> y.eval({x: 3.0}), tg.grad(y, x).eval({x: 3.0})
    (array(5.), array(0.6))
    """

    def __init__(
        self,
        inputs: Sequence[Variable],
        outputs: Variable | Sequence[Variable],
        *,
        pullback: Pullback | None = None,
        name: str = "OpFromGraph",
        inline: bool = False,
        strict: bool = False,
    ) -> None:
        wanted = [as_tensor(v) for v in as_list(outputs)]
        _check_inside(name, inputs, wanted)
        self.captured = list(_captured(wanted, inputs))
        if strict and self.captured:
            raise GraphError(
                f"{name} is strict, but uses the shared variables {self.captured}.",
                remedy="Make them inputs.",
            )
        fresh = [v.type(v.name) for v in (*inputs, *self.captured)]
        replaced = dict(zip((*inputs, *self.captured), fresh, strict=True))
        graph = Subgraph(fresh, rebuild(wanted, replaced, copy_apply))
        self.op = Inner(graph, name, _pulled(pullback, name, graph, len(inputs)))

    def __call__(self, *inputs: Any) -> Any:
        """The outputs for other inputs: one variable for one output, else a list."""
        wanted = self.op.graph.inputs
        given = [
            x if isinstance(x, Variable) else v.type.constant(v.type.convert(x))
            for x, v in zip(inputs, wanted, strict=False)
        ]
        return self.op(*given, *inputs[len(given) :], *self.captured)

    def __repr__(self) -> str:
        return f"<{self.op.name} of {len(self.op.graph.inputs)} inputs>"


def custom_gradient(
    function: Callable[..., Any], pullback: Pullback
) -> Callable[..., Any]:
    """A function of tensors with a gradient of its own.

    `function` maps variables to a variable or a list; `pullback` is a function of
    (inputs, outputs, cotangents), as for `OpFromGraph`, whose errors it raises.

    >>> import tensorgraph as tg
    >>> straight = tg.custom_gradient(lambda x: tg.sign(x), lambda xs, ys, gs: gs)
    >>> x = tg.dscalar("x")
    >>> tg.grad(3 * straight(x), x).eval({x: 0.2})
    array(3.)
    """
    name = getattr(function, "__name__", "function").replace("<lambda>", "function")

    def applied(*inputs: Any) -> Any:
        if not (callable(function) and callable(pullback)):
            raise GraphError(
                "custom_gradient takes two functions, not "
                f"{function!r} and {pullback!r}."
            )
        given = [as_tensor(x) for x in inputs]
        fresh = [x.type(x.name) for x in given]
        made = function(*fresh)
        return OpFromGraph(fresh, made, pullback=pullback, name=name)(*given)

    return applied


def _pulled(
    rule: Pullback | None, name: str, graph: Subgraph, count: int
) -> Pulled | None:
    """The user's pullback, which knows nothing of captured variables."""
    if rule is None:
        return None

    def extended(xs: list[Any], ys: list[Any], gs: list[Any]) -> list[Any]:
        found = pulled_by(rule, name, xs[:count], ys, gs)
        return [*found, *[None] * (len(xs) - count)]

    inputs, outputs = ([v.type for v in vs] for vs in (graph.inputs, graph.outputs))
    return traced(extended, name, inputs, outputs)


def _check_inside(
    name: str, inputs: Sequence[Variable], outputs: Sequence[Variable]
) -> None:
    if isinstance(inputs, Variable) or not outputs:
        raise GraphError(
            f"{name} takes a list of inputs, and at least one output.",
            remedy="Write OpFromGraph([x], [y]).",
        )
    for v in inputs:
        if not isinstance(v, Variable) or isinstance(v, Constant | SharedVariable):
            raise GraphError(f"{name}: {v!r} cannot be an input of a graph.")
    if len(set(inputs)) < len(inputs):
        raise GraphError(f"{name}: an input is listed twice.")
    for node in applies(outputs, stop=inputs):
        if node.op.successors:
            raise RandomError(
                f"{name}: the graph draws from {node.op}; every use of it would have "
                "the same noise.",
                places=node.places,
                remedy="Make the random variable an input, or build it outside.",
            )


def _captured(
    outputs: Sequence[Variable], inputs: Sequence[Variable]
) -> Sequence[Variable]:
    """The shared variables that the graph uses, which become inputs too."""
    leaves = [v for v in ancestors(outputs, stop=inputs) if v.owner is None]
    for v in leaves:
        if not isinstance(v, Constant | SharedVariable) and v not in inputs:
            raise GraphError(
                f"The graph uses {v!r} of type {v.type}, which is no input of it.",
                remedy="Add it to the inputs.",
            )
    return [v for v in leaves if isinstance(v, SharedVariable) and v not in inputs]


def _check_operands(
    name: str, wanted: Sequence[Variable], given: Sequence[Variable]
) -> None:
    if len(wanted) != len(given):
        raise GraphError(f"{name} takes {len(wanted)} inputs, not {len(given)}.")
    for number, (v, x) in enumerate(zip(wanted, given, strict=True)):
        if not v.type.accepts(x.type):
            raise ShapeError(
                f"{name}: input {number} ({v!r}) is {v.type}, not {x.type}.",
                remedy="Cast or reshape it; tg.vectorize adds leading axes.",
            )
