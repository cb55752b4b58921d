"""Which criteria and modules go with which step: one table of links, with all looks counted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from quintet.hiring.terms.links import CriterionLink
from quintet.loop.chain.fitting import Told
from quintet.loop.chain.terms import COLUMNS, FALSE_SHARE, LEVEL, LIFETIME, STEPS, WORTHWHILE, Link, Verdict
from quintet.stats.discoveries import fit_discoveries
from quintet.training.formula.steps import Finished, step_moves
from quintet.training.terms.steps import StepCell, StepMove

#: Standard errors that an effect must be long to be found in four of five cases, at 5 %.
_FOUND = 2.8
#: More times the people there are, and it will not be known soon.
_TOO_FAR = 20
CRITERION, MODULE = "criterion", "module"


@dataclass(frozen=True)
class Estimate:
    """One link as it was estimated: in log-odds of the step, or the log of lifetime or value.

    Args:
        link: what it is of, without numbers.
        change: estimate; None when silent.
        error: its standard error.
        freedom: of its t distribution; infinity for a normal one.
    """

    link: Link
    change: float | None = None
    error: float = 0.0
    freedom: float = math.inf


def joined(estimates: Sequence[Estimate], false_share: float = FALSE_SHARE) -> tuple[Link, ...]:
    """The links with their intervals and verdicts, all looks counted.

    Of the links claimed at most `false_share` is expected to be chance. The interval of a claimed link is as
    much wider as it takes that at most that share of the claimed intervals misses; others have the usual
    level.

    Source: Benjamini & Hochberg, JRSS B 57 (1995) 289-300; Benjamini & Yekutieli, JASA 100 (2005) 71-81.
    """
    told = [one for one in estimates if one.change is not None]
    found = fit_discoveries([_p_value(one) for one in told], false_share=false_share)
    claimed = int(found.is_reported.sum())
    wide = 1.0 - claimed * false_share / max(len(told), 1)
    q_values = {id(one): float(q) for one, q in zip(told, found.q_value.tolist(), strict=True)}
    links = []
    for one in estimates:
        if one.change is None:
            links.append(one.link)
            continue
        q_value = q_values[id(one)]
        is_claimed = q_value <= false_share
        links.append(_spoken(one, q_value, wide if is_claimed else LEVEL, is_claimed=is_claimed))
    return tuple(links)


def _spoken(one: Estimate, q_value: float, level: float, *, is_claimed: bool) -> Link:
    change, reach = one.change or 0.0, _quantile(one.freedom, 0.5 + level / 2.0) * one.error
    link = replace(
        one.link,
        value=_moved(one.link, change),
        lo=_moved(one.link, change - reach),
        hi=_moved(one.link, change + reach),
        level=level,
        p_value=_p_value(one),
        q_value=q_value,
    )
    if is_claimed:
        return replace(link, verdict=Verdict.MORE if change > 0 else Verdict.LESS)
    worth = WORTHWHILE * one.link.base
    if -worth < (link.lo or 0.0) and (link.hi or 0.0) < worth:
        return replace(link, verdict=Verdict.LITTLE)
    return replace(link, verdict=Verdict.OPEN, reason=_needs(one, worth))


def _needs(one: Estimate, worth: float) -> str:
    """How many it would take to see what is worth acting on."""
    base = one.link.base
    aim = math.log1p(WORTHWHILE)
    if one.link.column in STEPS:
        better = min(base + worth, 0.999)
        aim = math.log(better / (1.0 - better)) - math.log(base / (1.0 - base))
    needed = one.link.n * (_FOUND * one.error / aim) ** 2
    who = "hires" if one.link.of == CRITERION else "reps"
    if needed > _TOO_FAR * one.link.n:
        return f"a tenth more or less would not show with twenty times the {one.link.n} {who} there are"
    enough = max(math.ceil(needed), one.link.n + 1)
    return f"a tenth more or less shows with about {enough} {who}, and there are {one.link.n}"


def _moved(link: Link, change: float) -> float:
    """A change on the scale of estimates, as one of the rate or of the value."""
    if link.column not in STEPS:
        return math.expm1(change)
    odds = link.base / (1.0 - link.base) * math.exp(change)
    return odds / (1.0 + odds) - link.base


def _p_value(one: Estimate) -> float:
    from scipy.special import ndtr, stdtr

    z = -abs((one.change or 0.0) / one.error)
    return 2.0 * float(ndtr(z) if math.isinf(one.freedom) else stdtr(one.freedom, z))


def _quantile(freedom: float, level: float) -> float:
    from scipy.special import ndtri, stdtrit

    return float(ndtri(level) if math.isinf(freedom) else stdtrit(freedom, level))


def of_criteria(
    found: Sequence[CriterionLink], bases: Mapping[str, float], names: Mapping[str, str]
) -> list[Estimate]:
    """Criteria as hiring told them: sums over hires, in the order of the columns."""
    order = list(COLUMNS)
    estimates = []
    for one in found:
        name = names.get(one.criterion, one.criterion.replace("_", " "))
        link = Link(
            CRITERION, one.criterion, name, one.measure, one.n, bases.get(one.measure, 1.0), reason=one.reason
        )
        if one.slope is None:
            estimates.append(Estimate(link))
            continue
        estimates.append(Estimate(link, one.slope.slope, one.slope.error, one.slope.freedom))
    return sorted(estimates, key=lambda one: (one.link.name.lower(), order.index(one.link.column)))


def of_modules(told: Mapping[str, Told], finished: Finished, names: Mapping[str, str]) -> list[Estimate]:
    """Modules beside every step: reps before and after, on leads as good, beside calendar and experience."""
    estimates = []
    for column in (*STEPS, LIFETIME):
        one = told[column]
        if one.fit is None:
            continue
        moves = step_moves(cells_of(one, column), finished, column)
        base = one.rate if column in STEPS else 1.0
        estimates += [_of_module(move, base, column, names) for move in moves]
    order = list(COLUMNS)
    return sorted(estimates, key=lambda one: (one.link.name.lower(), order.index(one.link.column)))


def _of_module(move: StepMove, base: float, column: str, names: Mapping[str, str]) -> Estimate:
    counted = move.counted
    name = names.get(counted.module, counted.module.replace("_", " "))
    link = Link(MODULE, counted.module, name, column, counted.reps, base, reason=counted.reason)
    if move.log_odds is None or not move.error:
        return Estimate(replace(link, reason=counted.reason or "too few months to compare"))
    way = 1.0 if column in STEPS else -1.0  # of a lifetime, what is counted is who is lost
    return Estimate(link, way * move.log_odds, move.error)


def cells_of(told: Told, column: str) -> list[StepCell]:
    """Each rep's leads by month, with how much easier they are by their kinds."""
    fit, worked = told.fit, told.worked
    if fit is None:
        return []
    rep, month, tenure = (one[told.rows] for one in (worked.rep_id, worked.month, worked.tenure))
    keys, at = np.unique(np.column_stack([rep, month, tenure]), axis=0, return_inverse=True)
    tried, won, easier = (
        np.bincount(at.reshape(-1), one) for one in (fit.rows.tried, fit.rows.won, fit.lead * fit.rows.tried)
    )
    return [
        StepCell(who, column, when, None if since < 0 else since, int(n), int(k), float(lead / n))
        for (who, when, since), n, k, lead in zip(keys.tolist(), tried, won, easier, strict=True)
    ]
