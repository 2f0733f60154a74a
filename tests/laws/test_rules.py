"""Every rewrite rule, by law; and wrong rules, which the law must catch."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.pattern import Pattern, hole
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import (
    BroadcastTo,
    ExpandDims,
    Shape,
    Squeeze,
    Sum,
    broadcast_to,
    shape_of,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.extending.detach import stop_gradient
from tensorgraph.ops.indexing.gather import AdvancedIncSubtensor
from tensorgraph.ops.indexing.subtensor import Subtensor
from tensorgraph.ops.tensor import as_tensor, constant
from tensorgraph.rewrites.facts import is_number
from tensorgraph.rewrites.phases import every_theme
from tensorgraph.testing.exact import exact_values
from tensorgraph.testing.fillings import Unfit
from tensorgraph.testing.rules import RuleBroken, check_rule, check_rule_in

RULES = [rule for theme in every_theme() for rule in theme]


# -- graphs for rules without pattern --------------------------------------------------


def whole(f, dtype="float64"):
    """An input with the lengths of the filling, none of them broadcast."""
    return f.variable(dtype, narrow=0.0)


def ranked(f, rank=1):
    """An input of full rank, at least some."""
    v = f.variable("float64", narrow=0.0)
    if v.type.ndim < max(rank, len(f.lengths)):
        raise Unfit("rank")
    return v


def single(f):
    """An input of length 1 along every axis."""
    v = f.variable("float64", narrow=1.0)
    if v.type.ndim != len(f.lengths):
        raise Unfit("rank")
    return v


def lengths(v):
    return [as_tensor(n, dtype="int64") for n in shape_of(v)]


def index(f, v, words="is:"):
    """A basic index of `v` with integers and slices that are within it."""
    found = []
    for axis in range(v.type.ndim):
        length = f.sizes[v][axis] if v in f.sizes else v.type.shape[axis]
        word = f.rng.choice(list(words))
        if word == "i" and length:
            found.append(int(f.rng.integers(-length, length)))
        elif word == "s":
            start, stop = (int(n) for n in f.rng.integers(-3, 4, 2))
            found.append(slice(start, stop, int(f.rng.choice([1, 2, -1]))))
        else:
            found.append(slice(None))
    if not found:
        raise Unfit("rank")
    return tuple(found)


def known(f, rank=1):
    """An input with lengths that are known."""
    v = ranked(f, rank)
    if not all(isinstance(n, int) for n in v.type.shape):
        raise Unfit("lengths")
    return v


EXAMPLES = {}


def example(function):
    EXAMPLES[function.__name__] = function
    return function


@example
def what_is_constant_is_computed_once(f):
    values = [constant(f.rng.normal(size=n)) for n in ((), (3,), (2, 3))]
    a, b = (values[i] for i in f.rng.integers(0, 3, 2))
    return [tg.sqrt(a), a * b, a.sum(), tg.expand_dims(a, 0), b.T][f.rng.integers(0, 5)]


@example
def constants_have_the_dtype_they_are_used_in(f):
    v, number = f.variable(), constant(f.rng.choice([1, 2, 3]))
    ops = [tg.add, tg.mul, tg.true_div, tg.maximum, tg.lt]
    return ops[f.rng.integers(0, len(ops))](v, number)


@example
def what_is_repeated_is_computed_before(f):
    axes = tuple(sorted(f.rng.choice(3, f.rng.integers(1, 3), replace=False).tolist()))
    a, b = ranked(f), f.variable("float64")
    if b.type.ndim != a.type.ndim or a.type.ndim + len(axes) <= max(axes):
        raise Unfit("axes")
    other = ExpandDims(axes)(b) if f.rng.random() < 0.6 else 2.0
    return tg.mul(ExpandDims(axes)(a), other)


@example
def a_broadcast_to_the_same_lengths_is_none(f):
    v = ranked(f)
    return BroadcastTo()(v, *lengths(tg.exp(v)))


@example
def broadcasts_of_broadcasts_are_one(f):
    v, s = ranked(f), single(f)
    return BroadcastTo()(BroadcastTo()(s, *lengths(v)), *lengths(tg.exp(v)))


@example
def elementwise_ops_broadcast_by_themselves(f):
    v, s = ranked(f), single(f)
    wide = BroadcastTo()(s, *lengths(tg.exp(v)))
    return [v + wide, wide - v, tg.sin(v) * wide][f.rng.integers(0, 3)]


@example
def what_is_broadcast_is_computed_before(f):
    v, s, t = ranked(f), single(f), single(f)
    wide = BroadcastTo()(s, *lengths(v))
    both = tg.mul(wide, BroadcastTo()(t, *lengths(v)))
    return [tg.exp(wide), both, wide + t, cast(wide, "float32")][f.rng.integers(0, 4)]


@example
def a_length_is_that_of_an_input(f):
    v = ranked(f)
    axis = int(f.rng.integers(0, v.type.ndim))
    n = v.type.ndim
    made = [
        tg.exp(v),
        v + single(f),
        BroadcastTo()(single(f), *lengths(v)),
        Squeeze((n,))(ExpandDims((n,))(v)),
        cast(v, "float32"),
        Sum((n,))(ExpandDims((n,))(v)),
    ][f.rng.integers(0, 6)]
    return Shape(axis)(made)


@example
def a_named_length_is_that_of_an_operand(f):
    v = ranked(f)
    return Shape(0)(tg.exp(v) if f.rng.random() < 0.5 else v * single(f))


@example
def a_reshape_of_a_reshape_is_one(f):
    v = known(f)
    return tg.reshape(tg.reshape(v, (-1, 1)), v.type.shape[::-1])


@example
def a_reshape_to_the_same_lengths_is_none(f):
    v = ranked(f)
    return tg.reshape(v, shape_of(tg.exp(v)))


@example
def a_sum_of_repeated_elements_is_a_product(f):
    v = ranked(f)
    s = f.variable("float64", narrow=0.6)
    if s.type.ndim != v.type.ndim:
        raise Unfit("rank")
    for a, b in zip(s.type.shape, v.type.shape, strict=True):
        if a != 1 and a != b:
            raise Unfit("lengths")
    axes = tuple(a for a in range(v.type.ndim) if f.rng.random() < 0.7)
    return Sum(axes or (0,))(BroadcastTo()(s, *lengths(v)))


@example
def the_extremum_of_one_element_is_the_element(f):
    v = ExpandDims((0,))(whole(f))
    return tg.max(v, axis=0) if f.rng.random() < 0.5 else tg.min(v, axis=0)


@example
def factors_leave_scattered_rows(f):
    n, j = int(f.rng.integers(0, 6)), int(f.rng.integers(1, 4))
    rows = constant(f.rng.integers(0, j, n))
    x = tg.tensor("rows", "float64", (n,))
    s = tg.tensor("s", "float64", ())
    f.sizes.update({x: (n,), s: ()})
    value = s * x if f.rng.random() < 0.7 else -x
    return AdvancedIncSubtensor((0,))(tg.zeros(j), value, rows)


@example
def a_matrix_of_one_row_or_column_is_a_vector_in_products(f):
    n, k, b = (int(length) for length in f.rng.integers(1, 5, 3))
    shapes = [((1, n), (n, k)), ((k, n), (n, 1)), ((1, n), (n,)), ((n,), (n, 1)),
              ((1, n), (n, 1)), ((b, 1, n), (b, n, k)), ((b, k, n), (n, 1)),
              ((b, 1, n), (n,))]  # fmt: skip
    first, second = shapes[f.rng.integers(0, len(shapes))]
    x, y = tg.tensor("x", "float64", first), tg.tensor("y", "float64", second)
    f.sizes.update({x: first, y: second})
    return x @ y


@example
def factors_leave_products_of_matrices(f):
    n, k = (int(length) for length in f.rng.integers(1, 5, 2))
    x, y = tg.tensor("x", "float64", (n,)), tg.tensor("y", "float64", (n, k))
    s = tg.tensor("s", "float64", ())
    f.sizes.update({x: (n,), y: (n, k), s: ()})
    return [(s * x) @ y, (s * y).T @ x, x @ (x * s), (-x) @ y][f.rng.integers(0, 4)]


@example
def pieces_written_into_zeros_are_joined(f):
    v = tg.tensor("flat", "float64", (7,))
    parts = [tg.tensor(f"p{i}", "float64", n) for i, n in enumerate([(), (2,), (3,)])]
    f.sizes.update({v: (7,), **{p: p.type.shape for p in parts}})
    start = int(f.rng.integers(0, 3))
    places = [0, slice(1, 3), slice(3 + start // 2, 6 + start // 2)]
    cost = sum(tg.sum(v[i] * p) for i, p in zip(places, parts, strict=True))
    cost = cost + tg.sum(tg.sqr(v)) if f.rng.random() < 0.5 else cost
    return tg.grad(cost, v)


@example
def an_index_goes_through_elementwise_ops(f):
    a = ranked(f)
    b = f.variable("float64", narrow=0.5)
    y = [tg.exp(a), a + b, b * a, tg.where(a > b, a, b)][f.rng.integers(0, 4)]
    if y.type.ndim != a.type.ndim:
        raise Unfit("rank")
    f.sizes[y] = f.sizes[a]
    return y[index(f, y)]


@example
def an_index_goes_through_new_axes(f):
    v = whole(f)
    axis = int(f.rng.integers(0, v.type.ndim + 1))
    y = tg.expand_dims(v, axis)
    f.sizes[y] = (*f.sizes[v][:axis], 1, *f.sizes[v][axis:])
    return y[index(f, y, "i:")]


@example
def an_index_goes_through_removed_axes(f):
    y = Squeeze((0, 1))(ExpandDims((0, 1))(ranked(f)))
    f.sizes[y] = f.sizes[y.owner.inputs[0].owner.inputs[0]]
    return y[index(f, y)]


@example
def an_index_goes_through_a_permutation(f):
    v = ranked(f, 2)
    f.sizes[v.T] = f.sizes[v][::-1]
    y = v.T
    f.sizes[y] = f.sizes[v][::-1]
    return y[index(f, y)]


@example
def an_index_goes_through_a_broadcast(f):
    v, s = ranked(f), f.variable("float64", narrow=0.7)
    y = broadcast_to(s, shape_of(v)) if s.type.ndim <= v.type.ndim else None
    if y is None or not isinstance(y.owner and y.owner.op, BroadcastTo):
        raise Unfit("broadcast")
    f.sizes[y] = f.sizes[v]
    return y[index(f, y, "i:")]


@example
def an_index_goes_through_reductions(f):
    v = known(f, 2)
    axis = int(f.rng.integers(0, 2))
    if v.type.shape[axis] == 0:
        raise Unfit("empty")
    y = [tg.sum, tg.max, tg.min][f.rng.integers(0, 3)](v, axis=axis)
    return y[index(f, y)]


@example
def an_index_of_everything_is_none(f):
    v = ranked(f)
    return Subtensor((":",))(v)


@example
def an_index_goes_through_a_gather(f):
    v = known(f)
    n = v.type.shape[0]
    if not n:
        raise Unfit("empty")
    y = v[constant(f.rng.integers(0, n, 4))]
    return y[index(f, y)]


@example
def an_integer_of_integers_is_one_index(f):
    v = known(f, 2)
    if 0 in v.type.shape:
        raise Unfit("empty")
    y = v[index(f, v, "i:")]
    return y[index(f, y)] if y.type.ndim else y


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule(rule):
    made = None if rule.patterns else EXAMPLES[rule.name]
    check_rule(rule, made, firings=8)


WITH_PATTERN = [rule for rule in RULES if rule.patterns]


@pytest.mark.parametrize("dtype", ["complex128", "float16"])
@pytest.mark.parametrize("rule", WITH_PATTERN, ids=lambda rule: rule.name)
def test_rule_on_complex_numbers_and_halves(rule, dtype):
    check_rule_in(rule, dtype, tries=12)


def test_a_rule_for_real_numbers_is_caught():
    real = Rules("real")

    @real.rule(tg.sqrt(hole("x") * hole("x")))
    def the_root_of_a_square_is_x(x):
        "For positive real numbers only."
        return x

    with pytest.raises(RuleBroken, match="became"):
        check_rule_in(real["the_root_of_a_square_is_x"], "complex128")
    sound = next(r for r in RULES if r.name == "one_changes_nothing")
    assert check_rule_in(sound, "complex64") > 0


def test_every_example_has_a_rule():
    assert set(EXAMPLES) <= {rule.name for rule in RULES}


def test_names_of_rules_are_unique():
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)


# -- wrong rules -----------------------------------------------------------------------

wrong = Rules("wrong")
x, y = hole("x"), hole("y")
n, c = hole("n"), hole("c", is_number)


@wrong.rule(x * 0)
def zero_absorbs_everything(x):
    "Forgets nan and infinity."
    return 0


@wrong.rule(x / x)
def a_quotient_of_equals_is_one(x):
    "Forgets zero and nan."
    return 1


@wrong.rule(tg.sqrt(tg.sqr(x)), rounding=True)
def the_root_of_a_square_is_x(x):
    "Forgets negative numbers."
    return x


@wrong.rule(x - y)
def a_difference_in_the_wrong_order(x, y):
    "Exchanges the operands."
    return y - x


@wrong.rule(tg.log(tg.exp(x) + tg.exp(y)), rounding=True)
def log_add_exp_by_the_second_operand(x, y):
    "Is stable on one side only."
    return y + tg.log(1 + tg.exp(x - y))


@wrong.rule(tg.exp(x) * tg.exp(y))
def a_product_of_exponentials_to_the_bit(x, y):
    "Does not declare that it rounds differently."
    return tg.exp(x + y)


@wrong.rule(tg.log(x * y), rounding=True)
def log_of_any_product_is_a_sum(x, y):
    "Forgets two negative factors."
    return tg.log(x) + tg.log(y)


@wrong.rule(tg.expm1(x), rounding=True)
def expm1_is_exp_minus_one(x):
    "Loses the digits of a small x."
    return tg.exp(x) - 1


@wrong.rule(Pattern.of(Sum, (x + y,), axes=hole("axes")), rounding=True, moderate=True)
def a_term_leaves_a_sum_uncounted(x, y, axes):
    "Forgets to multiply by the number of elements."
    return Sum(axes)(x) + Sum(axes)(y)


@wrong.rule(tg.maximum(x, y))
def a_maximum_by_comparison(x, y):
    "Forgets that nan wins."
    return tg.where(x > y, x, y)


@wrong.rule(tg.exp(tg.log(x)), rounding=True)
def an_inverse_that_widens_silently(x):
    "Does not declare that negative numbers get a value."
    return x


@wrong.rule(tg.sigmoid(x) * 1, rounding=True)
def a_value_with_another_derivative(x):
    "Keeps the value and drops the derivative."
    return stop_gradient(tg.sigmoid(x))


@wrong.rule(tg.sum(n, axis=hole("axes")))
def a_sum_in_floats(n, axes):
    "Sums integers as floats, which round."
    return cast(Sum(axes)(cast(n, "float32")), "float32")


@wrong.rule((x + c) + y, rounding=True)
def numbers_always_leave_sums(x, c, y):
    "Loses a small y beside a number that would have cancelled x."
    return (x + y) + c


@wrong.rule(x**2, rounding=True)
def any_square_is_a_product_with_the_size(x):
    "Has the sign of x."
    return x * abs(x)


@pytest.mark.parametrize("rule", list(wrong), ids=lambda rule: rule.name)
def test_a_wrong_rule_is_caught(rule):
    with pytest.raises((RuleBroken, tg.errors.RewriteError)):
        check_rule(rule, firings=60)


def test_the_message_shows_both_sides_and_the_values():
    with pytest.raises(RuleBroken) as error:
        check_rule(wrong["any_square_is_a_product_with_the_size"])
    text = str(error.value)
    assert text.startswith("any_square_is_a_product_with_the_size: ")
    assert "\n  Pow(x0, " in text and "\n  → Mul(x0, Abs(x0))" in text
    assert "\n  x0 = array(" in text


def test_a_rule_that_never_fires_is_broken():
    rules = Rules("never")

    @rules.rule(tg.sin(hole("x", lambda v: False)))
    def nothing_matches(x):
        "Nothing is accepted."
        return x

    with pytest.raises(RuleBroken, match="nothing_matches fired 0 times"):
        check_rule(rules["nothing_matches"], firings=2)


def test_the_truth_has_many_digits():
    v = tg.dscalar("v")
    (found,) = exact_values([tg.log(1 + v)], {v: np.asarray(1e-30)})
    assert float(found[()]) == pytest.approx(1e-30, rel=1e-15)
