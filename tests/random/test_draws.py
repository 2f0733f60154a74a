"""Draws: verified loop programs, bits equal in every mode, state that goes on."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.backends.routines import resolve
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.loops.interpret import interpret
from tensorgraph.loops.lower import lower
from tensorgraph.loops.verify import verify
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.random import DISTRIBUTIONS, random_type, random_variable
from tensorgraph.random.generator import to_words
from tensorgraph.testing.family import Family

MODES = ("C", "NUMBA")
DRAWABLE = [d for d in DISTRIBUTIONS.values() if d.draw is not None]


def names(distribution):
    return distribution.name


@pytest.mark.parametrize("distribution", DRAWABLE, ids=names)
@pytest.mark.parametrize(
    "unknown", [False, True], ids=["known lengths", "unknown lengths"]
)
def test_loops_are_verified_and_interpreted(distribution, unknown):
    family = Family(distribution)
    params = family.parameters(family.rng, (2, 1))
    rng = random_type("rng")
    inputs = [
        tg.tensor(None, p.dtype, [None if unknown and n != 1 else n for n in p.shape])
        for p in params
    ]
    x = random_variable(distribution, inputs, None if unknown else (2, 3), rng)
    program = lower([rng, *inputs], [x, x.owner.outputs[0]]).program
    verify(program)
    words = to_words(np.random.PCG64(5))
    routines = {r.name: resolve(r) for r in program.routines}
    found, after = interpret(program, [words, *params], routines)
    given = dict(zip(inputs, params, strict=True)) | {rng: words}
    expected, state = evaluate([x, x.owner.outputs[0]], given, numpy_namespace)
    np.testing.assert_allclose(found, expected, rtol=family.draw_rtol)
    np.testing.assert_array_equal(after, state)
