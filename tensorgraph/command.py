"""`python -m tensorgraph`: what a report of a bug needs; the store of compiled code."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from tensorgraph import __version__
from tensorgraph.backends import store
from tensorgraph.backends.c.compiler import compiler, processor
from tensorgraph.config import config
from tensorgraph.errors import CompileError
from tensorgraph.native import math_library

DONE, FAILED, BROKEN_PIPE = 0, 1, 141
UNITS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
LIBRARIES = ("numpy", "scipy", "numba", "llvmlite", "xarray", "arviz")
FEATURES = re.compile(r"\b(sse4_2|avx\w*|fma|f16c|asimd\w*|sve\w*)\b")
SPANS = (("days", 86400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; its exit status.

    That is 0 when all went well, and 1 with a message on standard error when not. Wrong
    arguments raise SystemExit(2), as `argparse` does it.

    >>> main(["cache", "shrink", "--most", "900G"])  # doctest: +ELLIPSIS
    0 of ... files removed; ... are left
    0
    """
    chosen = _parser().parse_args(arguments)
    try:
        chosen.run(chosen)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, `head` for instance, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        print(_complaint(error), file=sys.stderr)
        return FAILED
    return DONE


def _complaint(error: OSError) -> str:
    name = f": {error.filename}" if error.filename else ""
    return (
        f"tensorgraph: the store of compiled code cannot be used: {error.strerror}"
        f"{name}\n  Set TENSORGRAPH_CACHE_DIR to a folder that you can read and write."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tensorgraph",
        description="Without a command: versions, compiler, processor and store, for"
        " a report of a bug.",
    )
    parser.set_defaults(run=report)
    commands = parser.add_subparsers(metavar="command")
    cache = commands.add_parser("cache", help="look after the store of compiled code")
    cache.set_defaults(run=summary)
    actions = cache.add_subparsers(metavar="action")
    _add(actions, "list", listing, "every entry, oldest first")
    _add(actions, "clear", clear, "remove all entries")
    less = _add(actions, "shrink", shrink, "remove the oldest entries")
    less.add_argument(
        "--most", type=number_of_bytes, default=config.cache_bytes, metavar="SIZE",
        help="bytes that may stay, such as 500K, 200M or 1.5G; otherwise"
        f" {shown_bytes(config.cache_bytes)} (TENSORGRAPH_CACHE_BYTES)",
    )  # fmt: skip
    return parser


def _add(actions: Any, name: str, run: Any, what: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=what, description=what
    )
    parser.set_defaults(run=run)
    return parser


# -- the store -------------------------------------------------------------------------


def summary(chosen: argparse.Namespace) -> None:
    """Print the folder of the store, and what it holds altogether."""
    entries, left = _inspected()
    total = sum(entry.size for entry in entries)
    kinds = Counter(entry.kind for entry in entries)
    broken = sum(not entry.sound for entry in entries)
    rows = {
        "folder": store.wanted_folder(),
        "entries": f"{len(entries)}{_counted(kinds)}",
        "bytes": f"{total} ({shown_bytes(total)})",
        "limit": f"{config.cache_bytes} ({shown_bytes(config.cache_bytes)})",
        "oldest": f"{_age(entries[0].written)} old" if entries else "none",
        "broken": f"{broken} (made again when needed)" if broken else "none",
    }
    _print_rows(rows | ({"unfinished": f"{left} bytes"} if left else {}))


def listing(chosen: argparse.Namespace) -> None:
    """Print a table of the entries."""
    entries = _inspected()[0]
    row = "{:32}  {:6}  {:>9}  {:>7}  {}"
    print(row.format("key", "kind", "size", "age", "sound"))
    for entry in entries:
        size, age = shown_bytes(entry.size), _age(entry.written)
        sound = "yes" if entry.sound else "broken"
        print(row.format(entry.key, entry.kind, size, age, sound))


