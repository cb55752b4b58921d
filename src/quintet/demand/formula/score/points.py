"""Whole points a person can say aloud, and what a total of them is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quintet.demand.formula.score.features import Feature, blocks
from quintet.demand.formula.score.tuning import Learned, Tuned
from quintet.demand.terms.examples import F8, I8
from quintet.demand.terms.score import FeatureKind, PointsLine, PointsTable
from quintet.stats.calibration import Z90, calibration_line
from quintet.stats.logistic import Codes, LogisticFit, column_sums

TOP = 10


@dataclass(frozen=True, eq=False)
class Counted:
    """Leads and customers that showed each level."""

    leads: I8
    customers: I8


def counted(codes: Codes, features: Sequence[Feature], won: F8) -> Counted:
    """Of the leads a score learned from."""
    columns = blocks(features)
    leads = column_sums(codes, columns, np.ones(len(codes)))[1:]
    customers = column_sums(codes, columns, won)[1:]
    return Counted(leads.astype(np.int64), customers.astype(np.int64))


def whole_points(fit: LogisticFit, features: Sequence[Feature], counts: Counted, unit: float) -> I8:
    """[levels] points of each level, `unit` log-odds each.

    A field's worst level has no points. A deed never done has none, so that a bad deed costs points.
    """
    above = _above(fit.effects, features, counts)
    return np.rint(above / unit).astype(np.int64) if unit else np.zeros(len(above), dtype=np.int64)


def point_unit(fit: LogisticFit, features: Sequence[Feature], counts: Counted, top: int) -> float:
    """Log-odds a point is worth when the largest is `top`; 0 where nothing tells leads apart."""
    return float(np.max(np.abs(_above(fit.effects, features, counts)), initial=0.0)) / top


def points_table(
    fit: LogisticFit, features: Sequence[Feature], counts: Counted, points: I8, worth: tuple[float, float]
) -> PointsTable:
    """The table, most telling feature first.

    Args:
        fit: the full score.
        features: its features.
        counts: leads and customers per level.
        points: per level.
        worth: log-odds of a lead with no points, and of each point.
    """
    starts, ends = blocks(features).starts, np.cumsum(blocks(features).sizes)
    spans = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
    reach = [int(np.ptp(points[span])) for span in spans]
    order = sorted(range(len(features)), key=lambda f: (-reach[f], features[f].name))
    lines = [line for f in order for line in _lines(fit, features[f], spans[f], points, counts)]
    half_lives = [one.half_life_days for one in features if one.kind is FeatureKind.DOINGS]
    half_life = half_lives[0] if half_lives else None
    top = int(np.max(np.abs(points), initial=0))
    return PointsTable(tuple(lines), top, *worth, _finite(half_life), _decay(half_lives))


def worth_of_points(
    known: Learned, codes: Codes, features: Sequence[Feature], fitted: tuple[Tuned, Counted, I8, float]
) -> tuple[float, float]:
    """Log-odds of a lead with no points and of each point, learned on leads the points had not seen.

    Args:
        known: outcomes of the tuned leads.
        codes: their levels.
        features: the features.
        fitted: the folds, the counts, the final points and the unit they were cut with.
    """
    tune, counts, points, unit = fitted
    said, parts = [], []
    for fold, fit in zip(tune.folds, tune.fold_fits, strict=True):
        total = totals(whole_points(fit, features, counts, unit), codes[fold.tested], features)
        part = known.rows(fold.tested)
        level = calibration_line(total, part.won, part.known, slope=unit, weight=part.weight)
        said.append(total + level.intercept / unit)
        parts.append(part)
    held = np.concatenate(said)
    won = np.concatenate([part.won for part in parts])
    shown = None if known.known is None else np.concatenate([p.known for p in parts if p.known is not None])
    counted = None if known.weight is None else known.weight[np.concatenate([f.tested for f in tune.folds])]
    slope = calibration_line(held, won, shown, around=(unit, unit / 2), weight=counted).slope
    total = totals(points, codes, features)
    line = calibration_line(total, known.won, known.known, slope=slope, weight=known.weight)
    return line.intercept, slope


def totals(points: I8, codes: Codes, features: Sequence[Feature]) -> I8:
    """[n] the points of each lead."""
    total = np.zeros(len(codes), dtype=np.int64)
    for feature, start in enumerate(blocks(features).starts):
        total += points[start + codes[:, feature].astype(np.int64)]
    return total


def _above(effects: F8, features: Sequence[Feature], counts: Counted) -> F8:
    """[levels] log-odds above the level that gets no points."""
    above = np.zeros(len(effects))
    columns = blocks(features)
    for feature, start, size in zip(features, columns.starts, columns.sizes, strict=True):
        span = slice(start, start + size)
        seen = counts.leads[span] > 0
        least = (
            effects[start] if feature.kind is FeatureKind.DOINGS else effects[span][seen].min(initial=np.inf)
        )
        above[span] = effects[span] - (least if np.isfinite(least) else 0.0)
        if feature.kind is not FeatureKind.DOINGS:
            above[span] = np.maximum(above[span], 0.0)
    return above


def _lines(fit: LogisticFit, feature: Feature, span: slice, points: I8, counts: Counted) -> list[PointsLine]:
    error = Z90 * np.sqrt(np.diag(fit.covariance)[1:][span])
    at = range(span.start, span.stop)
    lines = [
        PointsLine(
            feature.name,
            feature.kind,
            said,
            int(points[k]),
            float(fit.effects[k]),
            float(fit.effects[k] - half),
            float(fit.effects[k] + half),
            int(counts.leads[k]),
            int(counts.customers[k]),
        )
        for k, said, half in zip(at, feature.said, error, strict=True)
    ]
    shown = [line for line in lines if line.leads]
    return shown if feature.chain else sorted(shown, key=lambda one: (-one.points, -one.log_odds, one.said))


def _finite(half_life: float | None) -> float | None:
    return half_life if half_life is not None and np.isfinite(half_life) else None


def _decay(half_lives: Sequence[float | None]) -> str:
    if not half_lives:
        return ""
    if half_lives[0] is None:
        return "A deed counts once, whenever it was."
    if np.isinf(half_lives[0]):
        return "Every deed counts, whenever it was."
    days = half_lives[0]
    return f"What a lead did halves every {days:.0f} days: read the line of its age."
