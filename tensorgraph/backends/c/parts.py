"""A printed program: one text, or several that compile side by side."""

from __future__ import annotations

from tensorgraph.backends.c.prelude import Prelude
from tensorgraph.record import compared_by, record

LINES_OF_A_PART = 300
MOST_PARTS = 4
FEW_NESTS = 4

LARGE = 1500
"""Lines from which on a program is compiled in pieces that the store keeps."""

HIDDEN = '#define hidden __attribute__((visibility("hidden")))'
"""Functions that another part calls; the word is as long as `static`."""


@record
class LoopFunction:
    """The function of a loop nest; its linkage, `static` or `hidden`, is left open."""

    comments: str
    signature: str
    body: str

    def text(self, linkage: str) -> str:
        """The whole function."""
        return f"{self.comments}{linkage} {self.signature}\n{self.body}"

    @property
    def lines(self) -> int:
        """How long its body is."""
        return self.body.count("\n") + 1


@compared_by("prelude", "nests", "ending")
class Printed:
    """The text of a program: its first lines, its loop nests, its plan and kernel.

    `declarations` are what the first lines were printed from.
    """

    prelude: str
    nests: tuple[LoopFunction, ...]
    ending: str
    vector_math: bool
    declarations: Prelude

    @property
    def small(self) -> bool:
        """Whether calls of its functions count, more than the time to inline them."""
        return len(self.nests) <= FEW_NESTS

    @property
    def large(self) -> bool:
        """Whether it is worth while to compile only what is new of it."""
        lines = sum(nest.lines for nest in self.nests) + self.ending.count("\n")
        return lines >= LARGE

    @property
    def source(self) -> str:
        """The whole program as one translation unit."""
        nests = [nest.text("static") for nest in self.nests]
        return "\n\n".join([self.prelude, *nests, self.ending]) + "\n"

    def parts(self) -> list[str]:
        """Translation units that together are the program; a small one is one."""
        lengths = [nest.lines for nest in self.nests]
        count = min(MOST_PARTS, 1 + sum(lengths) // LINES_OF_A_PART, len(lengths))
        if count < 2:
            return [self.source]
        texts = [
            [self.prelude, HIDDEN, *(self.nests[k].text("hidden") for k in share)]
            for share in _shares(lengths, count)
        ]
        prototypes = "\n".join(f"hidden {nest.signature};" for nest in self.nests)
        texts[-1] += [prototypes, self.ending]
        return ["\n\n".join(text) + "\n" for text in texts]


def _shares(lengths: list[int], count: int) -> list[list[int]]:
    """Numbers of pieces for each of `count` shares of about equal length.

    >>> _shares([5, 9, 4], 2)
    [[1], [0, 2]]
    """
    shares: list[list[int]] = [[] for _ in range(count)]
    weights = [0] * count
    for number in sorted(range(len(lengths)), key=lambda k: -lengths[k]):
        lightest = weights.index(min(weights))
        shares[lightest].append(number)
        weights[lightest] += lengths[number]
    return shares
