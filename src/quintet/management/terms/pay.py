"""Pay: the rules of a commission plan, what they are counted on, and the lines of a statement."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from quintet.kernel.errors import BadInput
from quintet.kernel.money import Money

NOTHING = Decimal(0)
BASES = {"mrr": "MRR", "amount": "value"}
_MOST_ACCELERATORS = 6


class LineKind(StrEnum):
    """What a line of a statement pays for."""

    BASE = "base"
    COMMISSION = "commission"
    ACCELERATOR = "accelerator"
    EXPANSION = "expansion"
    RETENTION = "retention"
    CLAWBACK = "clawback"


@dataclass(frozen=True)
class Accelerator:
    """A higher rate for what is signed above a share of the quota; what lies below keeps its own.

    Args:
        above: attainment in per cent from which it counts, e.g. 100.
        rate: commission for each 1.00 signed above it, in place of the rates below.
    """

    above: Decimal
    rate: Decimal


@dataclass(frozen=True)
class PayRules:
    """What a plan pays, each rate for 1.00 of money.

    Args:
        currency: of every amount, ISO 4217; money in another is not paid by the plan, nor converted.
        base: salary a month.
        rate: commission for each 1.00 signed in the month.
        basis: what is counted as signed, "mrr" or "amount".
        accelerators: higher rates above attainments, lowest first.
        expansion_rate: for each 1.00 of MRR a customer adds above the most he ever paid.
        retention_rate: for each 1.00 signed, when the customer is still there after `retention_months`.
        retention_months: months after signing.
        clawback_share: per cent of what was paid for a customer that is taken back if he cancels early.
        clawback_months: early: before so many months after signing are over.
    """

    currency: str
    base: Decimal
    rate: Decimal
    basis: str = "mrr"
    accelerators: tuple[Accelerator, ...] = ()
    expansion_rate: Decimal = NOTHING
    retention_rate: Decimal = NOTHING
    retention_months: int = 12
    clawback_share: Decimal = NOTHING
    clawback_months: int = 6

    def __post_init__(self) -> None:
        """Refuse a rule that nobody could be paid by."""
        Money(NOTHING, self.currency)
        if self.basis not in BASES:
            raise BadInput(f"a plan counts {' or '.join(BASES)}, got {self.basis!r}")
        _require("base salary", self.base, 0, 10_000_000)
        for name in ("rate", "expansion_rate", "retention_rate"):
            _require(name.replace("_", " "), getattr(self, name), 0, 100)
        _require("share taken back in per cent", self.clawback_share, 0, 100)
        _require("months to the retention bonus", self.retention_months, 1, 36)
        _require("months of clawback", self.clawback_months, 1, 36)
        _require_rising(self)

    @property
    def counted(self) -> str:
        """What is signed, in a word: MRR or value."""
        return BASES[self.basis]

    @property
    def words(self) -> tuple[str, ...]:
        """The plan aloud, a sentence each."""
        return tuple(_words(self))

    def as_json(self) -> dict[str, Any]:
        """As the record and the ledger keep it: money as text, to the last digit."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        told = {name: str(value) if isinstance(value, Decimal) else value for name, value in told.items()}
        steps = [{"above": str(one.above), "rate": str(one.rate)} for one in self.accelerators]
        return told | {"accelerators": steps}

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "PayRules":
        """From what `as_json` wrote."""
        steps = tuple(
            Accelerator(Decimal(one["above"]), Decimal(one["rate"])) for one in told["accelerators"]
        )
        exact = ("base", "rate", "expansion_rate", "retention_rate", "clawback_share")
        return cls(**{**told, "accelerators": steps, **{name: Decimal(told[name]) for name in exact}})


@dataclass(frozen=True)
class PlanVersion:
    """An accepted version: it holds from its first month until a later one does."""

    version: int
    valid_from: date
    rules: PayRules


@dataclass(frozen=True)
class MrrChange:
    """From this day on a customer paid so much a month."""

    day: date
    mrr: Decimal


