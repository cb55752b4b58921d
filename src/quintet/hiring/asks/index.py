"""Questions about the index: the one in use, and what it says of a candidate."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from quintet.facts.published import Facts
from quintet.hiring.actions.index import FORM, index_shelf
from quintet.hiring.asks.criteria import newest_versions
from quintet.hiring.asks.scorecards import draft_of, points_of
from quintet.hiring.formula.answers import RaterLine, ReviewedLine
from quintet.hiring.formula.candidates import expectation, reading
from quintet.hiring.formula.given import Score
from quintet.hiring.formula.profiles import nearest_profiles
from quintet.hiring.formula.recipes import scores_of as scores_fed
from quintet.hiring.formula.stored import from_json
from quintet.hiring.metrics.given import COACHED
from quintet.hiring.models.candidates import Candidate
from quintet.hiring.models.scorecards import Scorecard
from quintet.hiring.terms.index import CandidateIndex, IndexCard, StoredIndex
from quintet.hiring.terms.words import OVERALL
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.plain import as_report
from quintet.ledger.telling import person

#: One score by (criterion, interviewer, round).
Given = dict[tuple[str, str, str], float]


def stored_index(home: Home) -> StoredIndex:
    """The index in use.

    Raises:
        NotEnoughData: before it was fitted for the first time by this release.
    """
    shelf = index_shelf(home)
    use = shelf.made_in(FORM)
    if use is None:
        msg = "the index is not fitted yet: write criteria down, score candidates, and the worker fits it"
        raise NotEnoughData(msg, have=0, need=1, unit="criteria")
    return replace(_parsed(shelf.file(use.version)), version=use.version, since=use.since)


def index_or_none(home: Home) -> StoredIndex | None:
    """The index in use; None before the first."""
    try:
        return stored_index(home)
    except NotEnoughData:
        return None


@lru_cache(maxsize=4)
def _parsed(path: Path) -> StoredIndex:
    told = json.loads(path.read_text(encoding="utf-8"))
    return StoredIndex(
        fit=from_json(json.dumps(told["fit"])),
        raters=tuple(as_report(RaterLine, one) for one in told["raters"]),
        reviewed=tuple(as_report(ReviewedLine, one) for one in told["reviewed"]),
        card=as_report(IndexCard, told["card"]),
        version=path.stem,
        since=datetime.min.replace(tzinfo=UTC),
    )


def candidate_index(index: StoredIndex, candidate: Candidate, facts: Facts | None) -> CandidateIndex:
    """What the index says of one candidate, by all scores submitted so far.

    Args:
        index: the one in use.
        candidate: whose.
        facts: where older scores are.
    """
    given = _given(candidate, facts)
    only = scores_fed(index.card.recipe)
    known = set(index.fit.sheet.criteria)
    rows = tuple(
        Score(str(candidate.candidate_id), who, criterion, score)
        for (criterion, who, _), score in sorted(given.items())
        if criterion in known and (criterion == OVERALL) == bool(only)
    )
    people = len({one.rater for one in rows} - {COACHED})
    if not rows:
        return CandidateIndex(None, None, "", index.version, "no scorecard is submitted yet", people)
    try:
        found = expectation(index.fit, rows)
    except NotEnoughData as error:
        return CandidateIndex(None, None, "", index.version, str(error), people)
    profiles = nearest_profiles(index.fit, rows)
    return CandidateIndex(found, profiles, reading(found), index.version, "", people)


def advice_of(shown: CandidateIndex) -> dict[str, Any] | None:
    """What is kept of the index beside a decision, as JSON; None where it says nothing."""
    found = shown.expectation
    if found is None:
        return None
    told = found.finding
    return {
        "index": found.index,
        "unit": found.unit,
        "lo": told.lo,
        "hi": told.hi,
        "baseline": told.baseline,
        "n": told.n,
        "status": str(told.status),
        "version": shown.version,
    }


def scores_by_candidate(index: StoredIndex) -> dict[int, float]:
    """The index of everybody it saw: candidate_id → value as printed."""
    leading = index.fit.leading
    values = index.fit.table @ leading.weights + leading.intercept
    return {int(who): float(one) for who, one in zip(index.fit.applicants, values, strict=True)}


def criterion_evidence(home: Home, key: str) -> dict[str, Any]:
    """What the index in use says of one criterion, as JSON; empty where it says nothing of it."""
    index = index_or_none(home)
    if index is None:
        return {}
    line = next((one for one in index.fit.leading.lines if one.key == key), None)
    if line is None or line.correlation is None:
        return {}
    return {
        "outcome": index.fit.leading.outcome,
        "followed": line.n,
        "correlation": line.correlation,
        "lo": line.lo,
        "hi": line.hi,
        "p_positive": line.p_positive,
        "q_value": line.q_value,
        "weight": line.weight,
        "index": index.version,
    }


def criterion_names() -> dict[str, str]:
    """Key → name, of every criterion written down."""
    return {one.key: one.name for one in newest_versions()}


def _given(candidate: Candidate, facts: Facts | None) -> Given:
    """Every score of a candidate: of the history, and of scorecards submitted here."""
    found: Given = {}
    if facts is not None:
        table = facts.table("interview_scores")
        mine = table.filter(table.candidate_id == candidate.candidate_id)
        for row in facts.arrow(mine.select("criterion", "interviewer", "round", "score")).to_pylist():
            found[row["criterion"], row["interviewer"], row["round"] or ""] = row["score"]
    cards = candidate.scorecards.filter(submitted_at__isnull=False)
    for card in cards.select_related("interviewer", "round"):
        found |= _of_card(card)
    gains = {one.key for one in newest_versions() if one.measure == "gain"}
    return {
        (criterion, COACHED if criterion in gains else who, place): score
        for (criterion, who, place), score in found.items()
    }


def _of_card(card: Scorecard) -> Given:
    told = points_of(card, draft_of(card))
    who, place = person(card.interviewer), str(card.round)
    return {(key, who, place): float(points) for key, points in told.items() if points is not None}
