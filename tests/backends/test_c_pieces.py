"""Large programs: pieces are compiled once, and again only when their text changes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.backends import store
from tensorgraph.backends.c import compiler, link, parts, pieces
from tensorgraph.backends.c.compiler import Compiler
from tensorgraph.backends.c.printer import print_program
from tensorgraph.backends.c.renumbered import renumbered
from tensorgraph.config import config
from tensorgraph.errors import BoundsError, CompileError

ROOT = Path(__file__).parents[2]
FACTORS = 40


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of texts that each call of the compiler gets; an empty store."""
    counts: list[int] = []
    assemble = Compiler.assemble

    def counting(self: Compiler, targets: Mapping[str, str], flags: Any) -> None:
        counts.append(len(targets))
        assemble(self, targets, flags)

    compiler.compiler()
    monkeypatch.setattr(Compiler, "assemble", counting)
    monkeypatch.setattr(pieces, "FEWEST", 80)
    monkeypatch.setattr(pieces, "MEAN", 80)
    monkeypatch.setattr(config, "cache_dir", str(tmp_path / "store"))
    monkeypatch.setattr(link, "_loaded", {})
    return counts


def model(changes: Mapping[int, float] = {}, fewer: int = 0) -> tuple[Any, list[Any]]:
    """Factors of two parameters and some data each, all of different forms."""
    inputs, expected = [], []
    cost: Any = 0.0
    for k in range(fewer, FACTORS):
        a, b = tg.dscalar(f"a{k}"), tg.dscalar(f"b{k}")
        data = np.linspace(-1, 1, 10 + k)
        scale = changes.get(k, 0.1 * (k + 1))
        cost = cost + factor(tg, k, scale, (data - a) * tg.exp(-b)).sum() - b
        x, y = 0.01 * k, -0.01 * k
        expected.append(factor(np, k, scale, (data - x) * np.exp(-y)).sum() - y)
        inputs += [a, b]
    function = tg.function(inputs, [cost, *tg.grad(cost, inputs)])
    return function, [sum(expected)]


def factor(xp: Any, k: int, scale: float, z: Any) -> Any:
    forms = (
        lambda: -0.5 * z * z * scale,
        lambda: -xp.log1p(z * z / scale),
        lambda: xp.tanh(z * scale) - z * z,
        lambda: -xp.exp(-z * scale) - z,
        lambda: -xp.sqrt(z * z + scale),
    )
    return forms[k % len(forms)]()


def values(function: Any, fewer: int = 0) -> list[float]:
    given = [x for k in range(fewer, FACTORS) for x in (0.01 * k, -0.01 * k)]
    return [float(x) for x in function(*given)]


def check(changes: Mapping[int, float] = {}, fewer: int = 0) -> list[float]:
    """Compile, compare the value with NumPy's; value and gradient."""
    function, expected = model(changes, fewer)
    found = values(function, fewer)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-12)
    return found


# -- what is compiled again ------------------------------------------------------------


def test_a_changed_factor_compiles_a_few_texts(compiled: list[int]) -> None:
    whole = check()
    assert len(compiled) == 1 and compiled[0] > 16
    changed = check({17: 99.0})
    assert len(compiled) == 2 and compiled[1] <= 6
    others = [k for k in range(1, len(whole)) if k not in (35, 36)]
    assert [changed[k] for k in others] == [whole[k] for k in others]
    assert changed[35:37] != whole[35:37]


def test_a_factor_less_compiles_a_few_texts(compiled: list[int]) -> None:
    whole = check()
    assert check(fewer=1)[1:] == whole[3:]
    assert compiled[1] <= 6


