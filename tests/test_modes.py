"""Modes: which backend compiles, and what stands in for a missing compiler."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh process with other environment variables."""
    return subprocess.run(
        [sys.executable, "-W", "always", "-c", textwrap.dedent(code)],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


PROGRAM = """
    import numpy as np
    import tensorgraph as tg
    x = tg.dvector("x")
    for _ in range(2):
        print(tg.function([x], tg.sum(tg.exp(x)))(np.zeros(3)))
"""


def test_numba_stands_in_for_a_missing_compiler_and_says_so_once(tmp_path):
    found = run(
        PROGRAM, TENSORGRAPH_CC="/nonexistent/cc", TENSORGRAPH_CACHE_DIR=str(tmp_path)
    )
    assert found.stdout.split() == ["3.0", "3.0"], found.stderr
    assert found.stderr.count("No C compiler was found") == 1


def test_the_default_mode_comes_from_the_environment():
    found = run(
        """
        import tensorgraph as tg
        print(tg.function([], tg.constant(1.0)).keepalive.mode)
        """,
        TENSORGRAPH_MODE="python",
    )
    assert found.stdout.strip() == "PYTHON", found.stderr


def test_importing_loads_nothing_slow():
    found = run(
        """
        import sys
        import tensorgraph
        slow = ("numba", "scipy", "xarray", "arviz", "pandas", "matplotlib", "rich")
        print([m for m in slow if m in sys.modules])
        """
    )
    assert found.stdout.strip() == "[]", found.stderr
