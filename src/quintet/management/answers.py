"""What the API answers about pay, contests and the organisation: the pages' figures, with their types.

Exact amounts are decimals, written as text in JSON so that no cent is lost.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.money import Money
from quintet.management.asks import contests as contests_asked
from quintet.management.asks import pay as pay_asked
from quintet.management.models.contests import Contest
from quintet.management.models.pay import PayPlan
from quintet.management.terms.contests import RULES, Behaviour, Row
from quintet.management.terms.pay import Line, PayRules, Replay, ReplayRow, Statement, Unpaid


@dataclass(frozen=True)
class StatementAnswer:
    """What a rep earned in a month, to the end of a day, with every line it adds up from."""

    rep_id: int
    name: str
    month: date
    on: date
    plan: int
    total: Money
    by_kind: dict[str, Decimal]
    signed: Decimal
    quota: Decimal | None
    attainment: Decimal | None
    assumed: int
    lines: tuple[Line, ...]
    unpaid: tuple[Unpaid, ...]


@dataclass(frozen=True)
class PayAnswer:
    """The statements of a month of those the owner of the token may see."""

    on: date
    first: date
    last: date
    plan: int | None
    total: Money | None
    undone: int
    statements: tuple[StatementAnswer, ...]


@dataclass(frozen=True)
class CustomerAnswer:
    """One customer with every line of pay it ever caused."""

    opportunity_id: int
    label: str
    rep: str
    owner: str
    signed_on: date
    cancelled_on: date | None
    mrr: Decimal | None
    amount: Decimal | None
    currency: str | None
    total: Money | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PlanAnswer:
    """A version of the commission plan, in words and in figures."""

    version: int
    valid_from: date
    is_accepted: bool
    note: str
    words: tuple[str, ...]
    rules: PayRules


@dataclass(frozen=True)
class ReplayAnswer:
    """The last year under a version beside the plan before it."""

    plan: PlanAnswer
    start: date
    end: date
    before: Money
    after: Money
    signed: Decimal
    is_first: bool
    pays_for: dict[str, tuple[Decimal, Decimal]]
    rows: tuple[ReplayRow, ...]


@dataclass(frozen=True)
class ContestAnswer:
    """A contest, and where it stands as far as the owner of the token may see."""

    id: UUID
    name: str
    team: str
    prize: str
    rule: str
    counted: str
    start: date
    end: date
    ended_on: date | None
    reason: str
    on: date | None
    is_over: bool
    is_whole: bool
    sentence: str
    rows: tuple[Row, ...]
    winners: tuple[int, ...]


@dataclass(frozen=True)
class OneContestAnswer:
    """A contest with what behaviour did around it; nothing of that while it runs or for who sees a part."""

    contest: ContestAnswer
    effect: Behaviour | None


@dataclass(frozen=True)
class EntryAnswer:
    """One record behind a rep's figure in a contest."""

    label: str | None
    happened_at: datetime | date
    mrr: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    source: str | None = None
    segment: str | None = None
    channel: str | None = None
    outcome: str | None = None
    opportunity_id: int | None = None


def pay(found: pay_asked.PayMonth) -> PayAnswer:
    """A month of pay."""
    return PayAnswer(
        on=found.on,
        first=found.first,
        last=found.last,
        plan=None if found.plan is None else found.plan.version,
        total=found.total,
        undone=found.undone,
        statements=tuple(map(statement, found.statements)),
    )


def statement(one: Statement) -> StatementAnswer:
    """One rep's month."""
    return StatementAnswer(
        rep_id=one.rep_id,
        name=one.name,
        month=one.month,
        on=one.on,
        plan=one.plan.version,
        total=one.total,
        by_kind={str(kind): amount for kind, amount in one.by_kind.items()},
        signed=one.signed,
        quota=one.quota,
        attainment=one.attainment,
        assumed=one.assumed,
        lines=one.lines,
        unpaid=one.unpaid,
    )


def customer(found: pay_asked.PaidCustomer) -> CustomerAnswer:
    """One customer that was paid for."""
    deal = found.deal
    return CustomerAnswer(
        opportunity_id=deal.opportunity_id,
        label=deal.label,
        rep=found.rep,
        owner=found.owner,
        signed_on=deal.signed_on,
        cancelled_on=deal.cancelled_on,
        mrr=deal.mrr,
        amount=deal.amount,
        currency=deal.currency,
        total=found.total,
        lines=found.lines,
    )


def plan(one: PayPlan) -> PlanAnswer:
    """A version of the plan, accepted or proposed."""
    rules = PayRules.of_json(one.rules)
    is_accepted = hasattr(one, "acceptance")
    return PlanAnswer(one.version, one.valid_from, is_accepted, one.note, rules.words, rules)


def replay(one: PayPlan, found: Replay) -> ReplayAnswer:
    """The last year under a version."""
    return ReplayAnswer(
        plan=plan(one),
        start=found.start,
        end=found.end,
        before=found.before,
        after=found.after,
        signed=found.signed,
        is_first=found.is_first,
        pays_for={str(kind): pair for kind, pair in found.pays_for.items()},
        rows=found.rows,
    )


def contest(found: contests_asked.Shown) -> ContestAnswer:
    """One contest as its page shows it; winners are named to whoever sees every row."""
    one, told = found.record, found.standing
    return ContestAnswer(
        id=one.pk,
        name=one.name,
        team=one.team,
        prize=one.prize,
        rule=RULES[found.terms.rule],
        counted=found.terms.counted,
        start=one.starts_on,
        end=one.ends_on,
        ended_on=one.ended_on,
        reason=one.reason,
        on=None if told is None else told.on,
        is_over=told is not None and told.is_over,
        is_whole=found.is_whole,
        sentence=told.sentence if told is not None and found.is_whole else "",
        rows=() if told is None else told.rows,
        winners=told.winners if told is not None and found.is_whole else (),
    )


def one_contest(facts: Facts, scope: Scope, record: Contest, on: str) -> OneContestAnswer:
    """One contest on a day, with its effect once it is over.

    Raises:
        BadInput: for a day that is none, or outside the contest and the data.
    """
    found = contests_asked.shown(facts, scope, record, on)
    return OneContestAnswer(contest(found), contests_asked.effect(facts, record) if found.is_whole else None)


def entries(facts: Facts, scope: Scope, record: Contest, rep: int, on: str) -> tuple[EntryAnswer, ...]:
    """The records behind a rep's figure.

    Raises:
        BadInput: when the rep does not take part, or his records are not the reader's to see.
    """
    rows = contests_asked.records(facts, scope, record, rep, on)
    names = [one.name for one in fields(EntryAnswer)]
    told: list[dict[str, Any]] = [{name: row.get(name) for name in names} for row in rows]
    return tuple(EntryAnswer(**one) for one in told)
