"""Which leads to work: open ones by expected value, each with its reasons; and what the score itself is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quintet.demand import records
from quintet.demand.asks.stored_score import file_of, stored_score
from quintet.demand.asks.threshold import ready_now
from quintet.demand.formula.score.features import blocks
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.metrics.holdout_order import drawn_file
from quintet.demand.metrics.lead_scores import Wanted, read_lead, read_open, read_order
from quintet.demand.terms.leads import StoredScore
from quintet.demand.terms.score import FeatureKind, PointsLine, Reason, Reasons
from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput

#: Leads a page lists, and reasons it shows of each.
SHOWN, REASONS_SHOWN = 200, 3
#: What the reason is called that a lead has waited.
AGE = "age"
#: Wishes shown on a lead's page: what it could still do.
WISHES = 5


@dataclass(frozen=True)
class Filters:
    """What the reader picked.

    Args:
        source: one source; empty for all.
        segment: one segment; empty for all.
        rep: the rep_id of one rep; None for all.
        ready: only sales-ready leads.
    """

    source: str = ""
    segment: str = ""
    rep: int | None = None
    ready: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """The filters in a query string.

        Raises:
            BadInput: when the rep is not a number.
        """
        rep = query.get("rep", "")
        if rep and not rep.lstrip("-").isdigit():
            raise BadInput(f"rep must be a number, got {rep!r}: choose one of the list")
        return cls(
            query.get("source", ""), query.get("segment", ""), int(rep) if rep else None, "ready" in query
        )


@dataclass(frozen=True)
class ScoredLead:
    """One lead with its score, or without while it is held out of it: that would spoil the comparison.

    Args:
        lead_id: surrogate id.
        label: how a person would call it.
        source: where it came from.
        segment: customer type.
        rep: who owns it; empty where the reader does not see reps.
        handed_at: given to sales, UTC; None without dates.
        is_open: neither won nor lost when it was scored.
        p: probability of becoming a customer from now on, once worked; with its 90 % interval `lo`, `hi`,
            None where the score says nothing of single leads.
        points: by the points table.
        value: what it is worth if it becomes a customer.
        expected: p times value.
        reasons: why, largest first; base + sum = log-odds of p.
        is_held: open and held out of the score: worked as it comes. Then p to reasons are None.
    """

    lead_id: int
    label: str
    source: str
    segment: str
    rep: str
    handed_at: datetime | None
    is_open: bool
    p: float | None
    lo: float | None
    hi: float | None
    points: int | None
    value: float | None
    expected: float | None
    reasons: Reasons | None
    is_held: bool


@dataclass(frozen=True)
class LeadList:
    """Open leads, most valuable first; in the order they came where the score cannot tell them apart.

    Leads held out of the score stand in their turn among the others, first come, first served.

    Args:
        stored: the score; None before the first fit.
        leads: at most SHOWN.
        total: how many there are.
        ready_from: points from which a lead is sales-ready; None while nobody stated the capacity.
    """

    stored: StoredScore | None
    leads: tuple[ScoredLead, ...]
    total: int
    ready_from: float | None


def leads(facts: Facts, scope: Scope, filters: Filters, limit: int = SHOWN) -> LeadList:
    """Open leads ordered by expected value, of those this person may see.

    Raises:
        BadInput: when the rep asked for is not the reader's to see.
    """
    stored = stored_score(facts)
    if stored is None:
        return LeadList(None, (), 0, None)
    wanted, ready_from = _wanted(facts, scope, filters, stored)
    rows, total = read_open(file_of(facts.home, stored), wanted, limit, drawn_file(facts.home))
    gone = _closed_since(facts, [row["lead_id"] for row in rows])
    kept = [row for row in rows if row["lead_id"] not in gone]
    if not stored.can_tell:
        kept.sort(key=lambda row: (row["handed_at"] is not None, row["handed_at"]), reverse=True)
    names = _names(facts, scope)
    found = tuple(_scored(row, stored.score, names) for row in kept)
    return LeadList(stored, found, total - len(gone), ready_from)


def leads_in_order(facts: Facts, scope: Scope, filters: Filters) -> list[int]:
    """Ids of the same leads, all of them, without their reasons; none where the score puts none in order.

    A lead that was closed since it was scored is among them.

    Raises:
        BadInput: when the rep asked for is not the reader's to see.
    """
    stored = stored_score(facts)
    if stored is None or not stored.can_tell:
        return []
    wanted, _ = _wanted(facts, scope, filters, stored)
    return read_order(file_of(facts.home, stored), wanted, drawn_file(facts.home))


def _wanted(facts: Facts, scope: Scope, filters: Filters, stored: StoredScore) -> tuple[Wanted, float | None]:
    """Which leads are asked for, and from how many points on one is sales-ready."""
    threshold = ready_now(facts, stored)
    ready_from = None if threshold is None else threshold.points
    points = ready_from if filters.ready else None
    return Wanted(filters.source, filters.segment, _reps(scope, filters.rep), points), ready_from


def lead(facts: Facts, scope: Scope, lead_id: int) -> tuple[StoredScore, ScoredLead, tuple[PointsLine, ...]]:
    """One lead with all its reasons, and what it could still do to be worth more.

    Raises:
        BadInput: when there is no such lead, it has no score, or it is not the reader's to see.
    """
    stored = stored_score(facts)
    row = None if stored is None else read_lead(file_of(facts.home, stored), lead_id, drawn_file(facts.home))
    if stored is None or row is None or not _may_see(scope, row["rep_id"]):
        raise BadInput(f"lead {lead_id} has no score or is not yours to see: choose one on the leads page")
    one = _scored(row, stored.score, _names(facts, scope))
    return stored, one, _wishes(stored.score, one)


def choices(facts: Facts, scope: Scope) -> dict[str, Any]:
    """Sources, segments and reps this reader may pick from."""
    seen = records.seen_by(scope, facts.table("leads"))
    told = facts.arrow(seen.select("source", "segment", "rep_id").distinct())
    names = _names(facts, scope)
    reps = sorted((names[one], one) for one in set(told["rep_id"].to_pylist()) if one in names)
    words = {name: tuple(sorted(filter(None, set(told[name].to_pylist())))) for name in ("source", "segment")}
    return {"sources": words["source"], "segments": words["segment"], "reps": tuple(reps)}


def _reps(scope: Scope, rep: int | None) -> frozenset[int] | None:
    everything = scope.rep_ids is None or scope.role in records.SEES_LEADS_WITHOUT_REPS
    if rep is not None:
        if not scope.sees(rep):
            raise BadInput(f"the leads of rep {rep} are not yours to see: choose one of the list")
        return frozenset({rep})
    return None if everything else scope.rep_ids


def _may_see(scope: Scope, rep_id: int | None) -> bool:
    if scope.rep_ids is None or scope.role in records.SEES_LEADS_WITHOUT_REPS:
        return True
    return rep_id is not None and scope.sees(rep_id)


def _names(facts: Facts, scope: Scope) -> dict[int, str]:
    return {} if scope.role in records.SEES_LEADS_WITHOUT_REPS else names_of_reps(facts)


def _closed_since(facts: Facts, ids: list[int]) -> set[int]:
    """Leads that were won or lost since they were scored."""
    if not ids:
        return set()
    table = facts.table("leads")
    closed = table.filter(table.lead_id.isin(ids) & (table.is_won | table.is_lost))
    return set(facts.arrow(closed.select("lead_id"))["lead_id"].to_pylist())


def _scored(row: Mapping[str, Any], score: LeadScore, names: Mapping[int, str]) -> ScoredLead:
    is_held = bool(row["is_held"] and row["is_open"])
    said = {name: None if is_held else row[name] for name in ("p", "lo", "hi", "points", "value", "expected")}
    reasons = None if is_held else _with_waiting(reasons_of(score, row["codes"] or []), row)
    return ScoredLead(
        lead_id=row["lead_id"],
        label=row["label"] or f"Lead {row['lead_id']}",
        source=row["source"] or "",
        segment=row["segment"] or "",
        rep=names.get(row["rep_id"], ""),
        handed_at=row["handed_at"],
        is_open=row["is_open"],
        **said,
        reasons=reasons,
        is_held=is_held,
    )


def _with_waiting(reasons: Reasons, row: Mapping[str, Any]) -> Reasons:
    """The same with what the lead's age takes away: most sales come early."""
    if not row["waited"]:
        return reasons
    age = Reason(AGE, f"open for {row['open_days']:.0f} days", float(row["waited"]), 0)
    told = sorted((*reasons.reasons, age), key=lambda reason: (-abs(reason.log_odds), reason.feature))
    total = reasons.base_log_odds + sum(reason.log_odds for reason in told)
    return Reasons(reasons.base_log_odds, tuple(told), total, reasons.points)


