"""How deals move day by day: the chance to be won, to be lost, or to move on, by stage and days in it.

Piecewise constant hazards of a discrete-time multi-state model. Each rests on its own events and days, and
on half an event's worth of its stage. Deals that are still open count as long as they were seen.

Source: Prentice & Gloeckler (1978), Biometrics 34; Andersen & Keiding (2002), Multi-state models for event
history analysis, Statistical Methods in Medical Research 11.
"""

from dataclasses import dataclass

import numpy as np

from quintet.management.formula.forecast.stays import EDGES, LOST, WON, Stays
from quintet.management.terms.forecast import F8, I8

#: Days in a stage that are told apart.
OLDEST = 300
_PRIOR_EVENTS = 0.5


@dataclass(frozen=True, eq=False)
class Hazards:
    """Chances a day, by state and bucket of days in it.

    Args:
        win: [states, buckets].
        lose: [states, buckets].
        move: [states, buckets, states].
        entry: [states] share of new deals that begin in each.
    """

    win: F8
    lose: F8
    move: F8
    entry: F8


def fit_hazards(stays: Stays, until: int) -> Hazards:
    """The hazards of what was seen up to, and without, a day."""
    exposure = stays.exposure(stays.since, until)
    rows = stays.happened(stays.since, until)
    bucket = np.searchsorted(EDGES, stays.lasted[rows], side="right") - 1
    shape = stays.states, len(EDGES)
    at_risk = np.zeros(shape)
    np.add.at(at_risk, stays.state, exposure)
    targets = stays.states + 2
    to = np.where(
        stays.to[rows] == WON, stays.states, np.where(stays.to[rows] == LOST, targets - 1, stays.to[rows])
    )
    events = np.zeros((*shape, targets))
    np.add.at(events, (stays.state[rows], bucket, to), 1.0)
    usual = events.sum(axis=1) / np.maximum(at_risk.sum(axis=1), 1.0)[:, None]
    weight = _PRIOR_EVENTS / np.maximum(usual.sum(axis=1), 1e-6)
    chance = (events + weight[:, None, None] * usual[:, None, :]) / (at_risk + weight[:, None])[:, :, None]
    chance /= np.maximum(chance.sum(axis=2, keepdims=True), 1.0)
    return Hazards(
        win=chance[:, :, stays.states],
        lose=chance[:, :, targets - 1],
        move=chance[:, :, : stays.states],
        entry=_entry(stays),
    )


def _entry(stays: Stays) -> F8:
    """Where new deals begin; those of the record's own time where there are any."""
    is_first = np.append(True, stays.deal[1:] != stays.deal[:-1])
    begun = stays.state[is_first & (stays.start >= stays.since)]
    begun = begun if len(begun) else stays.state[is_first]
    counts = np.bincount(begun, minlength=stays.states).astype(float)
    return np.asarray(counts / max(counts.sum(), 1.0))


def win_chances(hazards: Hazards, seasons: F8) -> tuple[F8, F8]:
    """The chance to be won within the days ahead, for deals open now and for deals that begin on each day.

    Args:
        hazards: as fitted.
        seasons: [days] how many times the usual chance to win each day ahead has.

    Returns:
        [states, OLDEST + 1] by state and days in it, at the start of the first day;
        [days] of a deal that begins on each of them.
    """
    bucket = np.searchsorted(EDGES, np.arange(OLDEST + 1), side="right") - 1
    win, lose = hazards.win[:, bucket], hazards.lose[:, bucket]
    move = hazards.move[:, bucket, :]
    stay = 1 - win - lose - move.sum(axis=2)
    ahead = np.zeros((len(win), OLDEST + 1))
    begun = np.zeros(len(seasons))
    for day in range(len(seasons) - 1, -1, -1):
        older = np.concatenate([ahead[:, 1:], ahead[:, -1:]], axis=1)
        won = np.minimum(win * seasons[day], 0.95)
        rest = (1 - won) / np.maximum(1 - win, 1e-9)
        ahead = won + rest * (stay * older + move @ ahead[:, 0])
        begun[day] = hazards.entry @ ahead[:, 0]
    return ahead, begun


def expected_wins(stays: Stays, hazards: Hazards, since: int, until: int) -> F8:
    """[m] wins to be expected of each stay between two days, the second left out."""
    return np.asarray((stays.exposure(since, until) * hazards.win[stays.state]).sum(axis=1))


def rep_factors(stays: Stays, hazards: Hazards, until: int) -> tuple[I8, F8, float]:
    """How many times the usual number of wins each rep has, pulled to 1 as far as chance explains it.

    Wins are Poisson around expected x factor, factors gamma around 1; their spread is what is left of the
    differences once chance is taken off, and none where chance explains all.

    Returns:
        rep ids; factor of each; standard deviation of the factors.

    Source: Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.7.
    """
    reps, place = np.unique(stays.rep, return_inverse=True)
    expected = np.bincount(place, expected_wins(stays, hazards, stays.since, until), len(reps))
    rows = stays.happened(stays.since, until)
    won = rows[stays.to[rows] == WON]
    seen = np.bincount(place[won], minlength=len(reps)).astype(float)
    spread = ((seen - expected) ** 2 - expected).sum() / max((expected**2).sum(), 1e-9)
    if spread <= 0:
        return reps, np.ones(len(reps)), 0.0
    return reps, (1 / spread + seen) / (1 / spread + expected), float(np.sqrt(spread))
