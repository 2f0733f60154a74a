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
    "mean(x**2)-mean(x)**2": (
        lambda x: tg.mean(x**2) - tg.mean(x) ** 2,
        lambda *x: mp.fsum((v - mp.fsum(x) / len(x)) ** 2 for v in x) / len(x),
        [[1e9, 1e9 + 1, 1e9 - 1.5]],
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
