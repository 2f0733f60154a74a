"""Random programs up to twenty steps deep, drawn by Hypothesis, which shrinks them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy import special

import tensorgraph as tg
from tensorgraph.errors import TensorGraphError
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.ops.namespace import numpy_namespace
from tests.laws import array_steps  # noqa: F401  fills STEPS
from tests.laws.vocabulary import STEPS, Draw, Step, Unfit

DEPTH = 20
LARGEST = 1e4
SHAPES = [(3,), (), (2, 3), (3, 3), (1,), (3, 1), (1, 3), (4,), (2, 3, 3), (0,), (0, 3)]
DTYPES = ["float64", "float64", "int64", "bool", "float32", "int8", "uint8"]
SPECIAL = [0.0, -0.0, np.nan, np.inf, -np.inf, 1.0, -1.0, 1e-30, 1e30]
REFUSED: dict[str, str] = {}
"""Expressions that tensorgraph refused and NumPy did not, with what it said."""


class Numpy:
    """NumPy, and what it spells differently."""

    s_ = np.s_

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name, None) or getattr(special, name)

    @staticmethod
    def update(x: Any, index: Any, value: Any, how: str) -> Any:
        made = np.array(x)
        if how == "set":
            made[index] = value
        else:
            ufunc = {"add": np.add, "mul": np.multiply, "max": np.maximum}
            ufunc.get(how, np.minimum).at(made, index, np.asarray(value, made.dtype))
        return made

    @staticmethod
    def recurrence(body: Any, rows: Any) -> Any:
        state, found = np.zeros_like(rows[0]) if len(rows) else 0.0, []
        for row in rows:
            state = np.asarray(body(state, row), rows.dtype)
            found.append(state)
        return np.stack(found) if found else rows

    @staticmethod
    def cummax(x: Any, axis: int) -> Any:
        return np.maximum.accumulate(x, axis)


class Ours:
    """tensorgraph, and what it spells differently."""

    s_ = np.s_

    def __getattr__(self, name: str) -> Any:
        return getattr(tg, name)

    @staticmethod
    def update(x: Any, index: Any, value: Any, how: str) -> Any:
        return getattr(x.at[index], how)(value)

    @staticmethod
    def recurrence(body: Any, rows: Any) -> Any:
        dtype = rows.type.dtype
        state = tg.zeros(rows.shape[1:], dtype)

        def fn(element: Any, state: Any) -> Any:
            return body(state, element).astype(dtype)

        return tg.scan(fn, sequences=[rows], outputs_info=[state])

    @staticmethod
    def argsort(x: Any, axis: int, kind: str) -> Any:
        return tg.argsort(x, axis=axis)


class Program:
    """Inputs with values and lines of code; it prints as a program over ``xp``."""

    def __init__(
        self, types: Sequence[Any], values: Sequence[np.ndarray], special: bool = False
    ) -> None:
        self.special = special  # whether values may be huge, infinite, or nan
        self.variables = [t(f"v{i}") for i, t in enumerate(types)]
        self.values = list(values)
        self.inputs = len(types)
        self.lines: list[str] = []

    def __repr__(self) -> str:
        given = zip(self.variables[: self.inputs], self.values, strict=False)
        heads = [f"v{i} = {x!r}  # {v.type}" for i, (v, x) in enumerate(given)]
        return "\n".join(["", *heads, *self.lines])

    @property
    def given(self) -> dict[Any, np.ndarray]:
        """The values of the inputs."""
        return dict(zip(self.variables[: self.inputs], self.values, strict=False))

    def run(self, xp: Any, inputs: Sequence[Any]) -> list[Any]:
        """Every value of the program, by a namespace."""
        names = {"xp": xp} | {f"v{i}": x for i, x in enumerate(inputs)}
        for line in self.lines:
            exec(line, names)
        return [names[f"v{i}"] for i in range(len(self.variables))]

    def add(self, text: str, operands: Sequence[int]) -> None:
        """One more line, if both sides take it and its values are of a good size.

        The reference must give what NumPy gives, in dtype, shape and value.
        """
        text = text.format(*[f"v{k}" for k in operands])
        value = computed(text, Numpy(), self.values, operands)
        small = self.special or np.all(np.abs(value) < LARGEST)
        if value.size > 200 or not small:
            raise Unfit("too large")
        if value.dtype.kind == "c":
            raise Unfit("programs are of real numbers")
        try:
            made = computed(text, Ours(), self.variables, operands)
            given = {self.variables[k]: self.values[k] for k in operands}
            (found,) = evaluate([made], given, numpy_namespace)
        except (TensorGraphError, NotImplementedError) as error:
            REFUSED.setdefault(text, f"{type(error).__name__}: {error}")
            raise Unfit(str(error)) from None
        if any(
            n == 1 != known
            for n, known in zip(value.shape, made.type.shape, strict=True)
        ):
            raise Unfit("a length that turns out to be 1 does not broadcast")
        assert (found.dtype, found.shape) == (value.dtype, value.shape), (
            f"{text} is {found.dtype}{found.shape}, in NumPy {value.dtype}{value.shape}"
            f"\n{self!r}"
        )
        used = [self.values[k].dtype.name for k in operands]
        agree(found, value, digits_of([value.dtype.name, *used]), text, self)
        self.lines.append(f"v{len(self.variables)} = {text}")
        self.variables.append(made)
        self.values.append(value)


def computed(text: str, xp: Any, values: Sequence[Any], operands: Sequence[int]) -> Any:
    """What an expression of some of the values is."""
    names = {"xp": xp} | {f"v{k}": values[k] for k in operands}
    if not isinstance(xp, Numpy):
        return eval(text, names)
    with np.errstate(all="ignore"):
        try:
            return np.asarray(eval(text, names))
        except (ArithmeticError, TypeError, ValueError, IndexError) as error:
            raise Unfit(str(error)) from None


def digits_of(dtypes: Sequence[str]) -> float:
    """How far results of these dtypes may be off, relative to the largest."""
    return max({"float16": 1e-2, "float32": 1e-5}.get(d, 1e-9) for d in dtypes)


def agree(found: Any, value: Any, digits: float, text: str, program: Any) -> None:
    """Raise where two values differ by more than rounding."""
    if value.dtype.kind == "f":
        finite = np.abs(value[np.isfinite(value)])
        size = min(max(1.0, float(finite.max(initial=0))), LARGEST)
        same = np.isclose(found, value, digits, digits * size, equal_nan=True)
    else:
        same = found == value
    assert np.all(same), f"{text} is\n{found}, in NumPy\n{value}\n{program!r}"


# -- drawing ---------------------------------------------------------------------------


def type_of(draw: Draw, value: np.ndarray) -> Any:
    """A type of a value that knows its lengths, or only their names, or nothing."""
    knows = draw(st.sampled_from(["numbers", "nothing", "names"]))
    lengths = {"numbers": lambda n: n, "nothing": lambda n: None}
    known = lengths.get(knows, lambda n: f"n{n}")
    return tg.TensorType(
        value.dtype.name, [1 if n == 1 else known(n) for n in value.shape]
    )


def array(draw: Draw, shape: tuple[int, ...], special: bool = False) -> np.ndarray:
    """Numbers about one in size, without ties unless they are integers."""
    dtype = draw(st.sampled_from(DTYPES))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    if dtype[0] == "f":
        value = rng.normal(scale=1.2, size=shape)
        if special:
            value = np.where(rng.random(shape) < 0.4, rng.choice(SPECIAL, shape), value)
        return value.astype(dtype)
    low = 0 if dtype[0] in "ub" else -4
    return rng.integers(low, 2 if dtype == "bool" else 5, shape).astype(dtype)


@st.composite
def programs(
    draw: Draw, special: bool = False, depth: int = DEPTH,
    steps: Mapping[str, Step] = STEPS,
) -> Any:  # fmt: skip
    """A program of at most `depth` steps over one to three inputs."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3))
    values = [array(draw, shape, special) for shape in shapes]
    types = [type_of(draw, value) for value in values]
    program = Program(types, values, special)
    length = draw(st.integers(1, depth))
    for _ in range(2 * depth):
        if len(program.lines) == length:
            break
        name = draw(st.sampled_from(sorted(steps)))
        try:
            operands = chosen(draw, program.values, steps[name])
            given = [program.values[k] for k in operands]
            program.add(steps[name].write(draw, *given), operands)
        except Unfit:
            continue
    return program


def chosen(draw: Draw, values: Sequence[np.ndarray], step: Step) -> list[int]:
    """The numbers of operands of a step, the newest first."""
    found: list[int] = []
    for kinds in step.kinds:
        fit = [
            k
            for k in reversed(range(len(values)))
            if values[k].dtype.kind in kinds
            and all(step.fits(values[j], values[k]) for j in found)
        ]
        if not fit:
            raise Unfit("no operand")
        found.append(fit[draw(st.integers(0, min(len(fit) - 1, 5)))])
    return found
