"""The forecast as it is kept and shown: plain values, as text and back."""

import json
import types
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from quintet.management.terms.forecast import LEVELS
from quintet.management.terms.forecast_recipe import ForecastRecipe

Told = TypeVar("Told")
_DIGITS = 7


@dataclass(frozen=True)
class Spread:
    """A forecast as a distribution.

    Args:
        mean: of it.
        quantiles: at `terms.forecast.LEVELS`.
    """

    mean: float
    quantiles: tuple[float, ...]

    def at(self, level: float) -> float:
        """The quantile at one of LEVELS."""
        return self.quantiles[LEVELS.index(level)]

    @property
    def median(self) -> float:
        """As often above as below."""
        return self.at(0.5)


@dataclass(frozen=True)
class FanDay:
    """Where a period will stand at the end of a day to come: median, 80 % and 95 % intervals."""

    day: date
    lowest: float
    lo: float
    median: float
    hi: float
    highest: float


@dataclass(frozen=True)
class Ahead:
    """What one owner's period will come to, in one measure.

    Args:
        measure: amount, mrr or customers.
        booked: won so far in the period.
        spread: of the period's total.
        fan: days to come.
        quota: of the period; None where none was set, or where it is of another measure.
        p_quota: P(total reaches the quota); None without a quota.
    """

    measure: str
    booked: float
    spread: Spread
    fan: tuple[FanDay, ...]
    quota: float | None
    p_quota: float | None


@dataclass(frozen=True)
class OwnerForecast:
    """The company's forecast, a team's or a rep's.

    Args:
        key: "company", "team:<manager's id>" or "rep:<id>".
        name: as a person says it.
        rep_ids: whose deals it counts; empty for the company: everybody's.
        open_deals: how many deals are open.
        ahead: one for each measure.
    """

    key: str
    name: str
    rep_ids: tuple[int, ...]
    open_deals: int
    ahead: tuple[Ahead, ...]

    def of(self, measure: str) -> Ahead:
        """In one measure; the first one where it has no such."""
        return next((one for one in self.ahead if one.measure == measure), self.ahead[0])


@dataclass(frozen=True)
class RuleLine:
    """What a rule of thumb says the period will bring, beside the forecast."""

    name: str
    value: float


@dataclass(frozen=True)
class PastPeriod:
    """A period that is over: what was forecast at its start, of what was known then, and what came.

    Args:
        period: its name.
        happened: what came.
        median: of the forecast.
        lo: lower end of its 80 % interval.
        hi: upper end.
        score: its CRPS.
        rules: CRPS of each rule of thumb, in the order of `PeriodForecast.rule_names`.
    """

    period: str
    happened: float
    median: float
    lo: float
    hi: float
    score: float
    rules: tuple[float, ...]


@dataclass(frozen=True)
class Miss:
    """What a forecast of an earlier period missed, in customers.

    Args:
        period: its name.
        expected: customers expected of what was left of it.
        variance: of that, by the chance of single deals.
        happened: customers won.
        rep_excess: how far reps strayed from their shares of it, squared and summed, less chance.
        rep_square: sum of the squared shares.
    """

    period: str
    expected: float
    variance: float
    happened: int
    rep_excess: float = 0.0
    rep_square: float = 0.0


@dataclass(frozen=True)
class PeriodForecast:
    """The forecast of one running period.

    Args:
        period: its name.
        grain: month or quarter.
        start: its first day.
        end: the day after its last.
        day: the first day that is not known yet.
        measures: those the company records, the quota's first.
        owners: the company, then teams, then reps.
        expected_open: customers expected of the deals that are open.
        expected_new: of deals still to come.
        new_a_week: deals that come in a week.
        shock_level: mean of the common shock, in log-odds.
        shock_sd: its standard deviation.
        rep_sd: standard deviation of each rep's own shock.
        misses: it is learned from.
        seasons: how many times the usual chance a day of the 1st, 2nd, 3rd month of a quarter has.
        rules: of thumb, for the company, in the first measure.
        past: periods that are over, newest first, in the first measure.
    """

    period: str
    grain: str
    start: date
    end: date
    day: date
    measures: tuple[str, ...]
    owners: tuple[OwnerForecast, ...]
    expected_open: float
    expected_new: float
    new_a_week: float
    shock_level: float
    shock_sd: float
    rep_sd: float
    misses: tuple[Miss, ...]
    seasons: tuple[float, ...]
    rules: tuple[RuleLine, ...]
    past: tuple[PastPeriod, ...]

    def owner(self, key: str) -> OwnerForecast | None:
        """The forecast of an owner; None where there is none."""
        return next((one for one in self.owners if one.key == key), None)


