"""Hand-built loop programs with their inputs and what NumPy says they compute."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Cast,
    Check,
    CheckInfo,
    Fill,
    Let,
    Load,
    Name,
    Select,
    Size,
    Store,
    Update,
)
from tests.loops.control import (
    autoregression,
    branches,
    called,
    deep,
    fibonacci,
    long,
    mixed_sums,
    newton,
    shared,
    softmax,
    sorted_by_call,
    strips,
)
from tests.loops.pieces import (
    DIVIDE,
    GREATER,
    INDEX_CHECK,
    NOT,
    SQRT,
    ZERO,
    Example,
    I,
    J,
    K,
    add,
    array,
    exact_sum,
    given,
    loop,
    mul,
    number,
    numbers,
    op,
    program,
    result,
)


def elementwise(n: int = 10) -> Example:
    x, loc, scale = (
        given(s, "float64", k, r)
        for k, (s, r) in enumerate([("x", 1), ("loc", 0), ("scale", 0)])
    )
    out = result("out", "float64", Size(0, 0))
    z = op(DIVIDE, op(ar.SUB, Load(x, (I,)), Load(loc, ())), Load(scale, ()))
    half = mul(number(-0.5), mul(Name("z"), Name("z")))
    body = loop("i", Size(0, 0), Let("z", z), Store(out, (I,), half))
    data = numbers(n)
    return Example(
        program("standardize", (x, loc, scale), (out,), body),
        (data, np.float64(0.3), np.float64(1.7)),
        (-0.5 * (((data - 0.3) / 1.7) * ((data - 0.3) / 1.7)),),
    )


def total(data: np.ndarray) -> Example:
    """The sum of a vector, by lanes."""
    dtype = str(data.dtype)
    x, out = given("x", dtype, 0, 1), result("total", dtype)
    return Example(
        program(
            "total",
            (x,),
            (out,),
            Accumulator("s", "add", dtype),
            loop("i", Size(0, 0), Accumulate("s", "add", Load(x, (I,)))),
            Store(out, (), Name("s", dtype)),
        ),
        (data,),
        (exact_sum(data),),
        exact=False,
    )


def reductions(data: np.ndarray) -> Example:
    """Product, largest and smallest element of a vector."""
    dtype = str(data.dtype)
    x = given("x", dtype, 0, 1)
    outs = {c: result(c, dtype) for c in ("mul", "max", "min")}
    references = (np.multiply, np.maximum, np.minimum)
    starts = (1, -np.inf, np.inf)
    if data.dtype.kind in "iu":
        limits = np.iinfo(data.dtype)
        starts = (1, limits.min, limits.max)
    return Example(
        program(
            "reductions",
            (x,),
            tuple(outs.values()),
            *(Accumulator(c, c, dtype) for c in outs),
            loop("i", Size(0, 0), *(Accumulate(c, c, Load(x, (I,))) for c in outs)),
            *(Store(out, (), Name(c, dtype)) for c, out in outs.items()),
        ),
        (data,),
        tuple(
            f.reduce(data, initial=start, dtype=dtype)
            for f, start in zip(references, starts, strict=True)
        ),
        exact=False,
    )


def all_and_any(flags: np.ndarray) -> Example:
    x = given("x", "bool", 0, 1)
    every, some, none = (result(s, "bool") for s in ("every", "some", "none"))
    inverted = result("inverted", "bool", Size(0, 0))
    return Example(
        program(
            "all_and_any",
            (x,),
            (every, some, none, inverted),
            Accumulator("e", "and", "bool"),
            Accumulator("s", "or", "bool"),
            loop(
                "i",
                Size(0, 0),
                Accumulate("e", "and", Load(x, (I,))),
                Accumulate("s", "or", Load(x, (I,))),
                Store(inverted, (I,), op(NOT, Load(x, (I,)))),
            ),
            Store(every, (), Name("e", "bool")),
            Store(some, (), Name("s", "bool")),
            Store(none, (), op(NOT, Name("s", "bool"))),
        ),
        (flags,),
        (flags.all(), flags.any(), not flags.any(), ~flags),
    )


def row_sums(n: int = 3, m: int = 300) -> Example:
    """A sum for each row, declared inside the loop, and a sum over them."""
    x = given("x", "float64", 0, 2)
    rows, grand = result("rows", "float64", Size(0, 0)), result("grand", "float64")
    data = numbers(n, m)
    return Example(
        program(
            "row_sums",
            (x,),
            (rows, grand),
            Accumulator("g", "add", "float64"),
            loop(
                "i",
                Size(0, 0),
                Accumulator("s", "add", "float64"),
                loop("j", Size(0, 1), Accumulate("s", "add", Load(x, (I, J)))),
                Accumulate("g", "add", mul(Name("s"), Name("s"))),
                Store(rows, (I,), Name("s")),
            ),
            Store(grand, (), Name("g")),
        ),
        (data,),
        (data.sum(1), (data.sum(1) ** 2).sum()),
        exact=False,
    )


def gather(table: np.ndarray, where: np.ndarray) -> Example:
    a, c = given("a", "float64", 0, 1), given("c", "int64", 1, 1)
    out = result("out", "float64", Size(1, 0))
    at = Load(c, (I,))
    body = loop(
        "i",
        Size(1, 0),
        Check(7, ar.between(ZERO, at, Size(0, 0)), (at, Size(0, 0))),
        Store(out, (I,), Load(a, (at,))),
    )
    built = program("gather", (a, c), (out,), body, checks=(INDEX_CHECK,))
    bad = where[(where < 0) | (where >= len(table))]
    if len(bad):
        return Example(
            built, (table, where), failure=(7, (float(bad[0]), float(len(table))))
        )
    return Example(built, (table, where), (table[where],))


def scatter(n: int = 20, groups: int = 4) -> Example:
    y, c = given("y", "float64", 0, 1), given("c", "int64", 1, 1)
    size = given("like", "float64", 2, 1)
    out = result("sums", "float64", Size(2, 0))
    body = loop(
        "i",
        Size(0, 0),
        Let("j", Load(c, (I,))),
        Check(
            7,
            ar.between(ZERO, Name("j", "int64"), Size(2, 0)),
            (Name("j", "int64"), Size(2, 0)),
        ),
        Update(out, (Name("j", "int64"),), "add", Load(y, (I,))),
        order="in_order",
    )
    data, where = numbers(n), np.random.default_rng(2).integers(0, groups, n)
    expected = np.zeros(groups)
    np.add.at(expected, where, data)
    same = Check(8, ar.equal(Size(0, 0), Size(1, 0)), (Size(0, 0), Size(1, 0)))
    return Example(
        program(
            "scatter",
            (y, c, size),
            (out,),
            Fill(out, number(0.0)),
            body,
            entry=(same,),
            checks=(INDEX_CHECK, CheckInfo(8, "shape", "lengths {0} and {1} differ")),
        ),
        (data, where, np.zeros(groups)),
        (expected,),
    )


def reshaped(n: int = 3, m: int = 4) -> Example:
    """A matrix read as a vector, and an output seen as a matrix."""
    x = given("x", "float64", 0, 2)
    rows, columns = Size(0, 0), Size(0, 1)
    count = ar.times(rows, columns)
    t = array("t", "float64", rows, columns)
    flat = array("flat", "float64", count, alias_of=t)
    out = result("out", "float64", count)
    matrix = array("matrix", "float64", columns, rows, alias_of=out)
    data = numbers(n, m)
    at = ar.unflat(K, (columns, rows))
    return Example(
        program(
            "reshaped",
            (x,),
            (out,),
            loop(
                "i",
                rows,
                loop("j", columns, Store(t, (I, J), add(Load(x, (I, J)), number(1.0)))),
            ),
            loop("k", count, Store(matrix, at, mul(Load(flat, (K,)), number(2.0)))),
            workspace=(t,),
        ),
        (data,),
        (((data + 1) * 2).reshape(-1),),
    )


def strided(view: np.ndarray | None = None) -> Example:
    x, y = (
        given("x", "float64", 0, 2, strided=True),
        given("y", "float32", 1, 1, strided=True),
    )
    out = result("out", "float64", Size(0, 0), Size(0, 1))
    data = numbers(8, 5).T[::2, ::-1] if view is None else view
    other = np.arange(40, dtype="float32")[3::5][: data.shape[1]]
    value = mul(Load(x, (I, J)), Cast(Load(y, (J,)), "float64"))
    same = Check(8, ar.equal(Size(0, 1), Size(1, 0)), (Size(0, 1), Size(1, 0)))
    body = loop("i", Size(0, 0), loop("j", Size(0, 1), Store(out, (I, J), value)))
    info = CheckInfo(8, "shape", "lengths {0} and {1} differ")
    return Example(
        program("strided", (x, y), (out,), body, entry=(same,), checks=(info,)),
        (data, other),
        (data * other,),
    )


def casts() -> Example:
    """Conversions, and arithmetic that wraps in small integers."""
    x, k = given("x", "float64", 0, 1), given("k", "int32", 1, 1)
    n = Size(0, 0)
    kinds = ("int64", "float32", "bool", "int32", "uint8", "int8", "uint64")
    outs = {kind: result(f"as_{kind}", kind, n) for kind in kinds}
    same = Check(8, ar.equal(n, Size(1, 0)), (n, Size(1, 0)))
    data = np.array([0.0, 1.5, 2.7, 100.0, 3.999, 17.25])
    ints = np.array([0, 100, 200, -1, 255, 2**30], "int32")
    v, w = Load(x, (I,)), Load(k, (I,))
    byte = Cast(w, "uint8")
    tiny = Cast(w, "int8")
    values = {
        "int64": Cast(v, "int64"),
        "float32": op(DIVIDE, Cast(v, "float32"), number(3.0, "float32")),
        "bool": Cast(v, "bool"),
        "int32": add(mul(w, w), number(7, "int32")),
        "uint8": add(byte, add(byte, number(9, "uint8"))),
        "int8": mul(tiny, tiny),
        "uint64": add(Cast(byte, "uint64"), number(2**63, "uint64")),
    }
    bytes_, tinies = ints.astype("uint8"), ints.astype("int8")
    return Example(
        program(
            "casts",
            (x, k),
            tuple(outs.values()),
            loop("i", n, *(Store(outs[kind], (I,), values[kind]) for kind in kinds)),
            entry=(same,),
            checks=(CheckInfo(8, "shape", "lengths {0} and {1} differ"),),
        ),
        (data, ints),
        (
            data.astype("int64"),
            data.astype("float32") / np.float32(3),
            data.astype(bool),
            ints * ints + np.int32(7),
            bytes_ + (bytes_ + np.uint8(9)),
            tinies * tinies,
            bytes_.astype("uint64") + np.uint64(2**63),
        ),
    )


def selected() -> Example:
    x, out = given("x", "float64", 0, 1), result("out", "float64", Size(0, 0))
    v = Load(x, (I,))
    inside = ar.both(
        op(GREATER, v, number(-1.0), dtype="bool"), ar.less(v, number(1.0))
    )
    clipped = Select(inside, op(SQRT, op(ar.MAX, v, number(0.0))), number(np.nan))
    data = np.array([0.25, -0.5, 3.0, -3.0, np.nan, np.inf, 0.0])
    with np.errstate(invalid="ignore"):
        expected = np.where(np.abs(data) < 1, np.sqrt(np.maximum(data, 0)), np.nan)
    return Example(
        program(
            "selected", (x,), (out,), loop("i", Size(0, 0), Store(out, (I,), clipped))
        ),
        (data,),
        (expected,),
    )


LENGTHS = (0, 1, 7, 8, 9, 255, 256, 257, 1000)

EXAMPLES: dict[str, Callable[[], Example]] = {
    "elementwise": elementwise,
    "elementwise of nothing": lambda: elementwise(0),
    **{f"total of {n}": (lambda n=n: total(numbers(n))) for n in LENGTHS},
    "total that cancels": lambda: total(np.tile([1e16, 1.0, -1e16, 1e-3], 200)),
    "total of inf": lambda: total(np.array([1.0, np.inf, 2.0])),
    "total of inf - inf": lambda: total(np.array([1.0, np.inf, -np.inf])),
    "total of float32": lambda: total(numbers(1000).astype("float32")),
    "total of int64": lambda: total(np.arange(1000) ** 5),
    "total of int8": lambda: total(np.arange(100, dtype="int8")),
    "total of uint32": lambda: total(np.arange(5000, dtype="uint32") ** 2),
    "reductions": lambda: reductions(numbers(20)),
    "reductions of nothing": lambda: reductions(numbers(0)),
    "reductions with nan": lambda: reductions(np.array([1.0, np.nan, 3.0])),
    "reductions of float32": lambda: reductions(numbers(9).astype("float32")),
    "reductions of int32": lambda: reductions(np.array([3, -4, 5], "int32")),
    "reductions of uint8": lambda: reductions(np.array([200, 3], "uint8")),
    "all and any": lambda: all_and_any(np.array([True, False, True])),
    "all and any of nothing": lambda: all_and_any(np.zeros(0, bool)),
    "row sums": row_sums,
    "gather": lambda: gather(numbers(4), np.array([3, 0, 2, 2, 1])),
    "gather too far": lambda: gather(numbers(4), np.array([3, 0, 4, 2])),
    "gather below zero": lambda: gather(numbers(4), np.array([3, -1])),
    "scatter": scatter,
    "strips": strips,
    "strips of nothing": lambda: strips(0),
    "strips of 256": lambda: strips(256),
    "autoregression": autoregression,
    "fibonacci": fibonacci,
    "newton": newton,
    "branches": branches,
    "reshaped": reshaped,
    "strided": strided,
    "casts": casts,
    "softmax": softmax,
    "deep": deep,
    "shared": shared,
    "selected": selected,
    "mixed sums": mixed_sums,
    "long": long,
    "called": called,
    "sorted by call": sorted_by_call,
}
"""Every example by its name."""
