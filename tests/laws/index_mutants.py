"""Wrong rules of indices, each with the example of a right one that must catch it."""

from tensorgraph.graph.rules import Rules
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.indexing.gather import AdvancedSubtensor
from tensorgraph.ops.indexing.slices import number_of
from tensorgraph.ops.indexing.subtensor import IntoZeros, SetSubtensor, Subtensor
from tensorgraph.ops.reducing.running import Cumulative
from tensorgraph.ops.tensor import static_value
from tensorgraph.rewrites.indexing.items import below, items_of, take

wrong = Rules("wrong_indices")
CAUGHT_BY = {}
"""For each wrong rule the rule whose example it fires on."""


def caught_by(name):
    """Enter a wrong rule about ops of these classes with the example of a right one."""

    def decorate(function):
        CAUGHT_BY[function.__name__] = name
        return wrong.node_rule(Subtensor, AdvancedSubtensor)(function)

    return decorate


@caught_by("an_index_of_an_index_is_one")
def an_index_of_a_slice_is_moved_by_its_start(node):
    "Forgets that the index may count from the end."
    inner = below(node, Subtensor)
    if inner is None or inner.op.words != ("start:",) or node.op.words != ("i",):
        return None
    return inner.inputs[0][inner.inputs[1] + node.inputs[1]]


@caught_by("an_index_goes_through_elementwise_ops")
def an_index_goes_through_what_is_repeated(node):
    "Forgets operands of length 1."
    inner = below(node, Elementwise)
    if inner is None or not isinstance(node.op, Subtensor):
        return None
    return inner.op(*[take(v, items_of(node)) for v in inner.inputs])


@caught_by("a_read_beside_what_was_written_is_of_the_array")
def a_read_is_never_of_what_was_written(node):
    "Forgets that both indices may be one."
    inner = below(node, SetSubtensor)
    return None if inner is None else take(inner.inputs[0], items_of(node))


@caught_by("indices_in_a_row_are_a_slice")
def indices_are_judged_by_the_first_and_the_last(node):
    "Forgets to look between them."
    places = static_value(node.inputs[1]) if len(node.inputs) == 2 else None
    if places is None or places.size != places.max(initial=0) + 1:
        return None
    return node.inputs[0][:, : places.size]


@caught_by("a_read_of_what_was_written_is_the_value")
def a_read_of_zeros_is_the_value(node):
    "Forgets that only a part may be read, or more."
    inner = below(node, IntoZeros)
    return None if inner is None else inner.inputs[0]


@caught_by("what_runs_stops_where_nobody_reads_on")
def what_runs_starts_where_somebody_reads(node):
    "Forgets what was added up before."
    inner = below(node, Cumulative)
    if inner is None or any(word == "i" for word in node.op.words):
        return None
    return inner.op(take(inner.inputs[0], items_of(node)))


@caught_by("an_index_goes_through_a_permutation")
def any_index_is_of_the_first_axis(node):
    "Forgets which axis was meant."
    items = items_of(node)
    places = [number_of(value) for word, value in items if word == "i"]
    if len(places) != 1 or len(items) < 2:
        return None
    return node.inputs[0][places[0]]
