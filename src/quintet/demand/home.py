"""What the room puts on the home page: leads to work, the contract, sources."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from quintet.demand.actions.contract import in_force, sides_of
from quintet.demand.asks import contract, leads
from quintet.demand.asks.reports import Filters
from quintet.demand.asks.sources import sources as ask_sources
from quintet.demand.formula.reports.reading import sources_reading
from quintet.demand.models.contract import Contract
from quintet.demand.pages.contract_panels import status_panels
from quintet.demand.pages.leads import named
from quintet.demand.pages.report_panels import records_url
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Finding, Status
from quintet.kernel.panels import Line, Panel, Picture, Share, Shown, Tile, Todo, Urgency

if TYPE_CHECKING:
    from quintet.demand.terms.reports import Group

#: So many leads, breaches and sources find room.
_LEADS, _BREACHES, _SOURCES = 5, 4, 6


def next_leads(request: HttpRequest) -> Shown:
    """The reader's open leads that are worth most, each with its reasons."""
    facts, scope = _facts(), request.scope  # type: ignore[attr-defined]
    found = leads.leads(facts, scope, leads.Filters(), _LEADS)
    if found.stored is None:
        raise NotEnoughData("there is no lead score yet: the worker fits one once leads have become old")
    shown = found.leads[:_LEADS]
    first = [_first(one) for one in shown[:1]]
    kind = "Most valuable first." if found.stored.can_tell else "In the order they came: no score tells them."
    return Shown(
        lines=tuple(_lead_line(one, found.ready_from) for one in shown),
        more=max(found.total - len(shown), 0),
        note=kind if shown else "",
        nothing="" if shown else "No open lead is yours.",
        todos=tuple(first),
    )


def _first(one: leads.ScoredLead) -> Todo:
    url = reverse("demand:lead", args=[one.lead_id])
    return Todo(f"Work {one.label}", url, "Open the lead", _chance(one))


def _lead_line(one: leads.ScoredLead, ready_from: float | None) -> Line:
    is_ready = ready_from is not None and one.points is not None and one.points >= ready_from
    badge = "hold-out" if one.is_held else "ready" if is_ready else ""
    told = f"{_chance(one)} {_speaks_for(one)}".strip()
    return Line(
        one.label, reverse("demand:lead", args=[one.lead_id]), told, badge, "good" if is_ready else ""
    )


def _speaks_for(one: leads.ScoredLead) -> str:
    """The largest reasons that speak for a lead."""
    if one.reasons is None:
        return ""
    told = [named(reason) for reason in one.reasons.reasons[: leads.REASONS_SHOWN] if reason.log_odds > 0]
    return f"For it: {'; '.join(told)}." if told else ""


def _chance(one: leads.ScoredLead) -> str:
    if one.is_held:
        return "Held out of the score: work it as it comes."
    if one.p is None or one.lo is None or one.hi is None:
        return ""
    worth = "" if one.expected is None else f", expected value {one.expected:,.0f}"
    return f"Chance {one.p:.0%} ({one.lo:.0%} to {one.hi:.0%}){worth}."


def promised(request: HttpRequest) -> Shown:
    """Points delivered beside the pace of the contract, and which promises are broken on both sides."""
    asked = _to_accept(request)
    if not in_force():
        return _not_agreed(request, asked)
    told = status_panels(contract.status(contract.counted_contract(settings.HOME)))
    pace = told["pace"]
    broken = [one for one in told["breaches"] if one["is_breach"]]
    return Shown(
        sentence=told["found"].sentence,
        tiles=(*(_tile(one) for one in told["pace_tiles"]), *_expected(told["pace_answer"])),
        picture=Picture("Points against the pace", pace["spec"], pace["columns"], pace["rows"]),
        lines=tuple(
            Line(
                f"{one['label']}: {one['count']:,}",
                one["href"],
                f"{one['side']}: {one['note']}.",
                "broken",
                "bad",
            )
            for one in broken[:_BREACHES]
        ),
        nothing="" if broken else "No promise is broken on either side.",
        note=f"{told['found'].asked.on:%-d %B %Y}, the newest day of the data.",
        todos=(*asked, *_own_breach(request, broken)),
    )


