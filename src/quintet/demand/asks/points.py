"""The points table to say aloud, the one typed by hand, and the line from which a lead is sales-ready."""

from dataclasses import dataclass

from quintet.demand.actions.points import capacity, typed_points
from quintet.demand.asks.stored_score import stored_score
from quintet.demand.asks.threshold import threshold
from quintet.demand.models.points import SalesCapacity, TypedPoints
from quintet.demand.terms.leads import StoredScore
from quintet.demand.terms.score import Comparison, Gut, PointsLine, ReadyThreshold
from quintet.facts.published import Facts

#: What the gut calls the level of a behaviour.
EVER = "ever"


@dataclass(frozen=True)
class PointsRow:
    """One line of both tables.

    Args:
        line: of the fitted table.
        gut: points typed by hand for it; None where none were typed.
        key: feature and level as a form names them.
    """

    line: PointsLine
    gut: float | None
    key: str


@dataclass(frozen=True)
class Points:
    """Both tables, how they did on the same later leads, and the threshold.

    Args:
        stored: the score; None before the first fit.
        rows: feature by feature; empty while the score is silent.
        typed: the table in force that was typed by hand; None while there is none.
        gut: both tried on the same later leads; None until the next fit after typing.
        capacity: leads the team can work a week; None while nobody said.
        ready: the threshold at that capacity; None where it cannot be said.
    """

    stored: StoredScore | None
    rows: tuple[PointsRow, ...]
    typed: TypedPoints | None
    gut: Comparison | None
    capacity: SalesCapacity | None
    ready: ReadyThreshold | None

    @property
    def features(self) -> tuple[tuple[str, tuple[PointsRow, ...]], ...]:
        """The rows by feature, in their order."""
        told: dict[str, list[PointsRow]] = {}
        for row in self.rows:
            told.setdefault(row.line.feature, []).append(row)
        return tuple((name, tuple(rows)) for name, rows in told.items())


def points(facts: Facts) -> Points:
    """Both points tables and the threshold, as they are in force."""
    stored, typed, stated = stored_score(facts), typed_points(), capacity()
    if stored is None:
        return Points(None, (), typed, None, stated, None)
    trial = stored.card.trial
    ready = None if stated is None else threshold(facts, stored, stated.leads_per_week)
    rows = _rows(stored, None if typed is None else typed.table)
    return Points(stored, rows, typed, None if trial is None else trial.gut, stated, ready)


def _rows(stored: StoredScore, gut: Gut | None) -> tuple[PointsRow, ...]:
    table = stored.score.table
    if table is None:
        return ()
    typed = gut or {}
    return tuple(
        PointsRow(line, typed.get(line.feature, {}).get(gut_level(line)), f"{line.feature}|{gut_level(line)}")
        for line in table.lines
    )


def gut_level(line: PointsLine) -> str:
    """How the hand-typed table names a line's level."""
    return line.said
