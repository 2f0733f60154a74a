"""What the tests of wrong inputs share: the error says what, where and what to do."""

from collections.abc import Callable
from typing import Any

import pytest

from tensorgraph.errors import TensorGraphError


def says(
    error: type[TensorGraphError], call: Callable[[], Any], *words: str
) -> TensorGraphError:
    """The error that a call raises; its message must hold every one of the words."""
    with pytest.raises(error) as found:
        call()
    message = str(found.value)
    for word in words:
        assert word in message, f"{word!r} is not in:\n{message}"
    return found.value


def names_the_line(error: TensorGraphError, file: str) -> bool:
    """Whether the error says which line of a test built what is wrong."""
    return any(
        file.endswith(place.line[0].rsplit("/", 1)[-1]) for place in error.places
    )
