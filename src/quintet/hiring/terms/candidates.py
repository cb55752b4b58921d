"""A candidate on the way from the application to the decision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

#: States in their order, as a board shows them.
STATES = {
    "applied": "Applied",
    "interviewing": "Interviewing",
    "waiting": "Waiting for a decision",
    "hired": "Hired",
    "rejected": "Rejected",
    "withdrew": "Withdrew",
}
OPEN_STATES = ("applied", "interviewing", "waiting")
#: What stands as reason where the source of a decision gave none.
NO_REASON = "Decided before this record began; the source gives no reason."
#: Name of the role of those whose source names none.
NO_ROLE = "Role not stated"


@dataclass(frozen=True)
class Application:
    """What is known when somebody applies."""

    name: str
    role_key: str
    source: str
    applied_on: date
    email: str = ""
    note: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a human decides about a candidate.

    Args:
        outcome: hired, rejected or withdrew.
        reason: why, in words the next person understands.
        starts_on: first day of a hired one.
        advice: the index as it was shown, as JSON; None where none was.
        follows: does the decision follow the advice; None where there was none, or it was open.
    """

    outcome: str
    reason: str
    starts_on: date | None = None
    advice: Mapping[str, Any] | None = None
    follows: bool | None = None


def advised(verdict: Verdict, advice: Mapping[str, Any] | None) -> Verdict:
    """A verdict with the index that was shown: it follows where the better than usual are hired, others not.

    Args:
        verdict: what is decided.
        advice: index, baseline and the rest as kept; None where no index was shown.
    """
    if advice is None:
        return verdict
    usual = advice.get("baseline")
    is_told = usual is not None and verdict.outcome in {"hired", "rejected"}
    follows = (advice["index"] >= usual) == (verdict.outcome == "hired") if is_told else None
    return replace(verdict, advice=advice, follows=follows)


@dataclass(frozen=True)
class Progress:
    """What the state of an undecided candidate follows from.

    Args:
        rounds: places of the process that are not retired.
        submitted: rounds with a submitted scorecard.
        handed_out: scorecards there are.
        waiting: of these, not submitted.
        has_scores: scores came with the company's history.
    """

    rounds: frozenset[int]
    submitted: frozenset[int]
    handed_out: int
    waiting: int
    has_scores: bool = False


def state_of(progress: Progress) -> str:
    """Where an undecided candidate stands: nothing handed out, interviews under way, or all rounds are in."""
    if progress.handed_out == 0:
        return "interviewing" if progress.has_scores else "applied"
    is_through = progress.waiting == 0 and progress.rounds <= progress.submitted
    return "waiting" if is_through else "interviewing"
