"""Every number a page may show, defined once: what it counts, in what unit, and which records are behind it.

A metric takes a facts table, filtered as one likes (a rep, a month, a source), and answers with a scalar
expression. `records` are the rows it counts; `base` the rows it divides by, where it is a share or a mean.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import ibis
import ibis.expr.types as ir

from quintet.facts.flags import NO
from quintet.facts.instants import seconds_between
from quintet.facts.schema import STAGES

Rows = Callable[[ir.Table], ir.Table]

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Metric:
    """One number with one definition.

    Args:
        name: its name in the registry.
        sentence: what it says, in the words of a sales manager.
        grain: the facts table it counts rows of.
        unit: leads, attempts, opportunities, currency, share (0..1), attempts per lead, or days.
        at: the column that says in which period a row falls.
        records: the rows it counts.
        value: the number, from the table. Null where `base` is empty: of nobody there is no share.
        base: the rows it divides by; None for counts and sums.
    """

    name: str
    sentence: str
    grain: str
    unit: str
    at: str
    records: Rows
    value: Callable[[ir.Table], ir.Scalar]
    base: Rows | None = None


def _reached(stage: str) -> Rows:
    place = STAGES.index(stage) + 1
    return lambda leads: leads.filter(leads.reached >= place)


def _of_channel(channel: str) -> Rows:
    return lambda attempts: attempts.filter(attempts.channel == channel)


def _won(opportunities: ir.Table) -> ir.Table:
    return opportunities.filter(opportunities.is_won.fill_null(NO))


def _closed(opportunities: ir.Table) -> ir.Table:
    return opportunities.filter(opportunities.is_won.notnull())


def _dated_wins(leads: ir.Table) -> ir.Table:
    return leads.filter(leads.created_at.notnull() & leads.won_at.notnull())


def _count(name: str, sentence: str, place: tuple[str, str, str], records: Rows) -> Metric:
    grain, unit, at = place
    return Metric(name, sentence, grain, unit, at, records, lambda table: records(table).count())


def _sum(name: str, sentence: str, column: str) -> Metric:
    def records(opportunities: ir.Table) -> ir.Table:
        won = _won(opportunities)
        return won.filter(won[column].notnull())

    def value(opportunities: ir.Table) -> ir.Scalar:
        counted = records(opportunities)
        exact = counted[column].cast("decimal(18, 2)").sum().cast("float64")
        return ibis.coalesce(exact, 0.0)

    return Metric(name, sentence, "opportunities", "currency", "closed_at", records, value)


def _conversion(earlier: str, later: str) -> Metric:
    base, place = _reached(earlier), STAGES.index(later) + 1
    return Metric(
        f"{earlier}_to_{later}",
        f"Of the leads {_SAID[earlier]}, the share {_SAID[later]} in the end; by when they were"
        f" {_SAID[earlier]}.",
        "leads",
        "share",
        f"{earlier}_at",
        _reached(later),
        lambda leads: (base(leads).reached >= place).cast("float64").mean(),
        base,
    )


_SAID = {
    "worked": "worked",
    "connected": "reached",
    "qualified": "taken through a qualifying call",
    "demo": "shown a demo",
    "won": "won",
}
_LEADS, _ATTEMPTS = ("leads", "leads"), ("attempts", "attempts", "attempted_at")

_COUNTS = (
    _count("leads_worked", "Leads that a rep tried to reach.", (*_LEADS, "worked_at"), _reached("worked")),
    _count(
        "connects",
        "Leads with whom a rep had a conversation.",
        (*_LEADS, "connected_at"),
        _reached("connected"),
    ),
    _count(
        "qualifying_calls",
        "Leads with a qualifying call held.",
        (*_LEADS, "qualified_at"),
        _reached("qualified"),
    ),
    _count("demos", "Leads that were shown a demo.", (*_LEADS, "demo_at"), _reached("demo")),
    _count("customers", "Leads that became customers.", (*_LEADS, "won_at"), _reached("won")),
    _count("attempts", "Dials, e-mails and messages to leads.", _ATTEMPTS, lambda attempts: attempts),
    _count("dials", "Calls to leads, answered or not.", _ATTEMPTS, _of_channel("call")),
    _count("emails", "E-mails sent to leads.", _ATTEMPTS, _of_channel("email")),
    _sum("mrr_signed", "Monthly recurring revenue of the opportunities won, in one currency.", "mrr"),
    _sum("value_signed", "Value of the opportunities won, in one currency.", "amount"),
)
_RATIOS = (
    Metric(
        "win_rate",
        "Share of the opportunities that closed which were won; open ones do not count.",
        "opportunities",
        "share",
        "closed_at",
        _won,
        lambda opportunities: _closed(opportunities).is_won.cast("float64").mean(),
        _closed,
    ),
    Metric(
        "attempts_per_worked_lead",
        "Attempts a lead got until it was reached, or at all if it never was; leads worked alone count.",
        "leads",
        "attempts per lead",
        "worked_at",
        _reached("worked"),
        lambda leads: _reached("worked")(leads).attempts.mean(),
        _reached("worked"),
    ),
    Metric(
        "time_to_won",
        "Days from the day a lead became known to the day it was won: half took longer.",
        "leads",
        "days",
        "won_at",
        _dated_wins,
        lambda leads: _median_days(_dated_wins(leads)),
        _dated_wins,
    ),
)


def _median_days(won: ir.Table) -> ir.FloatingScalar:
    return seconds_between(won.created_at, won.won_at).cast("float64").quantile(0.5) / _DAY_SECONDS


METRICS = {
    metric.name: metric
    for metric in (*_COUNTS, *(_conversion(*pair) for pair in combinations(STAGES, 2)), *_RATIOS)
}
