"""Pauses of Python's garbage collector, while graphs are made that all stay alive."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_pauses = 0
_was_enabled = False


@contextmanager
def paused() -> Iterator[None]:
    """No collection of circles inside; then as it was before, in the last thread out.

    A collection walks through every object of the process. While thousands of nodes are
    made it would run again and again, and find nothing.

    >>> with paused():
    ...     gc.isenabled()
    False
    """
    global _pauses, _was_enabled
    with _lock:
        if _pauses == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if _pauses == 0 and _was_enabled:
                gc.enable()
