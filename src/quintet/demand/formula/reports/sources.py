"""Do leads from search or from e-mail do better? Sources and campaigns, as far as chance can be told."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quintet.demand.formula.reports.clocks import (
    STAND_APART,
    Clock,
    Counts,
    above_others,
    counted,
    days_of,
    fit_clock,
    pooled,
    rates_of,
)
from quintet.demand.formula.reports.money import Worth, advice_of, costs_of, spent_on, worth_of
from quintet.demand.formula.reports.months import months_of
from quintet.demand.metrics.reports import B1, I8, Named, ReportLeads, Spent, within
from quintet.demand.terms.reports import (
    WITHIN_DAYS,
    Amount,
    Comparison,
    Group,
    Rate,
    ReportQuestion,
    SourcesReport,
    Spread,
)
from quintet.stats.homogeneity import fit_homogeneity, holm, supports_ranking
from quintet.stats.rates import PooledRates

KINDS = ("source", "campaign")
OUTCOMES = ("qualified", "won_soon", "won")
SURE = 0.05
#: Groups beyond the largest are taken together.
MOST_GROUPS = {"source": 24, "campaign": 20}
OTHERS = "(all others)"


@dataclass(frozen=True, eq=False)
class Clocks:
    """The clocks of the three rates, fitted once on all leads."""

    qualified: Clock
    won_soon: Clock
    won: Clock

    def of(self, outcome: str) -> Clock:
        """The clock of an outcome by its name."""
        return {"qualified": self.qualified, "won_soon": self.won_soon, "won": self.won}[outcome]


def fit_clocks(leads: ReportLeads) -> Clocks:
    """How long it takes leads to qualify, to be won within 90 days, and to be won at all."""
    return Clocks(
        fit_clock(leads, "qualified"), fit_clock(leads, "won", WITHIN_DAYS), fit_clock(leads, "won")
    )


@dataclass(frozen=True, eq=False)
class _Kind:
    """All groups of one kind, largest first: their names, each lead's group, and the three fits."""

    kind: str
    names: tuple[str, ...]
    group: I8
    counts: dict[str, Counts]
    fits: dict[str, PooledRates]
    spreads: dict[str, Spread]


def sources_report(
    leads: ReportLeads,
    clocks: Clocks,
    spent: Spent,
    question: ReportQuestion,
    lifetimes: Mapping[str, Amount] | None = None,
    margin: float = 1.0,
) -> SourcesReport:
    """Rates, times, value and cost of every source and campaign in a period, and which of them differ.

    Args:
        leads: all leads of the company.
        clocks: fitted on all of them.
        spent: what marketing booked.
        question: which leads are counted.
        lifetimes: source → value of a customer from the lifetime formula; signed revenue where left out.
        margin: gross margin, what is left of signed revenue.
    """
    chosen = within(leads, question.start, question.end, question.segment)
    if not chosen.any():
        return SourcesReport(question, 0, (), (), (), (), ("No lead became known in this selection.",))
    kinds = [_kind(leads, clocks, chosen, kind) for kind in KINDS]
    kinds = [one for one in kinds if any(one.names)]
    spreads = _adjusted([one for kind in kinds for one in kind.spreads.values()])
    worth = {
        one.kind: worth_of(
            leads, (chosen, one.group), one.names, _lifetimes_of(leads, chosen, one, lifetimes), margin
        )
        for one in kinds
    }
    groups = [
        group
        for one in kinds
        for group in _groups(clocks, (chosen, spent), (one, worth[one.kind]), (question, spreads))
    ]
    return SourcesReport(
        question,
        int(chosen.sum()),
        tuple(groups),
        tuple(spreads),
        tuple(pair for one in kinds for pair in _comparisons(one)),
        months_of(leads, clocks.won_soon, chosen),
        _warnings(clocks, spent),
    )


def _kind(leads: ReportLeads, clocks: Clocks, chosen: B1, kind: str) -> _Kind:
    names, group = grouped(leads.words[kind], chosen, MOST_GROUPS[kind])
    counts = {outcome: counted(clocks.of(outcome), chosen, group=group) for outcome in OUTCOMES}
    fits = {outcome: pooled(one, outliers=STAND_APART) for outcome, one in counts.items()}
    spreads = {outcome: _spread(kind, outcome, counts[outcome], fits[outcome]) for outcome in OUTCOMES}
    return _Kind(kind, names, group, counts, fits, spreads)


def _lifetimes_of(
    leads: ReportLeads, chosen: B1, kind: _Kind, lifetimes: Mapping[str, Amount] | None
) -> Mapping[str, Amount] | None:
    """What a customer of each group is worth: of a campaign, as of the source most of its leads have."""
    if kind.kind == "source" or not lifetimes:
        return lifetimes
    source = leads.words["source"]
    found = {}
    for place, name in enumerate(kind.names):
        codes = source.codes[chosen & (kind.group == place)]
        codes = codes[codes >= 0]
        own = source.levels[int(np.bincount(codes).argmax())] if codes.size and name else ""
        if own in lifetimes and name != OTHERS:
            found[name] = lifetimes[own]
    return found


