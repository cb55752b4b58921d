"""Advice on the points from which a lead is sales-ready, and whether it held."""

import re
from datetime import datetime, timedelta

import numpy as np

from quintet.demand.formula.score.threshold import share_of_weeks
from quintet.demand.terms.examples import I8, M8
from quintet.demand.terms.score import ReadyThreshold
from quintet.kernel.errors import BadInput
from quintet.ledger.recommendations import Advice, Evidence, Followed

FORMULA = "demand.lead_score"
TOPIC = "score threshold"
#: The weeks after a decision in which the promise is looked at.
WEEKS = 8
#: At the same capacity another cut is advised at most once in so long.
PAUSE = timedelta(days=28)
_WEEK = np.timedelta64(7, "D")
_KEY = re.compile(r"(?P<cut>\S+) points at (?P<capacity>\S+) a week, (?P<day>\S+)")


def threshold_advice(
    ready: ReadyThreshold, version: str, now: datetime, last: Advice | None = None
) -> Advice | None:
    """What to advise; None where no cut keeps within capacity, or nothing new is to be said.

    At the same capacity the same cut is not said twice, and another one at most once in four weeks: the
    score is fitted anew each day, and a cut that moves daily is no advice.

    Args:
        ready: the cut at the capacity in force.
        version: of the score whose points they are.
        now: the instant of the advice.
        last: the newest advice on the threshold; None before the first.
    """
    if not np.isfinite(ready.points):
        return None
    if last is not None and _is_known(ready, now, last):
        return None
    return Advice(
        key=f"{ready.points:g} points at {ready.capacity:g} a week, {now.date()}",
        topic=TOPIC,
        sentence=_sentence(ready),
        formula=FORMULA,
        version=version,
        to="sales and marketing",
        evidence=Evidence(
            measure="share of weeks in which the ready leads stay within what the team can work",
            unit="share of weeks",
            estimate=ready.p_fits.estimate,
            lo=ready.p_fits.lo,
            hi=ready.p_fits.hi,
            n=ready.weeks,
        ),
        after_days=WEEKS * 7,
    )


def threshold_followed(cut: float, capacity: float, handed: tuple[M8, I8], since: datetime) -> Followed:
    """In what share of the weeks after the decision the ready leads stayed within capacity.

    Args:
        cut: points from which a lead was to be worked.
        capacity: leads a week.
        handed: when each lead was handed over, UTC without a zone, and its points.
        since: the decision; whole weeks are counted from it.
    """
    at, points = handed
    start = np.datetime64(since.replace(tzinfo=None), "us")
    week = np.floor((at - start) / _WEEK)
    inside = (week >= 0) & (week < WEEKS) & (points >= cut)
    counts = np.bincount(week[inside].astype(np.int64), minlength=WEEKS)
    share = share_of_weeks(int((counts <= capacity).sum()), WEEKS)
    note = f"{counts.mean():.0f} ready leads a week from {cut:g} points on, {counts.max()} in the fullest"
    return Followed(share.estimate, share.lo, share.hi, WEEKS, note)


def cut_and_capacity(key: str) -> tuple[float, float]:
    """The cut in points and the leads a week that an advice was about.

    Raises:
        BadInput: when the key is not one of `threshold_advice`.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise BadInput(
            f"advice on a threshold has a key like '8 points at 60 a week, 2026-03-31', got {key!r}"
        )
    return float(found["cut"]), float(found["capacity"])


def _is_known(ready: ReadyThreshold, now: datetime, last: Advice) -> bool:
    cut, capacity = cut_and_capacity(last.key)
    if capacity != float(f"{ready.capacity:g}"):
        return False
    said_at = datetime.fromisoformat(last.key.rpartition(" ")[2]).date()
    return cut == float(f"{ready.points:g}") or now.date() - said_at < PAUSE


def _sentence(ready: ReadyThreshold) -> str:
    caught = next((one for one in reversed(ready.curve) if one.points >= ready.points), None)
    share = f"; they hold {caught.customers:.0%} of the customers to be expected" if caught else ""
    return (
        f"Work leads from {ready.points:g} points on: {ready.weekly_ready:.0f} a week come"
        f" to {ready.capacity:g} the team can work{share}."
    )
