"""Read-only questions about pay, scoped to who asks: statements, what a customer paid for, a replay."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from django.db.models import QuerySet

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.money import Money
from quintet.management.formula import pay as formula
from quintet.management.formula.pay_replay import replay as replayed
from quintet.management.metrics.pay import newest_day, read_book
from quintet.management.models.pay import PayPlan
from quintet.management.terms.pay import (
    NOTHING,
    Deal,
    Line,
    PayBook,
    PayRules,
    PlanVersion,
    Replay,
    Statement,
)

_REMEMBERED = 4


@dataclass(frozen=True)
class PayMonth:
    """The statements of a month as they stood at the end of a day.

    Args:
        on: the day.
        first: the first day that may be asked about.
        last: the newest day of the data.
        plan: the version of the month; None where none held yet.
        statements: of those the reader may see, by name.
        undone: customers nobody is credited with; told to those who see everybody.
    """

    on: date
    first: date
    last: date
    plan: PlanVersion | None
    statements: tuple[Statement, ...]
    undone: int = 0

    @property
    def total(self) -> Money | None:
        """What these reps earned together; None where nobody is paid."""
        if self.plan is None or not self.statements:
            return None
        return sum((one.total for one in self.statements), Money(NOTHING, self.plan.rules.currency))


@dataclass(frozen=True)
class PaidCustomer:
    """One customer, and every line it ever caused.

    Args:
        deal: the customer.
        rep: who signed it.
        owner: who owns the lead now.
        lines: oldest first.
        total: their sum; None where no plan paid.
    """

    deal: Deal
    rep: str
    owner: str
    lines: tuple[Line, ...]
    total: Money | None


def book(facts: Facts, plans: tuple[PlanVersion, ...]) -> PayBook:
    """Everything statements are counted from; read once per version of the facts."""
    return replace(_read(facts), plans=plans)


def pay_month(facts: Facts, scope: Scope, plans: tuple[PlanVersion, ...], on: str = "") -> PayMonth:
    """The statements of a month, to the end of a day; the newest day when left out.

    Raises:
        BadInput: for a day that is none, or lies outside the plans and the data.
        NotEnoughData: when no row has a date.
    """
    last = today(facts)
    known = book(facts, plans)
    first = min([last, *(plan.valid_from for plan in plans[:1])])
    day = _day(on, first, last)
    reps = [rep for rep in {*known.people, *known.of_rep} if scope.sees(rep)]
    nobodys = sum(
        deal.rep_id is None and formula.month_of(day) <= deal.signed_on <= day for deal in known.deals
    )
    return PayMonth(
        on=day,
        first=first,
        last=last,
        plan=known.plan_on(formula.month_of(day)),
        statements=formula.statements(known, day, reps),
        undone=nobodys if scope.rep_ids is None else 0,
    )


def plan_versions(*, reviews: bool) -> QuerySet[PayPlan]:
    """Every version of the plan, newest first; proposals for those alone who judge them."""
    every = PayPlan.objects.select_related("proposed_by", "acceptance__accepted_by")
    return every if reviews else every.filter(acceptance__isnull=False)


def rep_statement(
    facts: Facts, scope: Scope, plans: tuple[PlanVersion, ...], rep_id: int, on: str = ""
) -> Statement:
    """One rep's statement of a month, to the end of a day.

    Raises:
        BadInput: when it is not the reader's to see, or there is none.
    """
    if not scope.sees(rep_id):
        raise BadInput(f"the statement of rep {rep_id} is not yours to see: open your own")
    found = pay_month(facts, Scope(frozenset({rep_id})), plans, on)
    if not found.statements:
        raise BadInput(f"no plan paid rep {rep_id} in {found.on:%B %Y}: choose another month")
    return found.statements[0]


def paid_customer(
    facts: Facts, scope: Scope, plans: tuple[PlanVersion, ...], opportunity_id: int
) -> PaidCustomer:
    """One customer with every line it ever caused; for the rep who signed it and those above.

    Raises:
        BadInput: when there is no such customer, or its statement is not the reader's to see.
    """
    known = book(facts, plans)
    deal = next((one for one in known.deals if one.opportunity_id == opportunity_id), None)
    if deal is None or deal.rep_id is None or not scope.sees(deal.rep_id):
        msg = f"customer {opportunity_id} is none that you are paid for: open one from a statement"
        raise BadInput(msg)
    lines = formula.paid_for(known, deal, today(facts))
    owner = deal.owner_id if deal.owner_id is not None else deal.rep_id
    currency = plans[0].rules.currency if plans else None
    return PaidCustomer(
        deal=deal,
        rep=formula.person_of(known, deal.rep_id).name,
        owner=formula.person_of(known, owner).name,
        lines=lines,
        total=Money(sum((line.amount for line in lines), NOTHING), currency) if currency else None,
    )


def replay(facts: Facts, scope: Scope, plans: tuple[PlanVersion, ...], rules: PayRules) -> Replay:
    """The last year under a plan beside the newest of `plans`, for the reps the reader may see.

    Raises:
        NotEnoughData: when no month with customers is over yet.
        BadInput: when the plan pays in another currency than the one in force.
    """
    return replayed(book(facts, plans), rules, today(facts), scope.rep_ids)


def open_book(facts: Facts) -> None:
    """Read the customers of a version before anybody asks: the changes of their MRR take a while."""
    _read(facts)


def today(facts: Facts) -> date:
    """The newest day of the data on the team's wall calendar.

    Raises:
        NotEnoughData: when no row has a date.
    """
    found = newest_day(facts, facts.manifest.zone)
    if found is None:
        raise NotEnoughData("no row has a date, so nothing can be paid: map a date column", unit="dated rows")
    return found


_books: OrderedDict[str, PayBook] = OrderedDict()
_lock = Lock()


def _read(facts: Facts) -> PayBook:
    key = facts.manifest.text()
    with _lock:
        if key not in _books:
            _books[key] = read_book(facts, (), facts.manifest.zone)
            while len(_books) > _REMEMBERED:
                _books.popitem(last=False)
        return _books[key]


def _day(text: str, first: date, last: date) -> date:
    try:
        day = date.fromisoformat(text) if text else last
    except ValueError:
        raise BadInput(f"a day is written 2026-03-31, got {text!r}") from None
    if not first <= day <= last:
        raise BadInput(f"the day must lie in {first} to {last}, where a plan and the data are, got {day}")
    return day
