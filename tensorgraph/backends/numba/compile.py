"""Numba at work: the source of a module becomes object code."""

from __future__ import annotations

import re
import warnings
from typing import Any

from numba import cfunc, types
from numba.core.errors import NumbaError

from tensorgraph.backends.numba.objects import ObjectCode
from tensorgraph.errors import CompileError

_WORDS = types.CPointer(types.int64)
SIGNATURES = {
    "plan": types.int32(_WORDS, _WORDS, _WORDS, _WORDS),
    "kernel": types.int32(_WORDS, _WORDS, _WORDS, types.int64),
}
"""The ABI of native/abi.h; the runtime struct is an address."""


def object_code(source: str, name: str) -> list[ObjectCode]:
    """The object code of `plan` and `kernel`.

    Raises CompileError with what Numba said.
    """
    module: dict[str, Any] = {"__name__": f"tensorgraph_{name}"}
    exec(compile(source, f"<tensorgraph {name}>", "exec"), module)
    try:
        return [_compiled(module[part], SIGNATURES[part]) for part in SIGNATURES]
    except NumbaError as error:
        raise CompileError(
            f"Numba refuses the code of {name}: {error}",
            remedy='Use mode="C", and report this: the code should compile everywhere.',
        ) from error


def _compiled(function: Any, signature: Any) -> ObjectCode:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compiled = cfunc(signature, error_model="numpy", forceinline=True)
        made: Any = compiled(function)
    library = made._library
    _, _, (code, *_) = library.serialize_using_object_code()
    return ObjectCode(made.native_name, _calls(library.get_llvm_str()), code)


def _calls(assembly: str) -> tuple[str, ...]:
    """The functions that optimized code calls from outside."""
    names = re.findall(r'^declare .*?@"?([^"(]+)"?\(', assembly, re.MULTILINE)
    return tuple(name for name in names if not name.startswith("llvm."))
