"""Mentors: who may learn what from whom, and whether it moved."""

from dataclasses import dataclass, field
from datetime import date

from quintet.kernel.finding import CausalGrade, Status

#: An effect is said to have moved with this probability.
SURE = 0.95


@dataclass(frozen=True)
class Seller:
    """Who may teach or learn.

    Args:
        rep_id: who.
        name: how the reader knows him.
        segment: customer type served; None when unknown.
        joined_on: None when unknown.
    """

    rep_id: int
    name: str
    segment: str | None = None
    joined_on: date | None = None


@dataclass(frozen=True)
class Lesson:
    """One skill that passes from one rep to another.

    Args:
        step: the stage in which the step ends.
        teacher_rate, teacher_should: what the teacher gives, and what such reps give of his leads, 0..1.
        learner_rate, learner_should: the same of who learns.
    """

    step: str
    teacher_rate: float
    teacher_should: float
    learner_rate: float
    learner_should: float

    @property
    def gap(self) -> float:
        """How many times as much of his due the teacher gives, less one."""
        teacher, learner = self.teacher_rate / self.teacher_should, self.learner_rate / self.learner_should
        return teacher / max(learner, 0.01) - 1.0


@dataclass(frozen=True)
class Match:
    """A pair that is proposed.

    Args:
        mentor: who teaches.
        mentee: who learns.
        lessons: what the mentor teaches, the widest gap first.
        in_return: what the mentor may learn from the mentee.
        why: one sentence.
        value: what pairs are compared by.
    """

    mentor: Seller
    mentee: Seller
    lessons: tuple[Lesson, ...]
    in_return: tuple[Lesson, ...]
    why: str
    value: float


@dataclass(frozen=True)
class PairEffect:
    """Did the mentee's rate at the step move, beyond luck, regression to the mean and everybody's drift?

    Args:
        status: speaks, hedged or silent.
        until: last day of the data.
        n_before: leads in the six months before.
        n: leads since.
        reason: why it is silent or hedged.
        tells_on: the day on which it may speak.
        expected: the rate to expect had nothing been done, 0..1.
        observed: the rate since.
        effect: observed less expected.
        effect_lo, effect_hi: ends of its 90 % interval.
        p_above: probability that it is above 0.
        peers: reps who show how rates moved without a mentor.
        grade: the pair was chosen and not drawn.
    """

    status: Status
    until: date
    n_before: int
    n: int
    reason: str = ""
    tells_on: date | None = None
    expected: float | None = None
    observed: float | None = None
    effect: float | None = None
    effect_lo: float | None = None
    effect_hi: float | None = None
    p_above: float | None = None
    peers: int = 0
    grade: CausalGrade = CausalGrade.ADJUSTED

    @property
    def has_moved(self) -> bool:
        """Moved beyond chance."""
        return self.p_above is not None and self.p_above >= SURE


@dataclass(frozen=True)
class MeanEffect:
    """What mentoring brought over all pairs.

    Args:
        pairs: how many there were.
        measured: of these, with an effect.
        points: mean effect in points of 100; None below eight measured.
        lo, hi: ends of its 90 % interval.
        grade: pairs were chosen and not drawn.
        warnings: what to keep in mind.
    """

    pairs: int
    measured: int
    points: float | None = None
    lo: float | None = None
    hi: float | None = None
    grade: CausalGrade = CausalGrade.ADJUSTED
    warnings: tuple[str, ...] = field(default=())
