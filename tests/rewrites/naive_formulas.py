"""Naive formulas by theme: what users write, the truth, and where the naive one fails.

`name: (formula, truth in mpmath, points)`. A point is a number; a tuple of numbers for
a formula of several scalars; a list for a formula of one vector, whose truth takes the
elements.
"""

import mpmath as mp

import tensorgraph as tg


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log1p(mp.exp(x))


def lse(*x):
    return mp.log(mp.fsum(map(mp.exp, x)))


def ndtr(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def lgamma(x):
    return mp.log(abs(mp.gamma(x))) if abs(x) < 1e6 else mp.loggamma(x).real


def lbeta(a, b):
    return lgamma(a) + lgamma(b) - lgamma(a + b)


NEAR_ONE = {
    "log(1+x)": (lambda x: tg.log(1 + x), mp.log1p, [1e-20, 3e-17, -1e-18]),
    "log(x+1)": (lambda x: tg.log(x + 1.0), mp.log1p, [1e-18]),
    "log(1-x)": (lambda x: tg.log(1 - x), lambda x: mp.log1p(-x), [1e-20]),
    "log(2+x-1)": (lambda x: tg.log((2 + x) - 1), mp.log1p, [1e-19]),
    "log(1+x**2)": (lambda x: tg.log(1 + x**2), lambda x: mp.log1p(x * x), [1e-9]),
    "log(1-x**2)": (
        lambda x: tg.log(1 - x**2), lambda x: mp.log1p(-x * x), [1e-9, -1e-12]
    ),
    "log((1+x)/(1-x))": (
        lambda x: tg.log((1 + x) / (1 - x)), lambda x: 2 * mp.atanh(x), [1e-18, -1e-12]
    ),
    "log(1+x)-log(1-x)": (
        lambda x: tg.log(1 + x) - tg.log(1 - x), lambda x: 2 * mp.atanh(x), [1e-12]
    ),
    "log(x+1)-log(x)": (
        lambda x: tg.log(x + 1) - tg.log(x), lambda x: mp.log1p(1 / x), [1e12, 1e17]
    ),
    "log(x/(1+x))": (
        lambda x: tg.log(x / (1 + x)), lambda x: -mp.log1p(1 / x), [1e12, 1e17]
    ),
    "exp(x)-1": (lambda x: tg.exp(x) - 1, mp.expm1, [1e-20, -1e-18]),
    "1-exp(x)": (lambda x: 1 - tg.exp(x), lambda x: -mp.expm1(x), [1e-20, -1e-17]),
    "1-exp(-x)": (lambda x: 1 - tg.exp(-x), lambda x: -mp.expm1(-x), [1e-20, 1e-13]),
    "(exp(x)-1)/x": (
        lambda x: (tg.exp(x) - 1) / x, lambda x: mp.expm1(x) / x, [1e-12, 1e-20]
    ),
    "exp(x)-exp(-x)": (
        lambda x: tg.exp(x) - tg.exp(-x), lambda x: 2 * mp.sinh(x), [1e-12, 1e-20]
    ),
    "exp(x)-exp(y)": (
        lambda x, y: tg.exp(x) - tg.exp(y), lambda x, y: mp.exp(x) - mp.exp(y),
        [(3.0, 3.0 + 1e-12), (-5.0, -5.0 - 1e-11), (1e-17, -1e-17)],
    ),
    "1-cos(x)": (
        lambda x: 1 - tg.cos(x), lambda x: 2 * mp.sin(x / 2) ** 2, [1e-9, 1e-6]
    ),
    "cos(x)-1": (
        lambda x: tg.cos(x) - 1, lambda x: -2 * mp.sin(x / 2) ** 2, [1e-9, -1e-5]
    ),
    "sqrt(1+x)-1": (
        lambda x: tg.sqrt(1 + x) - 1, lambda x: x / (1 + mp.sqrt(1 + x)),
        [1e-20, -1e-12],
    ),
    "1-sqrt(1-x)": (
        lambda x: 1 - tg.sqrt(1 - x), lambda x: x / (1 + mp.sqrt(1 - x)), [1e-12]
    ),
    "sqrt(1+x**2)-1": (
        lambda x: tg.sqrt(1 + x**2) - 1, lambda x: x**2 / (1 + mp.sqrt(1 + x**2)),
        [1e-9],
    ),
    "sqrt(x+1)-sqrt(x)": (
        lambda x: tg.sqrt(x + 1) - tg.sqrt(x),
        lambda x: 1 / (mp.sqrt(x + 1) + mp.sqrt(x)), [1e12, 1e18],
    ),
    "(1+x)**n-1": (
        lambda x: (1 + x) ** 12 - 1, lambda x: mp.expm1(12 * mp.log1p(x)),
        [1e-12, -1e-20],
    ),
    "(1+x)**0.3-1": (
        lambda x: (1 + x) ** 0.3 - 1, lambda x: mp.expm1(mp.mpf(0.3) * mp.log1p(x)),
        [1e-12, 1e-20],
    ),
    "(1+x)**2-1": (lambda x: (1 + x) ** 2 - 1, lambda x: x * (2 + x), [1e-12, 1e-20]),
    "1-(1-x)**n": (
        lambda x: 1 - (1 - x) ** 7, lambda x: -mp.expm1(7 * mp.log1p(-x)), [1e-12]
    ),
    "x**0.7-1": (
        lambda x: x**0.7 - 1, lambda x: x ** mp.mpf(0.7) - 1, [1 + 1e-12, 1 - 1e-13]
    ),
    "1-1/(1+x)": (
        lambda x: 1 - 1 / (1 + x), lambda x: x / (1 + x), [1e-12, -1e-20]
    ),
    "1-x/(1+x)": (lambda x: 1 - x / (1 + x), lambda x: 1 / (1 + x), [1e12, 1e18]),
    "1/x-1/(x+1)": (
        lambda x: 1 / x - 1 / (x + 1), lambda x: 1 / (x * (x + 1)), [1e10, 1e14]
    ),
    "exp(log1p(x))-1": (lambda x: tg.exp(tg.log1p(x)) - 1, lambda x: x, [1e-20]),
    "expm1(log1p(x))": (lambda x: tg.expm1(tg.log(1 + x)), lambda x: x, [3e-300]),
    "log(exp(x))": (lambda x: tg.log(tg.exp(x)), lambda x: x, [800.0, -800.0, 1e-20]),
    "log1p(expm1(x))": (lambda x: tg.log1p(tg.expm1(x)), lambda x: x, [800.0]),
    "log1p(exp(x)-1)": (lambda x: tg.log1p(tg.exp(x) - 1), lambda x: x, [1e-20]),
    "log(1/exp(x))": (lambda x: tg.log(1 / tg.exp(x)), lambda x: -x, [800.0]),
}  # fmt: skip

LOGISTIC = {
    "log(1+exp(x))": (
        lambda x: tg.log(1 + tg.exp(x)), softplus, [-50.0, -700.0, 800.0]
    ),
    "log1p(exp(x))": (lambda x: tg.log1p(tg.exp(x)), softplus, [800.0]),
    "-log(1+exp(-x))": (
        lambda x: -tg.log(1 + tg.exp(-x)), lambda x: -softplus(-x), [50.0, -800.0]
    ),
    "log(sigmoid(x))": (
        lambda x: tg.log(tg.sigmoid(x)), lambda x: -softplus(-x), [50.0, -800.0]
    ),
    "log(1-sigmoid(x))": (
        lambda x: tg.log(1 - tg.sigmoid(x)), lambda x: -softplus(x),
        [-50.0, 40.0, 800.0],
    ),
    "log(1/(1+exp(-x)))": (
        lambda x: tg.log(1 / (1 + tg.exp(-x))), lambda x: -softplus(-x), [50.0, -800.0]
    ),
    "log(1-1/(1+exp(-x)))": (
        lambda x: tg.log(1 - 1 / (1 + tg.exp(-x))), lambda x: -softplus(x),
        [40.0, 800.0],
    ),
    "1-sigmoid(x)": (
        lambda x: 1 - tg.sigmoid(x), lambda x: sigmoid(-x), [40.0, 100.0]
    ),
    "sigmoid(x)-1": (lambda x: tg.sigmoid(x) - 1, lambda x: -sigmoid(-x), [40.0]),
    "1-1/(1+exp(-x))": (
        lambda x: 1 - 1 / (1 + tg.exp(-x)), lambda x: sigmoid(-x), [50.0]
    ),
    "exp(x)/(1+exp(x))": (
        lambda x: tg.exp(x) / (1 + tg.exp(x)), sigmoid, [800.0]
    ),
    "exp(x)/(exp(x)+1)": (
        lambda x: tg.exp(x) / (tg.exp(x) + 1), sigmoid, [800.0]
    ),
    "exp(x)/(exp(x)+exp(y))": (
        lambda x, y: tg.exp(x) / (tg.exp(x) + tg.exp(y)), lambda x, y: sigmoid(x - y),
        [(800.0, 790.0), (-800.0, -801.0)],
    ),
    "1-exp(x)/(1+exp(x))": (
        lambda x: 1 - tg.exp(x) / (1 + tg.exp(x)), lambda x: sigmoid(-x), [50.0, 800.0]
    ),
    "exp(x)*sigmoid(-x)": (
        lambda x: tg.exp(x) * tg.sigmoid(-x), sigmoid, [800.0]
    ),
    "exp(x)/(1+exp(x))**2": (
        lambda x: tg.exp(x) / (1 + tg.exp(x)) ** 2, lambda x: sigmoid(x) * sigmoid(-x),
        [400.0, 800.0],
    ),
    "2*sigmoid(x)-1": (
        lambda x: 2 * tg.sigmoid(x) - 1, lambda x: mp.tanh(x / 2), [1e-12, -1e-20]
    ),
    "sigmoid(x)-0.5": (
        lambda x: tg.sigmoid(x) - 0.5, lambda x: mp.tanh(x / 2) / 2, [1e-12]
    ),
    "softplus(x)-x": (
        lambda x: tg.softplus(x) - x, lambda x: softplus(-x), [60.0, 300.0]
    ),
    "log(1+exp(x))-x": (
        lambda x: tg.log(1 + tg.exp(x)) - x, lambda x: softplus(-x), [60.0, 800.0]
    ),
    "x-log(1+exp(x))": (
        lambda x: x - tg.log(1 + tg.exp(x)), lambda x: -softplus(-x), [60.0, 800.0]
    ),
    "log(exp(x)-1)": (
        lambda x: tg.log(tg.exp(x) - 1), lambda x: mp.log(mp.expm1(x)), [800.0, 1e-18]
    ),
    "log(1-exp(x))": (
        lambda x: tg.log(1 - tg.exp(x)), lambda x: mp.log(-mp.expm1(x)),
        [-1e-18, -50.0],
    ),
    "log(1-exp(-x))": (
        lambda x: tg.log(1 - tg.exp(-x)), lambda x: mp.log(-mp.expm1(-x)),
        [1e-18, 50.0],
    ),
    "log1p(-exp(x))": (
        lambda x: tg.log1p(-tg.exp(x)), lambda x: mp.log(-mp.expm1(x)), [-1e-18]
    ),
    "log(-expm1(x))": (
        lambda x: tg.log(-tg.expm1(x)), lambda x: mp.log(-mp.expm1(x)), [-50.0]
    ),
    "log(exp(x)-exp(y))": (
        lambda x, y: tg.log(tg.exp(x) - tg.exp(y)),
        lambda x, y: x + mp.log(-mp.expm1(y - x)),
        [(800.0, 790.0), (-800.0, -801.0), (3.0 + 1e-12, 3.0)],
    ),
    "log(sigmoid(x)/(1-sigmoid(x)))": (
        lambda x: tg.log(tg.sigmoid(x) / (1 - tg.sigmoid(x))), lambda x: x,
        [40.0, 800.0, -800.0],
    ),
    "log(p)-log(1-p), p=sigmoid(x)": (
        lambda x: tg.log(tg.sigmoid(x)) - tg.log(1 - tg.sigmoid(x)), lambda x: x,
        [40.0, 1e-20],
    ),
    "1-tanh(x)": (
        lambda x: 1 - tg.tanh(x), lambda x: 2 * sigmoid(-2 * x), [12.0, 100.0]
    ),
    "1+tanh(x)": (
        lambda x: 1 + tg.tanh(x), lambda x: 2 * sigmoid(2 * x), [-12.0, -100.0]
    ),
    "1-tanh(x)**2": (
        lambda x: 1 - tg.tanh(x) ** 2, lambda x: mp.sech(x) ** 2, [12.0, -100.0]
    ),
    "log(1-tanh(x)**2)": (
        lambda x: tg.log(1 - tg.tanh(x) ** 2), lambda x: 2 * mp.log(mp.sech(x)),
        [1e-9, 15.0, -800.0],
    ),
    "log(1-tanh(x))": (
        lambda x: tg.log(1 - tg.tanh(x)), lambda x: mp.log(2) - softplus(2 * x),
        [15.0, 800.0],
    ),
    "log(1+tanh(x))": (
        lambda x: tg.log(1 + tg.tanh(x)), lambda x: mp.log(2) - softplus(-2 * x),
        [-15.0, -800.0],
    ),
    "log(tanh(x))": (
        lambda x: tg.log(tg.tanh(x)), lambda x: mp.log(mp.tanh(x)), [12.0, 30.0]
    ),
    "tanh by exponentials": (
        lambda x: (tg.exp(x) - tg.exp(-x)) / (tg.exp(x) + tg.exp(-x)), mp.tanh,
        [1e-12, 800.0],
    ),
    "tanh by one exponential": (
        lambda x: (tg.exp(2 * x) - 1) / (tg.exp(2 * x) + 1), mp.tanh, [1e-12, 800.0]
    ),
    "(1-exp(-x))/(1+exp(-x))": (
        lambda x: (1 - tg.exp(-x)) / (1 + tg.exp(-x)), lambda x: mp.tanh(x / 2),
        [1e-12, -800.0],
    ),
}  # fmt: skip

LOGARITHMS = {
    "log(x**2)": (
        lambda x: tg.log(x**2), lambda x: 2 * mp.log(abs(x)), [1e-200, -1e200]
    ),
    "log(x*x)": (lambda x: tg.log(x * x), lambda x: 2 * mp.log(abs(x)), [-1e-180]),
    "log(x**4)": (lambda x: tg.log(x**4), lambda x: 4 * mp.log(abs(x)), [-1e90, 1e-90]),
    "log(x**n)": (
        lambda x: tg.log(tg.abs(x) ** 7), lambda x: 7 * mp.log(abs(x)), [1e100, 1e-50]
    ),
    "log(3*x**2)": (
        lambda x: tg.log(3 * x**2), lambda x: mp.log(3 * x * x), [1e200, 1e-170]
    ),
    "log(exp(x)/7)": (
        lambda x: tg.log(tg.exp(x) / 7), lambda x: x - mp.log(7), [900.0, -900.0]
    ),
    "log(exp(x)*exp(y))": (
        lambda x, y: tg.log(tg.exp(x) * tg.exp(y)), lambda x, y: x + y,
        [(800.0, -790.0), (-700.0, -100.0)],
    ),
    "log(exp(x)/exp(y))": (
        lambda x, y: tg.log(tg.exp(x) / tg.exp(y)), lambda x, y: x - y,
        [(800.0, 790.0), (-800.0, -750.0)],
    ),
    "log(exp(x)*y**2)": (
        lambda x, y: tg.log(tg.exp(x) * y**2), lambda x, y: x + 2 * mp.log(abs(y)),
        [(800.0, -3.0), (1.0, 1e-180)],
    ),
    "log(sqrt(exp(x)))": (
        lambda x: tg.log(tg.sqrt(tg.exp(x))), lambda x: x / 2, [800.0, -800.0]
    ),
    "log(normal density)": (
        lambda x: tg.log(tg.exp(-0.5 * x**2) / tg.sqrt(2 * 3.0)),
        lambda x: -x * x / 2 - mp.log(6) / 2, [50.0, -300.0],
    ),
    "log(prod(exp(x)))": (
        lambda x: tg.log(tg.prod(tg.exp(x))), lambda *x: mp.fsum(x),
        [[800.0, 5.0, -100.0]],
    ),
    "log(prod(x))": (
        lambda x: tg.log(tg.prod(x)), lambda *x: mp.fsum(map(mp.log, x)),
        [[1e200, 1e150, 3.0], [1e-200, 1e-150, 5.0]],
    ),
    "log(abs(prod(x)))": (
        lambda x: tg.log(tg.abs(tg.prod(x))),
        lambda *x: mp.fsum(mp.log(abs(v)) for v in x), [[-1e200, 1e150, 3.0]],
    ),
    "sqrt(x**2)": (lambda x: tg.sqrt(x**2), abs, [1e200, -1e-200]),
    "sqrt(x**2+y**2)": (
        lambda x, y: tg.sqrt(x**2 + y**2), mp.hypot, [(3e200, 4e200), (3e-200, 4e-200)]
    ),
    "1/x**2 of tiny logs": (
        lambda x: tg.log(1 / x**2), lambda x: -2 * mp.log(abs(x)), [1e-170, -1e180]
    ),
}  # fmt: skip

EXPONENTIALS = {
    "log(sum(exp(x)))": (
        lambda x: tg.log(tg.sum(tg.exp(x))), lse,
        [[800.0, 801.0, -5.0], [-800.0, -803.0]],
    ),
    "log(mean(exp(x)))": (
        lambda x: tg.log(tg.mean(tg.exp(x))), lambda *x: lse(*x) - mp.log(len(x)),
        [[800.0, 801.0, -5.0], [-800.0, -803.0]],
    ),
    "log(sum(exp(x)))-x": (
        lambda x: x - tg.log(tg.sum(tg.exp(x))), lambda *x: [v - lse(*x) for v in x],
        [[800.0, 801.0, -5.0], [0.0, 40.0]],
    ),
    "log(sum(exp(x-max(x))))+max(x)": (
        lambda x: tg.log(tg.sum(tg.exp(x - tg.max(x)))) + tg.max(x), lse,
        [[0.0, -40.0, -50.0]],
    ),
    "log(sum(w*exp(x)))": (
        lambda w, x: tg.log(tg.sum(w * tg.exp(x))),
        lambda w, x: mp.log(mp.fsum(a * mp.exp(b) for a, b in zip(w, x, strict=True))),
        [([0.3, 0.7], [800.0, 801.0]), ([0.3, 0.7], [-800.0, -801.0])],
    ),
    "log(1+sum(exp(x)))": (
        lambda x: tg.log(1 + tg.sum(tg.exp(x))), lambda *x: lse(0, *x),
        [[800.0, 801.0], [-60.0, -61.0]],
    ),
    "log1p(sum(exp(x)))": (
        lambda x: tg.log1p(tg.sum(tg.exp(x))), lambda *x: lse(0, *x), [[800.0, 801.0]]
    ),
    "log(exp(x)+exp(y))": (
        lambda x, y: tg.log(tg.exp(x) + tg.exp(y)), lse,
        [(800.0, 801.0), (-800.0, -801.0)],
    ),
    "log(exp(x)+exp(y)+exp(z))": (
        lambda x, y, z: tg.log(tg.exp(x) + tg.exp(y) + tg.exp(z)), lse,
        [(800.0, 801.0, 799.0), (-800.0, -801.0, -799.5)],
    ),
    "log(1+exp(x)+exp(y))": (
        lambda x, y: tg.log(1 + tg.exp(x) + tg.exp(y)), lambda x, y: lse(0, x, y),
        [(800.0, 801.0), (-60.0, -61.0)],
    ),
    "log(3+exp(x))": (
        lambda x: tg.log(3 + tg.exp(x)), lambda x: mp.log(3 + mp.exp(x)), [800.0]
    ),
    "log(2*exp(x)+exp(y)/5)": (
        lambda x, y: tg.log(2 * tg.exp(x) + tg.exp(y) / 5),
        lambda x, y: mp.log(2 * mp.exp(x) + mp.exp(y) / 5),
        [(800.0, 801.0), (-800.0, -801.0)],
    ),
    "log of a mixture": (
        lambda p, x, y: tg.log(p * tg.exp(x) + (1 - p) * tg.exp(y)),
        lambda p, x, y: mp.log(p * mp.exp(x) + (1 - p) * mp.exp(y)),
        [(0.25, 800.0, 801.0), (0.25, -800.0, -801.0)],
    ),
    "log of a logistic mixture": (
        lambda p, x, y: tg.log(
            tg.sigmoid(p) * tg.exp(x) + (1 - tg.sigmoid(p)) * tg.exp(y)
        ),
        lambda p, x, y: mp.log(sigmoid(p) * mp.exp(x) + sigmoid(-p) * mp.exp(y)),
        [(0.25, 800.0, 801.0), (-0.25, -800.0, -801.0)],
    ),
    "exp(x)/sum(exp(x))": (
        lambda x: tg.exp(x) / tg.sum(tg.exp(x)),
        lambda *x: [mp.exp(v - lse(*x)) for v in x],
        [[800.0, 801.0, 799.0], [-800.0, -801.0, -799.0]],
    ),
    "exp(x)/sum(exp(x)), keepdims": (
        lambda x: tg.exp(x) / tg.sum(tg.exp(x), axis=0, keepdims=True),
        lambda *x: [mp.exp(v - lse(*x)) for v in x], [[800.0, 801.0, 799.0]],
    ),
    "log(exp(x)/sum(exp(x)))": (
        lambda x: tg.log(tg.exp(x) / tg.sum(tg.exp(x))),
        lambda *x: [v - lse(*x) for v in x], [[800.0, 801.0, -5.0], [0.0, 40.0]],
    ),
    "log(softmax(x))": (
        lambda x: tg.log(tg.softmax(x)), lambda *x: [v - lse(*x) for v in x],
        [[800.0, 801.0, -5.0], [0.0, 40.0]],
    ),
    "log(softmax(x)), max subtracted": (
        lambda x: tg.log(tg.exp(x - tg.max(x)) / tg.sum(tg.exp(x - tg.max(x)))),
        lambda *x: [v - lse(*x) for v in x], [[800.0, 801.0, -5.0], [0.0, 40.0]],
    ),
    "log(exp(x)+exp(-x))": (
        lambda x: tg.log(tg.exp(x) + tg.exp(-x)), lambda x: lse(x, -x), [800.0, -800.0]
    ),
}  # fmt: skip

NORMAL = {
    "1-erf(x)": (lambda x: 1 - tg.erf(x), mp.erfc, [6.0, 20.0]),
    "1+erf(x)": (lambda x: 1 + tg.erf(x), lambda x: mp.erfc(-x), [-6.0, -20.0]),
    "erf(x)-1": (lambda x: tg.erf(x) - 1, lambda x: -mp.erfc(x), [6.0]),
    "1-erfc(x)": (lambda x: 1 - tg.erfc(x), mp.erf, [1e-20]),
    "2-erfc(x)": (lambda x: 2 - tg.erfc(x), lambda x: mp.erfc(-x), [-6.0]),
    "log(erfc(x))": (
        lambda x: tg.log(tg.erfc(x)), lambda x: mp.log(mp.erfc(x)), [30.0, 1e-12]
    ),
    "log(1-erf(x))": (
        lambda x: tg.log(1 - tg.erf(x)), lambda x: mp.log(mp.erfc(x)), [30.0, 6.0]
    ),
    "log(1+erf(x))": (
        lambda x: tg.log(1 + tg.erf(x)), lambda x: mp.log(mp.erfc(-x)), [-30.0]
    ),
    "exp(x**2)*erfc(x)": (
        lambda x: tg.exp(x**2) * tg.erfc(x),
        lambda x: mp.exp(x * x) * mp.erfc(x), [27.0, 100.0],
    ),
    "normal cdf by erf": (
        lambda x: 0.5 * (1 + tg.erf(x / 2**0.5)), ndtr, [-7.0, -20.0]
    ),
    "normal cdf by erf, halves": (
        lambda x: 0.5 + 0.5 * tg.erf(x / tg.sqrt(2.0)), ndtr, [-7.0, -20.0]
    ),
    "normal survival by erf": (
        lambda x: 0.5 - 0.5 * tg.erf(x / 2**0.5), lambda x: ndtr(-x), [7.0, 20.0]
    ),
    "log(normal cdf by erf)": (
        lambda x: tg.log(0.5 * (1 + tg.erf(x / 2**0.5))), lambda x: mp.log(ndtr(x)),
        [-7.0, -40.0],
    ),
    "log(normal cdf by erfc)": (
        lambda x: tg.log(0.5 * tg.erfc(-x / 2**0.5)), lambda x: mp.log(ndtr(x)),
        [-40.0, 12.0],
    ),
    "log(normal cdf by erfc / 2)": (
        lambda x: tg.log(tg.erfc(-x * 0.5**0.5) / 2), lambda x: mp.log(ndtr(x)),
        [-40.0, 12.0],
    ),
    "log(ndtr(x))": (
        lambda x: tg.log(tg.ndtr(x)), lambda x: mp.log(ndtr(x)), [-40.0, 12.0]
    ),
    "1-ndtr(x)": (lambda x: 1 - tg.ndtr(x), lambda x: ndtr(-x), [7.0, 20.0]),
    "log(1-ndtr(x))": (
        lambda x: tg.log(1 - tg.ndtr(x)), lambda x: mp.log(ndtr(-x)), [7.0, 40.0, -12.0]
    ),
    "ndtr(x)-0.5": (
        lambda x: tg.ndtr(x) - 0.5, lambda x: mp.erf(x / mp.sqrt(2)) / 2, [1e-12]
    ),
    "2*ndtr(x)-1": (
        lambda x: 2 * tg.ndtr(x) - 1, lambda x: mp.erf(x / mp.sqrt(2)), [1e-12]
    ),
    "ndtr(x)-ndtr(y)": (
        lambda x, y: tg.ndtr(x) - tg.ndtr(y), lambda x, y: ndtr(-y) - ndtr(-x),
        [(9.0, 8.0), (21.0, 20.0)],
    ),
    "log(ndtr(x)-ndtr(y))": (
        lambda x, y: tg.log(tg.ndtr(x) - tg.ndtr(y)),
        lambda x, y: mp.log(ndtr(-y) - ndtr(-x)),
        [(9.0, 8.0), (-40.0, -41.0), (41.0, 40.0)],
    ),
}  # fmt: skip

GAMMAS = {
    "log(gamma(x))": (
        lambda x: tg.log(tg.gamma(x)), lgamma, [200.0, 1e10]
    ),
    "log(factorial(x))": (
        lambda x: tg.log(tg.factorial(x)), lambda x: lgamma(x + 1), [200.0]
    ),
    "gammaln(x+1)-gammaln(x)": (
        lambda x: tg.gammaln(x + 1) - tg.gammaln(x), mp.log, [1e12, 1e16]
    ),
    "gammaln(x+3)-gammaln(x)": (
        lambda x: tg.gammaln(x + 3) - tg.gammaln(x),
        lambda x: mp.log(x * (x + 1) * (x + 2)), [1e12, 1e16],
    ),
    "gammaln(x)-gammaln(x+y)": (
        lambda x, y: tg.gammaln(x) - tg.gammaln(x + y),
        lambda x, y: lgamma(x) - lgamma(x + y), [(1e15, 0.7), (1e17, 3.3)],
    ),
    "log beta by gammaln": (
        lambda a, b: tg.gammaln(a) + tg.gammaln(b) - tg.gammaln(a + b), lbeta,
        [(1e14, 1.5), (2.5, 1e17)],
    ),
    "minus log beta by gammaln": (
        lambda a, b: tg.gammaln(a + b) - tg.gammaln(a) - tg.gammaln(b),
        lambda a, b: -lbeta(a, b), [(1e14, 1.5), (2.5, 1e17)],
    ),
    "log beta density": (
        lambda a, b, x: tg.gammaln(a + b) - tg.gammaln(a) - tg.gammaln(b)
        + (a - 1) * tg.log(x) + (b - 1) * tg.log(1 - x),
        lambda a, b, x: (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - lbeta(a, b),
        [(1e15, 2.0, 1 - 1e-15)],
    ),
    "log binomial coefficient": (
        lambda n, k: tg.gammaln(n + 1) - tg.gammaln(k + 1) - tg.gammaln(n - k + 1),
        lambda n, k: lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1),
        [(1e15, 3.0), (1e14, 2.0)],
    ),
    "log(binom(n, k))": (
        lambda n, k: tg.log(tg.binom(n, k)),
        lambda n, k: lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1),
        [(1100.0, 550.0)],
    ),
    "log(beta(a, b))": (
        lambda a, b: tg.log(tg.beta(a, b)), lbeta, [(700.0, 800.0)]
    ),
    "gamma(x+y)/gamma(x)": (
        lambda x, y: tg.gamma(x + y) / tg.gamma(x),
        lambda x, y: mp.gamma(x + y) / mp.gamma(x), [(200.0, 3.0), (180.0, 0.5)],
    ),
    "beta by gamma": (
        lambda a, b: tg.gamma(a) * tg.gamma(b) / tg.gamma(a + b),
        mp.beta, [(150.0, 30.0), (200.0, 3.0)],
    ),
    "binomial coefficient by gamma": (
        lambda n, k: tg.gamma(n + 1)
        / (tg.gamma(k + 1) * tg.gamma(n - k + 1)),
        mp.binomial, [(200.0, 3.0), (500.0, 250.0)],
    ),
    "digamma(x+1)-digamma(x)": (
        lambda x: tg.digamma(x + 1) - tg.digamma(x), lambda x: 1 / x, [1e10, 1e15]
    ),
    "digamma(x)-digamma(x+y)": (
        lambda x, y: tg.digamma(x) - tg.digamma(x + y),
        lambda x, y: mp.digamma(x) - mp.digamma(x + y), [(1e15, 0.7), (1e12, 3.0)],
    ),
    "Dirichlet normalizer": (
        lambda a: tg.gammaln(tg.sum(a)) - tg.sum(tg.gammaln(a)),
        lambda *a: lgamma(mp.fsum(a)) - mp.fsum(map(lgamma, a)),
        [[1e16, 1.5, 2.5], [2.0, 1e15, 3.0]],
    ),
}  # fmt: skip

