"""What past hires teach: how fast they ramp, how much a full rep signs, and how readily reps leave.

A month of a hire is held against the mean of fully ramped reps in the same calendar month, so that a good
quarter does not look like a fast ramp. Uncertainty comes from the Bayesian bootstrap over reps: the months of
a rep belong together. Those still ramping, and those who left, count for the months they were there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_number
from quintet.facts.careers import Ending, RepCareer, RepMonth, quota_spells
from quintet.hiring.terms.plan import (
    FEWEST_HIRES,
    FEWEST_RAMPED,
    FEWEST_REP_MONTHS,
    RAMPED_AFTER,
    QuotaShare,
    RampMonth,
    Rate,
)
from quintet.kernel.errors import NotEnoughData
from quintet.stats.retention import pooled_multipliers
from quintet.stats.survival import cumulative_incidence

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
DRAWS = 2000
_LEVEL = (0.05, 0.95)
#: Months after the first day in which leaving is another matter than later.
_EARLY = 3
_JEFFREYS = 0.5
_PEERS = 3
_CLASS_MONTHS = 3
_NEVER = 10**6


@dataclass(frozen=True, eq=False)
class Learned:
    """What a plan is drawn from; every array on the same draws.

    Args:
        curve: [draws, RAMPED_AFTER + 1] share of a full rep's MRR by months since the first; ends at 1.
        full: [draws] MRR a fully ramped rep signs in a month.
        leaves: [draws, 2] chance to leave in a month, in the first three and later.
        newcomers: [draws] by how much more readily than all so far a class to come leaves.
        spread: by how much reps differ lastingly, and from month to month, as shares of `full`.
        ramp: the curve with its interval.
        attrition: a month, all reps together.
        reps_by_age: [RAMPED_AFTER + 1] reps today by months since the first day, the last entry all ramped.
        hires: hires whose first months were seen.
        quota: who had made quota once by each month, and who had left before.
        until: the first day of the month after the last one counted.
    """

    curve: F8
    full: F8
    leaves: F8
    newcomers: F8
    spread: tuple[float, float]
    ramp: tuple[RampMonth, ...]
    attrition: Rate
    reps_by_age: I8
    hires: int
    quota: tuple[QuotaShare, ...]
    until: date

    @property
    def lost_months(self) -> Rate:
        """Months of a full rep's MRR that a hire costs until ramped."""
        lost = (1.0 - self.curve).sum(axis=1)
        return _rate(lost, self.hires)

    @property
    def full_mrr(self) -> Rate:
        """What a fully ramped rep signs in a month."""
        return _rate(self.full, int(self.reps_by_age[-1]))


