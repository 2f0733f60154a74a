"""The steps of random programs: expressions that NumPy and tensorgraph both compute."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Fits = Callable[[np.ndarray, np.ndarray], bool]


class Unfit(Exception):
    """A step that its operands do not allow; the program goes on without it."""


class Step:
    """A way to go on: which operands it takes, and the text of an expression of them.

    `kinds` has one word an operand, of the letters of NumPy's kinds that it may have;
    `fits` says whether a second operand goes with the first; `write` draws parameters
    and gives text with ``{0}``, ``{1}`` for the operands and ``xp`` for the namespace.
    """

    def __init__(self, kinds: str, fits: Fits, write: Callable[..., str]) -> None:
        self.kinds = kinds.split()
        self.fits = fits
        self.write = write


STEPS: dict[str, Step] = {}
REAL, NUMBER, ANY = "f", "fiu", "fiub"


def broadcasts(a: np.ndarray, b: np.ndarray) -> bool:
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        return False
    return True


def always(a: np.ndarray, b: np.ndarray) -> bool:
    return True


def step(kinds: str, fits: Fits = broadcasts) -> Callable[..., Any]:
    """Enter a step, written by a function of `draw` and the operands' values."""

    def enter(write: Callable[..., str]) -> Callable[..., str]:
        STEPS[write.__name__] = Step(kinds, fits, write)
        return write

    return enter


def one_of(name: str, kinds: str, texts: str, halves: bool = True) -> None:
    """Enter a step that is one of the lines of a text, each an expression."""
    lines = [line.strip() for line in texts.strip().splitlines()]

    def write(draw: Draw, *operands: np.ndarray) -> str:
        if not halves and any(x.dtype == "float16" for x in operands):
            raise Unfit("SciPy computes in single or double precision")
        return draw(st.sampled_from(lines))

    STEPS[name] = Step(kinds, broadcasts, write)


def axis(draw: Draw, x: np.ndarray, least: int = 1) -> int:
    """An axis of an array, some of its elements on it, counted from either end."""
    found = [i for i in range(-x.ndim, x.ndim) if x.shape[i] >= least]
    if not found:
        raise Unfit("no axis")
    return draw(st.sampled_from(found))


def axes(draw: Draw, x: np.ndarray) -> str:
    """Some axes as a reduction takes them: None, a number, a tuple."""
    every = list(range(x.ndim))
    some = st.lists(st.sampled_from(every), unique=True).map(tuple) if every else None
    choice = st.none() if some is None else st.none() | some | st.sampled_from(every)
    return repr(draw(choice))


# -- elementwise -----------------------------------------------------------------------

