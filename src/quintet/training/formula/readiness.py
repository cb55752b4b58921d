"""Readiness: exam and field put together, rep by rep, and for the module."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from quintet.training.terms.readiness import CallsScored, Group, RepReadiness, StepReadiness, Verdict
from quintet.training.terms.skills import FAR, RepSkill, StepSkills

FloatArray = NDArray[np.float64]

#: Fewer on either side, and those who passed are not compared with the others.
MIN_GROUP = 8
#: A call is scored so.
LOWEST, HIGHEST = 1.0, 5.0
_NINETY = 1.6448536269514722


@dataclass(frozen=True)
class ExamResult:
    """What a rep showed in the exams of one step: newest score, all passed or not, and when."""

    score: float | None
    is_passed: bool
    taken_on: date | None


_NO_EXAM = ExamResult(None, is_passed=False, taken_on=None)


def readiness(
    skills: StepSkills,
    exams: Sequence[str],
    results: Mapping[int, ExamResult],
    since: Mapping[int, date],
    calls: Mapping[int, Sequence[float]] | None = None,
) -> StepReadiness:
    """One step: each rep's exam and calls beside what he gives, and whether the module may be at fault.

    Args:
        skills: of leads since each rep passed; of the last six months for the others.
        exams: keys of the exams whose module should move the step.
        results: rep → what he showed in them.
        since: rep who is here today → first day of the leads that count.
        calls: rep → score of each call that was reviewed since then.

    Source: docs/formulas/exams.md#readiness
    """
    heard = {rep: calls_scored(one) for rep, one in (calls or {}).items() if one}
    shown = sorted(since.keys() & (results.keys() | skills.by_rep.keys() | heard.keys()))
    rows = tuple(
        replace(
            _rep(rep, results.get(rep, _NO_EXAM), since[rep], skills.by_rep.get(rep)), calls=heard.get(rep)
        )
        for rep in shown
    )
    return StepReadiness(
        skills.step,
        tuple(exams),
        skills.status,
        skills.reason,
        skills.peers,
        rows,
        _group(rows, skills.peers),
    )


def calls_scored(scores: Sequence[float]) -> CallsScored:
    """The mean of a rep's calls with its 90 % interval (Student's t over calls), inside the scale.

    Args:
        scores: of each call, 1 to 5.
    """
    values = np.asarray(scores, dtype=np.float64)
    mean, count = float(values.mean()), len(values)
    if count == 1:
        return CallsScored(mean, None, None, count)
    reach = float(stdtrit(count - 1, 0.95) * values.std(ddof=1) / np.sqrt(count))
    return CallsScored(mean, max(mean - reach, LOWEST), min(mean + reach, HIGHEST), count)


def verdict(result: ExamResult, skill: RepSkill | None) -> Verdict:
    """Both together; what is not sure is not yet known."""
    if skill is None or not (skill.is_weak or skill.is_level):
        return Verdict.UNKNOWN
    if skill.is_weak:
        return Verdict.PASSED_ONLY if result.is_passed else Verdict.NOT_READY
    return Verdict.READY if result.is_passed else Verdict.DELIVERS


def _rep(rep: int, result: ExamResult, since: date, skill: RepSkill | None) -> RepReadiness:
    told = verdict(result, skill)
    return RepReadiness(rep, result.score, result.is_passed, result.taken_on, since, skill, told)


def _group(rows: Sequence[RepReadiness], peers: float | None) -> Group:
    """Those who passed less the others, both weighted by how much is known of each."""
    passed = [one.skill for one in rows if one.skill is not None and one.is_passed]
    others = [one.skill for one in rows if one.skill is not None and not one.is_passed]
    if peers is None or min(len(passed), len(others)) < MIN_GROUP:
        told = f"{len(passed)} reps with enough leads passed, {len(others)} did not"
        return Group(
            len(passed), len(others), reason=f"{told}: {MIN_GROUP} of each show whether it is the module"
        )
    means = [_mean(np.array([[one.own, one.own_error] for one in side])) for side in (passed, others)]
    gap = means[0][0] - means[1][0]
    reach = _NINETY * float(np.hypot(means[0][1], means[1][1]))
    points, lo, hi = (100.0 * (_moved(peers, one) - peers) for one in (gap, gap - reach, gap + reach))
    return Group(len(passed), len(others), points, lo, hi, is_suspect=hi < 100.0 * FAR * peers)


def _mean(rows: FloatArray) -> tuple[float, float]:
    """Mean of reps' log-odds who differ by luck and by themselves, and its standard error.

    Source: DerSimonian & Laird, Controlled Clinical Trials 7 (1986) 177-188.
    """
    value, error = rows.T
    weight = 1.0 / error**2
    centre = weight @ value / weight.sum()
    beyond = float(weight @ (value - centre) ** 2) - (value.size - 1)
    scale = float(weight.sum() - weight @ weight / weight.sum())
    between = max(0.0, beyond / scale)
    pooled = 1.0 / (error**2 + between)
    return float(pooled @ value / pooled.sum()), float(1.0 / np.sqrt(pooled.sum()))


def _moved(rate: float, log_odds: float) -> float:
    odds = rate / (1.0 - rate) * np.exp(log_odds)
    return float(odds / (1.0 + odds))
