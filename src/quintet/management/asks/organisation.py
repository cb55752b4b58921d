"""Read-only questions about the organisation, scoped to who asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from quintet.calendar.periods import after_months
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.management.asks.pay import book, today
from quintet.management.formula.organisation import (
    changes,
    led_on,
    month_ends,
    readiness,
    segment_sizes,
    spans,
)
from quintet.management.formula.pay import last_day
from quintet.management.formula.span_forecast import forecast_span
from quintet.management.metrics.organisation import read_segment_work, read_spells
from quintet.management.models.organisation import LeadershipObservation
from quintet.management.terms.organisation import (
    Change,
    ManagerSpan,
    MonthOfRep,
    Observation,
    Readiness,
    SegmentSizes,
    SpanForecast,
    Spell,
)
from quintet.management.terms.pay import PayBook

_YEAR = 12
_SEGMENT_MONTHS = 6


@dataclass(frozen=True)
class Organisation:
    """The page, as one reader sees it.

    Args:
        on: the newest day of the data.
        spans: of the managers the reader may see.
        forecast: of the whole company; None for readers of one team.
        people: those valid today whom the reader may see, by team and name.
        changes: of the last year, newest first.
        readiness: reps the reader may see, by name.
        segments: which are big enough to split; None for readers of one team.
    """

    on: date
    spans: tuple[ManagerSpan, ...]
    forecast: SpanForecast | None
    people: tuple[Spell, ...]
    changes: tuple[Change, ...]
    readiness: tuple[Readiness, ...]
    segments: SegmentSizes | None


def organisation(facts: Facts, scope: Scope) -> Organisation:
    """Who leads whom, who may be ready, what changed, and what is big enough to split.

    Raises:
        NotEnoughData: when no row has a date.
    """
    on = today(facts)
    every = read_spells(facts, facts.manifest.zone)
    seen = [one for one in every if scope.sees(one.rep_id)]
    is_whole = scope.rep_ids is None
    valid = [one for one in seen if one.covers(on)]
    teams = sorted(valid, key=lambda one: (one.team or "", one.role != "manager", one.name))
    return Organisation(
        on=on,
        spans=tuple(one for one in spans(every, on) if _is_seen(one, scope)),
        forecast=_forecast(every, on) if is_whole else None,
        people=tuple(one for one in teams if one.role is not None),
        changes=changes(seen, after_months(on, -_YEAR), on),
        readiness=_readiness(facts, valid, on),
        segments=_segments(facts, on) if is_whole else None,
    )


def observable(facts: Facts, scope: Scope) -> tuple[tuple[int, str], ...]:
    """The reps a reader may note something about, by name."""
    on = today(facts)
    spells = read_spells(facts, facts.manifest.zone)
    names = {one.rep_id: one.name for one in spells if one.role in {"rep", "bdr"} and one.covers(on)}
    found = [(rep, name) for rep, name in names.items() if scope.sees(rep) and rep != scope.own_rep_id]
    return tuple(sorted(found, key=lambda one: one[1]))


def _is_seen(one: ManagerSpan, scope: Scope) -> bool:
    return scope.rep_ids is None if one.rep_id is None else scope.sees(one.rep_id)


def _forecast(spells: tuple[Spell, ...], on: date) -> SpanForecast:
    ends = month_ends(on)
    began = after_months(on, -_YEAR)
    newest = {one.rep_id: one for one in spells if one.role in {"rep", "bdr"}}
    came = [one.joined_on for one in newest.values() if one.joined_on]
    went = [one.left_on for one in newest.values() if one.left_on]
    first = min(came, default=on)
    looked_back = min(_YEAR, (on.year - first.year) * 12 + on.month - first.month)
    begun = max(began, first + timedelta(days=1))
    here = [len(led_on(spells, day)) for day in ends[-looked_back:]] if looked_back else []
    managers = {one.rep_id for one in spans(spells, on) if one.rep_id is not None and one.reps}
    return forecast_span(
        now=len(led_on(spells, on)),
        managers=len(managers),
        joined=sum(begun <= day <= on for day in came),
        left=sum(begun <= day < on for day in went),
        looked_back=looked_back,
        rep_months=sum(here),
    )


def _readiness(facts: Facts, valid: Iterable[Spell], on: date) -> tuple[Readiness, ...]:
    people = [(one.rep_id, one.name) for one in valid if one.role == "rep"]
    seen: dict[int, tuple[Observation, ...]] = {}
    noted = LeadershipObservation.objects.filter(rep_id__in=[rep for rep, _ in people])
    for one in noted.select_related("seen_by"):
        told = Observation(one.get_behaviour_display(), one.seen_on, str(one.seen_by), one.note)
        seen[one.rep_id] = (*seen.get(one.rep_id, ()), told)
    return readiness(people, _months(book(facts, ()), [rep for rep, _ in people], on), seen)


def _months(known: PayBook, reps: list[int], on: date) -> Iterable[MonthOfRep]:
    """What was signed beside the quota, in the last twelve months that are over."""
    running = on.replace(day=1)
    for month in (after_months(running, -ago) for ago in range(1, _YEAR + 1)):
        for rep in reps:
            deals = (deal for deal in known.of_rep.get(rep, ()) if month <= deal.signed_on <= last_day(month))
            signed = sum((deal.mrr for deal in deals if deal.mrr is not None), Decimal(0))
            yield MonthOfRep(rep, month, signed, known.quotas.get((rep, month)))


def _segments(facts: Facts, on: date) -> SegmentSizes:
    end = on.replace(day=1)
    start = after_months(end, -_SEGMENT_MONTHS)
    return segment_sizes(read_segment_work(facts, start, end), start, end, _SEGMENT_MONTHS)
