"""What people decide about points: the table typed by hand, the columns let in, the team's capacity."""

import hashlib
import json
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from quintet.demand.models.points import ColumnJudgement, SalesCapacity, TypedPoints
from quintet.demand.terms.leaks import Judgement
from quintet.demand.terms.score import Gut
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

MOST_POINTS = 1000.0


def type_points(table: Gut, note: str, *, by: "AbstractBaseUser", now: datetime) -> TypedPoints:
    """Keep a points table typed by hand; the newest one counts.

    Args:
        table: feature → level → points; level "" of a behaviour stands for having done it.
        note: where the figures come from.
        by: who typed it.
        now: when.

    Raises:
        BadInput: when it is empty, or a figure is no number of at most 1,000 either way.
    """
    kept = {feature: dict(levels) for feature, levels in table.items() if levels}
    if not kept:
        raise BadInput("a points table needs at least one line, got none: type points beside a behaviour")
    for feature, levels in kept.items():
        for level, points in levels.items():
            if not (math.isfinite(points) and abs(points) <= MOST_POINTS):
                raise BadInput(
                    f"points must lie in -{MOST_POINTS:.0f}..{MOST_POINTS:.0f},"
                    f" got {points} for {feature} {level}".rstrip()
                )
    with transaction.atomic():
        one = TypedPoints.objects.create(table=kept, note=note.strip(), typed_by=by, typed_at=now)  # type: ignore[misc]
        _tell("points.typed", "points", now, {"table": kept, "note": one.note, "by": by.pk})
    return one


def judge_column(
    column: str, reason: str, *, keep: bool, by: "AbstractBaseUser", now: datetime
) -> ColumnJudgement:
    """Let a column into the score, or keep it out, over the guard; the reason is kept.

    Raises:
        BadInput: when there is no column or no reason.
    """
    if not column:
        raise BadInput("name a column: choose one of the list")
    if not reason.strip():
        raise BadInput(f"say why {column!r} is {'let in' if keep else 'kept out'}: the next person will ask")
    with transaction.atomic():
        one = ColumnJudgement.objects.create(
            column=column,
            keep=keep,
            reason=reason.strip(),
            judged_by=by,
            judged_at=now,  # type: ignore[misc]
        )
        outcome = "let_in" if keep else "kept_out"
        _tell("column.judged", column, now, {"reason": one.reason, "by": by.pk}, outcome=outcome)
    return one


def set_capacity(leads_per_week: int, *, by: "AbstractBaseUser", now: datetime) -> SalesCapacity:
    """Say how many sales-ready leads the team can work in a week.

    Raises:
        BadInput: when it is not a number of 1 to 1,000,000.
    """
    if not 1 <= leads_per_week <= 1_000_000:  # noqa: PLR2004 -- stated in the message
        raise BadInput(f"leads a week must lie in 1..1,000,000, got {leads_per_week}")
    with transaction.atomic():
        one = SalesCapacity.objects.create(leads_per_week=leads_per_week, set_by=by, set_at=now)  # type: ignore[misc]
        _tell("points.typed", "capacity", now, {"leads_per_week": leads_per_week, "by": by.pk})
    return one


def judgements() -> dict[str, Judgement]:
    """What people decided about columns: the newest word on each."""
    newest: dict[str, Judgement] = {}
    for one in ColumnJudgement.objects.select_related("judged_by"):
        on, by = one.judged_at.date(), str(one.judged_by)
        newest.setdefault(one.column, Judgement(one.column, one.keep, one.reason, by, on))
    return newest


def typed_points() -> TypedPoints | None:
    """The points table in force that was typed by hand; None while there is none."""
    return TypedPoints.objects.select_related("typed_by").first()


def capacity() -> SalesCapacity | None:
    """The team's capacity in force; None while nobody said."""
    return SalesCapacity.objects.select_related("set_by").first()


def _tell(kind: str, content: str, now: datetime, detail: dict[str, Any], *, outcome: str = "") -> None:
    said = json.dumps(detail, sort_keys=True)
    digest = hashlib.sha256(f"{content}|{outcome}|{said}|{now.isoformat()}".encode()).hexdigest()[:16]
    row = {
        "occurred_at": now,
        "recorded_at": now,
        "kind": kind,
        "content": content,
        "source": "quintet",
        "source_ref": f"{content}:{digest}#{kind}",
        "detail": said,
    }
    inbox.offer([row | ({"outcome": outcome} if outcome else {})])
