"""Did a mentor help: the mentee's rate since, beside what his past and the others let expect."""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from quintet.kernel.counted import counted
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Status
from quintet.stats.change import Change, Period, fit_change
from quintet.training.formula.skills import MIN_LEADS, OUTLIERS
from quintet.training.metrics.step_leads import StepLeads
from quintet.training.terms.mentors import MeanEffect, PairEffect

#: Nothing is said before so many days; up to three months it is said with a hedge.
FIRST_DAYS = 28
PLAIN_DAYS = 91
#: So many leads before, and the mentee's own past is known.
MIN_BEFORE = 20
#: Outcomes of this share must be in.
KNOWN = 0.5
#: Fewer measured pairs, and their mean is not told.
MIN_PAIRS = 8
_NINETY = 1.6448536269514722


def pair_effect(
    before: StepLeads, after: StepLeads, mentee: int, mentored: Collection[int], span: tuple[date, date]
) -> PairEffect:
    """The mentee's rate since the pair began, less what was to be expected anyway.

    He was mostly chosen because the last months were bad, by bad luck too, and that part comes back by
    itself: his rate before is pooled with all reps', and peers without a mentor show how rates moved.

    Args:
        before: leads of all reps at the step in the six months before.
        after: the same since.
        mentee: who learns.
        mentored: others who had a mentor at the step meanwhile: they do not show what happens without one.
        span: first day of the pair, and the last that is looked at.

    Source: docs/formulas/mentors.md#effect
    """
    reps = tuple(sorted({*before.rep_ids, *after.rep_ids, mentee}))
    old, new, place = before.of(reps), after.of(reps), reps.index(mentee)
    bare = PairEffect(Status.SILENT, span[1], int(old.n[place]), int(new.n[place]))
    days = (span[1] - span[0]).days + 1
    known = float(new.known[place] / new.n[place]) if new.n[place] else 0.0
    reason, more = _too_early(bare, days, known)
    if reason:
        return replace(bare, reason=reason, tells_on=span[1] + timedelta(days=more) if more else None)
    peers = ~np.isin(reps, [*mentored, mentee])
    try:
        found = fit_change(_period(old), _period(new), place, peers, outliers=OUTLIERS)
    except NotEnoughData as error:
        told = f"{error.have} reps without a mentor at this step have leads before and after"
        return replace(bare, reason=f"{told}: {error.need} show how rates moved")
    return _spoken(bare, found, days)


def mean_effect(effects: Sequence[PairEffect | None]) -> MeanEffect:
    """What mentoring brought on average; silent below eight measured pairs.

    All pairs are held against the same peers, whose own mean is in doubt as that of so many pairs would be:
    the error is that of a difference of two means. Mentees who were picked for one thing are more alike than
    reps are, so a pair's own doubt is the least their spread may be.

    Args:
        effects: of each pair; None where it is not measured yet.
    """
    told = [one for one in effects if one is not None and one.effect is not None]
    bare = MeanEffect(len(effects), len(told))
    if len(told) < MIN_PAIRS:
        return bare
    values = 100.0 * np.array([one.effect for one in told])
    both = 1.0 / len(told) + 1.0 / min(one.peers for one in told)
    reach = _t_quantile(len(told) - 1) * _spread(told, values) * math.sqrt(both)
    mean = float(values.mean())
    hedged = sum(one.status is Status.HEDGED for one in told)
    warnings = (f"{hedged} of {len(told)} pairs are younger than three months",) if hedged else ()
    return replace(bare, points=mean, lo=mean - reach, hi=mean + reach, warnings=warnings)


def _spread(told: Sequence[PairEffect], values: NDArray[np.float64]) -> float:
    """How far effects of pairs vary, points; not less than they are in doubt."""
    doubts = [
        100.0 * (one.effect_hi - one.effect_lo) / (2.0 * _NINETY)
        for one in told
        if one.effect_hi is not None and one.effect_lo is not None
    ]
    own = math.sqrt(sum(one**2 for one in doubts) / len(doubts)) if doubts else 0.0
    return max(float(values.std(ddof=1)), own)


def _period(leads: StepLeads) -> Period:
    return Period(leads.converted, leads.unconverted, leads.delay.drawn_by(leads.ages), leads.offset)


def _too_early(one: PairEffect, days: int, known: float) -> tuple[str, int]:
    """Why nothing can be said yet, and in how many days it may; 0 where nobody knows."""
    if one.n_before < MIN_BEFORE:
        return f"{one.n_before} leads in the six months before: {MIN_BEFORE} show what to expect of a rep", 0
    if days < FIRST_DAYS:
        since = f"{counted(days, 'day')} since"
        return f"too early: {since}, {FIRST_DAYS} are the least", FIRST_DAYS - days
    if one.n < MIN_LEADS:
        more = math.ceil(days * (MIN_LEADS - one.n) / max(one.n, 1))
        return f"too early: {one.n} leads since, {MIN_LEADS} are the least", more
    if known < KNOWN:
        return f"too early: {known:.0%} of the outcomes of {one.n} leads are in", 0
    return "", 0


def _spoken(bare: PairEffect, found: Change, days: int) -> PairEffect:
    is_young = days < PLAIN_DAYS
    return replace(
        bare,
        status=Status.HEDGED if is_young else Status.SPEAKS,
        reason=f"{days} days since: three months tell more" if is_young else "",
        expected=found.expected,
        observed=found.observed,
        effect=found.effect,
        effect_lo=found.effect_lo,
        effect_hi=found.effect_hi,
        p_above=found.p_above,
        peers=found.peers,
    )


def _t_quantile(df: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.95))
