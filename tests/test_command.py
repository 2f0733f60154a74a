"""`python -m tensorgraph`: the store is shown, emptied, made smaller; versions."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import scipy

import tensorgraph as tg
from tensorgraph.backends import store
from tensorgraph.command import main, number_of_bytes, shown_bytes
from tensorgraph.config import config


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store that does not exist yet."""
    folder = tmp_path / "store"
    monkeypatch.setattr(config, "cache_dir", str(folder))
    return folder


def fill(place: Path, sizes: dict[str, int]) -> dict[str, Path]:
    """Sound entries of so many bytes of content, each a day younger than the last."""
    paths = {}
    for number, (name, size) in enumerate(sizes.items()):
        key, suffix = os.path.splitext(name)
        if suffix in (store.NOTE, store.PLAN):
            store.remember(key, "x" * size, suffix)
        else:
            store.keep(key, lambda path, n=size: write(path, n), suffix)
        paths[name] = place / name
        then = time.time() - 86400 * (10 - number)
        os.utime(paths[name], (then, then))
    return paths


def write(path: str, size: int) -> None:
    Path(path).write_bytes(b"x" * size)


ALL = {"a1.so": 5000, "b2.txt": 100, "c3.plan": 3000, "d4.o": 2000, "e5.so": 1000}


# -- looking ---------------------------------------------------------------------------


