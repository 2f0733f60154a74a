"""Records: frozen classes with slots, made without generating code, so that they load
fast.

A module of thirty dataclasses takes longer to import than all else in it; a record
costs a tenth of that, and its instances are made and compared as quickly.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def compared_by(*fields: str) -> Callable[[type[T]], type[T]]:
    """A record of which only some fields are compared; none at all compares by
    identity.
    """

    def decorate(cls: type[T]) -> type[T]:
        made = record(cls, fields)
        if not fields:
            made.__eq__, made.__hash__ = object.__eq__, object.__hash__  # type: ignore[assignment,method-assign]
        return made

    return decorate


@dataclass_transform(frozen_default=True)
def record(cls: type[T], compare: tuple[str, ...] | None = None) -> type[T]:
    """Make a class of annotated fields a frozen record, compared and hashed by its
    fields.

    Fields and defaults are declared as in a dataclass; those of a base record come
    first. `compare` names the fields that count in comparisons, if not all do.

    >>> @record
    ... class Point:
    ...     x: float
    ...     y: float = 0.0
    >>> Point(1.0), Point(1.0) == Point(1.0, 0.0)
    (Point(x=1.0, y=0.0), True)
    """
    own = dict(cls.__dict__)
    added = [
        f for f in own.get("__annotations__", {}) if not _is_class_variable(cls, f)
    ]
    inherited = getattr(cls, "record_fields", ())
    fields = (*inherited, *[f for f in added if f not in inherited])
    defaults = {
        **getattr(cls, "record_defaults", {}),
        **{f: own[f] for f in added if f in own},
    }
    body = {
        k: v for k, v in own.items() if k not in (*added, "__dict__", "__weakref__")
    }
    body.update(
        __slots__=tuple(f for f in added if f not in inherited),
        __match_args__=fields, record_fields=fields, record_defaults=defaults,
    )  # fmt: skip
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__init__ = _initializer(made, fields, defaults)  # type: ignore[misc]
    key = _key(fields if compare is None else compare)
    for name, function in _methods(key, fields).items():
        if name not in own:
            setattr(made, name, function)
    return made


def _is_class_variable(cls: type, field: str) -> bool:
    return "ClassVar" in str(cls.__annotations__[field])


def _key(fields: tuple[str, ...]) -> Callable[[Any], Any]:
    """The values of all fields, as one thing to compare and hash."""
    return attrgetter(*fields) if fields else lambda self: ()


def _initializer(
    cls: type, fields: tuple[str, ...], defaults: dict[str, Any]
) -> Callable[..., None]:
    setters = [getattr(cls, field).__set__ for field in fields]
    count, name = len(fields), cls.__name__
    ends = {
        k: tuple(defaults[f] for f in fields[k:])
        for k in range(count)
        if all(f in defaults for f in fields[k:])
    }

    def __init__(self: Any, *args: Any, **keywords: Any) -> None:
        if not keywords and len(args) in ends:
            args += ends[len(args)]
        elif keywords or len(args) != count:
            args = _bound(name, fields, defaults, args, keywords)
        for set_field, value in zip(setters, args):  # noqa: B905
            set_field(self, value)

    return __init__


def _bound(
    name: str, fields: tuple[str, ...], defaults: dict[str, Any],
    args: tuple[Any, ...], keywords: dict[str, Any],
) -> tuple[Any, ...]:  # fmt: skip
    """The values of all fields in order; raises TypeError as a call would."""
    given = dict(zip(fields, args, strict=False))
    wrong = [k for k in keywords if k not in fields or k in given]
    if wrong or len(args) > len(fields):
        raise TypeError(f"{name}() takes the fields {', '.join(fields)}, each once.")
    given.update(keywords)
    missing = [f for f in fields if f not in given and f not in defaults]
    if missing:
        raise TypeError(f"{name}() misses the fields {', '.join(missing)}.")
    return tuple(given[f] if f in given else defaults[f] for f in fields)


def _methods(key: Callable[[Any], Any], fields: tuple[str, ...]) -> dict[str, Any]:
    def __eq__(self: Any, other: object) -> Any:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or key(self) == key(other)

    def __hash__(self: Any) -> int:
        return hash(key(self))

    def __repr__(self: Any) -> str:
        values = ", ".join(f"{f}={getattr(self, f)!r}" for f in fields)
        return f"{type(self).__name__}({values})"

    def __setattr__(self: Any, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: cannot set {name}.")

    def __reduce__(self: Any) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, f) for f in fields)

    found = (__eq__, __hash__, __repr__, __setattr__, __reduce__)
    return {function.__name__: function for function in found}


def changed(instance: T, **fields: Any) -> T:
    """A copy of a record with some fields changed."""
    names: tuple[str, ...] = instance.record_fields  # type: ignore[attr-defined]
    return type(instance)(**{**{f: getattr(instance, f) for f in names}, **fields})
