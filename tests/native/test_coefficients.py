"""The coefficients in the C files are the fits that they are said to be."""

from __future__ import annotations

import re

import pytest

from tests.native.coefficients import FITS
from tests.native.vector_math import FOLDER

MARKS = {name: [pytest.mark.slow] for name, fit in FITS.items() if fit.points}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=MARKS.get(name, ())) for name in FITS]
)
def test_coefficients(name: str) -> None:
    fit = FITS[name]
    expected, error = fit.coefficients()
    text = (FOLDER / fit.file).read_text()
    written = {
        float(number) for number in re.findall(r"-?\d\.\d+(?:e-?\d+)?|-?\d+\.\d+", text)
    }
    assert not set(expected) - written
    assert error < fit.error
