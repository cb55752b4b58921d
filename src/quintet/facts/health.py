"""Data health: which formulas this company's data can feed, which it cannot, and why, with counts."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from quintet.facts.coverage import Coverage
from quintet.facts.published import Facts
from quintet.facts.schema import STAGES


class Feed(StrEnum):
    """Can the data feed a formula?"""

    CAN = "can"
    PARTLY = "partly"
    CANNOT = "cannot"


@dataclass(frozen=True)
class FormulaHealth:
    """One formula or page, and whether this data can feed it.

    Args:
        formula: its name, e.g. "funnel: connected to qualified".
        feed: can, partly or cannot.
        reason: one plain sentence with the counts that decide.
        counts: these counts by measure of `Coverage`.
    """

    formula: str
    feed: Feed
    reason: str
    counts: dict[str, int]


#: Below this share of rows a field is as good as absent; above the other one as good as complete.
_RARE, _USUAL = 0.05, 0.8
#: With fewer scored hires the index stays what was thought before.
_HIRES = 20
_PAST_TENSE = {
    "worked": "worked",
    "connected": "connected",
    "qualified": "qualified",
    "demo": "shown a demo",
    "won": "won",
}


def health(facts: Facts) -> tuple[FormulaHealth, ...]:
    """What each formula could do with this data.

    Args:
        facts: an open version.

    Returns:
        One entry a formula, in the order of the funnel, then of the formulas.
    """
    seen = facts.coverage()
    steps = [_step(seen, earlier, later) for earlier, later in pairwise(STAGES)]
    return (*steps, *(judge(seen) for judge in _JUDGES))


def _step(seen: Coverage, earlier: str, later: str) -> FormulaHealth:
    formula = f"funnel: {earlier} to {later}"
    counts = {f"leads_{stage}": seen[f"leads_{stage}"] for stage in (earlier, later)} | {
        "leads": seen["leads"]
    }
    have, then = (counts[f"leads_{stage}"] for stage in (earlier, later))
    missing = [_PAST_TENSE[stage] for stage, count in ((earlier, have), (later, then)) if not count]
    if missing:
        steps = " or ".join(missing)
        reason = f"no lead of {_n(seen['leads'])} is recorded as {steps}: this conversion is not known"
        return FormulaHealth(formula, Feed.CANNOT, _with_outcome(seen, later, reason), counts)
    if seen["leads_with_date"] < _USUAL * seen["leads"]:
        dated = f"only {_n(seen['leads_with_date'])} of {_n(seen['leads'])} leads have a date"
        reason = f"{dated}: no months, no young cohorts"
        return FormulaHealth(
            formula, Feed.PARTLY, reason, counts | {"leads_with_date": seen["leads_with_date"]}
        )
    told = f"{_n(have)} leads are recorded as {_PAST_TENSE[earlier]}, {_n(then)} as {_PAST_TENSE[later]}"
    if have < then:
        reason = f"{told}: most who went on are not recorded one step before, which is filled in for them"
        return FormulaHealth(formula, Feed.PARTLY, reason, counts)
    return FormulaHealth(formula, Feed.CAN, told, counts)


def _with_outcome(seen: Coverage, later: str, reason: str) -> str:
    if later == "connected" and seen["calls"] and not seen["calls_with_outcome"]:
        return f"calls have no outcome: connect rate impossible, {_n(seen['calls'])} calls"
    return reason


def _win_rate(seen: Coverage) -> FormulaHealth:
    names = ("won_with_rep", "others_with_rep", "leads", "leads_won", "won_opportunities_with_rep",
             "lost_opportunities_with_rep", "opportunities_won", "opportunities_lost")  # fmt: skip
    counts = {name: seen[name] for name in names}
    formula = "win rate by rep"
    others = seen["leads"] - seen["leads_won"]
    if seen["won_with_rep"] and seen["others_with_rep"] <= _RARE * others:
        reason = (
            f"the rep is known only for won deals: {_n(seen['won_with_rep'])} of {_n(seen['leads_won'])} won,"
            f" {_n(seen['others_with_rep'])} of {_n(others)} others: a win rate by rep does not exist"
        )
        return FormulaHealth(formula, Feed.CANNOT, reason, counts)
    closed, known = seen["opportunities_lost"], seen["lost_opportunities_with_rep"]
    if not closed or not known:
        reason = f"no lost opportunity names a rep: {_n(known)} of {_n(closed)} lost"
        return FormulaHealth(formula, Feed.CANNOT, reason, counts)
    reason = (
        f"the rep is known for {_n(seen['won_opportunities_with_rep'])}"
        f" of {_n(seen['opportunities_won'])} won and {_n(known)} of {_n(closed)} lost opportunities"
    )
    return FormulaHealth(formula, Feed.CAN if known >= _USUAL * closed else Feed.PARTLY, reason, counts)


def _onion(seen: Coverage) -> FormulaHealth:
    names = ("calls", "calls_with_outcome", "emails", "emails_replied", "attempts", "leads_demo")
    counts = {name: seen[name] for name in names}
    formula = "peel the onion"
    if not seen["attempts"]:
        return FormulaHealth(
            formula, Feed.CANNOT, "no call, e-mail or message is recorded: 0 attempts", counts
        )
    if seen["calls"] and not seen["calls_with_outcome"]:
        reason = f"calls have no outcome: connect rate impossible, {_n(seen['calls'])} calls"
        return FormulaHealth(formula, Feed.PARTLY, reason, counts)
    calls = f"{_n(seen['calls'])} calls, {_n(seen['calls_with_outcome'])} with an outcome"
    told = f"{calls}; {_n(seen['emails'])} e-mails"
    complete = seen["calls"] and seen["emails"] and seen["emails_replied"] and seen["leads_demo"]
    lacking = "" if complete else "; dials and e-mails cannot be weighed against each other"
    return FormulaHealth(formula, Feed.CAN if complete else Feed.PARTLY, told + lacking, counts)


def _attempts(seen: Coverage) -> FormulaHealth:
    formula, counts = (
        "attempts policy",
        {n: seen[n] for n in ("attempts", "attempts_with_date", "leads_connected")},
    )
    if not seen["attempts"]:
        return FormulaHealth(
            formula, Feed.CANNOT, "no call, e-mail or message is recorded: 0 attempts", counts
        )
    if not seen["leads_connected"]:
        reason = (
            f"no conversation is recorded after {_n(seen['attempts'])} attempts: when to stop is not known"
        )
        return FormulaHealth(formula, Feed.CANNOT, reason, counts)
    reason = f"{_n(seen['attempts'])} attempts, {_n(seen['leads_connected'])} leads reached"
    dated = seen.share("attempts_with_date", "attempts") >= _USUAL
    return FormulaHealth(formula, Feed.CAN if dated else Feed.PARTLY, reason, counts)


def _lead_score(seen: Coverage) -> FormulaHealth:
    formula, counts = (
        "lead score",
        {n: seen[n] for n in ("leads", "leads_won", "leads_with_source", "touches")},
    )
    won, others = seen["leads_won"], seen["leads"] - seen["leads_won"]
    if not won or not others:
        reason = f"a score needs customers and others: {_n(won)} won, {_n(others)} not"
        return FormulaHealth(formula, Feed.CANNOT, reason, counts)
    if not seen["leads_with_source"] and not seen["touches"]:
        return FormulaHealth(
            formula, Feed.CANNOT, "nothing is known of a lead but its end: no source, no touch", counts
        )
    reason = (
        f"{_n(won)} of {_n(seen['leads'])} leads won; the source is known of {_n(seen['leads_with_source'])}"
    )
    known = seen.share("leads_with_source", "leads") >= _USUAL
    return FormulaHealth(formula, Feed.CAN if known else Feed.PARTLY, reason, counts)


def _attribution(seen: Coverage) -> FormulaHealth:
    names = ("touches", "touched_leads", "leads_with_source", "leads_won")
    formula, counts = "attribution", {name: seen[name] for name in names}
    if seen["touches"] and seen["leads_won"]:
        reason = (
            f"{_n(seen['touches'])} touches of {_n(seen['touched_leads'])} leads, {_n(seen['leads_won'])} won"
        )
        enough = seen["touched_leads"] >= _USUAL * seen["leads"]
        return FormulaHealth(formula, Feed.CAN if enough else Feed.PARTLY, reason, counts)
    if seen["leads_with_source"] and seen["leads_won"]:
        reason = f"no touches: credit only by first source, known of {_n(seen['leads_with_source'])} leads"
        return FormulaHealth(formula, Feed.PARTLY, reason, counts)
    return FormulaHealth(formula, Feed.CANNOT, "no touch and no source of a won lead is recorded", counts)


def _ltv(seen: Coverage) -> FormulaHealth:
    names = ("customers", "customers_cancelled", "customers_with_mrr")
    formula, counts = "customer lifetime value", {name: seen[name] for name in names}
    if not seen["customers_with_mrr"]:
        reason = f"no recurring revenue is recorded for any of {_n(seen['customers'])} customers"
        return FormulaHealth(formula, Feed.CANNOT, reason, counts)
    told = f"recurring revenue of {_n(seen['customers_with_mrr'])} of {_n(seen['customers'])} customers"
    if not seen["customers_cancelled"]:
        return FormulaHealth(formula, Feed.PARTLY, f"{told}; nobody is recorded as gone: no lifetime", counts)
    reason = f"{told}; {_n(seen['customers_cancelled'])} cancelled"
    return FormulaHealth(formula, Feed.CAN, reason, counts)


def _forecast(seen: Coverage) -> FormulaHealth:
    names = ("opportunities", "opportunities_open", "opportunities_with_amount", "stage_spells",
             "opportunities_won", "opportunities_lost")  # fmt: skip
    formula, counts = "forecast", {name: seen[name] for name in names}
    if not seen["opportunities_open"] or not seen["opportunities_won"]:
        reason = (
            f"a forecast needs open and won opportunities: {_n(seen['opportunities_open'])} open,"
            f" {_n(seen['opportunities_won'])} won"
        )
        return FormulaHealth(formula, Feed.CANNOT, reason, counts)
    told = f"{_n(seen['opportunities_open'])} open opportunities"
    priced = f"{_n(seen['opportunities_with_amount'])} of all with a value"
    history = f"{priced}; {_n(seen['stage_spells'])} stays in a stage"
    enough = seen["stage_spells"] and seen["opportunities_lost"] and seen["opportunities_with_amount"]
    return FormulaHealth(formula, Feed.CAN if enough else Feed.PARTLY, f"{told}; {history}", counts)


def _hiring(seen: Coverage) -> FormulaHealth:
    names = ("interview_scores", "scored_criteria", "hires_scored", "rep_months", "quotas")
    formula, counts = "hiring", {name: seen[name] for name in names}
    if not seen["interview_scores"]:
        reason = "no interview is scored: the index adds up criteria as they were weighted by hand"
        return FormulaHealth(formula, Feed.CANNOT, reason, counts)
    told = f"{_n(seen['interview_scores'])} interview scores on {_n(seen['scored_criteria'])} criteria"
    if not seen["hires_scored"]:
        reason = f"{told}, and none is of somebody who became a rep: nothing can be learned from them yet"
        return FormulaHealth(formula, Feed.PARTLY, reason, counts)
    reason = f"{told}, {_n(seen['hires_scored'])} of those scored became reps"
    enough = seen["hires_scored"] >= _HIRES and seen["quotas"]
    lacking = "" if enough else f"; {_HIRES} and their quotas are needed to tell what predicts success"
    return FormulaHealth(formula, Feed.CAN if enough else Feed.PARTLY, reason + lacking, counts)


def _training(seen: Coverage) -> FormulaHealth:
    names = ("reps", "reps_with_joined_on", "rep_months", "quotas")
    formula, counts = "training: ramp", {name: seen[name] for name in names}
    if not seen["reps_with_joined_on"]:
        reason = f"no joining date of any of {_n(seen['reps'])} reps is known: no ramp"
        return FormulaHealth(formula, Feed.CANNOT, reason, counts)
    joined = f"joining date of {_n(seen['reps_with_joined_on'])} of {_n(seen['reps'])} reps"
    told = f"{joined}, {_n(seen['quotas'])} monthly quotas"
    return FormulaHealth(formula, Feed.CAN if seen["quotas"] else Feed.PARTLY, told, counts)


_JUDGES: tuple[Callable[[Coverage], FormulaHealth], ...] = (
    _win_rate,
    _onion,
    _attempts,
    _lead_score,
    _attribution,
    _ltv,
    _forecast,
    _hiring,
    _training,
)


def _n(count: int) -> str:
    return f"{count:,}"
