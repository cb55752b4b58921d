"""Which touches get the credit: what crosses from the attribution formula to its page."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from quintet.demand.terms.lifetime import Range
from quintet.kernel.finding import Status

#: Rules as pages show them; the order of every list of credits.
RULES = ("first", "last", "linear", "position", "decay", "shapley", "markov")
LEVELS = ("source", "campaign", "content")
OUTCOMES = ("qualified", "won", "mrr")
#: Months a period reaches back, the running one included; None for all there is.
PERIODS = {"last12": 12, "last6": 6, "all": None}
#: Silent below: conversions in all, and with the channel.
MIN_CONVERSIONS, MIN_WITH_CHANNEL = 100, 10
#: Rules agree when the highest gives at most so many times what the lowest gives.
AGREE = 1.25


@dataclass(frozen=True)
class ChannelCredit:
    """What one channel gets.

    Args:
        name: the source, campaign or content.
        leads: whose path has the channel.
        converted: of these.
        credits: by rule in the order of RULES, each with its interval.
        removal: share of conversions lost without the channel, by the Markov chain.
        memory: credit by Markov chains that remember 2, 3 and 4 touches.
        disagreement: highest over lowest credit of the rules; None when the lowest is 0.
        status: may the credits be shown as an answer?
        reason: why not, or why with care.
    """

    name: str
    leads: int
    converted: int
    credits: tuple[Range, ...]
    removal: float
    memory: tuple[float, ...]
    disagreement: float | None
    status: Status
    reason: str

    @property
    def agrees(self) -> bool:
        """The rules give the channel nearly the same."""
        return self.disagreement is not None and self.disagreement <= AGREE

    @property
    def span(self) -> Range:
        """Mean of the rules, from the lowest end of any to the highest."""
        mean = sum(one.estimate for one in self.credits) / len(self.credits)
        return Range(mean, min(one.lo for one in self.credits), max(one.hi for one in self.credits))


@dataclass(frozen=True)
class Budget:
    """What a customer from one channel costs and brings, and whether that supports a decision.

    Args:
        name: source or campaign.
        spend: booked from the first day of the period to `until`, in currency.
        customers: credited to it among leads of that time, over all rules.
        cac: spend a customer.
        ltv: value of a customer of its source; None when no lifetime is known.
        ratio: ltv over cac.
        payback: months until a customer has paid his cost; None when not within the horizon.
        word: raise, keep, lower, unclear, or test it.
        why: what the word rests on.
    """

    name: str
    spend: float
    customers: Range
    cac: Range | None
    ltv: Range | None
    ratio: Range | None
    payback: Range | None
    word: str
    why: str


@dataclass(frozen=True)
class Credits:
    """One answer: who gets the credit for one outcome, of the leads that became known in a period.

    Args:
        period: one of PERIODS.
        level: source, campaign or content.
        outcome: qualified, won or mrr.
        start: first day of the period.
        end: newest day of the data.
        leads: that became known in the period.
        converted: of these.
        total: what is shared out: conversions, or monthly revenue in currency.
        touchless: leads without a touch by then; their own source stands for one.
        touchless_converted: of these, converted.
        nulls: leads not converted, old enough that they will not be.
        young: leads not converted that still may be; they count nowhere.
        mature_days: how old that is.
        channels: most credited first.
        budgets: channels with a cost, most expensive first; for the outcome won alone.
        budget_until: leads and spend up to this day count for the budgets.
        status: may it be shown as an answer?
        reason: why not.
    """

    period: str
    level: str
    outcome: str
    start: date
    end: date
    leads: int
    converted: int
    total: float
    touchless: int
    touchless_converted: int
    nulls: int
    young: int
    mature_days: int
    channels: tuple[ChannelCredit, ...] = ()
    budgets: tuple[Budget, ...] = ()
    budget_until: date | None = None
    status: Status = Status.SILENT
    reason: str = ""


@dataclass(frozen=True)
class AttributionReport:
    """Every answer that the page can be asked for, as of one day.

    Args:
        as_of: newest day of the data.
        facts_version: of the facts it was computed from.
        currency: of every amount.
        answers: one for each period, level and outcome.
        warnings: what a reader should keep in mind.
    """

    as_of: date
    facts_version: int
    currency: str
    answers: tuple[Credits, ...]
    warnings: tuple[str, ...] = ()

    def answer(self, period: str, level: str, outcome: str) -> Credits:
        """One of the answers.

        Raises:
            KeyError: when there is none.
        """
        for one in self.answers:
            if (one.period, one.level, one.outcome) == (period, level, outcome):
                return one
        raise KeyError((period, level, outcome))

    @property
    def text(self) -> str:
        """As JSON: the same report, the same bytes."""
        return json.dumps(asdict(self), sort_keys=True, default=date.isoformat)

    @classmethod
    def of(cls, text: str) -> "AttributionReport":
        """The report that was stored."""
        told = json.loads(text)
        return cls(
            as_of=date.fromisoformat(told["as_of"]),
            facts_version=told["facts_version"],
            currency=told["currency"],
            answers=tuple(_credits(one) for one in told["answers"]),
            warnings=tuple(told["warnings"]),
        )


def _credits(told: dict[str, Any]) -> Credits:
    until = told["budget_until"]
    rest = {
        "start": date.fromisoformat(told["start"]),
        "end": date.fromisoformat(told["end"]),
        "budget_until": None if until is None else date.fromisoformat(until),
        "channels": tuple(_channel(one) for one in told["channels"]),
        "budgets": tuple(_budget(one) for one in told["budgets"]),
        "status": Status(told["status"]),
    }
    return Credits(**{**told, **rest})


def _channel(told: dict[str, Any]) -> ChannelCredit:
    rest = {
        "credits": tuple(Range(**one) for one in told["credits"]),
        "memory": tuple(told["memory"]),
        "status": Status(told["status"]),
    }
    return ChannelCredit(**{**told, **rest})


def _budget(told: dict[str, Any]) -> Budget:
    names = ("customers", "cac", "ltv", "ratio", "payback")
    return Budget(**{**told, **{name: told[name] and Range(**told[name]) for name in names}})
