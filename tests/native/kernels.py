"""Compiles the hand-written kernels of `kernels.c`, and builds callables from them."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from tensorgraph.native import _native
from tensorgraph.native.wrong_argument import Refusal, wrong_argument

SOURCE = Path(__file__).with_name("kernels.c")
HEADERS = Path(_native.__file__).parent


class Refused(TypeError):
    """A wrong argument, in the words that users see."""


class RefusedOutput(TypeError):
    """An array of `out` was refused; `args` are (number, value, shape, arrays)."""


class CheckFailed(ArithmeticError):
    """A check of the kernel failed; `number` and `values` are what it reported."""

    def __init__(self, number: int, values: list[float]) -> None:
        super().__init__(number)
        self.number, self.values = number, values


def compile_library(source: str, folder: str, name: str = "kernels") -> str:
    """Path of a shared library made of C text."""
    text, library = Path(folder, f"{name}.c"), Path(folder, f"{name}.so")
    text.write_text(source)
    compiler = os.environ.get("CC", "cc")
    flags = ["-O1", "-shared", "-fPIC", f"-I{HEADERS}", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([compiler, *flags, text, "-o", library], check=True)
    return str(library)


@cache
def addresses() -> dict[str, int]:
    """The functions of `kernels.c` by name."""
    text = SOURCE.read_text()
    names = re.findall(r"^(?:KERNEL|PLAN)\((\w+)\)", text, re.MULTILINE)
    names += [f"{kind}_{n}" for kind in ("copy", "scalar") for n in (1, 2, 4, 8, 16)]
    names.append("half")
    with tempfile.TemporaryDirectory() as folder:
        library = compile_library(text, folder)
        return dict(zip(names, _native.load(library, names), strict=True))


def build(
    kernel: str,
    plan: str,
    parameters: list[Any],
    outputs: list[Any],
    *,
    hidden: list[Any] | None = None,
    routines: list[int] | None = None,
    keepalive: Any = None,
    **flags: bool,
) -> Any:
    """A callable named `f` whose failures become the exceptions above."""
    hidden = hidden or []
    declared = [*parameters, *(parameter for _, parameter in hidden)]

    def fail(kind: str, payload: Any) -> NoReturn:
        if kind == "argument":
            raise Refused("\n".join(wrong_argument("f", declared, Refusal(*payload))))
        if kind == "output":
            raise RefusedOutput(*payload)
        raise CheckFailed(*payload[:2])

    found = addresses()
    return _native.Callable(
        "f",
        parameters,
        hidden,
        outputs,
        found[plan],
        found[kernel],
        routines or [],
        keepalive,
        fail,
        **flags,
    )


def scalar(name: str | None = "x", dtype: str = "float64", *default: Any) -> tuple:
    """The declaration of a parameter of rank 0."""
    return (name, dtype, (), False, *default)


def vector(name: str = "x", dtype: str = "float64", length: Any = "n") -> tuple:
    """The declaration of a parameter of rank 1."""
    return (name, dtype, (length,), False)


def copier(dtype: str, itemsize: int, rank: int = 1) -> Any:
    """The identity on vectors or numbers of one dtype."""
    if rank == 0:
        kernel, plan, parameter = "scalar", "plan_scalar", scalar("x", dtype)
    else:
        kernel, plan, parameter = "copy", "plan_vector", vector("x", dtype)
    outputs = [(dtype, rank, None)]
    return build(f"{kernel}_{itemsize}", plan, [parameter], outputs, single=True)
