"""The points a company has typed by hand, and how they fare on the same later leads as the fitted ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.skill import comparison, settled
from quintet.demand.formula.score.subset import subset
from quintet.demand.formula.score.target import fit_target
from quintet.demand.terms.examples import F8, Doings, Examples, Numbers, Words
from quintet.demand.terms.score import Comparison, Gut
from quintet.kernel.errors import BadInput
from quintet.stats.calibration import calibration_line

EVER = "ever"
NOT_KNOWN = "not known"
_RANGE = re.compile(r"^(-?[\d.]+)(?:\+|\s*-\s*(-?[\d.]+))?$")
_WITHIN = re.compile(r"^within (\d+) days?$")


@dataclass(frozen=True)
class GutPoints:
    """Points typed by hand, and what a total of them turned out to be worth.

    Args:
        table: what was typed.
        base_log_odds: log-odds of a lead with no points.
        log_odds_per_point: what a point adds.
    """

    table: Gut
    base_log_odds: float
    log_odds_per_point: float

    def points(self, examples: Examples) -> F8:
        """[n] the points of each lead."""
        return gut_points(self.table, examples)

    def predict(self, examples: Examples) -> F8:
        """[n] P(customer within the horizon) by these points."""
        log_odds: F8 = self.base_log_odds + self.log_odds_per_point * self.points(examples)
        return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def fit_gut(table: Gut, examples: Examples) -> GutPoints:
    """What the points typed by hand are worth, learned on the same leads as a score.

    Args:
        table: behaviour or field → level → points. Levels of a behaviour: "ever" or "within 30 days" (the
            best that holds counts); of words: the word, or "not known"; of a number: "5", "2-4" or "5+".
        examples: all leads.

    Raises:
        BadInput: when a level is none of these, or nothing of that name is known.
    """
    target = fit_target(examples)
    rows = np.flatnonzero(target.taken)
    total = gut_points(table, subset(examples, rows))
    known = target.known[rows]
    line = calibration_line(total, target.won[rows], None if np.all(known >= 1.0) else known)
    return GutPoints(table, line.intercept, line.slope)


def gut_points(table: Gut, examples: Examples) -> F8:
    """[n] the points of each lead by a table typed by hand."""
    total = np.zeros(len(examples))
    for name, levels in table.items():
        column = examples.fields.get(name)
        if isinstance(column, Words):
            total += _words(column, levels)
        elif isinstance(column, Numbers):
            total += _numbers(name, column, levels)
        elif name in examples.doings.names:
            total += _deeds(name, examples.doings, levels, len(examples))
        else:
            raise BadInput(
                f"points were typed for {name!r}, which no lead shows: name a field or a behaviour"
            )
    return total


def fitted_against_gut(score: LeadScore, gut: GutPoints, later: Examples) -> Comparison:
    """Fitted points and typed points, tried on the same later leads.

    Raises:
        NotEnoughData: when no later lead is old enough.
    """
    tried, won = settled(later, score.ground.horizon_days)
    fitted = score.by_points(score.predict(tried).points)
    names = ("fitted points", "gut points")
    return comparison(names, (fitted, gut.predict(tried)), won, score.ground.base_rate)


def score_against_points(score: LeadScore, later: Examples) -> Comparison:
    """What whole points lose against the full score, on later leads.

    Raises:
        NotEnoughData: when no later lead is old enough.
    """
    tried, won = settled(later, score.ground.horizon_days)
    scored = score.predict(tried)
    said = (scored.p, score.by_points(scored.points))
    return comparison(("full score", "fitted points"), said, won, score.ground.base_rate)


def _words(column: Words, levels: Mapping[str, float]) -> F8:
    worth = np.array(
        [*(float(levels.get(level, 0.0)) for level in column.levels), levels.get(NOT_KNOWN, 0.0)]
    )
    return np.asarray(worth[column.codes])


def _numbers(name: str, column: Numbers, levels: Mapping[str, float]) -> F8:
    total = np.where(np.isnan(column.values), levels.get(NOT_KNOWN, 0.0), 0.0)
    for level, points in levels.items():
        if level != NOT_KNOWN:
            low, high = _range(name, level)
            total += points * ((column.values >= low) & (column.values <= high))
    return total


def _range(name: str, level: str) -> tuple[float, float]:
    found = _RANGE.match(level.strip())
    if not found:
        raise BadInput(f'a level of {name!r} must read "5", "2-4" or "5+", got {level!r}')
    low = float(found[1])
    return low, (np.inf if level.strip().endswith("+") else float(found[2] or low))


def _deeds(name: str, doings: Doings, levels: Mapping[str, float], leads: int) -> F8:
    newest = np.full(leads, np.inf)
    rows = doings.name == doings.names.index(name)
    np.minimum.at(newest, doings.lead[rows], doings.age_days[rows])
    best = np.zeros(leads)
    for level, points in sorted(levels.items(), key=lambda one: abs(one[1])):
        best[newest <= _days(name, level)] = points
    return best


def _days(name: str, level: str) -> float:
    found = _WITHIN.match(level)
    if not found and level != EVER:
        raise BadInput(f'a level of {name!r} must read "ever" or "within 30 days", got {level!r}')
    return float(found[1]) if found else np.finfo(np.float64).max
