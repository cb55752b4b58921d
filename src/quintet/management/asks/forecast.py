"""The forecast and coverage pages' questions, scoped to who asks; what is fitted, the worker has kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain
from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.management.actions.forecast import decided_recipe, shelf_of, speaks_for, today_of
from quintet.management.asks.commits import commits_said, commits_told
from quintet.management.formula.commits import bias, judged, last_of_each_period
from quintet.management.metrics.signed import read_days, read_signed, won_deals
from quintet.management.terms.commits import Bias, Commit, CommitSaid, Judged
from quintet.management.terms.forecast_answer import (
    OwnerForecast,
    PeriodForecast,
    StoredForecast,
    of_text,
)

GRAINS = (str(Grain.QUARTER), str(Grain.MONTH))
COMPANY = "company"
MEASURE_LABELS = {"mrr": "MRR", "amount": "Amount", "customers": "Customers"}


@dataclass(frozen=True)
class ForecastView:
    """The forecast of a running period as one reader may see it.

    Args:
        stored: as the worker last computed it.
        running: the period, with the owners this reader may see.
        is_current: it knows the newest day of the data, and is by the recipe in use.
        version: name of this forecast on its shelf.
    """

    stored: StoredForecast
    running: PeriodForecast
    is_current: bool
    version: str

    def owner(self, key: str) -> OwnerForecast:
        """One owner's forecast.

        Raises:
            BadInput: for one that is not there, or not the reader's to see.
        """
        found = self.running.owner(key)
        if found is None:
            raise BadInput(f"there is no forecast of {key!r} for you to see: choose a line of the table")
        return found


@dataclass(frozen=True)
class Commits:
    """What was said, newest first, and what came of it.

    Args:
        said: every commit the reader may see.
        judged: the one that stood at the end of each period that is over, newest period first.
        biases: of each person with such.
        left_out: (why, how many) of the rows of the ledger that are no commit; told to who sees everybody.
    """

    said: tuple[Commit, ...]
    judged: tuple[Judged, ...]
    biases: tuple[Bias, ...]
    left_out: tuple[tuple[str, int], ...] = ()


def forecast(facts: Facts, scope: Scope, grain: str = "") -> ForecastView:
    """The running quarter, or month.

    Raises:
        BadInput: for another length.
        NotEnoughData: while nothing was computed, or too little is known for a period of that length.
    """
    if grain and grain not in GRAINS:
        raise BadInput(f"a forecast is of a {' or a '.join(GRAINS)}, got {grain!r}")
    version = _newest(facts)
    stored = _parsed(shelf_of(facts.home).folder, version)
    running = stored.of(grain) if grain else stored.periods[0]
    if running is None:
        reason = next((one for one in stored.problems if one.startswith(grain)), "too little data")
        raise NotEnoughData(reason, unit="days of closings")
    owners = tuple(one for one in running.owners if sees(scope, one.key, one.rep_ids))
    return ForecastView(stored, replace(running, owners=owners), is_current(facts, stored), version)


def commits(facts: Facts, scope: Scope, now: datetime) -> Commits:
    """Everything said that this reader may see, each with what came of it."""
    ledger = commits_told(facts)
    rows = commits_said(facts, scope.rep_ids, ledger)
    signed, names, today = read_signed(facts), names_of_reps(facts), today_of(facts, now)
    said = tuple(
        _commit(
            one,
            names.get(one.rep_id, str(one.rep_id)),
            signed.of(frozenset(one.rep_ids), one.start, one.end, one.measure),
            is_over=one.end <= today,
        )
        for one in rows
    )
    told = tuple(judged(one) for one in last_of_each_period([one for one in said if one.is_over]))
    people = dict.fromkeys((one.commit.rep_id, one.commit.said.is_team) for one in told)
    biases = tuple(
        bias([one for one in told if (one.commit.rep_id, one.commit.said.is_team) == person])
        for person in people
    )
    return Commits(said, told, biases, ledger.left_out if scope.rep_ids is None else ())


def signed_by_day(
    facts: Facts, rep_ids: tuple[int, ...], running: PeriodForecast, measure: str
) -> list[tuple[date, float]]:
    """What was signed so far in a running period, day by day; everybody's where no reps are named."""
    days = read_days(facts, running.start, running.day, rep_ids)
    total, found = 0.0, [(running.start, 0.0)]
    for day, sums in days:
        total += sums[measure]
        found.append((day, total))
    newest = running.day - timedelta(days=1)
    return [*found, (newest, total)] if newest > found[-1][0] else found


