"""The figures of `vector_math.py` as JSON lines; names of functions as arguments."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from elementary import FUNCTIONS, Function
from peers import harness
from vector_math import DTYPES, jax, libmvec, numpys, ours


def measured(function: Function, dtype: str, floor: object) -> Iterator[tuple]:
    """Peers, variants and nanoseconds for an element."""
    yield "tensorgraph", "c", ours(function, dtype)
    if function.numpy:
        yield "numpy", "eager", numpys(function, dtype)
    if callable(floor) and function.c:
        yield "floor", "libmvec", floor(function)


def main() -> None:
    """Print a line for each function, dtype and implementation that is here."""
    known = {f.name: f for f in FUNCTIONS}
    if unknown := set(sys.argv[1:]) - set(known):
        raise SystemExit(f"There is no {' '.join(unknown)}: {' '.join(known)}.")
    chosen = [known[name] for name in sys.argv[1:] or known]
    others = jax()
    for dtype in DTYPES:
        floor = libmvec(dtype)
        for function in chosen:
            found = list(measured(function, dtype, floor))
            if function.name in others[dtype]:
                found.append(("jax", "jit_x64", others[dtype][function.name]))
            for peer, variant, value in found:
                metric = f"element_{dtype}"
                harness.emit(peer, variant, function.name, metric, value, "ns")


if __name__ == "__main__":
    main()
