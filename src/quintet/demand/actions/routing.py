"""Draw new leads into the score or out of it, once each, and let people set the share held out."""

import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from quintet.demand.asks.stored_score import file_of, stored_score
from quintet.demand.asks.threshold import ready_now
from quintet.demand.formula.routing import (
    BY_SCORE,
    DEFAULT_SHARE,
    HELD,
    checked_share,
    lots,
    recommended_chance,
)
from quintet.demand.metrics.holdout_order import WAITS_DAYS, drawn_file, read_drawn_ids
from quintet.demand.metrics.lead_scores import read_history
from quintet.demand.models.routing import HoldoutShare
from quintet.demand.terms.leads import StoredScore
from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

_CHUNK = 500


def set_share(
    facts: Facts, share: float, reason: str, *, by: "AbstractBaseUser", now: datetime
) -> HoldoutShare:
    """Say which share of new leads is held out of the score; leads drawn before stay where they are.

    Raises:
        BadInput: when the share lies outside 0..20 %, or there is no reason.
    """
    checked_share(share)
    if not reason.strip():
        raise BadInput("say why: the next person will want to know")
    return _keep(facts, share, reason.strip(), by=by, now=now)


def share_in_force() -> HoldoutShare | None:
    """The newest word on the share; None before the first lead was drawn."""
    return HoldoutShare.objects.select_related("set_by").first()


def route(facts: Facts, now: datetime) -> str:
    """Draw the open leads handed over since the lot began that were not drawn yet; says what was done.

    Nothing is drawn while the score cannot tell leads apart: there is no order to be held out of. Running it
    twice draws nobody twice: a lead's lot is always the same, and of two draws the first counts.
    """
    stored = stored_score(facts)
    if stored is None or not stored.can_tell:
        return "no score puts leads in order"
    policy = share_in_force() or _keep(facts, DEFAULT_SHARE, "", by=None, now=now)
    if not policy.share:
        return "switched off"
    fresh = _fresh(facts, stored, policy.since)
    if not fresh.num_rows:
        return "no new leads"
    is_held = lots(fresh["lead_id"].to_numpy(), policy.salt) < policy.share
    drawn_at = min(now, (facts.as_of or now).replace(tzinfo=UTC))
    rows = _rows(fresh, is_held, _told(facts, stored, fresh, policy.share), (drawn_at, now))
    with transaction.atomic():
        for at in range(0, len(rows), _CHUNK):
            inbox.offer(rows[at : at + _CHUNK])
    _remember(facts, fresh["lead_id"].to_numpy(), is_held)
    return f"{len(rows)} leads drawn, {int(is_held.sum())} held out"


def _keep(
    facts: Facts, share: float, reason: str, *, by: "AbstractBaseUser | None", now: datetime
) -> HoldoutShare:
    before = HoldoutShare.objects.last()
    newest = (facts.as_of or now).replace(tzinfo=UTC) + timedelta(microseconds=1)
    with transaction.atomic():
        one = HoldoutShare.objects.create(
            share=share,
            reason=reason,
            salt=before.salt if before else secrets.token_hex(16),
            set_by=by,  # type: ignore[misc]
            set_at=now,
            since=before.since if before else min(now, newest),
        )
        detail = {"share": share, "reason": reason, "by": by.pk if by else None}
        inbox.offer(
            [
                {
                    "occurred_at": now,
                    "recorded_at": now,
                    "kind": "routing.set",
                    "source": "quintet",
                    "source_ref": f"holdout:{one.pk}#routing.set",
                    "detail": json.dumps(detail, sort_keys=True),
                }
            ]
        )
    return one


def _fresh(facts: Facts, stored: StoredScore, since: datetime) -> pa.Table:
    """Open scored leads handed over since then that nobody drew: lead_id, p, points.

    One that is two weeks old is left out: what was to be done with it was done before the lot could fall.
    """
    start = since.astimezone(UTC).replace(tzinfo=None)
    if facts.as_of is not None:
        start = max(start, facts.as_of - timedelta(days=WAITS_DAYS))
    wanted = [("is_open", "=", True), ("handed_at", ">=", start)]
    table = pq.read_table(file_of(facts.home, stored), columns=["lead_id", "p", "points"], filters=wanted)
    known = facts.arrow(facts.table("routings").select("lead_id"))["lead_id"].to_numpy()
    drawn = read_drawn_ids(drawn_file(facts.home))["lead_id"].to_numpy()
    ids = table["lead_id"].to_numpy()
    return table.filter(pa.array(~np.isin(ids, known) & ~np.isin(ids, drawn)))


def _told(facts: Facts, stored: StoredScore, fresh: pa.Table, share: float) -> list[dict[str, Any]]:
    """The detail of each draw: what the score said, and each lead's chance of being recommended."""
    line = ready_now(facts, stored)
    ready: list[bool | None] = [None] * fresh.num_rows
    chance: list[float | None] = [None] * fresh.num_rows
    if line is not None:
        above = fresh["points"].to_numpy() >= line.points
        history = read_history(file_of(facts.home, stored))
        weekly = len(history.points) / max(int(history.week.max(initial=0)) + 1, 1)
        fits = min(line.capacity / max(weekly, 1e-9), 1.0)
        ready, chance = above.tolist(), recommended_chance(above, share, fits).round(6).tolist()
    said = zip(fresh["p"].to_pylist(), fresh["points"].to_pylist(), ready, chance, strict=True)
    return [
        {
            "share": share,
            "version": stored.version,
            "p": round(p, 9),
            "points": points,
            "is_ready": is_ready,
            "propensity": propensity,
        }
        for p, points, is_ready, propensity in said
    ]


def _rows(
    fresh: pa.Table, is_held: np.ndarray[Any, Any], told: list[dict[str, Any]], at: tuple[datetime, datetime]
) -> list[dict[str, Any]]:
    drawn_at, now = at
    return [
        {
            "occurred_at": drawn_at,
            "recorded_at": now,
            "kind": "lead.routed",
            "lead_id": lead,
            "outcome": HELD if held else BY_SCORE,
            "source": "quintet",
            "source_ref": f"routing:{lead}#lead.routed",
            "detail": json.dumps(detail, sort_keys=True),
        }
        for lead, held, detail in zip(fresh["lead_id"].to_pylist(), is_held.tolist(), told, strict=True)
    ]


def _remember(facts: Facts, lead_ids: np.ndarray[Any, Any], is_held: np.ndarray[Any, Any]) -> None:
    """Beside the scores: who was drawn, at once, before the ledger is read again."""
    path = drawn_file(facts.home)
    known = facts.arrow(facts.table("routings").select("lead_id", "is_held"))
    fresh = pa.table({"lead_id": lead_ids, "is_held": is_held})
    parts = [one.cast(fresh.schema) for one in (known, read_drawn_ids(path), fresh)]
    whole = pa.concat_tables(parts)
    _, first = np.unique(whole["lead_id"].to_numpy(), return_index=True)
    _write(whole.take(pa.array(np.sort(first))), path)


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.half")
    pq.write_table(table, half, compression="zstd")
    half.rename(path)
