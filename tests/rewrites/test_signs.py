"""Signs, sizes and directions."""

import pytest

import tensorgraph as tg
from tests.rewrites.lines import canonical, n, s, t


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ((-s) * (-t), "Mul(s, t)"), ((-s) * t, "Neg(Mul(s, t))"),
        (s - (-t), "Add(s, t)"), (-s - t, "Neg(Add(s, t))"),
        (tg.sign(-s), "Neg(Sign(s))"), (1 / -s, "True_div(-1.0, s)"),
        (tg.abs(-3 * s), "Mul(3.0, Abs(s))"), (tg.abs(s / 2), "True_div(Abs(s), 2.0)"),
        (tg.abs(s) * tg.abs(t), "Abs(Mul(s, t))"), (s * tg.sign(s), "Abs(s)"),
        (tg.abs(s) * tg.sign(s), "s"), (tg.sign(tg.sign(s)), "Sign(s)"),
    ],
)  # fmt: skip
def test_signs(graph, expected):
    assert canonical(graph) == expected


def test_what_is_proven_has_no_sign():
    assert canonical(tg.abs(tg.exp(s))) == "Exp(s)"
    assert canonical(tg.abs(-tg.exp(s))) == "Exp(s)"
    assert canonical(tg.sign(tg.sigmoid(n) + 1)) == "1.0"
    assert canonical(tg.sign(tg.sigmoid(s) + 1)).startswith("Sign")  # nan has none
    assert canonical(tg.abs(n)) == "Abs(n)"
    assert canonical(tg.abs(n.astype("uint8"))) == "Cast{uint8}(n)"
