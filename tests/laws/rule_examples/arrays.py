"""Arrays of chosen lengths and indices into them, for the rules of indices."""

import sys

import tensorgraph as tg
from tensorgraph.ops.tensor import TensorType, constant
from tensorgraph.testing.fillings import Unfit


def array(f, *lengths, dtype="float64", known=None):
    """An input with these lengths, each known as a number, by name, or not at all."""
    know = f.rng.integers(0, 3, len(lengths)) if known is None else [known] * 9
    shape = [
        n if n == 1 else (n, None, f"n{n}")[way]
        for n, way in zip(lengths, know, strict=False)
    ]
    v = TensorType(dtype, shape)(f"x{len(f.sizes)}")
    f.sizes[v] = tuple(lengths)
    return v


def sizes(f, count, least=0, most=4):
    """So many random lengths."""
    return [int(n) for n in f.rng.integers(least, most + 1, count)]


def place(f, length, start=None):
    """An integer inside of an axis: a number, or a scalar that varies."""
    if not length:
        raise Unfit("empty")
    number = int(f.rng.integers(-length if start is None else start, length))
    if f.rng.random() < 0.6:
        return number
    i = TensorType("int64", ())(f"x{len(f.sizes)}")
    f.sizes[i] = ()
    return tg.mod(i, length) - (length if start is None and number < 0 else 0)


STEPS = (None, None, None, 1, 2, -1, -2)


FAR = (sys.maxsize, -sys.maxsize)


def bounds(f):
    """A slice with known bounds, on either side of what there is, near or far."""
    start, stop = (
        None if f.rng.random() < 0.4 else int(n) for n in f.rng.integers(-5, 6, 2)
    )
    stop = FAR[f.rng.integers(0, 2)] if f.rng.random() < 0.05 else stop
    return slice(start, stop, STEPS[f.rng.integers(0, len(STEPS))])


def item(f, length, words="is:"):
    """An integer inside, a slice, or everything."""
    word = f.rng.choice(list(words))
    if word == "i":
        return place(f, length)
    return bounds(f) if word == "s" else slice(None)


def items(f, lengths, words="is:"):
    """An item for each axis."""
    return tuple(item(f, n, words) for n in lengths)


def rows(f, length, count):
    """A vector of so many indices into an axis: known, or an input that varies."""
    if not length:
        raise Unfit("empty")
    if f.rng.random() < 0.6:
        return constant(f.rng.integers(-length, length, count))
    return tg.mod(array(f, count, dtype="int64"), length)
