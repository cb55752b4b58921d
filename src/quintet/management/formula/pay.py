"""A statement by plain arithmetic: each line is one rule applied to one customer, rounded to the cent.

Who signed a customer earns it, also when the lead belongs to somebody else by now. Commission, accelerators
and expansion follow the plan of the month they fall into; the retention bonus and the clawback follow the
plan the customer was signed under, which is what was promised then.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from quintet.calendar.periods import after_months
from quintet.management.terms.pay import (
    NOTHING,
    Deal,
    Line,
    LineKind,
    PayBook,
    PayRules,
    Person,
    PlanVersion,
    Statement,
    Unpaid,
)

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


def cents(amount: Decimal) -> Decimal:
    """To the cent, half a cent away from zero."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_day(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def statement(book: PayBook, rep_id: int, on: date) -> Statement | None:
    """What a rep earned in the month of a day, to the end of that day; None where no plan pays him.

    Args:
        book: plans, customers, quotas and people.
        rep_id: whose.
        on: the day; what happened later does not count yet.
    """
    month, person = month_of(on), person_of(book, rep_id)
    plan = book.plan_on(month)
    if plan is None:
        return None
    found = tuple(sorted(lines(book, rep_id, month, on), key=_by_day))
    signed = [deal for deal in book.of_rep.get(rep_id, ()) if month <= deal.signed_on <= on]
    if not found and not signed:
        return None
    paid = [deal for deal in signed if not _refusal(deal, person, plan.rules)]
    return Statement(
        rep_id=rep_id,
        name=person.name,
        month=month,
        on=on,
        plan=plan,
        lines=found,
        unpaid=tuple(_unpaid(signed, person, plan.rules)),
        signed=sum((_counted(deal, plan.rules) for deal in paid), NOTHING),
        quota=book.quotas.get((rep_id, month)),
        assumed=sum(deal.currency is None for deal in paid),
    )


def statements(book: PayBook, on: date, rep_ids: Iterable[int]) -> tuple[Statement, ...]:
    """The statements of those of some reps whom a plan pays in the month of a day, by name."""
    found = (statement(book, rep, on) for rep in rep_ids)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.name, one.rep_id)))


def lines(book: PayBook, rep_id: int, start: date, on: date) -> Iterator[Line]:
    """Every line of a rep from the first day of a month to the end of a day, in no order."""
    person, month = person_of(book, rep_id), start
    while month <= on:
        plan, until = book.plan_on(month), min(last_day(month), on)
        if plan is not None:
            yield from _base(person, plan, month, until)
            yield from _earned(book, person, plan, until)
        month = after_months(month, 1)
    for deal in book.of_rep.get(rep_id, ()):
        if deal.signed_on > on:
            return
        yield from _later(book, deal, person, start, on)


def paid_for(book: PayBook, deal: Deal, on: date) -> tuple[Line, ...]:
    """Every line one customer ever caused, to the end of a day, oldest first."""
    if deal.rep_id is None:
        return ()
    person = person_of(book, deal.rep_id)
    found = (*_at_signing(book, deal, person, on), *_later(book, deal, person, deal.signed_on, on))
    return tuple(sorted(found, key=_by_day))


def signed_between(book: PayBook, rep_id: int, start: date, end: date) -> Decimal:
    """What a rep signed that the plans of its months count."""
    person, total = person_of(book, rep_id), NOTHING
    for deal in book.of_rep.get(rep_id, ()):
        if start <= deal.signed_on <= end:
            plan = book.plan_on(deal.signed_on)
            if plan is not None and not _refusal(deal, person, plan.rules):
                total += _counted(deal, plan.rules)
    return total


def person_of(book: PayBook, rep_id: int) -> Person:
    """Who that is; somebody without a name where nothing is told of him."""
    return book.people.get(rep_id) or Person(rep_id, str(rep_id))


def _at_signing(book: PayBook, deal: Deal, person: Person, on: date) -> Iterator[Line]:
    """Commission and accelerators of one customer."""
    plan, until = book.plan_on(deal.signed_on), min(last_day(deal.signed_on), on)
    if plan is not None and deal.signed_on <= on:
        earned = _earned(book, person, plan, until)
        yield from (line for line in earned if line.opportunity_id == deal.opportunity_id)


def _later(book: PayBook, deal: Deal, person: Person, start: date, on: date) -> Iterator[Line]:
    """What a customer brings after signing, and what is taken back, from one day to another."""
    if deal.changes:
        yield from (line for line in _expansion(book, deal, person, on) if line.day >= start)
    promise = book.plan_on(deal.signed_on)
    if promise is None:
        return
    is_due = start <= after_months(deal.signed_on, promise.rules.retention_months) <= on
    is_gone = deal.cancelled_on is not None and start <= deal.cancelled_on <= on
    if (is_due or is_gone) and not _refusal(deal, person, promise.rules):
        if is_due:
            yield from _retention(deal, person, promise, on)
        if is_gone:
            yield from _clawback(book, deal, person, promise)


def _by_day(line: Line) -> tuple[bool, date, int, str]:
    return line.kind is not LineKind.BASE, line.day, line.opportunity_id or 0, line.kind


def _base(person: Person, plan: PlanVersion, month: date, on: date) -> Iterator[Line]:
    """The salary of the days employed so far."""
    days = _days_employed(person, month, on)
    if not days or not plan.rules.base or person.role_on(on) not in {"rep", None}:
        return
    whole = last_day(month).day
    amount = cents(plan.rules.base * days / whole)
    yield Line(LineKind.BASE, on, amount, f"{plan.rules.base:,} × {days} of {whole} days", plan.version)


