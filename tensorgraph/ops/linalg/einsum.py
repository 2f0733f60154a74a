"""Sums of products by Einstein's convention: einsum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.lazy import opt_einsum
from tensorgraph.ops.creating.diagonal import diagonal
from tensorgraph.ops.linalg.contract import Labels, Term, contract
from tensorgraph.ops.shaping.shape import specify_shape
from tensorgraph.ops.tensor import as_tensor, show_shape

DOTS = "..."
UNKNOWN_LENGTH = 32
"""What a length that is not known counts for in the search for a good order."""


def einsum(subscripts: Any, *operands: Any, optimize: Any = True) -> Any:
    """The sum of products that `subscripts` say, such as "ij,jk->ik".

    Each operand has a letter for each axis; axes with the same letter go together, and
    those whose letter is not in the result are summed over. Without an arrow the result
    has the letters that appear once, in the order of the alphabet. An ellipsis stands
    for further axes, which broadcast. Operands and lists of integers may be given in
    turn instead, as in NumPy.

    The operands are multiplied two at a time in the order that costs least, as
    opt_einsum finds it (Smith and Gray, 2018); unknown lengths count as 32. `optimize`
    is the way it searches ("greedy", "optimal", ...), a path, or False for left to
    right. Raises `ShapeError` for subscripts that do not fit the operands, and for
    lengths that differ: at definition where they are known, else on the call.

    >>> einsum("ij,jk->ik", [[1.0, 2.0]], [[3.0], [4.0]]).eval()
    array([[11.]])
    >>> einsum("ii", [[1.0, 2.0], [3.0, 4.0]]).eval()
    array(5.)
    """
    if not isinstance(subscripts, str):
        labels, out, variables = _by_lists((subscripts, *operands))
    else:
        labels, out = _by_letters(subscripts)
        variables = [as_tensor(x) for x in operands]
    if len(labels) != len(variables):
        raise ShapeError(
            f"einsum: {subscripts!r} has subscripts for {len(labels)} operands, but "
            f"{len(variables)} were given."
        )
    named = [_named(k, x) for k, x in zip(labels, variables, strict=True)]
    result = _result(named, out)
    _check_lengths(named, variables)
    terms = [_distinct(x, k) for x, k in zip(variables, named, strict=True)]
    for step in _path(terms, result, optimize):
        terms = _contracted(terms, step, result)
    (term,) = terms
    return term.without([k for k in term.labels if k not in result]).ordered(result).x


# -- reading subscripts ----------------------------------------------------------------


def _by_letters(subscripts: str) -> tuple[list[list[Any]], list[Any] | None]:
    """The labels of each operand, and of the result if they are given."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    labels = [_letters(word, subscripts) for word in left.split(",")]
    return labels, _letters(right, subscripts) if arrow else None


def _letters(word: str, subscripts: str) -> list[Any]:
    before, dots, after = word.partition(DOTS)
    letters = before + after
    if letters and not (letters.isalpha() and letters.isascii()):
        raise ShapeError(
            f"einsum: {subscripts!r} has {word!r} for an operand; subscripts are "
            "letters, one ellipsis (...), commas, and one arrow (->)."
        )
    return [*before, *([DOTS] if dots else []), *after]


def _by_lists(
    arguments: Sequence[Any],
) -> tuple[list[list[Any]], list[Any] | None, list[Variable]]:
    """The labels of operands that are given in turn with lists of integers."""
    pairs = len(arguments) // 2
    variables = [as_tensor(x) for x in arguments[: 2 * pairs : 2]]
    lists = [*arguments[1 : 2 * pairs : 2], *arguments[2 * pairs :]]
    labels = [[DOTS if k is Ellipsis else k for k in given] for given in lists]
    for given in labels:
        if not all(k == DOTS or isinstance(k, int) for k in given):
            raise ShapeError(f"einsum: {given} is no list of integers.")
    return labels[:pairs], labels[pairs] if len(labels) > pairs else None, variables


def _named(labels: list[Any], x: Variable) -> Labels:
    """A label for each axis: those of an ellipsis are counted from the last one."""
    ndim = x.type.ndim
    more = ndim - len(labels) + 1 if DOTS in labels else 0
    if more < 0 or (DOTS not in labels and ndim != len(labels)):
        raise ShapeError(
            f"einsum: the subscripts {_shown(labels)} do not fit {x!r} of type "
            f"{x.type}, which has {ndim} axes."
        )
    found: list[Any] = []
    for label in labels:
        found += [(DOTS, i) for i in range(-more, 0)] if label == DOTS else [label]
    return tuple(found)


def _shown(labels: Sequence[Any]) -> str:
    return repr("".join(map(str, labels)) if all(map(_is_text, labels)) else labels)


def _is_text(label: Any) -> bool:
    return isinstance(label, str)


