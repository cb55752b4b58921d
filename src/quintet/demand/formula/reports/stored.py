"""Reports as text and back: frozen dataclasses of words, numbers, days and tuples."""

import json
import types
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Told = TypeVar("Told")
_DIGITS = 6


def as_plain(value: Any) -> Any:  # noqa: ANN401
    """A report as JSON takes it; numbers with six digits, infinities as nothing."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple | list):
        return [as_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if abs(value) < float("inf") else None
    return value


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
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        told = [
            one.name for one in fields(kind) if one.name in plain
        ]  # an older version may lack a newer field
        return kind(**{name: _read(hints[name], plain[name]) for name in told})  # type: ignore[operator]
    if kind is date:
        return date.fromisoformat(plain)
    return kind(plain) if kind is float or (isinstance(kind, type) and issubclass(kind, Enum)) else plain


def text_of(plain: Any) -> str:  # noqa: ANN401
    """The same bytes for the same reports."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
