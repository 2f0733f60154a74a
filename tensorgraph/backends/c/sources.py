"""The sources of our C library cut down to what a program calls, for one single file.

A file of C is a list of items: macros, types, tables, functions. An item needs what it
mentions, from its own file, the headers that it includes, or another file's functions.
What is private to a file gets a name of its own where that is not unique.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from tensorgraph.errors import CompileError
from tensorgraph.native import FOLDER, header
from tensorgraph.record import record

PROTOTYPES = "vector_math.h"
GIVEN = frozenset("TG_FUSED TG_INLINE TG_SIMD TG_RARE_SIMD TG_HIDDEN".split())
"""Macros that the exported file defines itself, or that it does without."""

LINKAGE = re.compile(r"\b(?:TG_SIMD|TG_RARE_SIMD|TG_HIDDEN) ")
ATTRIBUTE = re.compile(r" *\b__attribute__\(\(visibility\(\"hidden\"\)\)\)")
TEXT = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', re.DOTALL)
WORD = re.compile(r"(?<![\w.])(?<!->)[A-Za-z_]\w*")
NAMED = re.compile(r"NAMED\((\w+)\)")
CONDITION = re.compile(r"#(ifdef|ifndef|if|else|elif|endif)\b *(\w*)")


@record
class Unit:
    """A file of the library, for real or for complex matrices."""

    file: str
    complex: bool = False

    @property
    def stem(self) -> str:
        """What its private names begin with."""
        name = self.file.partition(".")[0]
        return f"complex_{name}" if self.complex else name


@record
class Item:
    """A macro, type, table or function; a prototype `declares` what others define."""

    unit: Unit
    text: str
    names: tuple[str, ...]
    words: frozenset[str]
    declares: bool = False

    @property
    def is_public(self) -> bool:
        """Whether it is a function that other files may call."""
        head = self.text.partition("{")[0]
        code = LINKAGE.sub("", TEXT.sub("", head).lstrip())
        local = ("static", "typedef", "TG_INLINE", "#", "enum", "__extension__")
        return "(" in code and not code.startswith(local) and not self.declares


@record
class File:
    """The items of a unit, and what it includes."""

    head: str
    items: tuple[Item, ...]
    includes: tuple[Unit, ...]
    system: tuple[str, ...]


# -- what a program needs --------------------------------------------------------------


def library_text(functions: Iterable[str]) -> tuple[list[str], str]:
    """The system headers, and the sources of some functions, all of them static.

    Raises CompileError for a function that the library lacks.

    >>> headers, text = library_text(["tg_exp"])
    >>> "TG_INLINE double tg_exp(double x)" in text, "tg_expm1" in text
    (True, False)
    """
    chosen = _closure(functions)
    units = dict.fromkeys(item.unit for item in chosen)
    order = [u for u in _everything() if u in units]
    renamed = {u: _new_names(u, chosen) for u in order}
    system = dict.fromkeys(s for u in order for s in _read(u).system)
    headers = [u for u in order if u.file.endswith(".h")]
    sections = []
    for unit in [*headers, *(u for u in order if u not in headers)]:
        kept = [i for i in _read(unit).items if i in chosen]
        texts = [_printed(item, renamed[unit]) for item in kept]
        sections.append("\n\n".join([_read(unit).head, *texts]))
    return sorted(system), "\n\n".join(sections)


def public_functions() -> list[str]:
    """The functions that the files of the library export."""
    return sorted(_public())


def _closure(functions: Iterable[str]) -> set[Item]:
    """The items that some functions need."""
    public, waiting, chosen = _public(), [], set()
    for name in functions:
        if name not in public:
            raise CompileError(f"The library of tensorgraph has no function {name}.")
        waiting.append(public[name])
    while waiting:
        item = waiting.pop()
        if item in chosen:
            continue
        chosen.add(item)
        visible = _visible(item.unit)
        for word in item.words - GIVEN:
            waiting += visible.get(word, ())
            if word in public:
                waiting.append(public[word])
    return chosen


def source_files() -> list[Path]:
    """The files of the library. Raises CompileError when they were not installed."""
    found = sorted((FOLDER / "math").glob("*.c"))
    if not found:
        raise CompileError(
            f"The C sources of the math library are not in {FOLDER / 'math'}.",
            remedy="Install tensorgraph anew.",
        )
    return found


@cache
def _everything() -> tuple[Unit, ...]:
    """Every unit of the library, what is included before what includes it."""
    order: dict[Unit, None] = {}

    def visit(unit: Unit) -> None:
        if unit not in order:
            for included in _read(unit).includes:
                visit(included)
            order[unit] = None

    for path in source_files():
        again = re.findall(r'#include "(\w+\.c)"', path.read_text(encoding="ascii"))
        for unit in [Unit(f, True) for f in again] or [Unit(path.name)]:
            visit(unit)
    return tuple(order)


@cache
def _public() -> dict[str, Item]:
    """The functions that other files may call, by name."""
    items = (i for u in _everything() for i in _read(u).items)
    return {i.names[0]: i for i in items if i.is_public}


@cache
def _visible(unit: Unit) -> dict[str, list[Item]]:
    """The items that a file sees, by what they define."""
    found: dict[str, list[Item]] = {}
    for included in _read(unit).includes:
        for name, items in _visible(included).items():
            found.setdefault(name, []).extend(items)
    for item in _read(unit).items:
        for name in item.names:
            found.setdefault(name, []).append(item)
    return found


# -- names -----------------------------------------------------------------------------


def _new_names(unit: Unit, chosen: set[Item]) -> dict[str, str]:
    """Other names for what a file sees and what would clash with another's."""
    homes = Counter(n for n, _ in {(n, i.unit) for i in chosen for n in i.names})
    found = {}
    for name, items in _visible(unit).items():
        own = [i for i in items if i in chosen and not (i.is_public or i.declares)]
        if own and (homes[name] > 1 or not name.lower().startswith("tg_")):
            found[name] = _own_name(own[-1].unit.stem, name)
    return found


