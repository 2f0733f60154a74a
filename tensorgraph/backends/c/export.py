"""`export`: writes functions as one C99 file and a header, or says why it cannot."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from tensorgraph.backends.c.header import header_text
from tensorgraph.backends.c.interface import Argument, Part
from tensorgraph.backends.c.names import LIBRARY, safe
from tensorgraph.backends.c.standalone import file_text
from tensorgraph.errors import GraphError, InputError

MOST_BYTES = 32 * 2**20
"""So many bytes of data a file may hold; as text they are about three times as many."""

LIBRARIES = {
    "random": (
        "it draws with NumPy's random routines ({name}), which are part of NumPy.",
        "Make the draws inputs of the function, and export what is computed from them.",
    ),
    "special": (
        "it calls {name} of SciPy, whose compiled code cannot be copied.",
        "Make its value an input of the function.",
    ),
    "": (
        "it calls {name}, a function of this process.",
        "Make what it returns an input of the function.",
    ),
}
"""Routines of others: what is said of them, and what to do."""

HEADERS = frozenset(
    """assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp
    signal stdarg stdbool stddef stdint stdio stdlib string strings tgmath time unistd
    wchar wctype pthread""".split()
)
STANDARD = frozenset(
    """abort atexit atof atoi atol bsearch calloc clearerr clock close creal cimag cabs
    carg conj cproj ctime difftime div environ exit fclose feof ferror fflush fgetc
    fgetpos fgets fopen fork fprintf fputc fputs fread free freopen fscanf fseek fsetpos
    ftell fwrite getc getchar getenv gets getpid gmtime ilogb isalnum isalpha isatty
    iscntrl isdigit isfinite isgraph isinf islower isnan isnormal isprint ispunct
    isspace isupper isxdigit kill labs ldiv linux link llrint llround localtime longjmp
    lseek malloc mblen mbtowc memchr memcmp memmove mktime modff nexttoward open pause
    perror pipe printf putc putchar puts qsort raise rand random read realloc remove
    remquo rename rewind scalbln scalbn scanf select setbuf setjmp setvbuf signbit
    signgam sleep snprintf sprintf srand sscanf stderr stdin stdout strcat strchr strcmp
    strcoll strcpy strcspn strerror strftime strlen strncat strncmp strncpy strpbrk
    strrchr strspn strstr strtod strtok strtol strtoul strxfrm sync system time tmpfile
    tmpnam tolower toupper ungetc unix unlink va_arg vfprintf vprintf vsprintf wait
    write I NULL EOF NAN INFINITY FILE""".split()
)
"""What <stdio.h> and the like declare; a file with their name would hide them."""
LIBRARY_NAME = re.compile(rf"_\w*|\w+_t|c?(?:{'|'.join(sorted(LIBRARY))})[fl]?")
"""What is reserved, and mathematical functions with the letters of their types."""


def export_function(compiled: Any, folder: Any, name: Any = None) -> tuple[Path, Path]:
    """Write a compiled function, under its own name unless another is given."""
    chosen = checked_name(compiled.name if name is None else name)
    about = f"The outputs of {compiled.name}()."
    return export([part_of(compiled, chosen, about)], folder, chosen, about)


def export(
    parts: Sequence[Part], folder: Any, name: str, about: str,
    labels: Sequence[str] = (),
) -> tuple[Path, Path]:  # fmt: skip
    """Write ``<name>.c`` and ``<name>.h`` into a folder; the paths of both.

    A folder that does not exist is made. Raises InputError for a folder that cannot be
    written, GraphError for a program that needs what C alone does not have.
    """
    _check_size(parts, name)
    texts = {
        ".c": file_text(name, parts, labels),
        ".h": header_text(name, about, parts, labels),
    }
    try:
        target = Path(folder)
    except TypeError:
        raise InputError(f"A folder is a path, not {folder!r}.") from None
    written = {target / f"{name}{end}": text for end, text in texts.items()}
    _write(written, target)
    source, header = written
    return source, header


def part_of(
    compiled: Any, name: str, about: str, outputs: Sequence[str] = (),
    recoverable: bool = False,
) -> Part:  # fmt: skip
    """The parts of a compiled function as what can be exported.

    Raises GraphError where that is not one program, or where it has a memory.
    """
    for what, remedy in _obstacles(compiled):
        raise GraphError(f"{compiled.name} cannot be exported: {what}", remedy=remedy)
    inputs = [
        Argument(buffer.name if given is None else given, *v.type.storage())
        for buffer, given, v in zip(
            compiled.program.inputs, compiled.names, compiled.inputs, strict=False
        )
    ]
    named = outputs or [v.name for v in compiled.wanted]
    hidden = [_value(v) for v in compiled.hidden]
    return Part(name, about, compiled.program, inputs, named, hidden, recoverable)


def _value(variable: Any) -> np.ndarray:
    """The value of a constant or shared variable."""
    cell = getattr(variable, "cell", None)
    return np.asarray(variable.value if cell is None else cell.value)


def _obstacles(compiled: Any) -> Iterator[tuple[str, str]]:
    """Why a function is no program of C without a memory, and what to do."""
    for routine in compiled.program.routines if compiled.program else ():
        library = "" if routine.address is not None else routine.library
        if library in LIBRARIES:
            what, remedy = LIBRARIES[library]
            yield what.format(name=routine.name), remedy
    if compiled.updates:
        names = ", ".join(repr(v.name or str(v)) for v in compiled.updates)
        yield (
            f"it updates {names}, and the C file keeps no values between calls.",
            "Pass delete_updates=True to copy, or make the old value an input and the "
            "new one an output.",
        )
    if compiled.lengths:
        yield (
            "it runs in two kernels, because the length of an array depends on "
            "computed values.",
            "Compute the length outside, or select with where instead.",
        )
    if compiled.counts is not None:
        yield (
            "it was compiled with profile=True, and would read the clock.",
            "Export f.copy(profile=False).",
        )
    if compiled.program is None:
        yield (
            'in mode "PYTHON" it has no loop program.',
            'Compile it with mode="C".',
        )


def checked_name(name: Any) -> str:
    """The name of the C function and of its files, or an InputError.

    >>> checked_name("radon")
    'radon'
    """
    if not isinstance(name, str):
        raise InputError(f"The name of an exported function is a string, not {name!r}.")
    taken = name in HEADERS | STANDARD or LIBRARY_NAME.fullmatch(name) is not None
    if taken or not name or safe(name) != name or not name.isascii():
        own = taken or safe(name) == f"{name}_"
        why = "a name of C itself" if own else "no identifier"
        raise InputError(
            f"{name!r} cannot be the name of a C function: it is {why}.",
            remedy='Pass another one, such as name="model".',
        )
    return name


def _check_size(parts: Sequence[Part], name: str) -> None:
    arrays = [
        (array.nbytes, buffer.name, array.shape)
        for part in parts
        for buffer, array in zip(
            part.program.inputs[len(part.inputs) :], part.hidden, strict=True
        )
    ]
    total = sum(size for size, _, _ in arrays)
    if total > MOST_BYTES:
        size, largest, shape = max(arrays)
        raise GraphError(
            f"{name} has {total:,} bytes of constants and shared variables, more than "
            f"the {MOST_BYTES:,} that a C file may hold; the largest is {largest} of "
            f"shape {shape}, with {size:,}.",
            remedy="Make large arrays inputs of the function.",
        )


# -- writing ---------------------------------------------------------------------------


def _write(texts: dict[Path, str], folder: Path) -> None:
    """Write all files or none: each appears whole, under its name."""
    drafts = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in texts}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            drafts[path].write_text(text, encoding="utf-8")
        for path, draft in drafts.items():
            draft.replace(path)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"Nothing was written to {str(folder)!r}: {said}.",
            remedy="Give a folder in which you may create files.",
        ) from error
    finally:
        for draft in drafts.values():
            with suppress(OSError, ValueError):
                draft.unlink()
