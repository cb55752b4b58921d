"""How alike the people of a class come out of an exam, beside those of earlier classes."""

from dataclasses import dataclass
from datetime import date

#: So probable, and a class is said to come out more alike, or less.
SURE = 0.95


@dataclass(frozen=True)
class ClassScores:
    """First attempts of the people of a class at one exam.

    Args:
        name: of the class.
        starts_on: its first day.
        scores: of each person the share right, 0..1.
    """

    name: str
    starts_on: date
    scores: tuple[float, ...]


@dataclass(frozen=True)
class ClassSpread:
    """How far the scores of a class lie apart. Without a deviation it is too thin to say.

    Args:
        name: of the class.
        n: people who sat the exam.
        mean: share right, 0..1.
        deviation: standard deviation of the shares.
        lo: lower end of its 90 % interval.
        hi: upper end.
        reason: why there is none.
    """

    name: str
    n: int
    mean: float | None = None
    deviation: float | None = None
    lo: float | None = None
    hi: float | None = None
    reason: str = ""

    @property
    def points(self) -> float:
        """The deviation in points of a hundred."""
        return 100 * (self.deviation or 0.0)

    @property
    def points_lo(self) -> float:
        """Lower end of its interval."""
        return 100 * (self.lo or 0.0)

    @property
    def points_hi(self) -> float:
        """Upper end."""
        return 100 * (self.hi or 0.0)


@dataclass(frozen=True)
class ExamConsistency:
    """A class at one exam, and the classes before it.

    Args:
        exam: its name.
        own: the class.
        earlier: classes that started before, newest first.
        p_wider: probability that this class lies further apart than those before; None where too thin.
    """

    exam: str
    own: ClassSpread
    earlier: tuple[ClassSpread, ...]
    p_wider: float | None = None

    @property
    def rows(self) -> tuple[ClassSpread, ...]:
        """The class, then those before it."""
        return (self.own, *self.earlier)

    @property
    def sentence(self) -> str:
        """What may be said of it."""
        if self.own.deviation is None:
            return f"{self.own.reason[:1].upper()}{self.own.reason[1:]}."
        said = f"Scores lie {100 * self.own.deviation:.0f} points apart"
        if self.p_wider is None:
            return f"{said}; there is no earlier class large enough to compare with."
        if self.p_wider >= SURE:
            return f"{said}: less alike than in earlier classes."
        if self.p_wider <= 1 - SURE:
            return f"{said}: more alike than in earlier classes."
        return f"{said}, not told apart from earlier classes."
