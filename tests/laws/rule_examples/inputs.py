"""What the graphs are made of, and the table of them."""

from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.testing.fillings import Unfit

EXAMPLES = {}


def example(function):
    """Enter a function from a filling to a graph, under the name of its rule."""
    EXAMPLES[function.__name__] = function
    return function


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
