"""Loop programs as one C99 file that needs no Python: code, library, data, tables."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Sequence
from string import Formatter

from tensorgraph.backends.c import printer
from tensorgraph.backends.c.embedded import table
from tensorgraph.backends.c.interface import Argument, Part, head, quoted
from tensorgraph.backends.c.names import Names
from tensorgraph.backends.c.prelude import INLINE, Prelude, runtime_struct
from tensorgraph.backends.c.sources import library_text
from tensorgraph.backends.c.unit import Unit
from tensorgraph.native import math_library

GUARDS = """\
#if defined(__FAST_MATH__) || (defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ == 2)
#error "compile without -ffast-math, and on 32-bit x86 with -msse2 -mfpmath=sse"
#endif

/* No two operations are fused, integers wrap, and workspace holds doubles now and
 * integers later. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off", "no-trapping-math", "no-math-errno", "wrapv", \
                     "no-strict-aliasing")
#endif

/* What is right for all lengths is dull for some; hints for -fopenmp-simd are unknown
 * without it. */
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunknown-pragmas"
#pragma GCC diagnostic ignored "-Wtautological-compare"
#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif"""

FUSED = """\
/* Whether mathematical functions round a * b + c once: the last bits depend on it. */
#ifndef TG_FUSED
#define TG_FUSED {fused}
#endif"""

INLINED = f"""\
#if defined(__GNUC__)
{INLINE}
#else
#define TG_INLINE static inline
#endif"""

DESCRIBE = """\
/* A message with what its check saw in place of {0}, {1} and so on. */
static void tg_describe(const char *message, const double *values, char *text,
                        size_t length)
{
    size_t used = 0;
    while (*message && used + 1 < length) {
        const int place = message[0] == '{' ? message[1] - '0' : -1;
        if (values && place >= 0 && place < 8 && message[2] == '}') {
            snprintf(text + used, length - used, "%.15g", values[place]);
            used += strlen(text + used);
            message += 3;
        } else {
            text[used++] = *message++;
        }
    }
    if (length)
        text[used] = 0;
}"""

PLAN_HEAD = (
    "void *const *inputs", "const int64_t *sizes", "int64_t *output_extents",
    "int64_t *workspace_bytes", "tg_runtime *runtime",
)  # fmt: skip
KERNEL_HEAD = (
    "void *const *inputs", "void *const *outputs", "const int64_t *sizes",
    "tg_runtime *runtime",
)  # fmt: skip

BODY = """\
{{
    void *const inputs[] = {{{inputs}}};
    const int64_t lengths[] = {{{lengths}}};
    tg_runtime runtime = {{.version = 1, .routines = {routines}}};
{more}\
    const int32_t code = {call};
    if (code && values)
        memcpy(values, runtime.values, sizeof runtime.values);
{last}\
    return code;
}}"""


def file_text(name: str, parts: Sequence[Part], labels: Sequence[str]) -> str:
    """The C file of some functions; `labels` name the elements of a density's vector.

    Raises CompileError for what our library lacks.
    """
    prelude = Prelude()
    bodies = [_part_text(name, part, prelude) for part in parts]
    routines = dict.fromkeys(r for part in parts for r in part.program.routines)
    own = [r.name for r in routines if r.library == "tg"]
    system, library = library_text([*prelude.library, *own])
    fortran = [f"void {r.name}_(void);" for r in routines if r.library != "tg"]
    wanted = sorted({*system, "<stdio.h>", "<string.h>"})
    texts = [
        f"/* Made by tensorgraph; {name}.h says what it offers. */",
        *(["#define _XOPEN_SOURCE 700"] if re.search(r"\bM_[A-Z]", library) else []),
        f'#include "{name}.h"',
        "\n".join(f"#include {file}" for file in wanted),
        GUARDS,
        runtime_struct(),
        FUSED.format(fused=int(fused())),
        INLINED,
        library,
        "\n".join([*prelude.foreign(), *fortran]),
        *prelude.definitions(),
        DESCRIBE,
        *bodies,
        *([_strings(f"{name}_names", labels)] if labels else []),
    ]
    return "\n\n".join(text for text in texts if text) + "\n"


def fused() -> bool:
    """Whether the math library of this process rounds a * b + c once."""
    return "_fma" in math_library() or platform.machine() in ("aarch64", "arm64")


# -- one function ----------------------------------------------------------------------


def _part_text(name: str, part: Part, prelude: Prelude) -> str:
    """The tables and functions of one program."""
    unit = Unit(part.program, prelude, f"tg_{part.name}_")
    plan = printer.print_plan(unit, reports_values=True)
    nests, kernel = printer.print_kernel(unit)
    tables, pointers = _tables(part)
    texts = [
        *tables,
        *(nest.text("static") for nest in nests),
        f"{head(f'static int32_t tg_{part.name}_plan', PLAN_HEAD)}\n{plan}",
        f"{head(f'static int32_t tg_{part.name}_kernel', KERNEL_HEAD)}\n{kernel}",
        *_routines(part),
        *_described(name, part),
        _plan_function(part, pointers),
        _kernel_function(part, pointers),
        _describe_function(part),
    ]
    return "\n\n".join(texts)


