"""Each rep's rate at each step: pooled, corrected for young leads, or silent with the reason."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from quintet.kernel.finding import Status
from quintet.management.formula.counts import StepCounts
from quintet.management.formula.fair_peers import FairPeers
from quintet.management.formula.open_leads import OpenLeads, open_leads
from quintet.management.metrics.inputs import FunnelInputs
from quintet.management.terms.funnel import Gain, RateEstimate, Step, TeamRate, Verdict
from quintet.stats.delay import MIN_EVENTS, DelayCurve
from quintet.stats.homogeneity import Homogeneity, fit_homogeneity, supports_ranking
from quintet.stats.rates import PooledRates, fit_rates

FloatArray = NDArray[np.float64]

#: Below this many reps, or this many leads of the median rep, the step is silent.
MIN_REPS = 4
MIN_MEDIAN = 20
#: What other steps bring is still reckoned through a silent step of which all reps together have so many
#: converted leads: then the team's rate is known, if not the rep's.
THIN_CONVERTED = 20
#: From this many reps on, the step speaks without a hedge.
ENOUGH_REPS = 8
#: Below this many leads nothing is said of one rep.
MIN_REP_LEADS = 10
#: Weak (strong) needs this probability of being below (above) peers ...
SURE = 0.90
#: ... and an expected rate at least this share below (above) theirs; studies/weak_step.py tunes both.
MATERIAL = 0.10
#: Reps who may stand apart from the rest, a priori.
OUTLIERS = 0.10
#: An outcome is as good as known when this share of it is.
MATURE = 0.90
#: A cohort is young when less than this share of its outcomes is known.
YOUNG = 0.50
#: Differences are beyond chance below this p-value, corrected for the steps shown.
ALPHA = 0.05


@dataclass(frozen=True, eq=False)
class StepFit:
    """One step fitted for all reps; `pooled` is None when the step is silent.

    Args:
        thin: the fit of a silent step: says nothing of a rep, but what other steps bring runs through it;
            None where it speaks, or where not even the team's rate is known.
        unclosed: reps leave different shares of old leads open; None where they do not.
    """

    counts: StepCounts
    delay: DelayCurve | None
    maturity: FloatArray
    peers: FairPeers
    unclosed: OpenLeads | None
    pooled: PooledRates | None
    homogeneity: Homogeneity | None
    status: Status
    reason: str
    expected_on: date | None
    thin: PooledRates | None = None

    @property
    def step(self) -> Step:
        """From where to where."""
        return self.counts.step

    @property
    def known(self) -> PooledRates | None:
        """What other steps are reckoned through: its rates, if only the team's is told."""
        return self.pooled or self.thin

    @cached_property
    def known_share(self) -> FloatArray:
        """Share of each rep's outcomes that is known, shape (J,); 0 for nobody."""
        known = self.counts.converted + self.counts.unconverted @ self.maturity
        return np.divide(known, self.counts.n, out=np.zeros(known.size), where=self.counts.n > 0)

    @cached_property
    def mature_n(self) -> NDArray[np.int64]:
        """Leads of each rep whose outcome is as good as known, shape (J,)."""
        return self.counts.converted + self.counts.unconverted @ (self.maturity >= MATURE)

    @cached_property
    def keeps_ranks_apart(self) -> bool:
        """Do the rank intervals of the reps with enough leads keep any two apart?"""
        seen = self.counts.n >= MIN_REP_LEADS
        if self.pooled is None or not seen.any():
            return False
        return supports_ranking(self.pooled.rank_lo[seen], self.pooled.rank_hi[seen])

    @cached_property
    def standings(self) -> NDArray[np.int64]:
        """Each rep's place in VERDICTS, shape (J,); ordinary too where too few leads leave nothing to say."""
        if self.pooled is None:
            return np.zeros(self.counts.n.size, dtype=np.int64)
        found = standings(self.pooled)
        if self.unclosed is not None:  # where old leads stay open, the closed ones must say the same
            found = np.where(found == standings(self.unclosed.closed), found, 0)
        return np.where(self.counts.n >= MIN_REP_LEADS, found, 0)


#: What the numbers of `standings` mean, by place.
VERDICTS = (Verdict.ORDINARY, Verdict.STRONG, Verdict.WEAK)


def standings(pooled: PooledRates) -> NDArray[np.int64]:
    """Weak or strong: probable enough, and big enough to matter; each rep's place in VERDICTS."""
    ratio = pooled.mean / pooled.team_mean
    weak = (pooled.p_below >= SURE) & (ratio <= 1.0 - MATERIAL)
    strong = (pooled.p_above >= SURE) & (ratio >= 1.0 + MATERIAL)
    return np.where(weak, 2, strong.astype(np.int64))


def fit_step(
    counts: StepCounts,
    delay: DelayCurve | None,
    inputs: FunnelInputs,
    peers: FairPeers,
    *,
    seed: int = 0,
    must_close: bool = True,
) -> StepFit:
    """One step for all reps.

    Args:
        counts: leads of each rep.
        delay: how long conversions take; None where every outcome is known.
        inputs: of which the question and `as_of` date the silence.
        peers: what the rates owe to the leads each rep got.
        seed: another one for each step, so that their draws are independent.
        must_close: every lead of the step ought to be won or lost some day.
    """
    maturity = np.ones(counts.unconverted.shape[1]) if delay is None else delay.known_by(counts.ages)
    silence, expected_on = _silence(counts, inputs)
    bare = StepFit(counts, delay, maturity, peers, None, None, None, Status.SILENT, silence, expected_on)
    if silence and not _is_team_known(counts):
        return bare
    offset = peers.offset
    pooled = fit_rates(
        counts.converted,
        counts.unconverted,
        maturity if delay is None else delay.drawn_by(counts.ages),
        outliers=OUTLIERS,
        seed=seed,
        offset=offset,
    )
    if silence:
        return replace(bare, thin=pooled)
    homogeneity = fit_homogeneity(counts.converted, pooled.effective_n, offset=offset)
    unclosed = open_leads(counts, delay, offset, OUTLIERS) if must_close else None
    hedge = unclosed.reason if unclosed else _hedge(counts, delay)
    status = Status.HEDGED if hedge else Status.SPEAKS
    return StepFit(counts, delay, maturity, peers, unclosed, pooled, homogeneity, status, hedge, None)


