"""The store of compiled code: shared by processes, safe against kills and damage."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from tensorgraph.backends import store
from tensorgraph.backends.c import compiler, link
from tensorgraph.backends.c.link import CBackend
from tensorgraph.config import config
from tensorgraph.loops.ir import Load, Program, Size, Store
from tests.backends.calling import run
from tests.loops.pieces import I, given, loop, mul, number, program, result

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store; a process that knows the compiler and has loaded nothing yet."""
    compiler.compiler()
    folder = tmp_path / "store"
    monkeypatch.setattr(config, "cache_dir", str(folder))
    monkeypatch.setattr(link, "_loaded", {})
    return folder


def scaled(factor: float, loops: int = 1) -> Program:
    x, out = given("x", "float64", 0, 1), result("out", "float64", Size(0, 0))
    value = mul(Load(x, (I,)), number(factor))
    body = [loop("i", Size(0, 0), Store(out, (I,), value)) for _ in range(loops)]
    return program("scaled", (x,), (out,), *body)


def check(factor: float) -> str:
    """Link a program, compare what it computes, return its key."""
    built, data = scaled(factor), np.arange(5.0)
    linked = CBackend().link(built)
    np.testing.assert_array_equal(run(linked, built, (data,))[0], data * factor)
    return linked.key


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new process, nothing is loaded."""
    monkeypatch.setattr(link, "_loaded", {})


def names(folder: Path, ending: str = "") -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name.endswith(ending))


# -- keys and entries ------------------------------------------------------------------


def test_code_is_kept_and_found_again(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = check(2.0)
    written = (empty / f"{key}.so").stat().st_mtime_ns
    forget(monkeypatch)
    monkeypatch.setattr(link, "_build", pytest.fail)
    assert check(2.0) == key
    assert (empty / f"{key}.so").stat().st_mtime_ns == written
    assert names(empty, ".tmp") == []


def test_code_in_use_is_not_loaded_twice(empty: Path) -> None:
    first, second = (CBackend().link(scaled(2.0)) for _ in range(2))
    assert first.kernel == second.kernel
    assert first.keepalive is second.keepalive


def test_the_key_depends_on_all_that_the_code_depends_on() -> None:
    reference = link.key_of("int x;", ("-O2", "-march=a"), "gcc 12", "m")
    assert reference == link.key_of("int x;", ("-O2", "-march=a"), "gcc 12", "m")
    others = [
        link.key_of("int y;", ("-O2", "-march=a"), "gcc 12", "m"),
        link.key_of("int x;", ("-O1", "-march=a"), "gcc 12", "m"),
        link.key_of("int x;", ("-O2", "-march=b"), "gcc 12", "m"),
        link.key_of("int x;", ("-O2", "-march=a"), "gcc 13", "m"),
        link.key_of("int x;", ("-O2", "-march=a"), "gcc 12", ""),
    ]
    assert len({reference, *others}) == 6


def test_fast_compile_has_entries_of_its_own(empty: Path) -> None:
    slow, fast = (CBackend(quick).link(scaled(2.0)) for quick in (False, True))
    assert slow.key != fast.key
    assert slow.source == fast.source


# -- damage ----------------------------------------------------------------------------

DAMAGES = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "without its seal": lambda content: content[:-1],
    "one bit": lambda content: (
        content[:1000] + bytes([content[1000] ^ 1]) + content[1001:]
    ),
    "longer": lambda content: content + b"x",
    "text": lambda content: b"not a library" * 100,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_compiled_again(
    empty: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, damage: str
) -> None:
    key = check(3.0)
    sound = (empty / f"{key}.so").read_bytes()
    other = tmp_path / "other"
    monkeypatch.setattr(config, "cache_dir", str(other))
    other.mkdir()
    (other / f"{key}.so").write_bytes(DAMAGES[damage](sound))
    assert [entry.sound for entry in store.inspect()] == [False]
    forget(monkeypatch)
    assert check(3.0) == key
    assert (other / f"{key}.so").read_bytes() == sound
    assert [entry.sound for entry in store.inspect()] == [True]


def test_a_damaged_note_on_the_compiler_is_made_again(empty: Path) -> None:
    ask = compiler._known.__wrapped__
    command = compiler.compiler().command
    known = ask(command)
    sound = {note: (empty / note).read_text() for note in names(empty, ".txt")}
    assert sound
    for note in sound:
        (empty / note).write_text("gcc version 99\n-march=nothing\nabc")
    assert ask(command) == known
    assert {note: (empty / note).read_text() for note in sound} == sound


def test_an_entry_that_disappears_is_compiled_again(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = check(3.0)
    forget(monkeypatch)
    for name in names(empty):
        (empty / name).unlink()
    empty.rmdir()
    assert check(3.0) == key


# -- folders ---------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write anywhere, so the way is barred by a file."""
    (tmp_path / "file").write_text("")
    wanted = str(tmp_path / "file" / "store")
    monkeypatch.setattr(config, "cache_dir", wanted)
    monkeypatch.setattr(config, "warned", set())
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    forget(monkeypatch)
    with pytest.warns(
        RuntimeWarning, match="cannot write to .*/file/store, so compiled"
    ):
        check(4.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        key = check(5.0)
    (stand_in,) = tmp_path.glob("tensorgraph-*")
    assert stand_in.stat().st_mode & 0o777 == 0o700
    assert f"{key}.so" in names(stand_in)


def test_the_stand_in_is_removed_when_the_process_ends(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = python(
        "from tests.backends.test_store import check; check(2.0); check(3.0)",
        TENSORGRAPH_CACHE_DIR=str(tmp_path / "file"),
        TMPDIR=str(tmp_path),
    )
    said, _ = done.communicate()
    assert done.returncode == 0, said
    assert said.count("cannot write to") == 1
    assert names(tmp_path) == ["file"]


def test_the_folder_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "cache_dir", None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert store.folder() == str(tmp_path / "tensorgraph")
    assert store.folder() == platformdirs.user_cache_dir("tensorgraph", appauthor=False)
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert store.folder() == platformdirs.user_cache_dir("tensorgraph", appauthor=False)


# -- size ------------------------------------------------------------------------------


def test_the_oldest_entries_are_dropped(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [check(float(factor)) for factor in range(4)]
    for age, key in enumerate(keys):
        os.utime(empty / f"{key}.so", (1000 + age, 1000 + age))
    assert [entry.key for entry in store.inspect()] == keys
    store.shrink(sum(entry.size for entry in store.inspect()[2:]))
    assert [entry.key for entry in store.inspect()] == keys[2:]
    store.shrink(0)
    assert store.inspect() == []


def test_what_a_killed_process_left_is_dropped(empty: Path) -> None:
    check(2.0)
    old, new = empty / "1-a.tmp", empty / "1-b.tmp"
    for path in (old, new):
        path.write_text("half an entry")
    os.utime(old, (1000, 1000))
    store.shrink(10**9)
    assert names(empty, ".tmp") == ["1-b.tmp"]


def test_a_full_store_shrinks_by_itself(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "ONE_IN", 1)
    monkeypatch.setattr(config, "cache_bytes", 30_000)
    for factor in range(6):
        check(float(factor))
    assert 0 < sum(entry.size for entry in store.inspect()) <= 30_000


def test_clear(empty: Path) -> None:
    linked, built = CBackend().link(scaled(2.0)), scaled(2.0)
    (empty / "notes").write_text("mine")
    store.remember("note", "text")
    assert store.clear() == 2
    assert names(empty) == ["notes"]
    np.testing.assert_array_equal(run(linked, built, (np.ones(3),))[0], [2.0] * 3)


# -- many processes --------------------------------------------------------------------

LINK_ALL = """
import sys
import numpy as np
from tensorgraph.backends.c.link import CBackend
from tests.backends.calling import run
from tests.backends.test_store import scaled
print("ready", flush=True)
sys.stdin.readline()
built = scaled(2.5, loops=12)
linked = CBackend().link(built)
assert (run(linked, built, (np.arange(4.0),))[0] == np.arange(4.0) * 2.5).all()
print(linked.key)
"""


def python(code: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        start_new_session=True,
    )


def test_eight_processes_at_once_and_one_is_killed(tmp_path: Path) -> None:
    processes = [
        python(LINK_ALL, TENSORGRAPH_CACHE_DIR=str(tmp_path)) for _ in range(8)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    victim, *others = processes
    wait_until(lambda: names(tmp_path, ".tmp"))
    os.killpg(victim.pid, signal.SIGKILL)
    said = [process.communicate()[0] for process in others]
    assert [process.returncode for process in others] == [0] * 7, said
    assert victim.wait() == -signal.SIGKILL
    victim.communicate()
    assert len(set(said)) == 1
    assert names(tmp_path, ".so") == [said[0].strip() + ".so"]
    again = python(LINK_ALL, TENSORGRAPH_CACHE_DIR=str(tmp_path))
    assert again.communicate("go\n")[0] == "ready\n" + said[0]


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2])
def test_a_kill_at_any_moment_leaves_no_bad_entry(tmp_path: Path, delay: float) -> None:
    process = python(LINK_ALL, TENSORGRAPH_CACHE_DIR=str(tmp_path))
    assert process.stdout is not None and process.stdin is not None
    process.stdout.readline()
    process.stdin.write("go\n")
    process.stdin.flush()
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    again = python(LINK_ALL, TENSORGRAPH_CACHE_DIR=str(tmp_path))
    said = again.communicate("go\n")[0]
    assert again.returncode == 0, said


def test_threads_that_link_at_once(empty: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(check, [1.5, 2.5] * 8))
    assert len(set(keys)) == 2
    assert len(names(empty, ".so")) == 2


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)
