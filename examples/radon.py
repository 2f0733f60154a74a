"""Radon in 919 houses of Minnesota: an intercept and a slope for each of 85 counties.

    alpha[j] = mu_alpha + sigma_alpha a[j]     a[j] ~ Normal(0, 1)
    beta[j] = mu_beta + sigma_beta b[j]        b[j] ~ Normal(0, 1)
    y[n] ~ Normal(alpha[county[n]] + beta[county[n]] floor[n], sigma_y)

The means are Normal(0, 10), the scales HalfNormal(1).
"""

from __future__ import annotations

import sys
from typing import Any

import pictures
from report import Report, compare

import tensorgraph as tg

SEED = 1


def observed(data: dict[str, Any]) -> dict[Any, Any]:
    """The observed variable of the model, with its data."""
    counties, county = data["J"], data["county_idx"] - 1
    sigma_y, sigma_alpha, sigma_beta = (
        tg.random.halfnormal(0, 1, name=f"sigma_{of}") for of in ("y", "alpha", "beta")
    )
    mu_alpha = tg.random.normal(0, 10, name="mu_alpha")
    mu_beta = tg.random.normal(0, 10, name="mu_beta")
    a = tg.random.normal(0, 1, size=counties, name="a")
    b = tg.random.normal(0, 1, size=counties, name="b")
    alpha, beta = mu_alpha + sigma_alpha * a, mu_beta + sigma_beta * b
    alpha.name, beta.name = "alpha", "beta"
    mean = alpha[county] + beta[county] * data["floor_measure"].astype(float)
    return {tg.random.normal(mean, sigma_y, name="y"): data["log_radon"]}


def draws(data: dict[str, Any], seed: int = SEED, **options: Any) -> Any:
    """Draws from the posterior."""
    dims = {name: ["county"] for name in ("a", "b", "alpha", "beta")}
    return tg.sample(observed(data), dims=dims, draws=4000, seed=seed, **options)


def main() -> int:
    report = Report("radon")
    with report.stage("compile"):
        tg.density(observed(report.data))
    with report.stage("sampling"):
        posterior = draws(report.data)
    with report.stage("summary"):
        rows = compare(posterior, report.reference)
    with report.stage("pictures"):
        scalars = [row for row in rows if "[" not in row.name]
        pictures.trace(scalars, report.path("trace"))
        pictures.forest([*scalars, *rows[:20]], report.path("forest"))
    return report.finish(rows)


if __name__ == "__main__":
    sys.exit(main())
