"""The pace of a month of hand-overs: silent without history, right at the month's end."""

from dataclasses import fields
from datetime import date, datetime

import numpy as np
import pytest

from quintet.calendar.fiscal import FiscalCalendar
from quintet.demand.formula.pace import month_pace
from quintet.demand.terms.contract import Clauses, HandOvers, Version
from quintet.kernel.finding import Status

DUTIES = Version(1, date(2026, 1, 1), Clauses("points >= 1", 440.0, zone="UTC", country="US"))


def daily_leads(first: str, last: str, points: float = 10.0) -> HandOvers:
    """One ready lead at 15:00 on each day."""
    day = np.arange(np.datetime64(first), np.datetime64(last))
    n = len(day)
    never = np.full(n, np.datetime64("NaT", "us"))
    given = {
        "lead_ids": np.arange(n),
        "handed_at": day.astype("datetime64[us]") + np.timedelta64(15, "h"),
        "day": day,
        "points": np.full(n, points),
        "worth": np.full((n, 1), points),
        "is_ready": np.ones(n, dtype=bool),
        "late_day": day,
        "given_up_day": day,
    }
    instants = {one.name: never for one in fields(HandOvers) if one.name.endswith("_at")}
    numbers = {
        name: np.ones(n, dtype=np.int64) for name in ("version", "failed", "reason", "attempts", "rep_id")
    }
    return HandOvers(**{**instants, **numbers, **given})


def pace(found, on):
    """Seen from the end of a day."""
    month = FiscalCalendar().parse(f"{on:%Y-%m}")
    return month_pace(found, [DUTIES], month, on, datetime(on.year, on.month, on.day, 23, 59, 59, 999_999))  # noqa: DTZ001


def test_the_month_goes_where_the_days_go():
    """Ten points a day for a year: 310 in March, and the interval holds it."""
    told = pace(daily_leads("2025-02-01", "2026-04-01"), date(2026, 3, 10)).answer

    assert told.estimate == pytest.approx(310, rel=0.03)
    assert told.lo <= 310 <= told.hi
    assert told.baseline == pytest.approx(440)
    assert (told.n, told.status) == (12, Status.SPEAKS)
    assert told.probability < 0.01


def test_at_the_months_end_nothing_is_left_to_guess():
    """The last day is over."""
    told = pace(daily_leads("2025-02-01", "2026-04-01"), date(2026, 3, 31)).answer

    assert (told.lo, told.estimate, told.hi, told.probability) == (310, 310, 310, 0.0)


def test_without_a_whole_month_before_it_is_silent():
    """It says why, and makes nothing up; with two months it speaks with care."""
    young = pace(daily_leads("2026-02-10", "2026-04-01"), date(2026, 3, 10))
    older = pace(daily_leads("2026-01-01", "2026-04-01"), date(2026, 3, 10))

    assert (young.answer.status, young.answer.estimate, young.fan) == (Status.SILENT, None, ())
    assert "no whole month" in young.answer.reason
    assert older.answer.status == Status.HEDGED


def test_the_fan_begins_at_what_is_there_and_ends_at_the_answer():
    """One band for each day to come, widening."""
    told = pace(daily_leads("2025-02-01", "2026-04-01"), date(2026, 3, 20))

    assert (told.fan[0].day, told.fan[0].total) == (date(2026, 3, 20), 200)
    assert (told.fan[-1].lo, told.fan[-1].hi) == (told.answer.lo, told.answer.hi)
    assert all(
        one.lo <= two.lo and one.hi <= two.hi for one, two in zip(told.fan, told.fan[1:], strict=False)
    )
