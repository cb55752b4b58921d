"""The points table to say aloud, the one typed by hand, and the line from which a lead is sales-ready."""

import re
from dataclasses import dataclass

from quintet.demand.actions.points import capacity, typed_points
from quintet.demand.asks.stored_score import stored_score
from quintet.demand.asks.threshold import threshold
from quintet.demand.formula.score.features import ANYTHING, NEVER, OTHER, UNKNOWN
from quintet.demand.models.points import SalesCapacity, TypedPoints
from quintet.demand.terms.leads import StoredScore
from quintet.demand.terms.score import Comparison, FeatureKind, Gut, PointsLine, ReadyThreshold
from quintet.facts.published import Facts

#: Lines to say aloud, and how many of one feature at most.
MOST_ALOUD, MOST_OF_ONE = 12, 3
_NOT_SAID = {UNKNOWN, OTHER, NEVER}
#: What the gut calls the level of a behaviour.
EVER = "ever"
_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(
    rf"(?P<first>{_NUMBER})(?: to (?:under )?(?P<to>{_NUMBER}))?"
    rf"|(?:up to|under) (?P<top>{_NUMBER})|(?P<least>{_NUMBER}) or more"
)


@dataclass(frozen=True)
class PointsRow:
    """One line of both tables.

    Args:
        line: of the fitted table.
        gut: points typed by hand for it; None where none were typed.
        key: feature and level as a form names them; empty for a line the hand-typed table has no word for.
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

    @property
    def aloud(self) -> tuple[PointsLine, ...]:
        """The lines one would say aloud: those worth most, at most three of a feature."""
        best: list[PointsLine] = []
        for _, rows in self.features:
            said = [row.line for row in rows if row.line.said not in _NOT_SAID and row.line.points > 0]
            best += sorted(said, key=lambda line: (-line.points, -line.leads))[:MOST_OF_ONE]
        return tuple(sorted(best, key=lambda line: (-line.points, -line.leads))[:MOST_ALOUD])


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
    typed, told = gut or {}, []
    seen: set[str] = set()
    for line in table.lines:
        level = gut_level(line)
        key = "" if level is None else f"{line.feature}|{level}"
        key = "" if key in seen else key
        seen.add(key)
        points = typed.get(line.feature, {}).get(level) if key and level is not None else None
        told.append(PointsRow(line, points, key))
    return tuple(told)


def gut_level(line: PointsLine) -> str | None:
    """How the hand-typed table names a line's level; None where it cannot.

    A behaviour is typed once, as having been done at all; ranges of a number read "2-4" or "5+".
    """
    if line.said == OTHER:
        return None
    if line.kind is FeatureKind.WORDS or line.said == UNKNOWN:
        return line.said
    if line.kind is FeatureKind.NUMBERS:
        return _range(line.said)
    return None if line.said == NEVER or line.feature.endswith(f": {ANYTHING}") else EVER


def _range(said: str) -> str | None:
    """A range in words as the hand-typed table writes it."""
    found = _RANGE.fullmatch(said.replace(",", ""))
    if found is None:
        return None
    first, between, top, least = found["first"], found["to"], found["top"], found["least"]
    if top:
        return f"0-{top}"
    return f"{least}+" if least else f"{first}-{between}" if between else first
