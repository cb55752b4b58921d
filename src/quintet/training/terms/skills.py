"""What each rep converts at each step, beside what such reps convert: the field's word on a skill."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from quintet.kernel.finding import Status

#: A rep is weak (or strong) at a step with this probability, and this far from such reps.
SURE = 0.90
FAR = 0.10


@dataclass(frozen=True)
class RepSkill:
    """One rep at one step. Rates are of the leads he got, 0..1.

    Args:
        rep_id: who.
        n: leads that came to the step in the time looked at.
        converted: of these, so far.
        rate: to expect of him, luck taken out.
        lo, hi: ends of its 90 % interval.
        should: what such reps convert of leads like his: what he should give.
        p_below: probability that he is below such reps.
        own: log-odds of his rate on equal leads by his leads alone, no luck taken out.
        own_error: its standard error.
    """

    rep_id: int
    n: int
    converted: int
    rate: float
    lo: float
    hi: float
    should: float
    p_below: float
    own: float
    own_error: float

    @property
    def is_weak(self) -> bool:
        """Surely below what such reps convert, and by more than a tenth of it."""
        return self.p_below >= SURE and self.rate <= (1.0 - FAR) * self.should

    @property
    def is_strong(self) -> bool:
        """Surely above, and by more than a tenth."""
        return self.p_below <= 1.0 - SURE and self.rate >= (1.0 + FAR) * self.should

    @property
    def is_level(self) -> bool:
        """Not below a tenth under such reps, by the interval: he gives what he should."""
        return self.lo >= (1.0 - FAR) * self.should


@dataclass(frozen=True)
class StepSkills:
    """One step: everybody with enough leads there, or why nothing is said.

    Args:
        step: the stage it ends in.
        status: of the step.
        reason: why it is silent or hedged.
        reps: in the order of their ids; those with too few leads are left out.
        peers: rate of such reps, 0..1.
        tells_on: the day on which there are enough leads, by their present flow.
    """

    step: str
    status: Status
    reason: str = ""
    reps: tuple[RepSkill, ...] = ()
    peers: float | None = None
    tells_on: date | None = None

    @cached_property
    def by_rep(self) -> dict[int, RepSkill]:
        """Rep → his skill."""
        return {one.rep_id: one for one in self.reps}


@dataclass(frozen=True)
class SkillBook:
    """All steps.

    Args:
        as_of: last day of the data.
        since: first day of the leads that count.
        steps: in the order of the funnel.
    """

    as_of: date
    since: date
    steps: tuple[StepSkills, ...]

    @cached_property
    def by_step(self) -> dict[str, StepSkills]:
        """Step → its skills."""
        return {one.step: one for one in self.steps}
