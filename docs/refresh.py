"""Runs the code of the pages and writes what it prints beneath it.

    python docs/refresh.py [page ...]

In a page, the blocks marked ``python`` run one after the other, as in a notebook: what
a block prints, the value of its last expression, or its error appears in the block of
another language that follows at once. A block marked ``text draws`` shows random
results, which other processors round differently; tests do not compare it. Between
``<!-- files: FOLDER -->`` and ``<!-- end -->`` stands a table of files and their first
sentences, between ``<!-- names: MODULE -->`` and ``<!-- end -->`` one of names, between
``<!-- laws: MODULE -->`` and ``<!-- end -->`` one of ops and of what the tests check,
between ``<!-- rules: MODULE -->`` and ``<!-- end -->`` one for each theme of rules,
between ``<!-- accuracy: MODULE -->`` and ``<!-- end -->`` one of the errors that a test
allows, between ``<!-- figures: PART -->`` and ``<!-- end -->`` a part of what the
benchmarks measured, from `benchmarks/figures.json`.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import io
import linecache
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # for the tests, whose tables are shown
sys.path.append(str(ROOT / "benchmarks"))  # for what was measured

from shown import markdown  # noqa: E402

OUTPUT = r"(?:\n```(?!python)([^\n]*)\n(.*?)```\n)?"
BLOCK = re.compile(r"```python\n(.*?)```\n" + OUTPUT, re.DOTALL)
KINDS = "files|names|laws|rules|accuracy|figures"
TABLE = re.compile(rf"<!-- ({KINDS}): (\S+) -->\n.*?<!-- end -->", re.DOTALL)


def pages() -> list[Path]:
    """The README and every page of the documentation."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def refreshed(page: Path) -> str:
    """The text of a page with what its code prints and its tables say today."""
    run = Runner(page.stem)
    text = BLOCK.sub(run.block, page.read_text(encoding="utf-8"))
    return TABLE.sub(_table, text)


def comparable(text: str) -> str:
    """The text without blocks of random draws, and with ten digits after the point."""
    text = re.sub(r"```text draws\n.*?```", "", text, flags=re.DOTALL)
    return re.sub(r"(\.\d{10})\d+", r"\1", text)


class Runner:
    """Runs the blocks of one page in one namespace."""

    def __init__(self, name: str) -> None:
        self.file = f"{name}.py"
        self.names: dict[str, Any] = {"__name__": name}
        self.lines: list[str] = []

    def block(self, found: re.Match[str]) -> str:
        """A block of code and its output, made anew."""
        code, language, _ = found.groups()
        printed = self.run(code, tolerant=language is not None)
        if language is None:
            return found[0]
        return f"```python\n{code}```\n\n```{language}\n{printed.rstrip()}\n```\n"

    def run(self, code: str, tolerant: bool) -> str:
        """What a block prints, with its last value or its error at the end."""
        body = ast.parse("\n" * len(self.lines) + code).body
        self.lines += code.splitlines(keepends=True)
        linecache.cache[self.file] = (len(self.lines), None, self.lines, self.file)
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(ast.Module(body, []), self.file, "exec"), self.names)
                if last is not None:
                    value = compile(ast.Expression(last.value), self.file, "eval")
                    _show(eval(value, self.names))
            except Exception as error:
                if not tolerant:
                    raise
                print(f"{type(error).__name__}: {error}")
        return printed.getvalue()


def _show(value: Any) -> None:
    if value is not None:
        print(repr(value))


def _table(found: re.Match[str]) -> str:
    kind, name = found.groups()
    if kind in ("rules", "figures"):
        lines = _themes(name) if kind == "rules" else markdown(name)
        return "\n".join([f"<!-- {kind}: {name} -->", *lines, "<!-- end -->"])
    if kind == "laws":
        heads = ["op", "dtypes", "derivative", "batch", "backends"]
        rows: Any = _laws(name)
    elif kind == "accuracy":
        heads, rows = ["function", "ULP", ""], _accuracy(name)
    elif kind == "files":
        heads, rows = ["file", ""], _files(ROOT / name)
    else:
        heads, rows = ["name", ""], _names(name)
    lines = _lines(heads, rows)
    return "\n".join([f"<!-- {kind}: {name} -->", *lines, "<!-- end -->"])


