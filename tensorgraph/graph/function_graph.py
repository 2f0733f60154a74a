"""FunctionGraph: a graph that is changed in place, with its users and a way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tensorgraph.errors import GraphError
from tensorgraph.graph.check import check_graph
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.show import dprint
from tensorgraph.graph.traverse import ancestors, applies, graph_inputs
from tensorgraph.graph.traverse import clone as copied

Client = tuple[Apply | None, int]
"""A user of a variable: an apply and the number of its input, or None and an output."""


class FunctionGraph:
    """A graph from `inputs` to `outputs` whose variables can be replaced in place.

    It works on a copy, unless `clone` is false; without `inputs` these are all the
    leaves. `clients` tells who uses a variable; `replace` repoints them, `checkpoint`
    and `revert` take replacements back, `validate` says whether all is well. Rules
    that rewrite graphs are better written for `rewrite_graph`, which merges
    equal nodes.

    Raises `GraphError` for outputs that need more than the inputs.

    >>> import tensorgraph as tg
    >>> x = tg.dscalar("x")
    >>> graph = FunctionGraph([x], [tg.exp(tg.sin(x))])
    >>> (inner,) = [v for v in graph.variables if repr(v) == "Sin.0"]
    >>> graph.replace(inner, tg.cos(graph.inputs[0]))
    >>> graph.dprint()
    Exp [id A]
     └─ Cos [id B]
        └─ x [id C]
    >>> graph.revert(0)
    >>> graph.toposort()
    [Sin(x), Exp(Sin.0)]
    """

    def __init__(
        self,
        inputs: Sequence[Variable] | None = None,
        outputs: Sequence[Variable] = (),
        *,
        clone: bool = True,
    ) -> None:
        self.outputs = list(outputs)
        for v in self.outputs:
            if not isinstance(v, Variable):
                raise GraphError(f"An output of a graph is a variable, not {v!r}.")
        self.inputs = list(graph_inputs(outputs) if inputs is None else inputs)
        if clone:
            self.inputs, self.outputs = copied(self.outputs, self.inputs)
        self.clients: dict[Variable, list[Client]] = {v: [] for v in self.inputs}
        self._done: list[tuple[Variable, Variable, list[Client]]] = []
        for number, v in enumerate(self.outputs):
            self._use(v, (None, number))
        self._check_leaves()

    # -- looking ----------------------------------------------------------------------

    @property
    def variables(self) -> set[Variable]:
        """The inputs and every variable that the outputs depend on."""
        return {*self.inputs, *ancestors(self.outputs, stop=self.inputs)}

    @property
    def apply_nodes(self) -> set[Apply]:
        """The applies that the outputs need."""
        return set(self.toposort())

    def toposort(self) -> list[Apply]:
        """The applies that the outputs need, each after those it depends on."""
        return applies(self.outputs, stop=self.inputs)

    def dprint(self, **options: Any) -> Any:
        """Print the outputs; see `tensorgraph.dprint`."""
        return dprint(self.outputs, **options)

    def clone(self) -> FunctionGraph:
        """A copy that can be changed independently."""
        return FunctionGraph(self.inputs, self.outputs)

    def validate(self) -> None:
        """Raise `GraphError` unless the graph is sound and needs its inputs only."""
        check_graph(self.outputs)
        self._check_leaves()

    def _check_leaves(self) -> None:
        for v in ancestors(self.outputs, stop=self.inputs):
            known = v in self.inputs or isinstance(v, Constant | SharedVariable)
            if v.owner is None and not known:
                raise GraphError(
                    f"The graph needs {v!r} of type {v.type}, which is no input of it.",
                    remedy="Add it to the inputs.",
                )

    # -- changing ---------------------------------------------------------------------

    def replace(self, variable: Variable, new: Any, reason: str | None = None) -> None:
        """Let every user of a variable use another one of its type, or a value.

        Raises `GraphError`, and changes nothing, for a variable that is not used here,
        for another type, and where the new variable depends on what would use it.
        `reason` is for the reader.
        """
        if not isinstance(variable, Variable) or variable not in self.clients:
            raise GraphError(f"{variable!r} is not used in this graph.")
        made = new if isinstance(new, Variable) else variable.type.constant(new)
        if not variable.type.accepts(made.type):
            raise GraphError(
                f"Cannot replace {variable!r} of type {variable.type} by {made!r} of "
                f"type {made.type}.",
            )
        if made is not variable:
            users = list(self.clients[variable])
            self._check_circle(made, users)
            self._point(variable, made, users)
            self._done.append((variable, made, users))

    def replace_all(
        self, pairs: Iterable[tuple[Variable, Any]], reason: str | None = None
    ) -> None:
        """Several replacements, in order; all of them or none."""
        before = self.checkpoint()
        try:
            for variable, new in pairs:
                self.replace(variable, new, reason)
        except Exception:
            self.revert(before)
            raise

    def checkpoint(self) -> int:
        """The number of replacements so far, for `revert`."""
        return len(self._done)

    def revert(self, checkpoint: int) -> None:
        """Take back all replacements after a checkpoint."""
        if not 0 <= checkpoint <= len(self._done):
            raise GraphError(
                f"There is no checkpoint {checkpoint!r}; there were {len(self._done)} "
                "replacements."
            )
        while len(self._done) > checkpoint:
            variable, made, users = self._done.pop()
            self._point(made, variable, users)

    def _point(self, old: Variable, new: Variable, users: Sequence[Client]) -> None:
        for node, number in users:
            if node is None:
                self.outputs[number] = new
            else:
                node.inputs[number] = new
            self._use(new, (node, number))
        gone = set(users)
        self.clients[old] = [user for user in self.clients[old] if user not in gone]
        self._release(old)

    def _use(self, variable: Variable, user: Client) -> None:
        """Note a user; what is new to the graph uses what it is computed from."""
        new = [] if variable in self.clients else [variable]
        self.clients.setdefault(variable, []).append(user)
        for node in applies(new, stop=self.clients.keys() - {variable}):
            for number, v in enumerate(node.inputs):
                self.clients.setdefault(v, []).append((node, number))
            for v in node.outputs:
                self.clients.setdefault(v, [])

    def _release(self, variable: Variable) -> None:
        """Forget what nobody uses any more."""
        idle = [variable]
        while idle:
            v = idle.pop()
            node = v.owner
            if self.clients.get(v) != [] or v in self.inputs:
                continue
            if node is None:
                del self.clients[v]
            elif not any(self.clients.get(y) for y in node.outputs):
                for y in node.outputs:
                    self.clients.pop(y, None)
                for number, used in enumerate(node.inputs):
                    self.clients[used].remove((node, number))
                    idle.append(used)

    def _check_circle(self, new: Variable, users: Sequence[Client]) -> None:
        above = {v.owner for v in ancestors([new])}
        for node, _ in users:
            if node is not None and node in above:
                raise GraphError(
                    f"{new!r} depends on {node!r}, which would then use it: a circle.",
                    places=node.places,
                )
