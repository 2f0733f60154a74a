"""The examples: draws against reference posteriors, log-densities against SciPy."""

import importlib
import os
import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest
from report import FOLDER, compare, load
from scipy import stats

import tensorgraph as tg

NAMES = ("eight_schools", "radon", "wells", "kidiq")
MODES = ("PYTHON", "C", "NUMBA")


@cache
def density(name: str, mode: str) -> Any:
    """The density of an example, compiled in a mode."""
    module = importlib.import_module(name)
    return tg.density(module.observed(load(name)["data"]), mode=mode)


def points(name: str, count: int = 5) -> np.ndarray:
    """Unconstrained points of moderate size, the first one zero."""
    rng = np.random.default_rng(3)
    found = rng.normal(size=(count, density(name, "PYTHON").dimension))
    return np.vstack([np.zeros_like(found[:1]), found])


# -- the same log-densities, by SciPy --------------------------------------------------


def eight_schools(v: dict[str, Any], data: dict[str, Any]) -> float:
    prior = stats.norm(0, 5).logpdf(v["mu"]) + stats.halfcauchy(0, 5).logpdf(v["tau"])
    theta = v["mu"] + v["tau"] * v["z"]
    likelihood = stats.norm(theta, data["sigma"]).logpdf(data["y"]).sum()
    return prior + stats.norm.logpdf(v["z"]).sum() + likelihood


def radon(v: dict[str, Any], data: dict[str, Any]) -> float:
    county = data["county_idx"] - 1
    alpha = v["mu_alpha"] + v["sigma_alpha"] * v["a"]
    beta = v["mu_beta"] + v["sigma_beta"] * v["b"]
    mean = alpha[county] + beta[county] * data["floor_measure"]
    scales = stats.halfnorm.logpdf([v["sigma_y"], v["sigma_alpha"], v["sigma_beta"]])
    means = stats.norm(0, 10).logpdf([v["mu_alpha"], v["mu_beta"]])
    groups = stats.norm.logpdf(np.concatenate([v["a"], v["b"]]))
    likelihood = stats.norm(mean, v["sigma_y"]).logpdf(data["log_radon"])
    return scales.sum() + means.sum() + groups.sum() + likelihood.sum()


def wells(v: dict[str, Any], data: dict[str, Any]) -> float:
    d = (data["dist"] - data["dist"].mean()) / 100
    r = data["arsenic"] - data["arsenic"].mean()
    logit = v["alpha"] + np.column_stack([d, r, d * r]) @ v["beta"]
    return stats.bernoulli(1 / (1 + np.exp(-logit))).logpmf(data["switched"]).sum()


def kidiq(v: dict[str, Any], data: dict[str, Any]) -> float:
    hs, iq = data["mom_hs"], data["mom_iq"]
    mean = np.column_stack([np.ones_like(hs), hs, iq, hs * iq]) @ v["beta"]
    likelihood = stats.norm(mean, v["sigma"]).logpdf(data["kid_score"]).sum()
    return stats.halfcauchy(0, 2.5).logpdf(v["sigma"]) + likelihood


REFERENCES = {
    "eight_schools": (eight_schools, ("tau",)),
    "radon": (radon, ("sigma_y", "sigma_alpha", "sigma_beta")),
    "wells": (wells, ()),
    "kidiq": (kidiq, ("sigma",)),
}
"""The log-density of each example, and which variables are logarithms in the vector."""


# -- tests -----------------------------------------------------------------------------


LONG = [pytest.param(name, marks=pytest.mark.slow) for name in NAMES[1:]]


@pytest.mark.parametrize("name", [NAMES[0], *LONG])
def test_the_draws_agree_with_the_reference(name: str) -> None:
    file = load(name)
    posterior = importlib.import_module(name).draws(file["data"], progress=False)
    rows = compare(posterior, file["reference"])
    assert len(rows) == len(file["reference"])
    wrong = [
        (row.name, row.mean_score, row.sd_score, row.rhat)
        for row in rows
        if not (row.mean_score < 4 and row.sd_score < 4 and row.rhat < 1.01)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_the_log_density_is_that_of_scipy(name: str) -> None:
    reference, logarithms = REFERENCES[name]
    compiled, data = density(name, "C"), load(name)["data"]
    for q in points(name):
        values = compiled.expand(q)
        jacobian = sum(np.log(values[v]) for v in logarithms)
        expected = reference(values, data) + jacobian
        assert compiled(q)[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_value_and_gradient_agree_in_all_modes(name: str) -> None:
    for q in points(name):
        (value, gradient), *others = (density(name, mode)(q) for mode in MODES)
        size = np.abs(gradient).max()
        for other, slope in others:
            assert other == pytest.approx(value, rel=1e-12)
            np.testing.assert_allclose(slope, gradient, rtol=1e-12, atol=1e-12 * size)


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_is_that_of_differences(name: str) -> None:
    compiled = density(name, "C")
    for q in points(name, count=2):
        gradient = compiled(q)[1]
        step = 1e-5 * np.maximum(1, np.abs(q))
        shifts = np.diag(step)
        differences = [
            (compiled(q + h)[0] - compiled(q - h)[0]) / (2 * h.max()) for h in shifts
        ]
        tolerance = 1e-6 * np.abs(gradient).max()
        np.testing.assert_allclose(gradient, differences, rtol=1e-6, atol=tolerance)


@pytest.mark.slow
def test_the_demo_ends_well_and_saves_its_pictures() -> None:
    program = FOLDER / "eight_schools.py"
    environment = {**os.environ, "PYTHONPATH": str(FOLDER.parent)}
    done = subprocess.run(
        [sys.executable, str(program)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for picture in ("graph", "trace", "forest"):
        files = list((FOLDER / "output").glob(f"eight_schools_{picture}.*"))
        assert files and files[0].stat().st_size > 5000