@dataclass(frozen=True)
class Deal:
    """One customer as pay counts it.

    Args:
        opportunity_id: what was won.
        label: the customer in words.
        rep_id: who signed it, also when somebody else owns the lead now; None for nobody known.
        signed_at: UTC without a zone.
        signed_on: the day on the team's wall calendar.
        mrr: monthly recurring revenue at signing; None when none is recorded.
        amount: value at signing; None when none is recorded.
        currency: of both; None when none is recorded: then that of the plan.
        cancelled_on: the day the customer left; None while he stays.
        changes: of the MRR, oldest first.
        lead_id: its lead.
        owner_id: who owns the lead now.
    """

    opportunity_id: int
    label: str
    rep_id: int | None
    signed_at: datetime
    signed_on: date
    mrr: Decimal | None
    amount: Decimal | None
    currency: str | None = None
    cancelled_on: date | None = None
    changes: tuple[MrrChange, ...] = ()
    lead_id: int | None = None
    owner_id: int | None = None


@dataclass(frozen=True)
class PersonSpell:
    """From `since` on a person had this role, until the next spell."""

    since: date
    role: str | None


@dataclass(frozen=True)
class Person:
    """Somebody who may be paid.

    Args:
        rep_id: surrogate id.
        name: as the source writes it.
        joined_on: first day; None when unknown.
        left_on: last day; None while here.
        spells: roles, oldest first.
        active_months: months with any activity, for those whose first day is unknown.
    """

    rep_id: int
    name: str
    joined_on: date | None = None
    left_on: date | None = None
    spells: tuple[PersonSpell, ...] = ()
    active_months: frozenset[date] = frozenset()

    def role_on(self, day: date) -> str | None:
        """The role on a day; the first known one before that, None for nothing known."""
        held = [one.role for one in self.spells if one.since <= day]
        return held[-1] if held else (self.spells[0].role if self.spells else None)


@dataclass(frozen=True, eq=False)
class PayBook:
    """Everything statements are counted from.

    Args:
        plans: versions in force, oldest first.
        deals: every dated customer, in the order of signing.
        quotas: (rep, first day of the month) → quota.
        people: by rep_id.
    """

    plans: tuple[PlanVersion, ...]
    deals: tuple[Deal, ...]
    quotas: Mapping[tuple[int, date], Decimal]
    people: Mapping[int, Person]

    @cached_property
    def of_rep(self) -> Mapping[int, tuple[Deal, ...]]:
        """The customers each rep signed."""
        found: dict[int, list[Deal]] = {}
        for deal in self.deals:
            if deal.rep_id is not None:
                found.setdefault(deal.rep_id, []).append(deal)
        return {rep: tuple(deals) for rep, deals in found.items()}

    def plan_on(self, day: date) -> PlanVersion | None:
        """The version that holds on a day; None before the first."""
        held = [one for one in self.plans if one.valid_from <= day]
        return held[-1] if held else None

    def under(self, rules: PayRules) -> "PayBook":
        """The same customers as if these rules had always held."""
        return PayBook((PlanVersion(0, date.min, rules),), self.deals, self.quotas, self.people)


@dataclass(frozen=True)
class Line:
    """One line of a statement.

    Args:
        kind: what it pays for.
        day: when it fell due.
        amount: to the cent; below 0 where something is taken back.
        arithmetic: how it was counted, e.g. "250.00 MRR × 2".
        version: of the plan whose rule it follows.
        opportunity_id: the customer; None for the base salary.
        label: the customer in words.
    """

    kind: LineKind
    day: date
    amount: Decimal
    arithmetic: str
    version: int
    opportunity_id: int | None = None
    label: str = ""


@dataclass(frozen=True)
class Unpaid:
    """A customer the plan says nothing about, and why; shown so that nobody has to wonder."""

    day: date
    opportunity_id: int
    label: str
    why: str


