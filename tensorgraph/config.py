"""The few switches of tensorgraph, each with an environment variable that sets it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

MEBIBYTE = 1 << 20


@dataclass
class Config:
    """The switches; assign to the fields of `config` to change them.

    >>> config.cache_bytes >= 0
    True
    """

    mode: str = "C"
    """Backend of a function compiled without `mode=`. TENSORGRAPH_MODE."""

    cache_dir: str | None = None
    """Folder of the store of compiled code; None is the user's cache folder.
    TENSORGRAPH_CACHE_DIR."""

    cache_bytes: int = 512 * MEBIBYTE
    """The store drops its oldest entries beyond this size. TENSORGRAPH_CACHE_BYTES."""

    cc: str | None = None
    """The C compiler, a name or a path; None is $CC, or else the first of cc, gcc and
    clang that is found. TENSORGRAPH_CC."""

    recall: bool = True
    """Whether functions that were compiled before start from the store, without being
    rewritten again. TENSORGRAPH_RECALL is 0 or 1."""

    warned: set[str] = field(default_factory=set, repr=False)
    """What `warn_once` has said already."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Config:
        """The switches as the variables TENSORGRAPH_* say.

        >>> Config.from_environment({"TENSORGRAPH_MODE": "PYTHON"}).mode
        'PYTHON'
        """
        given = {
            name: environment[f"TENSORGRAPH_{name.upper()}"]
            for name in ("mode", "cache_dir", "cache_bytes", "cc")
            if environment.get(f"TENSORGRAPH_{name.upper()}")
        }
        size = _number_of_bytes(given.pop("cache_bytes", None))
        recall = _switch("TENSORGRAPH_RECALL", environment.get("TENSORGRAPH_RECALL"))
        return cls(**given, cache_bytes=size, recall=recall)  # type: ignore[arg-type]

    def warn_once(self, message: str, category: type[Warning] = RuntimeWarning) -> None:
        """Warn, unless the same message was said before in this process."""
        if message not in self.warned:
            self.warned.add(message)
            warnings.warn(message, category, stacklevel=3)


def _number_of_bytes(text: str | None) -> int:
    if text is None:
        return Config.cache_bytes
    if not text.isdecimal():
        raise ValueError(
            f"The environment variable TENSORGRAPH_CACHE_BYTES is {text!r}."
            " Give a number of bytes, such as 536870912, or unset it."
        )
    return int(text)


def _switch(name: str, text: str | None) -> bool:
    if text not in (None, "", "0", "1"):
        raise ValueError(f"The environment variable {name} is {text!r}. Give 0 or 1.")
    return text != "0"


config = Config.from_environment(os.environ)
"""The switches of this process."""
