"""Distributions: one class with everything about a family."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar

from tensorgraph.errors import RandomError
from tensorgraph.ops.broadcast import broadcast_to, shape_of
from tensorgraph.ops.check import check
from tensorgraph.ops.tensor import TensorType, as_tensor
from tensorgraph.random.constraint import Constraint
from tensorgraph.random.draws import Draw

DISTRIBUTIONS: dict[str, type[Distribution]] = {}
"""Every distribution by the name of its constructor."""

OF_VALUES = ("logp", "logcdf", "logccdf", "icdf")
"""The formulas whose first argument is a value (a probability for icdf)."""
OF_PARAMETERS = ("support_point", "mean", "variance", "entropy")
"""The formulas of the parameters alone."""
LIKE_DRAWS = ("support_point", "mean", "variance")
"""The formulas whose results have the event axes of a draw."""


@dataclass(frozen=True)
class Parametrization:
    """Other parameters, by keyword, and how the canonical ones follow from them."""

    convert: Callable[..., tuple[Any, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the other parameters."""
        return tuple(inspect.signature(self.convert).parameters)


def parametrization(convert: Callable[..., tuple[Any, ...]]) -> Parametrization:
    """Declare other parameters, inside the class of a distribution.

    The function gets them by name and returns the canonical parameters in order:

        @parametrization
        def by_moments(mean, sd):
            return sqr(mean / sd), sqr(sd) / mean
    """
    return Parametrization(convert)


class Distribution:
    """Base of distributions: a namespace of plain functions over tensors.

    A subclass annotates its parameters with constraints, in the order of the
    constructor, with defaults where there are any, and says `support` (a constraint, or
    a function of the parameters), `draw` and `logp(x, *parameters)`; where closed also
    `logcdf`, `logccdf`, `icdf`, `mean`, `variance`, `entropy`; and
    `support_point(*parameters)`, where samplers start. The functions state the formula
    inside the support and for valid parameters; whoever uses them adds the checks and
    the outside. Event axes, where there are any, come last; results are broadcast to
    the batch shape of all arguments.

    `signature` has the core shapes of the parameters and of a draw, as NumPy's
    generalized functions write them. It follows from the constraints, unless the class
    states it.
    """

    name: ClassVar[str] = ""
    parameters: ClassVar[dict[str, Constraint]] = {}
    defaults: ClassVar[dict[str, Any]] = {}
    parametrizations: ClassVar[list[Parametrization]] = []
    signature: ClassVar[str]
    cores: ClassVar[list[tuple[str, ...]]] = []
    event: ClassVar[tuple[str, ...]] = ()
    dtype: ClassVar[str]
    support: ClassVar[Any]
    draw: ClassVar[Draw | None] = None

    def __init_subclass__(cls, name: str | None = None) -> None:
        own = dict(vars(cls))
        cls.name = name or cls.__name__.lower()
        cls.parameters = _declared(cls)
        given = {p: own[p] for p in cls.parameters if p in own}
        cls.defaults = {p: v for p, v in given.items() if not callable(v)}
        cls.signature = own.get("signature") or _signature(cls)
        cls.cores, (cls.event,) = map(_core_axes, cls.signature.split("->"))
        listed = [v for v in own.values() if isinstance(v, Parametrization)]
        cls.parametrizations = listed
        for key, value in own.items():
            if inspect.isfunction(value):
                formula = key in OF_VALUES or key in OF_PARAMETERS
                made = _formula(cls, key, value) if formula else value
                setattr(cls, key, staticmethod(made))
        cls.dtype = _dtype(cls)
        DISTRIBUTIONS[cls.name] = cls

    # -- what follows from the declarations --------------------------------------------

    @classmethod
    def support_of(cls, *params: Any) -> Constraint:
        """The support for these parameters."""
        found = cls.support
        known = isinstance(found, Constraint)
        return found if known else found(*map(as_tensor, params))

    @classmethod
    def conditions(cls, *params: Any) -> list[Condition]:
        """What must hold of the parameters."""
        given = dict(zip(cls.parameters, map(as_tensor, params), strict=True))
        found = []
        for name, constraint in cls.parameters.items():
            inner = constraint.element or constraint
            value = given[name]
            holds = inner.contains(value, *[given[other] for other in inner.others])
            if holds is not None:
                report = None if inner.event_ndim else value
                found.append(Condition(name, inner.text.format(name), holds, report))
        return found

    @classmethod
    def checked(cls, result: Any, *params: Any) -> Any:
        """`result`, once the parameters meet their constraints (`ParameterError`)."""
        for condition in cls.conditions(*params):
            result = condition.guard(result)
        return result

    @classmethod
    def checked_parameters(cls, *params: Any) -> list[Any]:
        """The parameters, each behind the check of its constraint."""
        given = dict(zip(cls.parameters, params, strict=True))
        for condition in cls.conditions(*params):
            given[condition.name] = condition.guard(given[condition.name])
        return list(given.values())


