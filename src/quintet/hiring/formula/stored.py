"""The hiring formula as JSON and back: the same fit, the same bytes."""

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from quintet.hiring.formula.index import HiringFit
from quintet.kernel.errors import BadInput

FORM = 1


def to_json(fit: HiringFit) -> str:
    """The formula as text: everything that expectations, profiles and the criteria table need."""
    told = {"form": FORM, "fit": _told(fit)}
    return json.dumps(told, sort_keys=True, ensure_ascii=False, allow_nan=False)


def from_json(text: str) -> HiringFit:
    """The formula from its text.

    Raises:
        BadInput: when the text is of another form.
    """
    told = json.loads(text)
    if told.get("form") != FORM:
        raise BadInput(
            f"a stored hiring formula must have form {FORM}, got {told.get('form')!r}: fit it anew"
        )
    made: HiringFit = _made(HiringFit, told["fit"])
    return made


def _told(value: Any) -> Any:  # noqa: ANN401 -- anything that is kept
    """A value in what JSON knows; floats keep every digit."""
    if is_dataclass(value):
        return {one.name: _told(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _told(one) for key, one in value.items()}
    return [_told(one) for one in value] if isinstance(value, (tuple, list)) else value


def _made(kind: Any, told: Any) -> Any:  # noqa: ANN401 -- whatever the annotation names
    """A value of a kind from what JSON kept of it."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        inner = next(one for one in parts if one is not type(None))
        return None if told is None else _made(inner, told)
    if origin is tuple:
        return tuple(_made(parts[0], one) for one in told)
    if origin is dict:
        return {key: _made(parts[1], one) for key, one in told.items()}
    if origin is np.ndarray:
        return np.array(told, dtype=np.float64)
    return _made_plain(kind, told)


def _made_plain(kind: Any, told: Any) -> Any:  # noqa: ANN401 -- as above
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        given = {one.name: _made(hints[one.name], told[one.name]) for one in fields(kind)}
        return kind(**given)  # type: ignore[operator]
    if kind is date:
        return date.fromisoformat(told)
    return kind(told) if isinstance(kind, type) and issubclass(kind, StrEnum) else told
