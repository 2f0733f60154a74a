"""The workloads as graphs: what `run_tensorgraph.py` compiles, times and checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from peers import workloads as W

import tensorgraph as tg

Data = dict[str, Any]


@dataclass(frozen=True)
class Workload:
    """A cost to compile with its gradient, arguments for it, and how wrong results are.

    `build` gives (inputs, cost, with respect to what); `error` the largest difference
    of outputs from the NumPy reference.
    """

    build: Callable[[], tuple[list[Any], Any, list[Any]]]
    arguments: Sequence[Any]
    error: Callable[[Sequence[Any]], float]


def outputs(cost: Any, wrt: Sequence[Any]) -> list[Any]:
    """The cost and its gradients."""
    return [cost, *(tg.grad(cost, list(wrt)) if wrt else ())]


# -- log-densities of a flat vector ----------------------------------------------------


def normal(x: Any, m: Any = 0.0, s: Any = 1.0) -> Any:
    """Log-densities of the normal distribution, element by element."""
    z = (x - m) / s
    return -0.5 * z * z - tg.log(s) - 0.5 * W.LOG2PI


def logreg(th: Any, d: Data) -> Any:
    eta = th[0] + tg.constant(d["X"]) @ th[1:]
    return (d["y"] * eta - tg.softplus(eta)).sum() + normal(th).sum()


def radon(th: Any, d: Data) -> Any:
    count, county = d["J"], d["idx"]
    log_s, mu_a, mu_b = th[:3], th[3], th[4]
    a_raw, b_raw = th[5 : 5 + count], th[5 + count :]
    s = tg.exp(log_s)
    a, b = mu_a + s[1] * a_raw, mu_b + s[2] * b_raw
    mean = a[county] + b[county] * d["floor"]
    total = normal(d["y"], mean, s[0]).sum() + (normal(s) + log_s).sum()
    total = total + normal(mu_a, 0.0, 10.0) + normal(mu_b, 0.0, 10.0)
    return total + normal(a_raw).sum() + normal(b_raw).sum()


def eight_schools(th: Any, d: Data) -> Any:
    mu, log_tau, raw = th[0], th[1], th[2:]
    tau = tg.exp(log_tau)
    total = normal(d["y"], mu + tau * raw, d["sigma"]).sum() + normal(mu, 0.0, 5.0)
    prior = np.log(2 / (np.pi * 5)) - tg.log1p((tau / 5) ** 2) + log_tau
    return total + normal(raw).sum() + prior


def gaussian_process(th: Any, d: Data) -> Any:
    amplitude, length, noise = (tg.exp(th)[i] for i in range(3))
    n = d["n"]
    smooth = amplitude**2 * tg.exp(-0.5 * d["d2"] / length**2)
    factor = tg.linalg.cholesky(smooth + (noise**2 + 1e-8) * tg.eye(n))
    z = tg.linalg.solve_triangular(factor, d["y"], lower=True)
    total = -0.5 * (z**2).sum() - tg.log(tg.diagonal(factor)).sum() - 0.5 * n * W.LOG2PI
    return total + normal(th).sum()


def stochastic_volatility(th: Any, d: Data) -> Any:
    mu, phi, sigma, z = th[0], tg.tanh(th[1]), tg.exp(th[2]), th[3:]
    u = tg.scan(lambda z_t, before: phi * before + sigma * z_t, [z], [0.0])
    h = mu + u
    terms = -0.5 * W.LOG2PI - 0.5 * h - 0.5 * d["y"] ** 2 * tg.exp(-h)
    return terms.sum() + normal(th).sum()


def chain(th: Any, d: Data) -> Any:
    return tg.tanh(tg.log1p(tg.exp(th))).sum()


def rows_of_logsumexp(th: Any, d: Data) -> Any:
    return tg.logsumexp(th.reshape((d["m"], d["m"])), axis=1).sum()


def negative_binomial(th: Any, d: Data) -> Any:
    y, a = tg.constant(d["y"]), tg.exp(th[-1])
    eta = th[0] + tg.constant(d["X"]) @ th[1:-1]
    mu = tg.exp(eta)
    counts = tg.gammaln(y + a) - tg.gammaln(a) - tg.gammaln(y + 1)
    terms = counts + a * tg.log(a / (a + mu)) + y * (eta - tg.log(a + mu))
    return terms.sum() + normal(th).sum()


DENSITIES = {
    "logreg": logreg, "radon": radon, "eight": eight_schools, "gp": gaussian_process,
    "sv": stochastic_volatility, "chain": chain, "lse": rows_of_logsumexp,
    "negbin": negative_binomial,
}  # fmt: skip
"""The density of each workload by the first word of its name."""


def _density(name: str) -> Workload:
    made = W.make(name) if name in W.STEADY else _sized(name)

    def build() -> tuple[list[Any], Any, list[Any]]:
        theta = tg.dvector("theta", shape=made["theta"].size)
        return [theta], DENSITIES[name.split("_")[0]](theta, made["data"]), [theta]

    return Workload(build, [made["theta"]], lambda found: W.check(found, made))


def _sized(name: str) -> Data:
    """The data of chain_N or logreg_NxK, for any N and K."""
    kind, _, size = name.partition("_")
    if kind == "chain":
        theta = np.random.default_rng(7).normal(size=int(size))
        return {"theta": theta, "data": {}, "ref": W.chain_ref}
    if kind == "logreg":
        rows, columns = map(int, size.split("x"))
        theta = np.random.default_rng(7).normal(size=columns + 1) * 0.1
        data = W.logreg_data(rows, columns)
        return {"theta": theta, "data": data, "ref": W.logreg_ref}
    raise SystemExit(f"There is no workload {name!r}; names are in workloads.py.")


# -- workloads of the compile group alone ----------------------------------------------


def _seed_expression() -> Workload:
    value = np.linspace(-1, 1, 10)

    def build() -> tuple[list[Any], Any, list[Any]]:
        x = tg.dvector("x")
        e = tg.exp(tg.sin(x))
        return [x], tg.cos((e[None, :] @ e[:, None]).squeeze()), []

    return Workload(build, [value], lambda found: abs(found[0] - W.seed_ref(value)))


def _introduction() -> Workload:
    d = W.intro_data()
    values = [d["alpha"], d["beta"], d["X"], d["y"]]

    def build() -> tuple[list[Any], Any, list[Any]]:
        alpha, beta = tg.dscalar("alpha"), tg.dvector("beta")
        X, y = tg.dmatrix("X"), tg.dvector("y")
        p = tg.sigmoid(alpha + X @ beta)
        loss = -(y * tg.log(p) + (1 - y) * tg.log(1 - p)).mean()
        return [alpha, beta, X, y], loss, [alpha, beta]

    return Workload(build, values, lambda found: _worst(found, W.intro_ref(*values)))


def _deep(layers: int) -> Workload:
    """The residual chain of `workloads.py`, of any depth."""
    value = np.linspace(-1, 1, 1000)

    def build() -> tuple[list[Any], Any, list[Any]]:
        start = x = tg.dvector("x")
        for a, b, c in zip(*_at_depth(layers, W.deep_coefs), strict=True):
            x = x + 0.05 * (tg.tanh(a * x + b) + c * tg.sin(x))
        return [start], x.sum(), [start]

    expected = _at_depth(layers, W.deep_ref, value)
    return Workload(build, [value], lambda found: _worst(found, expected))


def _at_depth(layers: int, function: Callable[..., Any], *args: Any) -> Any:
    """What a function of `workloads.py` returns for a chain of so many layers."""
    usual, W.DEPTH = W.DEPTH, layers
    try:
        return function(*args)
    finally:
        W.DEPTH = usual


def _worst(found: Sequence[Any], expected: Sequence[Any]) -> float:
    pairs = zip(found, expected, strict=True)
    return float(max(np.abs(np.asarray(f) - e).max() for f, e in pairs))


OTHERS = {"seed_expr": _seed_expression, "intro_logreg": _introduction}


def workload(name: str) -> Workload:
    """The workload of a name of `workloads.STEADY` or `workloads.COMPILE`.

    Also deep_N, a chain of N layers; chain_N, of N elements; logreg_NxK, of N rows.
    """
    kind, _, size = name.partition("_")
    if kind == "deep" and size.isdecimal():
        return _deep(int(size))
    return OTHERS[name]() if name in OTHERS else _density(name)
