"""Minimax fits: how the coefficients of the vector math library were found."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from mpmath import mp, mpf

Function = Callable[[mpf], mpf]


def minimax(
    f: Function, degree: int, low: mpf, high: mpf, weight: Function
) -> tuple[list[float], mpf]:
    """Doubles c with c[0] + c[1] x + ... near f on [low, high], and the error.

    Remez' exchange makes max |(f - polynomial) * weight| smallest, where `weight` must
    not vanish. Set the digits to work with first, for instance `mp.dps = 60`.

    >>> with mp.workdps(40):
    ...     found, error = minimax(mp.exp, 5, -0.25, 0.25, lambda x: mp.exp(-x))
    >>> len(found), bool(error < 1e-7)
    (6, True)
    """
    low, high = mpf(low), mpf(high)
    rounded = [float(c) for c in _exchange(f, degree, low, high, weight)]
    points = [low + (high - low) * i / 1000 for i in range(1001)]
    return rounded, max(abs((f(x) - _value(rounded, x)) * weight(x)) for x in points)


def rational(
    f: Function,
    degrees: tuple[int, int],
    low: mpf,
    high: mpf,
    weight: Function,
    points: int,
    rounds: int,
) -> tuple[list[float], list[float], mpf]:
    """Numerator, denominator (constant 1) and error of a rational function near f.

    Least squares, made rational by the denominator of the round before (Loeb 1957) and
    nearly minimax by weights that grow with the error (Lawson 1961).

    >>> with mp.workdps(40):
    ...     fit = rational(mp.exp, (2, 2), mpf(-1), mpf(1), lambda x: mp.exp(-x), 20, 8)
    >>> len(fit[0]), len(fit[1]), bool(fit[2] < 1e-3)
    (3, 3, True)
    """
    nodes = [
        (low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * points))
        for i in range(points)
    ]
    data = [(x, f(x), weight(x)) for x in nodes]
    emphasis, denominator = [mpf(1)] * points, [mpf(1)]
    best: tuple[mpf, list[mpf], list[mpf]] | None = None
    for step in range(rounds):
        numerator, denominator = _least_squares(data, emphasis, denominator, degrees)
        errors = [
            abs((_value(numerator, x) / _value(denominator, x) - y) * w)
            for x, y, w in data
        ]
        worst = max(errors)
        if best is None or worst < best[0]:
            best = (worst, numerator, denominator)
        if step:
            emphasis = [
                e * error / worst for e, error in zip(emphasis, errors, strict=True)
            ]
            mean = sum(emphasis) / points
            emphasis = [e / mean + mpf("1e-9") for e in emphasis]
    assert best is not None
    return [float(c) for c in best[1]], [float(c) for c in best[2]], best[0]


def _least_squares(
    data: list[tuple[mpf, mpf, mpf]],
    emphasis: list[mpf],
    denominator: list[mpf],
    degrees: tuple[int, int],
) -> tuple[list[mpf], list[mpf]]:
    rows, right = [], []
    for (x, y, w), e in zip(data, emphasis, strict=True):
        scale = w / _value(denominator, x) * mp.sqrt(e)
        above = [scale * x**i for i in range(degrees[0] + 1)]
        rows.append([*above, *(-scale * y * x**j for j in range(1, degrees[1] + 1))])
        right.append(scale * y)
    solution = list(mp.lu_solve(mp.matrix(rows), mp.matrix(right)))
    return solution[: degrees[0] + 1], [mpf(1), *solution[degrees[0] + 1 :]]


def _value(coefficients: list, x: mpf) -> mpf:
    total = mpf(0)
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


def _exchange(
    f: Function, degree: int, low: mpf, high: mpf, weight: Function
) -> list[mpf]:
    "Coefficients whose weighted error alternates between extrema of one height."
    count = degree + 2
    middle, half = (low + high) / 2, (high - low) / 2
    nodes = [middle - half * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]
    for _ in range(20):
        *solution, level = _levelled(f, degree, nodes, weight)

        def error(x: mpf, coefficients: list[mpf] = solution) -> mpf:
            return (f(x) - _value(coefficients, x)) * weight(x)

        nodes = _extrema(error, nodes, low, high)
        if max(abs(error(x)) for x in nodes) < abs(level) * mpf("1.02"):
            break
    return solution


def _levelled(
    f: Function, degree: int, nodes: list[mpf], weight: Function
) -> list[mpf]:
    "Coefficients whose error is +level, -level, ... on the nodes, and the level."
    rows = [
        [x**power for power in range(degree + 1)] + [(-1) ** i / weight(x)]
        for i, x in enumerate(nodes)
    ]
    return list(mp.lu_solve(mp.matrix(rows), mp.matrix([f(x) for x in nodes])))


def _extrema(error: Function, nodes: list[mpf], low: mpf, high: mpf) -> list[mpf]:
    "The extremum of the error between the midpoints around each node."
    edges = [low, *((a + b) / 2 for a, b in pairwise(nodes)), high]
    found = []
    for (left, right), node in zip(pairwise(edges), nodes, strict=True):
        sign = mp.sign(error(node))
        grid = [left + (right - left) * i / 16 for i in range(17)]
        found.append(max(grid, key=lambda x: sign * error(x)))
    return found
