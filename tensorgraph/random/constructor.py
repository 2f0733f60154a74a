"""Constructors: the functions `normal`, `gamma`, ... that make random variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from inspect import Parameter, Signature
from typing import Any

from tensorgraph.errors import RandomError, TensorGraphError
from tensorgraph.graph.place import here
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.variable import random_variable

CONSTRUCTORS: dict[str, Callable[..., Any]] = {}
"""Every constructor by name."""

OPTIONS = ("size", "rng", "name")


@dataclass(frozen=True)
class Form:
    """One way to state the parameters: their names, and how they become canonical."""

    distribution: type[Distribution]
    names: tuple[str, ...]
    convert: Callable[..., Sequence[Any]]

    @cached_property
    def signature(self) -> Signature:
        """The parameters with defaults, `size`, and by keyword `rng` and `name`."""
        kind, empty = Parameter.POSITIONAL_OR_KEYWORD, Parameter.empty
        defaults = self.distribution.defaults
        listed = [
            Parameter(n, kind, default=defaults.get(n, empty)) for n in self.names
        ]
        listed.append(Parameter("size", kind, default=None))
        only = Parameter.KEYWORD_ONLY
        return Signature(
            [*listed, *[Parameter(n, only, default=None) for n in OPTIONS[1:]]]
        )

    def make(self, arguments: Mapping[str, Any]) -> Any:
        """The random variable for these arguments."""
        params = self.convert(*[as_tensor(arguments[name]) for name in self.names])
        return random_variable(
            self.distribution, params, *[arguments[o] for o in OPTIONS]
        )

    def __str__(self) -> str:
        return f"({', '.join(self.names)})"


def forms_of(distribution: type[Distribution]) -> list[Form]:
    """The canonical form of a distribution, then its parametrizations."""
    canonical = Form(
        distribution, tuple(distribution.parameters), lambda *params: params
    )
    others = [
        Form(distribution, p.names, p.convert) for p in distribution.parametrizations
    ]
    return [canonical, *others]


def constructor(
    distribution: type[Distribution], *alternatives: type[Distribution]
) -> Callable[..., Any]:
    """The function that makes random variables of a distribution.

    Its parameters are the distribution's, then `size`, and by keyword `rng` and `name`;
    see `random_variable`. By keyword it also takes the parameters of a parametrization,
    and of alternatives: distributions of the same draws whose formulas suit other
    parameters.
    """
    forms = [f for d in (distribution, *alternatives) for f in forms_of(d)]
    name = distribution.name

    def construct(*args: Any, **keywords: Any) -> Any:
        try:
            form, arguments = _bound(forms, args, keywords)
            return form.make(arguments)
        except TensorGraphError as error:
            error.places = error.places or here()
            raise

    construct.__signature__ = forms[0].signature  # type: ignore[attr-defined]
    construct.__name__ = construct.__qualname__ = name
    construct.__doc__ = _document(forms)
    CONSTRUCTORS[name] = construct
    return construct


def _bound(
    forms: Sequence[Form], args: Sequence[Any], keywords: Mapping[str, Any]
) -> tuple[Form, Mapping[str, Any]]:
    """The first form that has all parameters given by keyword, and its arguments."""
    name, wanted = forms[0].distribution.name, set(keywords) - set(OPTIONS)
    form = next((f for f in forms if wanted <= set(f.names)), forms[0])
    try:
        bound = form.signature.bind(*args, **keywords)
    except TypeError as error:
        raise RandomError(
            f"{name} takes {' or '.join(map(str, forms))}, then size, rng and name: "
            f"{error}.",
            remedy=f"Write for instance {name}{form}.",
        ) from None
    bound.apply_defaults()
    return form, bound.arguments


def _document(forms: Sequence[Form]) -> str:
    """What a constructor says of itself."""
    distribution = forms[0].distribution
    lines = [
        (distribution.__doc__ or "").strip(),
        "",
        "Parameters, which broadcast:",
        "",
    ]
    for name, constraint in distribution.parameters.items():
        default = distribution.defaults.get(name)
        shown = "" if default is None else f", by default {default}"
        lines.append(f"- {name}: {constraint.text.format(name) or constraint}{shown}")
    if len(forms) > 1:
        others = ", or ".join(map(str, forms[1:]))
        lines += ["", f"Instead, by keyword: {others}."]
    lines += [
        "",
        "`size` is the batch shape, `rng` a generator or a seed, `name` a name.",
    ]
    return "\n".join(lines)
