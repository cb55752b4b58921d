"""The room's pages: translate a request into asks, and answers into what a template draws."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.management.asks import funnel as asks
from quintet.management.asks.coaching import open_plan_of, proposals
from quintet.management.pages import funnel_panels as panels
from quintet.management.records import Selection
from quintet.management.terms.coaching import Proposal
from quintet.management.terms.funnel import WIN_RATE, RepFunnel, Step
from quintet.management.words import stage_label, step_label, step_of

_NOT_LATELY = "nothing of this rep is recorded in the last six months"


@needs("management.see_funnel")
def funnel(request: HttpRequest) -> HttpResponse:
    """GET /management/: every rep of a team side by side, in the seed's layout."""
    facts = Facts.published(settings.HOME)
    filters = asks.Filters.of(request.GET)
    asked = asks.question(facts, request.scope, filters)  # type: ignore[attr-defined]
    shown = asks.reps_shown(facts, request.scope, asked, _number(request.GET.get("page"), "page") or 1)  # type: ignore[attr-defined]
    team = asks.funnel(facts, request.scope, asked, shown.rep_ids)  # type: ignore[attr-defined]
    context = _common(request, facts, filters) | {
        "team": team,
        "last_day": asked.end - timedelta(days=1),
        "tiles": panels.tiles(team, filters),
        "rows": panels.rows_of_panels(team, filters) if team.reps else [],
        "overall": panels.rate_panels(team, filters, panels.OVERALL) if team.reps else [],
        "readings": panels.readings(team, filters),
        "pager": panels.pager(shown, filters),
        "sees_health": request.user.has_perm("site.see_data_health"),
    }
    return TemplateResponse(request, "management/funnel.html", context)


@needs("management.see_funnel")
def rep(request: HttpRequest, rep_id: int) -> HttpResponse:
    """GET /management/rep/<id>/: one rep's steps, and the one that was clicked opened into its parts."""
    facts = Facts.published(settings.HOME)
    filters = asks.Filters.of(request.GET)
    scope = request.scope  # type: ignore[attr-defined]
    asked = asks.question(facts, scope, filters)
    team, one = asks.rep_funnel(facts, scope, asked, rep_id)
    step = _step(request) or panels.step_to_open(team, one)
    peeled = None if step is None else asks.onion(facts, scope, asked, rep_id, step)
    context = _common(request, facts, filters) | {
        "team": team,
        "rep": one,
        "tiles": panels.tiles(team, filters, one),
        "steps": panels.rep_steps(team, one, filters),
        "playbook_step": step,
        "onion": peeled,
        "onion_links": panels.onion_links(team, one, filters, step),
        "onion_panel": panels.onion_panel(peeled),
        "back": f"{reverse('management:funnel')}?{urlencode(filters.query)}",
    }
    if request.user.has_perm("management.see_coaching"):
        context |= _coaching(request, facts, one, step)
    return TemplateResponse(request, "management/rep.html", context)


def _coaching(request: HttpRequest, facts: Facts, rep: RepFunnel, step: Step | None) -> dict[str, Any]:
    """The plan of the rep, or the skill to open one for: that of the coaching page, whatever is shown."""
    found = proposals(facts, request.scope, frozenset({rep.rep_id}))  # type: ignore[attr-defined]
    proposed = found[0] if found else Proposal(rep.rep_id, rep.name, reason=_NOT_LATELY)
    return {
        "sees_coaching": True,
        "plan": open_plan_of(rep.rep_id),
        "proposal": proposed,
        "coach_label": step_label(proposed.step) if proposed.step else "",
        "playbook_step": proposed.step or step,
        "may_coach": request.user.has_perm("management.coach"),
    }


@needs("management.see_funnel")
def records(request: HttpRequest) -> HttpResponse:
    """GET /management/records/: the records behind one number."""
    facts = Facts.published(settings.HOME)
    filters = asks.Filters.of(request.GET)
    scope = request.scope  # type: ignore[attr-defined]
    asked = asks.question(facts, scope, filters)
    selection = _selection(request)
    rows = asks.records(facts, scope, asked, selection)
    context = _common(request, facts, filters) | {
        "records": panels.record_table(rows, selection),
        "title": _title(selection, rows),
        "asked": asked,
        "back": f"{reverse('management:funnel')}?{urlencode(filters.query)}",
    }
    return TemplateResponse(request, "management/records.html", context)


def _common(request: HttpRequest, facts: Facts, filters: asks.Filters) -> dict[str, Any]:
    try:
        offered = asks.choices(facts, request.scope)  # type: ignore[attr-defined]
    except NotEnoughData:
        offered = None
    listed = {one.name for one in offered.periods} if offered else set()
    return {
        "choices": offered,
        "filters": filters,
        "picked_team": asks.team_picked(facts, request.scope, filters.team),  # type: ignore[attr-defined]
        "unlisted_period": "" if filters.period in listed else filters.period,
    }


def _step(request: HttpRequest) -> Step | None:
    key = request.GET.get("step")
    return step_of(key) if key else None


def _selection(request: HttpRequest) -> Selection:
    query = request.GET
    return Selection(
        rep_id=_number(query.get("rep"), "rep"),
        stage=query.get("stage") or None,
        step=_parsed(query["step"]) if query.get("step") else None,
        outcome=query.get("outcome", ""),
        closer_id=_number(query.get("closer"), "closer"),
    )


def _number(text: str | None, name: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        msg = f"{name} must be a number, got {text!r}: open a number on the funnel page"
        raise BadInput(msg)
    return int(text)


def _parsed(key: str) -> Step:
    if key == WIN_RATE.key:
        return WIN_RATE
    return step_of(key)


def _title(selection: Selection, rows: list[dict[str, Any]]) -> str:
    what = stage_label(selection.stage) if selection.stage else step_label(selection.step or WIN_RATE)
    outcome = {"converted": ", converted", "open": ", not converted so far"}.get(selection.outcome, "")
    who = f" of {rows[0]['rep']}" if rows and selection.rep_id is not None else ""
    handed = ", handed over" if selection.closer_id is not None else ""
    return f"{what}{who}{handed}{outcome}"
