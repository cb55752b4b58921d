"""A fitted lead score: P(customer) with its interval, reasons and points; frozen, stored as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quintet.demand.formula.score.features import OTHER, Feature, blocks, encoded
from quintet.demand.formula.score.points import totals
from quintet.demand.formula.score.subset import subset
from quintet.demand.terms.examples import F8, I8, Examples
from quintet.demand.terms.score import (
    FeatureKind,
    Ground,
    Interval,
    NotEnough,
    PointsTable,
    Reason,
    Reasons,
    Scored,
)
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status
from quintet.stats.calibration import Z90
from quintet.stats.logistic import Codes, LogisticFit, summed

#: Variance of a value anywhere within a range is width² / 12.
_UNIFORM = 12.0


@dataclass(frozen=True, eq=False)
class LeadScore:
    """P(customer within the horizon, once worked), from what was known at hand-over.

    Args:
        status: silent under 30 customers (then P is the base rate, by source where it is known), hedged
            under 100, or where it cannot tell leads apart (then P is the base rate for all).
        reason: why it is not speaks; empty when it is.
        not_enough: what a silent score lacks; None otherwise.
        ground: what it was fitted on.
        warnings: what to keep in mind.
        features: what it looks at.
        fit: log-odds of the average lead, and what each level adds to it.
        points: [levels] whole points; 0 while silent.
        table: the points table; None while silent or where it cannot tell leads apart.
        strength: of the shrinkage, 1 as the evidence says.
        held_out_loss: log loss of later leads while tuning; None while silent.
        seed: of the parts that leads without dates were cut into.
    """

    status: Status
    reason: str
    not_enough: NotEnough | None
    ground: Ground
    warnings: tuple[str, ...]
    features: tuple[Feature, ...]
    fit: LogisticFit
    points: I8
    table: PointsTable | None
    strength: float
    held_out_loss: float | None
    seed: int

    def predict(self, examples: Examples) -> Scored:
        """Score leads: P, its 90 % interval and points, in the order of the examples.

        Without a points table P is the base rate, and no lead's own chance can be bounded: no intervals.
        """
        codes, columns = encoded(self.features, examples), blocks(self.features)
        log_odds = self.fit.log_odds(codes, columns)
        points = totals(self.points, codes, self.features)
        if self.table is None:
            return Scored(p=_chance(log_odds), lo=None, hi=None, points=points)
        spread = np.square(self.fit.deviations(codes, columns)) + within(
            self.features, self.fit, self.strength, codes
        )
        half: F8 = Z90 * np.sqrt(spread)
        return Scored(
            p=_chance(log_odds),
            lo=_chance(log_odds - half),
            hi=_chance(log_odds + half),
            points=points,
        )

    @property
    def base_rate(self) -> Interval:
        """Customers of all leads it learned from, with the 90 % interval of that share (Jeffreys).

        Where young leads count in part: the average lead by the fit, which allows for their age.
        """
        from scipy.special import betaincinv

        if self.ground.young_count_in_part:
            half = Z90 * float(np.sqrt(max(self.fit.covariance[0, 0], 0.0)))
            lo, rate, hi = _chance(self.fit.base + half * np.array([-1.0, 0.0, 1.0])).tolist()
            return Interval(rate, lo, hi)
        won, rate = self.ground.customers, self.ground.base_rate
        lo, hi = betaincinv(won + 0.5, self.ground.leads - won + 0.5, [0.05, 0.95]).tolist()
        return Interval(rate, min(lo, rate), max(hi, rate))

    def by_points(self, points: I8) -> F8:
        """P of each total of points by the points table; the base rate while silent."""
        if self.table is None:
            return _chance(np.full(len(points), self.fit.base))
        log_odds: F8 = self.table.base_log_odds + self.table.log_odds_per_point * points.astype(np.float64)
        return _chance(log_odds)

    def reasons(self, examples: Examples, place: int) -> Reasons:
        """Why one lead has its score, what moves it most first; log-odds and points add up.

        Args:
            examples: leads.
            place: position of the lead.

        Raises:
            BadInput: when there is no such position.
        """
        if not 0 <= place < len(examples):
            raise BadInput(
                f"place must lie in 0..{len(examples) - 1}, got {place}: name a lead of the examples"
            )
        one = subset(examples, np.array([place]))
        codes, columns = encoded(self.features, one), blocks(self.features)
        at = columns.starts + codes[0]
        found = [
            Reason(feature.name, feature.said[code], float(self.fit.effects[k]), int(self.points[k]))
            for feature, code, k in zip(self.features, codes[0], at, strict=True)
        ]
        total = float(summed(self.fit.base, self.fit.effects, codes, columns)[0])
        ordered = sorted(found, key=lambda reason: (-abs(reason.log_odds), reason.feature))
        return Reasons(
            self.fit.base, tuple(ordered), total, int(totals(self.points, codes, self.features)[0])
        )


def within(features: Sequence[Feature], fit: LogisticFit, strength: float, codes: Codes) -> F8:
    """[n] variance of the log-odds of leads that show the same levels, as a level holds more than one thing.

    A rare word differs from "any other" as words differ from each other; a number lies anywhere in its range,
    between neighbours a step away.
    """
    total = np.zeros(len(codes))
    for place, (feature, start) in enumerate(zip(features, blocks(features).starts, strict=True)):
        own = fit.effects[start : start + len(feature.said)]
        total += _level_variance(feature, own, float(fit.spreads[place]) ** 2 / strength)[codes[:, place]]
    return total


def _level_variance(feature: Feature, effects: F8, spread: float) -> F8:
    if not feature.chain:
        return np.array([spread * (said == OTHER) for said in feature.said])
    first = 1 if feature.kind is FeatureKind.DOINGS else 0
    steps = np.square(np.diff(effects[first : feature.chain])) / _UNIFORM
    found = np.zeros(len(effects))
    if steps.size:
        left, right = np.append(steps[0], steps), np.append(steps, steps[-1])
        found[first : feature.chain] = (left + right) / 2.0
    return found


def _chance(log_odds: F8) -> F8:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))
