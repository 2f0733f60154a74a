"""Programs printed as C: the text."""

from __future__ import annotations

import numpy as np
import pytest

from tensorgraph.backends.c.printer import print_program
from tensorgraph.errors import CompileError, VerificationError
from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.interpret import CheckFailed
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Check,
    Const,
    Fill,
    Index,
    Let,
    Load,
    Name,
    Program,
    ScalarFunction,
    Size,
    Store,
)
from tests.backends.c_programs import BACKEND, EXP, N, compiled
from tests.backends.calling import run
from tests.loops.pieces import (
    GREATER,
    INDEX_CHECK,
    ZERO,
    I,
    add,
    array,
    given,
    loop,
    mul,
    number,
    numbers,
    op,
    program,
    result,
)

SQUARES = """\
static void nest_1(int64_t n, tg_total_f64 *s_at, const double *restrict x,
                   double *restrict out)
{
    tg_total_f64 s = *s_at;
    for (int64_t block = 0; block < n; block += 256) {
        const int64_t end = block + 256 < n ? block + 256 : n;
        double s_lanes[8] = {0};
        int64_t base = block;
        for (; base + 8 <= end; base += 8) {
            #pragma omp simd simdlen(8)
            for (int lane = 0; lane < 8; lane++) {
                const int64_t i = base + lane;
                const double z = x[i] + 1.0;
                out[i] = z * z;
                s_lanes[lane] += z;
            }
        }
        for (int lane = 0; base + lane < end; lane++) {
            const int64_t i = base + lane;
            const double z = x[i] + 1.0;
            out[i] = z * z;
            s_lanes[lane] += z;
        }
        tg_join_f64(&s, s_lanes);
    }
    *s_at = s;
}

int32_t tg_plan(void *const *inputs, const int64_t *sizes, int64_t *output_extents,
                int64_t *workspace_bytes)
{
    const int64_t n = sizes[0];
    output_extents[0] = n;
    *workspace_bytes = 0;
    return TG_OK;
}

int32_t tg_kernel(void *const *inputs, void *const *outputs, const int64_t *sizes,
                  tg_runtime *runtime)
{
    const int64_t n = sizes[0];
    const double *x = inputs[0];
    double *out = outputs[0];
    double *total = outputs[1];
    tg_total_f64 s = {0, 0};
    nest_1(n, &s, x, out);
    total[0] = s.sum + s.rest;
    return TG_OK;
}
"""


def squares(index: str = "i", let: str = "z") -> Program:
    x, out = given("x", "float64", 0, 1), result("out", "float64", N)
    total = result("total", "float64")
    i, z = Index(index), Name(let)
    body = loop(
        index,
        N,
        Let(let, add(Load(x, (i,)), number(1.0))),
        Store(out, (i,), mul(z, z)),
        Accumulate("s", "add", z),
    )
    end = Store(total, (), Name("s"))
    return program(
        "squares", (x,), (out, total), Accumulator("s", "add", "float64"), body, end
    )


def test_text() -> None:
    printed = print_program(squares())
    source, vector_math = printed.source, printed.vector_math
    assert source.endswith(SQUARES)
    assert source.startswith("#include <stdint.h>\n")
    assert not vector_math
    assert "tg_max" not in source


def test_text_does_not_depend_on_what_was_printed_before() -> None:
    assert print_program(squares()) == print_program(squares())


def test_only_the_vector_math_that_is_used_is_declared() -> None:
    x, out = given("x", "float64", 0, 1), result("out", "float64", N)
    body = loop("i", N, Store(out, (I,), op(EXP, Load(x, (I,)))))
    printed = print_program(program("e", (x,), (out,), body))
    source, vector_math = printed.source, printed.vector_math
    assert vector_math
    assert source.count("TG_SIMD double") == 1
    assert "TG_SIMD double tg_exp(double x);" in source
    assert "#pragma omp simd\n    for (int64_t i = 0; i < n; i++) {" in source


@pytest.mark.parametrize(
    "index, let",
    [
        ("for", "double"),
        ("lane", "base"),
        ("exp", "y0"),
        ("x", "out"),
        ("z'", "z*"),
        ("n", "1"),
        ("nest_1", "int64_t"),
        ("linux", "_Bool"),
    ],
)
def test_names_are_made_safe(index: str, let: str) -> None:
    data = numbers(11)
    out, total = compiled(squares(index, let), data)
    np.testing.assert_array_equal(out, (data + 1) ** 2)
    assert total == pytest.approx((data + 1).sum())


