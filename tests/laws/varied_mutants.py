"""Wrong rules that are right in float64, for lengths up to 4, or without repetition."""

import tensorgraph as tg
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.branch import IfElse
from tensorgraph.ops.cast import Cast, cast
from tensorgraph.ops.indexing.subtensor import IntoZeros, Subtensor
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.shaping.shape import Transpose
from tensorgraph.rewrites.facts import is_op
from tensorgraph.rewrites.indexing.cotangents import into_zeros, parts_of
from tensorgraph.rewrites.indexing.items import WHOLE, below, items_of, number_of, take
from tensorgraph.rewrites.linear_algebra.matrix_products import not_finite
from tests.laws.rule_examples import EXAMPLES
from tests.laws.rule_examples.arrays import array, sizes

wrong = Rules("wrong_when_varied")
EXAMPLE_OF = {}
"""The example on which each of them fires."""


def caught_on(example, *ops, **declared):
    """Enter a wrong rule about some ops with an example, or the name of a rule's."""

    def decorate(function):
        EXAMPLE_OF[function.__name__] = EXAMPLES.get(example, example)
        return wrong.node_rule(*ops, **declared)(function)

    return decorate


def distances(f):
    (n,) = sizes(f, 1, 1)
    v = array(f, n)
    return abs(v[:, None] - v).T


@caught_on(distances, Transpose)
def distances_are_symmetric(node):
    "Forgets that 1 - 2 is 255 without a sign."
    return node.inputs[0] if is_op(node.inputs[0], tg.abs) else None


def product(f):
    (n,) = sizes(f, 1, 1)
    v = array(f, n)
    return v @ v


@caught_on(product, Dot, rounding=True)
def a_vector_times_itself_is_its_squared_length(node):
    "Forgets that the square of i is -1."
    x, y = node.inputs
    same = x is y and x.type.ndim == 1 and x.type.differentiable
    return tg.sum(x * tg.conj(x)) if same else None


@caught_on("an_index_goes_through_new_axes", Subtensor)
def elements_pass_through_double_precision(node):
    "Forgets that large integers have more digits."
    x = node.inputs[0]
    if is_op(x, Cast) or x.type.dtype not in ("int32", "int64"):
        return None
    return cast(take(cast(x, "float64"), items_of(node)), x.type.dtype)


def beginning(f):
    n, m = sizes(f, 2)
    return tg.exp(array(f, n, m)[: int(f.rng.integers(3, 6))])


@caught_on(beginning, Subtensor)
def five_elements_are_all_there_are(node):
    "Forgets that a length which is not known may be larger."
    known = isinstance(node.inputs[0].type.shape[0], int)
    (word, parts), *_ = items_of(node)
    whole = word == ":stop" and number_of(parts[1]) == 5 and not known
    return node.inputs[0] if whole else None


@caught_on("an_index_goes_through_the_arms_of_a_branch", Subtensor)
def an_index_is_inside_of_both_arms(node):
    "Forgets that the arms may have different lengths."
    inner = below(node, IfElse)
    if inner is None:
        return None
    condition, *arms = inner.inputs
    return inner.op(condition, *[take(v, items_of(node)) for v in arms])


@caught_on("rows_of_zeros_stay_rows_of_zeros_in_products", Dot, rounding=True,
           moderate=True, exempt=not_finite)  # fmt: skip
def rows_of_zeros_are_never_repeated(node):
    "Forgets that one value may stand in a whole row."
    x, y = node.inputs
    if not is_op(x, IntoZeros) or node.op.left != 2 or node.op.right != 2:
        return None
    value, (row, column), lengths = parts_of(x.owner)
    if column != WHOLE or row[0] == "i" or not isinstance(y.type.shape[1], int):
        return None
    columns = tg.constant(y.type.shape[1])
    return into_zeros(value @ y, [row, WHOLE], [lengths[0], columns])
