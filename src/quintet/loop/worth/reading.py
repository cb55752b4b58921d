"""Facts and decisions in, each formula's part out. Every month of a rep counts for one formula alone."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from quintet.calendar.periods import Grain
from quintet.demand.metrics.routings import read_drawn
from quintet.facts.published import Facts
from quintet.hiring.asks.worth import hires_by_index
from quintet.kernel.errors import NotEnoughData
from quintet.loop.worth.coaching import Coached, CoachingPart
from quintet.loop.worth.gained import Part, RepMonths, months_of
from quintet.loop.worth.hires import ABOUT as HIRES
from quintet.loop.worth.hires import HiresPart
from quintet.loop.worth.orders import OrderPart
from quintet.loop.worth.people import Months
from quintet.loop.worth.reading_orders import hires_in_orders, read_orders
from quintet.loop.worth.score import ScorePart
from quintet.loop.worth.silent import SilentPart
from quintet.loop.worth.summing import periods_of
from quintet.loop.worth.terms import Amount, Worth
from quintet.management.asks.coaching import effect_of
from quintet.management.formula.one_skill import Signed
from quintet.management.metrics.coaching import signed_customers
from quintet.management.metrics.targets import currency_of
from quintet.management.models.coaching import CoachingPlan
from quintet.management.terms.coaching import Effect
from quintet.stats.sure_sums import Sure, of_error

#: As many degrees of freedom as make Student's t normal.
_MANY = 1e6


def read_worth(facts: Facts, grain: Grain) -> Worth:
    """What the formulas in use were worth, period by period.

    Args:
        facts: a published version; tables made at first ask are read, so call this in the worker.
        grain: how long a period is.

    Raises:
        NotEnoughData: when no row has a date.
    """
    if facts.as_of is None:
        raise NotEnoughData("no row has a date: load a CRM export first", unit="dated rows")
    as_of = facts.as_of.date()
    currency = currency_of(facts)
    parts = read_parts(facts, currency)
    since = min((one.since for one in parts if one.since), default=None)
    return Worth(as_of, since, currency, facts.version, periods_of(parts, as_of, grain))


def read_parts(facts: Facts, currency: str) -> tuple[Part, ...]:
    """Each formula's part, in the order of the house.

    A hire's month while drawn orders differ counts for the order of modules; of the other months, one with a
    plan that is measured counts for the coached skill; only what is left counts for the hiring index.
    """
    assert facts.as_of is not None  # noqa: S101 -- whoever reads has refused
    as_of = facts.as_of.date()
    drawn = frozenset(hires_in_orders())
    coached = read_coaching(facts, currency, drawn)
    taken = drawn | frozenset(_coached_months(coached.plans))
    return (
        _hires(facts, currency, taken),
        OrderPart(read_orders(facts), is_money=bool(currency)),
        coached,
        ScorePart(read_drawn(facts), as_of, currency),
    )


def read_coaching(facts: Facts, currency: str, taken: RepMonths) -> CoachingPart:
    """Every plan, measured or not."""
    plans = list(CoachingPlan.objects.all())
    effects = [(one, effect_of(one.result)) for one in plans]
    follows = [(one, effect) for one, effect in effects if one.follows_the_proposal]
    measured = [told for one, effect in follows if effect and (told := _coached(one, effect))]
    waiting = [effect for _, effect in follows if effect is None or effect.customers is None]
    days = [effect.tells_on for effect in waiting if effect and effect.tells_on]
    own = sum(
        bool(effect and effect.customers is not None)
        for one, effect in effects
        if not one.follows_the_proposal
    )
    price = _price(facts) if currency else None
    return CoachingPart(measured, len(waiting), min(days, default=None), own, price, taken)


def _coached(plan: CoachingPlan, told: Effect) -> Coached | None:
    if told.customers is None or told.customers_lo is None or told.customers_hi is None:
        return None
    monthly = Amount(told.customers, told.customers_lo, told.customers_hi)
    return Coached(plan.rep_id, plan.step, plan.opened_on, told.until, monthly, told.peers)


def _coached_months(plans: Iterable[Coached]) -> Iterator[tuple[int, int]]:
    for one in plans:
        yield from months_of(one.rep_id, one.opened_on, one.until)


def _price(facts: Facts) -> Sure | None:
    """What a customer of the last year pays a month; None where nothing of it is known."""
    assert facts.as_of is not None  # noqa: S101 -- whoever reads has refused
    told = signed_customers(facts, facts.as_of + timedelta(days=1))
    if len({one.currency for one in told}) != 1:
        return None
    return _mean(told)


def _mean(told: Iterable[Signed]) -> Sure:
    rows = list(told)
    n = sum(one.customers for one in rows)
    mean = sum(one.customers * one.mean for one in rows) / n
    error = sum((one.customers * one.error) ** 2 for one in rows) ** 0.5 / n
    return of_error(mean, error, _MANY)


def _hires(facts: Facts, currency: str, taken: RepMonths) -> Part:
    try:
        told = hires_by_index(facts, taken)
    except NotEnoughData as missing:
        return SilentPart(HIRES, missing)
    months = Months(told.is_by_index, told.month, told.customers, told.due, told.mrr, told.due_mrr)
    return HiresPart(months, is_money=bool(currency))
