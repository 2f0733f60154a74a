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

from tensorgraph.backends.digest import SIZE, digest
from tensorgraph.config import config
from tensorgraph.lazy import platformdirs
from tensorgraph.record import record

CODE, OBJECT, NOTE, PLAN, UNFINISHED = ".so", ".o", ".txt", ".plan", ".tmp"
KINDS = {CODE: "code", OBJECT: "object", NOTE: "note", PLAN: "plan"}
"""What the store holds, by the ending of the file: whole programs, pieces of programs,
what is known of compilers, graphs that were rewritten."""

SEAL = b"tensorgraph"
STALE = 3600.0
"""Seconds after which an unfinished file belongs to a process that was killed."""

ONE_IN = 32
"""How many entries are written between two looks at the size of the store."""


@record
class Entry:
    """One entry: its key, its bytes on disk, when it was written (seconds since 1970),
    whether its checksum holds, and what it is (see `KINDS`)."""

    key: str
    size: int
    written: float
    sound: bool
    kind: str


# -- the folder ------------------------------------------------------------------------

_usable: dict[str, str] = {}
"""The folder that is used for each folder that was asked for."""


def wanted_folder() -> str:
    """The folder that was asked for, or that of the user; it may not exist."""
    return config.cache_dir or _user_folder()


def folder() -> str:
    """The folder of the store, made when it does not exist.

    When it cannot be written, a private temporary folder stands in until the process
    ends, and a warning says so once.
    """
    wanted = wanted_folder()
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


def fetch(key: str, suffix: str = CODE) -> str | None:
    """The path of a sound entry, or None."""
    path = os.path.join(folder(), key + suffix)
    return path if _is_sound(path) else None


def keep(key: str, make: Callable[[str], None], suffix: str = CODE) -> str:
    """The path of a new entry; `make` writes its content to the path that it gets.

    When the disk is full, raises OSError; nothing is left behind.
    """
    place = folder()
    os.makedirs(place, mode=0o700, exist_ok=True)
    unfinished = _unfinished(place)
    path = os.path.join(place, key + suffix)
    try:
        make(unfinished)
        _seal(unfinished)
        os.replace(unfinished, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(unfinished)
    _now_and_then(key)
    return path


def read(key: str, suffix: str) -> bytes | None:
    """The content of a sound entry, or None."""
    try:
        with open(os.path.join(folder(), key + suffix), "rb") as file:
            return _content(file.read())
    except OSError:
        return None


def write(key: str, content: bytes, suffix: str) -> None:
    """Keep an entry with this content. Raises OSError when the disk is full."""

    def make(path: str) -> None:
        with open(path, "wb") as file:
            file.write(content)

    keep(key, make, suffix)


def _now_and_then(key: str) -> None:
    """Look at the size of the store, for one key of many."""
    if digest(key.encode())[0] % ONE_IN == 0:
        with suppress(OSError):
            shrink(config.cache_bytes)


def _seal(path: str) -> None:
    with open(path, "r+b") as file:
        content = file.read()
        file.write(digest(content) + SEAL)


def _is_sound(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return _content(file.read()) is not None
    except OSError:
        return False


def _content(sealed: bytes) -> bytes | None:
    """What was sealed, or None if it was damaged."""
    body, seal = sealed[: -len(SEAL)], sealed[-len(SEAL) :]
    content, checksum = body[:-SIZE], body[-SIZE:]
    return content if seal == SEAL and digest(content) == checksum else None


# -- small texts that are slow to find out ---------------------------------------------


def recall(key: str, suffix: str = NOTE) -> str | None:
    """A text that was remembered under a key, or None."""
    return _text(os.path.join(folder(), key + suffix))


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            content = file.read()
    except (OSError, UnicodeDecodeError):
        return None
    text, _, seal = content.rpartition("\n")
    return text if seal == digest(text.encode()).hex() else None


def remember(key: str, text: str, suffix: str = NOTE) -> None:
    """Keep a text under a key; a store that is full or gone is no error."""
    place = folder()
    unfinished = _unfinished(place)
    try:
        with open(unfinished, "w", encoding="utf-8", newline="") as file:
            file.write(f"{text}\n{digest(text.encode()).hex()}")
        os.replace(unfinished, os.path.join(place, key + suffix))
    except OSError:
        with suppress(OSError):
            os.unlink(unfinished)
    _now_and_then(key)


# -- looking after it ------------------------------------------------------------------


def inspect(place: str | None = None) -> list[Entry]:
    """What the store holds, or another folder like it, oldest first.

    Raises OSError for a folder that cannot be read.
    """
    found = []
    for path, size, written in _files(place, *KINDS):
        key, suffix = os.path.splitext(os.path.basename(path))
        sound = _is_sound(path) or _text(path) is not None
        found.append(Entry(key, size, written, sound, KINDS[suffix]))
    return found


def unfinished(place: str | None = None) -> int:
    """The bytes of files that processes are writing, or left when they were killed."""
    return sum(size for _, size, _ in _files(place, UNFINISHED))


def clear(place: str | None = None) -> int:
    """Empty the store; the number of files removed. Code that is loaded stays valid.

    What another process is writing stays. Raises OSError for what cannot be removed.
    """
    return _sweep(place) + sum(_unlink(path) for path, _, _ in _files(place, *KINDS))


def shrink(most: int, place: str | None = None) -> int:
    """Drop the oldest entries until the store has at most so many bytes; how many."""
    removed = _sweep(place)
    entries = _files(place, *KINDS)
    excess = sum(size for _, size, _ in entries) - most
    for path, size, _ in entries:
        if excess <= 0:
            break
        excess -= size
        removed += _unlink(path)
    return removed


def _sweep(place: str | None) -> int:
    """Remove unfinished files that nobody will finish."""
    old = time.time() - STALE
    left = [path for path, _, written in _files(place, UNFINISHED) if written < old]
    return sum(_unlink(path) for path in left)


def _files(place: str | None, *suffixes: str) -> list[tuple[str, int, float]]:
    """Path, size and time of the files of the store, oldest first."""
    found = []
    with os.scandir(place or folder()) as entries:
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
