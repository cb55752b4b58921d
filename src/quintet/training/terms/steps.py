"""Whether a module moved the step it should move."""

from dataclasses import dataclass
from enum import StrEnum

from quintet.kernel.finding import CausalGrade, Status
from quintet.training.terms.modules import Span

#: With fewer reps watched on both sides of finishing it, or fewer leads on either, nothing is told.
FEWEST_REPS, FEWEST_LEADS = 8, 100
#: From so many reps on it speaks plainly.
ENOUGH_REPS = 20
#: A gain worth a module: a tenth of the step's rate.
WORTHWHILE = 0.10


class Verdict(StrEnum):
    """What became of the step after a module."""

    MOVED = "moved"
    SUSPECT = "suspect"
    OPEN = "open"
    SILENT = "silent"


@dataclass(frozen=True)
class StepCell:
    """One rep's leads that came to the start of a step in one month.

    Args:
        rep_id: who had them.
        step: the stage it ends in.
        month: months since year 0.
        tenure: months since joining; None where nobody knows.
        tried: leads old enough to tell.
        won: of these, came to its end in time.
        easier: log-odds by which these leads convert more easily than the average.
    """

    rep_id: int
    step: str
    month: int
    tenure: int | None
    tried: int
    won: int
    easier: float = 0.0


@dataclass(frozen=True)
class StepEffect:
    """What a module did to the conversion at the step it should move.

    Args:
        module: its key.
        step: the stage in which the step ends.
        verdict: moved, suspect (the module, not the rep), open, or silent.
        status: speaks, hedged or silent.
        reason: why it does not speak.
        reps: with leads before finishing it and after.
        finished: reps who finished it.
        before: leads of these before.
        after: leads after.
        rate: of the step before it, of these reps.
        gain: change of that rate, in shares (0.02 is two points), pulled towards nothing.
        grade: how far it may be read as cause.
    """

    module: str
    step: str
    verdict: Verdict
    status: Status
    reason: str
    reps: int
    finished: int
    before: int
    after: int
    rate: float | None = None
    gain: Span | None = None
    grade: CausalGrade = CausalGrade.ADJUSTED


@dataclass(frozen=True)
class StepMove:
    """What a module did to one step by itself: not pulled towards what other modules do.

    Args:
        counted: who had leads before and after, and whether that is enough.
        log_odds: change after it; None when silent.
        error: its standard error.
    """

    counted: StepEffect
    log_odds: float | None = None
    error: float | None = None
