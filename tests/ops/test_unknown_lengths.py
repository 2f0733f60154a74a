"""An unknown length that turns out to be 1 does not broadcast, in no mode."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError

X, Y = tg.dvectors("x y")
A, B = tg.dmatrices("A B")
S, T = tg.dtensor3("S"), tg.dtensor3("T")
ROW, COLUMN, K = tg.lvector("i"), tg.lvector("j"), tg.lmatrix("k")
ONE, THREE, SQUARE = np.ones(1), np.ones(3), np.ones((3, 3))
ZERO, PAIR = np.array([0]), np.array([1, 2])

CASES = {
    "add": (X + Y, {X: ONE, Y: THREE}),
    "where": (tg.where(X > 0, X, Y), {X: ONE, Y: THREE}),
    "mul": (tg.grad(tg.sum(X * Y), X), {X: ONE, Y: THREE}),
    "broadcast_to": (tg.broadcast_to(X, (2, 3)), {X: ONE}),
    "solve": (tg.linalg.solve(S, T), {S: np.eye(2)[None], T: np.ones((3, 2, 2))}),
    "matmul": (A @ B, {A: np.ones((2, 1)), B: SQUARE}),
    "indexing": (A[ROW, COLUMN], {A: SQUARE, ROW: ZERO, COLUMN: PAIR}),
    "update": (X[1:].set(Y), {X: THREE, Y: ONE}),
    "update at indices": (X[ROW].add(Y), {X: THREE, ROW: PAIR, Y: ONE}),
    "indexing along": (tg.take_along_axis(A, K, 1), {A: SQUARE[:1], K: PAIR[:, None]}),
    "put_along_axis": (
        tg.put_along_axis(A, K, B, 1), {A: SQUARE[:2], K: PAIR[:, None], B: ONE[None]}
    ),
    "concatenate": (tg.stack([X, Y]), {X: ONE, Y: THREE}),
    "normal": (tg.random.normal(X, Y), {X: ONE, Y: THREE}),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["PYTHON", "C"])
@pytest.mark.parametrize("case", CASES)
def test_every_mode_refuses_with_the_same_words(case, mode):
    output, values = CASES[case]
    f = tg.function(list(values), output, mode=mode)
    message = (
        f"^{case.split()[0]}: .*lengths (1 and|.* and 1).* never broadcasts.*declare"
    )
    with pytest.raises(ShapeError, match=message):
        f(*values.values())


def test_eval_refuses_it_and_a_declared_length_of_one_broadcasts():
    with pytest.raises(ShapeError, match=r"lengths 1 and 3 differ.*\n.*in test_eval"):
        (X + Y).eval({X: ONE, Y: THREE})
    row = tg.tensor("row", shape=(1,))
    assert (row + Y).eval({row: ONE, Y: THREE}).tolist() == [2.0, 2.0, 2.0]
    known = tg.specify_shape(X, (1,))
    assert (known + Y).eval({X: ONE, Y: THREE}).tolist() == [2.0, 2.0, 2.0]