one_of("arithmetic_with_a_number", NUMBER, """
    {0} + 1
    {0} * 2
    1 - {0}
    0.5 * {0}
    {0} / 3
    {0} - 0.25
    -{0}
    {0} ** 2
    {0} ** 3
    {0} * 1
    {0} + 0
    2 / (1 + xp.abs({0}))
    {0} // 2
    {0} % 3
    (-{0}) ** 2
    {0} * -1
""")  # fmt: skip
one_of("elementwise", REAL, """
    xp.exp(-xp.abs({0}))
    xp.exp({0})
    xp.log(1 + xp.exp({0}))
    xp.log1p(xp.exp({0}))
    1 / (1 + xp.exp(-{0}))
    xp.log(1 + {0} ** 2)
    xp.log(xp.abs({0}) + 0.5)
    xp.sqrt(1 + {0} ** 2)
    xp.sqrt(xp.abs({0}) + 0.1)
    xp.tanh({0})
    xp.sin({0})
    xp.cos({0})
    xp.arctan({0})
    xp.arcsinh({0})
    xp.sinh(xp.tanh({0}))
    xp.expm1({0})
    xp.exp2({0})
    xp.cbrt({0} ** 2 + 1)
    xp.sinc({0})
    xp.reciprocal(1.5 + xp.cos({0}))
    xp.log(xp.exp({0}) + xp.exp(2 * {0}))
    xp.exp({0}) / (1 + xp.exp({0}))
    xp.log(1 - xp.exp(-1 - xp.abs({0})))
    ({0} ** 2 + 1) ** -0.5
    xp.float_power({0}, 2)
    xp.nan_to_num({0})
""")  # fmt: skip
one_of("special_functions", REAL, """
    xp.gammaln(1 + xp.abs({0}))
    xp.digamma(0.5 + xp.abs({0}))
    xp.erf({0})
    xp.erfc({0})
    xp.log(xp.erfc(xp.tanh({0})))
    xp.expit({0})
    xp.log(xp.expit({0}))
    1 - xp.expit({0})
    xp.logit(0.5 + 0.4 * xp.sin({0}))
    xp.log_ndtr({0})
    xp.ndtr({0})
    xp.xlogy({0} ** 2, 1 + {0} ** 2)
    xp.xlog1py({0}, {0} ** 2)
    xp.i0e({0})
    xp.gammainc(1 + xp.abs({0}), 1 + {0} ** 2)
    xp.real(xp.exp(1j * {0}))
    xp.abs({0} + 2j)
""", halves=False)  # fmt: skip
one_of("with_kinks", NUMBER, """
    xp.abs({0})
    xp.sign({0})
    xp.floor({0})
    xp.ceil({0})
    xp.trunc({0})
    xp.rint({0})
    xp.square({0})
    xp.clip({0}, -1, 2)
    xp.maximum({0}, 0)
    xp.minimum(1, {0})
    xp.positive({0})
    xp.heaviside({0}, 1)
    xp.isfinite({0})
    xp.signbit({0})
""")  # fmt: skip
one_of("two_numbers", f"{NUMBER} {NUMBER}", """
    {0} + {1}
    {0} - {1}
    {0} * {1}
    {0} / (1 + xp.abs({1}))
    xp.maximum({0}, {1})
    xp.minimum({0}, {1})
    xp.where({0} > {1}, {0}, {1})
    xp.where({0} < 0.5, {1}, 0)
    -0.5 * (({0} - {1}) / 2) ** 2
    {0} + {1} * 2
    {0} - ({0} - {1})
    {0} * {1} * {0}
    {0} // (xp.abs({1}) + 1)
    {0} % (xp.abs({1}) + 1)
    xp.clip({0}, {1}, {1} + 1)
    xp.fmax({0}, {1})
    xp.copysign({0}, {1})
""")  # fmt: skip
one_of("two_reals", f"{REAL} {REAL}", """
    xp.exp({0} - {1})
    xp.hypot({0}, {1})
    xp.arctan2({0}, {1})
    xp.logaddexp({0}, {1})
    (1 + xp.abs({0})) ** {1}
    xp.exp({0}) * xp.exp({1})
    xp.log((1 + {0} ** 2) * (2 + {1} ** 2))
    xp.log1p({0} ** 2) - xp.log(2 + {1} ** 2)
    xp.where({0} > 0, xp.log(xp.abs({0}) + 0.1), {1})
    xp.sqrt({0} ** 2 + {1} ** 2 + 1)
    {0} * xp.tanh({1})
    xp.fmod({0}, 1 + {1} ** 2)
""")  # fmt: skip
one_of("comparisons", f"{ANY} {ANY}", """
    {0} < {1}
    {0} <= {1}
    {0} > {1}
    {0} >= {1}
    xp.equal({0}, {1})
    xp.not_equal({0}, {1})
    xp.logical_and({0}, {1})
    xp.logical_or({0}, xp.logical_not({1}))
    xp.logical_xor({0}, {1})
""")  # fmt: skip
one_of("two_integers", "iub iub", """
    {0} & {1}
    {0} | {1}
    {0} ^ {1}
    ~{0} | {1}
""")  # fmt: skip
one_of("integers", "iu iu", """
    {0} << ({1} & 3)
    {0} >> ({1} & 3)
    xp.gcd({0}, {1})
    xp.bitwise_count({0}) + {1}
""")  # fmt: skip
one_of("choice", f"b {ANY} {ANY}", """
    xp.where({0}, {1}, {2})
    xp.where({0}, {1}, 0)
    xp.where(~{0}, 1, {1}) * {2}
    {0} * {1} + {2}
    xp.select([{0}, {1} > 0], [{1}, {2}], 0)
""")  # fmt: skip


@step(ANY)
def cast(draw: Draw, x: np.ndarray) -> str:
    dtypes = ["float64", "float32", "int64", "int32", "bool", "uint8", "float16"]
    dtype = draw(st.sampled_from(dtypes))
    if x.dtype.kind == "f" and dtype == "uint8":
        raise Unfit("negative floats have no unsigned integer")
    return f"{{0}}.astype({dtype!r})"


# -- reductions ------------------------------------------------------------------------


@step(ANY)
def reduction(draw: Draw, x: np.ndarray) -> str:
    names = "sum prod mean max min any all var std ptp count_nonzero".split()
    name = draw(st.sampled_from(names))
    where = axes(draw, x)
    if x.size == 0 and name not in ("sum", "prod", "any", "all", "count_nonzero"):
        raise Unfit("nothing to reduce")
    if x.dtype.kind == "b" and name == "ptp":
        raise Unfit("bools have no difference")
    if name == "ptp" and x.ndim == 0:
        raise Unfit("no axis")
    return f"xp.{name}({{0}}, axis={where}, keepdims={draw(st.booleans())})"