def _own_name(stem: str, name: str) -> str:
    """A name that only one file has.

    >>> _own_name("zeta", "TERMS"), _own_name("zeta", "tg_sum")
    ('TG_ZETA_TERMS', 'tg_zeta_sum')
    """
    bare = re.sub("^tg_", "", name, flags=re.IGNORECASE)
    made = f"tg_{stem}_{bare}"
    return made.upper() if name.isupper() else made


def _printed(item: Item, renamed: dict[str, str]) -> str:
    """The text of an item with its new names; public functions become static."""
    text = ATTRIBUTE.sub("", item.text).lstrip()
    text = WORD.sub(lambda found: renamed.get(found[0], found[0]), text)
    if not (item.is_public or item.declares):
        return text
    comment = re.match(r"(?:/\*.*?\*/\s*)?", text, re.DOTALL)
    start = comment.end() if comment else 0
    linkage = "TG_INLINE " if "TG_SIMD" in text or _is_simd(item) else "static "
    return text[:start] + linkage + LINKAGE.sub("", text[start:])


def _is_simd(item: Item) -> bool:
    """Whether vector loops call a function, which is why it has no branches."""
    known = _visible(Unit(PROTOTYPES)).get(item.names[0], ())
    return any(i.text.startswith("TG_SIMD") for i in known)


# -- reading ---------------------------------------------------------------------------


@cache
def _read(unit: Unit) -> File:
    """The items of a file."""
    text = header(f"math/{unit.file}")
    lines = list(_decided(text.splitlines(), unit.complex))
    text = NAMED.sub(r"\1_complex" if unit.complex else r"\1", "\n".join(lines))
    files = re.findall(r'^#include "(\w+\.h)"', text, re.MULTILINE)
    includes = tuple(Unit(f, unit.complex and _is_generic(f)) for f in files)
    macros = "\n".join(header(f"math/{u.file}") for u in _all_included(includes))
    head = re.match(r"/\*.*?\*/", text, re.DOTALL)
    pieces = _pieces(text[head.end() if head else 0 :], f"{macros}\n{text}")
    items = tuple(_item(unit, piece) for piece in pieces)
    system = tuple(re.findall(r"^#include (<\S+>)", text, re.MULTILINE))
    return File(head[0] if head else "", items, includes, system)


