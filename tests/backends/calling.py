"""Calls linked programs through the ABI, with nothing but ctypes and NumPy."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tensorgraph.backends.contract import Linked
from tensorgraph.loops.interpret import CheckFailed
from tensorgraph.loops.ir import Program

POINTERS = ctypes.POINTER(ctypes.c_void_p)
GUARD = 64
"""Bytes around outputs and workspace that must stay as they are."""


class Runtime(ctypes.Structure):
    """The struct tg_runtime of native/abi.h."""

    _fields_ = [
        ("version", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
        ("stop", ctypes.c_void_p),
        ("workspace", ctypes.c_void_p),
        ("workspace_bytes", ctypes.c_int64),
        ("routines", ctypes.c_void_p),
        ("values", ctypes.c_double * 8),
    ]


class Returned(Exception):
    """The kernel returned a negative code."""


def run(
    linked: Linked,
    program: Program,
    inputs: Sequence[Any],
    routines: Mapping[str, int] | None = None,
    stop: ctypes.c_int32 | None = None,
) -> list[np.ndarray]:
    """The outputs of a linked program, as `interpret` gives them."""
    arrays = [
        np.asarray(x) if b.strided else np.ascontiguousarray(x).reshape(np.shape(x))
        for x, b in zip(inputs, program.inputs, strict=True)
    ]
    extents = [n for a in arrays for n in a.shape]
    strides = [
        n
        for a, b in zip(arrays, program.inputs, strict=True)
        if b.strided
        for n in a.strides
    ]
    sizes = np.array([*extents, *strides, 0], "int64")
    pointers = _pointers([a.ctypes.data for a in arrays])
    shapes, workspace_bytes = _plan(linked, program, pointers, sizes)
    spaces = [
        _Guarded(int(np.prod(shape)) * np.dtype(b.dtype).itemsize)
        for shape, b in zip(shapes, program.outputs, strict=True)
    ]
    workspace = _Guarded(workspace_bytes)
    addresses = _pointers([(routines or {})[r.name] for r in program.routines])
    runtime = Runtime(
        1, 0, None, workspace.address, workspace_bytes, addresses.ctypes.data
    )
    if stop is not None:
        runtime.stop = ctypes.addressof(stop)
    kernel = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_void_p] * 4)(linked.kernel)
    targets = _pointers([space.address for space in spaces])
    code = kernel(
        pointers.ctypes.data,
        targets.ctypes.data,
        sizes.ctypes.data,
        ctypes.addressof(runtime),
    )
    _raise(code, tuple(runtime.values))
    assert all(space.intact for space in (*spaces, workspace))
    return [
        space.content.view(b.dtype).reshape(shape)
        for space, shape, b in zip(spaces, shapes, program.outputs, strict=True)
    ]


def _plan(
    linked: Linked, program: Program, pointers: np.ndarray, sizes: np.ndarray
) -> tuple[list[tuple[int, ...]], int]:
    ranks = [len(b.extents) for b in program.outputs]
    extents, size = np.zeros(sum(ranks) + 1, "int64"), np.zeros(1, "int64")
    plan = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_void_p] * 4)(linked.plan)
    code = plan(
        pointers.ctypes.data, sizes.ctypes.data, extents.ctypes.data, size.ctypes.data
    )
    _raise(code, ())
    known = iter(extents.tolist())
    shapes = [tuple(itertools.islice(known, rank)) for rank in ranks]
    return shapes, int(size[0])


def _raise(code: int, values: tuple[float, ...]) -> None:
    if code < 0:
        raise Returned(code)
    if code:
        raise CheckFailed(code, values)


def _pointers(addresses: Sequence[int]) -> np.ndarray:
    return np.array([*addresses, 0], "uint64")


class _Guarded:
    """Poisoned memory, 64-byte aligned, with guards on both sides."""

    def __init__(self, size: int) -> None:
        space = np.full(size + 2 * GUARD + 64, 0xFF, "uint8")
        start = -(space.ctypes.data + GUARD) % 64
        self.whole = space[start : start + size + 2 * GUARD]
        self.content = self.whole[GUARD : GUARD + size]
        self.address = self.whole.ctypes.data + GUARD

    @property
    def intact(self) -> bool:
        ends = self.whole[:GUARD], self.whole[len(self.whole) - GUARD :]
        return bool((np.concatenate(ends) == 0xFF).all())
