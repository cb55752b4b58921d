"""The period's turn: score on what happened, refit on what is known, promote what earns it, write it down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from quintet.kernel.errors import NotEnoughData
from quintet.kernel.shelf import Shelf
from quintet.loop.promotion import chosen, contests, reading
from quintet.loop.terms import BASELINE, FROZEN, IN_USE, Cluster, Turn
from quintet.stats.trials import F8, Fitted, Formula, Setting, Trial


@dataclass(frozen=True)
class Span:
    """One period, as instants.

    Args:
        name: its key, e.g. 2026Q4.
        since: first instant, with zone.
        until: first instant after it.
    """

    name: str
    since: datetime
    until: datetime


def turned(
    formula: Formula,
    shelf: Shelf,
    past: Sequence[Turn],
    span: Span,
    facts: Any,  # noqa: ANN401 -- what the formula reads; the loop does not look inside
) -> Turn:
    """One turn, from the turns before it and from what was known at the end of its period.

    Args:
        formula: which.
        shelf: where its versions are kept.
        past: the turns before, oldest first, without a gap.
        span: the period.
        facts: as they were known at `span.until`.

    Returns:
        The turn; its versions are on the shelf, the turn itself is not kept yet.
    """
    before = past[-1] if past else None
    start = Turn(
        formula=formula.name,
        period=span.name,
        since=span.since.isoformat(),
        until=span.until.isoformat(),
        setting=dict(before.setting) if before else {},
        in_use=before.next if before else BASELINE,
        next=before.next if before else BASELINE,
        frozen=before.frozen if before else "",
    )
    judged = _scored(formula, shelf, past, start, facts)
    held = contests(past, judged, _challengers(formula, judged))
    after = chosen(judged.in_use, held)
    refitted = _refitted(formula, shelf, replace(judged, contests=held, next=after), facts)
    if refitted.next not in refitted.fitted:
        refitted = replace(refitted, next=BASELINE)
    return replace(refitted, reading=reading(judged.in_use, refitted.next, held, formula.unit))


def _challengers(formula: Formula, now: Turn) -> list[str]:
    return [BASELINE, *(recipe.name for recipe in formula.recipes)] if now.units else []


def _scored(formula: Formula, shelf: Shelf, past: Sequence[Turn], now: Turn, facts: Any) -> Turn:  # noqa: ANN401
    """Every contestant on the units of the period: each unit by the versions of the turn before it."""
    if not any(turn.fitted for turn in past):
        return now
    trial = formula.trial(facts, _instant(now.since), _instant(now.until), now.setting)
    turn_of = _turn_of(trial, past)
    keep = turn_of >= 0
    losses = _losses(formula, shelf, past, now, (trial, turn_of))
    clusters = tuple(_clusters(trial.clusters, keep, losses))
    return replace(now, units=int(keep.sum()), clusters=clusters)


def _turn_of(trial: Trial, past: Sequence[Turn]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """For each unit the newest turn that had ended when it was decided; -1 before the first with versions."""
    ends = np.array([_naive(turn.until) for turn in past], dtype="datetime64[us]")
    place = np.searchsorted(ends, trial.decided_at.astype("datetime64[us]"), side="right") - 1
    first = next(at for at, turn in enumerate(past) if turn.fitted)
    return np.where(place < first, -1, place)


def _losses(
    formula: Formula,
    shelf: Shelf,
    past: Sequence[Turn],
    now: Turn,
    asked: tuple[Trial, np.ndarray[Any, np.dtype[np.int64]]],
) -> dict[str, F8]:
    """Contestant → loss of each unit; NaN where it had no version then."""
    trial, turn_of = asked
    names = [BASELINE, *(recipe.name for recipe in formula.recipes)]
    found = {name: np.full(len(trial), np.nan) for name in (*names, IN_USE, FROZEN)}
    for at in np.unique(turn_of[turn_of >= 0]).tolist():
        mine = turn_of == at
        told: dict[str, F8] = {}
        for name, version in past[at].fitted.items():
            told[name] = formula.read(shelf.read(version)).losses(trial)
        for name, losses in told.items():
            found[name][mine] = losses[mine]
        found[IN_USE][mine] = told[past[at].next][mine]
    if now.frozen:
        found[FROZEN] = formula.read(shelf.read(now.frozen)).losses(trial)
    return found


def _clusters(
    names: np.ndarray[Any, np.dtype[np.str_]],
    keep: np.ndarray[Any, np.dtype[np.bool_]],
    losses: dict[str, F8],
) -> Iterable[Cluster]:
    """Mean losses of each cluster, by name; a contestant that was not asked for all its units is left out."""
    found, at = np.unique(names[keep], return_inverse=True)
    sizes = np.bincount(at, minlength=len(found))
    means = {
        name: np.bincount(at, values[keep], len(found)) / np.maximum(sizes, 1)
        for name, values in losses.items()
    }
    for place, name in enumerate(found.tolist()):
        told = {one: float(mean[place]) for one, mean in means.items() if np.isfinite(mean[place])}
        yield Cluster(name, int(sizes[place]), told)


def _refitted(formula: Formula, shelf: Shelf, now: Turn, facts: Any) -> Turn:  # noqa: ANN401
    """Every recipe and the baseline, fitted on what is known now."""
    until = _instant(now.until)
    fitted: dict[str, str] = {}
    refused: dict[str, str] = {}
    setting: Setting = now.setting
    try:
        setting = setting or formula.setting(facts, until)
        fitted[BASELINE] = _kept(shelf, formula.baseline(facts, until, setting))
    except NotEnoughData as error:
        return replace(now, refused={BASELINE: str(error)})
    for recipe in formula.recipes:
        try:
            fitted[recipe.name] = _kept(shelf, formula.fit(facts, until, recipe.name, setting))
        except NotEnoughData as error:
            refused[recipe.name] = str(error)
    first = next((fitted[one.name] for one in formula.recipes if one.name in fitted), "")
    return replace(now, setting=dict(setting), fitted=fitted, refused=refused, frozen=now.frozen or first)


def _kept(shelf: Shelf, fitted: Fitted) -> str:
    return shelf.put(fitted.text)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _naive(text: str) -> datetime:
    return _instant(text).astimezone(UTC).replace(tzinfo=None)