def _is_generic(file: str) -> bool:
    """Whether a header differs for complex numbers."""
    return file == "number.h" or '"number.h"' in header(f"math/{file}")


def _all_included(units: Sequence[Unit]) -> Iterator[Unit]:
    for unit in units:
        yield from _all_included(_read(unit).includes)
        yield unit


def _decided(lines: list[str], complex: bool) -> Iterator[str]:
    """The lines that remain when guards and what we know are decided."""
    known = {"TG_COMPLEX": complex, "TG_HAS_CLONES": False}
    stack: list[bool | None] = []  # of each condition, None where we do not know
    for line in lines:
        found = CONDITION.match(line)
        kind, word = found.groups() if found else ("", "")
        if kind.startswith("if"):
            decided = word in known or word.endswith("_H")
            wanted = kind == "ifdef"
            stack.append(known.get(word, False) == wanted if decided else None)
        decided = bool(kind) and stack[-1] is not None
        if decided and kind == "else":
            stack[-1] = not stack[-1]
        if not decided and False not in stack:
            yield line
        if kind == "endif":
            stack.pop()


def _pieces(text: str, macros: str) -> Iterator[str]:
    """The items of a text, each with the comment above it; macro calls expanded."""
    held: list[str] = []
    for line in text.splitlines():
        if not held and (not line.strip() or line.startswith("#include")):
            continue
        held.append(line)
        piece = "\n".join(held)
        code = TEXT.sub(" ", piece).strip()
        if not line.strip() and not code:
            held = []
        elif _is_whole(code, piece):
            called = re.fullmatch(r"([A-Z_]+)\((.*)\)", code, re.DOTALL)
            if called:
                comment = piece[: piece.index(called[1])]
                yield from _pieces(comment + _expanded(called, macros), macros)
            else:
                yield piece
            held = []


def _is_whole(code: str, piece: str) -> bool:
    """Whether an item has ended."""
    if piece.count("/*") > piece.count("*/") or not code:
        return False
    if code.startswith("#if"):
        return code.count("#if") == code.count("#endif")
    if code.startswith("#"):
        return not code.endswith("\\")
    balanced = all(code.count(a) == code.count(b) for a, b in ("()", "{}"))
    return balanced and (
        code.endswith((";", "}")) or bool(re.match(r"[A-Z_]+\(", code))
    )


def _expanded(call: re.Match[str], macros: str) -> str:
    """What a macro that defines functions stands for."""
    pattern = rf"#define {call[1]}\(([^)]*)\)(.*?[^\\])$"
    *_, last = re.finditer(pattern, macros, re.DOTALL | re.MULTILINE)
    names = [name.strip() for name in last[1].split(",")]
    values = dict(zip(names, re.split(r", *", call[2]), strict=True))
    body = re.sub(r"[ \t]*\\\n(    )?", "\n", last[2])
    body = re.sub(r"\w+", lambda found: values.get(found[0], found[0]), body)
    return re.sub(r" *## *", "", body).strip()


def _item(unit: Unit, piece: str) -> Item:
    code = ATTRIBUTE.sub("", TEXT.sub(" ", piece)).strip()
    words = frozenset(WORD.findall(code))
    names = tuple(_names(code))
    declares = (
        re.match(r"#|typedef|enum|static|__ext", code) is None and "{" not in code
    )
    return Item(unit, piece, names, words, declares)


def _names(code: str) -> list[str]:
    """What an item defines."""
    if code.startswith("#"):
        return re.findall(r"#define (\w+)", code)
    if code.startswith("enum"):
        inside = code[code.index("{") + 1 : code.index("}")]
        return [part.split("=")[0].strip() for part in inside.split(",")]
    if "typedef" in code:
        pointer = None if "{" in code else re.search(r"\(\*(\w+)\)\(", code)
        plain = re.search(r"(\w+)(?:\([^()]*\))?;$", code)
        return [found[1] for found in (pointer or plain,) if found]
    head = re.split(r"[={\[]", code)[0]
    function = re.search(r"(\w+)\(", head)
    table = re.search(r"(\w+)\s*$", head)
    return [found[1] for found in (function or table,) if found]
