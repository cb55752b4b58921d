"""A lead score as JSON and back: the same fit, the same bytes."""

import base64
import json
import math
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from quintet.demand.formula.score.features import Feature
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.terms.examples import F8
from quintet.demand.terms.score import FeatureKind, Ground, NotEnough, PointsLine, PointsTable
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status
from quintet.stats.logistic import LogisticFit

FORM = 1
_COUNTS = "counts"


def to_json(score: LeadScore) -> str:
    """The score as text; everything `predict`, `reasons` and the points table need.

    The covariance is kept as 32-bit floats, as the fit has it.
    """
    told = {
        "form": FORM,
        "status": score.status,
        "reason": score.reason,
        "not_enough": asdict(score.not_enough) if score.not_enough else None,
        "ground": asdict(score.ground),
        "warnings": score.warnings,
        "features": [_told(one) for one in score.features],
        "base": score.fit.base,
        "effects": score.fit.effects.tolist(),
        "spreads": score.fit.spreads.tolist(),
        "covariance": _packed(score.fit.covariance),
        "points": score.points.tolist(),
        "table": asdict(score.table) if score.table else None,
        "strength": score.strength,
        "held_out_loss": score.held_out_loss,
        "seed": score.seed,
    }
    return json.dumps(told, sort_keys=True, default=_plain, ensure_ascii=False, allow_nan=False)


def from_json(text: str) -> LeadScore:
    """The score from its text.

    Raises:
        BadInput: when the text is of another form.
    """
    told = json.loads(text)
    if told.get("form") != FORM:
        raise BadInput(f"a stored lead score must have form {FORM}, got {told.get('form')!r}: fit it anew")
    effects = np.array(told["effects"], dtype=np.float64)
    covariance = _unpacked(told["covariance"], effects.size + 1)
    return LeadScore(
        status=Status(told["status"]),
        reason=told["reason"],
        not_enough=NotEnough(**_dated(told["not_enough"])) if told["not_enough"] else None,
        ground=Ground(**_dated(told["ground"])),
        warnings=tuple(told["warnings"]),
        features=tuple(_feature(one) for one in told["features"]),
        fit=LogisticFit(told["base"], effects, covariance, np.array(told["spreads"], dtype=np.float64)),
        points=np.array(told["points"], dtype=np.int64),
        table=_table(told["table"]) if told["table"] else None,
        strength=told["strength"],
        held_out_loss=told["held_out_loss"],
        seed=told["seed"],
    )


def _packed(covariance: F8) -> str:
    lower = covariance[np.tril_indices(len(covariance))]
    return base64.b64encode(lower.astype("<f4").tobytes()).decode()


def _unpacked(text: str, size: int) -> F8:
    whole = np.zeros((size, size))
    whole[np.tril_indices(size)] = np.frombuffer(base64.b64decode(text), dtype="<f4")
    return whole + np.tril(whole, -1).T


def _plain(value: Any) -> str:  # noqa: ANN401 - what json cannot write
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a stored score")


def _dated(told: dict[str, Any]) -> dict[str, Any]:
    days = {"expected_on", "first", "until"}
    return {k: date.fromisoformat(v) if k in days and v is not None else v for k, v in told.items()}


def _told(feature: Feature) -> dict[str, Any]:
    """JSON has no infinity: plain counts are told in a word."""
    is_count = feature.half_life_days == math.inf
    parts = [_told(one) for one in feature.parts]
    return asdict(feature) | {"parts": parts} | ({"half_life_days": _COUNTS} if is_count else {})


def _feature(told: dict[str, Any]) -> Feature:
    lists = {"said", "levels", "edges", "members", "cells"}
    parts = tuple(_feature(one) for one in told["parts"])
    plain: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in told.items()}
    half_life = math.inf if told["half_life_days"] == _COUNTS else told["half_life_days"]
    return Feature(**plain | {"kind": FeatureKind(told["kind"]), "half_life_days": half_life, "parts": parts})


def _table(told: dict[str, Any]) -> PointsTable:
    lines = tuple(PointsLine(**one | {"kind": FeatureKind(one["kind"])}) for one in told["lines"])
    return PointsTable(**told | {"lines": lines})
