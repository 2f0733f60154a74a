"""Graphs for the rules of what is written into zeros."""

import tensorgraph as tg
from tensorgraph.ops.broadcast import ExpandDims, Sum
from tensorgraph.ops.cast import cast
from tests.laws.rule_examples.arrays import array, items, sizes
from tests.laws.rule_examples.inputs import example
from tests.laws.rule_examples.updates import cotangent, taken_shape


@example
def a_product_with_zeros_is_one_where_they_are_not(f):
    n, m = sizes(f, 2, 1)
    lengths = [n, 1] if f.rng.random() < 0.3 else [n, m]
    x = array(f, *lengths)
    z, y = cotangent(f, x, items(f, lengths), lengths), array(f, n, m)
    y = [y, x, tg.tanh(x), array(f)][f.rng.integers(0, 4)]
    return [z * y, y * z, z / y][f.rng.integers(0, 3)]


@example
def a_choice_of_zeros_is_made_where_they_are_not(f):
    n, m = sizes(f, 2, 1)
    x = array(f, n, m)
    z, c = cotangent(f, x, items(f, [n, m]), [n, m]), array(f, n, m, dtype="bool")
    return tg.where(c, z, 0.0) if f.rng.random() < 0.5 else tg.where(c, 0.0, z)


@example
def zeros_with_values_in_one_place_are_added_there(f):
    lengths = sizes(f, 2, 1)
    x, first = array(f, *lengths), list(items(f, lengths))
    second = [*first[:1], *items(f, lengths[1:])]
    made = [cotangent(f, x, tuple(i), lengths) for i in (first, second)]
    return made[0] + made[1]


@example
def signs_and_dtypes_of_zeros_do_not_matter(f):
    lengths = sizes(f, 2, 1)
    z = cotangent(f, array(f, *lengths), items(f, lengths), lengths)
    return -z if f.rng.random() < 0.5 else cast(z, "float32")


@example
def new_axes_of_zeros_are_new_axes_of_the_value(f):
    lengths = sizes(f, 2, 1)
    z = cotangent(f, array(f, *lengths), items(f, lengths), lengths)
    return ExpandDims((int(f.rng.integers(0, 3)),))(z)


@example
def a_sum_of_zeros_and_a_value_is_a_sum_of_the_value(f):
    lengths = sizes(f, 2, 1)
    z = cotangent(f, array(f, *lengths), items(f, lengths), lengths)
    return Sum([(0,), (1,), (0, 1)][f.rng.integers(0, 3)])(z)


@example
def zeros_around_zeros_are_written_once(f):
    n, m = sizes(f, 2, 2)
    x = array(f, n, m)
    first = items(f, [n, m], "i:s")
    y = x[first]
    second = items(f, taken_shape([n, m], first))
    return tg.grad(tg.sum(tg.sin(array(f)) * y[second]), x)


@example
def rows_of_zeros_stay_rows_of_zeros_in_products(f):
    n, m, k = sizes(f, 3, 1)
    z = cotangent(f, array(f, n, m), (items(f, [n], "is")[0], slice(None)), [n, m])
    return z @ (array(f, m, k) if f.rng.random() < 0.5 else array(f, m))


@example
def zeros_that_meet_rows_leave_them_out_of_products(f):
    n, m, k = sizes(f, 3, 1)
    x = array(f, n, m) if f.rng.random() < 0.5 else array(f, m)
    if f.rng.random() < 0.5:
        z = array(f, m)
        return x @ cotangent(f, z, items(f, [m], "is"), [m])
    z = array(f, m, k)
    return x @ cotangent(f, z, (items(f, [m], "is")[0], slice(None)), [m, k])