TAILS = {
    "1-gammainc(a, x)": (
        lambda a, x: 1 - tg.gammainc(a, x),
        lambda a, x: mp.gammainc(a, x, mp.inf, regularized=True), [(2.0, 50.0)],
    ),
    "1-gammaincc(a, x)": (
        lambda a, x: 1 - tg.gammaincc(a, x),
        lambda a, x: mp.gammainc(a, 0, x, regularized=True), [(20.0, 0.5)],
    ),
    "log(1-gammainc(a, x))": (
        lambda a, x: tg.log(1 - tg.gammainc(a, x)),
        lambda a, x: mp.log(mp.gammainc(a, x, mp.inf, regularized=True)),
        [(2.0, 50.0)],
    ),
    "1-betainc(a, b, x)": (
        lambda a, b, x: 1 - tg.betainc(a, b, x),
        lambda a, b, x: mp.betainc(a, b, x, 1, regularized=True),
        [(2.0, 8.0, 0.999)],
    ),
}  # fmt: skip

HYPERBOLIC = {
    "log(cosh(x))": (
        lambda x: tg.log(tg.cosh(x)), lambda x: mp.log(mp.cosh(x)),
        [1e-9, 800.0, -800.0],
    ),
    "log(sinh(x))": (
        lambda x: tg.log(tg.sinh(x)), lambda x: mp.log(mp.sinh(x)), [800.0]
    ),
    "sinh(x)/cosh(x)": (lambda x: tg.sinh(x) / tg.cosh(x), mp.tanh, [800.0]),
    "cosh(x)-1": (
        lambda x: tg.cosh(x) - 1, lambda x: 2 * mp.sinh(x / 2) ** 2, [1e-9]
    ),
    "cosh(x)-sinh(x)": (
        lambda x: tg.cosh(x) - tg.sinh(x), lambda x: mp.exp(-x), [20.0, 800.0]
    ),
    "log(x+sqrt(1+x**2))": (
        lambda x: tg.log(x + tg.sqrt(1 + x**2)), mp.asinh, [-1e9, 1e-12, -1e200]
    ),
}  # fmt: skip


