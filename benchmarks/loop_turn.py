"""A turn of the lead score at size: time and memory of the newest quarter, and of the same again.

python benchmarks/loop_turn.py [--leads 1000000]
"""

import argparse
import resource
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain
from quintet.demand.in_loop import LeadScoreInLoop
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.facts.versions import known_folder
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.loop.running import newest_period, run
from quintet.simulate.company import company
from quintet.simulate.spec import ZONE, CompanySpec

QUARTERS = 4
#: Leads a seat brings in a quarter, ramp and vacancies counted.
PER_SEAT = 255


@dataclass(frozen=True)
class Spent:
    """Seconds of processor and clock."""

    cpu: float
    clock: float


def built(leads: int, folder: Path) -> Home:
    """A company of about so many leads, with its facts."""
    home = Home.at(folder)
    spec = CompanySpec(reps=max(leads // (PER_SEAT * QUARTERS), 1), quarters=QUARTERS, start=date(2025, 1, 1))
    reader = pa.RecordBatchReader.from_batches(OFFERED, company(spec).batches())
    Interactions(home).append(reader, dedupe=False)
    rebuild(home, zone=ZONE)
    return home


def turned(home: Home) -> Spent:
    """The whole history, through the newest quarter."""
    cpu, clock = time.process_time(), time.perf_counter()
    run(home, LeadScoreInLoop(), newest_period(Facts.published(home), Grain.QUARTER, FiscalCalendar()))
    return Spent(time.process_time() - cpu, time.perf_counter() - clock)


def main() -> None:
    """Print what was spent."""
    order = argparse.ArgumentParser(description=__doc__)
    order.add_argument("--leads", type=int, default=1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        home = built(order.parse_args().leads, Path(folder))
        facts = Facts.published(home)
        print(
            f"{facts.arrow(facts.table('leads').count()).to_pylist()} leads, {QUARTERS} quarters", flush=True
        )
        turned(home)
        newest = next(iter(sorted(home.formulas.glob("loop.*/turns/20*.json"), reverse=True)))
        newest.unlink()
        shutil.rmtree(known_folder(home.facts))
        once, again = turned(home), turned(home)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| | CPU s | clock s |\n|---|---|---|")
    print(f"| the newest turn | {once.cpu:.1f} | {once.clock:.1f} |")
    print(f"| again, nothing new | {again.cpu:.2f} | {again.clock:.2f} |")
    print(f"\nagain / once: {again.cpu / once.cpu:.4f}; most memory {memory:,.0f} MB")


if __name__ == "__main__":
    main()
