"""Drift of one version at the end of one day: do inputs come as they did, are promises kept?"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from quintet.stats.calibration import calibration_line
from quintet.stats.cusum import FEWEST as FEWEST_PROMISED
from quintet.stats.cusum import LOOKS, Cusum, cusum, gap
from quintet.stats.mix_shift import FALSE_ALARM, FEWEST, MixShift, mix_shift
from quintet.stats.trials import Input, Watched

#: Of each input so many levels are told, what moved most first.
MOST_LEVELS = 8
_FEWEST_FOR_SLOPE = 30
_DIGITS = 6


@dataclass(frozen=True)
class Level:
    """One level of an input: share of units before the fit and now, and what it adds to the index."""

    said: str
    before: float
    now: float
    part: float


@dataclass(frozen=True)
class Moved:
    """One input.

    Args:
        name: e.g. "source"; the first is the score itself.
        index: population stability index of now beside before.
        by_chance: what it is on average when nothing moved.
        limit: what it stays below when nothing moved.
        units_before: units before the fit.
        units_now: units of the newest window.
        state: "alarm", "moved", "still", or "silent" with too few units.
        levels: what moved most first.
    """

    name: str
    index: float
    by_chance: float
    limit: float
    units_before: int
    units_now: int
    state: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Day:
    """One day: events promised and come, and the two sums after it."""

    day: str
    promised: float
    happened: float
    too_much: float
    too_little: float


@dataclass(frozen=True)
class Month:
    """Units settled in one month that the version had not seen.

    Args:
        month: e.g. 2026-11.
        settled: how many.
        promised: how many of them the version expected to come true.
        happened: how many did.
        ratio: happened of promised.
        lo: lower end of its 90 % interval.
        hi: upper end.
        slope: calibration slope; 1 is right, below 1 too sure of itself; None under 30 of either outcome.
        level: calibration in the large, log-odds; below 0 too much was promised.
    """

    month: str
    settled: int
    promised: float
    happened: int
    ratio: float
    lo: float
    hi: float
    slope: float | None
    level: float | None


@dataclass(frozen=True)
class Drift:
    """What the watch of one day saw. Kept as JSON, the same bytes when seen again.

    Args:
        formula: its name.
        day: the last day looked at.
        version: the one watched.
        recipe: how it was fitted.
        fitted: what was known then, ISO 8601.
        inputs: the score itself first, then what it looks at, what moved most first.
        days: every day since the fit.
        limit_too_much: an alarm when the first sum reaches it.
        limit_too_little: likewise of the other.
        finds: the gap the limits are built to find soon, happened of promised.
        promised: events promised since the fit.
        happened: events that came.
        ratio: happened of promised; None before anything was promised.
        lo: lower end of its 90 % interval.
        hi: upper end.
        broken_on: the day promises were first shown to be too high or too low; empty while they hold.
        promises: "too much", "too little", "hold", or "silent".
        months: settled units by month.
        missing: what is missing before it speaks; empty when nothing is.
        reading: all of it in plain words.
    """

    formula: str
    day: str
    version: str
    recipe: str
    fitted: str
    inputs: tuple[Moved, ...]
    days: tuple[Day, ...]
    limit_too_much: float
    limit_too_little: float
    finds: float
    promised: float
    happened: float
    ratio: float | None
    lo: float | None
    hi: float | None
    broken_on: str
    promises: str
    months: tuple[Month, ...]
    missing: tuple[str, ...]
    reading: str

    @property
    def moved(self) -> tuple[Moved, ...]:
        """The inputs that moved, the score itself among them."""
        return tuple(one for one in self.inputs if one.state in {"alarm", "moved"})

    @property
    def alarms(self) -> tuple[str, ...]:
        """What asks for an early refit: "inputs", "promises", both, or nothing."""
        inputs = any(one.state == "alarm" for one in self.inputs)
        broken = self.promises in {"too much", "too little"}
        return (*(("inputs",) if inputs else ()), *(("promises",) if broken else ()))


@dataclass(frozen=True)
class Watch:
    """Whose drift is looked at.

    Args:
        formula: its name.
        day: the last day looked at.
        version: the one in use.
        recipe: how it was fitted.
        fitted: ISO 8601.
    """

    formula: str
    day: str
    version: str
    recipe: str
    fitted: str


def drift(what: Watch, seen: Watched) -> Drift:
    """The drift of one version from what was promised and what came in."""
    inputs = _inputs(seen.inputs)
    sums = cusum(seen.promised, seen.happened, doubt=seen.doubt)
    broken_on, promises = _broken(seen, sums)
    ratio = gap(sums.promised, sums.happened) if sums.promised > 0 else None
    missing = tuple(_missing(inputs, seen, sums))
    found = Drift(
        **vars(what),
        inputs=inputs,
        days=tuple(_days(seen, sums)),
        limit_too_much=_round(sums.limit_too_much),
        limit_too_little=_round(sums.limit_too_little),
        finds=_round(sums.ratio),
        promised=_round(sums.promised),
        happened=_round(sums.happened),
        ratio=_round(ratio[0]) if ratio else None,
        lo=_round(ratio[1]) if ratio else None,
        hi=_round(ratio[2]) if ratio else None,
        broken_on=broken_on,
        promises=promises,
        months=tuple(_months(seen)),
        missing=missing,
        reading="",
    )
    return Drift(**vars(found) | {"reading": reading(found)})


def reading(found: Drift) -> str:
    """What the watch saw, as one would say it."""
    return f"{_of_inputs(found)} {_of_promises(found)}"


def _inputs(told: Sequence[Input]) -> tuple[Moved, ...]:
    alpha = FALSE_ALARM / LOOKS / max(len(told), 1)
    found = [_moved(one, mix_shift(one.before, one.now, alpha=alpha)) for one in told]
    order = {"alarm": 0, "moved": 1, "still": 2, "silent": 3}
    rest = sorted(found[1:], key=lambda one: (order[one.state], -one.index, one.name))
    return (*found[:1], *rest)


def _moved(one: Input, shift: MixShift) -> Moved:
    levels = [
        Level(said, _round(before), _round(now), _round(part))
        for said, before, now, part in zip(one.levels, shift.before, shift.now, shift.parts, strict=True)
        if before or now
    ]
    levels.sort(key=lambda level: (-abs(level.now - level.before), level.said))
    state = "alarm" if shift.is_alarm else "moved" if shift.has_moved else "still"
    return Moved(
        name=one.name,
        index=_round(shift.index),
        by_chance=_round(shift.by_chance),
        limit=_round(shift.limit),
        units_before=shift.units_before,
        units_now=shift.units_now,
        state=state if shift.is_speaking else "silent",
        levels=tuple(levels[:MOST_LEVELS]),
    )


def _days(seen: Watched, sums: Cusum) -> Iterator[Day]:
    columns = (seen.days.astype(str), seen.promised, seen.happened, sums.too_much, sums.too_little)
    for day, promised, happened, much, little in zip(*columns, strict=True):
        yield Day(str(day), _round(promised), _round(happened), _round(much), _round(little))


def _broken(seen: Watched, sums: Cusum) -> tuple[str, str]:
    """The day of the first alarm, and of what."""
    first = [
        (place, said)
        for place, said in ((sums.first_too_much, "too much"), (sums.first_too_little, "too little"))
        if place is not None
    ]
    if first:
        place, said = min(first)
        return str(seen.days[place].astype(str)), said
    return "", "silent" if _enough_promised(seen, sums) else "hold"


def _enough_promised(seen: Watched, sums: Cusum) -> bool:
    """True when what was promised is too little to be judged."""
    return bool(seen.missing) or sums.promised < FEWEST_PROMISED


def _months(seen: Watched) -> Iterator[Month]:
    for month in np.unique(seen.months).tolist():
        rows = seen.months == month
        said, came = seen.said[rows], seen.came[rows]
        promised, happened = float(said.sum()), int(came.sum())
        ratio = gap(promised, happened) if promised > 0 else (0.0, 0.0, 0.0)
        slope, level = _line(said, came)
        ends = (_round(ratio[0]), _round(ratio[1]), _round(ratio[2]))
        yield Month(month, int(rows.sum()), _round(promised), happened, *ends, slope, level)


def _line(said: np.ndarray, came: np.ndarray) -> tuple[float | None, float | None]:
    if min(int(came.sum()), int((~came).sum())) < _FEWEST_FOR_SLOPE:
        return None, None
    inside = np.clip(said, 1e-9, 1 - 1e-9)
    log_odds = np.log(inside / (1 - inside))
    level = _round(calibration_line(log_odds, came, slope=1.0).intercept)
    spread = float(log_odds.std()) > 0
    return (_round(calibration_line(log_odds, came).slope) if spread else None), level


def _missing(inputs: Sequence[Moved], seen: Watched, sums: Cusum) -> Iterator[str]:
    if inputs and inputs[0].state == "silent":
        fewer = min(inputs[0].units_before, inputs[0].units_now)
        when = "since the fit" if inputs[0].units_now == fewer else "in the year before the fit"
        yield f"{fewer} of {FEWEST} units {when}: too few to compare what comes in."
    if seen.missing:
        yield f"{seen.missing}."
    elif sums.promised < FEWEST_PROMISED:
        told = f"{sums.promised:.1f} of {FEWEST_PROMISED:.0f}"
        yield f"{told} events promised since the fit: too few to say whether promises hold."


def _of_inputs(found: Drift) -> str:
    if not found.inputs:
        return "What is in use looks at nothing, so no input can move."
    if found.inputs[0].state == "silent":
        return "Inputs: not enough yet."
    moved = [one for one in found.inputs[1:] if one.state in {"alarm", "moved"}] or list(found.moved)
    if not moved:
        return "Inputs come as they did."
    return f"Inputs moved: {_said(moved[0])}."


def _said(one: Moved) -> str:
    level = one.levels[0]
    what = f"have {one.name} “{level.said}”" if one.name != "the score" else f"score {level.said}"
    return f"{level.now:.0%} now {what}, {level.before:.0%} when the version was fitted"


def _of_promises(found: Drift) -> str:
    if found.promises == "silent":
        return "Promises: not enough yet."
    counted = f"{found.happened:.0f} came of {found.promised:.0f} promised"
    if found.promises == "hold":
        return f"Promises still hold: {counted}."
    return f"It promises {found.promises}, shown since {found.broken_on}: {counted}."


def _round(value: float) -> float:
    """Six digits after the point: no noise of the last bit in what is kept."""
    return round(float(value), _DIGITS) if math.isfinite(value) else 0.0
