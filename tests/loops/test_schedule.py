"""Scheduling, seen in the text of loop programs: what shares a pass, what is stored."""

from __future__ import annotations

import re

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.loops.interpret import interpret
from tensorgraph.loops.lower import lower
from tensorgraph.loops.show import show
from tensorgraph.loops.verify import verify


def lowered(inputs, outputs):
    found = lower(inputs, outputs)
    verify(found.program)
    return found


def nests(text: str) -> int:
    """How many loops stand at the top of a program."""
    return sum(line.startswith("  for ") for line in text.splitlines())


def agree(inputs, values, outputs):
    """The interpreter of loops gives what the reference evaluator gives."""
    found = lowered(inputs, outputs)
    hidden = [np.asarray(v.value) for v in found.hidden]
    got = interpret(found.program, [*map(np.asarray, values), *hidden])
    given = dict(zip(inputs, values, strict=True))
    for variable, result in zip(outputs, got, strict=True):
        np.testing.assert_allclose(
            result, variable.eval(given), rtol=1e-13, atol=1e-300
        )
    return show(found.program)


def test_a_value_and_its_gradient_share_one_pass():
    x = tg.dvector("x")
    cost = tg.sum(tg.exp(x) * x)
    text = agree([x], [np.arange(5.0)], [cost, tg.grad(cost, x)])
    assert nests(text) == 1
    assert text.count("exp(") == 1


def test_softmax_needs_three_passes_over_a_row():
    x = tg.dmatrix("x")
    text = agree([x], [np.arange(6.0).reshape(2, 3)], [tg.softmax(x, axis=1)])
    assert nests(text) == 1


def test_a_scatter_stands_beside_its_costly_work_in_strips():
    x, j = tg.dvector("x"), tg.lvector("j")
    y = tg.zeros(4).at[j].add(tg.exp(x))
    text = agree([x, j], [np.arange(5.0), np.array([0, 3, 3, 1, 0])], [y])
    assert "step 256" in text and "in_order" in text


def test_a_scatter_shares_its_loop_with_cheap_work():
    x, j = tg.dvector("x"), tg.lvector("j")
    rest = x - tg.dvector("t", shape=4)[j]
    table = next(v for v in tg.graph_inputs([rest]) if v.name == "t")
    outputs = [tg.sum(rest * rest), tg.zeros(4).at[j].add(rest)]
    values = [np.arange(5.0), np.array([0, 3, 3, 1, 0]), np.arange(4.0)]
    text = agree([x, j, table], values, outputs)
    assert nests(text) == 1 and "step 256" not in text


def test_an_index_that_is_constant_and_inside_needs_no_check():
    x = tg.dvector("x", shape=20)
    inside, wrapped = np.array([0, 19, 3]), np.array([0, -1, 3])
    assert "check" not in agree([x], [np.arange(20.0)], [x[inside] * 2]).replace(
        "entry check", ""
    )
    assert "check" in agree([x], [np.arange(20.0)], [x[wrapped] * 2]).replace(
        "entry check", ""
    )
    unknown = tg.dvector("u")
    assert "check" in agree([unknown], [np.arange(20.0)], [unknown[inside] * 2])


def test_work_on_a_small_table_is_not_moved_behind_a_gather():
    table, j = tg.dvector("table"), tg.lvector("j")
    y = tg.exp(table)[j] * 2.0
    text = agree([table, j], [np.arange(3.0), np.array([0, 2, 2, 1, -1])], [y])
    assert text.index("exp(") < text.index("check")
    assert nests(text) == 2


def test_scalars_are_computed_once_outside_loops():
    x, s = tg.dvector("x"), tg.dscalar("s")
    text = agree([x, s], [np.arange(4.0), 2.0], [x * tg.exp(s)])
    assert text.index("exp(") < text.index("for ")


def test_independent_sums_over_one_extent_join_across_scalars():
    x, s = tg.dvector("x"), tg.dscalar("s")
    first, second = tg.sum(x * x), tg.sum(x * tg.exp(s))
    text = agree([x, s], [np.arange(4.0), 0.5], [first, second])
    assert nests(text) == 1