def test_a_program_in_the_store_compiles_nothing(
    compiled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = check()
    monkeypatch.setattr(link, "_loaded", {})
    assert check() == whole
    assert len(compiled) == 1


def test_equal_factors_are_compiled_once(compiled: list[int]) -> None:
    """Their constants are equal; only parameters and data have other names."""
    sizes = []
    for count in (20, 80):
        inputs = [tg.dscalar(f"a{k}") for k in range(count)]
        data = [tg.dvector(f"y{k}") for k in range(count)]
        terms = [tg.cos(a * y).sum() for a, y in zip(inputs, data, strict=True)]
        function = tg.function([*inputs, *data], terms)
        printed = print_program(function.program)
        assert len(printed.nests) == count
        sizes.append(len(pieces.texts(printed)[0]))
    assert sizes[1] <= sizes[0] + 3


def test_pieces_and_one_text_agree_bit_for_bit(
    compiled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = check()
    monkeypatch.setattr(link, "_loaded", {})
    monkeypatch.setattr(parts, "LARGE", 10**9)
    store.clear()
    assert check() == whole
    assert len(compiled) == 2 and compiled[1] <= 4  # the parts of parts.py


# -- checks ----------------------------------------------------------------------------


def test_a_failed_check_is_the_right_one(compiled: list[int]) -> None:
    """Checks are numbered anew in each piece."""
    x, indices, total = tg.dvector("x"), [], tg.constant(0.0)
    for k in range(60):
        index = tg.lvector(f"index{k}")
        indices.append(index)
        total = total + tg.tanh(x[index] * (k + 1.0)).sum()
    function = tg.function([x, *indices], total)
    assert compiled[0] > 3
    good: list[Any] = [np.arange(k % 3 + 1) for k in range(60)]
    data = np.linspace(0, 1, 5)
    expected = sum(np.tanh(data[i] * (k + 1.0)).sum() for k, i in enumerate(good))
    np.testing.assert_allclose(function(data, *good), expected, rtol=1e-13)
    for k in (0, 1, 31, 59):
        wrong = list(good)
        wrong[k] = np.array([0, 5 + k])
        with pytest.raises(BoundsError, match=f"{5 + k} is out of bounds"):
            function(data, *wrong)


def test_names_and_numbers_start_anew() -> None:
    first = """\
int32_t nest_7(tg_total_f64 *s3_at, const double *restrict sum)
{
    #pragma omp simd reduction(|:bad)
    const double v9 = s3_at->sum * sum[0] + 1e5 + 0x1p3; /* v9 */
    if (v9 > tg_exp(sum[1]))
        return 31;
    return v9 < 0 ? 0 : 1;
}"""
    found = renumbered(first)
    assert found.checks == (31,)
    assert (
        found.text
        == """\
int32_t nest_7(tg_total_f64 *x1, const double *restrict x2)
{
    #pragma omp simd reduction(|:bad)
    const double x3 = x1->sum * x2[0] + 1e5 + 0x1p3; /* x3 */
    if (x3 > tg_exp(x2[1]))
        return 1;
    return x3 < 0 ? 0 : 1;
}"""
    )
    other = first.replace("v9", "v10").replace("31", "7").replace("s3", "w")
    assert renumbered(other).text == found.text


# -- what goes wrong -------------------------------------------------------------------


@pytest.mark.parametrize("damage", [b"", b"damage", None])
def test_a_damaged_object_is_compiled_again(
    compiled: list[int], monkeypatch: pytest.MonkeyPatch, damage: bytes | None
) -> None:
    whole = check()
    objects = entries("object")
    path = Path(store.folder()) / (objects[3] + store.OBJECT)
    sound = path.read_bytes()
    path.write_bytes(sound[:-20] if damage is None else damage)
    forget_program(monkeypatch)
    assert check() == whole
    assert compiled[1:] == [2]  # the object, and the kernel
    assert path.read_bytes() == sound


def test_an_object_that_disappears_is_compiled_again(
    compiled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process empties the store between the search and the link."""
    whole = check()
    forget_program(monkeypatch)
    join = Compiler.join

    def late(self: Compiler, objects: Any, library: str, flags: Any) -> None:
        monkeypatch.setattr(Compiler, "join", join)
        store.clear()
        join(self, objects, library, flags)

    monkeypatch.setattr(Compiler, "join", late)
    assert check() == whole
    assert compiled[1] == 1 and compiled[2] == compiled[0]


def test_an_error_of_the_linker_is_shown_at_once(
    compiled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    join = Compiler.join

    def wrong(self: Compiler, objects: Any, library: str, flags: Any) -> None:
        join(self, [*objects, "/no/such.o"], library, flags)

    monkeypatch.setattr(Compiler, "join", wrong)
    with pytest.raises(CompileError, match="failed with status 1"):
        check()
    assert len(compiled) == 1
    assert left() == []


@pytest.mark.slow
def test_a_full_disk_leaves_nothing_unfinished(tmp_path: Path) -> None:
    """No file may become larger than 9 kB, so some objects fit and the library not."""
    said = python(
        """
import resource, signal
from tests.backends.test_c_pieces import model
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
try:
    model()
except Exception as error:
    print(type(error).__name__)
""",
        tmp_path / "store",
    )
    assert said.wait() == 0
    assert said.stdout is not None
    assert said.stdout.read().strip() in ("CompileError", "OSError")
    names = [path.name for path in (tmp_path / "store").iterdir()]
    assert not [name for name in names if name.endswith((".tmp", ".so"))]


# -- many processes --------------------------------------------------------------------

BOTH = """
import sys
from tests.backends.test_c_pieces import check
print("ready", flush=True)
sys.stdin.readline()
print(check({3: float(sys.argv[1])}))
"""


@pytest.mark.slow
def test_two_processes_at_once(tmp_path: Path, compiled: list[int]) -> None:
    started = [python(BOTH, tmp_path / "both", number) for number in ("5", "5", "6")]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    said = [process.communicate("go\n")[0] for process in started]
    assert [process.returncode for process in started] == [0] * 3, said
    assert said[0] == said[1] == f"{check({3: 5.0})}\n"
    assert said[2] == f"{check({3: 6.0})}\n"
    names = [path.name for path in (tmp_path / "both").iterdir()]
    assert sum(name.endswith(".so") for name in names) == 2
    assert not [name for name in names if name.endswith(".tmp")]


@pytest.mark.slow
def test_a_kill_leaves_objects_that_are_sound(tmp_path: Path) -> None:
    process = python(BOTH, tmp_path / "store", "5")
    assert process.stdout is not None and process.stdin is not None
    process.stdout.readline()
    process.stdin.write("go\n")
    process.stdin.flush()
    while process.poll() is None and not list((tmp_path / "store").glob("*.o.tmp")):
        pass
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert all(entry.sound for entry in store.inspect(str(tmp_path / "store")))
    again = python(BOTH, tmp_path / "store", "5")
    said = again.communicate("go\n")[0]
    assert again.returncode == 0, said


def python(code: str, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "TENSORGRAPH_CACHE_DIR": str(folder),
        },
        start_new_session=True,
    )


def entries(kind: str) -> list[str]:
    return sorted(entry.key for entry in store.inspect() if entry.kind == kind)


def forget_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only objects are left of what was compiled."""
    monkeypatch.setattr(link, "_loaded", {})
    for key in entries("code"):
        os.unlink(os.path.join(store.folder(), key + store.CODE))


def left() -> list[str]:
    return [name for name in os.listdir(store.folder()) if re.search("tmp$", name)]
