"""Hazard ratios in months: how much earlier half of those who stay are at quota."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.stats.person_months import HazardFit
from quintet.training.formula.person_months import RampRows
from quintet.training.terms.modules import HORIZON, Span

F8 = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Saved:
    """What months are worked out from.

    Args:
        fit: of the person-months.
        table: they were fitted on.
        usual: month in which each module is mostly finished.
        common: modules that at least half of the reps finish.
    """

    fit: HazardFit
    table: RampRows
    usual: Mapping[str, int]
    common: frozenset[str]


def median_month(hazards: F8) -> float | None:
    """When half are there, within the month by even pace; None where fewer than half ever are."""
    total = np.cumsum(hazards)
    over = np.flatnonzero(total >= math.log(2.0))
    if not len(over):
        return None
    at = int(over[0])
    before = float(total[at - 1]) if at else 0.0
    return at + (math.log(2.0) - before) / float(hazards[at])


def months_saved(given: Saved, module: str, effects: tuple[float, float, float]) -> Span | None:
    """Months earlier at the median for a rep of the newest class who finishes it in its usual month.

    Average leads and score; the other modules that most reps take are finished in their usual months.

    Args:
        given: the fit.
        module: key.
        effects: log hazard ratio, and the ends of its interval.

    Returns:
        None where half are not there within the horizon.
    """
    flag = _flag(given.usual[module])
    without = _hazards(given, module)
    base = median_month(without)
    with_it = [median_month(without * np.exp(flag * effect)) for effect in effects]
    if base is None or with_it[0] is None:
        return None
    value, lo, hi = (None if one is None else base - one for one in with_it)
    return None if value is None else Span(value, lo, hi)


def _flag(usual: int) -> F8:
    return (np.arange(1, HORIZON + 1) > usual).astype(np.float64)


def _hazards(given: Saved, without: str) -> F8:
    """Of months 1 … with the other common modules as they are mostly taken."""
    x = np.zeros((HORIZON, len(given.table.names)))
    for name in given.common & set(given.table.modules) - {without}:
        x[:, given.table.place(f"module {name}")] = _flag(given.usual[name])
    return given.fit.hazards(x)
