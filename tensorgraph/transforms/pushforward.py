"""Forward mode: tangents, as the pullback of a pullback."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tensorgraph.errors import GradientError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import copy_apply, rebuild
from tensorgraph.transforms.asked import paired
from tensorgraph.transforms.grad import pullback


def pushforward(
    outputs: Variable | Sequence[Variable],
    wrt: Variable | Sequence[Variable],
    tangents: Any,
    consider_constant: Iterable[Variable] | None = None,
    disconnected: str = "raise",
) -> Any:
    """The tangents of the outputs, given tangents of `wrt`: Jacobian times them.

    A tangent is a variable of the dtype and shape of its variable, or a value. The
    pullback is linear in the cotangents; its own pullback at the tangents is the
    pushforward, whatever the cotangents are (Jacob's trick of "double vjp"). PyTensor
    calls this `Rop`.

    >>> import tensorgraph as tg
    >>> x, v = tg.dvector("x"), tg.dvector("v")
    >>> tg.pushforward(x * x, x, v).eval({x: [1.0, 2.0], v: [10.0, 1.0]})
    array([20.,  4.])
    """
    single = isinstance(outputs, Variable)
    wanted: list[Any] = [outputs] if single else list(outputs)  # type: ignore[arg-type]
    pairs = paired("tangent", wrt, tangents)
    variables, given = [v for v, _ in pairs], [t for _, t in pairs]
    for y in wanted:
        if not isinstance(y, Variable):
            raise GradientError(f"Tangents are those of variables, not of {y!r}.")
    dummies = [v.type() for v in wanted]
    pulled = pullback(wanted, variables, dummies, consider_constant, disconnected)
    pushed = pullback(pulled, dummies, given, disconnected="zero")
    zeros: Any = {d: v.zeros_like() for d, v in zip(dummies, wanted, strict=True)}
    found = rebuild(pushed, zeros, copy_apply)
    return found[0] if single else found
