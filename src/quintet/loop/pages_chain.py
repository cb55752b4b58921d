"""The chain: which trait and which module go with which step, reps and leads told apart."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.loop.chain import asks
from quintet.loop.chain.chart import SHORT, apart_chart, links_chart, said
from quintet.loop.chain.linking import CRITERION, MODULE
from quintet.loop.chain.records import Asked, behind, opens
from quintet.loop.chain.terms import (
    COLUMNS,
    CUSTOMER,
    CUSTOMER_DAYS,
    LIFETIME,
    Chain,
    ColumnRate,
    KindLine,
    Link,
    RepLine,
)

SEES = "loop.see_chain"
_LINK_COLUMNS = (
    ("name", "Criterion or module", "text"),
    ("of", "Which", "text"),
    ("column", "Goes with", "text"),
    ("verdict", "What may be said", "text"),
    ("change", "Change", "text"),
    ("level", "Interval", "text"),
    ("n", "People", "number"),
    ("q_value", "q", "text"),
    ("reason", "What is missing", "text"),
)
_LINE_COLUMNS = (
    ("leads", "Leads", "link"),
    ("won", "Won", "link"),
    ("raw", "As counted", "rate"),
    ("rate", "Adjusted", "rate"),
    ("lo", "At least", "rate"),
    ("hi", "At most", "rate"),
    ("standing", "Beside the average", "text"),
    ("reason", "Why not told", "text"),
)
_CHART_COLUMNS = (
    ("name", "Which", "text"), ("leads", "Leads", "number"), ("won", "Won", "number"), *_LINE_COLUMNS[2:-1],
)  # fmt: skip
_LEAD_COLUMNS = (
    ("lead", "Lead", "link"), ("rep", "Rep", "text"), ("since", "Began the step", "date"),
    ("until", "Made it", "date"), ("made", "In time", "text"), ("segment", "Segment", "text"),
    ("source", "Source", "text"),
)  # fmt: skip
_REP_COLUMNS = (("name", "Rep", "text"), *_LINE_COLUMNS)
_KIND_COLUMNS = (("family", "By", "text"), ("name", "Kind of leads", "text"), *_LINE_COLUMNS)
_OPEN = {"open": "cannot tell", "refused": "not told"}
#: More rows make no picture; the list below holds all.
_MOST_DRAWN, _PAGE = 30, 15
LOST = "Customers lost in a month"
_PANELS = ((CRITERION, "Interview criteria"), (MODULE, "Modules"))
_DRAWN = ("segment", "source", "landing")


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /loop/chain/: links, reps on equal leads, leads with equal reps."""
    try:
        told = asks.chain(settings.HOME, request.scope)  # type: ignore[attr-defined]
        names = names_of_reps(Facts.published(settings.HOME))
    except NotEnoughData as missing:
        return TemplateResponse(request, "loop/chain.html", {"missing": missing})
    return TemplateResponse(request, "loop/chain.html", _context(told, names))


@needs(SEES)
def records(request: HttpRequest) -> HttpResponse:
    """GET /loop/chain/records/: the leads that a number counts."""
    facts = Facts.published(settings.HOME)
    told = asks.chain(settings.HOME, Scope.everything())
    given, rep = request.GET, request.GET.get("rep", "")
    if rep and not rep.removeprefix("-").isdecimal():
        raise BadInput(f"rep must be a number, got {rep!r}: open a number of the chain")
    asked = Asked(
        step=given.get("step", ""),
        rep_id=int(rep) if rep else None,
        family=given.get("family", ""),
        name=given.get("name", ""),
        made=bool(given.get("made")),
    )
    found = behind(facts, told, request.scope, asked)  # type: ignore[attr-defined]
    if request.user.has_perm("demand.see_leads"):
        for row in found.rows:
            row["lead_url"] = reverse("demand:lead", args=[row["lead_id"]])
    context = {"found": found, "records": {"columns": _LEAD_COLUMNS, "rows": found.rows}}
    return TemplateResponse(request, "loop/chain_records.html", context)


