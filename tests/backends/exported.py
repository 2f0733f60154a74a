"""Exported functions as programs of C: built with all warnings, run on arrays."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from hashlib import md5
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from tensorgraph.backends.c.compiler import compiler
from tensorgraph.backends.c.spelling import memory_type
from tensorgraph.loops.ir import Program

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror")
SANITIZED = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover")
FAILED = 3

MAIN = """\
#include "{file}.h"
#include <stdio.h>
#include <stdlib.h>

static void *rooms[1000];
static int taken;

static void *room(size_t bytes)
{{
    void *memory = rooms[taken++] = malloc(bytes ? bytes : 1);
    if (!memory)
        exit(1);
    return memory;
}}

static void *array(FILE *file, size_t bytes)
{{
    void *memory = room(bytes);
    if (file && fread(memory, 1, bytes, file) != bytes)
        exit(1);
    return memory;
}}

static int failed(int32_t code, const double *values)
{{
    char text[500];
    {name}_describe(code, values, text, sizeof text);
    printf("%d %s", (int)code, text);
    return {failed};
}}

int main(int count, char **arguments)
{{
    FILE *in = count == 3 ? fopen(arguments[1], "rb") : NULL;
    FILE *out = count == 3 ? fopen(arguments[2], "wb") : NULL;
    double values[8] = {{0}};
    int64_t extents[{extents} + 1], bytes = 0;
    if (!in || !out)
        return 1;
{reading}
    int32_t code = {name}_plan({given}extents, &bytes, values);
    if (code)
        return failed(code, values);
    void *workspace = array(NULL, (size_t)bytes);
{making}
    code = {name}({all}workspace, values);
    if (code)
        return failed(code, values);
{writing}
    while (taken)
        free(rooms[--taken]);
    fclose(in);
    return fclose(out);
}}
"""


class CheckFailed(Exception):
    "The program of C printed the number of a check, and what it says."


class Exported:
    "A function of an exported file, in a program that reads and writes arrays."

    def __init__(
        self, function: Any, source: Path, name: str | None = None,
        flags: Sequence[str] = SANITIZED, libraries: Sequence[str] = ("-lm",),
    ) -> None:  # fmt: skip
        self.parts = function.keepalive
        self.source = source
        self.name = name or source.stem
        self.flags = tuple(flags)
        self.libraries = libraries

    def __call__(self, *args: Any) -> list[np.ndarray]:
        "The outputs; the program is written and built for the lengths of these."
        arrays = [
            np.ascontiguousarray(a, dtype=v.type.dtype).reshape(np.shape(a))
            for a, v in zip(args, self.parts.inputs, strict=True)
        ]
        given, found = self.source.with_suffix(".in"), self.source.with_suffix(".out")
        given.write_bytes(b"".join(a.tobytes() for a in arrays))
        program = self.build(arrays)
        ran = subprocess.run([program, given, found], capture_output=True, text=True)
        if ran.returncode == FAILED:
            raise CheckFailed(ran.stdout)
        assert ran.returncode == 0 and not ran.stderr, ran.stderr
        return self.outputs(found.read_bytes())

    def outputs(self, content: bytes) -> list[np.ndarray]:
        "The arrays that the program wrote: their lengths, then their elements."
        found = []
        for v in self.parts.graph:
            dtype, shape = v.type.storage()
            lengths = np.frombuffer(content, "int64", len(shape))
            content = content[8 * len(shape) :]
            count = int(np.prod(lengths))
            values = np.frombuffer(content, dtype, count)
            content = content[values.nbytes :]
            found.append(values.reshape(lengths))
        assert not content
        return found

    def build(self, arrays: Sequence[np.ndarray]) -> Path:
        "A program; what is there from an earlier call is not compiled again."
        text = self.main(arrays)
        main = self.source.with_suffix(f".{digest(text)}.main.c")
        main.write_text(text, encoding="utf-8")
        key = digest(self.source.read_text(), *self.flags)
        library = self.source.with_suffix(f".{key}.o")
        program = main.with_suffix(f".{key}.run")
        if not library.exists():
            compiled([self.source], library, (*self.flags, "-c"))
        if not program.exists():
            compiled([main, library], program, self.flags, self.libraries)
        return program

    def main(self, arrays: Sequence[np.ndarray]) -> str:
        "The text of a program that calls the function on arrays of these lengths."
        reading, sizes = [], dict[str, int]()
        for k, (a, v) in enumerate(zip(arrays, self.parts.inputs, strict=True)):
            kind = memory_type(v.type.dtype)
            star = "*" if a.ndim else ""
            reading.append(f"    {kind} *in{k} = array(in, {a.nbytes});")
            for axis, length in enumerate(v.type.shape):
                if not isinstance(length, int):
                    sizes[length or f"{k} {axis}"] = a.shape[axis]
            reading.append(f"    {kind} {star}x{k} = {'' if a.ndim else '*'}in{k};")
        listed = ", ".join(map(str, sizes.values()))
        reading += [f"    const int64_t sizes[] = {{{listed}}};"] if sizes else []
        making, writing, place = [], [], 0
        for k, y in enumerate(self.parts.graph):
            dtype, shape = y.type.storage()
            lengths = [f"extents[{place + axis}]" for axis in range(len(shape))]
            count = " * ".join(["(size_t)1", *(f"(size_t){n}" for n in lengths)])
            making.append(f"    const size_t n{k} = {count};")
            making.append(
                f"    {memory_type(dtype)} *y{k} = room(n{k} * sizeof *y{k});"
            )
            writing.append(
                f"    fwrite(extents + {place}, sizeof *extents, {len(shape)}, out);\n"
                f"    fwrite(y{k}, sizeof *y{k}, n{k}, out);"
            )
            place += len(shape)
        inputs = [f"x{k}" for k in range(len(arrays))]
        outputs = [f"y{k}" for k in range(len(self.parts.graph))]
        more = ["sizes"] if sizes else []
        return MAIN.format(
            file=self.source.stem, name=self.name, failed=FAILED, extents=place,
            reading="\n".join(reading), making="\n".join(making),
            writing="\n".join(writing),
            given="".join(f"{x}, " for x in [*inputs, *more]),
            all="".join(f"{x}, " for x in [*inputs, *outputs, *more]),
        )  # fmt: skip


def digest(*texts: str) -> str:
    return md5("\0".join(texts).encode()).hexdigest()


def compiled(
    sources: Sequence[Path], target: Any, flags: Sequence[str] = SANITIZED,
    libraries: Sequence[str] = ("-lm",), language: Sequence[str] = STRICT,
) -> Any:  # fmt: skip
    "A program built from files without a warning; `target` may be empty."
    output = ["-o", target] if target else []
    command = [*compiler().command, *language, *flags, *sources, *output, *libraries]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0 and not ran.stderr, ran.stderr
    return target


def printed(program: Path) -> str:
    "What a program prints."
    ran = subprocess.run([program], capture_output=True, text=True)
    assert ran.returncode == 0 and not ran.stderr, ran.stderr
    return ran.stdout


def openblas(program: Program) -> tuple[list[str], list[str]] | None:
    "Flags that call SciPy's own LAPACK instead of the system's, and link with it."
    folder = Path(scipy.__file__).parents[1] / "scipy.libs"
    found = sorted(folder.glob("libscipy_openblas*.so"))
    if not found:
        return None
    routines = [r.name for r in program.routines if r.library in ("blas", "lapack")]
    names = [f"-D{name}_=scipy_{name}_" for name in routines]
    options = [f"-Wl,-rpath,{folder}", "-Wl,--allow-shlib-undefined"]
    return names, [str(found[0]), *options, "-lm"]


def same_bits(found: Sequence[np.ndarray], expected: Any) -> None:
    "Each array has the dtype, shape and bytes of the other."
    listed = expected if isinstance(expected, list | tuple) else [expected]
    for a, b in zip(found, map(np.asarray, listed), strict=True):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        assert a.tobytes() == b.tobytes(), np.argwhere(a != b)[:5]
