"""Period by period: each formula, the total of those with a hold-out, and the wider one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period
from quintet.kernel.errors import NotEnoughData
from quintet.loop.worth.gained import Gained, Part
from quintet.loop.worth.terms import (
    Amount,
    Brought,
    Evidence,
    FormulaWorth,
    PeriodWorth,
    Silence,
    Total,
)
from quintet.stats.sure_sums import Sure, added

#: So many periods are told at most: those that are over long ago do not change any more.
MOST_PERIODS = 24


@dataclass(frozen=True, eq=False)
class _Answers:
    """What every formula says of one stretch of days, in their order."""

    parts: Sequence[Part]
    told: Sequence[Gained | Silence]

    def total(self, evidence: frozenset[Evidence]) -> Total:
        """Of the formulas with such evidence; one without an answer adds nothing, and is named."""
        mine = [(part.about.title, one) for part, one in zip(self.parts, self.told, strict=True)
                if part.about.evidence in evidence]  # fmt: skip
        known = [(title, one) for title, one in mine if isinstance(one, Gained)]
        money = [one.mrr for _, one in known if one.mrr]
        return Total(
            customers=amount(added([one.customers for _, one in known])) if known else None,
            mrr=amount(added(money)) if money else None,
            adds=tuple(title for title, _ in known),
            without_mrr=tuple(title for title, one in known if not one.mrr),
            missing=tuple(title for title, one in mine if isinstance(one, Silence)),
        )


def periods_of(parts: Sequence[Part], as_of: date, grain: Grain) -> tuple[PeriodWorth, ...]:
    """Every period from the first day of a formula to the newest day of the data, oldest first.

    Args:
        parts: the formulas.
        as_of: newest day of the data.
        grain: how long a period is.
    """
    calendar, after = FiscalCalendar(), as_of + timedelta(days=1)
    starts = [one.since for one in parts if one.since]
    first = min([*starts, as_of])
    spans = list(calendar.range(first, after, grain))[-MOST_PERIODS:]
    return tuple(_period(parts, one, first, after) for one in spans)


def _period(parts: Sequence[Part], this: Period, first: date, after: date) -> PeriodWorth:
    start = min(first, this.start)
    now = _Answers(parts, [_asked(one, this) for one in parts])
    whole = Period(start, this.end, f"to {this}", this.grain)
    so_far = _Answers(parts, [_asked(one, whole) for one in parts])
    drawn, every = frozenset({Evidence.DRAWN}), frozenset(Evidence)
    return PeriodWorth(
        period=this.name,
        first_day=this.start,
        last_day=this.last_day,
        is_over=this.end <= after,
        parts=tuple(map(_formula, parts, now.told, so_far.told)),
        drawn_now=now.total(drawn),
        drawn=so_far.total(drawn),
        wider_now=now.total(every),
        wider=so_far.total(every),
    )


def _asked(part: Part, span: Period) -> Gained | Silence:
    try:
        return part.over(span)
    except NotEnoughData as missing:
        return Silence(str(missing), missing.expected_on)


def _formula(part: Part, now: Gained | Silence, so_far: Gained | Silence) -> FormulaWorth:
    return FormulaWorth(
        about=part.about,
        now=brought(now) if isinstance(now, Gained) else None,
        so_far=brought(so_far) if isinstance(so_far, Gained) else None,
        why_not_now=now if isinstance(now, Silence) else None,
        why_not=so_far if isinstance(so_far, Silence) else None,
    )


def brought(one: Gained) -> Brought:
    """It with its intervals."""
    mrr = amount(one.mrr) if one.mrr else None
    return Brought(amount(one.customers), mrr, one.n, one.of, one.told_of, one.note)


def amount(one: Sure) -> Amount:
    """The number with its 90 % interval."""
    return Amount(one.value, *one.ends)
