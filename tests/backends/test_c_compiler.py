"""The C compiler: how it is found, what it is asked, how its failures read."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from tensorgraph.backends import store
from tensorgraph.backends.c import compiler, link, process
from tensorgraph.backends.c.compiler import machine_flags
from tensorgraph.backends.c.link import CBackend
from tensorgraph.config import Config, config
from tensorgraph.errors import CompileError, NoCompilerError
from tensorgraph.loops.ir import Load, Program, ScalarFunction, Size, Store
from tests.backends.calling import run
from tests.loops.pieces import I, given, loop, numbers, op, program, result


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No compiler is named, and nothing is compiled or loaded yet."""
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(config, "cc", None)
    monkeypatch.setattr(config, "cache_dir", str(tmp_path / "store"))
    monkeypatch.setattr(link, "_loaded", {})


def applied(c: str) -> Program:
    """x -> f(x) for a function spelled in C."""
    function = ScalarFunction("f", c, "f({0})", np.positive)
    x, out = given("x", "float64", 0, 1), result("out", "float64", Size(0, 0))
    body = loop("i", Size(0, 0), Store(out, (I,), op(function, Load(x, (I,)))))
    return program("applied", (x,), (out,), body)


def script(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


# -- finding it ------------------------------------------------------------------------


def test_the_first_usual_compiler_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert os.path.basename(compiler.compiler().command[0]) in compiler.USUAL
    real = compiler.compiler().command[0]
    (tmp_path / "clang").symlink_to(real)
    (tmp_path / "gcc").symlink_to(real)
    (tmp_path / "cc").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert compiler._command(None) == (str(tmp_path / "gcc"),)


def test_no_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "gcc").write_text("not a program")
    with pytest.raises(NoCompilerError) as caught:
        CBackend().link(applied("{0}"))
    said = str(caught.value)
    assert "No C compiler was found: PATH has none of cc, gcc and clang." in said
    assert 'mode="NUMBA" works without a C compiler.' in said


@pytest.mark.parametrize("how", ["config", "CC"])
def test_the_named_compiler_does_not_exist(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "config":
        monkeypatch.setattr(config, "cc", "no-such-cc")
    else:
        monkeypatch.setenv("CC", "no-such-cc")
    with pytest.raises(NoCompilerError, match="'no-such-cc' was not found"):
        CBackend().link(applied("{0}"))


def test_a_named_compiler_with_arguments(tmp_path: Path) -> None:
    real = compiler.compiler().command[0]
    log = tmp_path / "log"
    config.cc = script(
        tmp_path, "wrapped cc", f'echo "$@" >> "{log}"; exec {real} "$@"'
    )
    config.cc = f"'{config.cc}' -DEXTRA=1"
    built, data = applied("({0} + EXTRA)"), numbers(5)
    got = run(CBackend().link(built), built, (data,))[0]
    np.testing.assert_array_equal(got, data + 1)
    questions = [line for line in log.read_text().splitlines() if "-###" in line]
    assert len(questions) == 1
    assert all(line.startswith("-DEXTRA=1") for line in log.read_text().splitlines())


def test_what_is_known_of_a_compiler_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = compiler._known.__wrapped__
    command = compiler.compiler().command
    known = ask(command)
    assert known.kind == "gcc" or known.kind == "clang"
    assert "version" in known.version
    monkeypatch.setattr(compiler, "_ask", None)
    assert ask(command) == known
    monkeypatch.setattr(compiler, "processor", lambda: "another one")
    with pytest.raises(TypeError):
        ask(command)


def test_a_program_that_is_no_compiler(tmp_path: Path) -> None:
    config.cc = script(tmp_path, "fake", "echo I am a teapot; exit 4")
    with pytest.raises(
        CompileError, match="failed with status 4 on generated code"
    ) as caught:
        CBackend().link(applied("{0}"))
    assert "    I am a teapot" in str(caught.value)


def test_the_machine_is_named_to_the_compiler() -> None:
    known = compiler.compiler()
    assert any(flag.startswith("-march=") for flag in known.machine)
    assert "-march=native" not in known.flags()
    assert "-ffast-math" not in known.flags()


def test_machine_flags_of_nothing() -> None:
    assert machine_flags("gcc version 12") == ""


# -- failures --------------------------------------------------------------------------


def test_what_the_compiler_says_is_shown() -> None:
    with pytest.raises(CompileError) as caught:
        CBackend().link(applied("{0}->nothing"))
    said = str(caught.value)
    assert "failed with status 1 on generated code" in said
    assert "error: invalid type argument of" in said
    assert {entry.kind for entry in store.inspect()} <= {"note"}
    assert not [name for name in os.listdir(store.folder()) if name.endswith(".tmp")]


def test_a_long_message_is_cut() -> None:
    body = "; ".join(f"@{k}" for k in range(50))
    with pytest.raises(CompileError) as caught:
        CBackend().link(applied(f"{{0}} {body}"))
    lines = str(caught.value).splitlines()
    assert len(lines) == compiler.MOST_LINES + 2
    assert "lines more" in lines[-1]


def test_a_compiler_that_is_killed(tmp_path: Path) -> None:
    real = compiler.compiler().command[0]
    body = f'case "$*" in *-###*) exec {real} "$@";; esac; kill -9 $$'
    config.cc = script(tmp_path, "killed", body)
    with pytest.raises(CompileError, match="was ended by signal 9"):
        CBackend().link(applied("{0}"))


def test_an_interrupt_ends_the_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "mark"
    slow = script(tmp_path, "slow", f"echo $$ > {mark}; exec sleep 60")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    with pytest.raises(KeyboardInterrupt):
        process.run_together([([slow], os.devnull), ([slow], os.devnull)])
    signal.signal(signal.SIGALRM, before)
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


# -- the switches ----------------------------------------------------------------------


def test_switches_come_from_the_environment() -> None:
    given_ = {
        "TENSORGRAPH_MODE": "NUMBA",
        "TENSORGRAPH_CACHE_DIR": "/somewhere",
        "TENSORGRAPH_CACHE_BYTES": "1000",
        "TENSORGRAPH_CC": "clang -m64",
        "TENSORGRAPH_OTHER": "ignored",
    }
    switches = Config.from_environment(given_)
    assert switches == Config("NUMBA", "/somewhere", 1000, "clang -m64")
    assert Config.from_environment({"TENSORGRAPH_MODE": ""}) == Config()


def test_a_wrong_number_of_bytes() -> None:
    with pytest.raises(ValueError, match="TENSORGRAPH_CACHE_BYTES is 'much'"):
        Config.from_environment({"TENSORGRAPH_CACHE_BYTES": "much"})


def test_a_warning_is_given_once() -> None:
    switches = Config()
    with pytest.warns(RuntimeWarning, match="^hello$") as caught:
        switches.warn_once("hello")
        switches.warn_once("hello")
    assert len(caught) == 1


def test_without_a_compiler_the_store_still_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = numbers(5)
    compiler._known.cache_clear()
    known, new = applied("({0} * 3 + 77)"), applied("({0} * 3 + 78)")
    expected = run(CBackend().link(known), known, (data,))[0]
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(link, "_loaded", {})
    again = CBackend().link(known)
    np.testing.assert_array_equal(run(again, known, (data,))[0], expected)
    with pytest.raises(NoCompilerError, match="PATH has none"):
        CBackend().link(new)
