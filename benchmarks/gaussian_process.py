"""A Gaussian process, its density written naively and by hand: time and accuracy.

The naive formula inverts the covariance and takes the logarithm of its determinant.
Rewriting proves from the graph that the covariance is definite, and makes of it what is
written by hand: one Cholesky factor. The truth is computed by mpmath with 60 digits.

    python benchmarks/gaussian_process.py
"""

import time

import mpmath
import numpy as np

import tensorgraph as tg
from tensorgraph import linalg
from tensorgraph.rewrites.phases import PHASES

LINEAR_ALGEBRA = (
    "matrix_products diagonals kronecker blocks factorization solving determinants "
    "matrix_functions"
).split()

place, y = tg.dvector("place"), tg.dvector("y")
length, noise = tg.dscalar("length"), tg.dscalar("noise")


def covariance():
    distance = (place[:, None] - place) / tg.exp(length)
    return tg.exp(-0.5 * distance**2) + tg.exp(2 * noise) * tg.eye(place.shape[0])


def naive():
    k = covariance()
    return -0.5 * (y @ linalg.inv(k) @ y) - 0.5 * tg.log(linalg.det(k))


def by_hand():
    factor = linalg.cholesky(covariance())
    white = linalg.solve_triangular(factor, y, lower=True)
    return -0.5 * tg.sum(white**2) - tg.sum(tg.log(tg.diag(factor)))


def compiled(value, rewritten=True):
    """Value and gradient; as they are written if the rules about matrices rest."""
    graph = [value, *tg.grad(value, [length, noise])]
    phases = dict(PHASES)
    if not rewritten:
        for name, themes in phases.items():
            PHASES[name] = tuple(t for t in themes if t not in LINEAR_ALGEBRA)
    try:
        return tg.function([place, y, length, noise], graph)
    finally:
        PHASES.update(phases)


def truth(places, ys, log_length, log_noise):
    """The density with 60 digits."""
    with mpmath.workdps(60):
        n, scale = len(ys), mpmath.exp(mpmath.mpf(log_length))
        x = [mpmath.mpf(float(p)) / scale for p in places]
        k = mpmath.matrix(n, n)
        for i in range(n):
            for j in range(n):
                k[i, j] = mpmath.exp(-((x[i] - x[j]) ** 2) / 2)
            k[i, i] += mpmath.exp(2 * mpmath.mpf(log_noise))
        factor = mpmath.cholesky(k)
        half = mpmath.mpf(0)
        white = []
        for i in range(n):
            rest = mpmath.mpf(float(ys[i]))
            rest -= mpmath.fsum(factor[i, j] * white[j] for j in range(i))
            white.append(rest / factor[i, i])
            half += mpmath.log(factor[i, i])
        return -mpmath.fsum(w * w for w in white) / 2 - half


def measured(function, given, repeats):
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        found = function(*given)
        best = min(best, time.perf_counter() - start)
    return best, found


def main():
    rng = np.random.default_rng(0)
    variants = {
        "naive, rewritten": compiled(naive()),
        "naive, as written": compiled(naive(), rewritten=False),
        "by hand": compiled(by_hand()),
    }
    print("value and gradient; the error is that of the value")
    for n, log_noise in ((50, -5.0), (50, -12.0), (200, -5.0), (400, -3.0)):
        places = np.sort(rng.uniform(0, 10, n))
        given = (places, np.sin(places), 0.0, log_noise)
        true = truth(*given) if n <= 50 else None
        print(f"\n{n} rows, noise exp({log_noise})")
        for name, f in variants.items():
            seconds, found = measured(f, given, 20)
            shown = f"{float(found[0]):.6g}"
            if true is not None:
                shown += f", error {float(abs((float(found[0]) - true) / true)):.1e}"
            print(f"  {name:18} {1e3 * seconds:8.3f} ms   {shown}")


if __name__ == "__main__":
    main()
