"""What was said of one candidate: scores side by side, evidence, role plays; nothing a reader may not see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from quintet.facts.published import Facts
from quintet.hiring.asks.candidates import may_read_scores
from quintet.hiring.asks.criteria import newest_versions
from quintet.hiring.asks.interviewers import called, interviewer_names
from quintet.hiring.asks.scorecards import draft_of, points_of, scored_by_hand
from quintet.hiring.models.candidates import Candidate, Decision
from quintet.hiring.models.process import Round
from quintet.hiring.models.scorecards import Scorecard
from quintet.hiring.terms.scorecards import Draft
from quintet.hiring.terms.words import OVERALL
from quintet.ledger.telling import person


@dataclass(frozen=True)
class SaidLine:
    """Points on one criterion, and their evidence."""

    name: str
    points: int | None
    evidence: str


@dataclass(frozen=True)
class CardShown:
    """A scorecard as the page of its candidate shows it.

    Args:
        record: whose, of which round, due when.
        draft: what was said; None where it is not submitted, or the reader may not see it yet.
        lines: points and evidence on each criterion of the draft.
        is_own: the reader's own.
    """

    record: Scorecard
    draft: Draft | None
    lines: tuple[SaidLine, ...]
    is_own: bool


@dataclass(frozen=True)
class RoundShown:
    """A round of the process with the scorecards handed out in it."""

    record: Round
    cards: tuple[CardShown, ...]


@dataclass(frozen=True)
class ScoreLine:
    """One criterion, and the points of each column; None where that one did not score it."""

    name: str
    points: tuple[float | None, ...]


@dataclass(frozen=True)
class ScoreTable:
    """Scores side by side: one column an interviewer and round, one line a criterion, the verdict last."""

    columns: tuple[str, ...]
    lines: tuple[ScoreLine, ...]


def rounds(user: Any, candidate: Candidate) -> tuple[RoundShown, ...]:  # noqa: ANN401 -- an account
    """The rounds in order, with what the reader may see; retired ones where they were scored."""
    reads = may_read_scores(user, candidate)
    cards: dict[int, list[CardShown]] = {}
    for one in candidate.scorecards.select_related("round", "interviewer").order_by("assigned_at"):
        cards.setdefault(one.round_id, []).append(
            _card(one, is_own=one.interviewer_id == user.pk, reads=reads)
        )
    is_open = getattr(candidate, "decision", None) is None
    places = [
        one for one in candidate.role.rounds.all() if one.pk in cards or (is_open and not one.is_retired)
    ]
    return tuple(RoundShown(one, tuple(cards.get(one.pk, ()))) for one in places)


def score_table(
    user: Any,  # noqa: ANN401 -- somebody with an account
    candidate: Candidate,
    shown: Iterable[RoundShown],
    facts: Facts | None,
) -> ScoreTable:
    """The scores the reader may see: submitted here, and those that came with the history."""
    columns: dict[str, dict[str, float | None]] = {}
    for card in (card for one in shown for card in one.cards):
        if card.draft is None:
            continue
        name = f"{card.record.interviewer}, {card.record.round}"
        columns[name] = dict(points_of(card.record, card.draft))
    if may_read_scores(user, candidate):
        for name, key, score in _from_history(candidate, facts):
            columns.setdefault(name, {})[key] = score
    keys = {key for column in columns.values() for key in column}
    names = {one.key: one.name for one in newest_versions()}
    order = sorted(keys - {OVERALL}, key=lambda key: names.get(key, _words(key)).lower())
    lines = [(names.get(key, _words(key)), key) for key in order]
    lines += [("Overall verdict", OVERALL)] if OVERALL in keys else []
    return ScoreTable(
        tuple(columns),
        tuple(ScoreLine(name, tuple(one.get(key) for one in columns.values())) for name, key in lines),
    )


def history(candidate: Candidate, shown: Iterable[RoundShown]) -> list[tuple[date, str]]:
    """What happened when, from the application to the decision; never what was said."""
    came = f", from {candidate.came_from}" if candidate.source else ""
    by = f"; added by {candidate.added_by}" if candidate.added_by else ""
    lines = [(candidate.applied_on, f"Applied{came}{by}")]
    for card in (card.record for one in shown for card in one.cards):
        lines.append((card.assigned_at.date(), f"{card.interviewer} was asked to score {card.round}"))
        if card.submitted_at:
            lines.append((card.submitted_at.date(), f"{card.interviewer} submitted {card.round}"))
    decision: Decision | None = getattr(candidate, "decision", None)
    if decision is not None:
        who = f" by {decision.decided_by}" if decision.decided_by else ""
        lines.append((decision.decided_at.date(), f"{decision.get_outcome_display()}{who}"))
    return sorted(lines, key=lambda line: line[0])


def _card(one: Scorecard, *, is_own: bool, reads: bool) -> CardShown:
    if not one.is_submitted or not (reads or is_own):
        return CardShown(one, None, (), is_own)
    draft = draft_of(one)
    names = {each.key: each.name for each in scored_by_hand(one)}
    lines = tuple(SaidLine(names[key], said.points, said.evidence) for key, said in draft.scores.items())
    return CardShown(one, draft, lines, is_own)


def _from_history(candidate: Candidate, facts: Facts | None) -> list[tuple[str, str, float]]:
    """Interviewer and round, criterion, score: of scores in the facts that no scorecard here holds."""
    if facts is None:
        return []
    table = facts.table("interview_scores")
    rows = facts.arrow(table.filter(table.candidate_id == candidate.candidate_id)).to_pylist()
    cards = candidate.scorecards.select_related("round", "interviewer")
    here = {(person(card.interviewer), card.round.name) for card in cards}
    left = [row for row in rows if (row["interviewer"], row["round"]) not in here]
    names = interviewer_names(facts)
    told = [
        (
            f"{called(row['interviewer'], names)}, {row['round'] or 'round not stated'}",
            row["criterion"],
            row["score"],
        )
        for row in left
    ]
    return sorted(told)


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()
