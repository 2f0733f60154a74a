"""The law of rewrite rules: both sides are the same, in type, value and derivative."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NoReturn

import mpmath
import numpy as np

from tensorgraph.errors import (
    BoundsError,
    DTypeError,
    GradientError,
    ShapeError,
    TensorGraphError,
)
from tensorgraph.graph.check import check_graph
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.index import plans
from tensorgraph.graph.node import Variable
from tensorgraph.graph.rewriter import rewrite
from tensorgraph.graph.rules import Rule, parameters
from tensorgraph.graph.trace import Trace, formula
from tensorgraph.graph.traverse import ancestors
from tensorgraph.graph.working import Working
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.rewrites.fit import fit
from tensorgraph.testing import draws
from tensorgraph.testing.exact import Unknown, exact_values
from tensorgraph.testing.fillings import Filling, Unfit
from tensorgraph.testing.variations import aside, varied, with_other_lengths
from tensorgraph.transforms.grad import pullback

Example = Callable[[Filling], Variable]
"""Builds a graph on which a rule without pattern fires, with inputs of the filling."""
Values = Mapping[Variable, np.ndarray]
Draw = Callable[..., Any]

FEW_ULP = 8
"""A rule that may round differently stays within so many units in the last place ..."""
SPREAD = 6
"""... or within so many times what rounding does to the old expression."""

VARIED = ("float64", "float32", "int64", "int32", "uint8", "bool", "complex128")
"""The dtypes in which examples are repeated."""
REFUSALS = (TensorGraphError, ValueError, IndexError, ArithmeticError)
"""What is raised for values that a graph does not take."""


class RuleBroken(AssertionError):
    """A rule does not keep its promise; the message shows both sides and the values."""


def check_rule(
    rule: Rule, example: Example | None = None, *, firings: int = 30, seed: int = 0
) -> None:
    """Check a rule on random graphs until it has fired `firings` times.

    The holes of its patterns are filled at random (rules without a pattern need an
    `example`), the graph is rewritten by this rule alone, and both are compared: dtype
    and static shape, values (with nan, infinities, huge, tiny, empty), and gradients. A
    rule that declares rounding is compared with the truth, computed with many digits:
    it may be off by a few units in the last place, or by what rounding does to the old
    expression. Raises `RuleBroken`.

    >>> import tensorgraph as tg
    >>> from tensorgraph.graph.rules import Rules
    >>> from tensorgraph.ops.pattern_operators import hole
    >>> mine, x = Rules("mine"), hole("x")
    >>> @mine.rule(tg.log(tg.exp(x)), rounding=True)
    ... def log_of_exp(x):
    ...     "They are inverse."
    ...     return x
    >>> check_rule(mine["log_of_exp"])
    """
    rng = np.random.default_rng([seed, *rule.name.encode()])
    fired = tried = 0
    while fired < firings:
        tried += 1
        if tried > 60 * firings:
            if fired >= 3:
                return
            raise RuleBroken(f"{rule.name} fired {fired} times on {tried} fillings.")
        filling = Filling(rng)
        try:
            before = _fill(rule, filling, example)
        except (Unfit, ShapeError, DTypeError):
            continue
        story = Trace()
        (after,) = rewrite([before], [(rule,)], fit, story)
        if story.firings and _has_values(before, filling):
            fired += 1
            check_sides(rule, before, after, filling)


def check_rule_in(
    rule: Rule, dtype: str, *, tries: int = 60, least: int = 0, seed: int = 0
) -> int:
    """Check the values of a rule in one dtype, complex or small.

    The holes of its patterns are filled at random; complex numbers lie in the whole
    plane, and an exact rule gets huge numbers, too. Returns how often the rule fired,
    which may be never; it is tried until it has fired `least` times. Raises
    `RuleBroken`.
    """
    rng = np.random.default_rng([seed, *rule.name.encode()])
    fired = 0
    for tried in range(100 * tries if rule.patterns else 0):
        if tried >= tries and fired >= least:
            break
        filling = Filling(rng, dtype)
        try:
            before = _fill(rule, filling, None)
        except (Unfit, ShapeError, DTypeError):
            continue
        story = Trace()
        (after,) = rewrite([before], [(rule,)], fit, story)
        if story.firings and _has_values(before, filling):
            fired += 1
            check_graph(after)
            mild = rule.rounding or rule.moderate
            draw = draws.in_the_plane if mild else draws.special
            _check_alike(rule, before, after, filling.values(before, draw))
    if fired < least:
        raise RuleBroken(f"{rule.name} fired {fired} times in {dtype}.")
    return fired


def check_example(
    rule: Rule, example: Example, *, fires: Collection[str] = (), tries: int = 4,
    seed: int = 0,
) -> Counter[str]:  # fmt: skip
    """Check a rule on an example with fresh inputs: of other dtypes, shapes, lengths.

    The float64 inputs of the example are declared anew, in each dtype of `VARIED`
    (`variations.varied`). Dtype, static shape and values are compared, these also with
    lengths 0, 1 and more where none is known, and gradients in float64; lengths that
    the old expression refuses must be refused. Returns how often the rule fired in each
    dtype, which may be never, but not in those of `fires`: they get as many tries as
    they need. Raises `RuleBroken`.
    """
    rng = np.random.default_rng([seed, *rule.name.encode()])
    fired: Counter[str] = Counter()
    built = 0
    for _ in range(100 * tries):
        wanted = (
            list(VARIED) if built < tries else sorted(d for d in fires if not fired[d])
        )
        if not wanted:
            return fired
        filling = Filling(rng)
        try:
            graph = example(filling)
        except (Unfit, ShapeError, DTypeError):
            continue
        built += 1
        for dtype in wanted:
            fired[dtype] += _check_variation(rule, graph, filling, dtype)
    raise RuleBroken(f"{rule.name} does not fire in {', '.join(wanted)}.")


def _check_variation(rule: Rule, graph: Variable, filling: Filling, dtype: str) -> bool:
    """Whether the rule fires on a graph with inputs of a dtype; then it is checked."""
    try:
        before = varied(graph, filling, dtype)
    except (Unfit, *REFUSALS):
        return False
    story = Trace()
    try:
        (after,) = rewrite([before], [(rule,)], fit, story)
    except (ShapeError, DTypeError, BoundsError) as error:
        old = _value(before, filling.values(before, draws.in_the_plane))
        if not isinstance(old, Exception):
            _fail(rule, before, before, f"it could not be built: {error}", {})
        return False
    if not story.firings:
        return False
    _check_types(rule, before, after)
    mild = rule.rounding or rule.moderate
    for draw in (draws.special, draws.in_the_plane if mild else draws.extreme):
        for given in (filling, with_other_lengths(filling)):
            _check_alike(rule, before, after, given.values(before, draw))
    values = filling.values(before, draws.smooth)
    smooth = dtype == before.type.dtype == "float64"
    if smooth and not isinstance(_value(before, values), Exception):
        _check_gradients(rule, before, after, values)
    return True


def _check_alike(rule: Rule, before: Variable, after: Variable, values: Values) -> None:
    """Compare the values, or what is refused: lengths that do not fit still do not."""
    old, new = _value(before, values), _value(after, values)
    computed = not isinstance(new, Exception) and new.size > 0
    if isinstance(old, ShapeError) and computed:
        _fail(rule, before, after, f"it lost the check that said: {old}", values)
    if isinstance(old, Exception) or _is_exempt(rule, before, values):
        return
    if isinstance(new, Exception):
        _fail(rule, before, after, f"{old} became an error: {new}", values)
    rounds = rule.rounding or old.dtype.kind == "c"
    if not (rounds and _is_near(old, new, _coarsest(before))):
        _check_values(rule, before, after, values)


def _coarsest(out: Variable) -> float:
    """The largest rounding unit among the dtypes of a graph."""
    dtypes = {getattr(v.type, "dtype", "bool") for v in ancestors(out)}
    return max((float(np.finfo(d).eps) for d in dtypes if d[0] in "fc"), default=0.0)


def _value(out: Variable, values: Values) -> np.ndarray | Exception:
    """The value of a graph, or the error that it is."""
    try:
        return _evaluated([out], values)[0]
    except REFUSALS as error:
        return error


def _is_near(old: np.ndarray, new: np.ndarray, unit: float) -> bool:
    """Whether two results of moderate numbers agree in half of their digits."""
    if old.dtype != new.dtype or old.shape != new.shape:
        return False
    if old.dtype.kind not in "fc":
        return bool((old == new).all())
    tolerance = float(np.sqrt(unit))
    good = np.isfinite(old)
    return bool((good == np.isfinite(new)).all()) and np.allclose(
        new[good], old[good], tolerance, tolerance
    )


def _fill(rule: Rule, filling: Filling, example: Example | None) -> Variable:
    if example is not None:
        return example(filling)
    pattern = rule.patterns[filling.rng.integers(0, len(rule.patterns))]
    return filling.pattern(pattern)


def _has_values(before: Variable, filling: Filling) -> bool:
    """Whether NumPy computes the graph: it refuses integers to negative powers."""
    try:
        _evaluated([before], filling.values(before, draws.moderate))
    except ValueError:
        return False
    return True


def check_sides(
    rule: Rule, before: Variable, after: Variable, filling: Filling
) -> None:
    """Compare the old and the new expression in every way."""
    _check_types(rule, before, after)
    for number in range(4):
        draw = draws.moderate if rule.moderate or number % 2 else draws.extreme
        values = filling.values(before, draw)
        if not _is_exempt(rule, before, values):
            _check_values(rule, before, after, values)
    mild = rule.rounding or rule.moderate
    draw = draws.special_floats if mild else draws.special
    values = aside(filling).values(before, draw)
    if not _is_exempt(rule, before, values):
        _check_values(rule, before, after, values)
    if rule.widens:
        _check_nan(rule, before, after, filling.values(before, draws.only_nan))
    if before.type.dtype == "float64":
        for draw in (draws.positive, draws.smooth):
            _check_gradients(rule, before, after, filling.values(before, draw))


def _check_types(rule: Rule, before: Variable, after: Variable) -> None:
    check_graph(after)
    if before.type.dtype != after.type.dtype or not before.type.accepts(after.type):
        _fail(rule, before, after, f"types {before.type} and {after.type}", {})


def _fail(
    rule: Rule, before: Variable, after: Variable, why: str, values: Values
) -> NoReturn:
    given = "".join(f"\n  {v!r} = {x!r}" for v, x in values.items())
    sides = f"  {formula(before)}\n  → {formula(after)}"
    raise RuleBroken(f"{rule.name}: {why}\n{sides}{given}")


# -- values ----------------------------------------------------------------------------


def _is_exempt(rule: Rule, before: Variable, values: Values) -> bool:
    """Whether nothing is promised for these values of the holes."""
    if rule.exempt is None:
        return False
    graph = Working([before])
    node = graph.outputs[0].owner
    bound = next((b for p in plans(rule) if node and (b := p.bind(node, graph))), {})
    names = [name for name in parameters(rule.exempt) if name in bound]
    with np.errstate(all="ignore"):
        if parameters(rule.exempt) == ("values",):
            return bool(rule.exempt(list(values.values())))
        found = _evaluated([bound[name] for name in names], values)
        return len(found) > 0 and bool(np.any(rule.exempt(*found)))


def _evaluated(outputs: Sequence[Variable], values: Values) -> list[np.ndarray]:
    with np.errstate(all="ignore"):
        return evaluate(outputs, values, numpy_namespace)


def _check_values(
    rule: Rule, before: Variable, after: Variable, values: Values
) -> None:
    old, new = _evaluated([before, after], values)
    if old.shape != new.shape or old.dtype != new.dtype:
        _fail(
            rule,
            before,
            after,
            f"{old.dtype}{old.shape}, {new.dtype}{new.shape}",
            values,
        )
    differ = ~((old == new) | ((old != old) & (new != new)))
    if rule.widens:
        differ &= old == old
    if not differ.any():
        return
    if not rule.rounding or old.dtype.kind != "f":
        _fail(rule, before, after, f"{old} became {new}", values)
    allowed = _allowed(rule, before, after, values, old, new)
    if (differ & ~allowed).any():
        _fail(rule, before, after, f"{old} became {new}", values)


def _allowed(
    rule: Rule, before: Variable, after: Variable, values: Values, old: Any, new: Any
) -> np.ndarray:
    """Where the new value is as good as rounding lets it be."""
    try:
        (truth,) = exact_values([before], values)
        rng = np.random.default_rng(0)
        noisy = [
            exact_values([before], values, lambda: rng.uniform(-1, 1))[0]
            for _ in range(4)
        ]
    except Unknown:
        if old.dtype != "float64":  # neither side is known to be the better one
            return np.ones(old.shape, bool)
        return np.isclose(old, new, rtol=1e-13, atol=0)
    unit = np.finfo(old.dtype).eps
    scale = _largest(after, values) if rule.absolute else 0.0
    found = np.zeros(old.shape, bool)
    for place in np.ndindex(old.shape):
        true, error = truth[place], _distance(new[place], truth[place])
        spread = max(_distance(n[place], true) for n in noisy)
        few = max(float(unit), 0.0) * FEW_ULP * max(abs(true), np.finfo(old.dtype).tiny)
        if mpmath.isnan(true):
            found[place] = rule.widens
        else:
            found[place] = (
                error <= few
                or error <= SPREAD * spread
                or error <= _distance(old[place], true)
                or error <= FEW_ULP * float(unit) * scale
            )
    return found


def _distance(x: Any, true: Any) -> Any:
    """How far a float is from the truth; what overflows is no distance off."""
    x = mpmath.mpf(float(x)) if not isinstance(x, mpmath.mpf) else x
    if mpmath.isnan(x):
        return mpmath.inf
    if x == true or (mpmath.isinf(x) and abs(true) > 1.7e308 and x * true > 0):
        return mpmath.mpf(0)
    return abs(x - true)


def _largest(out: Variable, values: Values) -> float:
    """The largest finite number among a result and the terms that it was made from."""
    parts = out.owner.inputs if out.owner is not None else ()
    found = _evaluated([out, *parts], values)
    finite = [np.abs(x[np.isfinite(x)]) for x in found if x.dtype.kind == "f"]
    return float(max((x.max(initial=0) for x in finite), default=0))


def _check_nan(rule: Rule, before: Variable, after: Variable, values: Values) -> None:
    """A rule that widens a domain must not hide a nan that was put in."""
    old, new = _evaluated([before, after], values)
    put = any(x.dtype.kind == "f" for x in values.values())
    if put and np.any((old != old) & (new == new)):
        _fail(rule, before, after, f"nan became {new}", values)


# -- gradients -------------------------------------------------------------------------


def _check_gradients(
    rule: Rule, before: Variable, after: Variable, values: Values
) -> None:
    wrt = [v for v in values if v.type.differentiable]
    if not wrt or not rule.smooth or _is_exempt_value(before, values):
        return
    try:
        ones = before.ones_like()  # type: ignore[attr-defined]
        old, new = (
            _evaluated(pullback(out, wrt, ones, disconnected="zero"), values)
            for out in (before, after)
        )
    except GradientError:
        return
    for v, a, b in zip(wrt, old, new, strict=True):
        good = np.isfinite(a)
        if not np.allclose(a[good], b[good], rtol=1e-6, atol=1e-9):
            why = f"the gradient with respect to {v!r} was {a} and became {b}"
            _fail(rule, before, after, why, values)


def _is_exempt_value(out: Variable, values: Values) -> bool:
    """Whether the function is not defined here, so that it has no gradient."""
    (found,) = _evaluated([out], values)
    return not np.isfinite(found).all()
