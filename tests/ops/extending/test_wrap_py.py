"""Python functions as ops: values, errors, threads, pickles, in every backend."""

import gc
import pickle
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.stats as st

import tensorgraph as tg
from tensorgraph.errors import (
    BatchError,
    DTypeError,
    GradientError,
    GraphError,
    ShapeError,
)
from tests.ops.interpreted import interpreted
from tests.ops.wrong import names_the_line, says

MODES = ["C", "NUMBA", "PYTHON"]
ROW = tg.TensorType("float64", ("n",))


@tg.wrap_py([ROW], [ROW], pullback=lambda xs, ys, gs: [2 * xs[0] * gs[0]])
def squares(x):
    "Each element squared."
    return x * x


def test_it_stays_a_function():
    assert squares.__name__ == "squares" and squares.__doc__ == "Each element squared."
    assert squares.__wrapped__(3) == 9
    assert str(squares(tg.dvector("x")).owner.op) == "Python{squares}"


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int64", "float32"])
def test_arrays_keep_their_dtype_and_are_the_functions_own(dtype):
    kept = []

    def function(x):
        kept.append(x)
        x[0] = 0
        return np.flip(x)

    type = tg.TensorType(dtype, ("n",))
    x = type("x")
    f = tg.function([x], tg.wrap_py(type, type)(function)(x), mode="FAST_COMPILE")
    value = np.array([1, 0, 1, 1], dtype)
    np.testing.assert_array_equal(f(value), [1, 1, 0, 0])
    f(np.zeros(4, dtype))
    assert value[0] == 1 and kept[0].dtype == dtype
    np.testing.assert_array_equal(kept[0], [0, 0, 1, 1])


def test_views_and_numbers_are_passed_as_arrays():
    x = tg.dmatrix("x")
    f = tg.function([x], squares(x.T[1]) + squares([3, 2]), mode="FAST_COMPILE")
    value = np.arange(8.0).reshape(2, 4)
    np.testing.assert_array_equal(f(value), value[:, 1] ** 2 + [9, 4])
    (found,) = interpreted([squares(x.T[1])], {x: value})
    np.testing.assert_array_equal(found, value[:, 1] ** 2)


@pytest.mark.parametrize("mode", MODES)
def test_what_it_raises_comes_out_with_the_line(mode):
    @tg.wrap_py(tg.dscalar, tg.dscalar)
    def choosy(x):
        if x < 0:
            raise KeyError(f"{x} is negative")
        return x

    x = tg.dscalar("x")
    y = choosy(x)  # here
    f = tg.function([x], y, mode=mode)
    for _ in range(3):
        with pytest.raises(KeyError, match=r"-1.0 is negative") as found:
            f(-1.0)
        assert "# here" in "".join(found.value.__notes__)
    assert f(2.0) == 2


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "PYTHON"])
@pytest.mark.parametrize(
    ("result", "error", "words"),
    [
        (np.ones(2), ShapeError, r"result 0 has shape \(2,\), but \(3,\) was promised"),
        (1.0, ShapeError, r"shape \(\), but Vector"),
        (np.ones(3, complex), DTypeError, "complex128, but float64 was promised"),
        ("word", DTypeError, "promised"),
        (None, DTypeError, "object"),
    ],
)
def test_a_broken_promise(mode, result, error, words):
    x = tg.dvector("x")
    y = tg.wrap_py(ROW, ROW, name="odd")(lambda x: result)(x)
    f = tg.function([x], y, mode=mode)
    with pytest.raises(error, match=f"odd: .*{words}"):
        f(np.ones(3))


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "PYTHON"])
def test_lengths_of_one_name_are_equal(mode):
    add = tg.wrap_py([ROW, ROW], ROW)(np.add)
    x, y = tg.dvectors("x y")
    f = tg.function([x, y], add(x, y), mode=mode)
    np.testing.assert_array_equal(f([1.0], [2.0]), [3.0])
    with pytest.raises(ShapeError, match=r"argument 1 has shape \(1,\).*where n is 2"):
        f([1.0, 2.0], [2.0])


