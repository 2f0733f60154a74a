"""Runs another program and collects what it prints, without importing `subprocess`."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence


def run(arguments: Sequence[str], read: str = os.devnull) -> tuple[int, str]:
    """Exit status and output (both streams) of a program; a file is its input.

    Raises FileNotFoundError or PermissionError when it cannot be started. When the wait
    is interrupted, the program is ended first.

    >>> run(["/bin/sh", "-c", "echo here; exit 3"])
    (3, 'here\\n')
    """
    source, sink = os.pipe()
    try:
        process = os.posix_spawn(
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
        os.close(source)
        raise
    finally:
        os.close(sink)
    try:
        with open(source, "rb") as stream:
            output = stream.read()
    except BaseException:
        os.kill(process, signal.SIGKILL)
        raise
    finally:
        status = os.waitpid(process, 0)[1]
    return os.waitstatus_to_exitcode(status), output.decode(errors="replace")


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