def learn(
    careers: Sequence[RepCareer],
    signed: Iterable[RepMonth],
    until: date,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Learned:
    """What past hires and reps teach for a plan.

    Args:
        careers: every rep, also those who left.
        signed: their months; a month that is missing while a rep was here is one without a sale.
        until: the first day of the month that runs; only months before it count.
        draws: size of the sample.
        seed: of it.

    Raises:
        NotEnoughData: saying what is missing, and how many.
    """
    signed = tuple(signed)
    table = _table(careers, signed, until)
    _require(table)
    rng = np.random.default_rng([seed, 11])
    weights = rng.exponential(size=(draws, len(careers)))
    curve = _curve(table, weights)
    leaves, newcomers, attrition = _leaving(table, rng, draws)
    seen = table.seen_at
    lo, hi = np.quantile(curve, _LEVEL, axis=0)
    ramp = tuple(
        RampMonth(at, float(curve[:, at].mean()), float(lo[at]), float(hi[at]), int(seen[at]))
        for at in range(RAMPED_AFTER)
    )
    return Learned(
        curve=curve,
        full=_full(table, weights),
        leaves=leaves,
        newcomers=newcomers,
        spread=_spread(table),
        ramp=ramp,
        attrition=attrition,
        reps_by_age=_today(table),
        hires=table.hires,
        quota=_quota(careers, signed, until),
        until=until,
    )


@dataclass(frozen=True, eq=False)
class _Table:
    """Reps by months: age (-1 when not here), what was signed, mean of ramped peers."""

    age: I8
    mrr: F8
    peers: F8
    joined_at: I8  # column of the first month; may lie before the first one and after the last
    left_at: I8  # column of the month of leaving; far beyond the end while here

    @property
    def ramped(self) -> Flags:
        return self.age >= RAMPED_AFTER

    @property
    def young(self) -> Flags:
        return (self.age >= 0) & ~self.ramped & np.isfinite(self.peers)[None, :]

    @property
    def hires(self) -> int:
        return int(self.young.any(axis=1).sum())

    @property
    def seen_at(self) -> I8:
        """[RAMPED_AFTER] hires seen at each age beside ramped peers."""
        return np.bincount(self.age[self.young], minlength=RAMPED_AFTER)


def _table(careers: Sequence[RepCareer], signed: Iterable[RepMonth], until: date) -> _Table:
    place = {one.rep_id: at for at, one in enumerate(careers)}
    rows = [one for one in signed if one.rep_id in place and one.month < until]
    if not rows:
        raise NotEnoughData("no rep has a month yet", have=0, need=FEWEST_REP_MONTHS, unit="rep-months")
    first = min(month_number(one.month) for one in rows)
    end = month_number(until)
    shape = (len(careers), end - first)
    mrr = np.zeros(shape)
    for one in rows:
        mrr[place[one.rep_id], month_number(one.month) - first] = one.mrr
    joined = np.array([_joined(one, first) for one in careers])
    left = np.array([month_number(one.left_on) if one.left_on else end + _NEVER for one in careers])
    months = first + np.arange(shape[1])
    age = np.minimum(months[None, :] - joined[:, None], 10 * RAMPED_AFTER)
    age = np.where((age >= 0) & (months[None, :] < left[:, None]), age, -1)
    ramped = age >= RAMPED_AFTER
    count = ramped.sum(axis=0)
    mean = np.where(ramped, mrr, 0.0).sum(axis=0) / np.maximum(count, 1)
    peers = np.where((count >= _PEERS) & (mean > 0), mean, np.nan)
    return _Table(age, mrr, peers, joined - first, left - first)


def _joined(one: RepCareer, first: int) -> int:
    """The month of the first day. Who was there when the history begins came nobody knows when: long ago."""
    month = month_number(one.joined_on) if one.joined_on else first
    return first - RAMPED_AFTER if month == first else month


def _require(table: _Table) -> None:
    ramped = int(table.ramped.any(axis=1).sum())
    needs = (
        (int((table.age >= 0).sum()), FEWEST_REP_MONTHS, "rep-months"),
        (ramped, FEWEST_RAMPED, "reps who have been here for a year"),
        (table.hires, FEWEST_HIRES, "hires whose first months were seen beside ramped colleagues"),
    )
    for have, need, unit in needs:
        if have < need:
            message = f"a plan takes {need} {unit}, and there are {have}"
            raise NotEnoughData(message, have=have, need=need, unit=unit)


def _curve(table: _Table, weights: F8) -> F8:
    """[draws, RAMPED_AFTER + 1] share by age; 1 where fully ramped.

    Neither made to rise nor kept below 1: both would bend it where months are few.
    """
    ramped = table.ramped.astype(float)
    peers = (weights @ (ramped * table.mrr)) / np.maximum(weights @ ramped, 1e-12)
    found = np.ones((len(weights), RAMPED_AFTER + 1))
    seen = []
    for age in range(RAMPED_AFTER):
        of_age = (table.young & (table.age == age)).astype(float)
        if of_age.any():
            beside = ((weights @ of_age) * peers).sum(axis=1)
            found[:, age] = (weights @ (of_age * table.mrr)).sum(axis=1) / np.maximum(beside, 1e-12)
            seen.append(age)
    return _between(found, seen)


def _between(found: F8, seen: list[int]) -> F8:
    """Ages at which nobody was seen lie on the line between those at which somebody was."""
    known = [*seen, RAMPED_AFTER]
    for age in sorted(set(range(RAMPED_AFTER)) - set(seen)):
        after = next(one for one in known if one > age)
        before = max((one for one in known if one < age), default=None)
        start, low = (-1, 0.0) if before is None else (before, found[:, before])
        found[:, age] = low + (found[:, after] - low) * (age - start) / (after - start)
    return found


def _full(table: _Table, weights: F8) -> F8:
    """[draws] what a ramped rep signs a month, over the last twelve months in which there were some."""
    recent = table.ramped.copy()
    recent[:, :-12] = False
    months = recent.sum(axis=1)
    signed = np.where(recent, table.mrr, 0.0).sum(axis=1)
    return np.asarray((weights @ signed) / np.maximum(weights @ months, 1e-12))


def _spread(table: _Table) -> tuple[float, float]:
    """How much ramped reps differ lastingly, and from month to month, beside the mean of the month."""
    good = table.ramped & np.isfinite(table.peers)[None, :]
    ratio = np.where(good, table.mrr / np.where(np.isfinite(table.peers), table.peers, 1.0), np.nan)
    n = good.sum(axis=1)
    kept = n >= _PEERS
    if kept.sum() < _PEERS:
        return 0.0, 1.0
    within = float(np.mean(np.nanvar(ratio[kept], axis=1, ddof=1)))
    means = np.nanmean(ratio[kept], axis=1)
    between = max(float(np.var(means, ddof=1)) - within * float(np.mean(1.0 / n[kept])), 0.0)
    return float(np.sqrt(between)), float(np.sqrt(within))


def _leaving(table: _Table, rng: np.random.Generator, draws: int) -> tuple[F8, F8, Rate]:
    """Chance to leave in a month by tenure, what a class to come adds to it, and the chance of all."""
    here = table.age >= 0
    went = np.zeros_like(here)
    gone = np.flatnonzero((table.left_at > 0) & (table.left_at < here.shape[1]))
    went[gone, table.left_at[gone] - 1] = here[gone, table.left_at[gone] - 1]
    early = here & (table.age < _EARLY)
    bands = [(float((went & band).sum()), float(band.sum())) for band in (early, here & ~early)]
    hazard = np.stack(
        [rng.gamma(left + _JEFFREYS, 1.0 / max(seen, 1.0), draws) for left, seen in bands], axis=1
    )
    both = rng.gamma(went.sum() + _JEFFREYS, 1.0 / here.sum(), draws)
    newcomers = _class_multipliers(went, here, draws)
    return np.minimum(hazard, 1.0), newcomers, _rate(both, int(went.sum()))


def _class_multipliers(went: Flags, here: Flags, draws: int) -> F8:
    """[draws] by how much more readily than all a class to come leaves: classes differ, so far and later."""
    joined = np.argmax(here, axis=1) // _CLASS_MONTHS
    overall = went.sum() / max(int(here.sum()), 1)
    classes = int(joined.max()) + 1
    events = np.bincount(joined, went.sum(axis=1), classes)
    expected = np.bincount(joined, here.sum(axis=1) * overall, classes)
    drawn = pooled_multipliers(np.append(events, 0.0), np.append(expected, 0.0), draws=draws)
    return np.asarray(drawn[-1])


def _today(table: _Table) -> I8:
    """Reps at the start of the month that runs, by age, those from RAMPED_AFTER on together."""
    end = table.age.shape[1]
    here = (table.joined_at <= end) & (table.left_at > end)
    age = np.minimum(end - table.joined_at[here], RAMPED_AFTER)
    return np.bincount(age, minlength=RAMPED_AFTER + 1)


def _quota(careers: Sequence[RepCareer], signed: Iterable[RepMonth], until: date) -> tuple[QuotaShare, ...]:
    """Of hires seen from their first month: by when they had made quota once, and who had left before."""
    spells = quota_spells(careers, signed, until)
    if not spells:
        return ()
    cause = {Ending.REACHED: 1, Ending.LEFT: 2, Ending.RAMPING: 0}
    times = np.array([one.months for one in spells], dtype=np.float64)
    return _shares(times, np.array([cause[one.ending] for one in spells]))


def _shares(times: F8, cause: I8) -> tuple[QuotaShare, ...]:
    at, made = cumulative_incidence(times, cause, 1)
    _, left = cumulative_incidence(times, cause, 2)
    places = np.searchsorted(at, np.arange(1, RAMPED_AFTER + 1), side="right") - 1
    watched = times.max(initial=0.0)
    return tuple(
        QuotaShare(month, float(made[p]) if p >= 0 else 0.0, float(left[p]) if p >= 0 else 0.0)
        for month, p in enumerate(places.tolist(), start=1)
        if month <= watched
    )


def _rate(draws: F8, n: int) -> Rate:
    lo, hi = np.quantile(draws, _LEVEL)
    return Rate(float(draws.mean()), float(lo), float(hi), n)
