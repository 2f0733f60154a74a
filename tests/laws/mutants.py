"""Wrong rules, each with a mistake that is easily made: the law must catch them all."""

import tensorgraph as tg
from tensorgraph.graph.pattern import Pattern, hole
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import Sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.extending.detach import stop_gradient
from tensorgraph.rewrites.facts import is_number

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


@wrong.rule(tg.log(tg.sqr(x)), rounding=True)
def log_of_a_square_is_twice_the_log_of_x(x):
    "Forgets negative numbers."
    return 2.0 * tg.log(x)


@wrong.rule(tg.log(tg.sum(tg.exp(x), axis=hole("axes"))), rounding=True)
def log_of_sum_of_exp_by_an_infinite_shift(x, axes):
    "Shifts by infinity, if that is the largest exponent."
    largest = tg.max(x, axis=axes, keepdims=True)
    total = tg.sum(tg.exp(x - largest), axis=axes)
    return tg.log(total) + tg.max(x, axis=axes)


@wrong.rule(tg.log(tg.gamma(x)), rounding=True, moderate=True)
def log_of_any_gamma_is_gammaln(x):
    "gammaln is the logarithm of the size of gamma."
    return tg.gammaln(x)


@wrong.rule(tg.log1p(-tg.exp(x)), rounding=True)
def log_of_one_minus_exp_by_expm1(x):
    "Is accurate near zero only."
    return tg.log(-tg.expm1(x))


@wrong.rule(tg.logical_not(tg.lt(x, y)))
def what_is_not_less_is_greater_or_equal_always(x, y):
    "Forgets nan, which is neither."
    return tg.ge(x, y)


@wrong.rule(hole("a") * x + hole("a") * y, rounding=True, moderate=True)
def common_factors_leave_sums_without_widening(a, x, y):
    "Forgets that infinity minus infinity was nan."
    return a * (x + y)


@wrong.rule((x**c) ** hole("d", is_number), rounding=True, moderate=True)
def exponents_are_always_multiplied(x, c, d):
    "Forgets the sign that an even power loses."
    return x ** (c * d)


@wrong.rule(tg.max(tg.exp(-x), axis=hole("axis")), rounding=True)
def the_largest_of_what_falls_is_that_of_the_largest(x, axis):
    "Forgets that exp(-x) falls."
    return tg.exp(-tg.max(x, axis=axis))


@wrong.rule((x / n) * n, rounding=True, moderate=True, widens=True)
def integers_divide_without_rest(x, n):
    "Has another dtype and no rounding for integers."
    return tg.floor(x)
