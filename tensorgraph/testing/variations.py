"""Graphs varied: on inputs of other dtypes, with axes of length 1, of other lengths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.subgraph import Subgraph
from tensorgraph.graph.traverse import ancestors, applies, graph_inputs
from tensorgraph.ops.cast import Cast, cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.linalg.determinant import OfFactors
from tensorgraph.ops.linalg.routine import RoutineOp
from tensorgraph.ops.scan import Scan
from tensorgraph.ops.tensor import TensorType, constant
from tensorgraph.testing.fillings import Filling, Unfit

OLD = "float64"
"""The dtype that is replaced."""
INDICES = ("int64", "int64", "int32", "int8", "uint8")
LENGTHS = (0, 1, 2, 7)


def varied(graph: Variable, filling: Filling, dtype: str) -> Variable:
    """The same ops on fresh inputs: those of float64 get another dtype, some not.

    Half of the time some get axes of length 1, which broadcast, and float64 constants
    that the dtype holds are of that dtype, too. Inputs that count are integers of any
    width. Raises what the ops raise, or `Unfit`, where they do not take such inputs.
    """
    rng = filling.rng
    mixed, narrow, deep = rng.random(3) < (0.3, 0.4, 0.6)
    inputs = graph_inputs([graph])
    first = rng.permutation([n for n, v in enumerate(inputs) if _is_old(v)])[:1]
    known: dict[Variable, Variable] = {}
    for n, v in enumerate(inputs):
        kept = mixed and n not in first and rng.random() < 0.4
        known[v] = _declared_anew(v, filling, OLD if kept else dtype, narrow)
    if deep:
        known.update(_constants(graph, dtype))
    made = dtype if deep and dtype[0] in "fc" else OLD
    return _rebuilt([graph], known, made)[0]


def aside(filling: Filling) -> Filling:
    """The filling with random numbers of its own: those to come stay what they are."""
    other = copy(filling)
    (other.rng,) = filling.rng.spawn(1)
    return other


def with_other_lengths(filling: Filling) -> Filling:
    """The filling with other lengths along all axes of which none is known."""
    other, lengths = copy(filling), dict[int, int]()
    other.sizes = dict(filling.sizes)
    for v, sizes in filling.sizes.items():
        if v not in filling.draws:
            pairs = zip(sizes, v.type.shape, strict=True)
            other.sizes[v] = tuple(
                n
                if isinstance(known, int)
                else lengths.setdefault(n, int(filling.rng.choice(LENGTHS)))
                for n, known in pairs
            )
    return other


# -- inputs and constants --------------------------------------------------------------


def _declared_anew(v: Variable, filling: Filling, dtype: str, narrow: bool) -> Any:
    """A fresh input in place of another, entered in the filling."""
    if v.type.dtype == "int64":
        dtype = str(filling.rng.choice(INDICES))
    elif v.type.dtype != OLD:
        return v
    draw = filling.draws.get(v)
    ones = filling.rng.random(v.type.ndim) < (0.3 if narrow and not draw else 0)
    shape = [1 if one else n for one, n in zip(ones, v.type.shape, strict=True)]
    new = TensorType(dtype, shape)(v.name)
    sizes = zip(ones, filling.sizes[v], strict=True)
    filling.sizes[new] = tuple(1 if one else n for one, n in sizes)
    if draw is not None:
        filling.draws[new] = lambda rng: _drawn_in(dtype, draw(rng), rng)
    return new


def _drawn_in(dtype: str, x: Any, rng: np.random.Generator) -> np.ndarray:
    """A matrix that was drawn, in another dtype; square ones stay regular."""
    x = np.asarray(x)
    if dtype[0] == "c":
        return x * np.exp(1j * rng.uniform(-0.1, 0.1, x.shape))
    if dtype[0] == "f":
        return x
    square = x.ndim == 2 and x.shape[0] == x.shape[1]
    middle = np.eye(len(x)) if square else 0
    if dtype == "bool":
        return middle > 0 if square else x > 0
    found = np.rint(x) + 3 * middle
    return np.abs(found) if dtype[0] == "u" else found


def _constants(graph: Variable, dtype: str) -> dict[Variable, Variable]:
    """The float64 constants of a graph that another dtype holds, in that dtype."""
    found: dict[Variable, Variable] = {}
    for v in ancestors([graph]):
        if isinstance(v, Constant) and getattr(v.type, "dtype", "") == OLD:
            with np.errstate(all="ignore"):
                value = v.value.astype(dtype)
            if np.array_equal(value, v.value, equal_nan=True):
                found[v] = constant(value)
    return found


# -- ops -------------------------------------------------------------------------------


def _rebuilt(
    outputs: Sequence[Variable], replaced: Mapping[Variable, Variable], dtype: str
) -> list[Variable]:
    """The outputs on other inputs; casts to float64 are to `dtype`."""
    known = dict(replaced)
    for node in applies(outputs, stop=replaced):
        inputs, op = [known.get(v, v) for v in node.inputs], node.op
        op = Cast(dtype) if op == Cast(OLD) else op
        if op is not node.op or inputs != list(node.inputs):
            inputs = _coerced(node, inputs)
            op = _with_body(op, inputs, dtype) if isinstance(op, Scan) else op
            known.update(zip(node.outputs, op.apply(*inputs).outputs, strict=True))
    return [known.get(v, v) for v in outputs]


def _coerced(node: Apply, inputs: Sequence[Any]) -> list[Any]:
    """The inputs as the functions that users call give them to an op.

    What was float64 has one dtype again, and is floating for linear algebra.
    """
    pairs = list(zip(node.inputs, inputs, strict=True))
    given = {new.type.dtype for old, new in pairs if _is_old(old)}
    if not given or isinstance(node.op, Elementwise | Scan):
        return list(inputs)
    common = np.result_type(*given).name
    if isinstance(node.op, RoutineOp | OfFactors) and common[0] not in "fc":
        common = OLD
    return [cast(new, common) if _is_old(old) else new for old, new in pairs]


def _is_old(v: Variable) -> bool:
    return getattr(v.type, "dtype", "") == OLD


def _with_body(op: Scan, inputs: Sequence[Any], dtype: str) -> Scan:
    """The loop with a body for the new types."""
    _, initial, sequences, others = op.split(inputs)
    elements = [v.type.element_type(1) for v in sequences]
    types = [*[v.type for v in initial], *elements, *[v.type for v in others]]
    fresh = [t(v.name) for t, v in zip(types, op.body.inputs, strict=True)]
    inside = dict(zip(op.body.inputs, fresh, strict=True))
    made = _rebuilt(op.body.outputs, inside, dtype)
    states = zip(types[: op.carried], made, strict=False)
    if any(not t.accepts(v.type) for t, v in states):
        raise Unfit("a state of two types")
    return Scan(Subgraph(fresh, made), op.carried, op.sequences)
