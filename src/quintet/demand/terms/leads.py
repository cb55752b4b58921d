"""A lead score in use: the fit, what was left out, how it did on later leads, what a lead is worth."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from quintet.demand.formula.score.score import LeadScore
from quintet.demand.terms.leaks import LeakReport
from quintet.demand.terms.score import Comparison, Skill
from quintet.kernel.finding import Finding, Status

#: AUC of chance.
CHANCE = 0.5
METHOD = "ridge logistic on levels, strength by evidence"


@dataclass(frozen=True)
class Trial:
    """How the score did on leads it had not seen, when fitted on what was known before them.

    Args:
        is_later: the leads came later; False where nothing has a date and leads were held out by chance.
        cut: the day up to which the tried score knew anything; None without dates.
        skill: of the full score.
        points: full score against whole points.
        gut: whole points against the table typed by hand; None where none is typed, or it cannot be tried.
        gut_problem: why it cannot be tried; empty when it can.
        horizon_days: customers within so many days were foretold; shorter than the score's own where that
            leaves too few later leads old enough; None without dates.
    """

    is_later: bool
    cut: date | None
    skill: Skill
    points: Comparison
    gut: Comparison | None
    gut_problem: str
    horizon_days: int | None = None


@dataclass(frozen=True)
class ValueBasis:
    """What a customer is taken to be worth.

    Args:
        kind: lifetime (by source and segment), mrr (the mean of all customers) or none.
        unit: currency; "customers" where no value is known.
        mean: of the leads scored; 1 where no value is known.
        customers: it rests on.
        sentence: in plain words.
    """

    kind: str
    unit: str
    mean: float
    customers: int
    sentence: str


@dataclass(frozen=True)
class Basis:
    """What the values beside the scores rest on.

    Args:
        key: of what; another key, other values.
        value: in words and figures.
    """

    key: str
    value: ValueBasis


@dataclass(frozen=True)
class Card:
    """Everything about the score but its coefficients; stored with it.

    Args:
        report: what the leak guard found.
        trial: how it did; None where it could not be tried.
        trial_problem: why it could not be tried.
        value: what a customer is worth.
        facts_version: of the facts it was fitted on.
        ledger_version: the same.
        as_of: newest day of those facts; None without dates.
        scored: leads scored.
        open: of these, worth working now: neither won nor lost.
        recipe: which leads it learned from, as the loop has in use; empty where that is the base rate.
        recipe_since: from when the loop has that in use; None before it could decide.
        recipe_why: what the loop decided, and on what.
    """

    report: LeakReport
    trial: Trial | None
    trial_problem: str
    value: ValueBasis
    facts_version: int
    ledger_version: int
    as_of: date | None
    scored: int
    open: int
    recipe: str = "all past"
    recipe_since: date | None = None
    recipe_why: str = ""


@dataclass(frozen=True, eq=False)
class StoredScore:
    """The score in use.

    Args:
        score: the fit.
        card: everything about it.
        version: its digest.
        since: in use since.
        is_current: fitted on the facts as they are now.
    """

    score: LeadScore
    card: Card
    version: str
    since: datetime
    is_current: bool

    @property
    def ability(self) -> Finding:
        """Can the score tell leads apart? AUC on leads it had not seen; .5 is chance."""
        ground, trial = self.score.ground, self.card.trial
        lacking = self.score.not_enough
        base = Finding(
            question="Can the score tell leads apart?",
            subject="lead score",
            unit="AUC",
            status=Status.SILENT,
            n=ground.customers if lacking is None else lacking.have,
            n_required=30 if lacking is None else lacking.need,
            method=METHOD,
            baseline=CHANCE,
            reason=self.score.reason,
            expected_on=None if lacking is None else lacking.expected_on,
            as_of=self.card.as_of,
            maturity_days=ground.horizon_days,
            warnings=self.score.warnings,
        )
        if self.score.status is Status.SILENT:
            return base
        return _judged(base, self.score, trial, self.card.trial_problem)

    @property
    def can_tell(self) -> bool:
        """May leads be put in order by it?"""
        found = self.ability
        is_above = found.lo is not None and found.lo > CHANCE
        return found.status is not Status.SILENT and self.score.table is not None and is_above


def _judged(base: Finding, score: LeadScore, trial: Trial | None, problem: str) -> Finding:
    if trial is None or trial.skill.auc is None:
        return replace(base, status=Status.SILENT, reason=problem or "no later lead to try it on")
    auc = trial.skill.auc
    told = replace(
        base, status=score.status, estimate=auc.estimate, lo=auc.lo, hi=auc.hi, n=trial.skill.leads
    )
    if score.table is None:
        return replace(told, status=Status.HEDGED, reason=score.reason)
    if auc.lo <= CHANCE:
        return replace(
            told,
            status=Status.HEDGED,
            reason="it cannot tell leads apart: what is known of them at hand-over does not go with the sale",
        )
    return told
