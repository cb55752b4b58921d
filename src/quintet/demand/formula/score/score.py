"""A fitted lead score: P(customer) with its interval, reasons and points; frozen, stored as JSON."""

from dataclasses import dataclass

import numpy as np

from quintet.demand.formula.score.features import Feature, blocks, encoded
from quintet.demand.formula.score.points import totals
from quintet.demand.formula.score.subset import subset
from quintet.demand.terms.examples import F8, I8, Examples
from quintet.demand.terms.score import Ground, NotEnough, PointsTable, Reason, Reasons, Scored
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status
from quintet.stats.calibration import Z90
from quintet.stats.logistic import LogisticFit, summed


@dataclass(frozen=True, eq=False)
class LeadScore:
    """P(customer within the horizon, once worked), from what was known at hand-over.

    Args:
        status: silent under 30 customers (then P is the base rate, by source where it is known), hedged
            under 100.
        reason: why it is not speaks; empty when it is.
        not_enough: what a silent score lacks; None otherwise.
        ground: what it was fitted on.
        warnings: what to keep in mind.
        features: what it looks at.
        fit: log-odds of the average lead, and what each level adds to it.
        points: [levels] whole points; 0 while silent.
        table: the points table; None while silent.
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
        """Score leads: P, its 90 % interval and points, in the order of the examples."""
        codes, columns = encoded(self.features, examples), blocks(self.features)
        log_odds = self.fit.log_odds(codes, columns)
        half: F8 = Z90 * self.fit.deviations(codes, columns)
        return Scored(
            p=_chance(log_odds),
            lo=_chance(log_odds - half),
            hi=_chance(log_odds + half),
            points=totals(self.points, codes, self.features),
        )

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


def _chance(log_odds: F8) -> F8:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))
