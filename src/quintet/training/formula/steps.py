"""Passed, and did the step move? Reps before and after a module, from staggered starts, pulled together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status
from quintet.stats.panel_shares import FLAG_SD, PanelCells, fit_panel
from quintet.training.formula.pulled import Pulled, pulled
from quintet.training.terms.modules import LEVEL, Span
from quintet.training.terms.steps import (
    ENOUGH_REPS,
    FEWEST_LEADS,
    FEWEST_REPS,
    WORTHWHILE,
    StepCell,
    StepEffect,
    StepMove,
    Verdict,
)

F8 = npt.NDArray[np.float64]
#: module → rep_id → month, since year 0, in which it was finished.
Finished = Mapping[str, Mapping[int, int]]

_LONG_HERE = 12
_FEWEST_CELLS = 10


def step_effects(
    cells: Sequence[StepCell], finished: Finished, moves: Mapping[str, str]
) -> tuple[StepEffect, ...]:
    """What each module did to the step it should move.

    A rep's leads before finishing it are compared with the rep's own after, beside what everybody's did in
    the same calendar months, and beside what experience brings.

    Args:
        cells: leads of every rep, step and month, those without any module, too.
        finished: who finished what when.
        moves: module → the stage in which the step it should move ends.
    """
    told = [
        effect
        for step in sorted(set(moves.values()))
        for effect in _of_step(
            [one for one in cells if one.step == step],
            {name: finished.get(name, {}) for name in sorted(moves) if moves[name] == step},
            step,
        )
    ]
    return tuple(sorted(told, key=lambda one: one.module))


def _of_step(cells: list[StepCell], finished: Finished, step: str) -> list[StepEffect]:
    counted = [_counted(name, step, cells, when) for name, when in finished.items()]
    names = [one.module for one in counted if one.before and one.after]
    if not names or len(cells) < _FEWEST_CELLS:
        return counted
    try:
        fit = fit_panel(_panel(cells, [finished[name] for name in names]))
    except BadInput:
        return counted
    together = pulled(fit.effects, fit.covariance, FLAG_SD * fit.spread**0.5, LEVEL)
    return [_told(one, together, names.index(one.module)) if one.module in names else one for one in counted]


def step_moves(cells: Sequence[StepCell], finished: Finished, step: str) -> tuple[StepMove, ...]:
    """How far each module moved one step, whichever it should move; none is pulled by the others.

    Args:
        cells: leads of every rep and month at this step.
        finished: who finished what when.
        step: the stage in which it ends, or what else follows from it.
    """
    listed = list(cells)
    counted = [_counted(name, step, listed, when) for name, when in sorted(finished.items())]
    names = [one.module for one in counted if one.status is not Status.SILENT]
    if not names or len(listed) < _FEWEST_CELLS:
        return tuple(StepMove(one) for one in counted)
    try:
        fit = fit_panel(_panel(listed, [finished[name] for name in names]))
    except BadInput:
        return tuple(StepMove(one) for one in counted)
    errors = np.sqrt(np.diagonal(fit.covariance))
    found = dict(zip(names, zip(fit.effects.tolist(), errors.tolist(), strict=True), strict=True))
    return tuple(StepMove(one, *found.get(one.module, (None, None))) for one in counted)


def _panel(cells: list[StepCell], finished: list[Mapping[int, int]]) -> PanelCells:
    _, person = np.unique([one.rep_id for one in cells], return_inverse=True)
    month = np.array([one.month for one in cells])
    tenure = [_LONG_HERE if one.tenure is None else min(max(one.tenure, 0), _LONG_HERE) for one in cells]
    flags = np.array([[float(_is_after(one, when)) for when in finished] for one in cells])
    return PanelCells(
        person,
        month - month.min(),
        np.array(tenure),
        np.array([one.tried for one in cells], dtype=np.float64),
        np.array([one.won for one in cells], dtype=np.float64),
        flags,
        np.array([one.easier for one in cells]),
    )


def _is_after(cell: StepCell, when: Mapping[int, int]) -> bool:
    return cell.rep_id in when and cell.month > when[cell.rep_id]


def _counted(name: str, step: str, cells: list[StepCell], when: Mapping[int, int]) -> StepEffect:
    mine = [one for one in cells if one.rep_id in when]
    before = [one for one in mine if not _is_after(one, when)]
    after = [one for one in mine if _is_after(one, when)]
    both = len({one.rep_id for one in before} & {one.rep_id for one in after})
    tried = sum(one.tried for one in before), sum(one.tried for one in after)
    few = both < FEWEST_REPS or min(tried) < FEWEST_LEADS
    status = Status.SILENT if few else Status.HEDGED if both < ENOUGH_REPS else Status.SPEAKS
    rate = sum(one.won for one in before) / tried[0] if tried[0] else None
    verdict = Verdict.SILENT if few else Verdict.OPEN
    reason = _reason(both, tried) if few else ""
    return StepEffect(name, step, verdict, status, reason, both, len(when), *tried, rate=rate)


def _reason(both: int, tried: tuple[int, int]) -> str:
    if both < FEWEST_REPS:
        return f"{both} reps had leads before finishing it and after; it takes {FEWEST_REPS}"
    return f"{tried[0]} leads before and {tried[1]} after; it takes {FEWEST_LEADS} of each"


def _told(one: StepEffect, together: Pulled, place: int) -> StepEffect:
    if one.status is Status.SILENT or not one.rate or one.rate >= 1.0:
        return one
    odds = one.rate / (1.0 - one.rate)
    ends = (together.mean[place], together.lo[place], together.hi[place])
    value, lo, hi = (float(odds * np.exp(end) / (1.0 + odds * np.exp(end)) - one.rate) for end in ends)
    verdict = Verdict.OPEN
    if lo > 0.0:
        verdict = Verdict.MOVED
    elif hi < WORTHWHILE * one.rate:
        verdict = Verdict.SUSPECT
    return replace(one, gain=Span(value, lo, hi), verdict=verdict)
