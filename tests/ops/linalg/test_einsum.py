"""Einsum against NumPy: random subscripts, paths, dtypes, errors, and its loops."""

import random

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tests.ops.wrong import says

RNG = np.random.default_rng(2)
LENGTHS = dict(zip("abcdefijkl", (3, 2, 4, 3, 2, 5, 2, 3, 4, 5), strict=True))
SUBSCRIPTS = """
ij,jk->ik  ij,jk  i,i  i,j  ij->ji  ij->  aa  aa->a  aac->ca  ij,ij->  ijk,ikl->ijl
aij,ajk->aik  ...ij,...jk->...ik  ...i->...  i...->...  ij,j  abc,cd,de->abe
a,b,c->abc  abc,bcd->ad  abcd,cdef->abef  ij,ij,ij->i  i,ij,j  aa,a->a  aaa->a  ,->
,i->i  ab,cb,cd  ji  i,->  abc,cba->b
"""


def operands(subscripts):
    shapes = []
    for word in subscripts.split("->")[0].split(","):
        letters = word.replace("...", "!")
        lengths = [[2, 3] if c == "!" else [LENGTHS[c]] for c in letters]
        shapes.append([n for group in lengths for n in group])
    return [RNG.normal(size=s) for s in shapes]


def check(subscripts, values, **options):
    "With known lengths and with unknown ones, as NumPy sums."
    expected = np.einsum(subscripts, *values)
    for known in (True, False):
        shapes = [[n if known or n == 1 else None for n in v.shape] for v in values]
        xs = [tg.tensor("x", v.dtype, s) for v, s in zip(values, shapes, strict=True)]
        found = tg.einsum(subscripts, *xs, **options)
        found = found.eval(dict(zip(xs, values, strict=True)))
        assert found.dtype == expected.dtype
        rtol = 1e-5 if expected.dtype == "float32" else 1e-12
        np.testing.assert_allclose(found, expected, rtol, 1e-13)


@pytest.mark.parametrize("subscripts", SUBSCRIPTS.split())
def test_as_numpy(subscripts):
    values = operands(subscripts)
    check(subscripts, values)
    check(subscripts, values, optimize=False)
    check(subscripts, [v.round().astype("int8") for v in values])
    check(subscripts, [v > 0 for v in values])
    if "aa" not in subscripts:
        single = [[1 if RNG.random() < 0.4 else n for n in v.shape] for v in values]
        check(subscripts, [RNG.normal(size=s) for s in single])


def test_random_subscripts():
    rng = random.Random(1)
    for _ in range(60):
        lengths = {c: rng.choice([1, 2, 3]) for c in "abcde"}
        words = [
            rng.choices("abcde", k=rng.randint(0, 3)) for _ in range(rng.randint(1, 4))
        ]
        used = sorted({c for word in words for c in word})
        out = "".join(rng.sample(used, rng.randint(0, len(used))))
        values = [RNG.normal(size=[lengths[c] for c in word]) for word in words]
        check(",".join(map("".join, words)) + "->" + out, values)


def test_complex_and_promoted_dtypes():
    a, b = operands("ij,jk")
    check("ij,jk->ik", [a + 1j, b])
    check("ij,jk->ik", [a.astype("float32"), b.round().astype("int16")])


def test_lists_of_integers_spaces_and_paths():
    a, b = operands("ij,jk")
    c = RNG.normal(size=4)
    x, y, z = map(tg.as_tensor, (a, b, c))
    cases = [
        (tg.einsum(x, [0, 1], y, [1, 2], [2, 0]), (a @ b).T),
        (tg.einsum(x, [0, 1], y, [1, 2]), a @ b),
        (tg.einsum(x, [Ellipsis, 1], [1, Ellipsis]), a.T),
        (tg.einsum(" i j , j k -> i k ", x, y), a @ b),
        (tg.einsum("ij,jk,k", x, y, z, optimize=[(1, 2), (0, 1)]), a @ b @ c),
        (tg.einsum("ij,jk,k", x, y, z, optimize=["einsum_path", (0, 1)]), a @ b @ c),
        (tg.einsum("ij,jk,k", x, y, z, optimize="greedy"), a @ b @ c),
    ]
    for found, expected in cases:
        np.testing.assert_allclose(found.eval(), expected, 1e-12)


def test_the_path_costs_least():
    "A matrix times a matrix times a vector never makes a matrix."
    x, y, v = tg.dmatrix("x"), tg.dmatrix("y"), tg.dvector("v")
    loops = str(
        tg.function([x, y, v], tg.einsum("ij,jk,k->i", x, y, v)).keepalive.loops
    )
    assert "tg_matmul" not in loops


def test_what_it_becomes():
    "A sum over two axes is one loop; a product of folded matrices fills the output."
    x, y = tg.tensor("x", "float64", (None,) * 3), tg.dmatrix("y")
    program = tg.function([x, y], tg.einsum("ijk,jk->i", x, y)).keepalive.loops
    text = str(program)
    assert "w1" not in text and text.count("accumulate ") == 1
    text = str(tg.function([x, y], tg.einsum("ijk,kl->ijl", x, y)).keepalive.loops)
    assert "tg_matmul" in text and "w1" not in text


def test_lengths_that_differ_on_the_call():
    x, y = tg.dmatrix("x"), tg.dmatrix("y")
    trace = tg.function([x], tg.einsum("ii", x), mode="PYTHON")
    with pytest.raises(ShapeError):
        trace(np.zeros((2, 3)))
    both = tg.function([x, y], tg.einsum("ij,ij->j", x, y), mode="FAST_COMPILE")
    with pytest.raises(ShapeError, match="lengths 2 and 4"):
        both(np.zeros((2, 3)), np.zeros((4, 3)))


x = tg.tensor("x", "float64", (2, 3))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: tg.einsum("ij,jk->ik", x), ["2 operands", "1 were given"]),
        (lambda: tg.einsum("ij", np.zeros(3)), ["'ij'", "1 axes"]),
        (lambda: tg.einsum("ij->k", x), ["'k'", "no operand"]),
        (lambda: tg.einsum("ij->ii", x), ["'i'", "twice"]),
        (lambda: tg.einsum("i!", x), ["'i!'", "letters"]),
        (lambda: tg.einsum("i...j...", x), ["'i...j...'", "one ellipsis"]),
        (lambda: tg.einsum("ij->ij->i", x), ["one arrow"]),
        (lambda: tg.einsum("ij,jk", x, x), ["'j'", "lengths 3 and 2"]),
        (lambda: tg.einsum("ii", x), ["'i'", "lengths 2 and 3"]),
        (lambda: tg.einsum("...i->i", x), ["ellipsis", "leaves out"]),
        (lambda: tg.einsum(x, [0, 1.5]), ["[0, 1.5]", "integers"]),
        (lambda: tg.einsum(x, [0, 1, 2]), ["[0, 1, 2]", "2 axes"]),
    ],
)
def test_wrong_subscripts(make, words):
    says(ShapeError, make, *words)


def test_wrong_paths():
    with pytest.raises(ValueError, match="'fast' not found"):
        tg.einsum("ij,ij,ij->i", x, x, x, optimize="fast")
    with pytest.raises(ValueError, match=r"\(0, 5\) of 3"):
        tg.einsum("ij,ij,ij->i", x, x, x, optimize=[(0, 5)])
