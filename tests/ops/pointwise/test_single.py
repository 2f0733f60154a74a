"""Functions of float32: rounded from those of float64, and so within 0.51 ULP."""

import numpy as np
import pytest

import tensorgraph as tg

PLACES = {
    "exp exp2 expm1 sin cos tan tanh sinh cosh arctan arcsinh cbrt erf erfc erfcx"
    " ndtr log_ndtr sigmoid softplus": (-9.0, 9.0),
    "arcsin arccos arctanh erfinv": (-1.0, 1.0),
    "log log2 log10 log1p sqrt gammaln digamma trigamma": (0.0, 30.0),
    "arccosh": (1.0, 30.0),
    "ndtri logit": (0.0, 1.0),
    "log1mexp": (-9.0, 0.0),
}
PAIRS = "arctan2 hypot logaddexp pow xlogy xlog1py"
COUNT = 4000


def off(double: np.ndarray, single: np.ndarray) -> float:
    "The largest distance, in units of the last place of float32."
    assert single.dtype == np.float32
    with np.errstate(over="ignore", invalid="ignore"):
        same = double.astype("float32") == single
        distance = np.abs(double - single) / np.spacing(np.abs(single))
    return float(np.max(np.where(same, 0.0, distance)))


@pytest.mark.parametrize("names", PLACES)
def test_functions_of_float32(names: str) -> None:
    low, high = PLACES[names]
    check(names.split(), [np.random.default_rng(2).uniform(low, high, COUNT)])


def test_pairs_of_float32() -> None:
    random = np.random.default_rng(3)
    check(PAIRS.split(), list(np.exp(random.normal(size=(2, COUNT)) * 4)))


def check(names: list[str], places: list[np.ndarray]) -> None:
    singles = [x.astype("float32") for x in places]
    found = []
    for values in ([x.astype("float64") for x in singles], singles):
        inputs = [tg.vector(dtype=x.dtype.name) for x in values]
        outputs = [getattr(tg, name)(*inputs) for name in names]
        found.append(tg.function(inputs, outputs)(*values))
    errors = {n: off(*pair) for n, *pair in zip(names, *found, strict=True)}
    assert max(errors.values()) < 0.51, errors