def _not_agreed(request: HttpRequest, asked: tuple[Todo, ...]) -> Shown:
    """Before the first contract holds: propose one, or answer what was proposed."""
    if Contract.objects.exists():
        proposed = "A contract is proposed; it holds once both sides have accepted it."
        return Shown(nothing=proposed, todos=asked)
    propose = Todo("Propose the contract", reverse("demand:contract-propose"), "Propose")
    return Shown(nothing="No contract is in force.", todos=(propose,) if sides_of(request.user) else ())


def _tile(told: dict[str, object]) -> Tile:
    return Tile(
        str(told["label"]), told["value"], "points", n=told["n"], note=str(told["note"]),  # type: ignore[arg-type]
        url=str(told.get("href", "")),
    )  # fmt: skip


def _expected(answer: Finding) -> tuple[Tile, ...]:
    if answer.status is Status.SILENT:
        return ()
    label, note = "Expected at the month's end", "80% interval"
    return (Tile(label, answer.estimate, "points", answer.lo, answer.hi, level=answer.level, note=note),)


def _to_accept(request: HttpRequest) -> tuple[Todo, ...]:
    """Versions that wait for the yes of a side the reader speaks for."""
    own = set(sides_of(request.user))
    found = Contract.objects.prefetch_related("acceptances")
    open_ones = [one for one in found if own - {yes.side for yes in one.acceptances.all()}]
    return tuple(
        Todo(
            f"Answer {str(one)[:1].lower()}{str(one)[1:]}",
            f"{reverse('demand:contract')}#version-{one.version}",
            "Read the proposal",
            "It holds once both sides have accepted it.",
        )
        for one in open_ones
    )


def _own_breach(request: HttpRequest, broken: list[dict[str, object]]) -> tuple[Todo, ...]:
    """The first broken promise of the side the reader speaks for."""
    sides = sides_of(request.user)
    mine = [one for one in broken if str(one["side"]).lower() in sides]
    return tuple(
        Todo(
            f"Look at {str(one['label'])[:1].lower()}{str(one['label'])[1:]}",
            str(one["href"]),
            "Open the leads",
            f"{one['count']:,} {one['note']}.",
            Urgency.TODAY,
        )
        for one in mine[:1]
    )


def sources(request: HttpRequest) -> Shown:  # noqa: ARG001 -- company figures, the same for everybody
    """How many leads of each source become customers, and whether chance explains the difference."""
    filters = Filters()
    report = ask_sources(_facts(), filters).report
    if report is None:
        raise NotEnoughData("the reports were not computed yet: the worker does it within the hour")
    groups = sorted((one for one in report.groups if one.kind == "source"), key=_size)
    ends = [one.won.hi for one in groups if one.won.hi is not None]
    return Shown(
        sentence=sources_reading(report, "won"),
        shares=tuple(
            _share(one, filters, min(max(ends, default=1.0) * 1.05, 1.0)) for one in groups[:_SOURCES]
        ),
        more=max(len(groups) - _SOURCES, 0),
        note="Leads of the last twelve months that become customers in the end, largest source first.",
    )


def _size(one: "Group") -> int:
    return -one.leads


def _share(one: "Group", filters: Filters, top: float) -> Share:
    url = records_url(filters, by=one.kind, name=one.name)
    told = one.won
    silent = "" if told.rate is not None else f"{told.reason[:1].upper()}{told.reason[1:]}."
    label = one.name or "No source"
    return Share(label, told.rate, told.lo, told.hi, told.n, told.converted, url=url, top=top, reason=silent)


def _facts() -> Facts:
    return Facts.published(settings.HOME)


PANELS = (
    Panel("demand.next_leads", "What to work next", "demand:leads", "All open leads", next_leads),
    Panel("demand.contract", "The contract today", "demand:contract", "The contract", promised, is_wide=True),
    Panel("demand.sources", "Sources", "demand:sources", "Sources and campaigns", sources, is_wide=True),
)
