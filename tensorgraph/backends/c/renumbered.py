"""C text in which names and numbers start anew, whatever stands around it."""

from __future__ import annotations

import re

from tensorgraph.record import record

TYPES = r"(?:double|float|_Bool|int|u?int(?:8|16|32|64)_t|tg_total_\w+)(?: _Complex)?"
DECLARED = re.compile(
    rf"\b{TYPES} \**(?:restrict )?((?!_Complex\b)[A-Za-z_]\w*)\b(?!\()"
)
RETURNED = re.compile(r"\breturn (\d+);")
TOKEN = re.compile(r"(#[ \w]+|(?<!\.)(?<!->)\b[A-Za-z_]\w*)")
"""A word that may be a variable: no member of a struct; directives are one word."""


@record
class Renumbered:
    """A text, and the numbers of the checks that stand in it as 1, 2 and so on."""

    text: str
    checks: tuple[int, ...]


def renumbered(text: str) -> Renumbered:
    """Functions with the variables that they declare as x1, x2 and so on.

    What differs only in the names of variables and the numbers of checks becomes one.

    >>> found = renumbered("int32_t f(double v7) { if (v7 > tg_e) return 12; }")
    >>> found.text, found.checks
    ('int32_t f(double x1) { if (x1 > tg_e) return 1; }', (12,))
    """
    declared = dict.fromkeys(DECLARED.findall(text))
    names = {name: f"x{number}" for number, name in enumerate(declared, start=1)}
    checks = dict.fromkeys(RETURNED.findall(text))
    if checks:
        new = {number: f"return {k};" for k, number in enumerate(checks, start=1)}
        text = RETURNED.sub(lambda found: new[found[1]], text)
    words = [names.get(word, word) for word in TOKEN.split(text)]
    return Renumbered("".join(words), tuple(map(int, checks)))
