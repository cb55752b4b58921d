"""The watch at work: each day looked at once, an early refit advised on an alarm, and made once accepted."""

from collections.abc import Sequence
from datetime import UTC, datetime

from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.ledger import inbox
from quintet.ledger.recommendations import Advice, Evidence, Followed, as_row
from quintet.loop.drift import Drift
from quintet.loop.formulas import watched_formulas
from quintet.loop.models.decisions import Recommendation, State
from quintet.loop.refits import TOPIC, accepted, early_refits, kept_refits, with_refits
from quintet.loop.running import Turns, put_in_use, shelf_of
from quintet.loop.watching import Drifts, watch
from quintet.stats.trials import Formula

#: So long after the decision it is looked at whether the gap was closed.
AFTER_DAYS = 90
PROMISES, INPUTS = "promises", "inputs"


def keep_watch(home: Home, now: datetime, told: Sequence[Formula] | None = None) -> str:
    """Look at the newest whole day of every formula, and advise where it drifted; says what it saw."""
    return "; ".join(f"{one.title}: {_watched(home, one, now)}" for one in told or watched_formulas())


def advise(seen: Drift, now: datetime, title: str = "") -> int:
    """Offer the advice to refit early, once for each version and kind of alarm; returns how many are new."""
    rows = [as_row(advice, now) for advice in advices(seen, title or seen.formula)]
    refs = [str(row["source_ref"]) for row in rows]
    known = set(Recommendation.objects.filter(source_ref__in=refs).values_list("source_ref", flat=True))
    return inbox.offer([row for row in rows if row["source_ref"] not in known]).accepted


def advices(seen: Drift, title: str) -> tuple[Advice, ...]:
    """The advice an alarm leads to; none where nothing drifted."""
    return tuple(_advice(seen, kind, title) for kind in seen.alarms)


def refit_accepted(home: Home, told: Sequence[Formula] | None = None) -> str:
    """Refit what people accepted to have refitted early; run again it does nothing."""
    return "; ".join(f"{one.title}: {_refitted(home, one)}" for one in told or watched_formulas())


def refit_followed(home: Home, one: Recommendation) -> Followed | None:
    """How much of the gap was gone AFTER_DAYS after the decision; None until such a day was watched."""
    if one.decided_at is None:
        return None
    due = f"{one.decided_at:%Y-%m-%d}", one.after_days
    days = [day for day in Drifts(home, one.formula).days() if _days_between(due[0], day) >= due[1]]
    seen = Drifts(home, one.formula).read(days[0]) if days else None
    kind = one.key.rpartition(" ")[2]
    after = None if seen is None else _gap(seen, kind)
    if seen is None or after is None:
        return None
    before = float(one.evidence["estimate"])
    note = f"{after[0]:.3g} left on {seen.day}, version {seen.version}"
    return Followed(before - after[0], None, None, after[1], note)


def _watched(home: Home, one: Formula, now: datetime) -> str:
    try:
        seen = watch(home, one)
    except NotEnoughData as error:
        return str(error)
    advised = advise(seen, now, one.title)
    return f"{seen.day}, early refit advised" if advised else seen.day


def _advice(seen: Drift, kind: str, title: str) -> Advice:
    return Advice(
        key=f"{seen.version} {kind}",
        topic=TOPIC,
        sentence=f"Refit “{title}” now. {seen.reading}",
        formula=seen.formula,
        version=seen.version,
        to="executives and operations",
        evidence=_evidence(seen, kind),
        after_days=AFTER_DAYS,
    )


def _evidence(seen: Drift, kind: str) -> Evidence:
    if kind == PROMISES:
        at = abs(100 * (1 - (seen.ratio or 0.0)))
        gaps = [abs(100 * (1 - end)) for end in (seen.lo or 0.0, seen.hi or 0.0)]
        is_sure = ((seen.lo or 0.0) - 1) * ((seen.hi or 0.0) - 1) > 0
        measure = "gap between promised and happened, closed by refitting"
        return Evidence(
            measure, "of 100 promised", at, min(gaps) if is_sure else 0.0, max(gaps), round(seen.happened)
        )
    worst = max(seen.inputs, key=lambda one: (one.state == "alarm", one.index))
    measure = "distance of what comes in from what was learned from, closed by refitting"
    return Evidence(measure, "stability index", worst.index, None, None, worst.units_now)


def _gap(seen: Drift, kind: str) -> tuple[float, int] | None:
    """What is left of it on a day, and on how many cases that rests; None where the day is silent."""
    if kind == PROMISES:
        known = seen.ratio is not None and seen.promises != "silent"
        return (abs(100 * (1 - (seen.ratio or 0.0))), round(seen.happened)) if known else None
    told = [one for one in seen.inputs if one.state != "silent"]
    worst = max(told, key=lambda one: one.index, default=None)
    return (worst.index, worst.units_now) if worst else None


def _refitted(home: Home, one: Formula) -> str:
    wanted = Recommendation.objects.filter(formula=one.name, topic=TOPIC, state=State.ACCEPTED)
    made = {refit.at for refit in kept_refits(home, one.name)}
    fresh = [each for each in wanted if each.decided_at and each.decided_at.isoformat() not in made]
    if not fresh:
        return "nothing to refit"
    turns, shelf = Turns(home, one.name).kept(), shelf_of(home, one)
    found = early_refits(home, one, shelf, turns, accepted(home, one.name))
    put_in_use(shelf, with_refits(turns, found))
    new = [refit for refit in found if refit.at not in made]
    return ", ".join(refit.refused or f"version {refit.version}" for refit in new) or "waits for the ledger"


def _days_between(first: str, last: str) -> int:
    ends = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last))
    start, end = ends
    return (end - start).days
