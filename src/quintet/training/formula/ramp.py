"""How long reps take to the first month at quota: curves, medians, and whether groups differ."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from quintet.facts.careers import Ending
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status
from quintet.stats.homogeneity import holm
from quintet.stats.incidence import IncidenceCurve, incidence_curve, log_rank
from quintet.training.formula.modules import usual_month
from quintet.training.formula.person_months import quarter
from quintet.training.terms.modules import LEVEL, RampRep, Span
from quintet.training.terms.ramp import (
    APART,
    ENOUGH_REACHED,
    FEWEST_REACHED,
    LONGEST,
    CurvePoint,
    Grouping,
    RampCurve,
    RampReport,
)

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
#: Key of a group → its reps, in the order they are shown.
Groups = Mapping[str, Sequence[RampRep]]

_CAUSE = {Ending.REACHED: 1, Ending.LEFT: 2, Ending.RAMPING: 0}
#: Fewer a quarter on average would leave most classes silent.
_FULL_CLASS = 2 * FEWEST_REACHED
_THIRDS = ("lower third", "middle third", "upper third")


def ramp_curve(reps: Sequence[RampRep], key: str = "all", label: str = "") -> RampCurve:
    """How long a group took, with those still on their way counted for as long as they have been.

    Who left before cannot make quota any more and stays among all who came; a rep still ramping counts as
    neither there nor gone.

    Args:
        reps: the group.
        key: of it.
        label: as people call it.
    """
    counts = {ending: sum(one.ending is ending for one in reps) for ending in Ending}
    reached = counts[Ending.REACHED]
    told = RampCurve(
        key,
        label,
        len(reps),
        reached,
        counts[Ending.LEFT],
        counts[Ending.RAMPING],
        _status(reached),
        _reason(reached),
        None,
        (),
    )
    if told.status is Status.SILENT:
        return told
    curve = incidence_curve(*_times(reps), level=LEVEL)
    return replace(told, median=_median(curve), points=_points(curve, _times(reps)[0]))


def ramp_report(
    reps: Sequence[RampRep], until: date, *, managers: Mapping[int, int] | None = None, unknown: int = 0
) -> RampReport:
    """Everything the Ramp page says.

    Args:
        reps: on their way, there, or gone.
        until: only months before this day were counted.
        managers: rep_id → whose team they came into.
        unknown: reps of whom nobody can know.
    """
    found = [
        _grouping("class", "Hire class", by_class(reps)),
        _grouping("manager", "Manager", by_manager(reps, managers or {})),
        _grouping("score", "Score before hire", by_score(reps)),
    ]
    for module in sorted({name for one in reps for name in one.done}):
        landmark = max(usual_month(module, reps), 1)
        found.append(_grouping(f"module:{module}", module, by_module(reps, module, landmark)))
    shown = [one for one in found if len(one.curves) > 1]
    return RampReport(until, unknown, ramp_curve(reps), _corrected(shown))


def by_class(reps: Sequence[RampRep]) -> Groups:
    """Reps by the quarter they joined in, oldest first; by the year where quarters hold too few."""
    quarters = {one.rep_id: _quarter_name(one.joined) for one in reps}
    if len(reps) >= _FULL_CLASS * len(set(quarters.values())):
        return _grouped(quarters, reps)
    return _grouped({one.rep_id: str(one.joined.year) for one in reps}, reps)


def by_manager(reps: Sequence[RampRep], managers: Mapping[int, int]) -> Groups:
    """Reps by whose team they came into; those of whom nobody knows it are left out."""
    return _grouped({rep: str(manager) for rep, manager in managers.items()}, reps)


def by_score(reps: Sequence[RampRep]) -> Groups:
    """Reps in thirds by the score before hire; those nobody scored are left out."""
    scored = [one for one in reps if one.score is not None]
    if len(scored) < len(_THIRDS):
        return {}
    cuts = np.quantile([one.score or 0.0 for one in scored], [1 / 3, 2 / 3])
    places = {one.rep_id: int(np.searchsorted(cuts, one.score or 0.0)) for one in scored}
    return {name: [one for one in scored if places[one.rep_id] == at] for at, name in enumerate(_THIRDS)}


def by_module(reps: Sequence[RampRep], module: str, landmark: int) -> Groups:
    """Reps still on their way after a month, by whether a module was finished by then; counted from then.

    Args:
        reps: all.
        module: key.
        landmark: the month at whose end one looks who has finished it; 1 or later.

    Raises:
        BadInput: without a month to look at: who *ever* finished it is known only at the end, and whoever
            takes long has more time to finish it, so useful modules would look harmful (immortal time).

    Source: landmark analysis, Anderson, Cain & Gelber, J. Clinical Oncology 1 (1983) 710-719.
    """
    if landmark < 1:
        raise BadInput(
            f"reps are parted by a module as of a month of theirs, 1 or later, got {landmark}: on the first"
            " day nobody knows who will ever finish it, and who takes long has more time to (immortal time)"
        )
    still = [replace(one, months=one.months - landmark) for one in reps if one.months > landmark]
    had = {one.rep_id for one in still if one.done.get(module, landmark + 1) <= landmark}
    return {
        f"finished by month {landmark}": [one for one in still if one.rep_id in had],
        f"not by month {landmark}": [one for one in still if one.rep_id not in had],
    }


def _grouped(of: Mapping[int, str], reps: Sequence[RampRep]) -> Groups:
    names = sorted({of[one.rep_id] for one in reps if one.rep_id in of})
    return {name: [one for one in reps if of.get(one.rep_id) == name] for name in names}


def _quarter_name(day: date) -> str:
    start = quarter(day)
    return f"{start.year} Q{(start.month + 2) // 3}"


def _grouping(key: str, label: str, groups: Groups) -> Grouping:
    filled = {name: group for name, group in groups.items() if group}
    curves = tuple(ramp_curve(group, name, name) for name, group in filled.items())
    if len(filled) <= 1:
        return Grouping(key, label, curves, 1.0, differ=False, reading="")
    everybody = [one for group in filled.values() for one in group]
    place = np.repeat(np.arange(len(filled)), [len(group) for group in filled.values()])
    times, cause = _times(everybody)
    test = log_rank(times, cause == _CAUSE[Ending.REACHED], place)
    return Grouping(key, label, curves, test.p_value, differ=False, reading="")


def _corrected(found: Sequence[Grouping]) -> tuple[Grouping, ...]:
    """Groups differ where it holds for all groupings looked at."""
    p_values = holm([one.p_value for one in found]).tolist() if found else []
    told = [replace(one, differ=p <= APART) for one, p in zip(found, p_values, strict=True)]
    return tuple(replace(one, reading=_reading(one)) for one in told)


def _reading(one: Grouping) -> str:
    if one.differ:
        return (
            f"They differ more than luck explains (p {_p(one.p_value)})."
            " What else sets them apart counts, too."
        )
    return f"Luck alone would spread such groups as far (p {_p(one.p_value)}): they are not ranked."


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"= {value:.2g}"  # noqa: PLR2004 -- as people write it


def _times(reps: Sequence[RampRep]) -> tuple[F8, I8]:
    times = np.array([one.months for one in reps], dtype=np.float64)
    return times, np.array([_CAUSE[one.ending] for one in reps], dtype=np.int64)


def _status(reached: int) -> Status:
    if reached < FEWEST_REACHED:
        return Status.SILENT
    return Status.HEDGED if reached < ENOUGH_REACHED else Status.SPEAKS


def _reason(reached: int) -> str:
    if reached < FEWEST_REACHED:
        return f"{reached} made quota once; a median takes {FEWEST_REACHED}"
    if reached < ENOUGH_REACHED:
        return f"{reached} made quota once; from {ENOUGH_REACHED} on it speaks plainly"
    return ""


def _median(curve: IncidenceCurve) -> Span | None:
    lo, hi = curve.median_range
    return None if curve.median is None else Span(curve.median, lo, hi)


def _points(curve: IncidenceCurve, times: F8) -> tuple[CurvePoint, ...]:
    """Every month as far as anybody was watched."""
    months = np.arange(1, min(int(times.max()), LONGEST) + 1)
    place = np.searchsorted(curve.times, months, side="right") - 1
    told = []
    for month, at in zip(months.tolist(), place.tolist(), strict=True):
        told.append(_point(curve, month, at) if at >= 0 else CurvePoint(month, 0.0, 0.0, 0.0, 0.0, 0, 0))
    watched = [int((times >= month).sum()) for month in months.tolist()]
    return tuple(replace(one, at_risk=n) for one, n in zip(told, watched, strict=True))


def _point(curve: IncidenceCurve, month: int, at: int) -> CurvePoint:
    reached = int(curve.events[at]) if curve.times[at] == month else 0
    return CurvePoint(
        month,
        float(curve.share[at]),
        float(curve.lo[at]),
        float(curve.hi[at]),
        float(curve.gone[at]),
        0,
        reached,
    )
