"""How long the funnel, a rep and the records take, from the question to what a page draws; CPU and wall.

python benchmarks/page_data.py HOME

The company's own figures are read once per version, as the first page after a load does; then every question
is new, so nothing of it is remembered.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.home import Home
from quintet.management import asks
from quintet.management.records import Selection
from quintet.management.terms import FunnelQuestion, Step

TIMES = 20
EVERYTHING = Scope.everything()


@dataclass(frozen=True)
class Measured:
    """Milliseconds of one question, asked in several new forms."""

    name: str
    cpu: tuple[float, ...]
    wall: tuple[float, ...]

    @property
    def line(self) -> str:
        """One row of the table."""
        figures = [np.quantile(kind, share) for kind in (self.cpu, self.wall) for share in (0.5, 0.95)]
        return f"| {self.name} | " + " | ".join(f"{value:.0f}" for value in figures) + " |"


def questions(asked: FunnelQuestion) -> Iterator[FunnelQuestion]:
    """The same question over ever so slightly different periods, so that none is remembered."""
    start = asked.start.toordinal()
    for day in range(TIMES):
        yield replace(asked, start=asked.start.fromordinal(start + day))


def measured(name: str, forms: list[FunnelQuestion], work: Callable[[FunnelQuestion], object]) -> Measured:
    """Each form asked once."""
    cpu, wall = [], []
    for asked in forms:
        began, clock = time.process_time(), time.perf_counter()
        work(asked)
        cpu.append(1000 * (time.process_time() - began))
        wall.append(1000 * (time.perf_counter() - clock))
    return Measured(name, tuple(cpu), tuple(wall))


def page_data(home: Home) -> list[Measured]:
    """The first page after a load, then the three questions."""
    facts = Facts.published(home)
    asked = asks.question(facts, EVERYTHING, asks.Filters(team=asks.EVERYBODY))
    forms = list(questions(asked))

    def first(one: FunnelQuestion) -> None:
        asks.choices(facts, EVERYTHING)
        asks.funnel(facts, EVERYTHING, one)

    found = [measured("first page of a version", [asked], first)]
    found.append(measured("funnel", forms[1:], lambda one: asks.funnel(facts, EVERYTHING, one)))
    rep = asks.funnel(facts, EVERYTHING, asked).reps[0].rep_id
    opened = Step("worked", "demo", is_next=False)
    found.append(measured("rep", forms[1:], lambda one: asks.onion(facts, EVERYTHING, one, rep, opened)))
    shown = Selection(rep_id=rep, step=Step("worked", "connected"))
    found.append(measured("records", forms[1:], lambda one: asks.records(facts, EVERYTHING, one, shown)))
    return found


def main() -> None:
    """Print the table."""
    print("| question | CPU p50 ms | CPU p95 ms | wall p50 ms | wall p95 ms |")
    print("|---|---|---|---|---|")
    for one in page_data(Home.at(Path(sys.argv[1]))):
        print(one.line, flush=True)


if __name__ == "__main__":
    main()