def clear(chosen: argparse.Namespace) -> None:
    """Empty the store."""
    removed = store.clear(store.wanted_folder()) if _exists() else 0
    print(f"{removed} files removed from {store.wanted_folder()}")


def shrink(chosen: argparse.Namespace) -> None:
    """Remove the oldest entries until the rest has the wanted size."""
    before = len(_inspected()[0])
    removed = store.shrink(chosen.most, store.wanted_folder()) if before else 0
    rest = sum(entry.size for entry in _inspected()[0])
    print(f"{removed} of {before} files removed; {shown_bytes(rest)} are left")


def _inspected() -> tuple[list[store.Entry], int]:
    """The entries, and the bytes that are unfinished; a missing folder has none."""
    if not _exists():
        return [], 0
    place = store.wanted_folder()
    return store.inspect(place), store.unfinished(place)


def _exists() -> bool:
    return os.path.lexists(store.wanted_folder())


def number_of_bytes(text: str) -> int:
    """The number of bytes that a text such as 500K, 200M or 1.5G says.

    The units are powers of 1024; ``B`` or ``iB`` may follow them.

    >>> number_of_bytes("1.5K"), number_of_bytes("200MB"), number_of_bytes("0")
    (1536, 209715200, 0)
    """
    found = re.fullmatch(
        r"([0-9]+(?:\.[0-9]+)?) *([KMGT]?)(?:i?B)?", text.strip(), re.I
    )
    if found is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no size; write a number of bytes, such as 209715200, or 200M."
        )
    return int(Fraction(found[1]) * 1024 ** UNITS[found[2].upper()])


def shown_bytes(size: float) -> str:
    """A number of bytes with the unit that suits it.

    >>> shown_bytes(512), shown_bytes(15_872), shown_bytes(1 << 29)
    ('512 B', '15.5 KiB', '512 MiB')
    """
    for unit, power in reversed(UNITS.items()):
        if size >= 1024**power and unit:
            value = size / 1024**power
            return f"{value:.{0 if value >= 100 else 1}f} {unit}iB"
    return f"{size:.0f} B"


def _age(written: float) -> str:
    """How long ago that was."""
    seconds = max(time.time() - written, 0.0)
    for unit, length in SPANS:
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def _counted(kinds: Counter[str]) -> str:
    said = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return f" ({said})" if said else ""


# -- the report ------------------------------------------------------------------------


def report(chosen: argparse.Namespace) -> None:
    """Print what a report of a bug needs."""
    variables = sorted(
        f"{name}={value}"
        for name, value in os.environ.items()
        if name.startswith("TENSORGRAPH_") or name in ("CC", "OMP_NUM_THREADS")
    )
    _print_rows(
        {
            "tensorgraph": __version__,
            "Python": f"{platform.python_version()} ({sys.executable})",
            **{name: _version(name) for name in LIBRARIES},
            "system": platform.platform(),
            "processor": _processor(),
            "compiler": _compiler(),
            "math library": os.path.basename(math_library()),
            "mode": config.mode,
            "cache": store.wanted_folder(),
            "environment": " ".join(variables) or "none of TENSORGRAPH_* and CC is set",
        }
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    """The model, how many there are, and the features that decide on speed."""
    text = processor()
    model = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    features = dict.fromkeys(found[0] for found in FEATURES.finditer(text))
    name = model[1] if model else platform.machine()
    return ", ".join([name, f"{os.cpu_count()} processors", *([" ".join(features)])])


def _compiler() -> str:
    """The compiler that would be called, or why there is none."""
    try:
        found = compiler()
    except CompileError as error:
        return f"none: {error.what.partition(chr(10))[0]}"
    except OSError as error:
        return f"none: {error}"
    command = " ".join(found.command) or "none now, but the store knows one"
    return f"{command} ({found.version}), {' '.join(found.machine[:1])}"


def _print_rows(rows: dict[str, str]) -> None:
    width = max(map(len, rows)) + 2
    for name, value in rows.items():
        print(f"{name:{width}}{value}")