def _log_det(*x):
    return mp.log(abs(mp.det(mp.matrix(2, 2) + mp.matrix([x[:2], x[2:]]))))


DETERMINANTS = {
    "log(abs(det(A)))": (
        lambda x: tg.log(tg.abs(tg.linalg.det(x.reshape((2, 2))))), _log_det,
        [[1e200, 2.0, 3.0, -1e150]],
    ),
    "log(det(A))": (
        lambda x: tg.log(tg.linalg.det(x.reshape((2, 2)))), _log_det,
        [[1e200, 2.0, -3.0, 1e150], [1e-200, 0.0, 0.0, 1e-150]],
    ),
    "log(prod(diagonal(A)))": (
        lambda x: tg.log(tg.prod(tg.diagonal(x.reshape((2, 2))))),
        lambda a, b, c, d: mp.log(a * d), [[1e200, 2.0, 3.0, 1e150]],
    ),
}  # fmt: skip

THEMES = {
    "near one": NEAR_ONE, "logistic": LOGISTIC, "logarithms": LOGARITHMS,
    "exponentials": EXPONENTIALS, "normal": NORMAL, "gammas": GAMMAS, "tails": TAILS,
    "hyperbolic": HYPERBOLIC, "determinants": DETERMINANTS,
}  # fmt: skip

SLOPES_LOST = {"digamma(x)-digamma(x+y)"}
"""Formulas whose derivatives cancel: differences of trigamma have no function."""
