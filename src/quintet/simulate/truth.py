"""The planted truth of one company, in the shapes that tests and studies compare with estimates."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.kernel.errors import BadInput
from quintet.simulate.buyers import seen_by_the_end
from quintet.simulate.ids import surrogate_id
from quintet.simulate.journeys import Cohort
from quintet.simulate.market import MarketTruth
from quintet.simulate.names import person_names
from quintet.simulate.people import SKILL_STAGE, SKILLS, PeopleTruth
from quintet.simulate.spec import F8, I8
from quintet.simulate.world import DELAYS, MOST_ATTEMPTS, RATE_STEPS, World

Months = slice | I8 | None


@dataclass(frozen=True)
class Truth:
    """What is planted; `R` reps come first among the persons, months count from the start.

    Args:
        rep_ids: surrogate id of each person (reps, then managers).
        rep_names: name of each person.
        people: careers, teams, traits, skill and ramp.
        market: quality of leads by what they show.
        skill_rates: [rep, step] planted rates of a fully ramped rep on an average lead of the segment
            served last; steps are connected, qualified, demo, won.
        entered: [rep, month, step] leads by month created that entered the step before the history ended.
        chance: [rep, month, step] their planted probabilities of passing it, summed.
        passed: [rep, month, step] of those, the leads that passed it before the history ended.
        will_pass: [rep, month, step] of those, the leads that pass it sooner or later.
        leniency: points each person adds to an interview score.
        forecast_bias: [team] log of what the manager promises over what the quotas say.
        delays: name → (median days, log standard deviation), before moving into working hours.
    """

    rep_ids: I8
    rep_names: tuple[str, ...]
    people: PeopleTruth
    market: MarketTruth
    skill_rates: F8
    entered: I8
    chance: F8
    passed: I8
    will_pass: I8
    leniency: F8
    forecast_bias: F8
    delays: dict[str, tuple[float, float]]

    @property
    def weak_step(self) -> npt.NDArray[np.str_]:
        """For each rep the stage that the planted weakness lowers: connected … won, or empty."""
        return np.array(["", *SKILL_STAGE])[self.people.weak_skill + 1]

    @property
    def weak_skill(self) -> npt.NDArray[np.str_]:
        """For each rep the skill planted weak: attempts, connecting … closing, or empty."""
        return np.array(["", *SKILLS])[self.people.weak_skill + 1]

    @property
    def weak_size(self) -> F8:
        """For each rep how weak, in logits (log of the mean attempts for the skill attempts); 0 for none."""
        rows = np.arange(self.people.reps)
        return np.where(self.people.weak_skill < 0, 0.0, -self.people.skill[rows, self.people.weak_skill])

    def rates(self, stage_from: str, rep: int | I8 | None = None, months: Months = None) -> F8:
        """Mean planted probability of the next stage, over the leads that really entered `stage_from`.

        Args:
            stage_from: worked, connected, qualified or demo.
            rep: person index or indices; None for every rep.
            months: which months of creation, from 0; None for all.

        Returns:
            One rate per rep asked for; NaN where no lead entered the stage.

        Raises:
            BadInput: when there is no such stage.
        """
        if stage_from not in RATE_STEPS:
            raise BadInput(f"stage_from must be one of {', '.join(RATE_STEPS)}, got {stage_from!r}")
        step = RATE_STEPS.index(stage_from)
        chosen = slice(None) if rep is None else np.atleast_1d(rep)
        span = slice(None) if months is None else months
        entered = self.entered[chosen][:, span, step].sum(axis=1)
        with np.errstate(invalid="ignore"):
            return self.chance[chosen][:, span, step].sum(axis=1) / entered


def truth_of(world: World, cohorts: Iterable[Cohort]) -> Truth:
    """The planted truth of a company with the leads it really got."""
    counted = [_counted(world, leads) for leads in cohorts]
    entered, chance, passed, will_pass = (np.stack(part, axis=1) for part in zip(*counted, strict=True))
    persons = len(world.people.roles)
    return Truth(
        rep_ids=np.array([surrogate_id("rep", number) for number in range(persons)]),
        rep_names=tuple(person_names(np.arange(persons), world.spec.seed + 31).to_pylist()),
        people=world.people,
        market=world.market,
        skill_rates=skill_rates(world),
        entered=entered.astype(np.int64),
        chance=chance,
        passed=passed.astype(np.int64),
        will_pass=will_pass.astype(np.int64),
        leniency=world.leniency,
        forecast_bias=world.forecast_bias,
        delays=dict(DELAYS),
    )


def _counted(world: World, leads: Cohort) -> tuple[F8, F8, F8, F8]:
    """By rep and step: leads that entered, their chances, those passed by now, those that ever pass."""
    every = (leads.connected, leads.qualifying.held, leads.demo.held, leads.ending.won)
    first = np.full(len(leads.rep), leads.created.min(initial=0))
    first[leads.attempts.lead[::-1]] = leads.attempts.at[::-1]
    seen = np.stack([seen_by_the_end(world, at) for at in (first, *every)], axis=1)
    ever = np.stack([at < 2**62 for at in every], axis=1)
    inside, passed = seen[:, :-1], seen[:, 1:]
    parts = (inside, inside * leads.rates, passed, inside & ever)
    return tuple(_by_rep(world, leads.rep, part) for part in parts)  # type: ignore[return-value]


def _by_rep(world: World, rep: I8, values: npt.NDArray[np.generic]) -> F8:
    reps = world.people.reps
    return np.stack([np.bincount(rep, values[:, step], reps) for step in range(values.shape[1])], axis=1)


def skill_rates(world: World) -> F8:
    """[rep, step] rates of a fully ramped rep on a lead of average quality in the segment served last."""
    people = world.people
    last = np.array([team[team >= 0][-1] for team in people.team])
    segment = people.segment_of_team[last]
    odds = world.odds[segment] + people.skill[:, 2:]
    return np.column_stack([_reach(world, segment), 1 / (1 + np.exp(-odds))])


def _reach(world: World, segment: I8) -> F8:
    """Chance to reach an average lead: the mixed hazard over the planted number of attempts."""
    people = world.people
    means = 1 / (1 + np.exp(-world.hazard[segment] - people.skill[:, [1]]))
    mixed = (means * np.column_stack([people.call_share, 1 - people.call_share])).sum(axis=1)
    number = np.arange(MOST_ATTEMPTS)
    kappa = world.kappa[segment][:, None]
    silence = np.cumprod(1 - mixed[:, None] * kappa / (kappa + number), axis=1)
    return 1 - (_attempt_weights(people.mean_attempts) * silence).sum(axis=1)


def _attempt_weights(mean_attempts: F8) -> F8:
    """[rep, n - 1] chance that a lead is given up after n attempts: 1 + a capped Poisson count."""
    number = np.arange(MOST_ATTEMPTS)
    factorial = np.cumprod(np.maximum(number, 1)).astype(float)
    weights = np.exp(-(mean_attempts[:, None] - 1)) * (mean_attempts[:, None] - 1) ** number / factorial
    weights[:, -1] += 1 - weights.sum(axis=1)
    return weights
