"""What the forecast's template draws: lines of the table, the fan, past periods, lists of commits."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from quintet.management.charts.forecast import fan_chart
from quintet.management.formula.commits import last_of_each_period
from quintet.management.terms.commits import OWN, Commit, Judged
from quintet.management.terms.forecast import LEVELS
from quintet.management.terms.forecast_answer import Ahead, OwnerForecast, PeriodForecast

_FAN_COLUMNS = (
    ("day", "By the end of", "date"),
    ("lo", "From (80 %)", "number"),
    ("median", "Middle", "number"),
    ("hi", "To (80 %)", "number"),
)
_SAID_COLUMNS = [
    ("at", "Said", "instant"),
    ("name", "Who", "text"),
    ("period", "Period", "text"),
    ("amount", "Figure", "number"),
    ("range", "Range", "text"),
    ("fitted", "Forecast that day", "text"),
    ("note", "Note", "text"),
    ("source", "Said in", "text"),
]
_SCORE_COLUMNS = [
    ("period", "Period", "text"),
    ("name", "Who", "text"),
    ("amount", "Committed", "number"),
    ("forecast", "Forecast that day", "number"),
    ("happened", "Came", "number"),
    ("miss", "Commit missed by", "number"),
    ("fitted_miss", "Forecast missed by", "number"),
    ("source", "Said in", "text"),
]


def owner_lines(running: PeriodForecast, measure: str, said: Sequence[Commit]) -> list[dict[str, Any]]:
    """One line per owner, with the commit that stands."""
    standing = {
        (one.rep_id, one.said.is_team): one
        for one in last_of_each_period([one for one in said if one.said.period == running.period])
    }
    return [
        {
            "owner": owner,
            "ahead": owner.of(measure),
            "lo": owner.of(measure).spread.at(0.1),
            "hi": owner.of(measure).spread.at(0.9),
            "commit": standing.get(_person(owner.key)),
            "url": _address(running, owner.key, measure),
        }
        for owner in running.owners
    ]


def fan_panel(
    owner: OwnerForecast,
    ahead: Ahead,
    so_far: Sequence[tuple[date, float]],
    said: Sequence[Commit],
    running: PeriodForecast,
) -> dict[str, Any]:
    """The fan chart with its table."""
    person = _person(owner.key)
    commits = [
        (max(one.at.date(), running.start), one.said.amount)
        for one in said
        if (one.rep_id, one.said.is_team) == person
        and one.said.period == running.period
        and one.measure == ahead.measure
    ]
    rows = [vars(one) for one in ahead.fan]
    return {"spec": fan_chart(ahead, so_far, commits), "columns": _FAN_COLUMNS, "rows": rows}


def past_panel(running: PeriodForecast) -> dict[str, Any] | None:
    """Past periods: what was forecast at their start, what came, and the mean score beside the rules'."""
    if not running.past:
        return None
    count = len(running.past)
    scores = [("The forecast", sum(one.score for one in running.past) / count)]
    for place, rule in enumerate(running.rules):
        scores.append((rule.name.capitalize(), sum(one.rules[place] for one in running.past) / count))
    held = sum(one.lo <= one.happened <= one.hi for one in running.past)
    return {"rows": running.past, "scores": scores, "held": held, "count": count}


def commit_records(said: Sequence[Commit]) -> dict[str, Any] | None:
    """Everything that was said, as a record list."""
    rows = [
        {
            "at": one.at,
            "name": one.name,
            "period": one.said.period,
            "amount": one.said.amount,
            "range": "" if one.said.low is None else f"{one.said.low:,.0f} to {one.said.high:,.0f}",
            "fitted": _fitted(one),
            "note": one.said.note,
            "source": _where(one),
        }
        for one in said
    ]
    return {"columns": _SAID_COLUMNS, "rows": rows, "page_size": 10} if rows else None


def score_records(told: Sequence[Judged]) -> dict[str, Any] | None:
    """Commits of periods that are over, with scores, as a record list."""
    rows = [
        {
            "period": one.commit.said.period,
            "name": one.commit.name,
            "amount": one.commit.said.amount,
            "forecast": None if one.commit.fitted is None else one.commit.fitted[LEVELS.index(0.5)],
            "happened": one.happened,
            "miss": one.miss,
            "fitted_miss": one.fitted_miss,
            "source": _where(one.commit),
        }
        for one in told
    ]
    return {"columns": _SCORE_COLUMNS, "rows": rows, "page_size": 10} if rows else None


def _where(one: Commit) -> str:
    return "Quintet" if one.source == OWN else one.source


def _fitted(one: Commit) -> str:
    if one.fitted is None:
        return "none yet" if one.source == OWN else "none kept"
    lo, middle, hi = (one.fitted[LEVELS.index(level)] for level in (0.1, 0.5, 0.9))
    return f"{middle:,.0f} ({lo:,.0f} to {hi:,.0f})"


def _person(key: str) -> tuple[int, bool]:
    """Whose commit goes with an owner's line."""
    kind, _, number = key.partition(":")
    return (int(number), kind == "team") if number else (0, False)


def _address(running: PeriodForecast, key: str, measure: str) -> str:
    query = urlencode({"by": running.grain, "of": key, "in": measure})
    return f"{reverse('management:forecast')}?{query}"
