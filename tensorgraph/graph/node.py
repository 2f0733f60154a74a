"""Variables and applies, the two sorts of nodes of a graph, and types of variables."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from tensorgraph.graph.place import Place

if TYPE_CHECKING:
    from tensorgraph.graph.op import Op


class Type:
    """What is known of a variable before it has a value; immutable, compared by
    content.

    The three classes say what `make`, `constant` and shared variables of this type are,
    so that a family of types can give its variables operators.
    """

    __slots__ = ()
    variable_class: ClassVar[type[Variable]]
    constant_class: ClassVar[type[Constant]]

    def __call__(self, name: str | None = None) -> Variable:
        """A free variable of this type."""
        return self.variable_class(self, None, 0, name)

    def constant(self, value: Any, name: str | None = None) -> Constant:
        """A constant of this type; the value is converted and checked."""
        return self.constant_class(self, self.convert(value), name)

    def convert(self, value: Any) -> Any:
        """`value` as this type stores it; raises when it does not fit."""
        raise NotImplementedError

    def accepts(self, other: Type) -> bool:
        """Whether every value of `other` may stand where this type is expected."""
        return self == other

    def agrees(self, other: Type) -> bool:
        """Whether some value could have both types."""
        return self == other

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return 0

    @property
    def differentiable(self) -> bool:
        """Whether gradients with respect to such a variable exist."""
        return False

    def element_type(self, axes: int) -> Type:
        """The type of an element along so many leading axes."""
        return self

    def value_key(self, value: Any) -> Hashable:
        """A key by which equal constants (to the bit) are found equal."""
        raise NotImplementedError

    def storage(self) -> tuple[str, tuple[int | str | None, ...]]:
        """The dtype and shape of the array that holds a value in compiled code."""
        raise NotImplementedError

    def show_value(self, value: Any) -> str:
        """A constant as `dprint` shows it."""
        return repr(value)

    def copy_value(self, value: Any) -> Any:
        """An independent copy of a value."""
        return value


class Variable:
    """A value of a graph: what an apply gives (`owner`), or an input of the graph.

    `facts` holds what analyses found out about the value, by their names.
    """

    __slots__ = ("__weakref__", "facts", "index", "name", "owner", "type")
    fresh: ClassVar[dict[str, Any]] = {"facts": None, "index": 0, "owner": None}
    """What a variable without owner does not keep when it is pickled."""

    def __init__(
        self,
        type: Type,
        owner: Apply | None = None,
        index: int = 0,
        name: str | None = None,
    ) -> None:
        self.type = type
        self.owner = owner
        self.index = index
        self.name = name
        self.facts: dict[str, Any] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """A computed variable pickles behind all applies it needs, in order.

        So no apply is reached through another one, however long the graph.
        """
        if self.owner is not None:
            return _output, (inputs_first([self.owner]), self.index)
        slots = [n for c in type(self).__mro__ for n in getattr(c, "__slots__", ())]
        lost = {*self.fresh, "__weakref__"}
        return _leaf, (
            type(self),
            {n: getattr(self, n) for n in slots if n not in lost},
        )

    def __repr__(self) -> str:
        if self.name is not None:
            return self.name
        if self.owner is None:
            return f"<{self.type}>"
        return f"{self.owner.op}.{self.index}"


class Constant(Variable):
    """A variable whose value is known."""

    __slots__ = ("_key", "value")
    fresh: ClassVar[dict[str, Any]] = {**Variable.fresh, "_key": None}

    def __init__(self, type: Type, value: Any, name: str | None = None) -> None:
        super().__init__(type, None, 0, name)
        self.value = value
        self._key: Hashable = None

    def key(self) -> Hashable:
        """Equal for constants of one type with the same bits."""
        if self._key is None:
            self._key = (self.type, self.type.value_key(self.value))
        return self._key

    def __repr__(self) -> str:
        return self.name or self.type.show_value(self.value)


class Apply:
    """The application of an op to inputs; `places` are the user's lines it is from."""

    __slots__ = ("inputs", "op", "outputs", "places")

    def __init__(
        self,
        op: Op,
        inputs: Sequence[Variable],
        types: Sequence[Type],
        places: tuple[Place, ...],
    ) -> None:
        self.op = op
        self.inputs = list(inputs)
        self.outputs = [t.variable_class(t, self, i) for i, t in enumerate(types)]
        self.places = places

    def __reduce__(self) -> tuple[Any, ...]:
        inputs = [v if v.owner is None else (v.owner, v.index) for v in self.inputs]
        made = [(v.type, v.name) for v in self.outputs]
        return _apply, (self.op, inputs, made, self.places)

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, self.inputs))})"


def inputs_first(
    nodes: Iterable[Apply], border: Container[Variable] = ()
) -> list[Apply]:
    """The applies that some need, themselves included, each after those it needs.

    The walk does not go above the variables of `border`.
    """
    order: list[Apply] = []
    done: set[Apply] = set()
    entered: set[Apply] = set()
    stack = list(nodes)[::-1]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
        elif node in entered:
            done.add(node)
            order.append(node)
            stack.pop()
        else:
            entered.add(node)
            for v in reversed(node.inputs):
                owner = v.owner
                if owner is not None and owner not in entered and v not in border:
                    stack.append(owner)
    return order


def _output(nodes: Sequence[Apply], index: int) -> Variable:
    """An output of the last apply."""
    return nodes[-1].outputs[index]


def _leaf(kind: type[Variable], kept: Mapping[str, Any]) -> Variable:
    """A variable without owner."""
    variable = kind.__new__(kind)
    for name, value in {**kind.fresh, **kept}.items():
        setattr(variable, name, value)
    return variable


def _apply(
    op: Op, inputs: Sequence[Any], made: Sequence[tuple[Type, str | None]],
    places: tuple[Place, ...],
) -> Apply:  # fmt: skip
    """An apply; inputs that others compute are given as (apply, index)."""
    given = [v if isinstance(v, Variable) else v[0].outputs[v[1]] for v in inputs]
    node = Apply(op, given, [type for type, _ in made], places)
    for v, (_, name) in zip(node.outputs, made, strict=True):
        v.name = name
    return node
