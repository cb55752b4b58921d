"""Do the ranges of what-if hold what came? Simulated companies, asked in the middle of their history.

    python studies/what_if.py [companies]

Companies of 20 reps over 12 quarters, seeds 1 and on, each asked after the 6th, 7th … 10th quarter about the
half year that followed, as things are. The company goes on hiring and losing people as it did; what-if hires
nobody, and does not know what is planted.
"""

import os
import sys
import tempfile
from datetime import date
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from quintet.calendar.periods import month_after
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.loop.whatif.future import what_if
from quintet.loop.whatif.past import read_past
from quintet.loop.whatif.terms import Supposed
from quintet.simulate.company import company
from quintet.simulate.spec import ZONE, CompanySpec

QUARTERS, AHEAD = 12, 6
ASKED = (18, 21, 24, 27, 30)


def facts_of(home: Home, seed: int) -> Facts:
    """A company of twenty reps, loaded."""
    import pyarrow as pa

    made = company(CompanySpec(20, QUARTERS, seed, date(2023, 1, 1)))
    Interactions(home).append(pa.RecordBatchReader.from_batches(OFFERED, made.batches()), dedupe=False)
    Aliases(home).link(made.aliases())
    rebuild(home, zone=ZONE)
    return Facts.published(home)


def asked(facts: Facts, after: int) -> list[tuple[bool, float]]:
    """Of each month that followed: did the range hold what came, and what came over the middle."""
    until = month_after(date(2023, 1, 1), after)
    told = what_if(read_past(facts, until), Supposed())
    came = read_past(facts, month_after(until, AHEAD)).won
    found = []
    for at, month in enumerate(told.months[:AHEAD]):
        place = len(came) - AHEAD + at
        real = sum(came[cohort, place - cohort] for cohort in range(max(place - 12, 0), place + 1))
        said = month.customers
        found.append((said.lo <= real <= said.hi, real / max(said.middle, 1e-9)))
    return found


def main() -> None:
    """Print the table."""
    companies = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    found: dict[int, list[list[tuple[bool, float]]]] = {after: [] for after in ASKED}
    for seed in range(1, companies + 1):
        with tempfile.TemporaryDirectory() as folder:
            facts = facts_of(Home.at(Path(folder)), seed)
            for after in ASKED:
                found[after].append(asked(facts, after))
    print("| asked after | months | inside, first three | inside, all six | came over the middle |")
    print("|---|---|---|---|---|")
    for after, told in found.items():
        inside = np.array([[one for one, _ in row] for row in told])
        ratio = np.array([[over for _, over in row] for row in told])
        first, every = inside[:, :3].mean(), inside.mean()
        print(f"| {after} months | {inside.size} | {first:.2f} | {every:.2f} | {ratio.mean():.2f} |")


if __name__ == "__main__":
    main()