def test_long_expressions_are_cut_and_repeated_ones_computed_once() -> None:
    x, out = given("x", "float64", 0, 1), result("out", "float64", N)
    value = Load(x, (I,))
    for _ in range(30):
        value = op(ar.MAX, add(value, number(0.5)), mul(value, value))
    built = program("deep", (x,), (out,), loop("i", N, Store(out, (I,), value)))
    source = print_program(built).source
    assert max(map(len, source.splitlines())) <= 120
    compiled(built, numbers(9) / 4)


def test_a_workspace_buffer_without_a_place_is_refused() -> None:
    t, out = array("t", "float64", Const(3)), result("out", "float64")
    built = program(
        "lost", (), (out,), Fill(t, number(0.0)), Store(out, (), Load(t, (ZERO,)))
    )
    with pytest.raises(VerificationError, match="workspace buffer t has no place"):
        print_program(built)


def test_a_function_that_the_math_library_lacks_is_named() -> None:
    nothing = ScalarFunction("nothing", "tg_nothing({0})", "nothing({0})", np.exp)
    x, out = given("x", "float64", 0, 0), result("out", "float64")
    built = program("lost", (x,), (out,), Store(out, (), op(nothing, Load(x, ()))))
    with pytest.raises(CompileError, match="has no function tg_nothing"):
        print_program(built)


def test_a_dtype_that_c_lacks_is_refused() -> None:
    x, out = given("x", "complex256", 0, 1), result("out", "complex256", N)
    body = loop("i", N, Store(out, (I,), Load(x, (I,))))
    with pytest.raises(CompileError, match="no arithmetic for complex256"):
        print_program(program("copy", (x,), (out,), body))


def many_loops(count: int) -> Program:
    """Sums of many powers of x, each in a loop of its own, one of them checked."""
    x, out = given("x", "float64", 0, 1), result("out", "float64", Const(count))
    value, body = Load(x, (I,)), []
    for k in range(count):
        body += [
            Accumulator(f"s{k}", "add", "float64"),
            loop("i", N, Accumulate(f"s{k}", "add", mul(value, number(float(k))))),
            Store(out, (Const(k),), Name(f"s{k}")),
        ]
    positive = op(GREATER, value, number(0.0), dtype="bool")
    body.insert(0, loop("i", N, Check(7, positive, (value,))))
    return program("many", (x,), (out,), *body, checks=(INDEX_CHECK,))


def test_a_large_program_is_compiled_in_parts() -> None:
    built = many_loops(40)
    printed = print_program(built)
    parts = printed.parts()
    assert 2 <= len(parts) <= 4
    assert sum(part.count("\nhidden void nest_") for part in parts) == 40 + 40
    assert max(map(len, parts)) < 0.6 * len(printed.source)
    data = np.abs(numbers(30))
    np.testing.assert_allclose(compiled(built, data)[0], np.arange(40) * data.sum())
    data[3] = -1.0
    with pytest.raises(CheckFailed):
        run(BACKEND.link(built), built, (data,))


def test_a_small_program_is_one_part() -> None:
    printed = print_program(many_loops(3))
    assert printed.parts() == [printed.source]


def test_arithmetic_on_sizes_is_done_once() -> None:
    x, out = given("x", "float64", 0, 1), result("out", "float64", N)
    half = ar.quotient(ar.plus(N, Const(1)), Const(2))
    value = Load(x, (ar.minimum(ar.plus(I, half), ar.minus(N, Const(1))),))
    body = loop("i", half, Store(out, (I,), value))
    rest = loop("i", N, Store(out, (I,), Load(x, (I,))), start=half)
    built = program("halves", (x,), (out,), body, rest)
    source = print_program(built).source
    assert source.count("const int64_t size = (n + 1) / 2;") == 2
    assert source.count("/ 2") == 2
    compiled(built, numbers(9))


def test_a_division_that_can_fail_is_left_where_it_is() -> None:
    x, y = given("x", "float64", 0, 1), given("y", "float64", 1, 1)
    out = result("out", "float64", N)
    each = ar.quotient(N, Size(1, 0))
    body = loop("i", N, Store(out, (I,), Load(y, (ar.quotient(I, each),))))
    built = program("shares", (x, y), (out,), body)
    assert compiled(built, np.zeros(6), numbers(3))[0].size == 6
    assert compiled(built, np.zeros(0), np.zeros(0))[0].size == 0
