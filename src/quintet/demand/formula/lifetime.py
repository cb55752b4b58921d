"""What a customer is worth: how long customers stay, what they pay, and what sources share of both.

All customers together follow a shifted beta-geometric. Each source, segment and rep leaves by a multiple of
that, pulled towards 1 by as much as it is not known; what they pay is pulled towards the mean. Draws of the
two are multiplied, so the interval of the value holds the uncertainty of both. Never revenue over churn.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from quintet.demand.terms.lifetime import (
    SILENT_BELOW,
    SPEAKS_FROM,
    UNSEEN,
    LifetimeFit,
    Range,
    RepeatBuying,
    Worth,
)
from quintet.facts.lifetimes import Orders, Subscribers, read_orders, read_subscribers
from quintet.facts.published import Facts
from quintet.kernel.errors import QuintetError
from quintet.kernel.finding import Status
from quintet.stats.lifetime_value import DRAWS, HORIZON_MONTHS, MONTHLY_DISCOUNT, Group, Lifetimes, sums
from quintet.stats.retention import kaplan_meier, pooled_means, pooled_multipliers, revenue_kept, tenures

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

LEVEL = 0.90
#: Cells are made of so many sources at most, those with the most customers; the others count as unseen.
_MOST_SOURCES = 40
_YEAR = 12  # months
_WEEKS_A_MONTH = 30.4375 / 7.0


def fit_lifetime(facts: Facts, margin: float = 1.0) -> LifetimeFit:
    """How long customers stay and what they are worth: by source, segment, rep and together.

    Args:
        facts: a published version; tables made at first ask are read, so call this in the worker.
        margin: gross margin, a share of the revenue; 1 counts revenue.
    """
    as_of = date(1970, 1, 1) if facts.as_of is None else facts.as_of.date()
    fit = fit_subscribers(read_subscribers(facts), as_of, facts.version, margin)
    orders = read_orders(facts)
    return fit if orders is None else replace(fit, repeat=fit_orders(orders, margin))


def fit_subscribers(
    seen: Subscribers, as_of: date, facts_version: int = 0, margin: float = 1.0
) -> LifetimeFit:
    """The same from customers already read.

    Args:
        seen: one entry a customer.
        as_of: newest day of the data.
        facts_version: to be noted.
        margin: gross margin, a share of the revenue.
    """
    lost = int(seen.is_lost.sum())
    empty = LifetimeFit(
        as_of=as_of,
        facts_version=facts_version,
        currency=seen.currency,
        customers=len(seen),
        lost=lost,
        overall=None,
        sources=(),
        segments=(),
        reps=(),
        cells=(),
        curve=(),
        counted=(),
        revenue=(),
        repeat=None,
        warnings=_warnings(seen),
        margin=margin,
    )
    if len(seen) < SILENT_BELOW[0] or lost < SILENT_BELOW[1]:
        return empty
    whole = _Whole.of(seen, margin)
    counted = kaplan_meier(tenures(seen.months, seen.is_lost), LEVEL)
    sources, segments = _named(whole, "source"), _named(whole, "segment")
    return replace(
        empty,
        overall=_overall(whole),
        sources=sources,
        segments=segments,
        reps=_reps(whole),
        cells=_cells(whole),
        curve=tuple(_range(month) for month in whole.lifetimes.survival.T),
        counted=tuple(
            Range(*map(float, one)) for one in zip(counted.share, counted.lo, counted.hi, strict=True)
        ),
        revenue=tuple(float(one) for one in revenue_kept(seen.monthly)),
    )


def _warnings(seen: Subscribers) -> tuple[str, ...]:
    told = []
    if seen.left_out:
        told.append(
            f"{seen.left_out} customers without a start or an amount, or in another currency, are left out."
        )
    longest = int(seen.months.max(initial=0))
    if 0 < longest < HORIZON_MONTHS and len(seen):
        told.append(
            f"Nobody was watched for more than {longest} months; what comes after, up to month "
            f"{HORIZON_MONTHS}, is the model's."
        )
    return tuple(told)


@dataclass(frozen=True, eq=False)
class _Whole:
    """All customers, what is drawn once for all groups, and what is left of the revenue."""

    seen: Subscribers
    lifetimes: Lifetimes
    margin: float

    @classmethod
    def of(cls, seen: Subscribers, margin: float = 1.0) -> "_Whole":
        return cls(seen, Lifetimes.of(seen.months, seen.is_lost, seen.mrr), margin)


def _overall(whole: _Whole) -> Worth:
    mrr = whole.seen.mrr
    noise = np.random.default_rng(3).normal(size=DRAWS)
    arpa = np.maximum(mrr.mean() + noise * mrr.std() / np.sqrt(len(mrr)), 0.0)
    everybody = Group(np.ones(len(mrr), dtype=bool), np.ones(DRAWS), arpa)
    worth = _worth(whole, everybody, kind="all")
    enough = worth.customers >= SPEAKS_FROM[0] and worth.lost >= SPEAKS_FROM[1]
    need = f"{SPEAKS_FROM[0]} customers and {SPEAKS_FROM[1]} lost"
    return replace(
        worth,
        status=Status.SPEAKS if enough else Status.HEDGED,
        reason="" if enough else f"{worth.customers} customers, {worth.lost} lost; sure from {need} on",
    )


def _worth(whole: _Whole, group: Group, *, kind: str, source: str = "", segment: str = "") -> Worth:
    seen, member = whole.seen, group.member
    months = whole.lifetimes.months(group.multiplier)
    customers, lost = int(member.sum()), int(seen.is_lost[member].sum())
    kept = kaplan_meier(tenures(seen.months[member], seen.is_lost[member])).share if customers else np.ones(1)
    status, reason = _status(customers, lost)
    return Worth(
        kind=kind,
        source=source,
        segment=segment,
        rep_id=None,
        customers=customers,
        lost=lost,
        churn=_range(whole.lifetimes.churn(group.multiplier)),
        months=_range(months),
        arpa=_range(group.arpa),
        value=_range(months * group.arpa * whole.margin),
        kept=tuple(float(one) for one in kept[: HORIZON_MONTHS + 1]),
        status=status,
        reason=reason,
    )


def _status(customers: int, lost: int) -> tuple[Status, str]:
    """A group never falls silent while all together speak: it leans on them, and says so."""
    if customers < SILENT_BELOW[0] or lost < SILENT_BELOW[1]:
        return Status.HEDGED, f"{customers} customers, {lost} lost: drawn mostly from all customers together"
    if customers < SPEAKS_FROM[0] or lost < SPEAKS_FROM[1]:
        return Status.HEDGED, f"{customers} customers, {lost} lost: pulled towards all customers together"
    return Status.SPEAKS, ""


def _named(whole: _Whole, kind: str) -> tuple[Worth, ...]:
    """By source or by segment, most customers first; then any that had no customer yet."""
    names, code = np.unique(getattr(whole.seen, kind), return_inverse=True)
    groups = whole.lifetimes.groups(code, len(names) + 1)
    labels = [*names.tolist(), UNSEEN]
    found = [
        _worth(whole, group, kind=kind, **{kind: str(name)})
        for group, name in zip(groups, labels, strict=True)
    ]
    return (*sorted(found[:-1], key=lambda one: (-one.customers, one.name)), found[-1])


def _reps(whole: _Whole) -> tuple[Worth, ...]:
    reps, code = np.unique(whole.seen.rep_ids, return_inverse=True)
    groups = whole.lifetimes.groups(code, len(reps))
    found = [
        replace(_worth(whole, group, kind="rep"), rep_id=int(rep))
        for rep, group in zip(reps, groups, strict=True)
        if rep
    ]
    return tuple(sorted(found, key=lambda one: (-one.customers, one.rep_id)))


def _cells(whole: _Whole) -> tuple[Worth, ...]:
    """Every source within every segment, unseen ones included: what both add, none counted twice."""
    seen = whole.seen
    segments, within = np.unique(seen.segment, return_inverse=True)
    sources, source = _frequent(seen.source)
    by_segment = whole.lifetimes.groups(within, len(segments) + 1)
    leaves = np.array([group.multiplier.mean() for group in by_segment])
    pays = np.array([np.log(group.arpa).mean() for group in by_segment])
    size = len(sources) + 1
    expected = sums(source, whole.lifetimes.expected * leaves[within], size)
    leaving = pooled_multipliers(sums(source, seen.is_lost, size), expected, draws=DRAWS, seed=5)
    rest = np.log(seen.mrr) - pays[within]
    paying = pooled_means(rest - rest.mean(), source, size, draws=DRAWS, seed=5)
    found = []
    for s, segment in enumerate((*segments.tolist(), UNSEEN)):
        for c, name in enumerate((*sources, UNSEEN)):
            group = by_segment[s]
            drawn = Group(
                (within == s) & (source == c), group.multiplier * leaving[c], group.arpa * np.exp(paying[c])
            )
            found.append(replace(_worth(whole, drawn, kind="cell", source=name, segment=segment), kept=()))
    return tuple(found)


def _frequent(words: npt.NDArray[np.str_]) -> tuple[list[str], I8]:
    """The most frequent words and the position of each entry among them; all others count as one more."""
    names, code, count = np.unique(words, return_inverse=True, return_counts=True)
    kept = np.sort(np.argsort(-count, kind="stable")[:_MOST_SOURCES])
    place = np.full(len(names), len(kept))
    place[kept] = np.arange(len(kept))
    return [str(names[one]) for one in kept], place[code]


def _range(draws: F8) -> Range:
    lo, hi = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Range(float(draws.mean()), float(lo), float(hi))


def fit_orders(seen: Orders, margin: float = 1.0) -> RepeatBuying:
    """What customers who buy without a subscription come back for; or why that cannot be said.

    Args:
        seen: one entry a customer.
        margin: gross margin, a share of the revenue.
    """
    from quintet.stats.purchases import Buyers, expected_purchases, fit_purchases, fit_spend

    known = ~np.isnan(seen.amount)
    customers, repeaters = len(seen.repeats), int((seen.repeats > 0).sum())
    try:
        fit = fit_purchases(Buyers(seen.repeats, seen.last, seen.watched))
        spend = fit_spend(seen.repeats[known], seen.amount[known])
    except QuintetError as error:
        return RepeatBuying(customers, repeaters, reason=str(error))
    drawn = fit.draws(DRAWS)
    weeks = np.asarray(np.arange(HORIZON_MONTHS + 1) * _WEEKS_A_MONTH, dtype=np.float64)
    bought = expected_purchases(weeks, *(column[:, None] for column in drawn.T))
    today = (1.0 + MONTHLY_DISCOUNT) ** -np.arange(1, HORIZON_MONTHS + 1)
    if not np.isfinite(bought).all():
        return RepeatBuying(
            customers, repeaters, reason="buying and leaving cannot be told apart in these orders"
        )
    value = (1.0 + np.diff(bought, axis=1) @ today) * spend.draws(DRAWS)
    return RepeatBuying(
        customers=customers,
        repeaters=repeaters,
        parameters=(fit.r, fit.alpha, fit.a, fit.b, spend.p, spend.q, spend.gamma),
        orders_year=_range(bought[:, _YEAR]),
        order_value=spend.mean,
        value=_range(value * margin),
    )
