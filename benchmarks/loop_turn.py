"""A turn of every formula at size: time and memory by formula, and what a turn with nothing new costs.

    python benchmarks/loop_turn.py                        300 reps, a million leads: an hour of two idle cores
    python benchmarks/loop_turn.py --leads 100000
    python benchmarks/loop_turn.py --skip 10              turns the two newest quarters alone, of as much data
    python benchmarks/loop_turn.py --chores               and every line of the worker's timetable at the end

A simulated company of 12 quarters. It loads all of them but the newest and turns them; then the newest
quarter, and turns that; turns once more with nothing new; then loads a month of the running quarter, which
tells nothing of the quarters before, and turns again. Facts as they were known at the end of a period are
shared by the formulas, so they have a line of their own. Every line is a process of its own, which is
measured from where its imports are done, as the worker's are: CPU seconds of all threads, the clock, and the
most memory it held.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy: as the worker does

import pyarrow as pa
import pyarrow.compute as pc

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period
from quintet.facts.history import facts_as_known
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild, refresh
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.loop.formulas import formula_named, formulas
from quintet.loop.running import Turns, newest_period, run
from quintet.loop.terms import Turn
from quintet.simulate.company import company
from quintet.simulate.spec import CompanySpec
from run import machine

REPS, QUARTERS, LEADS = 300, 12, 1_000_000
#: Rep-months with leads, of all months of all seats: ramp and vacancies counted.
SEATED = 0.85
START = date(2023, 1, 1)
#: A turn with nothing new may take this share of a turn.
WANTED = 1 / 20


@dataclass(frozen=True)
class Size:
    """How large a company, and where it lives."""

    reps: int
    quarters: int
    leads: int
    folder: Path

    @property
    def home(self) -> Home:
        """Its home."""
        return Home.at(self.folder)

    @property
    def spec(self) -> CompanySpec:
        """The order for it, with one quarter more than is turned: the one that runs."""
        pace = self.leads / (self.reps * 3 * self.quarters * SEATED)
        return CompanySpec(self.reps, self.quarters + 1, start=START, leads_per_rep_month=pace)


@dataclass(frozen=True)
class Spent:
    """What one line took: seconds of all cores, of the clock, and the most memory held, in MB."""

    cpu: float
    clock: float
    memory: float

    def line(self, *words: str) -> str:
        """A row of a table."""
        return f"| {' | '.join(words)} | {self.cpu:,.2f} | {self.clock:,.2f} | {self.memory:,.0f} |"


def load(size: Size, since: int, until: int) -> None:
    """Append the interactions of some months, counted from 0, and bring the facts up to date."""
    simulated = company(size.spec)
    if since == 0:
        Aliases(size.home).link(simulated.aliases())
    begin, end = (int(size.spec.month_starts[month]) for month in (since, until))
    reader = pa.RecordBatchReader.from_batches(OFFERED, _between(simulated.batches(), begin, end))
    Interactions(size.home).append(reader, dedupe=False)
    # In UTC, whose midnights end the simulated months, no row of a quarter is known before the last is over.
    print(rebuild(size.home, zone="UTC") if since == 0 else refresh(size.home), file=sys.stderr)


def _between(batches: Iterator[pa.RecordBatch], since: int, until: int) -> Iterator[pa.RecordBatch]:
    """Of batches in order of time, none of which crosses a month, those of some months."""

    def first(batch: pa.RecordBatch) -> int:
        return int(batch["occurred_at"][0].value)

    inside = takewhile(lambda one: first(one) < until, batches)
    return (_known_later(one) for one in inside if first(one) >= since)


def _known_later(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Recorded a second later: at its very first instant a quarter would tell of the one before."""
    place = batch.schema.get_field_index("recorded_at")
    later = pc.add(batch["recorded_at"], pa.scalar(timedelta(seconds=1), pa.duration("us")))
    return batch.set_column(place, batch.schema.field(place), later)


def know(size: Size) -> None:
    """Compute the facts as they were known at the end of each period that no formula has turned yet."""
    done = {turn.period for one in formulas() for turn in Turns(size.home, one.name).kept()}
    for period in FiscalCalendar().range(START, newest_quarter(size).end, Grain.QUARTER):
        if str(period) not in done:
            facts_as_known(size.home, period.instants("UTC")[1])


def skip(size: Size, quarters: int) -> None:
    """Let the first quarters count as turned, with nothing fitted: those after them cost what they cost."""
    calendar, version = FiscalCalendar(), Interactions(size.home).version()
    first = list(calendar.range(START, newest_quarter(size).end, Grain.QUARTER))[:quarters]
    for one in formulas():
        for period in first:
            since, until = (moment.isoformat() for moment in period.instants("UTC"))
            left_out = Turn(one.name, period.name, since, until, reading="Left out.")
            Turns(size.home, one.name).keep(left_out, version)


def newest_quarter(size: Size) -> Period:
    """The newest that is over in the data."""
    return newest_period(Facts.published(size.home), Grain.QUARTER, FiscalCalendar())


def turn(size: Size, name: str) -> None:
    """Turn one formula through the newest period that is over."""
    formula, said = formula_named(name), lambda words: print(words, file=sys.stderr)
    turns = run(size.home, formula, newest_quarter(size), say=said)
    print(turns[-1].period, turns[-1].units, turns[-1].reading, turns[-1].refused, file=sys.stderr)


