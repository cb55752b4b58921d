"""Pages of drawn orders: what runs, what was shown, a new one, and who was drawn."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.training.actions import orders as actions
from quintet.training.asks import orders as asks
from quintet.training.asks.ramp import module_names
from quintet.training.forms.orders import EndForm, OrderForm
from quintet.training.models.orders import ModuleOrder
from quintet.training.terms.orders import DECISIONS

SEES, DECIDES = "training.see_effects", "training.teach"
_HIRES = [
    ("name", "Hire", "text"),
    ("joined", "Joined in", "date"),
    ("order", "Order", "text"),
    ("drawn_at", "Drawn", "date"),
]


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/modules/orders/: what runs and what was shown."""
    context = {"orders": asks.orders(), "names": module_names(), "may_decide": request.user.has_perm(DECIDES)}
    return TemplateResponse(request, "training/orders.html", context)


@needs(DECIDES)
def plan(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/modules/orders/new/: what it would take; with `start`, begin it."""
    facts = Facts.published(settings.HOME)
    initial = {"modules": request.GET.getlist("module")}
    form = OrderForm(request.POST or None, offered=asks.offered(facts), initial=initial)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            started = _planned(request, facts, form, context)
        except (BadInput, NotEnoughData) as error:
            form.add_error(None, str(error))
        else:
            if started is not None:
                return redirect("training:order", started.pk)
    return TemplateResponse(request, "training/order_plan.html", context, status=400 if form.errors else None)


def _planned(
    request: HttpRequest, facts: Facts, form: OrderForm, context: dict[str, Any]
) -> ModuleOrder | None:
    design = form.design()
    found = asks.planned(facts, design)
    context |= {"plan": found, "design": design}
    if "start" not in request.POST:
        return None
    name, by = form.cleaned_data["name"], request.user
    one = actions.start(name, design, found, by=by, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "It runs. Whoever joins from now on is drawn, and told what to take first.")
    return one


@needs(SEES)
def detail(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """GET /training/modules/orders/<id>/: one drawn order, what it showed, and who was drawn."""
    return _detail(request, order_id, EndForm())


def _detail(request: HttpRequest, order_id: UUID, form: EndForm) -> HttpResponse:
    one = asks.known(get_object_or_404(ModuleOrder, pk=order_id))
    scope = request.scope  # type: ignore[attr-defined]
    rows, hidden = asks.hires_of(Facts.published(settings.HOME), scope, one)
    names = module_names()
    result = one.result
    context = {
        "one": one,
        "modules": [names.get(key, key) for key in one.design.modules],
        "arms": [] if result is None else [
            {"label": ", then ".join(names.get(key, key) for key in arm.order), "arm": arm}
            for arm in result.arms
        ],
        "contrasts": [] if result is None else [
            {"name": names.get(each.module, each.module), "contrast": each} for each in result.contrasts
        ],
        "hires": {"columns": _HIRES, "rows": rows, "page_size": 50},
        "hidden": hidden,
        "form": form,
        "may_decide": request.user.has_perm(DECIDES),
        "decision": DECISIONS.get(one.record.decision, ""),
    }  # fmt: skip
    return TemplateResponse(request, "training/order.html", context, status=400 if form.errors else None)


@needs(DECIDES)
@require_POST
def stop(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """POST /training/modules/orders/<id>/stop/: end it, with what was decided."""
    one = get_object_or_404(ModuleOrder, pk=order_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _detail(request, order_id, form)
    told, facts = form.cleaned_data, Facts.published(settings.HOME)
    actions.stop(facts, one, told["decision"], told["reason"], by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Ended. The result stays.")
    return redirect("training:order", order_id)
