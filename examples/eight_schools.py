"""Eight schools: what coaching did to test scores, school by school (Rubin 1981).

Each school reports an effect and its standard error; how much do the schools share? The
hierarchical model is written in its non-centred form, which samplers like:

    mu ~ Normal(0, 5)     tau ~ HalfCauchy(0, 5)     z[j] ~ Normal(0, 1)
    theta[j] = mu + tau z[j]                         y[j] ~ Normal(theta[j], sigma[j])
"""

from __future__ import annotations

import sys
from typing import Any

import pictures
from report import Report, compare

import tensorgraph as tg

SCHOOLS = list("ABCDEFGH")
SEED = 1


def model(data: dict[str, Any]) -> tuple[list[Any], Any]:
    """The random variables of the model: those to learn about, and the observed one."""
    mu = tg.random.normal(0, 5, name="mu")
    tau = tg.random.halfcauchy(0, 5, name="tau")
    z = tg.random.normal(0, 1, size=len(SCHOOLS), name="z")
    theta = mu + tau * z
    theta.name = "theta"
    return [mu, tau, z], tg.random.normal(theta, data["sigma"], name="y")


def observed(data: dict[str, Any]) -> dict[Any, Any]:
    """The observed variable of the model, with its data."""
    _, y = model(data)
    return {y: data["y"]}


def draws(data: dict[str, Any], seed: int = SEED, **options: Any) -> Any:
    """Draws from the posterior."""
    return tg.sample(
        observed(data), dims={"z": ["school"], "theta": ["school"]},
        coords={"school": SCHOOLS}, draws=2000, seed=seed, **options,
    )  # fmt: skip


def main() -> int:
    report = Report("eight_schools")
    with report.stage("graph"):
        free, y = model(report.data)
    with report.stage("log-density"):
        point = [v.type(v.name) for v in free]
        values = dict(zip(free, point, strict=True))
        terms = tg.conditional_logp({**values, y: report.data["y"]})
        logp = sum(term.sum() for term in terms.values())
        gradient = tg.grad(logp, point)
    with report.stage("compile"):
        density = tg.function(point, [logp, *gradient])
        value, *_ = density(0.0, 1.0, [0.0] * len(SCHOOLS))
    tg.dprint(y)
    report.console.print(f"\nlog-density at mu = 0, tau = 1, z = 0: {value:.6f}\n")
    with report.stage("sampling"):
        posterior = draws(report.data)
    with report.stage("summary"):
        rows = compare(posterior, report.reference)
    with report.stage("pictures"):
        tg.pydotprint(y, report.path("graph"))
        pictures.trace(rows, report.path("trace"))
        pictures.forest(rows, report.path("forest"))
    return report.finish(rows)


if __name__ == "__main__":
    sys.exit(main())
