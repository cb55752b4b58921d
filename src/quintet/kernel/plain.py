"""Frozen dataclasses of words, numbers, days and tuples as JSON and back: how reports and fits are kept."""

import json
import types
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Told = TypeVar("Told")
_DIGITS = 6
_AS_THEY_ARE = frozenset({str, int, bool})


def as_plain(value: Any) -> Any:  # noqa: ANN401
    """A report as JSON takes it; numbers with six digits, infinities as nothing."""
    if value is None or type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, tuple | list):
        return [as_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: as_plain(getattr(value, name)) for name in _parts(type(value))}
    return _plain_one(value)


def _plain_one(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if abs(value) < float("inf") else None
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


@cache
def _parts(kind: type) -> dict[str, Any]:
    """Name → type of what a report consists of."""
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}


def as_report(kind: type[Told], plain: Any) -> Told:  # noqa: ANN401
    """A report from what JSON gave."""
    found: Told = _read(kind, plain)
    return found


def _read(kind: Any, plain: Any) -> Any:  # noqa: ANN401
    if plain is None:
        return None
    origin = get_origin(kind)
    if origin is types.UnionType:
        return _read(next(one for one in get_args(kind) if one is not type(None)), plain)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in plain)
    if isinstance(kind, type) and is_dataclass(kind):
        parts = _parts(kind)  # an older version may lack a newer one
        return kind(**{name: _read(part, plain[name]) for name, part in parts.items() if name in plain})
    if kind is date:
        return date.fromisoformat(plain)
    return kind(plain) if kind is float or (isinstance(kind, type) and issubclass(kind, Enum)) else plain


def text_of(plain: Any) -> str:  # noqa: ANN401
    """The same bytes for the same reports."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
