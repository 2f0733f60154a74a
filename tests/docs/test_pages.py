"""The pages of the documentation show what their code prints today."""

from pathlib import Path

import pytest
from refresh import comparable, pages, refreshed


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_page_shows_what_its_code_prints(page: Path) -> None:
    shown = page.read_text(encoding="utf-8")
    assert comparable(refreshed(page)) == comparable(shown), (
        f"Run python docs/refresh.py {page} and look at what changed."
    )
