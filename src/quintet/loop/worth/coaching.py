"""What the proposed skill brought: reps coached on it, beside what their past and their peers let expect."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quintet.calendar.periods import Period, month_number
from quintet.kernel.errors import NotEnoughData
from quintet.loop.worth.gained import Gained, RepMonths
from quintet.loop.worth.terms import About, Amount, Evidence
from quintet.stats.sure_sums import Sure, added, multiplied, of_ends, together

ABOUT = About(
    key="coaching",
    title="One skill to coach",
    evidence=Evidence.COMPARED,
    baseline="the same reps without a plan, as their own past, luck taken out, and their peers let expect",
    fooled=(
        "Managers chose whom to coach, and a pick of their own might have brought as much. Whatever else "
        "began with a plan, such as better leads than their kinds tell, counts as coaching."
    ),
)
_MONTH_DAYS = 30.4375


@dataclass(frozen=True)
class Coached:
    """One plan at the skill that was proposed, measured.

    Args:
        rep_id: whose.
        step: that was coached.
        opened_on: the first day.
        until: the last day that was measured.
        monthly: customers a month more than was to be expected.
        peers: reps without a plan there, who show what was to be expected.
    """

    rep_id: int
    step: str
    opened_on: date
    until: date
    monthly: Amount
    peers: int

    @property
    def days(self) -> Iterable[date]:
        """Every day that was measured."""
        return (self.opened_on + timedelta(days=at) for at in range((self.until - self.opened_on).days + 1))


@dataclass(frozen=True, eq=False)
class CoachingPart:
    """The one skill to coach.

    Args:
        plans: measured ones that took the proposed skill.
        waiting: others that took it and are not measured yet.
        tells_on: when the first of those may be.
        own: measured plans at a skill the manager chose instead: not the formula's.
        price: monthly revenue of a customer; None where it is not known in one currency.
        taken: months of reps that count for another formula.
    """

    plans: Sequence[Coached]
    waiting: int
    tells_on: date | None
    own: int
    price: Sure | None
    taken: RepMonths = frozenset()
    about: About = ABOUT

    @property
    def since(self) -> date | None:
        """The first plan."""
        return min((one.opened_on for one in self.plans), default=None)

    def over(self, span: Period) -> Gained:
        """Customers more of leads that came to the coached step in these days.

        Plans at one step are held against the same peers, and so err together by one part in so many peers
        and one; plans at different steps do not.

        Raises:
            NotEnoughData: while no plan was measured in these days.

        Source: docs/loop/worth.md#one-skill-to-coach
        """
        months = {one: self._months(one, span) for one in self.plans}
        counted = [one for one in self.plans if months[one]]
        if not counted:
            raise NotEnoughData(self._missing(), unit="measured plans", expected_on=self.tells_on)
        steps = sorted({one.step for one in counted})
        by_step = [_of_step([one for one in counted if one.step == step], months) for step in steps]
        customers = added(by_step)
        waits = f"{self.waiting} more plans are not measured yet" if self.waiting else ""
        return Gained(
            customers=customers,
            mrr=multiplied(customers, self.price) if self.price else None,
            n=len(counted),
            of="coached reps",
            told_of=len(counted),
            note=waits,
        )

    def _months(self, one: Coached, span: Period) -> float:
        mine = (day for day in one.days if day in span)
        return sum((one.rep_id, month_number(day)) not in self.taken for day in mine) / _MONTH_DAYS

    def _missing(self) -> str:
        if self.plans:
            return "no plan at a proposed skill was followed in these days"
        if self.waiting:
            return f"{self.waiting} plans at a proposed skill are not measured yet"
        own = f"; {self.own} are at a skill of the manager's own choice" if self.own else ""
        return f"no plan took a proposed skill yet{own}"


def _of_step(plans: Sequence[Coached], months: Mapping[Coached, float]) -> Sure:
    """What plans at one step brought: each effect is the rep's own error less the mean of the peers'."""
    each = [of_ends(one.monthly.value, one.monthly.lo, one.monthly.hi).times(months[one]) for one in plans]
    return together(each, max(1.0 / (1.0 + one.peers) for one in plans))
