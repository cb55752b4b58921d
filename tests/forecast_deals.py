"""Small histories of deals for the forecast's tests: state what matters, the rest is plain."""

from dataclasses import replace

import numpy as np

from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import Deals, Quotas, Spells

NONE = np.zeros(0, dtype=np.int64)


def history(deals, *, newest=None, stages=(), spells=(), quotas=(), teams=None, left=None):
    """A history of deals (rep, created, closed or None, won, amount): days are plain numbers.

    Args:
        deals: in order of their ids, from 1 on.
        newest: newest day; the last one of any deal when left out.
        stages: names; `spells` are (deal id, stage number, day entered).
        spells: stays in stages.
        quotas: (rep, day number of the month, quota).
        teams: of each manager.
        left: day on which a rep left.
    """
    rep, created, closed, won, amount = (np.asarray(one) for one in zip(*deals, strict=True))
    closed = np.asarray([-1 if one is None else one for one in closed], dtype=np.int64)
    stays = [np.asarray(one, dtype=np.int64) for one in zip(*spells, strict=True)] or [NONE] * 3
    told = [np.asarray(one) for one in zip(*quotas, strict=True)] or [NONE, NONE, np.zeros(0)]
    count = len(created)
    found = History(
        deals=Deals(
            ids=np.arange(1, count + 1),
            rep=rep.astype(np.int64),
            created=created.astype(np.int64),
            closed=closed,
            is_won=won.astype(bool),
            amount=np.where(won.astype(bool), amount, np.nan).astype(float),
            mrr=np.full(count, np.nan),
            product=np.zeros(count, dtype=np.int64),
            segment=np.zeros(count, dtype=np.int64),
            stage=np.full(count, -1, dtype=np.int64),
        ),
        spells=Spells(stays[0], np.zeros(len(stays[0]), dtype=np.int64), stays[1], stays[2]),
        stages=tuple(stages),
        quotas=Quotas(told[0].astype(np.int64), told[1].astype(np.int64), told[2].astype(float)),
        teams=teams or {},
        names={int(one): f"rep {one}" for one in np.unique(rep)},
        left=left or {},
        undated=0,
        newest=int(max(created.max(), closed.max())) if newest is None else newest,
        currency="USD",
    )
    return replace(found, deals=replace(found.deals, stage=_stage(found)))


def steady(days=600, a_day=2, chance=0.4, seed=1, reps=4, first=18_000, shock=None):
    """A company that opens deals every day; each is won or lost after a geometric time.

    Args:
        days: how long.
        a_day: deals opened a day.
        chance: of a deal to be won.
        seed: everything random follows from it.
        reps: who take turns.
        first: day number of the first day.
        shock: [days] factor on the chance of deals that close on a day; 1 when left out.
    """
    rng = np.random.default_rng(seed)
    created = np.repeat(first + np.arange(days), rng.poisson(a_day, days))
    closed = created + rng.geometric(1 / 25, len(created))
    factor = np.ones(len(created)) if shock is None else shock[np.minimum(closed - first, days - 1)]
    won = rng.random(len(created)) < chance * factor
    amount = np.round(rng.lognormal(7, 0.6, len(created)))
    rows = zip(np.arange(len(created)) % reps + 1, created, closed, won, amount, strict=True)
    last = first + days
    return history(
        [
            (rep, at, None if end >= last else end, won and end < last, worth)
            for rep, at, end, won, worth in rows
        ],
        newest=last - 1,
    )


def _stage(found):
    stage = np.full(len(found.deals.ids), -1, dtype=np.int64)
    place = found.deals.places(found.spells.deal)
    stage[place] = found.spells.stage
    return stage