@pytest.mark.parametrize("mode", MODES)
def test_lengths_that_only_the_function_knows(mode):
    @tg.wrap_py(
        [tg.dvector, ROW], [tg.dvector, ROW, tg.TensorType("float64", (None, 2))],
        pullback=lambda xs, ys, gs: [None, 3 * gs[1]],
    )  # fmt: skip
    def parts(x, y):
        return x[x > 0], 3 * y, np.ones((len(y) + 1, 2))

    x, y = tg.dvectors("x y")
    positive, thrice, ones = parts(x, y)
    slope = tg.grad(thrice.sum(), y)
    f = tg.function([x, y], [tg.exp(positive), thrice, ones.sum(), slope], mode=mode)
    for value in ([1.0, -1.0, 2.0], [-1.0], []):
        found = f(value, [1.0, 2.0])
        np.testing.assert_allclose(found[0], np.exp([v for v in value if v > 0]))
        assert [list(found[1]), found[2], list(found[3])] == [[3, 6], 6, [3, 3]]
    with pytest.raises(BatchError, match="parts cannot be vectorized"):
        tg.vectorize_graph(positive, {x: tg.dmatrix("xs")})


def test_gradients_need_a_pullback_that_fits():
    x = tg.dvector("x")
    plain = tg.wrap_py(ROW, ROW, name="plain")(np.sin)
    error = says(
        GradientError, lambda: tg.grad(plain(x).sum(), x), "plain", "give", "pullback"
    )
    assert names_the_line(error, __file__)
    held = tg.grad((tg.zero_grad(plain(x)) * x).sum(), x)
    assert held.eval({x: [1.0]}) == np.sin([1.0])
    for rule, word in [
        (lambda xs, ys, gs: [], "0 cotangents"),
        (lambda xs, ys, gs: [gs[0].sum()], "Scalar"),
        (lambda xs, ys, gs: ["g"], "'g'"),
    ]:
        wrong = tg.wrap_py(ROW, ROW, pullback=rule, name="wrong")(np.sin)
        says(GradientError, lambda f=wrong: tg.grad(f(x).sum(), x), "wrong", word)


def test_a_batch_calls_it_once_an_element():
    shapes = []
    count = tg.wrap_py(ROW, tg.dscalar)(lambda x: shapes.append(x.shape) or x.sum())
    x, xs = tg.dvector("x"), tg.dtensor3("xs")
    many = tg.vectorize_graph(count(x), {x: xs})
    value = np.arange(12.0).reshape(2, 3, 2)
    f = tg.function([xs], many, mode="FAST_COMPILE")
    np.testing.assert_array_equal(f(value), value.sum(-1))
    assert shapes == [(2,)] * 6
    n, ns = tg.lscalar("n"), tg.lvector("ns")
    says(
        BatchError,
        lambda: tg.vectorize_graph(squares(tg.zeros(n)), {n: ns}),
        "another shape",
    )


@pytest.mark.parametrize("mode", MODES)
def test_inside_loops_and_branches(mode, capsys):
    "A carried number has no address of its own; the arm not taken is not called."

    @tg.wrap_py(tg.dscalar, tg.dscalar)
    def after(x):
        if x > 2.5:
            raise OverflowError(f"{x} is too large")
        return x + 1

    x = tg.dscalar("x")
    walk = tg.scan(lambda s: tg.Print("s")(after(s)), outputs_info=[x], n_steps=3)
    f = tg.function([x], [walk, tg.ifelse(x < 0, after(x + 9), x)], mode=mode)
    assert [list(v) if v.ndim else v for v in f(0.0)] == [[1, 2, 3], 0]
    assert capsys.readouterr().out == "".join(f"s __str__ = {k}.0\n" for k in (1, 2, 3))
    with pytest.raises(OverflowError, match=r"2\.6 is too large"):
        f(0.6)
    with pytest.raises(OverflowError, match=r"8\.0"):
        f(-1.0)


def test_gradients_through_a_loop():
    x, start = tg.dmatrix("x"), tg.dvector("start")
    y = tg.scan(lambda row, s: squares(s) * 0.1 + row, [x], [start])
    plain = tg.scan(lambda row, s: s * s * 0.1 + row, [x], [start])
    given = {x: np.arange(6.0).reshape(3, 2), start: np.array([0.3, 0.4])}
    slopes = [tg.grad(v.sum(), start) for v in (y, plain)]
    f = tg.function([x, start], slopes, mode="FAST_COMPILE")
    np.testing.assert_allclose(*f(*given.values()), rtol=1e-14)


