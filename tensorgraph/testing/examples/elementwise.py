"""Examples of functions composed of elementwise ones: bounds, rounding, parts."""

import numpy as np
import scipy.special

from tensorgraph.ops.pointwise.arithmetic import (
    float_power,
    frexp,
    heaviside,
    modf,
    signbit,
)
from tensorgraph.ops.pointwise.comparison import (
    clip,
    fmax,
    fmin,
    isclose,
    isfinite,
    nan_to_num,
)
from tensorgraph.ops.pointwise.rounding import round, round_half_away_from_zero
from tensorgraph.ops.special.hypergeometric import hyp2f1
from tensorgraph.ops.special.integrals import fresnel, shichi, sici
from tensorgraph.ops.special.logarithms import cosm1, entr, log_expit, xlogx
from tensorgraph.ops.special.losses import huber, pseudo_huber
from tensorgraph.ops.special.zeta import zeta
from tensorgraph.ops.tensor import TensorType
from tensorgraph.testing.example import Example, example


@example
def bounds_that_broadcast(rng):
    x = TensorType("float64", ("n", 3))("x")
    low = TensorType("float64", (1, 3))("low")
    values = {x: rng.normal(size=(4, 3)), low: rng.normal(size=(1, 3)) - 1}
    bounded = clip(x, low, 1.25)
    return Example(values, bounded, np.clip(*values.values(), 1.25))


@example
def numbers_beside_nan(rng):
    x = TensorType("float64", (None,))("x")
    value = np.array([1.5, np.nan, -2.0, np.inf, -np.inf])
    other = np.array([np.nan, 1.0, 3.0, 0.0, np.nan])
    outputs = [fmax(x, other), fmin(x, other), nan_to_num(x), isfinite(x)]
    expected = [np.fmax(value, other), np.fmin(value, other)]
    expected += [np.nan_to_num(value), np.isfinite(value)]
    close = isclose(x, value + 1e-9, equal_nan=True)
    wanted = np.isclose(value, value + 1e-9, equal_nan=True)
    return Example({x: value}, [*outputs, close], [*expected, wanted], gradient=False)


@example
def roundings(rng):
    x = TensorType("float64", (None, 1))("x")
    value = rng.normal(size=(5, 1)) * 30
    outputs = [round(x), round(x, 2), round(x, -1), round_half_away_from_zero(x)]
    expected = [np.round(value, n) for n in (0, 2, -1)]
    expected.append(np.sign(value) * np.floor(np.abs(value) + 0.5))
    return Example({x: value}, outputs, expected, gradient=False)


@example
def parts_of_numbers(rng):
    x = TensorType("float64", (None,))("x")
    value = rng.normal(size=4) * 10
    outputs = [*modf(x), *frexp(x), signbit(x), heaviside(x, 0.5), float_power(x, 2)]
    expected = [*np.modf(value), *np.frexp(value), np.signbit(value)]
    expected += [np.heaviside(value, 0.5), np.float_power(value, 2)]
    return Example({x: value}, outputs, expected)


@example
def losses(rng):
    x, delta = TensorType("float64", (None,))("x"), TensorType("float64", ())("delta")
    values = {x: rng.normal(size=6) * 2, delta: np.array(1.3)}
    outputs = [huber(delta, x), pseudo_huber(delta, x)]
    r, d = values.values()
    expected = [scipy.special.huber(d, r), scipy.special.pseudo_huber(d, r)]
    return Example(values, outputs, expected)


@example
def entropies_and_integrals(rng):
    x = TensorType("float64", (None, 2))("x")
    value = rng.uniform(0.2, 0.9, (3, 2))
    outputs = [xlogx(x), entr(x), log_expit(x), cosm1(x), *sici(x), *shichi(x)]
    outputs += fresnel(2 * x)
    their = scipy.special
    expected = [their.xlogy(value, value), their.entr(value), their.log_expit(value)]
    expected += [their.cosm1(value), *their.sici(value), *their.shichi(value)]
    expected += their.fresnel(2 * value)
    return Example({x: value}, outputs, expected)


@example
def series_of_parameters(rng):
    x = TensorType("float64", (None,))("x")
    value = rng.uniform(-0.9, 0.8, 4)
    outputs = [hyp2f1(0.5, 1.5, 2.5, x), zeta(2 + x, 1.5)]
    expected = [scipy.special.hyp2f1(0.5, 1.5, 2.5, value)]
    expected.append(scipy.special.zeta(2 + value, 1.5))
    return Example({x: value}, outputs, expected, order=1)
