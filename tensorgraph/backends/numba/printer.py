"""A program as the text of a Python module with two functions, `plan` and `kernel`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tensorgraph.backends.numba import expressions, parts, statements
from tensorgraph.backends.numba.function import MACHINE, Function
from tensorgraph.backends.numba.spelling import NUMBERS, library_functions
from tensorgraph.loops.ir import Expr, Load, Program, Scalar, ScalarFunction
from tensorgraph.loops.walk import every_expression, postorder

PLAN = "def plan(inputs, sizes, extents, workspace_bytes):"
KERNEL = "def kernel(inputs, outputs, sizes, runtime):"
PART = "@part\ndef part_{}(inputs, outputs, sizes, runtime, frame):"


def python_source(program: Program) -> str:
    """The module that computes a program; equal programs give equal text."""
    functions = "\n\n".join([plan(program), *kernel(program)])
    return f"{head(program, functions)}\n\n{functions}"


def plan(program: Program) -> str:
    """The function that checks sizes and computes extents and workspace."""
    f = Function(program, expressions.of_sizes)
    f.has_runtime = False
    statements.body(f, program.plan.checks)
    extents = [extent for axes in program.plan.output_extents for extent in axes]
    for place, extent in enumerate(extents):
        f.add(f"extents[{place}] = {_planned(f, extent)}")
    f.add(f"workspace_bytes[0] = {_planned(f, program.plan.workspace_bytes)}")
    return f.text(PLAN)


def _planned(f: Function, expr: Expr) -> str:
    """An extent; what it loads from inputs must wait for the checks on entry."""
    if any(isinstance(node, Load) for node in postorder(expr)):
        return expressions.plain(f, expr)
    return expressions.of_sizes(f, expr)


def kernel(program: Program) -> Iterator[str]:
    """The function that computes the outputs, after the parts of it, if it is long."""
    pieces = parts.cut(program.body)
    if len(pieces) == 1:
        f = Function(program, expressions.of_sizes)
        statements.body(f, program.body)
        yield f.text(KERNEL)
        return
    frame = parts.frame(pieces)
    main = Function(program, expressions.of_sizes)
    main.add(f"frame = stack({frame.count})")
    for buffer, slot in frame.addresses.items():
        main.add(f"int64_at(frame + {8 * slot})[0] = {main.address(buffer)}")
    for number, body in enumerate(pieces):
        f = Function(program, expressions.of_sizes, frame.addresses)
        parts.enter(f, body, frame.scalars)
        statements.body(f, body)
        parts.leave(f, body, frame.scalars)
        yield f.text(PART.format(number))
        main.add(f"code = part_{number}(inputs, outputs, sizes, runtime, frame)")
        main.add("if code != 0:")
        main.add("    return code")
    yield main.text(KERNEL)


def head(program: Program, functions: str) -> str:
    """The imports that the text of the functions needs, and its library functions."""
    words = set(re.findall(r"[A-Za-z_]\w*", functions))
    machine = sorted(words & set(MACHINE))
    lines = ["import math"] if "math" in words else []
    lines += ["import numpy as np"] if "np" in words else []
    constants = sorted(words & {"inf", "nan"})
    lines += [f"from math import {', '.join(constants)}"] if constants else []
    library = library_calls(program)
    numbers = sorted(words & NUMBERS)
    lines += [f"from numba import {', '.join(numbers)}"] if numbers else []
    machine += sorted({kind for _, kind in library.values()})
    if machine:
        names = ", ".join(machine)
        lines.append(f"from tensorgraph.backends.numba.machine import {names}")
    lines += [
        f'{name} = {kind}("{name}", {count})' for name, (count, kind) in library.items()
    ]
    return "\n".join([f'"""{program.name}"""', "", *lines]) + "\n"


def library_calls(program: Program) -> dict[str, tuple[int, str]]:
    """The vector math functions of a program: their arguments, and who offers them."""
    found: dict[str, tuple[int, str]] = {}
    for expr in every_expression(program):
        for node in postorder(expr):
            if isinstance(node, Scalar):
                for name in library_functions(node.function.python):
                    whole = node.dtype.startswith("complex")
                    kind = "external_complex" if whole else "external"
                    found[name] = _arguments(node.function, name), kind
    return dict(sorted(found.items()))


def _arguments(function: ScalarFunction, name: str) -> int:
    """How many arguments a spelling gives to a function."""
    rest = function.python.split(name, 1)[1]
    depth, commas = 0, 0
    for character in rest:
        depth += (character == "(") - (character == ")")
        commas += character == "," and depth == 1
        if depth == 0:
            break
    return commas + 1