def test_a_call_inside_a_call():
    "Any function may be called from inside; two updates of one variable may not nest."
    total, x = tg.shared(0.0, "total"), tg.dscalar("x")
    add = tg.function([x], total + x, updates={total: total + x})
    twice = tg.function([x], 2 * x)
    plain = tg.wrap_py(tg.dscalar, tg.dscalar)(twice)
    nested = tg.wrap_py(tg.dscalar, tg.dscalar)(add)
    f = tg.function([x], plain(x), updates={total: total + plain(x)})
    assert f(3.0) == total.get_value() == 6
    assert tg.function([x], nested(x))(1.0) == 7
    g = tg.function([x], nested(x), updates={total: total + x})
    with pytest.raises(RuntimeError, match="updates it too"):
        g(1.0)
    assert total.get_value() == 7 and add(1.0) == 8


def test_what_nobody_calls_any_more_is_freed():
    x = tg.dvector("x")
    f = tg.function([x], squares(x), mode="FAST_COMPILE")
    f(np.ones(2))
    alive = [weakref.ref(r.address.__self__) for r in f.program.routines]
    assert alive[0]() is not None
    del f
    gc.collect()
    assert alive[0]() is None


def test_many_threads_without_the_lock_of_python():
    "Long calls release the GIL; each callback takes it."
    x = tg.dvector("x")
    y = squares(tg.exp(x)) + tg.exp(squares(x))
    f = tg.function([x], y, mode="FAST_COMPILE")
    values = [np.full(40_000, k / 8) for k in range(8)]
    with ThreadPoolExecutor(4) as pool:
        for value, found in zip(values, pool.map(f, values), strict=True):
            expected = np.exp(2 * value) + np.exp(value**2)
            np.testing.assert_allclose(found, expected, rtol=1e-14)


@tg.wrap_py(tg.dscalar, tg.dscalar, pullback=lambda xs, ys, gs: [-xs[0] / 4 * gs[0]])
def log_density(x):
    if x > 1e6:
        raise ArithmeticError("too far")
    return st.norm.logpdf(x, 0, 2)


def test_the_sampler_calls_it_and_stops_where_it_raises():
    x = tg.random.flat(name="x")
    posterior = tg.sample(
        {}, free=[x], potentials=[log_density(x)], draws=100, tune=150, chains=2,
        seed=1, progress=False,
    )  # fmt: skip
    draws = np.asarray(posterior["posterior"]["x"])
    assert abs(draws.mean()) < 1 and 1 < draws.std() < 3
    failing = [log_density(x + 2e6)]
    with pytest.raises(ArithmeticError, match="too far"):
        tg.sample(
            {}, free=[x], potentials=failing, draws=5, tune=5, chains=1, progress=False
        )


def test_pickles():
    "The function by its name, the pullback as a graph."
    x = tg.dscalar("x")
    f = tg.function([x], [log_density(x), tg.grad(log_density(x), x)], mode="PYTHON")
    again = pickle.loads(pickle.dumps(f))
    np.testing.assert_allclose(again(1.0), [st.norm.logpdf(1, 0, 2), -0.25])
    v, y = pickle.loads(pickle.dumps((x, log_density(x))))
    assert tg.grad(y, v).eval({v: 1.0}) == -0.25
    local = tg.wrap_py(tg.dscalar, tg.dscalar)(lambda x: x)
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        pickle.dumps(local(x))


def test_wrong_declarations():
    for kind in ("float64", np.float64, None, 3):
        says(GraphError, lambda kind=kind: tg.wrap_py(kind, ROW), "no type")
    says(GraphError, lambda: tg.wrap_py(ROW, ROW)("name"), "wraps a function")


def test_wrong_arguments():
    says(GraphError, squares, "squares takes 1 arguments, not 0")
    says(DTypeError, lambda: squares(tg.zvector("z")), "complex128", "Cast it")
    says(ShapeError, lambda: squares(tg.dmatrix("m")), "vectorize")
    says(ShapeError, lambda: squares(1.0), "argument 0")
    integers = tg.wrap_py(tg.lvector, tg.dscalar)(np.sum)
    says(DTypeError, lambda: integers(tg.dvector("x")), "int64")
    single = tg.wrap_py(ROW, ROW, lambda shapes: [()])(np.sin)
    says(ShapeError, lambda: single(tg.dvector("x")), "ranks [0]")
    odd = tg.wrap_py(ROW, ROW, lambda shapes: [(1.5,)])(np.sin)
    says(ShapeError, lambda: odd(tg.dvector("x")), "1.5")