def chore(name: str) -> None:
    """Do one line of the worker's timetable, in the home that is set up."""
    from quintet.site.jobs.cron import TIMETABLE

    print(next(job for job in TIMETABLE if job.name == name).run(), file=sys.stderr)


def measured(size: Size, *step: str) -> Spent:
    """Do a step in a process of its own."""
    told = subprocess.run(
        [sys.executable, __file__, *_told(size), "--step", *step], stdout=subprocess.PIPE, check=True
    )
    return Spent(**json.loads(told.stdout))


def _told(size: Size) -> list[str]:
    numbers = ("--reps", size.reps), ("--quarters", size.quarters), ("--leads", size.leads)
    return [str(word) for pair in (*numbers, ("--folder", size.folder)) for word in pair]


def do(size: Size, what: str, *words: str) -> None:
    """Do a step here, and print what it took as JSON; what it says goes elsewhere."""
    if what == "chore":
        from quintet.site.server import prepare

        prepare(size.home)
    warm(size.home)
    cpu, clock = sum(os.times()[:4]), time.perf_counter()
    _steps(size)[what](*words)
    spent = Spent(sum(os.times()[:4]) - cpu, time.perf_counter() - clock, _most_memory())
    print(json.dumps(vars(spent)))


def warm(home: Home) -> None:
    """Import what the worker has imported long ago: the formulas, and what facts are asked with."""
    formulas()
    if home.facts.exists():
        facts = Facts.published(home)
        facts.arrow(facts.table("reps").count())


def _steps(size: Size) -> dict[str, Callable[..., None]]:
    return {
        "load": lambda since, until: load(size, int(since), int(until)),
        "know": lambda: know(size),
        "skip": lambda quarters: skip(size, int(quarters)),
        "turn": lambda name: turn(size, name),
        "chore": chore,
    }


def _most_memory() -> float:
    """MB this process held at most; other than getrusage, nothing of whoever started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measure_turns(size: Size, skipped: int) -> None:
    """Print what loading and turning take, stage by stage, then the shares."""
    months = 3 * size.quarters
    stages = (
        (f"{size.quarters - 1 - skipped} past quarters", ("0", str(months - 3))),
        ("one new quarter", (str(months - 3), str(months))),
        ("again, nothing new", ()),
        ("again, a month of the next quarter loaded", (str(months), str(months + 1))),
    )
    print("| what | formula | CPU s | clock s | MB |\n|---|---|---|---|---|")
    spent: list[dict[str, Spent]] = []
    for what, loaded in stages:
        if loaded:
            print(measured(size, "load", *loaded).line(what, "(simulate, load, refresh)"), flush=True)
            if not spent:
                measured(size, "skip", str(skipped))
            print(measured(size, "know").line(what, "(facts as known)"), flush=True)
        spent.append({})
        for one in formulas():
            spent[-1][one.name] = measured(size, "turn", one.name)
            print(spent[-1][one.name].line(what, one.name), flush=True)
    print_shares(spent[1:])


def print_shares(spent: list[dict[str, Spent]]) -> None:
    """Print what a turn with nothing new takes, of a turn of one quarter."""
    once, *others = ({**one, "all": _sum(one.values())} for one in spent)
    print("\n| formula | one new quarter, CPU s | nothing new | a month of the next |\n|---|---|---|---|")
    for name, turned in once.items():
        shares = (f"{one[name].cpu / turned.cpu:.4f}" for one in others)
        print(f"| {name} | {turned.cpu:,.2f} | {' | '.join(shares)} |")
    print(f"\nwanted: {WANTED} or less")


def _sum(spent: Iterable[Spent]) -> Spent:
    known = tuple(spent)
    return Spent(sum(one.cpu for one in known), sum(one.clock for one in known), 0.0)


def measure_chores(size: Size) -> None:
    """Print what each line of the worker's timetable takes, first and again."""
    from quintet.site.server import prepare

    prepare(size.home)
    from quintet.site.jobs.cron import TIMETABLE

    print("\n| line of the timetable | time | CPU s | clock s | MB |\n|---|---|---|---|---|")
    for when in ("first", "again"):
        for job in TIMETABLE:
            print(measured(size, "chore", job.name).line(job.name, when), flush=True)


def main() -> None:
    """Measure, print, leave nothing behind."""
    order = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    order.add_argument("--reps", type=int, default=REPS)
    order.add_argument("--quarters", type=int, default=QUARTERS)
    order.add_argument("--leads", type=int, default=LEADS)
    order.add_argument("--skip", type=int, default=0, help="so many quarters count as turned")
    order.add_argument("--folder", type=Path, help="an empty folder that is kept; one is made when left out")
    order.add_argument("--chores", action="store_true", help="measure the worker's timetable, too")
    order.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    asked = order.parse_args()
    with tempfile.TemporaryDirectory(prefix="quintet-bench-") as made:
        size = Size(asked.reps, asked.quarters, asked.leads, asked.folder or Path(made))
        if asked.step:
            do(size, *asked.step)
            return
        print(f"{machine()}\n\n{size.reps} reps, about {size.leads:,} leads, {size.quarters} quarters\n")
        measure_turns(size, asked.skip)
        if asked.chores:
            measure_chores(size)


if __name__ == "__main__":
    main()
