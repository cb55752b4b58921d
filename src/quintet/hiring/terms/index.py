"""The index as it is kept and shown: the fit, the interviewers, and what a page says about both."""

from dataclasses import dataclass
from datetime import date, datetime

from quintet.hiring.formula.answers import Expectation, Profiles, RaterLine, ReviewedLine, Validity
from quintet.hiring.formula.index import HiringFit


@dataclass(frozen=True)
class IndexCard:
    """How an index came about.

    Args:
        as_of: newest day of the data.
        facts_version: it was fitted from.
        ledger_version: the same.
        applicants: who were scored.
        hired: of these.
        judged: of these, with an outcome.
        left_early: who left before they could be judged.
        nobody: hired ones whose rep is not known.
        recipe: how it was fitted; empty where nothing was shown to beat the naive answer.
        recipe_why: who decided that, and why.
        verdict: how well interviewers' verdicts on the whole foretell, by the same measure; None if too few.
    """

    as_of: date
    facts_version: int
    ledger_version: int
    applicants: int
    hired: int
    judged: int
    left_early: int
    nobody: int
    recipe: str
    recipe_why: str
    verdict: Validity | None


@dataclass(frozen=True, eq=False)
class StoredIndex:
    """The index in use."""

    fit: HiringFit
    raters: tuple[RaterLine, ...]
    reviewed: tuple[ReviewedLine, ...]
    card: IndexCard
    version: str
    since: datetime


@dataclass(frozen=True)
class CandidateIndex:
    """What the index says of one candidate; or, in `reason`, why it says nothing.

    Args:
        expectation: the index, its range and what drives it; None where nothing is said.
        profiles: whom the candidate resembles.
        reading: in one sentence.
        version: of the index.
        reason: why nothing is said; empty otherwise.
        interviewers: whose scores count.
    """

    expectation: Expectation | None
    profiles: Profiles | None
    reading: str
    version: str
    reason: str
    interviewers: int
