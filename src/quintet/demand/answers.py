"""The room's answers as plain values, for scripts: what the pages ask, without the pixels."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from quintet.demand.asks import (
    attribution,
    content,
    contract,
    experiments,
    leads,
    lifetime,
    points,
    sources,
    terms,
    worth,
)
from quintet.demand.asks.reports import Answer, Filters
from quintet.demand.asks.stored_score import stored_score
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.plain import as_plain

Query = Mapping[str, str]
_MOST = 1000


def open_leads(facts: Facts, scope: Scope, query: Query) -> dict[str, Any]:
    """Open leads, most valuable first, each with its reasons; `limit` of them."""
    found = leads.leads(facts, scope, leads.Filters.of(query), _whole(query, "limit", 100))
    if found.stored is None:
        raise _not_yet("the lead score")
    told = as_plain(found.leads)
    return {
        "score": found.stored.version,
        "total": found.total,
        "ready_from": found.ready_from,
        "leads": told,
    }


def one_lead(facts: Facts, scope: Scope, lead_id: int) -> dict[str, Any]:
    """One lead with every reason."""
    stored, one, wishes = leads.lead(facts, scope, lead_id)
    return {"score": stored.version, "lead": as_plain(one), "wishes": as_plain(wishes)}


def score(facts: Facts, scope: Scope, query: Query) -> dict[str, Any]:  # noqa: ARG001 -- the same for everybody
    """The card of the score in use: how good it was on later leads, and what was left out."""
    stored = stored_score(facts)
    if stored is None:
        raise _not_yet("the lead score")
    return {
        "version": stored.version,
        "since": stored.since.isoformat(),
        "is_current": stored.is_current,
        "ground": as_plain(stored.score.ground),
        "ability": as_plain(stored.ability),
        "card": as_plain(stored.card),
    }


def score_worth(facts: Facts, scope: Scope, query: Query) -> dict[str, Any]:  # noqa: ARG001
    """What following the score brings, by the leads held out of it; and the share held out."""
    found = worth.worth(facts)
    if found.stored is None:
        raise _not_yet("what the score is worth")
    return {
        "as_of": found.stored.as_of.isoformat(),
        "is_current": found.is_current,
        "share": found.share.share,
        "worth": as_plain(found.stored.worth),
    }


def points_table(facts: Facts, scope: Scope, query: Query) -> dict[str, Any]:  # noqa: ARG001
    """The points table, beside the one typed by hand, and the line from which a lead is sales-ready."""
    found = points.points(facts)
    if found.stored is None:
        raise _not_yet("the lead score")
    return {
        "score": found.stored.version,
        "rows": as_plain(found.rows),
        "compared": as_plain(found.gut),
        "ready": as_plain(found.ready),
    }


def sources_report(facts: Facts, scope: Scope, query: Query) -> dict[str, Any]:  # noqa: ARG001
    """Rate, worth, time and cost of each source and campaign."""
    return _report(sources.sources(facts, Filters.of(query)))


def terms_report(facts: Facts, scope: Scope, query: Query) -> dict[str, Any]:  # noqa: ARG001
    """What each search term goes with, corrected for many looks."""
    return _report(terms.terms(facts, Filters.of(query)))


def content_report(facts: Facts, scope: Scope, query: Query) -> dict[str, Any]:  # noqa: ARG001
    """What each behaviour and content goes with, in rate and in speed."""
    return _report(content.content(facts, Filters.of(query)))


def credit(facts: Facts, scope: Scope, query: Query) -> dict[str, Any]:  # noqa: ARG001
    """Credit of each channel by seven rules."""
    found = attribution.attribution(facts)
    if found.stored is None:
        raise _not_yet("attribution")
    told = attribution.credits_of(found.stored, attribution.Filters.of(query))
    return {"is_current": found.is_current, "credits": as_plain(told)}


def lifetimes(facts: Facts, scope: Scope, query: Query) -> dict[str, Any]:  # noqa: ARG001
    """How long customers stay and what they are worth."""
    found = lifetime.lifetime(facts, scope)
    if found.stored is None:
        raise _not_yet("lifetime value")
    return {"is_current": found.is_current, "lifetime": as_plain(found.stored)}


def contract_status(facts: Facts, scope: Scope, query: Query) -> dict[str, Any]:  # noqa: ARG001
    """Where the contract stands at the end of a day (`on`), and the target derived from the quota."""
    counted = contract.counted_contract(facts.home)
    found = contract.status(counted, query.get("on", ""))
    return {
        "sentence": found.sentence,
        "on": found.asked.on.isoformat(),
        "version": found.version.version,
        "counts": as_plain(found.counts),
        "pace": as_plain(found.pace),
        "reasons": [list(one) for one in found.reasons],
        "target": as_plain(contract.target(counted)),
    }


def tried(facts: Facts, scope: Scope, query: Query) -> list[dict[str, Any]]:  # noqa: ARG001
    """Every experiment with what it has shown."""
    return [experiment(one) for one in experiments.experiments()]


def experiment(one: experiments.Known) -> dict[str, Any]:
    """One experiment: its design, its plan, and its result with every look."""
    record = one.record
    return {
        "id": str(record.pk),
        "name": record.name,
        "question": record.question,
        "design": asdict(one.design),
        "needed": record.needed,
        "started_at": record.started_at.isoformat(),
        "stopped_at": record.stopped_at.isoformat() if record.stopped_at else None,
        "decision": record.decision,
        "reason": record.reason,
        "grade": one.design.grade.value,
        "result": record.result,
    }


#: What may be asked by name, and the permission it takes.
QUESTIONS: dict[str, tuple[str, Callable[[Facts, Scope, Query], Any]]] = {
    "leads": ("demand.see_leads", open_leads),
    "score": ("demand.see_leads", score),
    "worth": ("demand.see_channels", score_worth),
    "points": ("demand.see_leads", points_table),
    "contract": ("demand.see_leads", contract_status),
    "sources": ("demand.see_channels", sources_report),
    "terms": ("demand.see_channels", terms_report),
    "content": ("demand.see_channels", content_report),
    "attribution": ("demand.see_channels", credit),
    "lifetime": ("demand.see_channels", lifetimes),
    "experiments": ("demand.see_channels", tried),
}


def answered(facts: Facts, scope: Scope, question: str, query: Query) -> Any:  # noqa: ANN401 -- JSON
    """The answer to a question by its name.

    Raises:
        BadInput: when there is no such question, or the query is not understood.
        NotEnoughData: when nothing is computed yet.
    """
    if question not in QUESTIONS:
        msg = f"the question must be one of {', '.join(QUESTIONS)}, got {question!r}"
        raise BadInput(msg)
    return QUESTIONS[question][1](facts, scope, query)


def _report(found: Answer[Any]) -> dict[str, Any]:
    if found.report is None:
        raise _not_yet("this report")
    as_of = found.as_of.isoformat() if found.as_of else None
    return {"as_of": as_of, "is_current": found.is_current, "report": as_plain(found.report)}


def _not_yet(what: str) -> NotEnoughData:
    msg = f"{what} was not computed yet: the worker does it within the hour, quintet worker starts one"
    return NotEnoughData(msg, have=0, need=1, unit="fits")


def _whole(query: Query, name: str, default: int) -> int:
    text = query.get(name) or str(default)
    if not text.isdigit() or not 1 <= int(text) <= _MOST:
        msg = f"{name} must be a whole number of 1 to {_MOST}, got {text!r}"
        raise BadInput(msg)
    return int(text)
