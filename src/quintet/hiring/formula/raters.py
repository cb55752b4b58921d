"""Interviewers: how mild, how steady, and whose scores foretold success."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quintet.hiring.formula.answers import RaterLine
from quintet.hiring.formula.given import HiringData
from quintet.hiring.formula.sheet import fit_sheet
from quintet.kernel.finding import CausalGrade, Finding, Status
from quintet.stats.rank_scale import rank_scale
from quintet.stats.raters import MIN_CANDIDATES, RaterFit
from quintet.stats.shrunken_correlations import shrunken_correlations

FloatArray = NDArray[np.float64]

#: Candidates scored together with somebody else, from which leniency is plain.
PLAIN_CANDIDATES = 10
#: People hired whom a rater had scored, from which it is said whether his scores foretold, and plainly.
FIRST_FORETOLD, PLAIN_FORETOLD = 10, 30
METHOD = "hiring_raters/1"


def rater_lines(data: HiringData) -> tuple[RaterLine, ...]:
    """Every interviewer, in order of name; the reason stands where nothing can be said.

    Args:
        data: what the formula is given.
    """
    sheet, fit, _ = fit_sheet(data)
    foretold = _foretold(data)
    shared = fit.shared if fit else np.zeros(len(data.raters), dtype=np.int64)
    return tuple(
        RaterLine(
            rater,
            int(shared[at]),
            _leniency(data, fit, at, sheet.warnings[0] if sheet.warnings else ""),
            float(fit.consistency[at]) if fit and shared[at] >= MIN_CANDIDATES else None,
            foretold[at],
        )
        for at, rater in enumerate(data.raters)
    )


def _leniency(data: HiringData, fit: RaterFit | None, at: int, refusal: str) -> Finding:
    shared = int(fit.shared[at]) if fit else 0
    need = MIN_CANDIDATES if shared < MIN_CANDIDATES else PLAIN_CANDIDATES
    bare = Finding(
        question="How far above others does this interviewer score the same candidates?",
        subject=data.raters[at],
        unit="points",
        status=Status.SILENT,
        n=shared,
        n_required=need,
        method=METHOD,
        level=data.level,
        grade=CausalGrade.ADJUSTED,
        as_of=data.as_of,
        reason=refusal or f"{shared} of {MIN_CANDIDATES} candidates scored together with somebody else",
    )
    if fit is None or shared < MIN_CANDIDATES:
        return bare
    is_plain = shared >= PLAIN_CANDIDATES
    return replace(
        bare,
        status=Status.SPEAKS if is_plain else Status.HEDGED,
        reason="" if is_plain else f"{shared} candidates: {PLAIN_CANDIDATES} make it plain",
        estimate=float(fit.leniency[at]),
        lo=float(fit.lo[at]),
        hi=float(fit.hi[at]),
        baseline=0.0,
    )


def _foretold(data: HiringData) -> list[Finding]:
    """Correlation of each rater's own mean score with the leading outcome, of those hired he scored."""
    seen = [_pairs(data, rater) for rater in data.raters]
    enough = [at for at, (score, _) in enumerate(seen) if score.size >= FIRST_FORETOLD]
    told = [_unsaid(data, at, seen[at][0].size) for at in range(len(seen))]
    if not enough:
        return told
    raw = [float(np.corrcoef(*seen[at])[0, 1]) for at in enough]
    found = shrunken_correlations(raw, [seen[at][0].size for at in enough], level=data.level)
    for place, at in enumerate(enough):
        is_plain = seen[at][0].size >= PLAIN_FORETOLD
        told[at] = replace(
            told[at],
            status=Status.SPEAKS if is_plain else Status.HEDGED,
            reason="" if is_plain else f"{told[at].n} hires: {PLAIN_FORETOLD} make it plain",
            n_required=PLAIN_FORETOLD,
            estimate=float(found.correlation[place]),
            lo=float(found.lo[place]),
            hi=float(found.hi[place]),
            probability=float(found.p_positive[place]),
        )
    return told


def _pairs(data: HiringData, rater: str) -> tuple[FloatArray, FloatArray]:
    """Mean score a rater gave, less the mean of each criterion, and what became of them, by rank."""
    outcome, rows = data.outcomes[0], data.rows
    people = data.followed(outcome)
    count = np.maximum(np.bincount(rows.criterion, minlength=len(data.criteria)), 1)
    usual = np.bincount(rows.criterion, weights=rows.score, minlength=count.size) / count
    off = rows.score - usual[rows.criterion]
    mine = rows.rater == data.raters.index(rater)
    total = np.bincount(rows.candidate[mine], weights=off[mine], minlength=len(data.candidates))
    scored = np.bincount(rows.candidate[mine], minlength=len(data.candidates))
    place = {who: at for at, who in enumerate(data.candidates)}
    at = np.array([place[who] for who in people if scored[place[who]]], dtype=np.int64)
    values = np.array([outcome.values[who] for who in people if scored[place[who]]])
    score = total[at] / np.maximum(scored[at], 1)
    if min(np.unique(values).size, np.unique(score).size) < 2:  # noqa: PLR2004 -- nothing varies
        return np.zeros(0), np.zeros(0)
    return score, rank_scale(values).normal


def _unsaid(data: HiringData, at: int, n: int) -> Finding:
    return Finding(
        question="Did this interviewer's scores foretell success?",
        subject=data.raters[at],
        unit="correlation",
        status=Status.SILENT,
        n=n,
        n_required=FIRST_FORETOLD,
        method=METHOD,
        level=data.level,
        as_of=data.as_of,
        reason=f"{n} of {FIRST_FORETOLD} hires with an outcome whom this interviewer scored",
    )
