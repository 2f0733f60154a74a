"""What all functions of one translation unit share: names, and what it begins with."""

from __future__ import annotations

from tensorgraph.backends.c.names import Names
from tensorgraph.backends.c.prelude import Prelude
from tensorgraph.loops.ir import Buffer, Program, Size
from tensorgraph.loops.show import SIZE_LETTERS

Axis = tuple[int, int]
"""The number of an input, and one of its axes."""


class Unit:
    """The names of a program in C; each is given out when it is first asked for.

    `positions` and `stride_positions` tell where extents and strides stand in `sizes`,
    `origins` where the pointers of inputs and outputs come from. Several programs in
    one translation unit share a prelude; the functions of each have a prefix.
    """

    def __init__(
        self, program: Program, prelude: Prelude | None = None, prefix: str = ""
    ) -> None:
        self.program = program
        self.prefix = prefix
        self.names = Names()
        self.prelude = Prelude() if prelude is None else prelude
        self._scalars: dict[str, str] = {}
        self._buffers: dict[Buffer, str] = {}
        self._sizes: dict[Axis, str] = {}
        self._strides: dict[Axis, str] = {}
        self._fixed: dict[str, str] = {}
        self.positions, self.stride_positions = _positions(program.inputs)
        self.origins = {b: f"inputs[{n}]" for n, b in enumerate(program.inputs)}
        self.origins |= {b: f"outputs[{n}]" for n, b in enumerate(program.outputs)}
        for buffer in self.origins:
            self.buffer(buffer)
        for extent in (extent for buffer in self.origins for extent in buffer.extents):
            if isinstance(extent, Size):
                self.size(extent.input, extent.axis)

    def scalar(self, name: str) -> str:
        """The C name of a Let, a Carry, an Accumulator or an index."""
        if name not in self._scalars:
            self._scalars[name] = self.names.unique(name)
        return self._scalars[name]

    def buffer(self, buffer: Buffer) -> str:
        """The C name of the pointer to a buffer's memory."""
        if buffer not in self._buffers:
            self._buffers[buffer] = self.names.unique(buffer.name)
        return self._buffers[buffer]

    def size(self, input: int, axis: int) -> str:
        """The C name of an extent: a letter, as in the text of the loops."""
        if (input, axis) not in self._sizes:
            letter = SIZE_LETTERS[len(self._sizes) % len(SIZE_LETTERS)]
            self._sizes[input, axis] = self.names.unique(letter)
        return self._sizes[input, axis]

    def fixed(self, text: str, wanted: str) -> str:
        """The C name of arithmetic on sizes, the same in every function."""
        if text not in self._fixed:
            self._fixed[text] = self.names.unique(wanted)
        return self._fixed[text]

    def stride(self, buffer: Buffer, axis: int) -> tuple[str, int]:
        """The C name of a stride of a strided input, and its place in `sizes`."""
        key = self.program.inputs.index(buffer), axis
        if key not in self._strides:
            wanted = f"{self.buffer(buffer)}_stride{axis}"
            self._strides[key] = self.names.unique(wanted)
        return self._strides[key], self.stride_positions[key]


def _positions(inputs: tuple[Buffer, ...]) -> tuple[dict[Axis, int], dict[Axis, int]]:
    """Where extents and strides stand in `sizes`."""
    axes = [(n, axis) for n, b in enumerate(inputs) for axis in range(len(b.extents))]
    strided = [(n, axis) for n, axis in axes if inputs[n].strided]
    extents = {key: position for position, key in enumerate(axes)}
    return extents, {key: len(axes) + k for k, key in enumerate(strided)}
