"""Span, its forecast, readiness to lead, changes, and segments big enough to split: counted, not scored."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from quintet.management.terms.organisation import (
    SPAN,
    Change,
    ManagerSpan,
    MonthOfRep,
    Readiness,
    Seen,
    SegmentSize,
    SegmentSizes,
    SegmentWork,
    Spell,
)

_DAY = timedelta(days=1)
_LED = frozenset({"rep", "bdr", None})
_TOLD = ("role", "manager_id", "team", "segment")
_MONTHS = 12


def month_ends(day: date, months: int = _MONTHS) -> tuple[date, ...]:
    """The last days of the months before a day's, oldest first, and the day itself."""
    first, found = day.replace(day=1), [day]
    for _ in range(months):
        found.append(first - _DAY)
        first = (first - _DAY).replace(day=1)
    return tuple(reversed(found))


def spans(spells: Iterable[Spell], on: date) -> tuple[ManagerSpan, ...]:
    """How many reps each manager leads directly on a day, with the months before; widest first.

    Reps and BDRs count, managers do not; reps whom nobody is told to lead stand in a row of their own.
    """
    known = list(spells)
    names = {one.rep_id: one.name for one in known}
    days = month_ends(on)
    by_day = {day: _led(known, day) for day in days}
    managers = by_day[on].keys() | {one.rep_id for one in known if one.role == "manager" and one.covers(on)}
    found = []
    for manager in managers:
        reps = tuple(sorted(names[rep] for rep in by_day[on].get(manager, ())))
        history = tuple((day, len(by_day[day].get(manager, ()))) for day in days)
        state, sentence = _judged(manager, len(reps))
        name = "Nobody named" if manager is None else names.get(manager, str(manager))
        found.append(ManagerSpan(manager, name, reps, history, state, sentence))
    return tuple(sorted(found, key=lambda one: (one.rep_id is None, -len(one.reps), one.name)))


def led_on(spells: Iterable[Spell], day: date) -> frozenset[int]:
    """The reps and BDRs who are here on a day."""
    return frozenset(one.rep_id for one in spells if _is_led(one, day))


def readiness(
    people: Iterable[tuple[int, str]], months: Iterable[MonthOfRep], seen: Seen
) -> tuple[Readiness, ...]:
    """Results and behaviours of each rep side by side, by name: who decides weighs them, not this.

    Args:
        people: rep_id and name of each.
        months: of the last year, over; those without a quota say nothing about attainment.
        seen: what each was seen doing.
    """
    by_rep: dict[int, list[MonthOfRep]] = {}
    for one in months:
        if one.quota:
            by_rep.setdefault(one.rep_id, []).append(one)
    rows = (_ready(rep, name, by_rep.get(rep, []), seen) for rep, name in people)
    return tuple(sorted(rows, key=lambda row: (row.name, row.rep_id)))


def changes(spells: Iterable[Spell], since: date, until: date) -> tuple[Change, ...]:
    """What about people became different between two days, newest first: arrivals, moves, departures."""
    known = sorted(spells, key=lambda one: (one.rep_id, one.since or date.min))
    names = {one.rep_id: one.name for one in known}
    found = [*_moves(known, names), *_comings(known)]
    within = [one for one in found if since <= one.day <= until]
    return tuple(sorted(within, key=lambda one: (-one.day.toordinal(), one.name, one.what)))


def segment_sizes(work: Iterable[SegmentWork], start: date, end: date, months: int) -> SegmentSizes:
    """Which segments would keep the least span busy at the median load of today's reps.

    Args:
        work: leads worked, by rep and segment, within the period.
        start: its first day.
        end: the day after its last.
        months: how many it has.
    """
    rows = [one for one in work if one.worked > 0]
    loads: dict[int, int] = {}
    for one in rows:
        loads[one.rep_id] = loads.get(one.rep_id, 0) + one.worked
    if len(loads) < SPAN[0]:
        reason = (
            f"only {len(loads)} reps worked leads in these months; {SPAN[0]} would be the least to split off"
        )
        return SegmentSizes(start, end, None, len(loads), (), reason)
    load = median(loads.values()) / months
    named = sorted({one.segment for one in rows if one.segment is not None})
    sizes = [_size(name, [one for one in rows if one.segment == name], months, load) for name in named]
    reason = "" if sizes else "no lead names a segment, so there is nothing to split by"
    by_size = sorted(sizes, key=lambda one: (-one.leads_a_month, one.name))
    return SegmentSizes(start, end, load, len(loads), tuple(by_size), reason)


def _is_led(one: Spell, day: date) -> bool:
    """A rep or BDR who is here; of whom neither role nor manager is told, nobody knows what he is."""
    is_told = one.role is not None or one.manager_id is not None
    return one.role in _LED and is_told and one.covers(day)


def _led(spells: list[Spell], day: date) -> dict[int | None, set[int]]:
    found: dict[int | None, set[int]] = {}
    for one in spells:
        if _is_led(one, day):
            found.setdefault(one.manager_id, set()).add(one.rep_id)
    return found


def _judged(manager: int | None, reps: int) -> tuple[str, str]:
    low, high = SPAN
    if manager is None:
        return "wide", f"{reps} reps are led by nobody the data names: say who leads them."
    if reps > high:
        return "wide", f"Leads {reps}, {reps - high} more than {high}: nobody can coach so many."
    if reps < low:
        return "narrow", f"Leads {reps}; {low} to {high} is what a manager leads well."
    return "fits", f"Leads {reps}, within {low} to {high}."


def _ready(rep: int, name: str, months: list[MonthOfRep], seen: Seen) -> Readiness:
    quota = sum((one.quota for one in months if one.quota), Decimal(0))
    signed = sum((one.signed for one in months), Decimal(0))
    made = sum(one.quota is not None and one.signed >= one.quota for one in months)
    return Readiness(rep, name, len(months), made, signed / quota if quota else None, seen.get(rep, ()))


def _moves(known: list[Spell], names: dict[int, str]) -> Iterator[Change]:
    for one, other in pairwise(known):
        if one.rep_id != other.rep_id or other.since is None:
            continue
        for what in _TOLD:
            before, after = getattr(one, what), getattr(other, what)
            if before != after:
                said = what.removesuffix("_id")
                yield Change(
                    other.since, one.rep_id, other.name, said, _word(before, names), _word(after, names)
                )


def _word(value: object, names: dict[int, str]) -> str:
    if value is None:
        return "not told"
    return names.get(value, str(value)) if isinstance(value, int) else str(value)


def _comings(known: list[Spell]) -> Iterator[Change]:
    newest = {one.rep_id: one for one in known}
    for one in newest.values():
        if one.joined_on is not None:
            yield Change(one.joined_on, one.rep_id, one.name, "joined", "", one.team or "")
        if one.left_on is not None:
            yield Change(one.left_on, one.rep_id, one.name, "left", one.team or "", "")


def _size(name: str, rows: list[SegmentWork], months: int, load: float) -> SegmentSize:
    worked = sum(one.worked for one in rows)
    a_month = worked / months
    busy = a_month / load if load else None
    is_enough = busy is not None and busy >= SPAN[0]
    said = f"{worked:,} leads / {months} months = {a_month:,.1f} a month"
    if busy is not None:
        compared = "at least" if is_enough else "fewer than"
        said += f"; / {load:,.1f} a rep = {busy:,.1f} reps, {compared} {SPAN[0]}"
    return SegmentSize(
        name=name,
        leads_a_month=a_month,
        customers=sum(one.won for one in rows),
        serving=len({one.rep_id for one in rows}),
        busy=busy,
        is_enough=is_enough,
        arithmetic=said,
    )
