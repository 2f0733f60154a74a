"""What every way of computing a random program must agree on, to rounding."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import tensorgraph as tg
from tensorgraph.graph.check import check_graph
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.traverse import applies
from tensorgraph.loops.values import ComputedLength
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.rewrites.phases import ALL
from tensorgraph.testing.gradients import numeric_derivative
from tensorgraph.testing.ops import fits
from tests.laws.programs import Numpy, Program, digits_of
from tests.ops.interpreted import interpreted

LAST = 4
"""So many of the newest values of a program are its outputs."""
NOISE = 2e-13
"""How much each result is moved, relatively, to see what rounding does later."""
ROUNDING = ("fourier", "linalg")
"""Modules of ops that round even where the result is a round number."""
Values = Mapping[Variable, Any]


def outputs_of(program: Program) -> list[Any]:
    """The last values of a program, the newest first."""
    return program.variables[: -LAST - 1 : -1]


def cost_of(program: Program) -> Any:
    """A smooth number of the outputs; None if they are all integers and bools."""
    terms = [
        tg.sum(tg.sin(y.astype("float64")) * (k + 1))
        for k, y in enumerate(outputs_of(program))
        if y.type.differentiable
    ]
    return sum(terms[1:], terms[0]) if terms else None


def gradients_of(program: Program) -> tuple[list[Any], list[Any]]:
    """The differentiable inputs and the gradients of the cost, if there are any."""
    wrt = [v for v in program.given if v.type.differentiable]
    cost = cost_of(program)
    if cost is None or not wrt:
        return [], []
    return wrt, tg.grad(cost, wrt, disconnected="zero")


# -- how far rounding goes -------------------------------------------------------------


def tolerances(outputs: Sequence[Any], given: Values) -> list[np.ndarray]:
    """How far each number of each output may be off; infinite where rounding decides.

    Every result that is not exact is moved a little, as another order of operations may
    move it.
    """
    exact = evaluate(outputs, given, numpy_namespace)
    rng = np.random.default_rng(0)
    found = []
    moved = [noisy(outputs, given, rng) for _ in range(6)]
    for k, value in enumerate(exact):
        if value.dtype.kind not in "fc":
            stable = np.array(all(_same(m[k], value) for m in moved))
            found.append(np.where(stable, 0.0, np.inf))
            continue
        if any(m[k].shape != value.shape for m in moved):
            found.append(np.full(value.shape, np.inf))
            continue
        with np.errstate(all="ignore"):
            spread = np.max([np.abs(m[k] - value) for m in moved], axis=0)
            size = max(1.0, float(np.abs(value[np.isfinite(value)]).max(initial=0)))
            least = 64 * float(np.finfo(value.dtype).eps) * size
            wild = ~(spread < 1e-3 * size)
            found.append(np.where(wild, np.inf, 8 * spread + least))
    return found


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(np.all(a == b))


def noisy(
    outputs: Sequence[Any], given: Values, rng: np.random.Generator
) -> list[np.ndarray]:
    """The outputs when what is rounded is rounded otherwise."""
    values: dict[Any, Any] = dict(given)
    for node in applies(outputs):
        inputs = evaluate(node.inputs, values, numpy_namespace)
        with np.errstate(all="ignore"):
            made = as_list(node.op.evaluate(numpy_namespace, *inputs))
        before = [x for x in inputs if np.asarray(x).dtype.kind == "f"]
        for v, value in zip(node.outputs, made, strict=True):
            values[v] = v.type.convert(_moved(np.asarray(value), before, rng, node.op))
    return evaluate(outputs, values, numpy_namespace)


def _moved(
    value: np.ndarray, inputs: Sequence[Any], rng: np.random.Generator, op: Any
) -> np.ndarray:
    """The value with noise, unless it is exact: round numbers, and moved elements."""
    if value.dtype.kind not in "fc" or not value.size:
        return value
    amount = max(NOISE, 16 * float(np.finfo(value.dtype).eps))
    noise = amount * rng.uniform(-1, 1, value.shape)
    if type(op).__module__.split(".")[2] in ROUNDING:
        size = float(np.abs(value[np.isfinite(value)]).max(initial=0))
        return (value + noise * size).astype(value.dtype)
    with np.errstate(all="ignore"):
        if np.all(value * 64 == np.rint(np.real(value) * 64)):
            return value
    if any(np.all(np.isin(value, x)) for x in inputs):
        return value
    return (value * (1 + noise)).astype(value.dtype)


# -- the comparisons -------------------------------------------------------------------


def compare(
    way: str, program: Program, outputs: Sequence[Any], found: Sequence[Any],
    expected: Sequence[Any], allowed: Sequence[np.ndarray],
) -> None:  # fmt: skip
    """Raise where a way of computing the outputs differs from the reference."""
    for k, (y, value, true, most) in enumerate(
        zip(outputs, found, expected, allowed, strict=True)
    ):
        value = np.asarray(value)
        where = f"{way}: output {k}, {y!r},"
        if np.all(np.isinf(most)) and most.size:
            continue
        assert value.dtype == true.dtype and value.shape == true.shape, (
            f"{where} is {value.dtype}{value.shape}, not {true.dtype}{true.shape}"
            f"\n{program!r}"
        )
        with np.errstate(all="ignore"):
            bad = ~((np.abs(value * 1.0 - true) <= most) | (value == true))
            bad &= ~((value != value) & (true != true)) & ~np.isinf(most)
        assert not bad.any(), f"{where} is\n{value}, not\n{true}\n{program!r}"


def check_program(
    program: Program, modes: Sequence[str] = (), interpreter: bool = True
) -> None:
    """The reference, rewriting, the interpreter of loops and backends agree.

    So do gradients, in reverse mode, forward mode and by finite differences. Raises
    `AssertionError` with the program.
    """
    outputs, given = outputs_of(program), program.given
    wrt, gradients = gradients_of(program)
    outputs += gradients
    check_static_types(program)
    expected = evaluate(outputs, given, numpy_namespace)
    allowed = tolerances(outputs, given)
    true = program.values[: -LAST - 1 : -1]
    single = digits_of([v.type.dtype for v in program.variables])
    loose = [a + (single > 1e-9) * single * 1e2 for a in allowed[: len(true)]]
    compare("NumPy", program, outputs[: len(true)], true, expected[: len(true)], loose)
    rewritten = tg.rewrite_graph(outputs)
    check_graph(rewritten)
    ways = {"rewritten": lambda: evaluate(rewritten, given, numpy_namespace)}
    if interpreter:
        ways["interpreter"] = lambda: interpreted(outputs, given)
        ways["interpreter of rewritten"] = lambda: interpreted(rewritten, given)
    for mode in modes:
        ways[mode] = lambda mode=mode: run(program, outputs, mode)
    for way, compute in ways.items():
        try:
            found = compute()
        except ComputedLength:
            continue
        except Exception as error:
            error.add_note(f"{way} of {program!r}")
            raise
        compare(way, program, outputs, found, expected, allowed)
    if wrt:
        check_derivative(program, wrt, expected[-len(wrt) :], allowed[-len(wrt) :])


def check_rewriting(program: Program) -> None:
    """Rewritten, a program has the same values, gradients, dtypes and known lengths.

    Its gradient is also that of the rewritten cost. Raises `AssertionError`.
    """
    outputs, given = outputs_of(program), program.given
    wrt, gradients = gradients_of(program)
    outputs += gradients
    expected = evaluate(outputs, given, numpy_namespace)
    allowed = tolerances(outputs, given)
    for phases in (("canonicalize",), ("canonicalize", "stabilize"), ALL):
        rewritten = tg.rewrite_graph(outputs, include=phases)
        check_graph(rewritten)
        for y, better in zip(outputs, rewritten, strict=True):
            assert y.type.accepts(better.type), f"{y.type}, {better.type}\n{program!r}"
        found = evaluate(rewritten, given, numpy_namespace)
        compare(f"{phases[-1]}", program, outputs, found, expected, allowed)
    if wrt:
        cost = tg.rewrite_graph(cost_of(program))
        slopes = tg.grad(cost, wrt, disconnected="zero")
        found = evaluate(slopes, given, numpy_namespace)
        n = len(wrt)
        what = "the gradient of the rewritten cost"
        compare(what, program, slopes, found, expected[-n:], allowed[-n:])


def run(program: Program, outputs: Sequence[Any], mode: str) -> list[Any]:
    """The outputs by a compiled function."""
    compiled = tg.function(
        list(program.given), list(outputs), mode=mode, on_unused_input="ignore"
    )
    return list(compiled(*program.given.values()))


def check_static_types(program: Program) -> None:
    """What is known of dtypes and lengths at definition is true of the values."""
    sizes: dict[str, int] = {}
    for v, value in zip(program.variables, program.values, strict=True):
        assert fits(v.type, value.shape, sizes), f"{v.type}, {value.shape}\n{program!r}"
        assert v.type.dtype == value.dtype.name, f"{v.type}, {value.dtype}\n{program!r}"


def check_special(program: Program) -> None:
    """Without rewriting, loops give what the reference gives at nan and infinities."""
    outputs, given = outputs_of(program), program.given
    expected = evaluate(outputs, given, numpy_namespace)
    allowed = tolerances(outputs, given)
    try:
        found = interpreted(outputs, given)
    except ComputedLength:
        return
    compare("interpreter", program, outputs, found, expected, allowed)


def check_derivative(
    program: Program, wrt: Sequence[Any], gradients: Sequence[Any],
    allowed: Sequence[np.ndarray],
) -> None:  # fmt: skip
    """The gradient along a direction, against forward mode and finite differences."""
    if any(np.isinf(a).any() for a in allowed) or not all(
        np.isfinite(g).all() for g in gradients
    ):
        return
    rng = np.random.default_rng(1)
    ways = [rng.uniform(-1, 1, g.shape).astype(g.dtype) for g in gradients]
    slope = sum(float(np.sum(g * w)) for g, w in zip(gradients, ways, strict=True))
    size = sum(
        float(np.sum(np.abs(g * w))) for g, w in zip(gradients, ways, strict=True)
    )
    size = max(1.0, size)
    single = any(x.dtype.kind == "f" and x.dtype != "float64" for x in program.values)
    forward = tg.pushforward(
        cost_of(program), list(wrt), [tg.constant(w) for w in ways],
        disconnected="zero",
    )  # fmt: skip
    (pushed,) = evaluate([forward], program.given, numpy_namespace)
    if not np.isfinite(pushed):
        return  # zero times the infinite slope of a branch that was not taken
    digits = 3e-2 if single else 1e-6
    assert abs(pushed - slope) <= digits * size, (
        f"forward mode gives {pushed}, reverse mode {slope}\n{program!r}"
    )
    if not single:
        check_difference(program, wrt, ways, slope, size)


def check_difference(
    program: Program, wrt: Sequence[Any], ways: Sequence[Any], slope: float, size: float
) -> None:
    """Compare with finite differences of the NumPy program, where they settle."""
    moves = dict(zip(wrt, ways, strict=True))

    def along(step: float) -> float:
        inputs = [
            x + step * moves[v] if v in moves else x for v, x in program.given.items()
        ]
        with np.errstate(all="ignore"):
            values = program.run(Numpy(), inputs)
        total = 0.0
        shown = [values[program.variables.index(y)] for y in outputs_of(program)]
        for k, value in enumerate(shown):
            if np.asarray(value).dtype.kind == "f":
                total += float(np.sum(np.sin(value))) * (k + 1)
        return total

    coarse, fine = numeric_derivative(along, 1e-4), numeric_derivative(along, 3e-5)
    if not abs(coarse - fine) < 1e-6 * size:
        return
    assert abs(fine - slope) < 1e-5 * size, (
        f"finite differences give {fine}, reverse mode {slope}\n{program!r}"
    )
