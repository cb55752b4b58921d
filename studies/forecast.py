"""Forecasts of periods that are over, each from what was known at its start, beside the rules of thumb.

python studies/forecast.py [--data FOLDER] [--companies 3] [--reps 10] [--quarters 16]

FOLDER holds the example exports (else QUINTET_SHARED_DATA); without it only simulated companies are run.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from scipy.stats import t

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.management.formula.forecast.baselines import rules, signed
from quintet.management.formula.forecast.forecast import fit_period
from quintet.management.formula.forecast.quota import measures_of
from quintet.management.formula.forecast.shock import Memory
from quintet.management.metrics.forecast import History, read_history
from quintet.management.terms.forecast import F8, day_number, day_of
from quintet.management.terms.forecast_recipe import ALONE, ForecastRecipe
from quintet.simulate.company import company
from quintet.simulate.spec import ZONE, CompanySpec
from quintet.sources.files.load.load import load_tables
from quintet.sources.files.load.opening import opened
from quintet.sources.files.mapping.propose import propose
from quintet.stats.scores import crps_sample

CALENDAR = FiscalCalendar()
OURS, WITHOUT = "the forecast", "without the common shock"
START = date(2022, 1, 1)
LEVELS = (0.8, 0.9)


@dataclass(frozen=True)
class Told:
    """One period: what happened, every score, and whether the intervals held.

    Args:
        period: its name.
        happened: what came.
        scores: CRPS by name of the forecast or rule.
        held: of each of LEVELS, the company's interval.
        reps_held: of each of LEVELS, the reps' intervals.
    """

    period: str
    happened: float
    scores: dict[str, float]
    held: tuple[bool, ...]
    reps_held: tuple[tuple[bool, ...], ...]


def told_of(history: History, grain: Grain, *, reps: bool = True) -> Iterator[Told]:
    """Every whole period with enough history before it, oldest first."""
    memory = Memory(history, CALENDAR)
    measure = measures_of(history)[0]
    first = int(history.deals.closed[history.deals.closed >= 0].min())
    for period in CALENDAR.range(day_of(first), day_of(history.newest), grain):
        day, end = day_number(period.start), day_number(period.end)
        if end > history.newest + 1:
            break
        try:
            fit = fit_period(memory, period, day, has_fan=False)
            bare = fit_period(memory, period, day, has_fan=False, recipe=ForecastRecipe(ALONE))
        except NotEnoughData:
            continue
        happened, total = signed(history, day, end, measure), fit.total(measure)
        scores = {
            OURS: crps_sample(total, happened),
            WITHOUT: crps_sample(bare.total(measure), happened),
        }
        for rule in rules(fit.history, period, day, measure, CALENDAR):
            scores[rule.name] = crps_sample(rule.values, happened)
        owners = np.unique(fit.told.rep).tolist() if reps else []
        each = [
            held(fit.total(measure, frozenset({rep})), signed(history, day, end, measure, frozenset({rep})))
            for rep in owners
        ]
        yield Told(period.name, happened, scores, held(total, happened), tuple(zip(*each, strict=True)))


def held(draws: F8, happened: float) -> tuple[bool, ...]:
    """Did what happened lie within the intervals of LEVELS?"""
    ends = [np.quantile(draws, ((1 - level) / 2, (1 + level) / 2)) for level in LEVELS]
    return tuple(bool(lo <= happened <= hi) for lo, hi in ends)


def simulated(folder: Path, spec: CompanySpec) -> History:
    """A simulated company's deals, through ledger and facts."""
    home = Home.at(folder)
    made = company(spec)
    reader = pa.RecordBatchReader.from_batches(OFFERED, made.batches())
    Interactions(home).append(reader, dedupe=False)
    Aliases(home).link(made.aliases())
    rebuild(home, zone=ZONE)
    return read_history(Facts.published(home))


def exported(folder: Path, files: Path) -> History:
    """The deals of an export, loaded as a company would load it."""
    home = Home.at(folder)
    with opened([files]) as (con, tables):
        load_tables(home, con, tables, propose(con, tables).source, now=datetime(2026, 3, 2, 12, tzinfo=UTC))
    rebuild(home)
    return read_history(Facts.published(home))


def show(title: str, told: list[Told]) -> None:
    """The table: mean score, and the paired difference with its 95 % interval over the periods."""
    print(f"### {title}\n\n{len(told)} periods\n")
    print("| | CRPS | more than the forecast | 95 % interval | worse in |\n|---|---|---|---|---|")
    ours = np.asarray([one.scores[OURS] for one in told])
    for name in told[0].scores:
        theirs = np.asarray([one.scores[name] for one in told])
        print(f"| {name} | {theirs.mean():,.0f} |{_beside(theirs - ours) if name != OURS else ' | | |'}")
    print()
    for place, level in enumerate(LEVELS):
        share = np.mean([one.held[place] for one in told])
        reps = [one for period in told for one in period.reps_held[place]] if told[0].reps_held else []
        more = f"; of a rep's {np.mean(reps):.2f} (n = {len(reps)})" if reps else ""
        print(f"{level:.0%} intervals of everybody's total held {share:.2f} (n = {len(told)}){more}  ")
    print(flush=True)


def _beside(more: F8) -> str:
    reach = t.ppf(0.975, len(more) - 1) * more.std(ddof=1) / len(more) ** 0.5
    lo, mean, hi = more.mean() - reach, more.mean(), more.mean() + reach
    return f" {mean:+,.0f} | {lo:+,.0f} to {hi:+,.0f} | {int(np.sum(more > 0))} of {len(more)} |"


def main() -> None:
    """Run the study."""
    order = argparse.ArgumentParser(description=__doc__)
    order.add_argument("--data", type=Path, default=os.environ.get("QUINTET_SHARED_DATA"))
    order.add_argument("--companies", type=int, default=3)
    order.add_argument("--reps", type=int, default=10)
    order.add_argument("--quarters", type=int, default=16)
    asked = order.parse_args()
    started = time.process_time()
    for seed in range(1, asked.companies + 1):
        spec = CompanySpec(asked.reps, asked.quarters, seed, START, leads_per_rep_month=80)
        with tempfile.TemporaryDirectory() as folder:
            history = simulated(Path(folder), spec)
        show(f"Simulated company {seed}, by quarter", list(told_of(history, Grain.QUARTER))[-12:])
        show(f"Simulated company {seed}, by month", list(told_of(history, Grain.MONTH))[-36:])
    if asked.data:
        with tempfile.TemporaryDirectory() as folder:
            history = exported(Path(folder), Path(asked.data) / "crm_sales_opportunities")
        show("crm_sales_opportunities, by month", list(told_of(history, Grain.MONTH)))
    print(f"{time.process_time() - started:.0f} CPU seconds")


if __name__ == "__main__":
    main()
