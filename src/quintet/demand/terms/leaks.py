"""Columns that know the outcome: the verdict on each, with every piece of evidence that led to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: A column is left out from this weight on; one below it, it is watched.
LEFT_OUT, WATCHED = 3, 2


class Sign(StrEnum):
    """A kind of evidence that a column was filled after the fact, or tells the time and not the lead."""

    NAME = "name"
    TIMING = "timing"
    FILL = "fill"
    PREDICTION = "prediction"
    PURE = "pure"
    MISSING = "missing"
    DERIVED = "derived"
    DATES = "dates"
    PERIOD = "belongs to the period"


@dataclass(frozen=True)
class Evidence:
    """One reason to suspect a column.

    Args:
        sign: its kind.
        weight: 1 weak, 2 suspicious with another, 3 enough alone.
        sentence: with its numbers.
    """

    sign: Sign
    weight: int
    sentence: str


@dataclass(frozen=True)
class Judgement:
    """What a person decided about a column, over the guard.

    Args:
        column: its name in the facts.
        keep: let into the score; False keeps it out.
        reason: why, in their words.
        by: who.
        on: when; None where it is not known.
    """

    column: str
    keep: bool
    reason: str
    by: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Timing:
    """When the values of one field became known; only changes that we saw happen count.

    Args:
        leads: leads with any value of the field, known at whatever time.
        late: of these, leads whose first value became known only after the hand-over.
        after_close: of these, leads whose first value became known only after they were won or lost.
        changed: leads whose value at the hand-over was replaced later.
    """

    leads: int
    late: int
    after_close: int
    changed: int


@dataclass(frozen=True)
class Column:
    """One column, judged.

    Args:
        name: in the facts.
        words: the source's own word for it, where a map renamed it; else its name.
        leads: leads with known outcome that it was tried on.
        filled: share of them with a value, 0..1.
        gain: share of the doubt about the outcome that this column alone removes on leads it had not seen
            (1 - log loss / log loss of the base rate); below 0 it misleads.
        gain_lo: lower end of its 90 % interval.
        auc: chance that it alone puts a customer above a non-customer.
        evidence: heaviest first.
        judgement: what a person decided; None where nobody did.
    """

    name: str
    words: str
    leads: int
    filled: float
    gain: float
    gain_lo: float
    auc: float
    evidence: tuple[Evidence, ...] = ()
    judgement: Judgement | None = None

    @property
    def weight(self) -> int:
        """The evidence, summed."""
        return sum(one.weight for one in self.evidence)

    @property
    def is_leak(self) -> bool:
        """Does the evidence say that it knows the outcome?"""
        return self.weight >= LEFT_OUT

    @property
    def belongs_to_the_period(self) -> bool:
        """Does it tell the calendar, and is nothing else against it?"""
        return self.is_leak and all(
            one.sign is Sign.PERIOD for one in self.evidence if one.weight >= LEFT_OUT
        )

    @property
    def is_left_out(self) -> bool:
        """Is it kept out of the score: by a person's decision, else by the evidence?"""
        return self.is_leak if self.judgement is None else not self.judgement.keep

    @property
    def is_watched(self) -> bool:
        """Suspicious, but let in."""
        return not self.is_left_out and self.weight >= WATCHED

    @property
    def title(self) -> str:
        """Both names where the source's own differs."""
        return self.words if self.words == self.name else f"{self.words} ({self.name})"


@dataclass(frozen=True)
class LeakReport:
    """The verdict on every column.

    Args:
        columns: most suspicious first.
        leads: leads with known outcome they were tried on.
        customers: of these, customers.
        later_only: columns whose values are never known at the hand-over: nothing to leave out.
    """

    columns: tuple[Column, ...]
    leads: int
    customers: int
    later_only: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[Column, ...]:
        """The columns kept out of the score."""
        return tuple(one for one in self.columns if one.is_left_out)

    @property
    def overruled(self) -> tuple[Column, ...]:
        """Columns the guard would leave out and a person let in."""
        return tuple(one for one in self.columns if one.is_leak and not one.is_left_out)

    @property
    def names_left_out(self) -> frozenset[str]:
        """Their names in the facts."""
        return frozenset(one.name for one in self.left_out)


#: column → what a person decided
Judgements = Mapping[str, Judgement]