@step(REAL)
def normalized(draw: Draw, x: np.ndarray) -> str:
    n = axis(draw, x)
    if x.dtype == "float16":
        raise Unfit("SciPy computes in single or double precision")
    softmax = "log_softmax" if np.any(x == np.inf) else "softmax"  # see its docstring
    return draw(st.sampled_from([
        f"{{0}} - xp.mean({{0}}, axis={n}, keepdims=True)",
        f"xp.exp({{0}}) / xp.sum(xp.exp({{0}}), axis={n}, keepdims=True)",
        f"xp.log(xp.sum(xp.exp({{0}}), axis={n}))",
        f"{{0}} - xp.log(xp.sum(xp.exp({{0}}), axis={n}, keepdims=True))",
        f"{{0}} / xp.sqrt(1 + xp.sum({{0}} ** 2, axis={n}, keepdims=True))",
        f"{{0}} - xp.max({{0}}, axis={n}, keepdims=True)",
        f"xp.sum(({{0}} - xp.mean({{0}}, axis={n}, keepdims=True)) ** 2, axis={n})",
        f"xp.logsumexp({{0}}, axis={n})",
        f"xp.{softmax}({{0}}, axis={n})",
        f"xp.log_softmax({{0}}, axis={n})",
        f"xp.sqrt(xp.mean({{0}} ** 2, axis={n}) + 0.1)",
        f"xp.std({{0}} + 2 * xp.arange({x.shape[n]}), axis=-1)" if x.ndim == 1
        else f"xp.var({{0}}, axis={n})",
        f"xp.log(xp.prod(1 + {{0}} ** 2, axis={n}))",
    ]))  # fmt: skip


@step(REAL)
def fourier(draw: Draw, x: np.ndarray) -> str:
    n = axis(draw, x)
    if x.dtype == "float16" or not np.all(np.abs(x) < 1e4):
        raise Unfit("where nan and rounding errors go depends on the algorithm")
    return draw(st.sampled_from([
        f"xp.abs(xp.fft.rfft({{0}}, axis={n})) ** 2",
        f"xp.fft.irfft(xp.fft.rfft({{0}}, axis={n}), n={x.shape[n]}, axis={n})",
        f"xp.real(xp.fft.fft({{0}}, axis={n}))",
        f"xp.imag(xp.fft.ifft(xp.cos({{0}}), axis={n}))",
    ]))  # fmt: skip


@step(f"{NUMBER} {NUMBER}")
def reduction_of_two(draw: Draw, a: np.ndarray, b: np.ndarray) -> str:
    whole = np.broadcast_shapes(a.shape, b.shape)
    where = axes(draw, np.empty(whole))
    return draw(st.sampled_from([
        f"xp.sum({{0}} * {{1}}, axis={where})",
        f"xp.sum({{0}} + {{1}}, axis={where})",
        f"xp.sum(-{{0}} * {{1}}, axis={where}) * 2",
        f"xp.sum(xp.where({{0}} > {{1}}, {{0}}, 0), axis={where})",
        f"xp.any({{0}} > {{1}}, axis={where})",
    ]))  # fmt: skip


@step(NUMBER)
def order_statistic(draw: Draw, x: np.ndarray) -> str:
    n = axis(draw, x)
    return draw(st.sampled_from([
        f"xp.argmax({{0}}, axis={n})",
        f"xp.argmin({{0}}, axis={n})",
        f"xp.median({{0}}, axis={n})",
        f"xp.quantile({{0}}, 0.3, axis={n})",
        f"xp.percentile({{0}}, [20, 70], axis={n})",
        f"xp.sort({{0}}, axis={n})",
        f"xp.argsort({{0}}, axis={n}, kind='stable')",
        f"xp.take_along_axis({{0}}, xp.argsort({{0}}, axis={n}, kind='stable'), {n})",
    ]))  # fmt: skip


@step(NUMBER)
def cumulative(draw: Draw, x: np.ndarray) -> str:
    n = axis(draw, x, 0)
    return draw(st.sampled_from([
        f"xp.cumsum({{0}}, axis={n})",
        f"xp.cumprod({{0}}, axis={n})",
        f"xp.diff({{0}}, axis={n})",
        f"xp.cummax({{0}}, {n})",
        f"xp.cumsum({{0}}, axis={n}) - {{0}}",
        f"xp.cumsum(xp.flip({{0}}, {n}), axis={n})",
    ]))  # fmt: skip


@step(REAL)
def recurrence(draw: Draw, x: np.ndarray) -> str:
    if x.ndim == 0:
        raise Unfit("no time")
    return draw(st.sampled_from([
        "xp.recurrence(lambda s, e: xp.tanh(0.5 * s + e), {0})",
        "xp.recurrence(lambda s, e: s * 0.9 - xp.sin(e), {0})",
        "xp.recurrence(lambda s, e: xp.where(e > 0, s + e, s), {0})",
        "xp.recurrence(lambda s, e: xp.maximum(s, e) + xp.sum(e) * 0.1, {0})",
    ]))  # fmt: skip