def test_the_summary(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = fill(place, ALL)
    paths["d4.o"].write_bytes(paths["d4.o"].read_bytes()[:-1])
    (place / "1-a.tmp").write_bytes(b"half")
    (place / "mine.md").write_text("not an entry")
    assert main(["cache"]) == 0
    said = dict(line.split(None, 1) for line in capsys.readouterr().out.splitlines())
    total = sum(path.stat().st_size for path in paths.values())
    assert said == {
        "folder": str(place),
        "entries": "5 (2 code, 1 note, 1 plan, 1 object)",
        "bytes": f"{total} ({shown_bytes(total)})",
        "limit": f"{config.cache_bytes} ({shown_bytes(config.cache_bytes)})",
        "oldest": "10 days old",
        "broken": "1 (made again when needed)",
        "unfinished": "4 bytes",
    }


def test_an_empty_store_is_not_made(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["cache"], ["cache", "list"], ["cache", "clear"]):
        assert main(arguments) == 0
    assert main(["cache", "shrink", "--most", "0"]) == 0
    said = capsys.readouterr().out
    assert "entries  0\n" in said and "oldest   none\n" in said
    assert f"0 files removed from {place}\n" in said
    assert "0 of 0 files removed; 0 B are left\n" in said
    assert not place.exists()


def test_the_list(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = fill(place, ALL)
    for name in ("a1.so", "b2.txt"):
        then = paths[name].stat().st_mtime
        paths[name].write_bytes(b"damage")
        os.utime(paths[name], (then, then))
    assert main(["cache", "list"]) == 0
    heading, *rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert heading == ["key", "kind", "size", "age", "sound"]
    assert [row[0] for row in rows] == ["a1", "b2", "c3", "d4", "e5"]
    assert [row[1] for row in rows] == ["code", "note", "plan", "object", "code"]
    assert rows[2][2:4] == ["3.0", "KiB"]
    assert [row[4:] for row in rows] == [
        ["10", "days", "broken"],
        ["9", "days", "broken"],
        *([str(age), "days", "yes"] for age in (8, 7, 6)),
    ]


# -- removing --------------------------------------------------------------------------


def test_clear_leaves_only_what_is_no_entry(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(place, ALL)
    (place / "mine.md").write_text("not an entry")
    for name, age in (("1-a.tmp", 5.0), ("1-b.tmp", 2 * store.STALE)):
        (place / name).write_bytes(b"half")
        os.utime(place / name, (time.time() - age,) * 2)
    assert main(["cache", "clear"]) == 0
    assert capsys.readouterr().out == f"6 files removed from {place}\n"
    assert sorted(p.name for p in place.iterdir()) == ["1-a.tmp", "mine.md"]


@pytest.mark.parametrize(
    ("most", "stay"),
    [
        ("1M", list(ALL)),
        ("8K", ["b2.txt", "c3.plan", "d4.o", "e5.so"]),
        ("4K", ["d4.o", "e5.so"]),
        ("1.5K", ["e5.so"]),
        ("0", []),
    ],
)
def test_shrink_drops_the_oldest_of_all_kinds(
    place: Path, capsys: pytest.CaptureFixture[str], most: str, stay: list[str]
) -> None:
    fill(place, ALL)
    assert main(["cache", "shrink", "--most", most]) == 0
    assert sorted(p.name for p in place.iterdir()) == sorted(stay)
    left = shown_bytes(sum(p.stat().st_size for p in place.iterdir()))
    expected = f"{5 - len(stay)} of 5 files removed; {left} are left\n"
    assert capsys.readouterr().out == expected


def test_shrink_without_a_size_uses_the_limit(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(place, ALL)
    monkeypatch.setattr(config, "cache_bytes", 2000)
    assert main(["cache", "shrink"]) == 0
    assert sorted(p.name for p in place.iterdir()) == ["e5.so"]


# -- what goes wrong -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0), ("200", 200), ("200B", 200), ("1k", 1024), ("1.5K", 1536),
        ("200M", 200 << 20), ("200 MiB", 200 << 20), ("2GB", 2 << 30), ("1T", 1 << 40),
        (" 7 ", 7), ("9" * 400, int("9" * 400)),
    ],
)  # fmt: skip
def test_sizes(text: str, size: int) -> None:
    assert number_of_bytes(text) == size


@pytest.mark.parametrize(
    "text",
    ["", "much", "-5", "5 apples", "1e9", "nan", "inf", "M", "1.", ".5K", "5KK", "٣"],
)
def test_wrong_sizes(
    place: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    fill(place, ALL)
    with pytest.raises(SystemExit) as caught:
        main(["cache", "shrink", f"--most={text}"])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert f"{text!r} is no size; write a number of bytes" in said
    assert len(store.inspect()) == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cash"], "invalid choice: 'cash' (choose from "),
        (["cache", "purge"], "invalid choice: 'purge' (choose from "),
        (["cache", "clear", "all"], "unrecognized arguments: all"),
        (["cache", "shrink", "--most"], "expected one argument"),
        (["cache", "shrink", "200M"], "unrecognized arguments: 200M"),
        (["--cache"], "unrecognized arguments: --cache"),
    ],
)
def test_words_that_are_not_known(
    place: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", ["", "list", "clear", "shrink"])
def test_a_folder_that_is_none(
    place: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    place.write_text("a file")
    assert main(["cache", *words.split()]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"cannot be used: Not a directory: {place}\n" in said.err
    assert "Set TENSORGRAPH_CACHE_DIR" in said.err
    assert place.read_text() == "a file"


def test_files_that_cannot_be_removed(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may remove everything, so the system is made to refuse."""

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    path = fill(place, {"a1.so": 10})["a1.so"]
    monkeypatch.setattr(os, "unlink", refuse)
    assert main(["cache", "clear"]) == 1
    assert f"Permission denied: {path}" in capsys.readouterr().err


# -- the report ------------------------------------------------------------------------


def test_the_report(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENSORGRAPH_MODE", "C")
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    said = dict(line.split(None, 1) for line in lines)
    assert said["tensorgraph"] == tg.__version__
    assert said["Python"].startswith(f"{platform.python_version()} (")
    assert (said["numpy"], said["scipy"]) == (np.__version__, scipy.__version__)
    assert "version" in said["compiler"] and "-march=" in said["compiler"]
    assert f"{os.cpu_count()} processors" in said["processor"]
    assert said["cache"] == str(place)
    assert "TENSORGRAPH_MODE=C" in said["environment"]


def test_the_report_without_a_compiler(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "cc", "no-such-cc")
    assert main([]) == 0
    said = capsys.readouterr().out
    assert "compiler      none: The C compiler 'no-such-cc' was not found.\n" in said


def test_the_command_as_a_program(place: Path) -> None:
    paths = fill(place, ALL)
    command = [sys.executable, "-m", "tensorgraph", "cache"]
    environment = {
        **os.environ,
        "TENSORGRAPH_CACHE_DIR": str(place),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [*command, "clear"], env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{len(paths)} files removed from {place}\n"
    assert list(place.iterdir()) == []
    wrong = subprocess.run([*command, "purge"], env=environment, capture_output=True)
    assert wrong.returncode == 2
