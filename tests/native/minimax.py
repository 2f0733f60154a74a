"""Remez exchange: how the polynomial coefficients of the vector math library were found."""

from collections.abc import Callable

from mpmath import mp, mpf

Function = Callable[[mpf], mpf]


def minimax(
    f: Function, degree: int, low: float, high: float, weight: Function | None = None
) -> tuple[list[float], mpf]:
    """Doubles c[0..degree] with c[0] + c[1] x + ... near f on [low, high], and the error.

    The error is max |(f - polynomial) * weight|, where `weight` must not vanish; None means
    1 / f (relative error). Set the digits to work with first, for instance `mp.dps = 60`.

    >>> mp.dps = 40
    >>> coefficients, error = minimax(mp.exp, 5, -0.25, 0.25)
    >>> len(coefficients), bool(error < 1e-8)
    (6, True)
    """
    scale = weight or (lambda x: 1 / f(x))
    low, high = mpf(low), mpf(high)
    rounded = [float(c) for c in _exchange(f, degree, low, high, scale)]
    points = [low + (high - low) * i / 1000 for i in range(1001)]
    return rounded, max(abs((f(x) - _value(rounded, x)) * scale(x)) for x in points)


def _value(coefficients: list, x: mpf) -> mpf:
    return mp.polyval([mpf(c) for c in reversed(coefficients)], x)


def _exchange(f: Function, degree: int, low: mpf, high: mpf, weight: Function) -> list[mpf]:
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


def _levelled(f: Function, degree: int, nodes: list[mpf], weight: Function) -> list[mpf]:
    "Coefficients whose error is +level, -level, ... on the nodes, and the level."
    rows = [
        [x**power for power in range(degree + 1)] + [(-1) ** i / weight(x)]
        for i, x in enumerate(nodes)
    ]
    return list(mp.lu_solve(mp.matrix(rows), mp.matrix([f(x) for x in nodes])))


def _extrema(error: Function, nodes: list[mpf], low: mpf, high: mpf) -> list[mpf]:
    "The extremum of the error between the midpoints around each node."
    edges = [low, *[(a + b) / 2 for a, b in zip(nodes, nodes[1:], strict=False)], high]
    found = []
    for left, right, node in zip(edges, edges[1:], nodes, strict=False):
        sign = mp.sign(error(node))
        grid = [left + (right - left) * i / 16 for i in range(17)]
        found.append(max(grid, key=lambda x: sign * error(x)))
    return found
