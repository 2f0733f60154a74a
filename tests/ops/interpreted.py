"""Runs graphs through lowering and the interpreter of loops, without a compiler."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tensorgraph.backends.routines import resolve
from tensorgraph.graph.node import Variable
from tensorgraph.loops.interpret import interpret
from tensorgraph.loops.lower import lower


def interpreted(
    outputs: Sequence[Variable], values: Mapping[Variable, Any]
) -> list[np.ndarray]:
    """The outputs, by the loop program that they lower to."""
    lowered = lower(list(values), outputs)
    given = [v.type.convert(value) for v, value in values.items()]
    hidden = [getattr(v, "value", None) for v in lowered.hidden]
    routines = {r.name: resolve(r) for r in lowered.program.routines}
    return interpret(lowered.program, [*given, *hidden], routines)