def test_a_product_with_a_vector_and_its_transpose_share_rows():
    a, b = tg.dmatrix("a"), tg.dvector("b")
    r = tg.tanh(a @ b)
    text = agree([a, b], [np.arange(6.0).reshape(3, 2), np.ones(2)], [a.T @ r])
    assert nests(text) == 1


def test_views_cost_no_statement():
    x = tg.dmatrix("x")
    text = agree([x], [np.arange(6.0).reshape(2, 3)], [(x.T[1:] * 2.0)[::-1]])
    assert nests(text) == 1 and "w1" not in text


def test_shifted_reads_do_not_share_a_loop_with_the_write():
    x = tg.dvector("x")
    y = tg.exp(x)
    agree([x], [np.arange(5.0)], [y, y[1:] - y[:-1], tg.sum(y[::-1] * x)])


def test_a_reduction_over_the_first_axis_keeps_the_order_of_memory():
    x = tg.dmatrix("x")
    text = agree([x], [np.arange(6.0).reshape(3, 2)], [tg.sum(tg.exp(x), axis=0)])
    assert "update" in text


@pytest.mark.parametrize("shape", [(0,), (1,), (7,), (300,), (1000,)])
def test_sums_of_any_length(shape):
    x = tg.dvector("x")
    outputs = [tg.sum(x), tg.max(x * x + 1)] if shape != (0,) else [tg.sum(x)]
    agree([x], [np.random.default_rng(1).normal(size=shape)], outputs)


def test_unknown_lengths_are_checked_on_entry():
    x, y = tg.dvector("x"), tg.dvector("y")
    program = lower([x, y], [x + y]).program
    assert len(program.plan.checks) == 1


def test_programs_do_not_depend_on_data_or_long_lengths():
    def text(n):
        data = tg.constant(np.random.default_rng(n).normal(size=n))
        q = tg.dscalar("q")
        return show(lower([q], [tg.sum((data - q) ** 2)]).program)

    assert text(100) == text(2000)


def test_buffers_that_never_live_together_share_memory():
    x = tg.dvector("x")
    y = x
    for _ in range(4):
        y = tg.exp(y)[::-1] + y
    found = lowered([x], [y])
    offsets = {p.offset for p in found.program.placements}
    assert len(offsets) < len(found.program.placements)
    agree([x], [np.linspace(0, 0.1, 5)], [y])


def test_a_joined_part_is_made_in_its_place():
    "Unless it is read elsewhere too, or is an output itself."
    x = tg.dmatrix("x")
    inner = tg.concatenate([x, x * 2], 1)
    whole = tg.concatenate([inner, tg.ones((1, 2 * x.shape[1]))], 0)
    value = np.arange(6.0).reshape(2, 3)
    assert buffers(agree([x], [value], [whole])) == 0
    assert buffers(agree([x], [value], [whole + tg.sum(x)])) == 1
    assert buffers(agree([x], [value], [whole + tg.sum(inner)])) == 2
    assert buffers(agree([x], [value], [inner, whole])) == 0


def buffers(text: str) -> int:
    """How many pieces of workspace a program writes."""
    return len(set(re.findall(r"\b(w\d+)\[", text)))


def test_a_reshaped_output_is_made_in_its_memory():
    x = tg.dmatrix("x")
    value = np.arange(6.0).reshape(2, 3)
    flat = tg.ravel(tg.exp(x))
    assert "w1" not in agree([x], [value], [flat])
    agree([x], [value], [flat, tg.exp(x), tg.ravel(tg.exp(x)) * 2, tg.ravel(x)])
    product = tg.reshape(x @ tg.exp(x).T, (-1,))
    text = show(lowered([x], [product]).program)
    assert "call tg_matmul" in text and "out0[" not in text


def test_a_call_waits_for_what_is_reshaped_for_it():
    x, y = tg.tensor("x", "float64", (2, None)), tg.dmatrix("y", shape=(600, 2))
    inner = tg.reshape(tg.exp(x), (-1, 2))
    product = y @ inner.T
    found = lowered([x, y], [product, tg.sum(x, axis=0)])
    text = show(found.program)
    assert text.index("exp(") < text.index("call ")
