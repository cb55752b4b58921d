"""Who earns to be used next: decided by a test that stays valid however often one looks."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from quintet.kernel.recipe_in_use import RecipeInUse
from quintet.loop.terms import BASELINE, Contest, Turn
from quintet.stats.confidence_sequences import FEWEST, MeanSequence, restarted

ALPHA = 0.05


def contests(past: Sequence[Turn], now: Turn, challengers: Sequence[str]) -> tuple[Contest, ...]:
    """Each challenger beside the recipe in use, over the clusters since that came into use.

    Recipe against recipe: where a unit was decided before the recipe came into use, what was in use then is
    no matter here.

    All challengers together may be promoted by mistake in at most ALPHA of all formulas that are watched for
    ever: each gets an equal share of it. Each is watched from the first cluster, and anew from every period
    on, so that after a break the quarters before it do not hold it back.

    Args:
        past: earlier turns, oldest first.
        now: this turn, with its clusters.
        challengers: recipes, and the baseline where a recipe is in use.
    """
    told = [*_since_in_use(past, now.in_use), now]
    rivals = [one for one in challengers if one != now.in_use]
    return tuple(_contest(told, rival, now.in_use, ALPHA / len(rivals)) for rival in rivals)


def chosen(now: str, held: Sequence[Contest]) -> str:
    """The recipe in use from now on: of those shown to be better the one with the surest gain."""
    won = [one for one in held if one.is_won]
    return max(won, key=lambda one: one.lo or 0.0).challenger if won else now


def reading(now: str, after: str, held: Sequence[Contest], unit: str) -> str:
    """What was decided, and on what."""
    if after != now:
        one = next(contest for contest in held if contest.challenger == after)
        what = "The naive answer is used again" if after == BASELINE else f"“{after}” is promoted"
        sure = f"{one.lo:.4f} or more, {one.clusters} clusters since {one.since}"
        return f"{what}: {one.gain:.4f} less {unit} than {_said(now)} ({sure})."
    waiting = [one for one in held if one.clusters < one.needed]
    if not held:
        return "Nothing to score yet: the naive answer stays in use."
    if waiting:
        return f"Too early: {waiting[0].clusters} of {waiting[0].needed} clusters; {_said(now)} stays in use."
    return f"No challenger earned it: {_said(now)} stays in use."


def _said(recipe: str) -> str:
    return "the naive answer" if recipe == BASELINE else f"“{recipe}”"


def decided(turns: Sequence[Turn]) -> RecipeInUse | None:
    """What the newest turn left in use, since when and why.

    Returns:
        None while it is too early: the naive answer is in use, and no contest had enough clusters to speak.
    """
    if not turns:
        return None
    last, first = turns[-1], turns[-1]
    for turn in reversed(turns):
        if turn.next != last.next:
            break
        first = turn
    spoken = any(contest.clusters >= contest.needed for contest in last.contests)
    naive = last.next == BASELINE
    if naive and not spoken and all(turn.in_use == BASELINE for turn in turns):
        return None
    told = first if first.next != first.in_use else last
    recipe = "" if naive else last.next
    return RecipeInUse(recipe, datetime.fromisoformat(first.until), told.period, told.reading)


def _since_in_use(past: Sequence[Turn], recipe: str) -> list[Turn]:
    told: list[Turn] = []
    for turn in reversed(past):
        if turn.in_use != recipe:
            break
        told.insert(0, turn)
    return told


def _contest(turns: Sequence[Turn], rival: str, now: str, alpha: float) -> Contest:
    by_turn = [
        [
            cluster.losses[now] - cluster.losses[rival]
            for cluster in turn.clusters
            if now in cluster.losses and rival in cluster.losses
        ]
        for turn in turns
    ]
    told = [(turn.period, gains) for turn, gains in zip(turns, by_turn, strict=True) if gains]
    if not told:
        return Contest(rival, now, None, None, None, 0, FEWEST, is_won=False)
    starts = np.cumsum([0, *(len(gains) for _, gains in told[:-1])]).tolist()
    found = restarted(np.concatenate([gains for _, gains in told]), starts, alpha=alpha)
    place = _surest(found)
    one = found[place]
    lo, hi = float(one.lo.max()), float(one.hi.min())  # each held at its time, so all hold together
    spoken = bool(np.isfinite(lo))
    return Contest(
        challenger=rival,
        against=now,
        gain=float(one.mean[-1]),
        lo=lo if spoken else None,
        hi=hi if spoken else None,
        clusters=len(one.mean),
        needed=FEWEST,
        is_won=one.first_above is not None,
        since=told[place][0],
    )


def _surest(found: Sequence[MeanSequence]) -> int:
    """The sequence over all clusters; where a later start shows the challenger to be better, the surest."""
    won = [place for place, one in enumerate(found) if one.first_above is not None]
    return max(won, key=lambda place: float(found[place].lo.max()), default=0)
