"""The rules of the house: floors, circles, sizes, names, indexes, mirrored tests."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import tensorgraph.ops
from tensorgraph.graph.op import Op

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tensorgraph"
FOLDERS = ("tensorgraph", "tests", "examples", "benchmarks", "docs")

# Rooms that share a line may import each other; other rooms of a floor may not.
FLOORS = (
    ("collector config errors lazy names native record",),
    ("graph",),
    ("transforms", "loops"),
    ("ops", "backends"),
    ("random", "fft", "linalg", "optimize"),
    ("rewrites",),
    (
        "logprob",
        "arguments function compiled content given modes profile recall request staged",
    ),
    ("inference", "testing", "forward", "picture"),
    ("__init__",),
    ("__main__ command",),
)
NOT_BELOW = {"backends": "transforms"}
FORBIDDEN = set("basic utils util core common misc helpers helper".split())
INDEXES = {"random": "*/*.py", "logprob/rules": "*.py", "testing/examples": "*.py"}
"""Folders whose `__init__` imports every file of a kind."""
UNTESTED = {"testing"}  # the laws are what tests run

# Words that engines need for their own arithmetic, reductions and statements.
ORDINARY = set(
    "Cast Check Join Max Min Op Prod Reduction Sum abs absolute add copysign eq equal "
    "floor ge gt isnan le less less_equal logical_and logical_or lt maximum minimum "
    "mod mul neg neq pow remainder sign sub switch true_div where".split()
)
NO_OPS = ("graph", "transforms", "loops", "backends")


def show(path: Path, line: int = 0) -> str:
    name = str(path.relative_to(ROOT))
    return f"{name}:{line}" if line else name


def none_of(wrong: list[str]) -> None:
    assert not wrong, "\n" + "\n".join(sorted(wrong))


def python_files(*folders: str) -> list[Path]:
    return sorted(p for f in folders for p in (ROOT / f).rglob("*.py"))


def c_files(*folders: str) -> list[Path]:
    return sorted(p for f in folders for p in (ROOT / f).rglob("*.[ch]"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


MODULES = {module_name(p): p for p in python_files("tensorgraph")}


def room(module: str) -> str:
    return module.split(".")[1]


def imports(path: Path) -> Iterator[str]:
    """The modules of the package that a file imports at its top."""
    for node in tree(path).body:
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [n if exists(n) else str(node.module) for n in inner]
        yield from (known(n) for n in names if n.partition(".")[0] == "tensorgraph")


def exists(name: str) -> bool:
    return name in MODULES or f"{name}.__init__" in MODULES


def known(name: str) -> str:
    return name if name in MODULES else f"{name}.__init__"


def floor(name: str) -> int:
    return next(i for i, rooms in enumerate(FLOORS) if name in " ".join(rooms).split())


def together(a: str, b: str) -> bool:
    return any({a, b} <= set(line.split()) for rooms in FLOORS for line in rooms)


def test_imports_go_down_the_floors() -> None:
    wrong = [
        f"{module} imports {other}"
        for module, path in MODULES.items()
        for other in imports(path)
        if not together(room(module), room(other))
        and (
            floor(room(other)) >= floor(room(module))
            or room(other) in NOT_BELOW.get(room(module), "").split()
        )
    ]
    none_of(wrong)


def test_no_circle() -> None:
    graph = {m: {i for i in imports(p) if i != m} for m, p in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" imports ".join(reversed(error.args[1]))) from None


def test_imports_stand_at_the_top() -> None:
    wrong = [
        show(path, inner.lineno)
        for path in python_files(*FOLDERS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
        or (getattr(inner, "attr", "") == "import_module" and path in MODULES.values())
    ]
    wrong = [place for place in wrong if not place.startswith("tensorgraph/lazy.py")]
    none_of(wrong)


def test_files_and_functions_are_small() -> None:
    texts = [*python_files(*FOLDERS), *c_files(*FOLDERS)]
    wrong = [show(p) for p in texts if len(p.read_text().splitlines()) > 500]
    for path in python_files("tensorgraph"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and length(node) > 40:
                wrong.append(f"{show(path, node.lineno)}: {length(node)} lines")
    none_of(wrong)


def length(function: ast.FunctionDef) -> int:
    """The lines of a function without its docstring."""
    first = function.body[0]
    last = function.end_lineno or function.lineno
    text = first.end_lineno if is_text(first) else function.lineno
    return last - (text or 0)


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_names_say_what_is_inside() -> None:
    paths = [*python_files(*FOLDERS), *c_files(*FOLDERS)]
    words = {p: set(p.relative_to(ROOT).with_suffix("").parts) for p in paths}
    none_of([show(p) for p, parts in words.items() if parts & FORBIDDEN])


def test_each_file_starts_with_one_sentence() -> None:
    wrong = []
    for path in filter(has_text, python_files(*FOLDERS)):
        text = (ast.get_docstring(tree(path)) or "").partition("\n\n")[0]
        if not text.endswith(".") or re.search(r"[.!?]\s+[A-Z]", text):
            wrong.append(f"{show(path)}: {text[:60]!r}")
    wrong += [
        show(path)
        for path in c_files("tensorgraph")
        if not path.read_text().startswith("/* ")
    ]
    none_of(wrong)


def has_text(path: Path) -> bool:
    return path.stat().st_size > 0


def test_engines_know_no_op() -> None:
    names = vocabulary() - ORDINARY
    spelled = re.compile(rf"\btg_({'|'.join(sorted(names))})\b")
    wrong = []
    for path in python_files(*(f"tensorgraph/{room}" for room in NO_OPS)):
        texts = docstrings(tree(path))
        for node in ast.walk(tree(path)):
            text = node.value if isinstance(node, ast.Constant) else None
            text = None if node in texts else text
            word = getattr(node, "id", None) or getattr(node, "attr", None) or text
            if word in names or (isinstance(text, str) and spelled.search(text)):
                wrong.append(f"{show(path, getattr(node, 'lineno', 0))}: {word}")
    none_of(wrong)


def vocabulary() -> set[str]:
    """Names of ops and of their classes, as the files in `ops/` declare them."""
    names = set()
    for info in pkgutil.walk_packages(tensorgraph.ops.__path__, "tensorgraph.ops."):
        for name, value in vars(importlib.import_module(info.name)).items():
            kind = value if isinstance(value, type) else type(value)
            names |= {name} if issubclass(kind, Op) else set()
    assert {"exp", "Cholesky", "softplus"} <= names
    return names


def docstrings(module: ast.Module) -> set[ast.AST]:
    return {n.value for n in ast.walk(module) if isinstance(n, ast.Expr) and is_text(n)}


def test_indexes_are_complete() -> None:
    wrong = []
    for folder, pattern in INDEXES.items():
        index = PACKAGE / folder / "__init__.py"
        listed = set(imports(index))
        below = [p for p in index.parent.glob(pattern) if p.name != "__init__.py"]
        wrong += [show(p) for p in below if module_name(p) not in listed]
    none_of(wrong)


def test_tests_mirror_the_package() -> None:
    folders = {p.parent for p in (ROOT / "tests").rglob("test_*.py")}
    mirrored = {PACKAGE / f.relative_to(ROOT / "tests") for f in folders}
    others = {PACKAGE / name for name in ("laws", "examples", "docs")}
    wrong = [f"{show(f)} does not exist" for f in mirrored - others if not f.is_dir()]
    rooms = {p for p in PACKAGE.iterdir() if (p / "__init__.py").exists()}
    covered = {PACKAGE / f.relative_to(PACKAGE).parts[0] for f in mirrored - {PACKAGE}}
    bare = [r for r in rooms - covered if r.name not in UNTESTED]
    none_of(wrong + [f"{show(r)} has no tests" for r in bare])
