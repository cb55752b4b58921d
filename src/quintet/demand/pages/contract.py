"""Pages of the contract: today's status, the leads behind a number, a proposal, a yes, a lead sent back."""

import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.calendar.periods import local_day
from quintet.demand.actions import contract as actions
from quintet.demand.actions.contract_count import count_contract
from quintet.demand.actions.contract_points import newer_table, table_of, tables_to_choose
from quintet.demand.asks import contract as asks
from quintet.demand.asks.contract_records import Number
from quintet.demand.asks.contract_records import records as leads_of
from quintet.demand.forms.contract import ProposalForm, RejectionForm, as_initial
from quintet.demand.models.contract import Contract, Side
from quintet.demand.pages import contract_panels as panels
from quintet.demand.terms.contract import Clauses
from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData

SEES, SPEAKS, REJECTS = "demand.see_leads", "demand.speak", "demand.reject_leads"


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /demand/contract/: where both sides stand at the end of a day, and what they agreed."""
    context: dict[str, Any] = {
        "versions": [_card(request, one) for one in _versions()],
        "may_speak": request.user.has_perm(SPEAKS),
        "has_contract": bool(actions.in_force()),
    }
    if context["has_contract"]:
        context |= _counted(request)
    return TemplateResponse(request, "demand/contract.html", context)


@needs(SEES)
def records(request: HttpRequest) -> HttpResponse:
    """GET /demand/contract/records/: the leads behind a number."""
    counted = asks.counted_contract(settings.HOME)
    asked = asks.ask_day(counted, request.GET.get("on", ""))
    day = request.GET.get("day")
    number = Number(request.GET.get("what", ""), _day(day) if day else None, request.GET.get("reason", ""))
    facts = Facts.published(settings.HOME)
    rows = leads_of(facts, request.scope, counted, asked, number)  # type: ignore[attr-defined]
    total = panels.total(counted, asked, number)
    context = {
        "records": panels.record_table(rows, number.name, may_reject=request.user.has_perm(REJECTS)),
        "title": panels.title(number),
        "asked": asked,
        "number": number,
        "hidden": total - len(rows),
        "zone": counted.versions[-1].clauses.zone,
        "back": f"{reverse('demand:contract')}?{urlencode({'on': asked.on.isoformat()})}",
    }
    return TemplateResponse(request, "demand/contract_records.html", context)


@needs(SPEAKS)
def propose(request: HttpRequest) -> HttpResponse:
    """GET or POST /demand/contract/propose/: a new version, begun from the newest one."""
    newest = Contract.objects.first()
    begun = as_initial(Clauses.of_json(newest.clauses)) if newest else {"zone": _zone()}
    tables = tables_to_choose(settings.HOME, None if newest is None else actions.as_version(newest))
    form = ProposalForm(
        request.POST or None,
        sides=actions.sides_of(request.user),
        tables=tables,
        initial=begun | {"points_table": tables[0][0]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            one = _proposed(request, form)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{one} is proposed. It holds once both sides accepted it.")
            return redirect("demand:contract")
    context = {"form": form, "known": panels.known_names(settings.HOME)}
    return TemplateResponse(
        request, "demand/contract_propose.html", context, status=400 if form.errors else None
    )


@needs(SPEAKS)
@require_POST
def accept(request: HttpRequest, version: int) -> HttpResponse:
    """POST /demand/contract/<version>/accept/: one side's yes."""
    one = get_object_or_404(Contract, version=version)
    side = request.POST.get("side", "")
    if side not in actions.sides_of(request.user):
        raise PermissionDenied
    actions.accept(request.user, one, side, today=_today(), now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"{Side(side).label} accepts {one}.")
    if any(held.version == version for held in actions.in_force()):
        count_contract.enqueue()
    return redirect("demand:contract")


