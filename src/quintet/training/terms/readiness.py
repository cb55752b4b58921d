"""Readiness: what a rep showed in exams and calls, beside what he gives in the field."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quintet.kernel.finding import Status
from quintet.training.terms.skills import RepSkill


class Verdict(StrEnum):
    """How exam and field go together for one rep at one step."""

    READY = "ready, and delivers"
    PASSED_ONLY = "passed, but gives less than such reps"
    DELIVERS = "delivers without the exam"
    NOT_READY = "not passed, and gives less than such reps"
    UNKNOWN = "not yet known"


@dataclass(frozen=True)
class Group:
    """Those who passed beside those who did not: is it the module?

    Args:
        passed: reps with the exam and enough leads.
        others: reps without it and with enough leads.
        points: difference of what they give on equal leads, at the mean, in points of 100; None when silent.
        lo, hi: ends of its 90 % interval.
        is_suspect: surely less than a tenth better than the others: it is the module, not the rep.
        reason: why nothing is said.
    """

    passed: int
    others: int
    points: float | None = None
    lo: float | None = None
    hi: float | None = None
    is_suspect: bool = False
    reason: str = ""


@dataclass(frozen=True)
class CallsScored:
    """What raters said of a rep's calls on the questions of one step.

    Args:
        mean: of the calls, each the mean of its raters and questions, 1 to 5.
        lo: lower end of its 90 % interval; None for one call alone.
        hi: upper end.
        calls: how many.
    """

    mean: float
    lo: float | None
    hi: float | None
    calls: int


@dataclass(frozen=True)
class RepReadiness:
    """One rep at one step.

    Args:
        rep_id: who.
        score: of the newest sitting, 0..1; the mean where the step has several exams; None for none.
        is_passed: all exams of the step.
        taken_on: day of the newest sitting.
        since: first day of the leads that count: the day after he passed, or six months ago.
        skill: what he gives of these; None with too few leads.
        verdict: exam and field together.
        calls: what raters said of the calls since `since`; None where none was scored.
    """

    rep_id: int
    score: float | None
    is_passed: bool
    taken_on: date | None
    since: date
    skill: RepSkill | None
    verdict: Verdict
    calls: CallsScored | None = None


@dataclass(frozen=True)
class StepReadiness:
    """One step.

    Args:
        step: the stage it ends in.
        exams: keys of the exams whose module should move it.
        status: of the step's rates.
        reason: why it is silent or hedged.
        peers: rate of such reps, 0..1.
        reps: who has an exam, a scored call or enough leads, by id.
        group: those who passed beside the others.
    """

    step: str
    exams: tuple[str, ...]
    status: Status
    reason: str
    peers: float | None
    reps: tuple[RepReadiness, ...]
    group: Group


@dataclass(frozen=True)
class Readiness:
    """All steps.

    Args:
        as_of: last day of the data.
        since: first day of the leads that count for those who did not pass.
        steps: in the order of the funnel.
    """

    as_of: date
    since: date
    steps: tuple[StepReadiness, ...]
