"""Many processes at once: compiling the same function, one of them killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

PROGRAM = """
import sys
import numpy as np
import tensorgraph as tg

x = tg.dvector("x")
f = tg.function([x], [tg.sum(tg.exp(x) * tg.tanh(x)), tg.grad(tg.sum(tg.tanh(x)), x)])
total, slope = f(np.linspace(-1, 1, 11))
expected = np.sum(np.exp(np.linspace(-1, 1, 11)) * np.tanh(np.linspace(-1, 1, 11)))
assert abs(total - expected) < 1e-12
print("right")
"""


def test_eight_processes_compile_the_same_function_and_one_is_killed(tmp_path):
    environment = {**os.environ, "TENSORGRAPH_CACHE_DIR": str(tmp_path)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(8)
    ]  # fmt: skip
    try:
        started[3].wait(timeout=1.5)
    except subprocess.TimeoutExpired:
        started[3].send_signal(signal.SIGKILL)
    for number, process in enumerate(started):
        out, error = process.communicate(timeout=300)
        if number != 3:
            assert out.strip() == "right", error
    again = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert again.stdout.strip() == "right"