def grouped(column: Named, chosen: B1, most: int) -> tuple[tuple[str, ...], I8]:
    """The largest groups by name, and each lead's group; the rest are one more, those without a word too."""
    n = np.bincount(column.codes[chosen] + 1, minlength=len(column.levels) + 1)
    order = [code for code in np.argsort(-n[1:], kind="stable").tolist() if n[code + 1] > 0]
    names = [column.levels[code] for code in order[:most]]
    place = np.full(len(column.levels) + 1, -1, dtype=np.int64)
    for number, code in enumerate(order[:most]):
        place[code + 1] = number
    if order[most:]:
        place[np.array(order[most:]) + 1] = len(names)
        names.append(OTHERS)
    if n[0]:
        place[0] = len(names)
        names.append("")
    return tuple(names), place[column.codes + 1]


def _spread(kind: str, outcome: str, counts: Counts, fit: PooledRates) -> Spread:
    test = fit_homogeneity(counts.converted, np.maximum(counts.exposure, counts.converted))
    apart = supports_ranking(fit.rank_lo, fit.rank_hi) if len(counts.n) > 1 else False
    return Spread(kind, outcome, len(counts.n), test.p_value, test.p_value, apart)


def _adjusted(spreads: list[Spread]) -> list[Spread]:
    """The tests corrected for their number; groups are ranked only where they differ beyond chance."""
    adjusted = holm([one.p_value for one in spreads])
    return [
        Spread(one.kind, one.outcome, one.groups, one.p_value, float(p), bool(p < SURE and one.is_rankable))
        for one, p in zip(spreads, adjusted, strict=True)
    ]


def _groups(
    clocks: Clocks,
    inputs: tuple[B1, Spent],
    one: tuple[_Kind, Worth],
    told: tuple[ReportQuestion, list[Spread]],
) -> list[Group]:
    (chosen, spent), (kind, worth), (question, spreads) = inputs, one, told
    rates = {name: _rates(kind, clocks, name) for name in OUTCOMES}
    differ = any(test.kind == kind.kind and test.outcome == "won" and test.is_rankable for test in spreads)
    found = []
    for place, name in enumerate(kind.names):
        positions = np.flatnonzero(chosen & (kind.group == place))
        spend = spent_on(spent, kind.kind, name, question)
        won = rates["won"][place]
        per_lead, per_customer = costs_of(spend, spent.currency, positions.size, won)
        draws = kind.fits["won"].draws[place]
        found.append(
            Group(
                kind.kind,
                name,
                positions.size,
                rates["qualified"][place],
                rates["won_soon"][place],
                won,
                days_of(clocks.qualified, positions),
                days_of(clocks.won, positions),
                worth.amounts[place],
                spend,
                per_lead,
                per_customer,
                advice_of(won, draws, worth.of(place), per_lead, differ=differ),
            )
        )
    return found


def _rates(kind: _Kind, clocks: Clocks, outcome: str) -> list[Rate]:
    counts, fit = kind.counts[outcome], kind.fits[outcome]
    return rates_of(counts, fit, clocks.of(outcome), above_others(counts, fit))


def _comparisons(kind: _Kind) -> list[Comparison]:
    """Every group of a kind against every other, from the joint draws; each counted once."""
    named = [place for place, name in enumerate(kind.names) if name]
    return [
        _comparison(kind, outcome, one, other)
        for outcome in OUTCOMES
        for at, one in enumerate(named)
        for other in named[at + 1 :]
    ]


def _comparison(kind: _Kind, outcome: str, one: int, other: int) -> Comparison:
    draws = kind.fits[outcome].draws
    gap = draws[one] - draws[other]
    lo, hi = np.quantile(gap, [0.05, 0.95])
    return Comparison(
        kind.kind,
        outcome,
        kind.names[one],
        kind.names[other],
        round(float(gap.mean()), 6),
        round(float(lo), 6),
        round(float(hi), 6),
        round(float((gap > 0).mean()), 4),
    )


def _warnings(clocks: Clocks, spent: Spent) -> tuple[str, ...]:
    """What to keep in mind with these numbers."""
    found = []
    for clock, what in ((clocks.qualified, "qualify"), (clocks.won, "be won")):
        if not clock.curve.is_fitted:
            found.append(f"How long leads take to {what} is not known yet: {clock.curve.reason}.")
        elif clock.curve.reason:
            found.append(f"Leads that {what}: {clock.curve.reason}.")
        if clock.curve.still_rising:
            found.append(f"Leads still {what} after {clock.horizon_days} days, so these rates will grow.")
    if spent.is_mixed:
        found.append("Money was booked in several currencies, so no cost is shown.")
    elif not spent.amount.size:
        found.append("No spend is booked, so what a lead or customer costs is not known.")
    return tuple(found)
