"""Names in C: safe, and each used for one thing only."""

from __future__ import annotations

import re

KEYWORDS = frozenset(
    """auto break case char const continue default do double else enum extern float
    for goto if inline int long register restrict return short signed sizeof static
    struct switch typedef union unsigned void volatile while asm typeof bool true false
    nullptr""".split()
)
LIBRARY = frozenset(
    """abs acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc
    exp exp2 expm1 fabs fdim floor fma fmax fmin fmod frexp gamma hypot index j0 j1 jn
    ldexp lgamma llabs log log10 log1p log2 logb lrint lround main memcpy memset modf
    nan nearbyint nextafter pow remainder rint round signbit sin sinh sqrt tan tanh
    tgamma trunc y0 y1 yn""".split()
)
"""Functions that a spelling may call; a variable of that name would hide them."""

TYPES = frozenset(
    """int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t _Bool _Complex
    INT32_MIN INT64_MIN linux unix""".split()
)
"""What headers and compilers define."""

PRINTED = frozenset(
    """inputs outputs sizes runtime output_extents workspace_bytes code lane block end
    base at bad hidden nest""".split()
)
"""Names that the printer itself writes."""

OURS = re.compile(r"tg_|TG_|nest_\d")
"""How names of our functions begin."""


class Names:
    """Gives out identifiers, never the same one twice.

    >>> names = Names()
    >>> [names.unique(wanted) for wanted in ("x", "x", "double", "mu'", "2n", "tg_exp")]
    ['x', 'x_2', 'double_', 'mu_', '_2n', 'tg_exp_']
    """

    def __init__(self) -> None:
        self._taken: set[str] = set(KEYWORDS | LIBRARY | TYPES | PRINTED)

    def unique(self, wanted: str) -> str:
        """The wanted name, changed where C or an earlier name requires it."""
        name = safe(wanted)
        candidate, number = name, 1
        while candidate in self._taken:
            number += 1
            candidate = f"{name}_{number}"
        self._taken.add(candidate)
        return candidate


def safe(wanted: str) -> str:
    """The name as a C identifier that hides nothing."""
    name = re.sub(r"[^0-9A-Za-z_]", "_", wanted) or "_"
    if name[0].isdigit():
        name = "_" + name
    hides = any(name in words for words in (KEYWORDS, LIBRARY, TYPES, PRINTED))
    return name + "_" if hides or OURS.match(name) else name