def _result(named: Sequence[Labels], out: list[Any] | None) -> Labels:
    """The labels of the result."""
    found = Counter(k for labels in named for k in labels)
    dots = sorted((k for k in found if isinstance(k, tuple)), key=lambda k: k[1])
    if out is None:
        single = [k for k, n in found.items() if n == 1 and not isinstance(k, tuple)]
        return (*dots, *sorted(single))
    result: list[Any] = []
    for label in out:
        result += dots if label == DOTS else [label]
    wrong = [k for k in result if k not in found] or [
        k for k, n in Counter(result).items() if n > 1
    ]
    if wrong:
        raise ShapeError(
            f"einsum: the result has the subscript {wrong[0]!r}, which no operand has "
            "or which it has twice."
        )
    if dots and DOTS not in out:
        raise ShapeError(
            "einsum: the ellipsis of the operands stands for axes that the result "
            f"{_shown(out)} leaves out.",
            remedy="Write ... in the result too, or letters for the axes.",
        )
    return tuple(result)


def _check_lengths(named: Sequence[Labels], variables: Sequence[Variable]) -> None:
    """Raise unless axes with one label have one known length, or 1."""
    lengths: dict[Any, int] = {}
    for labels, x in zip(named, variables, strict=True):
        for label, length in zip(labels, x.type.shape, strict=True):
            if not isinstance(length, int) or length == 1:
                continue
            if lengths.setdefault(label, length) != length:
                shapes = " and ".join(show_shape(v.type.shape) for v in variables)
                raise ShapeError(
                    f"einsum: axes with the subscript {_shown([label])} have lengths "
                    f"{lengths[label]} and {length}, in operands of shapes {shapes}."
                )


def _distinct(x: Variable, labels: Labels) -> Term:
    """A term of an operand; axes with the same label become their diagonal."""
    while len(set(labels)) < len(labels):
        label = next(k for k in labels if labels.count(k) > 1)
        first = labels.index(label)
        second = labels.index(label, first + 1)
        lengths = [x.type.shape[first], x.type.shape[second]]
        if lengths[0] != lengths[1] or lengths[0] is None:
            same = [None] * x.type.ndim
            x = _same_length(x, first, second, same)
        x = diagonal(x, 0, first, second)
        kept = [k for i, k in enumerate(labels) if i not in (first, second)]
        labels = (*kept, label)
    return Term(x, labels)


def _same_length(x: Variable, first: int, second: int, shape: list[Any]) -> Variable:
    """`x` with a check that two of its axes have one length."""
    shape[second] = x.shape[first]  # type: ignore[attr-defined]
    return specify_shape(x, shape)


# -- the order of products -------------------------------------------------------------


def _path(terms: Sequence[Term], result: Labels, optimize: Any) -> list[Sequence[int]]:
    """Which operands to multiply at each step; a product goes behind the others."""
    if len(terms) < 3 or optimize is False:
        return [tuple(range(len(terms)))] if len(terms) > 1 else []
    labels = dict.fromkeys(k for term in terms for k in term.labels)
    symbols = {k: opt_einsum.get_symbol(i) for i, k in enumerate(labels)}
    words = ["".join(symbols[k] for k in term.labels) for term in terms]
    asked = f"{','.join(words)}->{''.join(symbols[k] for k in result)}"
    lengths = _counted(terms)
    shapes = [tuple(lengths[k] for k in term.labels) for term in terms]
    search = "auto" if optimize is True else optimize
    if not isinstance(search, str):
        return _given_path(search, len(terms))
    try:
        return opt_einsum.contract_path(asked, *shapes, shapes=True, optimize=search)[0]  # type: ignore[no-any-return]
    except KeyError as error:
        raise ValueError(f"einsum: {error.args[0]}") from None


def _given_path(path: Sequence[Sequence[int]], count: int) -> list[Sequence[int]]:
    """A path of the user's, which may start with a word as those of NumPy do."""
    steps = [tuple(step) for step in path if not isinstance(step, str)]
    left = count
    for step in steps:
        if not step or len({*step}) != len(step) or not {*step} <= {*range(left)}:
            raise ValueError(f"einsum: the path {path} has {step} of {left} operands.")
        left += 1 - len(step)
    return steps if left == 1 else [*steps, tuple(range(left))]


def _counted(terms: Sequence[Term]) -> dict[Any, int]:
    """The length of each label, for the search."""
    lengths: dict[Any, int] = {}
    for term in terms:
        for label, length in zip(term.labels, term.x.type.shape, strict=True):
            counts = length if isinstance(length, int) else UNKNOWN_LENGTH
            lengths[label] = max(lengths.get(label, 1), counts)
    return lengths


def _contracted(terms: list[Term], step: Sequence[int], result: Labels) -> list[Term]:
    """The terms after one step, which multiplies some of them from left to right."""
    chosen = [terms[i] for i in sorted(step)]
    others = [term for i, term in enumerate(terms) if i not in step]
    product = chosen.pop(0)
    while chosen:
        factor = chosen.pop(0)
        needed = {k for term in (*others, *chosen) for k in term.labels} | {*result}
        product = contract(product, factor, list(needed))
    return [*others, product]