def _lines(heads: list[str], rows: Any) -> list[str]:
    """The lines of a table; the first cell of each row is code."""
    cells = [(f"`{key}`", *rest) for key, *rest in rows]
    lines = [f"| {' | '.join(row)} |".replace("  ", " ") for row in (heads, *cells)]
    return [lines[0], "|" + "---|" * len(heads), *lines[1:]]


def _themes(module: str) -> list[str]:
    """Every chapter and theme of rules: what it is about, its rules, their reasons."""
    found: list[str] = []
    chapter = None
    for name, rules in importlib.import_module(module).every_theme().items():
        home = sys.modules[next(iter(rules)).function.__module__]
        if home.__package__ != chapter:
            chapter = home.__package__ or ""
            title = chapter.rpartition(".")[2].replace("_", " ").capitalize()
            found += ["", f"## {title}", "", sys.modules[chapter].__doc__ or ""]
        about = (home.__doc__ or "").partition("\n\n")[0]
        rows = [(rule.name.replace("_", " "), _cell(rule.reason)) for rule in rules]
        found += ["", f"### {name}", "", " ".join(about.split()), ""]
        found += [line.replace("`", "") for line in _lines(["rule", "why"], rows)]
    return found


def _accuracy(module: str) -> list[tuple[str, ...]]:
    """The functions of a test by the worst error that it allows."""
    cases = importlib.import_module(module).CASES
    named = cases.items() if isinstance(cases, dict) else [(c.name, c) for c in cases]
    worst: dict[str, tuple[float, float]] = {}
    for name, case in named:
        found = case.ulp, getattr(case, "size", 0.0)
        worst[name] = max(found, worst.get(name, found))
    rows: dict[tuple[float, float], list[str]] = {}
    for name, found in worst.items():
        rows.setdefault(found, []).append(name)
    return [
        ("`, `".join(names), f"{ulp:g}", f"near roots, of {size:g}" if size else "")
        for (ulp, size), names in sorted(rows.items())
    ]


def _files(folder: Path) -> list[tuple[str, str]]:
    paths = sorted([*folder.rglob("*.py"), *folder.rglob("*.[ch]")])
    found = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            doc = ast.get_docstring(ast.parse(text)) or ""
        else:
            doc = text.partition("/*")[2].partition("*/")[0].replace("\n *", "\n")
        sentence = re.split(r"\n\n|(?<=[^.]\.)\s+(?=[A-Z])", doc.strip())[0]
        if path.name != "__init__.py":
            found.append((str(path.relative_to(folder)), _cell(sentence)))
    return found


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _names(module: str) -> list[tuple[str, str]]:
    """Names and their first sentences; names that share a sentence share a row."""
    found = importlib.import_module(module)
    rows: dict[str, list[str]] = {}
    for name in sorted(n for n in dir(found) if not n.startswith("_")):
        value = getattr(found, name)
        own = str(getattr(value, "__module__", "")).startswith("tensorgraph")
        if own and not inspect.ismodule(value):
            text = (inspect.getdoc(value) or "").partition("\n\n")[0]
            rows.setdefault(_cell(text), []).append(name)
    pairs = sorted((names, text) for text, names in rows.items())
    return [("`, `".join(names), text) for names, text in pairs]


def _laws(module: str) -> list[tuple[str, ...]]:
    """Ops and what is checked of them; elementwise ones of one kind share a row."""
    rows: dict[Any, list[str]] = {}
    for row in importlib.import_module(module).coverage():
        key = (row.cells, row.name if row.examples else "")
        rows.setdefault(key, []).append(row.name)
    return [("`, `".join(names), *cells) for (cells, _), names in rows.items()]


if __name__ == "__main__":
    for page in [Path(a).resolve() for a in sys.argv[1:]] or pages():
        page.write_text(refreshed(page), encoding="utf-8")
        print(page.relative_to(ROOT))
