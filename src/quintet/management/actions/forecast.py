"""What people and the worker do with forecasts: fit and keep one, commit to a figure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.recipe_in_use import recipe_in_use
from quintet.kernel.shelf import Shelf
from quintet.ledger import inbox
from quintet.management.formula.forecast.answer import Versions, answer
from quintet.management.metrics.forecast import read_history
from quintet.management.models.forecast import ForecastCommit
from quintet.management.terms.commits import Said
from quintet.management.terms.forecast_answer import StoredForecast, as_text, of_text
from quintet.management.terms.forecast_recipe import FORMULA, ForecastRecipe

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

#: Forecasts that are kept.
KEPT = 30
_FURTHEST = timedelta(days=366)


def shelf_of(home: Home) -> Shelf:
    """Where the forecasts are kept."""
    return Shelf(home, FORMULA)


def renew(facts: Facts, *, now: datetime | None = None) -> str:
    """Fit the forecast anew when facts have moved on or the loop decided otherwise; says what was done."""
    shelf = shelf_of(facts.home)
    recipe, versions = decided_recipe(facts.home), Versions(facts.version, facts.ledger_version)
    why = f"facts version {versions.facts} of ledger version {versions.ledger}, by {recipe.said}"
    if shelf.is_made_from(why):
        return "up to date"
    try:
        told = answer(read_history(facts), FiscalCalendar(), versions, recipe)
    except NotEnoughData as missing:
        return str(missing)
    shelf.keep(as_text(told), now or datetime.now(UTC), why, KEPT)
    return ", ".join(f"{one.period} forecast" for one in told.periods)


def decided_recipe(home: Home) -> ForecastRecipe:
    """The recipe the loop has in use for the forecast; all past before it could decide."""
    use = recipe_in_use(home, FORMULA)
    if use is None:
        return ForecastRecipe()
    return ForecastRecipe(use.recipe, use.since.date(), use.period, use.why)


def today_of(facts: Facts, now: datetime) -> date:
    """The company's day: the one after its newest data, or today where the data is of today."""
    newest = (facts.as_of or now).date()
    return min(now.date(), newest + timedelta(days=1))


def commit(
    facts: Facts,
    scope: Scope,
    said: Said,
    *,
    by: "AbstractBaseUser",
    now: datetime,
    fitted: Sequence[float] | None = None,
) -> ForecastCommit:
    """Say what a period will bring; what was said before stays.

    Args:
        facts: as they are published.
        scope: of whoever commits: for himself, or a manager for the team.
        said: the figure.
        by: who commits.
        now: when.
        fitted: quantiles of the forecast of that day; of the one in use when left out.

    Raises:
        BadInput: for a period that is over, a range that does not hold the figure, or in somebody's name
            one does not speak for.
    """
    reps = speaks_for(scope, is_team=said.is_team)
    period = checked_period(said.period, today_of(facts, now))
    _require_figures(said)
    stored = stored_now(facts)
    beside = _fitted(stored, period, scope, is_team=said.is_team) if fitted is None else list(fitted)
    with transaction.atomic():
        one = ForecastCommit.objects.create(
            rep_id=scope.own_rep_id,
            is_team=said.is_team,
            rep_ids=sorted(reps),
            period=period.name,
            starts_on=period.start,
            ends_on=period.end,
            measure=stored.measure if stored else "amount",
            amount=Decimal(str(said.amount)),
            low=None if said.low is None else Decimal(str(said.low)),
            high=None if said.high is None else Decimal(str(said.high)),
            note=said.note.strip(),
            fitted=beside,
            committed_by=by,  # type: ignore[misc]
            committed_at=now,
        )
        inbox.offer([_row(one, said, stored, now)])
    return one


def speaks_for(scope: Scope, *, is_team: bool) -> frozenset[int]:
    """The reps whose deals somebody may commit: his own, or a manager his team's.

    Raises:
        BadInput: for somebody who sells nothing, or leads nobody.
    """
    if scope.own_rep_id is None:
        raise BadInput("your account is not tied to a rep, so you cannot commit: ask operations to tie it")
    if not is_team:
        return frozenset({scope.own_rep_id})
    team = (scope.rep_ids or frozenset()) - {scope.own_rep_id}
    if scope.role != "manager" or not team:
        raise BadInput("only a manager with a team commits for a team: commit for yourself")
    return team


def checked_period(name: str, today: date) -> Period:
    """The month or quarter of a name.

    Raises:
        BadInput: when it is neither, is over, or lies more than a year ahead.
    """
    period = FiscalCalendar().parse(name)
    if period.grain not in {Grain.MONTH, Grain.QUARTER}:
        raise BadInput(f"a commit is for a month or a quarter, like 2026-03 or 2026Q1, got {name!r}")
    if period.end <= today:
        rule = f"{period.name} ended on {period.last_day:%-d %b %Y}"
        raise BadInput(f"{rule}: nobody commits to a period that is over; choose a running one")
    if period.start > today + _FURTHEST:
        raise BadInput(f"{period.name} is more than a year ahead: choose a period that starts within a year")
    return period


def stored_now(facts: Facts) -> StoredForecast | None:
    """The forecast in use; None before the first."""
    text = shelf_of(facts.home).in_use()
    return None if text is None else of_text(text)


def _require_figures(said: Said) -> None:
    if said.amount < 0:
        raise BadInput(f"a commit must be 0 or more, got {said.amount:g}")
    if (said.low is None) != (said.high is None):
        raise BadInput("a range needs both ends: give the low and the high figure, or neither")
    if said.low is not None and said.high is not None and not said.low <= said.amount <= said.high:
        rule = f"the figure must lie within its range, got {said.amount:g} for {said.low:g} to {said.high:g}"
        raise BadInput(rule)


def _fitted(
    stored: StoredForecast | None, period: Period, scope: Scope, *, is_team: bool
) -> list[float] | None:
    """What the forecast says on that day of the same deals: kept, so that both can be judged later."""
    running = None if stored is None else stored.of(str(period.grain))
    if running is None or running.period != period.name:
        return None
    owner = running.owner(f"{'team' if is_team else 'rep'}:{scope.own_rep_id}")
    return None if owner is None else list(owner.ahead[0].spread.quantiles)


def _row(one: ForecastCommit, said: Said, stored: StoredForecast | None, now: datetime) -> dict[str, object]:
    detail = json.dumps(asdict(said) | {"measure": one.measure}, sort_keys=True)
    digest = hashlib.sha256(f"{one.rep_id}|{detail}|{now.isoformat()}".encode()).hexdigest()[:16]
    currency = stored.currency if stored else ""
    return {
        "occurred_at": now,
        "recorded_at": now,
        "kind": "forecast.committed",
        "rep_id": one.rep_id,
        "content": one.period,
        "amount": one.amount,
        "source": "quintet",
        "source_ref": f"forecast:{digest}#forecast.committed",
        "detail": detail,
        **({"currency": currency} if currency else {}),
    }
