"""What the contract promised about each lead, and which promises were broken when."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from quintet.calendar.arrays import WorkingArrays
from quintet.demand.formula.contract_check import check_leads
from quintet.demand.formula.contract_rule import parse_rule
from quintet.demand.terms.contract import Clauses, HandOvers, Happened, Version
from quintet.demand.terms.examples import B1, F8, I8, M8, Examples
from quintet.kernel.errors import BadInput

#: Days beyond the newest instant that deadlines may lie in: 90 working days, holidays and all.
_AHEAD = timedelta(days=400)
_HOUR = 3600.0
_INSTANT = np.timedelta64(1, "us")
_NEVER = np.datetime64("NaT", "us")


def count_hand_overs(
    examples: Examples, points: Sequence[F8], happened: Happened, versions: Sequence[Version]
) -> HandOvers:
    """One entry per dated lead, judged by the version that held on the day it was handed over.

    A broken promise stands at the instant it broke, also when that instant is still to come: whoever counts
    to a day leaves out what lies beyond it.

    Args:
        examples: every lead as it stood at hand-over.
        points: [n] points of each at hand-over, by the points table of each version.
        happened: what became of each.
        versions: accepted by both sides, at least one, oldest first.

    Raises:
        BadInput: when there is no version.
    """
    if not versions:
        raise BadInput("no version of the contract was accepted by both sides, so nothing can be counted")
    dated = ~np.isnat(examples.handed_at)
    parts = [_judged(examples, own, happened, one) for own, one in zip(points, versions, strict=True)]
    day = parts[0]["day"]
    held = _held(day, versions)
    judge = np.maximum(held, 0)
    row = np.arange(len(examples))
    chosen = {name: np.stack([part[name] for part in parts])[judge, row] for name in parts[0]}
    numbers = np.array([0, *(one.version for one in versions)])
    columns = {
        "lead_ids": examples.lead_ids,
        "handed_at": examples.handed_at,
        "version": numbers[held + 1],
        "worth": np.stack([np.where(part["is_ready"], part["points"], np.nan) for part in parts], axis=1),
        "rejected_at": happened.rejected_at,
        "reason": happened.reason,
        "first_attempt_at": happened.first_attempt_at,
        "stopped_at": _stopped(happened),
        "attempts": happened.attempts,
        "rep_id": happened.rep_id,
        **chosen,
    }
    return HandOvers(**{name: column[dated] for name, column in columns.items()})


def working_days(clauses: Clauses, first: date, last: date) -> WorkingArrays:
    """The team's calendar with room before and behind for deadlines."""
    return WorkingArrays.of(clauses.calendar, first - timedelta(days=2), last + _AHEAD)


def _held(day: M8, versions: Sequence[Version]) -> I8:
    """[n] position of the version that held on each day; -1 before the first."""
    starts = np.array([one.valid_from for one in versions], dtype="datetime64[D]")
    return np.searchsorted(starts, day, side="right") - 1


def _judged(examples: Examples, points: F8, happened: Happened, one: Version) -> dict[str, np.ndarray]:
    """What one version says of every lead."""
    clauses = one.clauses
    handed = examples.handed_at
    days = working_days(clauses, *_span(examples))
    day = days.local_days(handed)
    checked = check_leads(parse_rule(clauses.rule), examples, points)
    due = days.add_seconds(handed, clauses.first_attempt_hours * _HOUR)
    tried_by = days.midnight_after(days.add_days(day, clauses.within_days)) - _INSTANT
    late = _broken(due, happened.first_attempt_at, _stopped(happened))
    given_up = _given_up(tried_by, happened, clauses.attempts)
    return {
        "day": day,
        "points": points,
        "is_ready": checked.is_ready,
        "failed": checked.failed,
        "due_at": due,
        "late_at": late,
        "late_day": days.local_days(late),
        "attempts_due_at": tried_by,
        "given_up_at": given_up,
        "given_up_day": days.local_days(given_up),
    }


def _span(examples: Examples) -> tuple[date, date]:
    known = examples.handed_at[~np.isnat(examples.handed_at)]
    newest = max(known.max(), examples.until) if len(known) else examples.until
    if np.isnat(newest):
        raise BadInput("no lead has a date, so no promise can be counted: map a date column")
    first = known.min() if len(known) else newest
    return first.astype("datetime64[D]").item(), newest.astype("datetime64[D]").item()


def _stopped(happened: Happened) -> M8:
    return _earliest(happened.rejected_at, happened.disqualified_at)


def _given_up(tried_by: M8, happened: Happened, attempts: int) -> M8:
    """Where the agreed attempts were not made: when their time was over, or when the lead was closed before.

    A lead that was set aside or sent back is owed nothing from then on, also when the source closes it then.
    """
    end = _earliest(tried_by, happened.lost_at)
    kept = _earliest(happened.nth_attempt_at[attempts], happened.connected_at)
    return _broken(end, kept, _stopped(happened))


def _broken(due: M8, kept: M8, stopped: M8) -> M8:
    """`due` where the promise was neither kept nor void by then."""
    return np.where(_by(kept, due) | _by(stopped, due), _NEVER, due)


def _by(event: M8, due: M8) -> B1:
    """The event came by the time it was due; NaT never came."""
    return ~np.isnat(event) & (event <= due)


def _earliest(one: M8, other: M8) -> M8:
    """The earlier of two instants; NaT only where both are."""
    return np.fmin(one, other)