def _days_employed(person: Person, month: date, on: date) -> int:
    if person.joined_on is None and month not in person.active_months:
        return 0
    first = max(month, person.joined_on or month)
    last = min(on, person.left_on or on)
    return max((last - first).days + 1, 0)


def _earned(book: PayBook, person: Person, plan: PlanVersion, on: date) -> Iterator[Line]:
    """Commission and accelerators of the customers signed in the month, in the order of signing."""
    rules, month, before = plan.rules, month_of(on), NOTHING
    quota = book.quotas.get((person.rep_id, month))
    for deal in book.of_rep.get(person.rep_id, ()):
        if month <= deal.signed_on <= on and not _refusal(deal, person, rules):
            counted = _counted(deal, rules)
            said = f"{counted:,} {rules.counted} × {rules.rate:,}"
            yield _line(LineKind.COMMISSION, deal, deal.signed_on, counted * rules.rate, said, plan)
            if quota:
                yield from _accelerated(deal, plan, quota, before, before + counted)
            before += counted


def _accelerated(
    deal: Deal, plan: PlanVersion, quota: Decimal, before: Decimal, after: Decimal
) -> Iterator[Line]:
    """What a customer brings beyond the plain rate, for the part that lies above each threshold."""
    steps = plan.rules.accelerators
    for step, following in zip(steps, (*steps, None)[1:], strict=True):
        low = max(before, quota * step.above / _HUNDRED)
        high = after if following is None else min(after, quota * following.above / _HUNDRED)
        if high > low:
            part, more = high - low, step.rate - plan.rules.rate
            said = f"{cents(part):,} above {step.above:g} % of {quota:,} × {more:,} more"
            yield _line(LineKind.ACCELERATOR, deal, deal.signed_on, part * more, said, plan)


def _expansion(book: PayBook, deal: Deal, person: Person, on: date) -> Iterator[Line]:
    """What a customer added above the most he ever paid, for whoever signed him, by the plan of the day."""
    most = deal.mrr
    for change in deal.changes:
        if most is None or change.day > on:
            return
        if change.mrr <= most:
            continue
        plan = book.plan_on(change.day)
        if plan is not None and not _refusal(deal, person, plan.rules) and _is_here(person, change.day):
            rate = plan.rules.expansion_rate
            said = f"({change.mrr:,} − {most:,}) MRR × {rate:,}"
            if rate:
                yield _line(LineKind.EXPANSION, deal, change.day, (change.mrr - most) * rate, said, plan)
        most = change.mrr


def _retention(deal: Deal, person: Person, promise: PlanVersion, on: date) -> Iterator[Line]:
    """The bonus for a customer who is still there."""
    rules = promise.rules
    due = after_months(deal.signed_on, rules.retention_months)
    stays = deal.cancelled_on is None or deal.cancelled_on > due
    if rules.retention_rate and due <= on and stays and _is_here(person, due):
        counted = _counted(deal, rules)
        said = f"{counted:,} {rules.counted} × {rules.retention_rate:,}, {rules.retention_months} months on"
        yield _line(LineKind.RETENTION, deal, due, counted * rules.retention_rate, said, promise)


def _clawback(book: PayBook, deal: Deal, person: Person, promise: PlanVersion) -> Iterator[Line]:
    """What is taken back of a customer who cancelled early."""
    rules, gone = promise.rules, deal.cancelled_on
    if gone is None or not rules.clawback_share:
        return
    if gone < after_months(deal.signed_on, rules.clawback_months) and _is_here(person, gone):
        brought = (
            *_at_signing(book, deal, person, last_day(deal.signed_on)),
            *_expansion(book, deal, person, gone),
            *_retention(deal, person, promise, gone),
        )
        paid = sum((line.amount for line in brought), NOTHING)
        said = f"−{rules.clawback_share:g} % of {paid:,} paid since {deal.signed_on:%-d %b %Y}"
        if paid:
            amount = -paid * rules.clawback_share / _HUNDRED
            yield _line(LineKind.CLAWBACK, deal, gone, amount, said, promise)


def _unpaid(signed: Iterable[Deal], person: Person, rules: PayRules) -> Iterator[Unpaid]:
    for deal in signed:
        if why := _refusal(deal, person, rules):
            yield Unpaid(deal.signed_on, deal.opportunity_id, deal.label, why)


def _refusal(deal: Deal, person: Person, rules: PayRules) -> str:
    """Why a plan does not pay for a customer; empty when it does."""
    role = person.role_on(deal.signed_on)
    if role not in {"rep", None}:
        return f"signed as {role}: the plan pays reps"
    if not _is_here(person, deal.signed_on):
        return f"signed after {person.name} had left, on {person.left_on:%-d %b %Y}"
    if getattr(deal, rules.basis) is None:
        return f"no {rules.counted} is recorded"
    if not _same_currency(deal, rules):
        return f"signed in {deal.currency}, the plan pays on {rules.currency} and converts nothing"
    return ""


def _counted(deal: Deal, rules: PayRules) -> Decimal:
    value: Decimal = getattr(deal, rules.basis)
    return value


def _same_currency(deal: Deal, rules: PayRules) -> bool:
    return deal.currency in {None, rules.currency}


def _is_here(person: Person, day: date) -> bool:
    return person.left_on is None or day <= person.left_on


def _line(kind: LineKind, deal: Deal, day: date, amount: Decimal, said: str, plan: PlanVersion) -> Line:
    return Line(kind, day, cents(amount), said, plan.version, deal.opportunity_id, deal.label)
