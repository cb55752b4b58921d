"""A simulated company: its planted truth, its interactions month by month, and who is who."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa

from quintet.ledger.schema import ALIASES, INSTANT
from quintet.simulate.buyers import buyer_events
from quintet.simulate.events import CONTENT_CODE, OVERALL, Events, joined, offered_batch
from quintet.simulate.ids import PREFIX, surrogate_ids
from quintet.simulate.journeys import cohort
from quintet.simulate.names import company_names, lead_labels
from quintet.simulate.spec import F8, SOURCE, CompanySpec
from quintet.simulate.staff import staff_events
from quintet.simulate.truth import Truth, truth_of
from quintet.simulate.world import World, planted_world

ROWS_PER_BATCH = 1_000_000


@dataclass(frozen=True)
class Company:
    """One simulated company; every name in it is invented and its source is always `simulated`."""

    spec: CompanySpec
    world: World

    @property
    def until(self) -> datetime:
        """The instant at which the history ends (UTC)."""
        return self.spec.until

    @cached_property
    def truth(self) -> Truth:
        """What is planted, with the real chances of the leads each rep got."""
        return truth_of(self.world, (cohort(self.world, month) for month in range(self.spec.months)))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Every interaction, in order of time, in batches that never cross a month."""
        waiting: list[Events] = staff_events(self.world)
        starts = self.spec.month_starts
        for month in range(self.spec.months):
            ahead = _needed(month, self.spec.months)
            waiting += [buyer_events(self.world, cohort(self.world, other)) for other in ahead]
            split = [_split(part, starts[month + 1]) for part in waiting]
            waiting = [later for _, later in split if len(later)]
            yield from self._month([now for now, _ in split if len(now)], month)

    def _month(self, parts: list[Events], month: int) -> Iterator[pa.RecordBatch]:
        if not parts:
            return
        found = joined(parts)
        found = found.taken(np.argsort(found.columns["at"], kind="stable"))
        late = _lateness(self.spec, month, found)
        for start in range(0, len(found), ROWS_PER_BATCH):
            stop = min(start + ROWS_PER_BATCH, len(found))
            piece = found.between(start, stop)
            latest = int(self.spec.month_starts[-1]) - 1
            yield offered_batch(piece, self.person_ids, late[start:stop], latest)

    @cached_property
    def person_ids(self) -> np.ndarray:
        """Surrogate id of each person: reps, then managers."""
        return surrogate_ids("rep", np.arange(len(self.world.people.roles)))

    def aliases(self) -> pa.Table:
        """Who is who: reps and managers, leads, accounts."""
        leads = self.world.first_number(self.spec.months)
        numbers = np.arange(leads)
        seed = self.spec.seed
        return pa.concat_tables(
            [
                self._named("rep", len(self.person_ids), pa.array(self.truth.rep_names)),
                self._named("lead", leads, lead_labels(numbers, seed)),
                self._named("account", leads, company_names(numbers, seed)),
            ]
        )

    def _named(self, entity: str, count: int, labels: pa.Array) -> pa.Table:
        refs = pa.array([f"{PREFIX[entity]}{number}" for number in range(count)], pa.string())
        start = pa.array(np.full(count, self.spec.month_starts[0])).cast(INSTANT)
        ids = pa.array(surrogate_ids(entity, np.arange(count)))
        texts = [pa.array([word] * count, pa.string()) for word in (entity, SOURCE, "id")]
        return pa.Table.from_arrays([*texts, refs, ids, labels, start], schema=ALIASES)


def company(spec: CompanySpec) -> Company:
    """Plant one company of the size and seed ordered."""
    return Company(spec, planted_world(spec))


def _needed(month: int, months: int) -> range:
    """Cohorts to draw before a month can be written: leads are touched in the month before they appear."""
    return range(0 if month == 0 else month + 1, min(month + 2, months))


def _split(part: Events, end: int) -> tuple[Events, Events]:
    """What happens before an instant, and what happens at it or later."""
    inside = part.columns["at"] < end
    if inside.all():
        return part, part.taken(np.array([], dtype=np.int64))
    return part.taken(np.flatnonzero(inside)), _own(part, np.flatnonzero(~inside))


def _own(part: Events, rows: np.ndarray) -> Events:
    chosen = part.taken(rows)
    return chosen.between(0, len(chosen))


def _lateness(spec: CompanySpec, month: int, found: Events) -> F8:
    """Days between happening and being recorded: none for most, up to three for a few.

    Verdicts of interviewers are never late: so they take no draw from those that were there before them.
    """
    rng, late = spec.random(31, month), np.zeros(len(found))
    others = np.flatnonzero(found.columns["content"] != CONTENT_CODE[OVERALL])
    draws = rng.random(len(others)), rng.random(len(others))
    late[others] = np.where(draws[0] < spec.late_share, 3 * draws[1], 0.0)
    return late
