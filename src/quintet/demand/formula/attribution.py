"""Credit for qualified leads, customers and revenue, by every rule; and what that says of a budget.

No rule finds causes: a buyer who was about to buy anyway is touched too, and the touch gets the credit. So
the rules stand side by side, a channel they disagree about is for a test, and a budget is spoken of only
where all of them say the same and the cost is known.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quintet.calendar.periods import month_after
from quintet.demand.formula.attribution_budget import budgets
from quintet.demand.metrics.journeys import DAY_US, Touched, Walked, members, read_touched, spend_by, walked
from quintet.demand.terms.attribution import (
    LEVELS,
    MIN_CONVERSIONS,
    MIN_WITH_CHANNEL,
    OUTCOMES,
    PERIODS,
    AttributionReport,
    ChannelCredit,
    Credits,
)
from quintet.demand.terms.lifetime import LifetimeFit, Range
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Status
from quintet.stats.chains import fit_chain
from quintet.stats.credits import CreditFit, fit_credits
from quintet.stats.paths import Paths, merged

F8 = npt.NDArray[np.float64]

DRAWS = 200
_MEMORIES = (2, 3, 4)


def fit_attribution(facts: Facts, lifetime: LifetimeFit | None = None) -> tuple[AttributionReport, pa.Table]:
    """Every answer the page can be asked for, and which leads stand behind it.

    Args:
        facts: a published version; tables made at first ask are read, so call this in the worker.
        lifetime: what customers are worth; without it no budget is judged.

    Returns:
        The report, and one row per level, outcome, channel and lead: see metrics.journeys.members.

    Raises:
        NotEnoughData: when no row has a date.
    """
    if facts.as_of is None:
        raise NotEnoughData(
            "no row has a date, so no path has an order: map a date column", unit="dated rows"
        )
    seen = read_touched(facts)
    answers = tuple(_answers(facts, seen, lifetime))
    behind = pa.concat_tables(
        members(seen, level, outcome) for level in LEVELS for outcome in ("qualified", "won")
    )
    report = AttributionReport(facts.as_of.date(), facts.version, seen.currency, answers, _warnings(seen))
    return report, behind


def _answers(facts: Facts, seen: Touched, lifetime: LifetimeFit | None) -> Iterator[Credits]:
    today = _day(seen.as_of)
    for period, months in PERIODS.items():
        since = None if months is None else month_after(today, 1 - months)
        for level in LEVELS:
            for outcome in OUTCOMES:
                found = credits_of(walked(seen, level, outcome, since))
                dated = seen.created[seen.created <= seen.as_of]
                start = since or (_day(int(dated.min())) if len(dated) else today)
                told = replace(
                    found,
                    period=period,
                    level=level,
                    outcome=outcome,
                    start=start,
                    end=today,
                    mature_days=seen.mature_days(outcome),
                )
                yield _with_budgets(facts, seen, told, since, lifetime)


def credits_of(found: Walked) -> Credits:
    """Who gets the credit on these paths.

    Args:
        found: paths of leads that converted, or will not.
    """
    paths = found.paths
    won = paths.conversions > 0
    converted = int(won.sum())
    nowhere = date(1970, 1, 1)
    answer = Credits(
        period="",
        level="",
        outcome="",
        start=nowhere,
        end=nowhere,
        leads=len(paths) + found.young,
        converted=converted,
        total=float(paths.amount.sum()),
        touchless=int(found.is_touchless.sum()),
        touchless_converted=int((found.is_touchless & won).sum()),
        nulls=int(paths.nulls.sum()),
        young=found.young,
        mature_days=0,
    )
    if converted < MIN_CONVERSIONS or answer.total <= 0.0:
        why = f"{converted} conversions in this period: credit needs {MIN_CONVERSIONS} to be more than chance"
        return replace(
            answer, reason=why if converted < MIN_CONVERSIONS else "no revenue is recorded for them"
        )
    return replace(answer, status=Status.SPEAKS, channels=channel_credits(paths, found.names))


def channel_credits(paths: Paths, names: tuple[str, ...]) -> tuple[ChannelCredit, ...]:
    """Every channel by every rule, most credited first.

    Args:
        paths: the paths.
        names: of the channels.
    """
    once = merged(paths)
    fit = fit_credits(once, draws=DRAWS)
    memory = np.array([fit_chain(once, order).credit for order in _MEMORIES])
    touched = np.zeros((len(paths), paths.channels), dtype=bool)
    touched[paths.row, paths.channel] = True
    leads, converted = touched.sum(axis=0), (touched & (paths.conversions > 0)[:, None]).sum(axis=0)
    found = [
        _channel(fit, memory, channel, (name, int(leads[channel]), int(converted[channel])))
        for channel, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda one: (-one.span.estimate, one.name)))


def _channel(fit: CreditFit, memory: F8, channel: int, told: tuple[str, int, int]) -> ChannelCredit:
    name, leads, converted = told
    column = fit.credit[:, channel]
    by_rule = tuple(
        Range(float(one), float(lo), float(hi))
        for one, lo, hi in zip(column, fit.lo[:, channel], fit.hi[:, channel], strict=True)
    )
    status, reason = _status(by_rule, converted)
    return ChannelCredit(
        name=name,
        leads=leads,
        converted=converted,
        credits=by_rule,
        removal=float(fit.removal[channel]),
        memory=tuple(float(one) for one in memory[:, channel]),
        disagreement=float(column.max() / column.min()) if column.min() > 0 else None,
        status=status,
        reason=reason,
    )


def _status(by_rule: tuple[Range, ...], converted: int) -> tuple[Status, str]:
    if converted < MIN_WITH_CHANNEL:
        return Status.SILENT, f"{converted} conversions touched it: {MIN_WITH_CHANNEL} are needed"
    if any(one.hi - one.lo > one.estimate for one in by_rule):
        return Status.HEDGED, "the interval of a rule is wider than its credit"
    return Status.SPEAKS, ""


def _with_budgets(
    facts: Facts, seen: Touched, told: Credits, since: date | None, lifetime: LifetimeFit | None
) -> Credits:
    """Cost and worth by channel, from leads that had the time to buy and what was spent in their time."""
    if told.outcome != "won" or told.level == "content" or told.status is Status.SILENT:
        return told
    until = seen.as_of - told.mature_days * DAY_US
    spent = spend_by(facts, told.level, seen.source_of, since, until)
    mature = walked(seen, told.level, "won", since, until)
    if not spent or mature.paths.conversions.sum() < MIN_CONVERSIONS:
        return told
    channels = channel_credits(mature.paths, mature.names)
    judged = budgets(channels, spent, lifetime, seen.source_of)
    return replace(told, budgets=judged, budget_until=_day(until))


def _warnings(seen: Touched) -> tuple[str, ...]:
    undated = int((seen.created > seen.as_of).sum())
    told = f"{undated} leads have no date: they count only where the period is all, by their own source."
    return (told,) if undated else ()


def _day(instant_us: int) -> date:
    return datetime.fromtimestamp(instant_us / 1e6, tz=UTC).date()
