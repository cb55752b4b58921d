"""Pages of roles: which there are, and the process of one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.hiring.actions import roles as actions
from quintet.hiring.asks import roles as asks
from quintet.hiring.asks.criteria import in_use
from quintet.hiring.forms.roles import RoleForm, RoleStateForm, RoundForm
from quintet.hiring.models.process import Round
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput

HIRES = "hiring.hire"


@needs(HIRES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET or POST /hiring/roles/: the roles people are hired for; a new one."""
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            role = actions.add_role(
                told["name"], by_phone=told["by_phone"], by=_user(request), now=timezone.now()
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Now write its rounds.")
            return redirect("hiring:role", role.key)
    context = {"roles": asks.roles(), "form": form}
    return TemplateResponse(request, "hiring/roles.html", context, status=400 if form.errors else None)


@needs(HIRES)
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /hiring/roles/<key>/: the rounds of a role; a POST changes the role itself."""
    one = _role(key)
    state = {"by_phone": one.record.by_phone, "is_open": one.record.is_open}
    form = RoleStateForm(request.POST or None, initial=state)
    if request.method == "POST" and form.is_valid():
        actions.change_role(one.record, **form.cleaned_data, by=_user(request), now=timezone.now())
        messages.success(request, "Saved.")
        return redirect("hiring:role", key)
    context = {"one": one, "form": form, "has_criteria": bool(in_use())}
    return TemplateResponse(request, "hiring/role.html", context)


@needs(HIRES)
def add_round(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /hiring/roles/<key>/rounds/new/: add a round."""
    one = _role(key)
    form = RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_round(one.record, form.text(), by=_user(request), now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return redirect("hiring:role", key)
    context = {"one": one, "form": form, "round": None}
    return TemplateResponse(request, "hiring/round_form.html", context, status=400 if form.errors else None)


@needs(HIRES)
def change_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """GET or POST /hiring/rounds/<id>/: change a round."""
    record = _round(round_id)
    form = RoundForm(request.POST or None, record=record)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_round(record, form.text(), by=_user(request), now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Changed. Scorecards handed out before keep what they ask for.")
            return redirect("hiring:role", record.role.key)
    context = {"one": _role(record.role.key), "form": form, "round": record}
    return TemplateResponse(request, "hiring/round_form.html", context, status=400 if form.errors else None)


@needs(HIRES)
@require_POST
def move_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """POST /hiring/rounds/<id>/up/: put it before the one above."""
    record = _round(round_id)
    actions.move_up(record, by=_user(request), now=timezone.now())
    return redirect("hiring:role", record.role.key)


@needs(HIRES)
@require_POST
def retire_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """POST /hiring/rounds/<id>/retire/: take it out of the process."""
    record = _round(round_id)
    actions.retire_round(record, by=_user(request), now=timezone.now())
    messages.success(request, f"{record.name} is retired; its scores stay.")
    return redirect("hiring:role", record.role.key)


def _role(key: str) -> asks.RoleShown:
    found = asks.role(key)
    if found is None:
        raise Http404(f"no role {key}")
    return found


def _round(round_id: int) -> Round:
    return get_object_or_404(Round.objects.select_related("role"), pk=round_id, is_retired=False)


def _user(request: HttpRequest) -> Any:  # noqa: ANN401 -- somebody with an account: the page is marked
    return request.user
