"""Stays of deals in stages, cut to what was known: the ground of every hazard."""

from dataclasses import dataclass, replace

import numpy as np

from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import F8, I8

#: Days in a stage at which the pace of deals may change.
EDGES = np.asarray([0, 1, 2, 4, 7, 11, 15, 22, 29, 43, 57, 71, 85, 113, 141, 183, 274], dtype=np.int64)
OPEN, WON, LOST = -1, -2, -3
#: A stage with fewer stays is counted with the deals that have no stage.
FEWEST_STAYS = 30


@dataclass(frozen=True, eq=False)
class Stays:
    """One row per stay of a deal in a stage.

    Args:
        deal: [m] place of the deal.
        rep: [m] its owner.
        state: [m] 0 for no or a rare stage, else 1 + its number.
        start: [m] first day at risk.
        end: [m] day it ended, or the last day known.
        to: [m] the state that followed, or OPEN, WON, LOST.
        states: how many states there are.
        since: from this day on closings are recorded.
    """

    deal: I8
    rep: I8
    state: I8
    start: I8
    end: I8
    to: I8
    states: int
    since: int

    @property
    def lasted(self) -> I8:
        """[m] days from the first day at risk to the end."""
        return self.end - self.start

    def within(self, since: int, until: int) -> "Stays":
        """Those at risk on a day of a stretch, the second day left out."""
        rows = np.flatnonzero((self.end >= since) & (self.start < until))
        columns = {name: getattr(self, name)[rows] for name in ("deal", "rep", "state", "start", "end", "to")}
        return replace(self, **columns)

    def exposure(self, since: int, until: int) -> F8:
        """[m, buckets] days at risk between two days, the second left out, by days in the stage."""
        first = np.maximum(self.start, since) - self.start
        last = np.minimum(self.end, until - 1) - self.start
        ends = np.append(EDGES[1:], np.iinfo(np.int64).max // 2)
        days = np.minimum(last[:, None] + 1, ends) - np.maximum(first[:, None], EDGES)
        return np.maximum(days, 0).astype(float)

    def happened(self, since: int, until: int) -> I8:
        """Rows of the stays that ended by an event between two days, the second left out."""
        return np.flatnonzero((self.to != OPEN) & (self.end >= since) & (self.end < until))


def stays_of(history: History, since: int | None = None) -> Stays:
    """Every stay so far.

    Args:
        history: what was known.
        since: nothing earlier counts; the first day of a closing when left out. Before that day nobody
            recorded closings, so a deal that is old by then tells nothing about its youth.
    """
    deals, spells = history.deals, history.spells
    place = deals.places(spells.deal)
    known = place >= 0
    place, entered, state = place[known], spells.entered[known], spells.stage[known] + 1
    first = np.full(len(deals.ids), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(first, place, entered)
    bare = np.flatnonzero(first > deals.created)
    place = np.concatenate([bare, place])
    entered = np.concatenate([deals.created[bare], entered])
    state = np.concatenate([np.zeros(len(bare), dtype=np.int64), state])
    order = np.lexsort((np.arange(len(place)), entered, place))
    place, entered, state = (
        place[order],
        np.maximum(entered[order], deals.created[place[order]]),
        state[order],
    )
    state = _without_rare(state, len(history.stages) + 1)
    return _ended(history, (place, entered, state), since)


def _ended(history: History, rows: tuple[I8, I8, I8], since: int | None) -> Stays:
    deals, (place, entered, state) = history.deals, rows
    is_last = np.append(place[1:] != place[:-1], True) if len(place) else np.zeros(0, dtype=bool)
    is_first = np.append(True, place[1:] != place[:-1]) if len(place) else np.zeros(0, dtype=bool)
    closed = deals.closed[place]
    ending = np.where(deals.is_won[place], WON, LOST)
    to = np.where(is_last, np.where(closed < 0, OPEN, ending), np.roll(state, -1))
    end = np.where(is_last, np.where(closed < 0, history.newest, closed), np.roll(entered, -1))
    end = np.maximum(end, entered)
    start = np.where(is_first, entered, np.minimum(entered + 1, end))
    shut = deals.closed[deals.closed >= 0]
    opened = int(shut.min()) if len(shut) else history.newest
    return Stays(
        place,
        deals.rep[place],
        state,
        start,
        end,
        to,
        len(history.stages) + 1,
        opened if since is None else max(opened, since),
    )


def _without_rare(state: I8, states: int) -> I8:
    counts = np.bincount(state, minlength=states)
    return np.where(counts[state] < FEWEST_STAYS, 0, state)
