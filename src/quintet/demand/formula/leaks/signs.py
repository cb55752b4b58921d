"""The signs that a column was filled after the fact, each with its threshold and its sentence."""

import numpy as np

from quintet.demand.formula.leaks.clocks import date_values
from quintet.demand.formula.leaks.gauges import Gauge, Grouped, gauge
from quintet.demand.terms.examples import B1, F8, I8, Examples, Numbers, Words
from quintet.demand.terms.leaks import Evidence, Sign, Timing

#: Share of the doubt one honest column hardly ever removes alone; AUC about .87 at a base rate of 30 %.
BEYOND = 0.30
#: … and what makes a column worth a second look.
STRONG = 0.10
#: Share of the doubt removed by the mere fact that a field is empty.
TELLING_GAP = 0.05
#: A level this sure of a sale, that holds so many of the customers.
PURE_RATE, PURE_SHARE, PURE_LEADS = 0.95, 0.20, 30
#: More leads filled when decided than when open, or when old than when young.
FILL_GAP = 0.30
#: Share of values that came, or changed, after the hand-over.
LATE = 0.20
#: Share of dates that lie after the hand-over.
AFTER_HAND_OVER = 0.50
#: What the time between two clock readings says, and how much more than the readings.
SPAN_GAIN, SPAN_TIMES = 0.05, 2.0
#: Young leads, and those they are compared with.
YOUNG_DAYS, OLDER_DAYS = 7, (30, 120)
_FEW = 20
Z95 = 1.96


def timing_evidence(timing: Timing | None) -> Evidence | None:
    """Values that we saw come, or change, after the hand-over."""
    if timing is None or timing.leads < _FEW:
        return None
    moved = timing.late + timing.changed
    if _wilson_lo(moved, timing.leads) < LATE:
        return None
    sentence = (
        f"of {timing.leads:,} leads with a value, {timing.late:,} got it after the hand-over"
        f" ({timing.after_close:,} after the outcome) and {timing.changed:,} got another one later"
    )
    return Evidence(Sign.TIMING, 3, sentence)


def fill_evidence(examples: Examples, field: Words | Numbers) -> Evidence | None:
    """Filled more often on lost leads than on open ones of the same age, or on old than on young ones."""
    known = field.codes >= 0 if isinstance(field, Words) else np.isfinite(field.values)
    gaps = (
        (_closed_gap(examples, known), "lost leads than on open ones of the same age"),
        (_young_gap(examples, known), "leads one to four months old than on those of the last week"),
    )
    gap, compared = max(gaps)
    if gap < FILL_GAP:
        return None
    return Evidence(Sign.FILL, 2, f"filled {100 * gap:.0f} points more often on {compared}")


def _closed_gap(examples: Examples, known: B1) -> float:
    """Share filled, lost minus open, within tenths of age; 0 where there is nothing to compare."""
    dated = examples.is_worked & ~np.isnan(examples.observed_days) & ~examples.is_won
    lost, open_ = dated & examples.is_closed, dated & ~examples.is_closed
    if min(lost.sum(), open_.sum()) < _FEW:
        return 0.0
    cuts = np.quantile(examples.observed_days[dated], np.linspace(0, 1, 11)[1:-1])
    tenth = np.searchsorted(cuts, examples.observed_days)
    n_lost, n_open = (np.bincount(tenth[who], minlength=10) for who in (lost, open_))
    filled = [np.bincount(tenth[who & known], minlength=10) for who in (lost, open_)]
    weight = n_lost * n_open / np.maximum(n_lost + n_open, 1)
    gap = filled[0] / np.maximum(n_lost, 1) - filled[1] / np.maximum(n_open, 1)
    return float((weight * gap).sum() / weight.sum()) if weight.sum() > _FEW / 2 else 0.0


def _young_gap(examples: Examples, known: B1) -> float:
    """Share filled, leads of one to four months minus leads of the last week."""
    young = examples.observed_days < YOUNG_DAYS
    older = (examples.observed_days >= OLDER_DAYS[0]) & (examples.observed_days < OLDER_DAYS[1])
    if min(young.sum(), older.sum()) < _FEW:
        return 0.0
    return float(known[older].mean() - known[young].mean())


