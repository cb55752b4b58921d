"""Which search terms make a lead qualified? Hundreds of terms, few leads each, and many looks."""

import numpy as np

from quintet.demand.formula.reports.clocks import Clock, Counts, counted, pooled, rates_of
from quintet.demand.formula.reports.sources import grouped
from quintet.demand.metrics.reports import B1, F8, I8, ReportLeads, within
from quintet.demand.terms.reports import Rate, ReportQuestion, Term, TermsReport
from quintet.stats.discoveries import (
    FALSE_SHARE,
    MIN_LEADS,
    Discoveries,
    count_p_values,
    fit_discoveries,
)
from quintet.stats.homogeneity import fit_homogeneity

MOST_TERMS = 500


def terms_report(
    leads: ReportLeads, clock: Clock, question: ReportQuestion, false_share: float = FALSE_SHARE
) -> TermsReport:
    """Each term's rate against what its leads' sources make expect, corrected for how many terms there are.

    Args:
        leads: all leads.
        clock: of the outcome.
        question: which leads count; only those with a term do.
        false_share: expected share of false ones among the terms reported.

    Returns:
        Terms reported first, best first; then the rest by number of leads.
    """
    column = leads.words["term"]
    chosen = within(leads, question.start, question.end, question.segment) & (column.codes >= 0)
    if not chosen.any():
        lacking = "No lead of this selection names its search term."
        return TermsReport(question, clock.outcome, (), 0, false_share, 1.0, (lacking,))
    names, group = grouped(column, chosen, MOST_TERMS)
    counts, base, found = term_discoveries(leads, clock, chosen, group, false_share)
    overall = float(clock.is_converted[chosen].sum() / max(clock.known[chosen].sum(), 1.0))
    rates = rates_of(counts, pooled(counts, _logit(base) - _logit(np.array(overall))), clock)
    rows = [
        Term(name, rate, float(base[at]), float(found.p_value[at]), float(found.q_value[at]),
             bool(found.is_tested[at]), bool(found.is_reported[at]))
        for at, (name, rate) in enumerate(zip(names, rates, strict=True))
    ]  # fmt: skip
    spread = fit_homogeneity(
        counts.converted, counts.exposure, offset=_logit(base) - _logit(np.array(overall))
    )
    return TermsReport(
        question,
        clock.outcome,
        tuple(sorted(rows, key=_order)),
        int(found.is_tested.sum()),
        false_share,
        spread.p_value,
        _warnings(clock, len(names)),
    )


def term_discoveries(
    leads: ReportLeads, clock: Clock, chosen: B1, group: I8, false_share: float = FALSE_SHARE
) -> tuple[Counts, F8, Discoveries]:
    """Counts per term, the rate its leads' sources make expect, and which terms stand after the correction.

    Args:
        leads: all leads.
        clock: of the outcome.
        chosen: [n] which count.
        group: [n] each lead's term, below 0 for none.
        false_share: expected share of false ones among the terms reported.
    """
    counts = counted(clock, chosen, group=group)
    base, expected = _expected(leads, clock, chosen, group)
    p_values = count_p_values(counts.converted, counts.n, np.minimum(expected, counts.n))
    found = fit_discoveries(p_values, tested=counts.n >= MIN_LEADS, false_share=false_share)
    return counts, base, found


def _expected(leads: ReportLeads, clock: Clock, chosen: B1, group: I8) -> tuple[F8, F8]:
    """Per term: the rate its leads' sources make expect, and how many of its leads that makes by now."""
    source = leads.words["source"].codes + 1
    size = int(source.max()) + 1
    hits = np.bincount(source[chosen], clock.is_converted[chosen], size)
    shown = np.bincount(source[chosen], clock.known[chosen], size)
    rate = np.divide(hits, shown, out=np.zeros(size), where=shown > 0)
    each = rate[source[chosen]]
    terms = int(group.max()) + 1
    n = np.maximum(np.bincount(group[chosen], minlength=terms), 1)
    base = np.bincount(group[chosen], each, terms) / n
    return base, np.bincount(group[chosen], each * clock.known[chosen], terms).astype(np.float64)


def _order(term: Term) -> tuple[int, float]:
    best: Rate = term.rate
    return (0, -(best.rate or 0.0)) if term.is_reported else (1, -float(best.n))


def _logit(rate: F8) -> F8:
    value = np.clip(rate, 1e-6, 1.0 - 1e-6)
    return np.asarray(np.log(value / (1.0 - value)))


def _warnings(clock: Clock, terms: int) -> tuple[str, ...]:
    found = []
    if terms > MOST_TERMS:
        found.append(f"The {MOST_TERMS} terms with most leads are shown; all others stand in one line.")
    if not clock.curve.is_fitted:
        found.append(f"Young leads are not corrected for: {clock.curve.reason}.")
    return tuple(found)
