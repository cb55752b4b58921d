"""Fairness: how often each group gets through, in sums from which nobody can be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quintet.stats.adverse_impact import Impact

#: Sex and race/ethnicity as Component 1 of the EEO-1 report names them.
SEXES = {"female": "Female", "male": "Male", "another": "Neither of these"}
ETHNICITIES = {
    "hispanic": "Hispanic or Latino",
    "white": "White",
    "black": "Black or African American",
    "pacific": "Native Hawaiian or Other Pacific Islander",
    "asian": "Asian",
    "native": "American Indian or Alaska Native",
    "several": "Two or More Races",
}
#: Those other than Hispanic or Latino carry this behind their name.
NOT_HISPANIC = " (not Hispanic or Latino)"
DECLINED = "declined"
#: A category with fewer people is never shown by itself.
FEWEST_SHOWN = 10
#: Answers and decisions enter the audit so many at a time, so that no single one can be seen entering.
BATCH = 10
#: New York's rules let an auditor leave categories below this share of the data out of the ratios.
SMALL_SHARE = 0.02

#: Key of the index among named scores.
INDEX = "index"

DIMENSIONS = {
    "sex": "Sex",
    "ethnicity": "Race/ethnicity",
    "both": "Sex by race/ethnicity",
}


@dataclass(frozen=True)
class Assessed:
    """One person in the audit, without a name.

    Args:
        sex: one of SEXES; empty when unknown.
        ethnicity: one of ETHNICITIES; empty when unknown.
        candidate_id: to find the scores; never leaves the counting.
        is_hired: the decision.
    """

    sex: str
    ethnicity: str
    candidate_id: int
    is_hired: bool


@dataclass(frozen=True)
class NamedScores:
    """Scores of candidates by one name: a criterion, or the index.

    Args:
        key: short, of letters, digits and underscores.
        label: as people say it.
        of: candidate_id → score; whoever is not in it was not scored.
    """

    key: str
    label: str
    of: Mapping[int, float]


@dataclass(frozen=True)
class AuditTable:
    """One way to group people, for one measure.

    Args:
        dimension: key of DIMENSIONS.
        rows: categories that are shown, in their usual order; compared where they are two or more.
        excluded: of these, names left out of the ratios as they are below two per cent of the data.
        pooled: names of the categories with fewer people than are shown, nobody included.
        unknown: people whose category is not known, or whose categories are too few even together.
        reason: why no ratio is given; empty where one is.
        expected_on: when the present flow of answers might allow it; None where that is not known.
    """

    dimension: str
    rows: tuple[Impact, ...]
    excluded: tuple[str, ...]
    pooled: tuple[str, ...]
    unknown: int
    reason: str = ""
    expected_on: date | None = None

    @property
    def title(self) -> str:
        """As people say it."""
        return DIMENSIONS[self.dimension]

    @property
    def flagged(self) -> tuple[Impact, ...]:
        """Categories below four fifths where chance does not explain it."""
        return tuple(one for one in self.rows if one.is_flagged)


@dataclass(frozen=True)
class Measure:
    """One thing that is audited: the decision, a criterion, the index.

    Args:
        key: decision, index or the key of a criterion.
        label: as people say it.
        people: assessed by it.
        median: of the full sample; None for a decision.
        tables: by sex, by race/ethnicity, by both.
    """

    key: str
    label: str
    people: int
    median: float | None
    tables: tuple[AuditTable, ...]

    @property
    def is_scored(self) -> bool:
        """Scoring rates (share above the median) rather than selection rates?"""
        return self.median is not None


@dataclass(frozen=True)
class Audit:
    """What may be said about fairness today.

    Args:
        measures: the decision first, then the index, then criteria by name.
        people: candidates decided and counted.
        answered: of these, those who told at least one of the two.
        first_on: first decision counted; None where nothing is.
        last_on: last one.
    """

    measures: tuple[Measure, ...]
    people: int
    answered: int
    first_on: date | None
    last_on: date | None
