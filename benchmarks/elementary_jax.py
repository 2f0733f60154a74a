"""JAX's part of the vector math benchmark, for an interpreter that has JAX.

Prints one JSON object for each dtype: nanoseconds for an element by function.
"""

from __future__ import annotations

import json
import os

os.environ.setdefault("JAX_ENABLE_X64", "1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

import jax
import jax.numpy as jnp
import jax.scipy.special
from elementary import FUNCTIONS, Function, nanoseconds

HOMES = {"special": jax.scipy.special, "nn": jax.nn}


def timed(function: Function, dtype: str) -> float:
    """Nanoseconds for an element of a compiled function."""
    home, _, name = function.jax.rpartition(".")
    compiled = jax.jit(getattr(HOMES.get(home, jnp), name))
    places = [jnp.asarray(x) for x in function.places(dtype)]
    return nanoseconds(lambda: compiled(*places).block_until_ready())


if __name__ == "__main__":
    for dtype in ("float64", "float32"):
        print(json.dumps({f.name: timed(f, dtype) for f in FUNCTIONS if f.jax}))
