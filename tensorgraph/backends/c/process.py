"""Runs another program and collects what it prints, without importing `subprocess`."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Sequence

Result = tuple[int, str]
"""Exit status (negative: the signal that ended it) and output of a program."""


def run(arguments: Sequence[str], read: str = os.devnull) -> Result:
    """Run a program on a file as its input; both its output streams come back as one.

    Raises FileNotFoundError or PermissionError when it cannot be started. When the wait
    is interrupted, the program is ended first.

    >>> run(["/bin/sh", "-c", "echo here; exit 3"])
    (3, 'here\\n')
    """
    return run_together([(arguments, read)])[0]


def run_together(programs: Iterable[tuple[Sequence[str], str]]) -> list[Result]:
    """Run several programs side by side, each given as its arguments and its input.

    >>> run_together([(["/bin/echo", "a"], "/dev/null"), (["/bin/cat"], "/dev/null")])
    [(0, 'a\\n'), (0, '')]
    """
    running: list[_Running] = []
    try:
        for arguments, read in programs:
            running.append(_Running(arguments, read))
        return [program.wait() for program in running]
    except BaseException:
        for program in running:
            program.end()
        raise


class _Running:
    """A program that was started; what it prints waits in a pipe."""

    def __init__(self, arguments: Sequence[str], read: str) -> None:
        self.output, sink = os.pipe()
        try:
            self.process: int | None = os.posix_spawn(
                arguments[0],
                list(arguments),
                {**os.environ, "LC_ALL": "C"},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, read, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, sink, 1),
                    (os.POSIX_SPAWN_DUP2, sink, 2),
                ],
            )
        except BaseException:
            os.close(self.output)
            raise
        finally:
            os.close(sink)

    def wait(self) -> Result:
        with open(self.output, "rb", closefd=False) as stream:
            output = stream.read()
        return os.waitstatus_to_exitcode(self._reap()), output.decode(errors="replace")

    def end(self) -> None:
        """Kill the program, unless it has been waited for."""
        if self.process is not None:
            os.kill(self.process, signal.SIGKILL)
            self._reap()

    def _reap(self) -> int:
        assert self.process is not None
        status = os.waitpid(self.process, 0)[1]
        self.process = None
        os.close(self.output)
        return status


def find(name: str) -> str | None:
    """Path of a program that the user can run, or None.

    >>> find("sh") is not None, find("no-such-program")
    (True, None)
    """
    folders = (
        [""] if os.sep in name else os.environ.get("PATH", os.defpath).split(os.pathsep)
    )
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None