@dataclass(frozen=True)
class Statement:
    """What one rep earned in a month so far.

    Args:
        rep_id: whose.
        name: the same in words.
        month: first day.
        on: counted to the end of this day.
        plan: the version of the month.
        lines: base first, then by day.
        unpaid: customers signed in the month that the plan does not pay, and why.
        signed: what counts towards the quota.
        quota: of the month; None when none was set.
        assumed: customers without a currency, taken to be in the plan's.
    """

    rep_id: int
    name: str
    month: date
    on: date
    plan: PlanVersion
    lines: tuple[Line, ...]
    unpaid: tuple[Unpaid, ...] = ()
    signed: Decimal = NOTHING
    quota: Decimal | None = None
    assumed: int = 0

    @property
    def total(self) -> Money:
        """The sum of the lines."""
        return Money(sum((line.amount for line in self.lines), NOTHING), self.plan.rules.currency)

    @property
    def by_kind(self) -> Mapping[LineKind, Decimal]:
        """What each rule paid."""
        found: Counter[LineKind] = Counter()
        for line in self.lines:
            found[line.kind] += line.amount  # type: ignore[assignment]
        return {kind: Decimal(found[kind]) for kind in LineKind}

    @property
    def attainment(self) -> Decimal | None:
        """Signed over quota; None without a quota."""
        return self.signed / self.quota if self.quota else None


@dataclass(frozen=True)
class ReplayRow:
    """One rep over the months replayed.

    Args:
        rep_id: who.
        name: in words.
        before: what the present plan comes to.
        after: what the other plan comes to.
    """

    rep_id: int
    name: str
    before: Money
    after: Money

    @property
    def change(self) -> Decimal:
        """What the rep would gain; below 0 where he loses."""
        return (self.after - self.before).amount


@dataclass(frozen=True)
class Replay:
    """The same customers, months and people under two plans; nobody is assumed to sell otherwise.

    Args:
        start: first day of the first month.
        end: last day of the last.
        rows: who is paid under either, largest gain first.
        before: total of the present plan.
        after: total of the other plan.
        pays_for: kind of line → what the present and the other plan pay for it.
        signed: what was signed in these months, in the plan's currency.
        is_first: there is no plan in force; `before` is nothing.
    """

    start: date
    end: date
    rows: tuple[ReplayRow, ...]
    before: Money
    after: Money
    pays_for: Mapping[LineKind, tuple[Decimal, Decimal]]
    signed: Decimal
    is_first: bool


def _require(name: str, value: Decimal | int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise BadInput(f"{name} must lie in {low:,}..{high:,}, got {value}")


def _require_rising(rules: PayRules) -> None:
    """Each accelerator begins and pays above the one before, so that nobody earns less by signing more."""
    if len(rules.accelerators) > _MOST_ACCELERATORS:
        raise BadInput(f"a plan has at most {_MOST_ACCELERATORS} accelerators, got {len(rules.accelerators)}")
    above, rate = NOTHING, rules.rate
    for one in rules.accelerators:
        _require("attainment of an accelerator in per cent", one.above, 1, 1000)
        _require("rate of an accelerator", one.rate, 0, 100)
        if one.above <= above or one.rate <= rate:
            raise BadInput(
                f"accelerators rise: above {above:g} % at {rate:g} the next must begin and pay higher,"
                f" got {one.above:g} % at {one.rate:g}"
            )
        above, rate = one.above, one.rate


def _words(rules: PayRules) -> list[str]:
    currency, counted = rules.currency, rules.counted
    each = f"for each {currency} of {counted} signed"
    found = [
        f"A base salary of {rules.base:,} {currency} a month, by the days employed.",
        f"{rules.rate:,} {currency} {each} in the month.",
    ]
    found += [
        f"Above {one.above:g} % of the quota {one.rate:,} {currency} {each}; what lies below keeps its rate."
        for one in rules.accelerators
    ]
    if rules.expansion_rate:
        found.append(f"{rules.expansion_rate:,} {currency} for each {currency} of MRR a customer adds later.")
    if rules.retention_rate:
        when = f"when the customer is still there {rules.retention_months} months after signing"
        found.append(f"{rules.retention_rate:,} {currency} {each}, {when}.")
    if rules.clawback_share:
        share = f"{rules.clawback_share:g} % of what was paid for a customer is taken back"
        found.append(f"{share} if he cancels within {rules.clawback_months} months of signing.")
    return found