def reasons_of(score: LeadScore, codes: list[int]) -> Reasons:
    """Why a lead has its score, from the levels it shows; what moves it most first."""
    starts = blocks(score.features).starts
    found = []
    for feature, code, start in zip(score.features, codes, starts, strict=False):
        at = int(start) + int(code)
        found.append(
            Reason(feature.name, feature.said[code], float(score.fit.effects[at]), int(score.points[at]))
        )
    found.sort(key=lambda reason: (-abs(reason.log_odds), reason.feature))
    total = score.fit.base + sum(reason.log_odds for reason in found)
    return Reasons(score.fit.base, tuple(found), float(total), sum(reason.points for reason in found))


def _wishes(score: LeadScore, one: ScoredLead) -> tuple[PointsLine, ...]:
    """Behaviour that would add most points: the best line of each behaviour, above what the lead shows."""
    if score.table is None or one.reasons is None:
        return ()
    has = {reason.feature: reason.points for reason in one.reasons.reasons}
    best: dict[str, PointsLine] = {}
    for line in score.table.lines:
        is_more = line.points > max(
            has.get(line.feature, 0), best[line.feature].points if line.feature in best else 0
        )
        if line.kind is FeatureKind.DOINGS and is_more:
            best[line.feature] = line
    ordered = sorted(best.values(), key=lambda line: has.get(line.feature, 0) - line.points)
    return tuple(ordered[:WISHES])
