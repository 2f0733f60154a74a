"""The header of an exported C file: what it offers, and how it is built and called."""

from __future__ import annotations

from collections.abc import Sequence

from tensorgraph.backends.c.interface import Part, commented, shown
from tensorgraph.native import math_library

INTRODUCTION = """\
/* {about}
 *
 * {name}.c is made by tensorgraph and needs no other file:
 *
 *     cc -std=c99 -O2 -c {name}.c           then link with {libraries}
 *
 * With -march=native -fopenmp-simd it runs faster, and its values are the same bits.
 * -ffast-math changes them, and is refused.{clang}
 *
 * Each function returns 0, or the number of the check that failed: then `values`, which
 * may be null, holds the {values} numbers that the check saw, for NAME_describe. Call
 * NAME_plan first, once for all calls with arrays of the same lengths: it checks these
 * and tells the `extents` of all axes of all outputs, one after the other, and the
 * bytes of `workspace`, which malloc or a static array of double provides. Arrays are
 * C-contiguous, in row-major order, and outputs lie apart from all else. Threads may
 * call at the same time, each with its own workspace. {types} */"""

CLANG = """
 * With clang, add -fwrapv -fno-strict-aliasing; gcc finds these in the file."""
MATRICES = """
 * Routines of LAPACK and BLAS round as the library does that you link, and our own
 * for matrices and Fourier transforms as the compiler groups vectors: the bits are
 * those of Python with its library of LAPACK and {flags}."""
TYPES = "A bool is a byte, 0 or 1, and a\n * float16 is given by its bits."

ARRAY = """\
typedef struct {{
    const char *name, *dtype;
    int32_t rank;
    const int64_t *shape; /* the length of each axis; -1 where a call decides */
}} {name}_array;"""

LABELS = """\
/* What the elements of the vector are. */
#define {upper}_DIMENSION {count}
extern const char *const {name}_names[{upper}_DIMENSION];"""


def header_text(
    name: str, about: str, parts: Sequence[Part], labels: Sequence[str]
) -> str:
    """The header of a file; `labels` name the elements of a density's vector."""
    guard = f"{name.upper()}_H"
    routines = [r for part in parts for r in part.program.routines]
    fortran = any(r.library in ("lapack", "blas") for r in routines)
    grouped = fortran or any("fourier" in r.name for r in routines)
    native = "-O2 -fopenmp-simd" + (" -mavx2 -mfma" if "_fma" in math_library() else "")
    introduction = INTRODUCTION.format(
        about=commented(about),
        name=name,
        libraries="-llapack -lblas -lm" if fortran else "-lm",
        clang=CLANG + (MATRICES.format(flags=native) if grouped else ""),
        values=8,
        types=TYPES,
    )
    upper, count = name.upper(), len(labels)
    named = [LABELS.format(name=name, upper=upper, count=count)] if labels else []
    texts = [
        introduction,
        f"#ifndef {guard}\n#define {guard}",
        "#include <stddef.h>\n#include <stdint.h>",
        '#ifdef __cplusplus\nextern "C" {\n#endif',
        ARRAY.format(name=name),
        *named,
        *(_part_text(name, part) for part in parts),
        "#ifdef __cplusplus\n}\n#endif",
        "#endif",
    ]
    return "\n\n".join(texts) + "\n"


def _part_text(name: str, part: Part) -> str:
    """The declarations of one function."""
    upper = part.name.upper()
    counts = {
        "INPUTS": len(part.inputs),
        "OUTPUTS": len(part.outputs),
        "EXTENTS": sum(len(a.shape) for a in part.outputs),
        "CHECKS": len(part.program.checks),
    }
    if part.sizes:
        counts["SIZES"] = len(part.sizes)
    if part.workspace_bytes is not None:
        counts["WORKSPACE_BYTES"] = part.workspace_bytes
    lines = [
        _comment(part),
        *(f"#define {upper}_{what} {count}" for what, count in counts.items()),
        _table(f"{name}_array", f"{part.name}_inputs", len(part.inputs)),
        _table(f"{name}_array", f"{part.name}_outputs", len(part.outputs)),
        _table("char *const", f"{part.name}_messages", len(part.program.checks) + 1),
    ]
    if part.sizes:
        lines.append(_table("char *const", f"{part.name}_sizes", len(part.sizes)))
    heads = (part.plan_head(), part.kernel_head(), part.describe_head())
    return "\n".join(lines) + "\n\n" + "\n".join(f"{head};" for head in heads)


def _table(kind: str, name: str, count: int) -> str:
    return f"extern const {kind} {name}[{max(count, 1)}];"


def _comment(part: Part) -> str:
    """What a function computes, from what."""
    lines = [f"/* {part.name}: {commented(part.about)}", " *"]
    lines += [f" * in   {commented(shown(argument))}" for argument in part.inputs]
    lines += [f" * out  {commented(shown(argument))}" for argument in part.outputs]
    lines += [f" * sizes[{k}]: {commented(n)}" for k, n in enumerate(part.sizes)]
    if part.recoverable:
        lines += [
            " *",
            " * A parameter outside its support is no error, but a value of -infinity.",
        ]
    return "\n".join(lines) + " */"