def _tables(part: Part) -> tuple[list[str], list[str]]:
    """The data of hidden inputs, and pointers to them."""
    names, found = Names(), []
    buffers = part.program.inputs[len(part.inputs) :]
    for buffer, array in zip(buffers, part.hidden, strict=True):
        name = names.unique(f"{part.name}_{buffer.name}")
        found.append(table(f"tg_{name}", buffer.dtype, array))
    return [text for text, _ in found], [pointer for _, pointer in found]


def _routines(part: Part) -> Iterator[str]:
    """The table of the routines that the kernel calls."""
    names = [
        r.name if r.library == "tg" else f"{r.name}_" for r in part.program.routines
    ]
    if names:
        listed = ", ".join(f"(void *){name}" for name in names)
        yield f"static void *const tg_{part.name}_routines[] = {{{listed}}};"


def _plan_function(part: Part, pointers: list[str]) -> str:
    call = "plan(inputs, lengths, extents, workspace_bytes, &runtime)"
    return f"{part.plan_head()}\n{_body(part, pointers, '', call, '')}"


def _kernel_function(part: Part, pointers: list[str]) -> str:
    outputs = ", ".join(part.output_names()) or "0"
    more = f"    void *const outputs[] = {{{outputs}}};\n"
    more += "    runtime.workspace = workspace;\n"
    last = ""
    if part.recoverable:
        flags = ", ".join(str(int(c.recoverable)) for c in part.program.checks)
        more += f"    static const char recoverable[] = {{0, {flags or 0}}};\n"
        last = "    if (code > 0 && recoverable[code]) {\n"
        last += f"        *{part.output_names()[0]} = -__builtin_inf();\n"
        last += "        return 0;\n    }\n"
    call = "kernel(inputs, outputs, lengths, &runtime)"
    return f"{part.kernel_head()}\n{_body(part, pointers, more, call, last)}"


def _body(part: Part, pointers: list[str], more: str, call: str, last: str) -> str:
    given = [
        f"(void *){'' if argument.shape else '&'}{name}"
        for argument, name in zip(part.inputs, part.input_names(), strict=True)
    ]
    hidden = [f"(void *){pointer}" for pointer in pointers]
    return BODY.format(
        inputs=", ".join([*given, *hidden]) or "0",
        lengths=", ".join(part.lengths()) or "0",
        routines=f"tg_{part.name}_routines" if part.program.routines else "0",
        more=more,
        call=f"tg_{part.name}_{call}",
        last=last,
    )


# -- tables that describe it -----------------------------------------------------------


def _described(name: str, part: Part) -> Iterator[str]:
    """Names, dtypes, lengths and messages."""
    shapes = f"tg_{part.name}_shapes"
    listed = [
        -1 if not isinstance(length, int) else length
        for argument in (*part.inputs, *part.outputs)
        for length in argument.shape
    ]
    yield f"static const int64_t {shapes}[] = {{{', '.join(map(str, listed)) or '0'}}};"
    place = 0
    for what, arguments in (("inputs", part.inputs), ("outputs", part.outputs)):
        lines = []
        for argument in arguments:
            lines.append(f"    {_row(argument)}, {shapes} + {place}}},")
            place += len(argument.shape)
        rows = "\n".join(lines) or "    {0, 0, 0, 0},"
        yield f"const {name}_array {part.name}_{what}[] = {{\n{rows}\n}};"
    messages = ["", *(_message(c.message) for c in part.program.checks)]
    yield _strings(f"{part.name}_messages", messages)
    if part.sizes:
        yield _strings(f"{part.name}_sizes", part.sizes)


def _row(argument: Argument) -> str:
    name, dtype = quoted(argument.name), quoted(argument.dtype)
    return f"{{{name}, {dtype}, {len(argument.shape)}"


def _strings(name: str, texts: Sequence[str]) -> str:
    lines = "\n".join(f"    {quoted(text)}," for text in texts)
    return f"const char *const {name}[] = {{\n{lines}\n}};"


def _message(message: str) -> str:
    """A message with {0} for its values, and no other signs of Python's.

    >>> _message("index {0} of {{1, 2}}")
    'index {0} of {1, 2}'
    """
    pieces = []
    for text, field, _, _ in Formatter().parse(message):
        pieces.append(text + ("" if field is None else f"{{{field}}}"))
    return "".join(pieces)


def _describe_function(part: Part) -> str:
    count = len(part.program.checks)
    known = f"code >= 0 && code <= {count} ? {part.name}_messages[code]"
    call = f'tg_describe({known} : "?", values, text, length);'
    return f"{part.describe_head()}\n{{\n    {call}\n}}"
