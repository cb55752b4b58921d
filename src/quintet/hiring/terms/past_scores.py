"""Scores given before Quintet came, as a spreadsheet holds them: what its columns mean, and what is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

#: What a column may be, and how that is said. A criterion is written `criterion:<key>`.
MEANINGS = {
    "candidate": "Candidate's name",
    "email": "Candidate's e-mail",
    "interviewer": "Who scored",
    "round": "Round",
    "applied": "Applied on",
    "decided": "Decided on",
    "outcome": "Hired, rejected or withdrew",
    "rep": "The rep a hired one became",
    "role": "Role applied for",
    "source": "Where the candidate came from",
    "criterion": "Name of the criterion in this row",
    "score": "Score on the criterion in this row",
    "overall": "Verdict on the whole",
    "ignored": "Leave out",
}
CRITERION = "criterion:"
#: Words for an outcome, beside the three themselves.
OUTCOME_WORDS = {
    "hired": "hired", "hire": "hired", "yes": "hired", "accepted": "hired", "offer accepted": "hired",
    "joined": "hired", "rejected": "rejected", "reject": "rejected", "no": "rejected",
    "not hired": "rejected", "declined": "rejected", "withdrew": "withdrew", "withdrawn": "withdrew",
    "offer declined": "withdrew",
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A table as it was handed in.

    Args:
        name: of the file.
        columns: names.
        rows: line in the file → the texts of its columns, empty ones left out.
    """

    name: str
    columns: tuple[str, ...]
    rows: dict[int, dict[str, str]]


@dataclass(frozen=True)
class Reading:
    """How a sheet is read.

    Args:
        meanings: column → one of MEANINGS, or criterion:<key>.
        lowest: the worst score of the sheet's scale.
        highest: the best one.
        day_first: 3/4/2024 is the 3rd of April.
    """

    meanings: Mapping[str, str]
    lowest: float = 1.0
    highest: float = 10.0
    day_first: bool | None = None

    def column(self, meaning: str) -> str:
        """The column of that meaning; empty when none has it."""
        return next((name for name, one in self.meanings.items() if one == meaning), "")

    @property
    def criteria(self) -> dict[str, str]:
        """Column → key, of the columns that are a criterion each."""
        return {
            name: one.removeprefix(CRITERION)
            for name, one in self.meanings.items()
            if one.startswith(CRITERION)
        }


@dataclass(frozen=True)
class Known:
    """Who and what is known already, in lower case: rep by name, interviewer by name or address, criteria.

    Args:
        reps: name → rep_id; of names that one rep alone has.
        interviewers: name or address → rep:<id> or user:<id>.
        criteria: name or key → key.
    """

    reps: Mapping[str, int] = field(default_factory=dict)
    interviewers: Mapping[str, str] = field(default_factory=dict)
    criteria: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PastScore:
    """One score of the sheet, on the scale of 1 to 10."""

    interviewer: str
    round: str
    criterion: str
    score: float


@dataclass(frozen=True)
class PastCandidate:
    """One candidate of the sheet, from all rows that name him.

    Args:
        ref: address, else name, in lower case: what makes him one.
        rep: the rep's name as written; empty where none is.
        rep_id: of the rep of that name; None where there is none, or several.
    """

    ref: str
    name: str
    email: str
    role: str
    source: str
    applied_on: date | None
    decided_on: date | None
    outcome: str
    rep: str
    rep_id: int | None
    scores: tuple[PastScore, ...]


@dataclass(frozen=True)
class Refused:
    """A value that was not read: where it stands, the rule, the next step."""

    line: int
    column: str
    value: str
    reason: str
    step: str


@dataclass(frozen=True)
class PastScores:
    """What a sheet says, read one way."""

    candidates: tuple[PastCandidate, ...]
    refused: tuple[Refused, ...]

    @property
    def scores(self) -> int:
        """How many scores."""
        return sum(len(one.scores) for one in self.candidates)

    @property
    def hired(self) -> tuple[PastCandidate, ...]:
        """Those hired."""
        return tuple(one for one in self.candidates if one.outcome == "hired")

    @property
    def nobody(self) -> tuple[PastCandidate, ...]:
        """Hired ones whose rep is not known: their success cannot be followed."""
        return tuple(one for one in self.hired if one.rep_id is None)

    @property
    def criteria(self) -> tuple[str, ...]:
        """Keys of the criteria scored, in alphabetical order."""
        return tuple(sorted({score.criterion for one in self.candidates for score in one.scores}))

    @property
    def interviewers(self) -> tuple[str, ...]:
        """Who scored."""
        return tuple(sorted({score.interviewer for one in self.candidates for score in one.scores}))
