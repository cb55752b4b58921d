"""The company month by month: what comes of the decisions taken at the start of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from quintet.kernel.errors import BadInput
from quintet.ledger.schema import ALIASES
from quintet.simulate.buyers import arrival_events, work_events
from quintet.simulate.company import Company
from quintet.simulate.events import Events, joined, offered_batch
from quintet.simulate.ids import surrogate_ids
from quintet.simulate.journeys import Arrivals, Cohort, arrivals, worked
from quintet.simulate.market import Visits
from quintet.simulate.people import MEAN_ATTEMPTS, MODULES, RAMP_MONTHS, RAMP_SHORTEST
from quintet.simulate.spec import B1, DAY, F8, HOUR, I8, MINUTE, CompanySpec
from quintet.simulate.staff import join_events
from quintet.simulate.stepped.plan import (
    CLOSED,
    MODULE_EVERY,
    MODULES_TAKEN,
    SESSIONS,
    WORKED,
    Plan,
    plan,
)
from quintet.simulate.training import module_events, review_events
from quintet.simulate.world import World

_BEGUN_WITHIN = 24  # days of the month after a lead came
#: After the start of a month in UTC, when the one before is over on the company's clock, too.
NIGHT = 5 * HOUR


@dataclass(frozen=True)
class Decisions:
    """What is decided at the start of a month.

    Args:
        leads: surrogate ids of the leads to work, of those that came in the month before.
        coached: (rep, skill) to coach this month, by index; one skill a rep.
        hired: position in the pool of whoever fills each vacancy of this month, in the order of `due`.
        taught: modules by index for each of them, in the order they take them.
    """

    leads: I8 = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    coached: Sequence[tuple[int, int]] = ()
    hired: Sequence[int] = ()
    taught: Sequence[Sequence[int]] = ()


@dataclass(frozen=True)
class Waiting:
    """Leads that came in the month before and may be worked in this one, in the order they came.

    Args:
        lead_id: [n] surrogate ids.
        rep: [n] whose they are, by index.
        quality: [n] planted, in logits: nobody inside the company sees it.
    """

    lead_id: I8
    rep: I8
    quality: F8


class SteppedCompany:
    """One company on its way; the planted truth is that of `simulate.world`, fixed by the order."""

    def __init__(self, spec: CompanySpec) -> None:
        """Plant the company; the first month is still to come."""
        self.plan: Plan = plan(spec)
        self.spec = spec
        people = self.plan.world.people
        self.month = 0
        self.skill: F8 = people.skill.copy()
        tenure = np.maximum(-people.joined_month[: people.reps], 0)
        self.ramp: F8 = np.clip(tenure / RAMP_MONTHS, 0, 1)
        self.learned: F8 = np.zeros(people.reps)  # months taken off the ramp so far
        self._lessons: list[tuple[I8, I8, I8]] = []
        self._came: Arrivals | None = None
        self._next: Arrivals | None = None
        self._ahead: list[Events] = self.plan.opening()
        self.cohorts: list[Cohort] = []
        self.states: list[tuple[F8, F8]] = []

    # ------------------------------------------------------------ what may be decided

    def present(self) -> I8:
        """Reps here this month, by index."""
        return np.flatnonzero(self.plan.world.people.team[:, self.month] >= 0)

    def due(self) -> I8:
        """Vacancies filled this month, as rows of the plan."""
        joined_month = self.plan.world.people.joined_month[self.plan.hires]
        return np.flatnonzero(joined_month == self.month)

    def waiting(self) -> Waiting:
        """Leads that may be worked this month."""
        if self._came is None:
            none = np.zeros(0, dtype=np.int64)
            return Waiting(none, none, np.zeros(0))
        here = np.flatnonzero(np.isin(self._came.rep, self.present()))
        ids = surrogate_ids("lead", self._came.number[here])
        return Waiting(ids, self._came.rep[here], self._came.visits.quality[here])

    def capacity(self) -> I8:
        """[rep] leads each can work this month."""
        if not self.month:
            return np.zeros(self.plan.world.people.reps, dtype=np.int64)
        load = 0.5 + 0.5 * self.plan.world.people.ramp[:, self.month - 1]
        here = self.plan.world.people.team[:, self.month] >= 0
        return np.where(here, np.rint(WORKED * self.spec.leads_per_rep_month * load), 0).astype(np.int64)

    def sessions(self) -> int:
        """How many reps can be coached this month."""
        return round(SESSIONS * len(self.present()))

    # ------------------------------------------------------------ a month

    def play(self, decided: Decisions) -> pa.RecordBatch:
        """Everything that happens in the month that now begins.

        Raises:
            BadInput: when more is decided than can be done, or of somebody who is not there.
        """
        self._check(decided)
        self._hire(decided)
        self._work(decided.leads)
        self._come()
        self.states.append((self.skill.copy(), self.ramp.copy()))
        self._grow(decided)
        self.month += 1
        return self._told()

    def _check(self, decided: Decisions) -> None:
        leads, open_ones = self.waiting(), self.capacity()
        if not np.isin(decided.leads, leads.lead_id).all():
            raise BadInput("leads to work must be among those that wait: ask waiting() for them")
        mine = np.bincount(leads.rep[np.isin(leads.lead_id, decided.leads)], minlength=len(open_ones))
        if (mine > open_ones).any():
            rep = int(np.argmax(mine - open_ones))
            raise BadInput(f"rep {rep} can work {open_ones[rep]} leads this month, got {mine[rep]}")
        reps = [rep for rep, _ in decided.coached]
        if len(set(reps)) != len(reps) or not set(reps) <= set(self.present().tolist()):
            raise BadInput("one skill a rep, of reps who are here")
        if len(reps) > self.sessions():
            raise BadInput(f"{self.sessions()} reps can be coached this month, got {len(reps)}")
        if not len(decided.hired) == len(decided.taught) == len(self.due()):
            raise BadInput(f"{len(self.due())} vacancies are due, got {len(decided.hired)} decisions")

    def _hire(self, decided: Decisions) -> None:
        """Whoever is chosen joins with the skill he brings, the weakness of the seat, and a timetable."""
        rows = self.due()
        if not len(rows):
            return
        planned, chosen = self.plan, np.array(decided.hired, dtype=np.int64)
        who, weak = planned.hires[rows], planned.world.people.weak_skill[planned.hires[rows]]
        brought = planned.skills[rows, chosen]
        has = np.flatnonzero(weak >= 0)
        brought[has] = np.maximum(brought[has], -self.spec.skill_spread)
        brought[has, weak[has]] = -self.spec.weak_size
        self.skill[who], self.ramp[who] = brought, 0.0
        planned.world.people.traits[who] = planned.traits[rows, chosen]
        self._ahead.append(join_events(planned.world, who, planned.candidates[rows, chosen]))
        self._ahead += self._lessons_of(who, decided.taught)
        self._ahead += review_events(planned.world, who, self.spec.random(66, self.month))

    def _lessons_of(self, who: I8, taught: Sequence[Sequence[int]]) -> list[Events]:
        rep = np.repeat(who, [min(len(one), MODULES_TAKEN) for one in taught])
        module = np.array([m for one in taught for m in one[:MODULES_TAKEN]], dtype=np.int64)
        place = np.concatenate([np.arange(min(len(one), MODULES_TAKEN)) for one in taught])
        start = self.spec.month_starts[self.month]
        at = start + (4 + MODULE_EVERY * place) * DAY + 15 * HOUR + module * MINUTE
        self._lessons.append((rep, module, at))
        return module_events(self.plan.world, (rep, module, at), self.spec.random(65, self.month))

    def _come(self) -> None:
        """Leads of this month; and those of the next, whose first visits may fall into this one."""
        self._came = self._next or self._drawn(self.month)
        self._next = self._drawn(self.month + 1) if self.month + 1 < self.spec.months else None

    def _drawn(self, month: int) -> Arrivals:
        rng = self.spec.random(64, month)
        came = arrivals(self.plan.world, month, rng)
        self._ahead.append(arrival_events(self.plan.world, came, rng))
        return came

    def _work(self, leads: I8) -> None:
        """The chosen leads of the month before are worked from some day of this month on."""
        rng = self.spec.random(67, self.month)
        if self._came is None or not len(leads):
            return
        rows = np.flatnonzero(np.isin(surrogate_ids("lead", self._came.number), leads))
        chosen = _some(self._came, rows)
        since = self.spec.month_starts[self.month] + (rng.random(len(rows)) * _BEGUN_WITHIN * DAY).astype(
            np.int64
        )
        cohort = worked(self._now(), chosen, (self.month, since), rng)
        self.cohorts.append(cohort)
        self._ahead.append(work_events(self._now(), cohort, rng))

    def _now(self) -> World:
        """The world with people as they are this month."""
        people = self.plan.world.people
        ramp = people.ramp.copy()
        ramp[:, self.month] = self.ramp
        attempts = np.clip(MEAN_ATTEMPTS * np.exp(self.skill[:, 0]), 1.3, 11)
        now = replace(people, skill=self.skill, ramp=ramp, mean_attempts=attempts)
        return replace(self.plan.world, people=now)

    def _grow(self, decided: Decisions) -> None:
        """What coaching and a month more have done by the end of the month."""
        best = self.spec.skill_spread
        for rep, skill in decided.coached:
            self.skill[rep, skill] += CLOSED * max(best - self.skill[rep, skill], 0.0)
        need = np.maximum(RAMP_MONTHS + self.plan.slowness - self.learned, RAMP_SHORTEST)
        here = self.plan.world.people.team[:, self.month] >= 0
        self.ramp = np.where(here, np.minimum(self.ramp + 1 / need, 1.0), self.ramp)
        end = self.spec.month_starts[self.month + 1]
        months = np.array(list(MODULES.values()))
        for who, module, at in self._lessons:
            done = (at < end) & (at >= self.spec.month_starts[self.month])
            np.add.at(self.learned, who[done], months[module[done]])

    def _told(self) -> pa.RecordBatch:
        """Interactions until the night after the month that is over; later ones wait."""
        end = self.spec.month_starts[self.month] + NIGHT
        every = joined(self._ahead)
        is_past: B1 = every.columns["at"] < end
        found = every.taken(np.flatnonzero(is_past))
        later = every.taken(np.flatnonzero(~is_past))
        self._ahead = [later.between(0, len(later))]
        found = found.taken(np.argsort(found.columns["at"], kind="stable"))
        found = found.between(0, len(found))
        return offered_batch(found, self.person_ids, np.zeros(len(found)), int(end) - 1)

    @property
    def person_ids(self) -> I8:
        """Surrogate id of each person: reps, then managers."""
        return surrogate_ids("rep", np.arange(len(self.plan.world.people.roles)))

    def aliases(self) -> pa.Table:
        """Who is who, by the end of the history."""
        return Company(self.spec, self.plan.world).aliases().cast(ALIASES)


def _some(leads: Arrivals, rows: I8) -> Arrivals:
    """The leads of these rows."""
    visits = Visits(**{name: values[rows] for name, values in vars(leads.visits).items()})
    columns = {
        name: getattr(leads, name)[rows] for name in ("number", "rep", "segment", "created", "assigned")
    }
    return Arrivals(month=leads.month, visits=visits, **columns)
