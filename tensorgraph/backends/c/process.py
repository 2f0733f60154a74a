"""Runs another program and collects what it prints, without importing `subprocess`."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterable, Sequence
from itertools import islice

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

    No more run at a time than there are processors. When the wait is interrupted, those
    that run are ended.

    >>> run_together([(["/bin/echo", "a"], "/dev/null"), (["/bin/cat"], "/dev/null")])
    [(0, 'a\\n'), (0, '')]
    """
    waiting = iter(enumerate(programs))
    running: dict[int, _Running] = {}
    results: dict[int, Result] = {}
    most = processors()
    try:
        while True:
            for number, (arguments, read) in islice(waiting, most - len(running)):
                started = _Running(number, arguments, read)
                running[started.output] = started
            if not running:
                return [results[number] for number in sorted(results)]
            for output in _readable(running):
                if running[output].has_ended():
                    ended = running.pop(output)
                    results[ended.number] = ended.result()
    except BaseException:
        for program in running.values():
            program.end()
        raise


def processors() -> int:
    """How many programs this process may run at a time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _readable(outputs: Iterable[int]) -> list[int]:
    """The pipes in which there is something, or whose program has ended."""
    poll = select.poll()
    for output in outputs:
        poll.register(output, select.POLLIN)
    return [output for output, _ in poll.poll()]


class _Running:
    """A program that was started; what it prints waits in a pipe."""

    def __init__(self, number: int, arguments: Sequence[str], read: str) -> None:
        self.number = number
        self.said: list[bytes] = []
        self.output, sink = os.pipe()
        try:
            self.process = os.posix_spawn(
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

    def has_ended(self) -> bool:
        """Read what is in the pipe; whether it was closed at the other end."""
        said = os.read(self.output, 65536)
        self.said.append(said)
        return not said

    def result(self) -> Result:
        """Status and output of a program that has ended."""
        status = os.waitstatus_to_exitcode(self._reap())
        return status, b"".join(self.said).decode(errors="replace")

    def end(self) -> None:
        """Kill the program."""
        os.kill(self.process, signal.SIGKILL)
        self._reap()

    def _reap(self) -> int:
        os.close(self.output)
        return os.waitpid(self.process, 0)[1]


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
