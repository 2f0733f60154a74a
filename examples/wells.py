"""Wells in Bangladesh: which of 3,020 households changed to a well with less arsenic.

Logistic regression on distance d (in 100 m) and arsenic r, both centred, flat priors:

    logit P(switched[n]) = alpha + beta[1] d[n] + beta[2] r[n] + beta[3] d[n] r[n]
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
    d = (data["dist"] - data["dist"].mean()) / 100
    r = data["arsenic"] - data["arsenic"].mean()
    alpha = tg.random.flat(name="alpha")
    beta = tg.random.flat(size=3, name="beta")
    logit = alpha + tg.constant(np.column_stack([d, r, d * r])) @ beta
    return {tg.random.bernoulli(logit=logit, name="switched"): data["switched"]}


def draws(data: dict[str, Any], seed: int = SEED, **options: Any) -> Any:
    """Draws from the posterior."""
    return tg.sample(observed(data), seed=seed, **options)


def main() -> int:
    report = Report("wells")
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
