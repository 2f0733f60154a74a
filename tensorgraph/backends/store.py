"""The store of compiled code: files named by their content, shared by all processes.

An entry is written under a name of its own and renamed when it is whole, so no process
ever sees half of one, and needs no lock. It ends with a checksum, which is verified
before the entry is loaded: loading a damaged library would crash the process.
"""

from __future__ import annotations

import atexit
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from tensorgraph.backends.digest import digest
from tensorgraph.config import config
from tensorgraph.lazy import platformdirs
from tensorgraph.record import record

SUFFIX, NOTE, UNFINISHED = ".so", ".txt", ".tmp"
SEAL = b"tensorgraph"
STALE = 3600.0
"""Seconds after which an unfinished file belongs to a process that was killed."""

ONE_IN = 32
"""How many entries are written between two looks at the size of the store."""


@record
class Entry:
    """One entry: its key, its bytes on disk, when it was written (seconds since 1970),
    and whether its checksum holds."""

    key: str
    size: int
    written: float
    sound: bool


# -- the folder ------------------------------------------------------------------------

_usable: dict[str, str] = {}
"""The folder that is used for each folder that was asked for."""


def folder() -> str:
    """The folder of the store, made when it does not exist.

    When it cannot be written, a private temporary folder stands in until the process
    ends, and a warning says so once.
    """
    wanted = config.cache_dir or _user_folder()
    if wanted not in _usable:
        _usable[wanted] = wanted if _can_write(wanted) else _stand_in(wanted)
    return _usable[wanted]


def _user_folder() -> str:
    """Where programs keep what they can make again; platformdirs is slow to import."""
    if sys.platform != "linux":
        return str(platformdirs.user_cache_dir("tensorgraph", appauthor=False))
    home = os.environ.get("XDG_CACHE_HOME", "").strip() or os.path.expanduser(
        "~/.cache"
    )
    return os.path.join(home, "tensorgraph")


def _can_write(path: str) -> bool:
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        probe = _unfinished(path)
        with open(probe, "wb"):
            pass
        os.unlink(probe)
    except OSError:
        return False
    return True


def _stand_in(wanted: str) -> str:
    path = os.path.join(
        os.environ.get("TMPDIR", "/tmp"), f"tensorgraph-{os.urandom(8).hex()}"
    )
    os.makedirs(path, mode=0o700)
    atexit.register(_remove, path, os.getpid())
    config.warn_once(
        f"tensorgraph cannot write to {wanted}, so compiled code is kept only until"
        " this process ends. Set TENSORGRAPH_CACHE_DIR to a folder that can be written."
    )
    return path


def _remove(path: str, owner: int) -> None:
    if os.getpid() == owner:
        with suppress(OSError):
            for name in os.listdir(path):
                os.unlink(os.path.join(path, name))
            os.rmdir(path)


def _unfinished(path: str) -> str:
    return os.path.join(path, f"{os.getpid()}-{os.urandom(8).hex()}{UNFINISHED}")


# -- entries ---------------------------------------------------------------------------


def fetch(key: str) -> str | None:
    """The path of a sound entry, or None."""
    path = os.path.join(folder(), key + SUFFIX)
    return path if _is_sound(path) else None


def keep(key: str, make: Callable[[str], None]) -> str:
    """The path of a new entry; `make` writes the library to the path that it gets.

    When the disk is full, raises OSError; nothing is left behind.
    """
    place = folder()
    os.makedirs(place, mode=0o700, exist_ok=True)
    unfinished = _unfinished(place)
    path = os.path.join(place, key + SUFFIX)
    try:
        make(unfinished)
        _seal(unfinished)
        os.replace(unfinished, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(unfinished)
    if int(key[:8], 16) % ONE_IN == 0:
        shrink(config.cache_bytes)
    return path


def _seal(path: str) -> None:
    with open(path, "r+b") as file:
        content = file.read()
        file.write(digest(content) + SEAL)


def _is_sound(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return False
    body, seal = content[: -len(SEAL)], content[-len(SEAL) :]
    return seal == SEAL and digest(body[:-32]) == body[-32:]


# -- small texts that are slow to find out ---------------------------------------------


def recall(key: str) -> str | None:
    """A text that was remembered under a key, or None."""
    try:
        with open(os.path.join(folder(), key + NOTE), encoding="utf-8") as file:
            content = file.read()
    except (OSError, UnicodeDecodeError):
        return None
    text, _, seal = content.rpartition("\n")
    return text if seal == digest(text.encode()).hex() else None


def remember(key: str, text: str) -> None:
    """Keep a text under a key; a store that is full or gone is no error."""
    place = folder()
    unfinished = _unfinished(place)
    with suppress(OSError):
        with open(unfinished, "w", encoding="utf-8") as file:
            file.write(f"{text}\n{digest(text.encode()).hex()}")
        os.replace(unfinished, os.path.join(place, key + NOTE))


# -- looking after it ------------------------------------------------------------------


def inspect() -> list[Entry]:
    """What the store holds, oldest first."""
    found = []
    for path, size, written in _files(SUFFIX):
        key = os.path.basename(path).removesuffix(SUFFIX)
        found.append(Entry(key, size, written, _is_sound(path)))
    return found


def clear() -> int:
    """Empty the store; the number of files removed. Code that is loaded stays valid."""
    return sum(_unlink(path) for path, _, _ in _files(SUFFIX, NOTE, UNFINISHED))


def shrink(most: int) -> None:
    """Drop the oldest entries until the store has at most so many bytes."""
    now = time.time()
    for path, _, written in _files(UNFINISHED):
        if now - written > STALE:
            _unlink(path)
    entries = _files(SUFFIX)
    excess = sum(size for _, size, _ in entries) - most
    for path, size, _ in entries:
        if excess <= 0:
            break
        excess -= size
        _unlink(path)


def _files(*suffixes: str) -> list[tuple[str, int, float]]:
    """Path, size and time of the files of the store, oldest first."""
    found = []
    with os.scandir(folder()) as entries:
        for entry in entries:
            if entry.name.endswith(suffixes):
                with suppress(FileNotFoundError):
                    status = entry.stat()
                    found.append((entry.path, status.st_size, status.st_mtime))
    return sorted(found, key=lambda file: file[2])


def _unlink(path: str) -> bool:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return False
    return True
