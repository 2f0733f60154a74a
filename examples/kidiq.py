"""Test scores of 434 children, and the IQ and schooling of their mothers.

A linear regression with flat priors on predictors that are not centred, so that the
coefficients are strongly correlated:

    m[n] = beta[1] + beta[2] hs[n] + beta[3] iq[n] + beta[4] hs[n] iq[n]
    score[n] ~ Normal(m[n], sigma)                   sigma ~ HalfCauchy(0, 2.5)
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pictures
from report import Report, compare

import tensorgraph as tg

SEED = 1


def observed(data: dict[str, Any]) -> dict[Any, Any]:
    """The observed variable of the model, with its data."""
    hs, iq = data["mom_hs"].astype(float), data["mom_iq"].astype(float)
    predictors = np.column_stack([np.ones_like(hs), hs, iq, hs * iq])
    beta = tg.random.flat(size=4, name="beta")
    sigma = tg.random.halfcauchy(0, 2.5, name="sigma")
    score = tg.random.normal(tg.constant(predictors) @ beta, sigma, name="score")
    return {score: data["kid_score"]}


def draws(data: dict[str, Any], seed: int = SEED, **options: Any) -> Any:
    """Draws from the posterior."""
    return tg.sample(observed(data), draws=2000, seed=seed, **options)


def main() -> int:
    report = Report("kidiq")
    with report.stage("compile"):
        tg.density(observed(report.data))
    with report.stage("sampling"):
        posterior = draws(report.data)
    with report.stage("summary"):
        rows = compare(posterior, report.reference)
    with report.stage("pictures"):
        pictures.trace(rows, report.path("trace"))
        pictures.forest(rows, report.path("forest"))
    return report.finish(rows)


if __name__ == "__main__":
    sys.exit(main())
