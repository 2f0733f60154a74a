"""Print: shows a value whenever it is computed, in every mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import GraphError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.extending.trampoline import lower_call
from tensorgraph.ops.tensor import TensorOp, TensorType


@dataclass(frozen=True)
class Print(TensorOp):
    """An op: ``Print("x")(x)`` is x, printed with the message when it is computed.

    It takes a value of any shape. `attrs` names what is shown of it, as attributes or
    methods of the array: ``"__str__"`` is the value, ``"shape"``, ``"min"`` and such
    come in lines of their own; other names raise `GraphError`. Nothing is printed for a
    value that no output needs; an equal node is computed, and printed, once. Gradients
    pass through; a batch is printed as one.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> f = tg.function([x], tg.Print("x", attrs=("__str__", "shape"))(x).sum())
    >>> f([1.0, 2.0])
    x __str__ = [1. 2.]
    x shape = (2,)
    np.float64(3.0)
    """

    message: str = ""
    attrs: tuple[str, ...] = ("__str__",)
    acts = True

    def __post_init__(self) -> None:
        names = tuple(self.attrs)
        known = all(hasattr(np.ndarray, str(name)) for name in names)
        if isinstance(self.attrs, str) or not known:
            raise GraphError(
                f"Print shows attributes of arrays, not {self.attrs!r}.",
                remedy='Write attrs=("__str__", "shape").',
            )
        object.__setattr__(self, "attrs", names)

    def infer(self, x: Variable) -> TensorType:
        return x.type  # type: ignore[return-value]

    def evaluate(self, xp: Any, x: Any) -> Any:
        return self.show([x], [])[0]

    def show(self, arrays: list[np.ndarray], shapes: Any) -> Sequence[np.ndarray]:
        """Print one array, and hand it on."""
        for name in self.attrs:
            value = getattr(arrays[0], name)
            print(self.message, name, "=", value() if callable(value) else value)
        return arrays

    def pullback(self, x: Any, y: Any, g: Any) -> Any:
        return g

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return self(x)

    def lower(self, loop: Any, x: Any) -> Any:
        name = f"print_{self.message}"
        return lower_call(loop, name, self.show, (), [x], [(x.extents, x.dtype)])

    def __str__(self) -> str:
        return f"Print{{message={self.message!r}}}"
