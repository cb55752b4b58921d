"""What the hiring formula is given, from facts: criteria, scores, and what became of the hired."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from quintet.facts.published import Facts
from quintet.hiring.formula.given import Criterion, HiringData, Outcome, Score
from quintet.hiring.metrics.scores import KnownCandidate, Scores, read_candidates, read_scores
from quintet.hiring.terms.success import ATTAINMENT, LIFETIME, OUTCOME_WORDS, PRODUCTIVITY, Success
from quintet.hiring.terms.words import OVERALL

#: Stands for whoever coached: points gained are a difference, which nobody's leniency moves.
COACHED = "coached role plays"
_GAIN, _DROPPED = "gain", "dropped"
#: How far outcomes would come out alike another time, at least and at most, and where nothing tells.
_LEAST, _MOST, _UNTOLD = 0.2, 0.95, 0.5


def read_given(facts: Facts, success: Success, only: str = "") -> HiringData:
    """The data of one fit.

    Args:
        facts: a published version.
        success: what became of every rep, of the same version.
        only: OVERALL for the interviewers' verdicts alone; all criteria otherwise.
    """
    scores, verdicts = read_scores(facts)
    candidates = read_candidates(facts)
    hired = {one.candidate_id: one.rep_id for one in candidates if one.outcome == "hired"}
    taken = verdicts if only == OVERALL else scores
    written = read_criteria(facts)
    criteria = [Criterion(OVERALL)] if only == OVERALL else _criteria(taken, written)
    gains = {key for key, one in written.items() if one.measure == _GAIN}
    keys = {one.key for one in criteria}
    return HiringData(
        criteria=tuple(criteria),
        scores=tuple(one for one in score_rows(taken, gains) if one.criterion in keys),
        outcomes=tuple(_outcome(success, name, hired) for name in OUTCOME_WORDS),
        hired_on=_hired_on(candidates, success),
        as_of=success.as_of,
    )


@dataclass(frozen=True)
class WrittenCriterion:
    """A criterion that was written down: its weight, how it is measured, and its fate."""

    weight: float
    measure: str
    fate: str


def read_reviewed(facts: Facts, success: Success) -> HiringData | None:
    """The same people as `read_given`, as scored after hire; None while nobody was.

    Reviewers know what became of them, so this is never mixed with what was said before.

    Args:
        facts: a published version.
        success: of the same version.
    """
    candidates = read_candidates(facts)
    who = {one.rep_id: str(one.candidate_id) for one in candidates if one.outcome == "hired" and one.rep_id}
    table = facts.table("review_scores")
    rows = facts.arrow(table.select("rep_id", "reviewer", "criterion", "score")).to_pylist()
    written = read_criteria(facts)
    dropped = {key for key, one in written.items() if one.fate == _DROPPED}
    hired_on = _hired_on(candidates, success)
    scores = tuple(
        Score(who[row["rep_id"]], row["reviewer"], row["criterion"], row["score"])
        for row in rows
        if who.get(row["rep_id"]) in hired_on and row["criterion"] not in dropped
    )
    if not scores:
        return None
    keys = sorted({one.criterion for one in scores})
    return HiringData(
        criteria=tuple(Criterion(key, written[key].weight if key in written else 1.0) for key in keys),
        scores=scores,
        outcomes=(_outcome(success, ATTAINMENT, {int(one): rep for rep, one in who.items()}),),
        hired_on=hired_on,
        as_of=success.as_of,
    )


def read_criteria(facts: Facts) -> dict[str, WrittenCriterion]:
    """Key → what was written down."""
    table = facts.table("criteria")
    rows = facts.arrow(table.select("criterion", "weight", "measure", "fate")).to_pylist()
    return {
        row["criterion"]: WrittenCriterion(
            1.0 if row["weight"] is None else row["weight"], row["measure"] or "", row["fate"] or ""
        )
        for row in rows
    }


def score_rows(scores: Scores, gains: set[str]) -> list[Score]:
    """Scores as the formula takes them; points gained are nobody's."""
    columns = (scores.candidate, scores.interviewer, scores.criterion, scores.score)
    return [
        Score(str(candidate), COACHED if criterion in gains else interviewer, criterion, score)
        for candidate, interviewer, criterion, score in zip(*(one.tolist() for one in columns), strict=True)
    ]


def _criteria(scores: Scores, written: dict[str, WrittenCriterion]) -> list[Criterion]:
    """Criteria with scores that are not dropped, and those written down without any yet, by key."""
    dropped = {key for key, one in written.items() if one.fate == _DROPPED}
    keys = sorted((set(scores.criterion.tolist()) | set(written)) - dropped)
    return [Criterion(key, written[key].weight if key in written else 1.0) for key in keys]


def _hired_on(candidates: tuple[KnownCandidate, ...], success: Success) -> dict[str, date]:
    found = {}
    for one in candidates:
        rep = success.by_rep.get(one.rep_id or 0)
        if one.outcome == "hired" and rep is not None:
            found[str(one.candidate_id)] = rep.joined_on
    return found


def _outcome(success: Success, name: str, hired: dict[int, int | None]) -> Outcome:
    by_rep = success.outcomes(name)
    values = {str(who): by_rep[rep] for who, rep in hired.items() if rep is not None and rep in by_rep}
    target = 100.0 if name == ATTAINMENT else None
    return Outcome(name, _unit(success, name), values, _reliability(success, name), target)


def _unit(success: Success, name: str) -> str:
    per = "customers" if success.measure == "customers" else f"{success.currency} {success.measure}".strip()
    attainment = "% of quota" if success.usual_attainment else "% of the average rep"
    return {ATTAINMENT: attainment, PRODUCTIVITY: f"{per} a month", LIFETIME: "times the segment's mean"}[
        name
    ]


def _reliability(success: Success, name: str) -> float:
    """The share of what reps differ by that is not the luck of few customers."""
    judged = [one for one in success.judged if one.productivity]
    if name == LIFETIME or len(judged) < 3:  # noqa: PLR2004 -- nothing to compare
        return _UNTOLD
    spread = float(np.var([np.log(one.productivity or 1.0) for one in judged], ddof=1))
    luck = float(np.mean([one.brought.noise**2 for one in judged]))
    return float(np.clip(1.0 - luck / max(spread, 1e-9), _LEAST, _MOST))
