"""How long the data of each page takes, from the question to what the template draws; CPU and wall.

    python benchmarks/page_data.py HOME

A home that `quintet demo` made, or any other. The process is warm: each page was opened once, which reads
what is the same for every question of a version (the first lines of the table), and has settled as the
server does then. Then each question is one that nobody asked before, and is asked again. CPU counts all
threads.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy: as a server does, whose threads serve pages

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from quintet.facts.health import health
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.home import Home
from quintet.kernel.memory import settle
from quintet.management.asks import funnel as asks
from quintet.management.pages import funnel_panels as panels
from quintet.management.records import Selection
from quintet.management.terms.funnel import FunnelQuestion, Step
from quintet.site.loaded import loaded, published_facts
from quintet.site.server import set_up

TIMES = 15
EVERYTHING = Scope.everything()
Form = tuple[asks.Filters, FunnelQuestion]


@dataclass(frozen=True)
class Measured:
    """Milliseconds of one page's data, asked in several new forms, and each of them asked again."""

    name: str
    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    cpu_again: tuple[float, ...] = ()
    wall_again: tuple[float, ...] = ()

    @property
    def line(self) -> str:
        """One row of the table."""
        kinds = (self.cpu, self.cpu_again, self.wall, self.wall_again)
        return f"| {self.name} | " + " | ".join(_told(kind) for kind in kinds) + " |"


def _told(kind: tuple[float, ...]) -> str:
    return " / ".join(f"{np.quantile(kind, share):.0f}" for share in (0.5, 0.95)) if kind else "–"


def forms(filters: asks.Filters, facts: Facts) -> Iterator[Form]:
    """The same question over ever so slightly different periods, so that none is remembered."""
    asked = asks.question(facts, EVERYTHING, filters)
    for day in range(2 * TIMES):
        yield filters, replace(asked, start=asked.start.fromordinal(asked.start.toordinal() + day))


def measured(name: str, asked: list[Form], work: Callable[[Form], object]) -> Measured:
    """Each form asked once, then again."""
    first, again = ([_timed(work, one) for one in asked] for _ in range(2))
    cpu, wall = zip(*first, strict=True)
    cpu_again, wall_again = zip(*again, strict=True)
    return Measured(name, cpu, wall, cpu_again, wall_again)


def _timed(work: Callable[[Form], object], form: Form) -> tuple[float, float]:
    began, clock = time.process_time(), time.perf_counter()
    work(form)
    return 1000 * (time.process_time() - began), 1000 * (time.perf_counter() - clock)


@dataclass(frozen=True)
class Pages:
    """What each page of a home asks for."""

    home: Home
    facts: Facts

    def home_page(self, _: Form) -> None:
        """What is loaded."""
        published_facts(self.home)
        loaded(self.home)

    def data_health(self, _: Form) -> None:
        """Which formulas the data can feed, counted as in a version that was just published."""
        health(replace(self.facts))

    def funnel(self, form: Form) -> None:
        """Every rep of a team side by side."""
        filters, asked = form
        asks.choices(self.facts, EVERYTHING)
        shown = asks.reps_shown(self.facts, EVERYTHING, asked)
        team = asks.funnel(self.facts, EVERYTHING, asked, shown.rep_ids)
        panels.tiles(team, filters)
        panels.rows_of_panels(team, filters)
        panels.rate_panels(team, filters, panels.OVERALL)
        panels.readings(team, filters)

    def rep(self, form: Form) -> None:
        """The first rep's steps, and his way to the demo opened."""
        filters, asked = form
        shown = asks.reps_shown(self.facts, EVERYTHING, asked)
        team, one = asks.rep_funnel(self.facts, EVERYTHING, asked, min(shown.rep_ids))
        opened = panels.step_to_open(team, one)
        panels.rep_steps(team, one, filters)
        if opened is not None:
            panels.onion_panel(asks.onion(self.facts, EVERYTHING, asked, one.rep_id, opened))

    def records(self, form: Form) -> None:
        """Everybody's or the team's leads behind one number."""
        _, asked = form
        selection = Selection(step=Step("worked", "connected"), rep_id=(asked.rep_ids or [None])[0])
        panels.record_table(asks.records(self.facts, EVERYTHING, asked, selection), selection)


def page_data(home: Home) -> list[Measured]:
    """The first page after a load, then every page: as it opens, and the funnel of everybody."""
    set_up(home)
    pages = Pages(home, Facts.published(home))
    opening = list(forms(asks.Filters(), pages.facts))
    whole = list(islice(forms(asks.Filters(team=asks.EVERYBODY), pages.facts), 1 + TIMES // 5))
    warm = [
        _timed(pages.funnel, opening[0]),
        _timed(pages.rep, opening[0]),
        _timed(pages.data_health, opening[0]),
    ]
    settle()
    names = ("funnel", "rep", "data health")
    found = [
        Measured(f"{name}, first of a process", (cpu,), (wall,))
        for name, (cpu, wall) in zip(names, warm, strict=True)
    ]
    new, newer = opening[1 : TIMES + 1], opening[TIMES + 1 :]
    found.append(measured("home", new, pages.home_page))
    found.append(measured("data health", new, pages.data_health))
    found.append(measured("funnel as it opens", new, pages.funnel))
    if opening[0][1] != whole[0][1]:
        found.append(measured("funnel of everybody", whole[1:], pages.funnel))
    found.append(measured("rep", newer, pages.rep))
    found.append(measured("records", new, pages.records))
    return found


def main() -> None:
    """Print the table."""
    home = Home.at(Path(sys.argv[1]))
    facts = Facts.published(home)
    seen = facts.coverage()
    load = f"load average {os.getloadavg()[0]:.1f}"
    print(f"{seen['leads']:,} leads, {seen['reps']} people in sales; milliseconds, p50 / p95; {load}\n")
    print("| page | CPU, first asked | CPU, asked again | wall, first asked | wall, asked again |")
    print("|---|---|---|---|---|")
    for one in page_data(home):
        print(one.line, flush=True)


if __name__ == "__main__":
    main()
