"""Finding: the one envelope every answer comes in, with its uncertainty and its right to be shown."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """May this answer be shown as an answer?"""

    SPEAKS = "speaks"
    HEDGED = "hedged"
    SILENT = "silent"


class CausalGrade(StrEnum):
    """How far an answer may be read as cause: strongest first."""

    RANDOMISED = "randomised"
    INSTRUMENT = "instrument"
    ADJUSTED = "adjusted"
    ASSOCIATION = "association"


@dataclass(frozen=True)
class Finding:
    """One answer: what, how much, how sure, from how many, and whether it may speak.

    `estimate`, `lo` and `hi` are in `unit`; a silent finding carries none of them, but `reason`,
    `n`, `n_required` and, where the flow of data allows a guess, `expected_on`.
    """

    question: str
    subject: str
    unit: str
    status: Status
    n: int
    n_required: int
    method: str
    estimate: float | None = None
    lo: float | None = None
    hi: float | None = None
    level: float = 0.90
    probability: float | None = None
    baseline: float | None = None
    grade: CausalGrade = CausalGrade.ASSOCIATION
    reason: str = ""
    expected_on: date | None = None
    as_of: date | None = None
    window: tuple[date, date] | None = None
    maturity_days: int | None = None
    warnings: tuple[str, ...] = field(default=())