def team_rate(fit: StepFit, adjusted_p: float | None) -> TeamRate:
    """The team's line of one step."""
    n = int(fit.counts.n.sum())
    bare = TeamRate(fit.step, fit.status, n, int(fit.counts.converted.sum()), reason=fit.reason)
    if fit.pooled is None or fit.homogeneity is None or adjusted_p is None:
        return replace(bare, expected_on=fit.expected_on)
    has_delay = fit.delay is not None and fit.delay.is_fitted
    return replace(
        bare,
        rate=fit.pooled.team_mean,
        lo=fit.pooled.team_lo,
        hi=fit.pooled.team_hi,
        known_share=float(fit.pooled.effective_n.sum() / n),
        homogeneity_p=fit.homogeneity.p_value,
        adjusted_p=adjusted_p,
        is_rankable=is_rankable(fit, adjusted_p),
        horizon_days=fit.delay.horizon_days if fit.delay is not None and has_delay else None,
        is_still_rising=fit.delay.still_rising if fit.delay is not None else False,
        adjusted_for=fit.peers.adjusted_for,
    )


def is_rankable(fit: StepFit, adjusted_p: float) -> bool:
    """Do the reps differ beyond chance, and do their rank intervals keep some apart?"""
    if fit.pooled is None or (fit.unclosed is not None and fit.unclosed.p_value >= ALPHA):
        return False
    return adjusted_p < ALPHA and fit.keeps_ranks_apart


def rep_estimate(
    fit: StepFit, place: int, adjusted_p: float | None, gains: tuple[Gain, Gain] | None = None
) -> RateEstimate:
    """One rep's rate at one step.

    Args:
        fit: the step.
        place: the rep's place in the arrays.
        adjusted_p: of the step's homogeneity; None when the step is silent.
        gains: what reaching the peers, and the top quartile, would bring.
    """
    n, converted, pooled = int(fit.counts.n[place]), int(fit.counts.converted[place]), fit.pooled
    told = partial(RateEstimate, fit.step, n=n, converted=converted, expected_on=fit.expected_on)
    if pooled is None or adjusted_p is None:
        return told(status=fit.status, reason=fit.reason)
    if n < MIN_REP_LEADS:
        reason = f"{n} of the {MIN_REP_LEADS} leads it takes to say anything about one rep"
        return told(status=Status.SILENT, reason=reason)
    known = float(fit.known_share[place])
    young, ranked = known < YOUNG, is_rankable(fit, adjusted_p)
    rate, lo, hi, peer_rate = pooled.told_on_own_leads[:, place].tolist()
    return told(
        status=Status.HEDGED if young else fit.status,
        mature_n=int(fit.mature_n[place]),
        known_share=known,
        rate=rate,
        lo=lo,
        hi=hi,
        peer_rate=peer_rate,
        raw=float(pooled.raw[place]),
        p_below=float(pooled.p_below[place]),
        p_above=float(pooled.p_above[place]),
        rank_lo=int(pooled.rank_lo[place]) if ranked else None,
        rank_hi=int(pooled.rank_hi[place]) if ranked else None,
        verdict=VERDICTS[fit.standings[place]],
        is_young=young,
        to_peers=gains[0] if gains else None,
        to_top=gains[1] if gains else None,
        reason=f"only {known:.0%} of the outcomes are in" if young else fit.reason,
    )


def _silence(counts: StepCounts, inputs: FunnelInputs) -> tuple[str, date | None]:
    """Why the step says nothing, and when it may; ("", None) when it may speak."""
    active = counts.n[counts.n > 0]
    if active.size < MIN_REPS:
        return f"{active.size} reps with leads at this step of the {MIN_REPS} needed to compare", None
    median = float(np.median(active))
    if median >= MIN_MEDIAN:
        return "", None
    days = (inputs.question.end - inputs.question.start).days
    wait = int(np.ceil((MIN_MEDIAN - median) * days / median))
    reason = f"the median rep has {median:g} leads at this step of the {MIN_MEDIAN} needed"
    return reason, inputs.as_of.date() + timedelta(days=wait)


def _is_team_known(counts: StepCounts) -> bool:
    """Do the reps together have enough leads at the step to know the team's rate?"""
    return bool(np.count_nonzero(counts.n) >= MIN_REPS and counts.converted.sum() >= THIN_CONVERTED)


def _hedge(counts: StepCounts, delay: DelayCurve | None) -> str:
    """What to keep in mind; empty when the step speaks plainly."""
    if delay is not None and not delay.is_fitted:
        return delay.reason
    if delay is not None and delay.events < MIN_EVENTS:
        return f"only {delay.events} conversions teach how long they take, {MIN_EVENTS} are better"
    if delay is not None and delay.still_rising:
        return f"leads still convert after {delay.horizon_days} days: these rates will grow"
    reps = int(np.count_nonzero(counts.n))
    return f"{reps} reps: few to compare, {ENOUGH_REPS} are better" if reps < ENOUGH_REPS else ""
