"""Draws: how values of a distribution come from NumPy's variates, in every mode.

All modes call the same C functions of NumPy, one variate for each element in C order: the
reference through `numpy.random.Generator`, compiled code through the addresses that NumPy's
own extension exports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.lower import lower_inside
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import TensorType, as_tensor
from tensorgraph.random.generator import WORDS

BIND = ir.Routine("tg_bitgen_bind", "tg")
RELEASE = ir.Routine("tg_bitgen_release", "tg")


@dataclass(frozen=True)
class Draw:
    """One variate of NumPy for each element, then perhaps a function of it.

    `method` is a method of NumPy's `Generator`, `routine` the C function behind it. From the
    parameters, `arguments` gives the method's arguments and `c_arguments` the routine's (the
    same unless given); `transform` makes the value from (variate, *parameters).
    """

    method: str
    routine: str
    arguments: Callable[..., tuple[Any, ...]]
    c_arguments: Callable[..., tuple[Any, ...]]
    transform: Callable[..., Any] | None = None
    dtype: str = "float64"

    def evaluate(
        self, generator: np.random.Generator, shape: tuple[int, ...], params: Sequence[Any]
    ) -> np.ndarray:
        """Values of a shape (batch and event axes) for NumPy parameters."""
        inputs = [TensorType(p.dtype.name, p.shape)() for p in params]
        given = dict(zip(inputs, params, strict=True))
        wanted = [as_tensor(a) for a in self.arguments(*inputs)]
        arguments = evaluate(wanted, given, numpy_namespace)
        found = getattr(generator, self.method)(*arguments, size=shape)
        found = np.asarray(found, dtype=self.dtype)
        if self.transform is None:
            return found
        variate = TensorType(self.dtype, shape)()
        value = as_tensor(self.transform(variate, *inputs))
        return evaluate([value], {**given, variate: found}, numpy_namespace)[0]

    def lower(
        self, loop: Any, state: Any, params: Sequence[Any], types: Sequence[TensorType],
        result: TensorType, extents: tuple[ir.Expr, ...],
    ) -> tuple[Any, Any]:  # fmt: skip
        """The next state and the values as array values."""
        inputs = [t() for t in types]
        given = dict(zip(inputs, params, strict=True))
        arguments = [as_tensor(a, dtype="float64") for a in self.c_arguments(*inputs)]
        values = [loop.cast(v, "float64") for v in lower_inside(loop, given, arguments)]
        after, variates = _variates(loop, self, state, values, extents)
        if self.transform is None:
            return after, variates
        z = TensorType(self.dtype, result.shape)()
        value = as_tensor(self.transform(z, *inputs))
        return after, lower_inside(loop, {**given, z: variates}, [value])[0]


def numpy_draw(
    method: str,
    arguments: Callable[..., tuple[Any, ...]] | None = None,
    c_arguments: Callable[..., tuple[Any, ...]] | None = None,
    transform: Callable[..., Any] | None = None,
    routine: str | None = None,
    dtype: str = "float64",
) -> Draw:
    """Draws by a method of NumPy's generator; its arguments are the parameters by default."""
    arguments = arguments or (lambda *params: params)
    return Draw(
        method, routine or f"random_{method}", arguments, c_arguments or arguments,
        transform, dtype,
    )  # fmt: skip


def copy_state(source: ir.Buffer, target: ir.Buffer) -> tuple[ir.Stmt, ...]:
    """The statements that copy random state and make NumPy's functions accept the copy."""
    word = ir.Index("w")
    load = ir.Store(target, (word,), ir.Load(source, (word,)))
    pointer = ir.Address(target, (at.ZERO,))
    return (
        ir.For("w", at.ZERO, at.integer(WORDS), (load,), "any"),
        ir.Call(BIND, (pointer,), (), (target,)),
    )


def release_state(target: ir.Buffer) -> ir.Stmt:
    """The statement after which the state holds no pointers any more."""
    return ir.Call(RELEASE, (ir.Address(target, (at.ZERO,)),), (), (target,))


def _variates(
    loop: Any, draw: Draw, state: Any, values: Sequence[Any], extents: tuple[ir.Expr, ...]
) -> tuple[Any, Any]:
    routine = ir.Routine(draw.routine, "random", draw.dtype)
    results = [((at.integer(WORDS),), "uint64"), (extents, draw.dtype)]

    def emit(
        inputs: Sequence[ir.Buffer], outputs: Sequence[ir.Buffer], _: Sequence[ir.Buffer]
    ) -> list[ir.Stmt]:
        words, target = outputs
        indices = tuple(ir.Index(f"d{a}") for a in range(len(extents)))
        scalars = [
            ir.Load(b, _broadcast(b, indices)) for b in inputs[1:]
        ]
        draws = ir.Call(
            routine, (ir.Address(words, (at.ZERO,)), *scalars), (words,), (words,), "draw"
        )
        store = ir.Store(target, indices, ir.Name("draw", draw.dtype))
        body: tuple[ir.Stmt, ...] = (draws, store)
        for index, extent in zip(reversed(indices), reversed(extents), strict=True):
            body = (ir.For(index.name, at.ZERO, extent, body, "in_order"),)
        return [*copy_state(inputs[0], words), *body, release_state(words)]

    found = loop.call([state, *values], results, emit, (BIND, RELEASE, routine))
    return found[0], found[1]


def _broadcast(buffer: ir.Buffer, indices: Sequence[ir.Index]) -> tuple[ir.Expr, ...]:
    own = indices[len(indices) - len(buffer.extents) :]
    return tuple(
        at.ZERO if extent == at.ONE else i
        for extent, i in zip(buffer.extents, own, strict=True)
    )


def is_random(variable: Variable) -> bool:
    """Whether a variable is the draw of a random op."""
    node = variable.owner
    return node is not None and bool(node.op.successors) and variable.index == 1