def signed_deals(facts: Facts, scope: Scope, key: str, grain: str = "") -> list[dict[str, Any]]:
    """The deals won so far in the running period behind one owner's number, newest first; those one may see.

    Raises:
        BadInput: for an owner who is not the reader's to see.
        NotEnoughData: as `forecast`.
    """
    view = forecast(facts, scope, grain)
    owner, names = view.owner(key), names_of_reps(facts)
    rows = won_deals(facts, view.running.start, view.running.day, owner.rep_ids)
    return [row | {"rep": names.get(row["rep_id"], "")} for row in rows if scope.sees(row["rep_id"])]


def periods_to_commit(facts: Facts, now: datetime) -> tuple[str, ...]:
    """The running quarter and month, and the next of each."""
    calendar, today = FiscalCalendar(), today_of(facts, now)
    running = [calendar.containing(today, Grain(grain)) for grain in GRAINS]
    return tuple(one.name for one in (*running, *map(calendar.next, running)))


def may_commit(scope: Scope, *, is_team: bool) -> bool:
    """Does this person speak for himself, or for a team?"""
    try:
        speaks_for(scope, is_team=is_team)
    except BadInput:
        return False
    return True


def opening_key(scope: Scope, keys: Iterable[str]) -> str:
    """Whose line a reader opens on: a manager's the team's, a rep's the own, else everybody's."""
    own = f"{'team' if scope.role == 'manager' else 'rep'}:{scope.own_rep_id}"
    return own if own in set(keys) else COMPANY


def sees(scope: Scope, key: str, rep_ids: tuple[int, ...]) -> bool:
    """Everybody's together, one's own row and team; of others only those in one's scope."""
    if scope.rep_ids is None or key == COMPANY:
        return True
    if key.startswith("rep:"):
        return scope.sees(int(key.removeprefix("rep:")))
    own = scope.own_rep_id
    return key == f"team:{own}" or own in rep_ids or (bool(rep_ids) and set(rep_ids) <= scope.rep_ids)


def stored_forecast(facts: Facts) -> StoredForecast:
    """As the worker last computed it, whoever asks.

    Raises:
        NotEnoughData: before the first.
    """
    return _parsed(shelf_of(facts.home).folder, _newest(facts))


def _newest(facts: Facts) -> str:
    uses = shelf_of(facts.home).uses()
    if not uses:
        msg = "no forecast was made yet: the worker makes one within the hour, once 30 deals are won"
        raise NotEnoughData(msg, unit="forecasts")
    return uses[-1].version


@lru_cache(maxsize=4)
def _parsed(folder: Path, version: str) -> StoredForecast:
    return of_text((folder / f"{version}.json").read_text(encoding="utf-8"))


def is_current(facts: Facts, stored: StoredForecast) -> bool:
    """Does it know the newest day of the data, and is it made by the recipe in use?"""
    is_newest = facts.as_of is not None and stored.as_of == facts.as_of.date()
    return is_newest and stored.recipe == decided_recipe(facts.home)


def _commit(one: CommitSaid, name: str, so_far: float, *, is_over: bool) -> Commit:
    called = f"{name}, team" if one.said.is_team else name
    return Commit(**vars(one), name=called, so_far=so_far, is_over=is_over)
