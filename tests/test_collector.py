"""Pauses of the garbage collector end as they began."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

import tensorgraph as tg
from tensorgraph.collector import paused


def test_pauses_nest_and_end_after_errors():
    with pytest.raises(KeyError), paused():
        with paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_who_switched_it_off_finds_it_off():
    gc.disable()
    try:
        with paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_last_of_several_threads_ends_the_pause():
    meeting = Barrier(2)

    def wait() -> bool:
        with paused():
            meeting.wait()
            seen = gc.isenabled()
            meeting.wait()
        return seen

    with ThreadPoolExecutor(2) as pool:
        assert not any([f.result() for f in (pool.submit(wait), pool.submit(wait))])
    assert gc.isenabled()


def test_compiling_leaves_the_collector_as_it_was():
    x = tg.dscalar("x")
    tg.function([x], x + 1, mode="PYTHON")
    assert gc.isenabled()
    with pytest.raises(tg.GraphError):
        tg.function([], x + 1)
    assert gc.isenabled()
