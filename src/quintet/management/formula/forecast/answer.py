"""Everything the pages of forecast and pipeline show, worked out in one go for the worker to keep."""

from dataclasses import dataclass

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain
from quintet.kernel.errors import NotEnoughData
from quintet.management.formula.forecast.forecast import forecast_period
from quintet.management.formula.forecast.pipeline import coverage_rows
from quintet.management.formula.forecast.quota import measures_of
from quintet.management.formula.forecast.shock import Memory
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import day_of
from quintet.management.terms.forecast_answer import PeriodForecast, StoredForecast
from quintet.management.terms.forecast_recipe import ForecastRecipe

GRAINS = (Grain.QUARTER, Grain.MONTH)
_USUAL = ForecastRecipe()


@dataclass(frozen=True)
class Versions:
    """Which facts an answer rests on."""

    facts: int
    ledger: int


def answer(
    history: History, calendar: FiscalCalendar, versions: Versions, recipe: ForecastRecipe = _USUAL
) -> StoredForecast:
    """The running quarter and month, and the coverage of the quarter, as seen from the day after the newest.

    Args:
        history: as it is now.
        calendar: the company's fiscal calendar.
        versions: it rests on.
        recipe: the one the loop has in use; coverage is not judged there and always counts all past.

    Raises:
        NotEnoughData: when neither can be forecast.
    """
    day = history.newest + 1
    memory = Memory(history, calendar, recipe.recent)
    periods: list[PeriodForecast] = []
    problems: list[str] = []
    error: NotEnoughData | None = None
    for grain in GRAINS:
        try:
            periods.append(forecast_period(memory, calendar.containing(day_of(day), grain), day, recipe))
        except NotEnoughData as missing:
            error = missing
            problems.append(f"{grain}: {missing}")
    if not periods and error is not None:
        raise error
    rows, days = coverage_rows(history, day, calendar)
    return StoredForecast(
        periods=tuple(periods),
        problems=tuple(problems),
        quarter=calendar.containing(day_of(day), Grain.QUARTER).name,
        coverage=rows,
        coverage_days=tuple(map(day_of, days)),
        measure=measures_of(history)[0],
        currency=history.currency,
        undated=history.undated,
        facts_version=versions.facts,
        ledger_version=versions.ledger,
        as_of=day_of(history.newest),
        recipe=recipe,
    )
