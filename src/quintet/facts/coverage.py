"""What this company's data records, and what it does not: counts, so that a page can say why it is silent."""

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from quintet.facts.flags import NO
from quintet.facts.schema import STAGES

if TYPE_CHECKING:
    from quintet.facts.published import Facts

_LEAD_FIELDS = ("source", "campaign", "term", "landing", "segment", "rep_id", "account_id")


@dataclass(frozen=True)
class Coverage:
    """What the data records.

    Args:
        counts: measure → rows that have it; `docs/facts.md#coverage` lists the measures.
    """

    counts: dict[str, int]

    def __getitem__(self, measure: str) -> int:
        """The count of a measure."""
        return self.counts[measure]

    @property
    def stages(self) -> dict[str, int]:
        """Funnel step → leads for which the source itself records it, not implied by a later one."""
        return {stage: self.counts[f"leads_{stage}"] for stage in STAGES}

    def share(self, part: str, whole: str) -> float:
        """One measure over another; 0 when there is nothing."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 0.0


def coverage(facts: "Facts") -> Coverage:
    """Which funnel steps and fields the data records, with counts.

    Args:
        facts: an open version.
    """
    parts = (_leads(facts), _attempts(facts), _opportunities(facts), _others(facts), _hiring(facts))
    return Coverage({name: count for part in parts for name, count in part.items()})


def kept_coverage(facts: "Facts", file: Path) -> Coverage:
    """The coverage as it was counted before, or counted now and kept; a version does not change.

    Args:
        facts: an open version.
        file: where it is kept; counted again when another release wrote it. Nothing is kept where its folder
            is gone or may not be written to.
    """
    release = sha256(Path(__file__).read_bytes()).hexdigest()
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        told = {}
    if told.get("release") == release:
        return Coverage(told["counts"])
    found = coverage(facts)
    _keep(file, json.dumps({"release": release, "counts": found.counts}))
    return found


def _keep(file: Path, text: str) -> None:
    new = file.with_suffix(f".{os.getpid()}.new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(file)
    except (FileNotFoundError, PermissionError):
        return


def _leads(facts: "Facts") -> dict[str, int]:
    leads = facts.table("leads")
    won, dated = leads.is_won, leads.won_at.notnull()
    measures = {f"leads_{stage}": (leads.recorded & (1 << place)) > 0 for place, stage in enumerate(STAGES)}
    measures |= {f"leads_with_{name}": leads[name].notnull() for name in _LEAD_FIELDS}
    measures |= {
        "leads_with_date": leads.created_at.notnull(),
        "leads_assigned": leads.assigned_at.notnull(),
        "leads_lost": leads.lost_at.notnull(),
        "leads_with_opportunity": leads.opportunity_id.notnull(),
        "won_with_rep": won & leads.rep_id.notnull(),
        "others_with_rep": ~won & leads.rep_id.notnull(),
        "won_with_date": won & dated,
        "won_before_created": (leads.won_at < leads.created_at).fill_null(NO),
        "leads_reversed": leads.reversed > 0,
        "leads_skipped": leads.skipped > 0,
        "won_with_mrr": won & leads.mrr.notnull(),
        "won_with_amount": won & leads.amount.notnull(),
    }
    counts = {name: flag.cast("int64").sum().fill_null(0) for name, flag in measures.items()}
    return _asked(facts, leads.agg(leads=leads.count(), **counts))


def _attempts(facts: "Facts") -> dict[str, int]:
    attempts = facts.table("attempts")
    calls, mails = attempts.channel == "call", attempts.channel == "email"
    known = attempts.outcome != "unknown"
    measures = {
        "calls": calls,
        "calls_with_outcome": calls & known,
        "emails": mails,
        "emails_replied": mails & (attempts.outcome == "replied"),
        "attempts_with_rep": attempts.rep_id.notnull(),
        "attempts_with_date": attempts.attempted_at.notnull(),
    }
    counts = {name: flag.cast("int64").sum().fill_null(0) for name, flag in measures.items()}
    return _asked(facts, attempts.agg(attempts=attempts.count(), **counts))


def _opportunities(facts: "Facts") -> dict[str, int]:
    deals = facts.table("opportunities")
    won, lost = deals.is_won.fill_null(NO), (~deals.is_won).fill_null(NO)
    measures = {
        "opportunities_won": won,
        "opportunities_lost": lost,
        "opportunities_open": deals.is_won.isnull(),
        "opportunities_with_rep": deals.rep_id.notnull(),
        "won_opportunities_with_rep": won & deals.rep_id.notnull(),
        "lost_opportunities_with_rep": lost & deals.rep_id.notnull(),
        "opportunities_with_amount": deals.amount.notnull(),
        "opportunities_with_product": deals["product"].notnull(),
        "opportunities_with_close_date": deals.closed_at.notnull(),
    }
    counts = {name: flag.cast("int64").sum().fill_null(0) for name, flag in measures.items()}
    counts["currencies"] = deals.currency.nunique(where=won)
    return _asked(facts, deals.agg(opportunities=deals.count(), **counts))


def _others(facts: "Facts") -> dict[str, int]:
    spells, touches = facts.table("stage_spells"), facts.table("touches")
    customers, reps, months = facts.table("customers"), facts.table("reps"), facts.table("rep_months")
    told = (
        spells.agg(stage_spells=spells.count()),
        touches.agg(touches=touches.count(), touched_leads=touches.lead_id.nunique()),
        customers.agg(
            customers=customers.count(),
            customers_cancelled=customers.cancelled_at.notnull().cast("int64").sum().fill_null(0),
            customers_with_mrr=customers.mrr.notnull().cast("int64").sum().fill_null(0),
        ),
        reps.agg(
            reps=reps.rep_id.nunique(),
            reps_with_manager=reps.rep_id.nunique(where=reps.manager_id.notnull()),
            reps_with_joined_on=reps.rep_id.nunique(where=reps.joined_on.notnull()),
            reps_left=reps.rep_id.nunique(where=reps.left_on.notnull()),
        ),
        months.agg(rep_months=months.count(), quotas=months.quota.notnull().cast("int64").sum().fill_null(0)),
    )
    return {name: count for one in told for name, count in _asked(facts, one).items()}


def _hiring(facts: "Facts") -> dict[str, int]:
    """Sums over candidates: no reader of data health is told of one."""
    scores, candidates = facts.table("interview_scores"), facts.table("candidates")
    scored = scores.select("candidate_id").distinct()
    hired = candidates.filter(candidates.rep_id.notnull()).semi_join(scored, "candidate_id")
    told = (
        scores.agg(
            interview_scores=scores.count(),
            scored_criteria=scores.criterion.nunique(where=scores.criterion != "overall"),
        ),
        hired.agg(hires_scored=hired.count()),
    )
    return {name: count for one in told for name, count in _asked(facts, one).items()}


def _asked(facts: "Facts", expression: ibis.Table) -> dict[str, int]:
    row = facts.arrow(expression).to_pylist()[0]
    return {name: int(count) for name, count in row.items()}
