"""What shortens the ramp: reps on their way to quota, and what each module did for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quintet.facts.careers import Ending
from quintet.kernel.finding import CausalGrade, Status

#: With fewer events to be expected with a module, or without it, its effect is not told.
FEWEST_EVENTS = 10
#: With fewer events a module that is to be told apart, none is told: with so few, estimates lie too far out.
FEWEST_EACH = 3
#: With fewer events in all it is hedged: a ratio of 1.8 would be missed in one case of four or more.
ENOUGH_EVENTS = 80
#: The ratio that should be found four times in five, by which what is needed is said.
WORTH_FINDING = 1.8
#: Of the modules said to matter, so many may be chance.
FALSE_SHARE = 0.10
#: And of each it must be so probable, all modules seen together, on which side of 1 it lies.
SURE = 0.90
LEVEL = 0.90
#: Months a prediction reaches.
HORIZON = 24


@dataclass(frozen=True)
class RampRep:
    """One rep on the way to the first month at quota.

    Args:
        rep_id: who.
        joined: first day of the month of joining, which is month 1.
        months: watched: to the first month at quota, or as far as there is.
        ending: reached, left, or still ramping.
        done: module → month since joining in which it was finished; 1 or less counts from the first day on.
        supply: leads beside the average rep of the same month, as a logarithm, of months 1, 2 …; months
            beyond its end count as average.
        score: before hire, in standard deviations from the average; None where nobody scored.
    """

    rep_id: int
    joined: date
    months: int
    ending: Ending
    done: Mapping[str, int]
    supply: tuple[float, ...] = ()
    score: float | None = None


@dataclass(frozen=True)
class Span:
    """A number with its 90 % interval; an end that nobody can say is None."""

    value: float
    lo: float | None
    hi: float | None


@dataclass(frozen=True)
class ModuleEffect:
    """What a module did to the chance of making quota in a month, adjusted.

    Args:
        module: its key.
        status: speaks, hedged or silent.
        reason: why it does not speak, and what it would need.
        finished: reps who finished it before their first month at quota.
        events_with: first months at quota of reps who had finished it before.
        events_without: of reps who had not.
        due_with: how many there would have been with it, if it did nothing.
        due_without: without it.
        ratio: hazard ratio, adjusted; None where silent.
        pulled: the same after all modules were pulled towards 1 by how little they differ.
        p_helps: probability that the ratio is above 1; None where silent.
        saved: months earlier at which half of those who stay are at quota, from the pulled ratio; None where
            half never are.
        q_value: of the test that it does nothing, corrected for the number of modules; 1 where silent.
        is_claimed: it may be said that it matters: q_value at most .10, and its side of 1 is 90 % sure. Of
            these at most one in ten is chance.
        reps_needed: so many reps would show a ratio of 1.8 four times in five; None where nobody can say.
        expected_on: when there will be so many, at the pace of the last year; None beyond five years.
        grade: how far it may be read as cause.
    """

    module: str
    status: Status
    reason: str
    finished: int
    events_with: int
    events_without: int
    due_with: float
    due_without: float
    ratio: Span | None = None
    pulled: Span | None = None
    p_helps: float | None = None
    saved: Span | None = None
    q_value: float = 1.0
    is_claimed: bool = False
    reps_needed: int | None = None
    expected_on: date | None = None
    grade: CausalGrade = CausalGrade.ADJUSTED

    @property
    def helps(self) -> bool:
        """It is said to shorten the ramp."""
        return self.is_claimed and self.ratio is not None and self.ratio.value > 1.0

    @property
    def harms(self) -> bool:
        """It is said to go with a longer ramp."""
        return self.is_claimed and self.ratio is not None and self.ratio.value < 1.0


@dataclass(frozen=True)
class Weight:
    """What one thing moves the log hazard by, with its 90 % interval."""

    name: str
    value: float
    lo: float
    hi: float


@dataclass(frozen=True)
class RampFormula:
    """What a rep's chance of making quota in a month is made of; frozen once fitted.

    Args:
        until: only months before this day were seen.
        reps: on their way, or there.
        events: first months at quota.
        left: who left before.
        baseline: log hazard of months 1, 2 … of the newest class, average leads and score, no module.
        newest: first month of the newest class.
        trend: change of the log hazard a year of joining.
        classes: by how much each quarter's class lies off the trend.
        supply: of leads.
        score: of the score before hire; None where too few have one.
        modules: of each module, pulled, as predictions use it.
        effects: what is said of each.
    """

    until: date
    reps: int
    events: int
    left: int
    baseline: tuple[float, ...]
    newest: date
    trend: Weight
    classes: tuple[Weight, ...]
    supply: Weight
    score: Weight | None
    modules: tuple[Weight, ...]
    effects: tuple[ModuleEffect, ...]


@dataclass(frozen=True)
class PlainCurve:
    """The naive answer: every rep ramps like all reps so far.

    Args:
        until: only months before this day were seen.
        reps: counted.
        events: first months at quota.
        chances: share of those still on their way who make it in month 1, 2 …; the last goes on.
    """

    until: date
    reps: int
    events: int
    chances: tuple[float, ...]
