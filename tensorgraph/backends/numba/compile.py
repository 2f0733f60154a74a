"""Numba at work: the source of a module becomes object code."""

from __future__ import annotations

import warnings
from typing import Any

from numba import cfunc, types
from numba.core.errors import NumbaError

from tensorgraph.errors import CompileError

_WORDS = types.CPointer(types.int64)
PLAN = types.int32(_WORDS, _WORDS, _WORDS, _WORDS)
KERNEL = types.int32(_WORDS, _WORDS, _WORDS, types.int64)


def object_code(source: str, name: str) -> dict[str, tuple[str, bytes]]:
    """For "plan" and "kernel", the symbol of the function and the object code it is in.

    Raises CompileError with what Numba said.
    """
    module: dict[str, Any] = {"__name__": f"tensorgraph_{name}"}
    exec(compile(source, f"<tensorgraph {name}>", "exec"), module)
    try:
        return {
            "plan": _compiled(module["plan"], PLAN),
            "kernel": _compiled(module["kernel"], KERNEL),
        }
    except NumbaError as error:
        raise CompileError(
            f"Numba refuses the code of {name}: {error}",
            remedy='Use mode="C", and report this: the code should compile everywhere.',
        ) from error


def _compiled(function: Any, signature: Any) -> tuple[str, bytes]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = cfunc(signature, nopython=True, error_model="numpy", _nrt=False)(
            function
        )
    _, _, (code, *_) = made._library.serialize_using_object_code()
    return made.native_name, code