def date_evidence(examples: Examples, field: Words | Numbers) -> Evidence | None:
    """Dates that lie after the hand-over, and never after the last day of the data: events, not plans."""
    dates = date_values(field) if isinstance(field, Words) else None
    if dates is None or np.isnat(examples.until):
        return None
    both = ~np.isnat(dates) & ~np.isnat(examples.handed_at)
    if both.sum() < _FEW:
        return None
    one_day = np.timedelta64(1, "D")
    later = dates[both] > examples.handed_at[both] + one_day
    planned = dates[both] > examples.until + one_day
    if _wilson_lo(int(later.sum()), int(both.sum())) < AFTER_HAND_OVER or planned.any():
        return None
    sentence = (
        f"{int(later.sum()):,} of its {int(both.sum()):,} dates lie after the hand-over, none in the future"
    )
    return Evidence(Sign.DATES, 3, sentence)


def strong_evidence(alone: Gauge) -> Evidence | None:
    """One column that removes a tenth of the doubt is worth a second look."""
    if alone.gain_lo < STRONG:
        return None
    sentence = (
        f"alone it removes {100 * alone.gain:.0f}% of the doubt about the outcome (AUC {alone.auc:.2f})"
    )
    return Evidence(Sign.PREDICTION, 1, sentence)


def may_be_beyond(alone: Gauge) -> bool:
    """Does the column alone remove more doubt than honest ones do?"""
    return alone.gain_lo >= BEYOND


def beyond_evidence(alone: Gauge, others: float) -> Evidence | None:
    """One column that says more than all unsuspected others together."""
    if alone.gain < others:
        return None
    sentence = (
        f"alone it removes {100 * alone.gain:.0f}% of the doubt, all unsuspected others together"
        f" {100 * max(others, 0.0):.0f}%"
    )
    return Evidence(Sign.PREDICTION, 3, sentence)


def pure_evidence(alone: Gauge, won: B1) -> Evidence | None:
    """Values that are nearly always a sale and hold a good part of all customers."""
    cut = alone.grouped
    leads = np.bincount(cut.group, minlength=cut.groups)
    wins = np.bincount(cut.group, weights=won, minlength=cut.groups)
    sure = (leads >= PURE_LEADS) & (_wilson_lows(wins, leads) >= PURE_RATE)
    sure &= _wilson_lows(wins, leads) > won.mean()
    share = float(wins[sure].sum() / max(won.sum(), 1))
    if share < PURE_SHARE:
        return None
    top = int(np.argmax(np.where(sure, wins, -1)))
    named = f"“{cut.labels[top - 1]}”" if cut.labels and top else "one range of it"
    sentence = f"{int(wins[top]):,} of {int(leads[top]):,} leads with {named} were won"
    return Evidence(Sign.PURE, 3, sentence)


def missing_evidence(cut: Grouped, won: B1, fold: I8) -> Evidence | None:
    """Whether the field is empty says by itself who will buy: it is filled when something happens."""
    known = cut.is_known
    if min(known.sum(), (~known).sum()) < _FEW or won[known].mean() <= won[~known].mean():
        return None
    gap = gauge(Grouped(known.astype(np.int64), 2), won, fold)
    if gap.gain_lo < TELLING_GAP:
        return None
    rates = 100 * won[known].mean(), 100 * won[~known].mean()
    sentence = f"{rates[0]:.0f}% of the leads with a value were won, {rates[1]:.0f}% of those without"
    return Evidence(Sign.MISSING, 1, sentence)


def span_evidence(named: str, apart: Gauge, alone: float, *, is_clock: bool) -> Evidence | None:
    """The time between two columns says far more than the two: the length of what happened.

    Between two clock readings lies a call or a visit; between two dates may lie an honest tenure, which
    must be as strong as any honest column never is.
    """
    least = SPAN_GAIN if is_clock else BEYOND
    if apart.gain_lo < least or apart.gain < SPAN_TIMES * alone:
        return None
    sentence = (
        f"{named} alone removes {100 * apart.gain:.0f}% of the doubt (AUC {apart.auc:.2f}),"
        f" the columns themselves {100 * alone:.0f}%: it is how long something took"
    )
    return Evidence(Sign.DERIVED, 3, sentence)


def _wilson_lo(hits: int, of: int) -> float:
    return float(_wilson_lows(np.array([hits]), np.array([of]))[0])


def _wilson_lows(hits: F8 | I8, of: F8 | I8) -> F8:
    """Lower end of the 95 % Wilson interval; 0 where there is nothing."""
    n = np.maximum(of, 1)
    rate = hits / n
    middle = rate + Z95**2 / (2 * n)
    spread = Z95 * np.sqrt(rate * (1 - rate) / n + Z95**2 / (4 * n**2))
    return np.where(of > 0, (middle - spread) / (1 + Z95**2 / n), 0.0)