def _context(told: Chain, names: Mapping[int, str]) -> dict[str, Any]:
    every_kind = [_line(one, one.name) | {"family": one.family} | _of_kind(one) for one in told.apart.kinds]
    kinds = [one for one in every_kind if one["family"] in _DRAWN]
    reps = [
        _line(one, names.get(one.rep_id, f"Rep {one.rep_id}")) | _opened(rep=one.rep_id)
        for one in told.apart.reps
    ]
    silent = [one for one in told.links if one.value is None]
    return {
        "chain": told,
        "claimed": [_link(one) for one in told.claimed],
        "customer_days": CUSTOMER_DAYS,
        "panels": [_panel(told, of, title) for of, title in _PANELS if _is_told(told, of)],
        "steps": [_step(one) for one in told.rates],
        "links": _list(_LINK_COLUMNS, [_link(one) for one in _surest_first(told.links)]),
        "silent": [line for of, title in _PANELS if (line := _silence(silent, of, title))],
        "reps_spec": apart_chart(reps[:_MOST_DRAWN], "Won of worked leads"),
        "reps_drawn": reps[:_MOST_DRAWN],
        "reps": _list(_REP_COLUMNS, reps),
        "kinds_spec": apart_chart(kinds[:_MOST_DRAWN], "Won of worked leads"),
        "kinds_drawn": kinds[:_MOST_DRAWN],
        "kinds": _list(_KIND_COLUMNS, every_kind),
        "chart_columns": _CHART_COLUMNS,
    }


def _step(one: ColumnRate) -> dict[str, Any]:
    """A tile; months of customers are no leads, and are counted on the page of lifetime value."""
    if one.column == LIFETIME:
        return {"name": LOST, "one": one, "url": reverse("demand:lifetime")}
    return {"name": COLUMNS[one.column], "one": one, "url": _address(step=one.column)}


def _address(**asked: object) -> str:
    return f"{reverse('loop:chain-records')}?{urlencode(asked)}"


def _opened(**asked: object) -> dict[str, str]:
    """Addresses of the leads of a line, and of those that were won."""
    of = {"step": CUSTOMER} | asked
    return {"leads_url": _address(**of), "won_url": _address(**of, made=1)}


def _of_kind(one: KindLine) -> dict[str, str]:
    """What was taken together opens the leads of all comparable reps."""
    is_one = opens(one.family, one.name)
    return _opened(family=one.family, name=one.name) if is_one else _opened()


def _panel(told: Chain, of: str, title: str) -> dict[str, Any]:
    """One picture with its table: a row for each name, a column for each step."""
    links = [one for one in told.links if one.of == of]
    rows: dict[str, dict[str, Any]] = {}
    for one in links:
        rows.setdefault(one.name, {"name": one.name})[one.column] = said(one)
    return {
        "name": f"chain-{of}",
        "title": title,
        "spec": links_chart(links),
        "columns": (("name", title, "text"), *((key, short, "text") for key, short in SHORT.items())),
        "rows": [dict.fromkeys(SHORT, "–") | row for row in rows.values()],
    }


def _is_told(told: Chain, of: str) -> bool:
    return any(one.of == of and one.value is not None for one in told.links)


def _list(columns: Sequence[tuple[str, str, str]], rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"columns": columns, "rows": rows, "page_size": _PAGE}


def _surest_first(links: Sequence[Link]) -> list[Link]:
    """Those that were looked at."""
    told = [one for one in links if one.value is not None]
    return sorted(told, key=lambda one: (not one.is_claimed, one.p_value))


def _silence(silent: Sequence[Link], of: str, title: str) -> str:
    """How many links nobody could look at, and what the best known of them lacks; empty where none is."""
    mine = [one for one in silent if one.of == of]
    if not mine:
        return ""
    nearest = max(mine, key=lambda one: one.n)
    return f"{title}: {len(mine)} links have too little to be looked at. The nearest: {nearest.reason}"


def _link(one: Link) -> dict[str, Any]:
    is_told = one.value is not None
    return {
        "name": one.name,
        "of": one.of,
        "column": COLUMNS[one.column],
        "verdict": one.verdict.value,
        "change": said(one),
        "level": f"{100 * one.level:.0f} %" if is_told else "–",
        "n": one.n,
        "q_value": f"{one.q_value:.3f}" if is_told else "–",
        "reason": one.reason,
    }


def _line(one: RepLine | KindLine, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "leads": one.leads,
        "won": one.won,
        "raw": one.raw,
        "rate": one.rate,
        "lo": one.lo,
        "hi": one.hi,
        "standing": _OPEN.get(one.standing.value, one.standing.value),
        "reason": one.reason,
    }
