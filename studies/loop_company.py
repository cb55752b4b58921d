"""Twelve quarters of a simulated company through the loop: where truth is stable, breaks, and is none.

python studies/loop_company.py [--world stable|break|nothing] [--reps 10] [--quarters 12] [--picture FILE]
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet.calendar.fiscal import FiscalCalendar
from quintet.demand.in_loop import LeadScoreInLoop
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.loop.charts import curve_chart
from quintet.loop.curve import curve
from quintet.loop.running import newest_period, run
from quintet.loop.terms import Turn
from quintet.simulate.company import company
from quintet.simulate.spec import ZONE, CompanySpec
from quintet.stats.trials import Formula

WORLDS = {"stable": {}, "break": {"break_quarter": 6}, "nothing": {"telling": False}}
START = date(2023, 1, 1)


def turns_of(spec: CompanySpec, folder: Path, formula: Formula | None = None) -> list[Turn]:
    """The company's whole history, loaded and turned quarter by quarter."""
    home = Home.at(folder)
    made = company(spec)
    reader = pa.RecordBatchReader.from_batches(OFFERED, made.batches())
    Interactions(home).append(reader, dedupe=False)
    Aliases(home).link(made.aliases())
    rebuild(home, zone=ZONE)
    through = newest_period(Facts.published(home), "quarter", FiscalCalendar())
    return run(home, formula or LeadScoreInLoop(), through)


def told(turns: Sequence[Turn]) -> None:
    """The curve as a table."""
    print("| quarter | in use | leads scored | better than naive | 90 % interval | than first version |")
    print("|---|---|---|---|---|---|")
    for point in curve("demand.lead_score", turns).points:
        lo, hi = (np.nan if end is None else end for end in (point.lo, point.hi))
        over = "" if point.over_frozen is None else f"{point.over_frozen:+.4f}"
        found = f"{point.gain:+.4f} | {lo:+.4f} to {hi:+.4f} | {over} |"
        print(f"| {point.period} | {point.in_use} | {point.units:,} | {found}")
    print(f"\n{curve('demand.lead_score', turns).reading}\n")
    for turn in turns:
        if turn.next != turn.in_use:
            print(f"- {turn.period}: {turn.reading}")


def drawn(turns: Sequence[Turn], file: Path) -> None:
    """The curve as a picture."""
    import vl_convert

    spec = curve_chart(curve("demand.lead_score", turns)) | {"width": 760}
    file.write_bytes(vl_convert.vegalite_to_png(spec, scale=1.5))


def main() -> None:
    """Run the study."""
    order = argparse.ArgumentParser(description=__doc__)
    order.add_argument("--reps", type=int, default=10)
    order.add_argument("--leads", type=float, default=80.0)
    order.add_argument("--quarters", type=int, default=12)
    order.add_argument("--seed", type=int, default=1)
    order.add_argument("--world", choices=list(WORLDS))
    order.add_argument("--picture", type=Path)
    asked = order.parse_args()
    for world in [asked.world] if asked.world else WORLDS:
        started = time.process_time()
        spec = CompanySpec(
            reps=asked.reps,
            quarters=asked.quarters,
            seed=asked.seed,
            start=START,
            leads_per_rep_month=asked.leads,
            **WORLDS[world],
        )
        with tempfile.TemporaryDirectory() as folder:
            turns = turns_of(spec, Path(folder))
        print(f"### {world}\n")
        told(turns)
        print(f"\n{time.process_time() - started:.0f} CPU seconds\n", flush=True)
        if asked.picture:
            drawn(turns, asked.picture.with_stem(f"{asked.picture.stem}_{world}"))


if __name__ == "__main__":
    main()