@dataclass(frozen=True)
class CoverageRow:
    """Pipeline over what is left of one owner's quota.

    Args:
        key: as in `OwnerForecast`.
        name: as a person says it.
        rep_ids: whose deals it counts; empty for the company: everybody's.
        pipeline: worth of the open deals.
        deals: how many.
        left: of the quota of the quarter; None where none was set.
        is_carried: the quota was not set for every month: the newest one goes on.
        coverage: pipeline / left; None without a quota, or where it is reached.
        needed: multiple that gives an 80 % chance; the starting line of 4 until own deals tell.
        lo: of the multiple, 90 % interval; None on the starting line.
        hi: of the multiple.
        is_own: fitted from own deals.
        chance: share of the pipeline to be expected in time; None on the starting line.
        course: coverage at the start of each of `StoredForecast.coverage_days`; None as above.
    """

    key: str
    name: str
    rep_ids: tuple[int, ...]
    pipeline: float
    deals: int
    left: float | None
    is_carried: bool
    coverage: float | None
    needed: float
    lo: float | None
    hi: float | None
    is_own: bool
    chance: float | None
    course: tuple[float | None, ...]


@dataclass(frozen=True)
class StoredForecast:
    """Everything the pages show, as the worker last computed it.

    Args:
        periods: the running month and the running quarter; a grain without enough data is left out.
        problems: why a grain was left out, by its name.
        quarter: the quarter of the coverage.
        coverage: of the company, teams and reps.
        coverage_days: days of `CoverageRow.course`, oldest first.
        measure: of quota and coverage.
        currency: of amounts.
        undated: open deals without a date, which cannot be forecast.
        facts_version: of the facts it rests on.
        ledger_version: of the ledger those were computed from.
        as_of: newest day of the data.
        recipe: it was made by.
    """

    periods: tuple[PeriodForecast, ...]
    problems: tuple[str, ...]
    quarter: str
    coverage: tuple[CoverageRow, ...]
    coverage_days: tuple[date, ...]
    measure: str
    currency: str
    undated: int
    facts_version: int
    ledger_version: int
    as_of: date
    recipe: ForecastRecipe = ForecastRecipe()  # noqa: RUF009 -- frozen

    def of(self, grain: str) -> PeriodForecast | None:
        """The running period of that length; None while there is too little data."""
        return next((one for one in self.periods if one.grain == grain), None)


def as_text(told: StoredForecast) -> str:
    """The same bytes for the same forecast: numbers with seven digits, days as 2026-03-05."""
    return json.dumps(_plain(asdict(told)), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def of_text(text: str) -> StoredForecast:
    """From what `as_text` wrote."""
    found: StoredForecast = _read(StoredForecast, json.loads(text))
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 -- whatever a dataclass of words, numbers and days holds
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def _read(kind: Any, plain: Any) -> Any:  # noqa: ANN401 -- a type, and what JSON gives for it
    if plain is None:
        return None
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in plain)
    if get_origin(kind) is types.UnionType:
        return _read(get_args(kind)[0], plain)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        known = [one.name for one in fields(kind) if one.name in plain]  # what was kept before may lack some
        return kind(**{name: _read(hints[name], plain[name]) for name in known})
    if kind is date:
        return date.fromisoformat(plain)
    return float(plain) if kind is float else plain
