"""Try a lead score on leads it has not seen: fitted on what was known by a day, tried on what came later."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from quintet.demand.formula.score.fit import fit_score
from quintet.demand.formula.score.gut import fit_gut, fitted_against_gut, score_against_points
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.skill import score_skill
from quintet.demand.formula.score.subset import subset
from quintet.demand.formula.score.target import fit_target
from quintet.demand.terms.examples import I8, Examples
from quintet.demand.terms.leads import Trial
from quintet.demand.terms.score import Comparison, Gut
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.finding import Status

#: Share of the leads with known outcome that the score is tried on.
TRIED = 0.3
#: Fewer customers, or others, among them tell nothing.
FEWEST = 10
#: Horizons in days it is tried at where its own leaves too few leads old enough.
SHORTER = (365, 180, 90, 60, 30, 14)

Reader = Callable[[datetime], Examples]


def try_score(
    examples: Examples, read_until: Reader, fields: tuple[str, ...], gut: Gut | None, *, seed: int = 0
) -> Trial:
    """How a score fitted in the same way did on later leads.

    Args:
        examples: all leads, without the columns that leak.
        read_until: the leads as they were known by a day.
        fields: columns the score may use.
        gut: points typed by hand; None where there are none.
        seed: of the leads held out where nothing has a date.

    Returns:
        The trial at the horizon of the score; where that leaves too few leads old enough, at the longest of
        `SHORTER` that does not, by a score fitted for that one.

    Raises:
        NotEnoughData: when too few leads are left to learn from or to try it on, at any horizon.
    """
    asked = _Asked(examples, read_until, fields, gut, seed)
    longest = fit_target(examples).ground.horizon_days
    try:
        return _tried(asked, None)
    except NotEnoughData:
        for days in (days for days in SHORTER if longest is not None and days < longest):
            with suppress(NotEnoughData):
                return _tried(asked, days)
        raise


@dataclass(frozen=True, eq=False)
class _Asked:
    """The arguments of `try_score`."""

    examples: Examples
    read_until: Reader
    fields: tuple[str, ...]
    gut: Gut | None
    seed: int


def _tried(asked: _Asked, horizon_days: int | None) -> Trial:
    """The trial at one horizon; at the one learned from the earlier leads when None."""
    examples, cut = asked.examples, _cut(asked.examples, horizon_days)
    if cut is None:
        earlier, later = _held_out(examples, asked.seed)
    else:
        moment = cut.astype("datetime64[us]").item()
        earlier = asked.read_until(moment)
        later = subset(examples, np.flatnonzero(examples.handed_at > cut))
    known = tuple(name for name in asked.fields if name in earlier.fields)
    score = fit_score(earlier, fields=known, seed=asked.seed, horizon_days=horizon_days)
    if score.status is Status.SILENT:
        lacking = score.not_enough
        have, need = (lacking.have, lacking.need) if lacking else (0, FEWEST)
        message = "too few customers before the leads it would be tried on"
        raise NotEnoughData(message, have=have, need=need, unit="customers")
    skill = score_skill(score, later)
    if min(skill.customers, skill.leads - skill.customers) < FEWEST:
        message = "too few later customers to try the score on"
        raise NotEnoughData(message, have=skill.customers, need=FEWEST, unit="customers")
    against, problem = _against_gut(score, asked.gut, earlier, later)
    return Trial(
        is_later=cut is not None,
        cut=None if cut is None else cut.astype("datetime64[D]").item(),
        skill=skill,
        points=score_against_points(score, later),
        gut=against,
        gut_problem=problem,
        horizon_days=score.ground.horizon_days,
    )


def _cut(examples: Examples, horizon_days: int | None) -> np.datetime64 | None:
    """The instant before the newest of the leads with known outcome; None without dates."""
    target = fit_target(examples, horizon_days)
    settled = target.taken & (target.known >= 1.0) & ~np.isnat(examples.handed_at)
    handed = np.sort(examples.handed_at[settled])
    if not len(handed):
        return None
    found: np.datetime64 = handed[int((1 - TRIED) * (len(handed) - 1))]
    return found


def _held_out(examples: Examples, seed: int) -> tuple[Examples, Examples]:
    """Leads without dates, parted by chance, the same way every time."""
    order: I8 = np.random.default_rng([seed, 70]).permutation(len(examples))
    first = int((1 - TRIED) * len(order))
    return subset(examples, np.sort(order[:first])), subset(examples, np.sort(order[first:]))


def _against_gut(
    score: LeadScore, gut: Gut | None, earlier: Examples, later: Examples
) -> tuple[Comparison | None, str]:
    if gut is None:
        return None, ""
    try:
        return fitted_against_gut(score, fit_gut(gut, earlier), later), ""
    except (BadInput, NotEnoughData) as error:
        return None, str(error)