@needs(REJECTS)
def reject(request: HttpRequest, lead_id: str) -> HttpResponse:
    """GET or POST /demand/contract/reject/<lead>/: send a lead back to marketing, with a reason."""
    facts = Facts.published(settings.HOME)
    lead = _lead(request, facts, lead_id)
    held = actions.in_force()
    if not held:
        raise BadInput(
            "there is no contract yet, so there are no reasons to send a lead back: propose one first"
        )
    reasons = held[-1].clauses.reasons
    form = RejectionForm(request.POST or None, reasons=reasons)
    if request.method == "POST" and form.is_valid():
        scope = request.scope  # type: ignore[attr-defined]
        reason = form.cleaned_data["reason"]
        actions.reject_lead(request.user, scope, lead, reason, reasons, now=timezone.now())  # type: ignore[arg-type]
        messages.success(
            request, f"{lead['label']} went back to marketing: {reason}. It counts within minutes."
        )
        return redirect("demand:contract")
    context = {"form": form, "lead": lead}
    return TemplateResponse(
        request, "demand/contract_reject.html", context, status=400 if form.errors else None
    )


@needs(SEES)
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """POST /demand/contract/count/: ask the worker to count now."""
    count_contract.enqueue()
    messages.info(request, "The worker counts the contract now; open the page again in a moment.")
    return redirect("demand:contract")


def _counted(request: HttpRequest) -> dict[str, Any]:
    try:
        counted = asks.counted_contract(settings.HOME)
    except NotEnoughData as error:
        return {"silent": error}
    found = asks.status(counted, request.GET.get("on", ""))
    quota = _quota(request.GET.get("quota", ""))
    newer = newer_table(settings.HOME, found.points.key)
    told = panels.status_panels(found) | panels.target_panel(asks.target(counted, quota), quota)
    return told | {"newer_points": newer}


def _versions() -> list[Contract]:
    return list(Contract.objects.select_related("proposed_by").prefetch_related("acceptances__accepted_by"))


def _card(request: HttpRequest, one: Contract) -> dict[str, Any]:
    """A version as the page shows it: both duties, who said yes, and whose yes the reader may give."""
    given = {yes.side: yes for yes in one.acceptances.all()}
    own = actions.sides_of(request.user)
    version = actions.as_version(one)
    marketing, sales = asks.clauses_in_words(version.clauses, table_of(settings.HOME, version).name)
    return {
        "one": one,
        "duties": (("Marketing owes sales", marketing), ("Sales owes marketing", sales)),
        "sides": [(side, side.label, given.get(side.value), side.value in own) for side in Side],
        "is_agreed": set(given) == set(Side.values),
        "rule": one.clauses["rule"],
    }


def _proposed(request: HttpRequest, form: ProposalForm) -> Contract:
    told = form.cleaned_data
    return actions.propose(
        request.user,  # type: ignore[arg-type]
        told["side"],
        form.clauses(),
        told["valid_from"],
        today=_today(),
        now=timezone.now(),
        note=told["note"],
        known=panels.known_names(settings.HOME),
    )


def _lead(request: HttpRequest, facts: Facts, lead_id: str) -> dict[str, Any]:
    if not re.fullmatch(r"-?\d{1,19}", lead_id):
        raise Http404
    leads = facts.table("leads")
    found = facts.arrow(
        leads.filter(leads.lead_id == int(lead_id)).select("lead_id", "label", "rep_id", "source", "segment")
    ).to_pylist()
    scope = request.scope  # type: ignore[attr-defined]
    if not found or found[0]["rep_id"] is None or not scope.sees(found[0]["rep_id"]):
        raise Http404
    return found[0]


def _today() -> date:
    """The newest day of the data, on the clock of the newest contract; today where nothing is loaded."""
    try:
        as_of = Facts.published(settings.HOME).as_of
    except NotEnoughData:
        as_of = None
    moment = timezone.now() if as_of is None else as_of.replace(tzinfo=UTC)
    held = actions.in_force()
    return local_day(moment, held[-1].clauses.zone) if held else moment.date()


def _zone() -> str:
    try:
        return Facts.published(settings.HOME).manifest.zone
    except NotEnoughData:
        return "UTC"


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        raise BadInput(f"a day is written 2026-03-31, got {text!r}") from None


def _quota(text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = -1.0
    if not 0 < value < 1e12:  # noqa: PLR2004 -- stated in the message
        raise BadInput(f"a quota must be a number above 0, e.g. 50000, got {text!r}")
    return value
