"""What the score is worth, by the leads held out of it: who was drawn, what became of them."""

from dataclasses import dataclass
from datetime import date

from quintet.demand.terms.examples import B1, F8, I8, M8
from quintet.kernel.finding import Finding


@dataclass(frozen=True, eq=False)
class Drawn:
    """Leads that were drawn into the score or out of it, and what became of them; one entry a lead.

    Args:
        handed_at: [n] given to sales, else known.
        observed_days: [n] days from then to the newest instant known.
        won_days: [n] days from then to the sale; NaN where there was none.
        is_worked: [n] somebody worked it.
        is_held: [n] held out of the score.
        share: [n] chance it had of that.
        p: [n] what the score said at the draw.
        is_ready: [n] at or above the sales-ready line then, 1 or 0; NaN where none was stated.
        revenue: [n] monthly revenue signed; 0 for no customer.
        currency: of the revenue; empty where none is known.
        segment: [n] position in `segments`.
        segments: what leads are told apart by.
    """

    handed_at: M8
    observed_days: F8
    won_days: F8
    is_worked: B1
    is_held: B1
    share: F8
    p: F8
    is_ready: F8
    revenue: F8
    currency: str
    segment: I8
    segments: tuple[str, ...]

    def __len__(self) -> int:
        """How many leads."""
        return len(self.share)


@dataclass(frozen=True)
class WorthArm:
    """One side of the lot.

    Args:
        drawn: leads drawn into it so far.
        matured: of these, as old as the horizon.
        customers: of the matured, customers within the horizon.
        rate: customers per 100 matured leads, as if the arm had drawn leads like all; None while silent.
        lo: lower end of its 90 % interval.
        hi: upper end.
        worked: share of the matured that was worked, 0..1; None before any matured.
    """

    drawn: int
    matured: int
    customers: int
    rate: float | None
    lo: float | None
    hi: float | None
    worked: float | None


@dataclass(frozen=True)
class Compliance:
    """Was the list followed? Of matured leads by score, the share worked.

    Args:
        above: of those the score recommended, share worked; None without any.
        above_leads: how many they are.
        below: of the others.
        below_leads: how many.
        by_line: recommended means sales-ready; else the better half by score, as no line was stated.
    """

    above: float | None
    above_leads: int
    below: float | None
    below_leads: int
    by_line: bool


@dataclass(frozen=True)
class Watched:
    """The same comparison judged at every look.

    Args:
        lo: lower end of the difference, customers per 100 leads; holds for all looks together at 95 %.
        hi: upper end.
        looks: weeks looked at.
        shown_on: the end of the week in which a difference was first shown; None while none was.
    """

    lo: float
    hi: float
    looks: int
    shown_on: date | None


@dataclass(frozen=True)
class Explored:
    """What is known of a segment without the score's choice.

    Args:
        segment: which.
        drawn: leads drawn, old enough to have been worked.
        held: of these, held out.
        worked: of the held-out ones, worked.
        effective: evenly weighted leads that would say as much as those.
        is_thin: fewer than 30: of leads the score does not recommend here, little is known.
    """

    segment: str
    drawn: int
    held: int
    worked: int
    effective: float
    is_thin: bool


@dataclass(frozen=True)
class Worth:
    """What the score is worth.

    Args:
        finding: customers per 100 leads by score, minus as they come.
        revenue: the same in monthly revenue per 100 leads; None where none is known.
        by_score: leads the score decided on.
        held: leads held out of it.
        compliance: was the list followed?
        watched: judged at every look; None while silent.
        explored: by segment, thinnest first.
        reading: the answer in one sentence.
    """

    finding: Finding
    revenue: Finding | None
    by_score: WorthArm
    held: WorthArm
    compliance: Compliance
    watched: Watched | None
    explored: tuple[Explored, ...]
    reading: str