@dataclass(frozen=True)
class Condition:
    """What must hold of a parameter, as text and as a bool tensor; what to report."""

    name: str
    text: str
    holds: Any
    report: Any

    def guard(self, value: Any) -> Any:
        """`value`, once the condition holds."""
        return check(value, self.holds, self.text, self.report)


# -- declarations ----------------------------------------------------------------------


def _declared(cls: type[Distribution]) -> dict[str, Constraint]:
    """The parameters and their constraints, from the annotations of a class."""
    found = inspect.get_annotations(cls)
    for name, constraint in found.items():
        if not isinstance(constraint, Constraint):
            raise RandomError(
                f"{cls.__name__}: parameter {name} is annotated with {constraint!r}, "
                "which is no constraint.",
                remedy="Write for instance `scale: positive`, without "
                "`from __future__ import annotations` in the file.",
            )
    for needed in ("support", "logp"):
        if needed not in vars(cls):
            raise RandomError(
                f"{cls.__name__} states no {needed}.",
                remedy="A distribution needs a support and a log-density, logp.",
            )
    return found


def _signature(cls: type[Distribution]) -> str:
    """Core shapes from ranks; their letter is that of the only wide parameter, or n."""
    wide = [name for name, c in cls.parameters.items() if c.event_ndim]
    letter = wide[0][0] if len(wide) == 1 else "n"
    support = vars(cls)["support"]
    event = support.event_ndim if isinstance(support, Constraint) else 0
    cores = [",".join(letter * c.event_ndim) for c in cls.parameters.values()]
    return f"{','.join(f'({core})' for core in cores)}->({','.join(letter * event)})"


def _core_axes(side: str) -> list[tuple[str, ...]]:
    """The letters of the core axes of one side of a signature."""
    cores = re.findall(r"\(([^()]*)\)", side)
    return [tuple(filter(None, core.split(","))) for core in cores]


def _dtype(cls: type[Distribution]) -> str:
    """The dtype of draws: that of the support, for some parameters."""
    params = [TensorType("float64", (1,) * len(core))() for core in cls.cores]
    return cls.support_of(*params).dtype


# -- formulas --------------------------------------------------------------------------


def _formula(
    cls: type[Distribution], name: str, function: Callable[..., Any]
) -> Callable[..., Any]:
    """A formula whose result has the batch shape of all its arguments."""
    ranks = [len(core) for core in cls.cores]
    if name in OF_VALUES:
        ranks = [len(cls.event) if name != "icdf" else 0, *ranks]
    rank = len(cls.event) if name in LIKE_DRAWS else 0

    @wraps(function)
    def broadcasting(*arguments: Any) -> Any:
        given = [as_tensor(a) for a in arguments]
        return _spread(as_tensor(function(*given)), rank, batch_lengths(given, ranks))

    return broadcasting


def _spread(result: Any, rank: int, batch: Sequence[Any]) -> Any:
    """`result`, whose last `rank` axes are no batch axes, with these batch lengths.

    Unknown lengths never broadcast, so only a length of 1 or a missing axis is to do.
    """
    own = result.type.shape[: result.type.ndim - rank]
    have = (1,) * (len(batch) - len(own)) + own
    short = any(h == 1 and n != 1 for h, n in zip(have, batch, strict=True))
    if len(own) == len(batch) and not short:
        return result
    return broadcast_to(result, (*batch, *shape_of(result)[len(own) :]))


def batch_lengths(params: Sequence[Any], ranks: Sequence[int]) -> list[Any]:
    """The lengths to which the axes in front of core axes of these ranks broadcast."""
    pairs = zip(params, ranks, strict=True)
    shapes = [shape_of(p)[: p.type.ndim - rank] for p, rank in pairs]
    most = max(map(len, shapes), default=0)
    padded = [(1,) * (most - len(shape)) + shape for shape in shapes]
    return [_common(lengths) for lengths in zip(*padded, strict=True)]


def _common(lengths: Sequence[Any]) -> Any:
    """What lengths broadcast to: a known one, else an unknown one, else 1."""
    known = [n for n in lengths if isinstance(n, int) and n != 1]
    unknown = [n for n in lengths if not isinstance(n, int)]
    return [*known, *unknown, 1][0]
