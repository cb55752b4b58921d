"""Pages of the headcount plan: what to hire when, kept plans, and one beside what happened."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from quintet.facts.published import Facts
from quintet.hiring.actions.plan import keep
from quintet.hiring.asks import plan as asks
from quintet.hiring.charts.plan import plan_chart
from quintet.hiring.forms.plan import KeepForm, PlanForm
from quintet.hiring.models.plan import SavedPlan
from quintet.hiring.terms.plan import PlanInputs
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput

SEES = "hiring.see_plan"
#: Offered first: this much more than is signed now.
_MORE = 1.25
_COLUMNS = (
    ("month", "Month", "date"),
    ("hires", "Hires", "number"),
    ("reps", "Reps", "text"),
    ("managers", "Managers", "text"),
    ("mrr", "MRR", "text"),
)


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET or POST /hiring/plan/: the plan for a target; POST keeps it."""
    known = asks.basis(Facts.published(settings.HOME))
    form = PlanForm(request.GET or None)
    inputs = _inputs(form, known)
    context: dict[str, Any] = {"known": known, "form": form, "kept": SavedPlan.objects.all()}
    status = 400 if form.is_bound and form.errors else None
    if inputs is not None:
        try:
            found = asks.planned(known, inputs)
            if request.method == "POST":
                return _kept(request, found)
            context |= {"plan": found, "keep": KeepForm(), "spec": plan_chart(found)}
            context |= {"columns": _COLUMNS, "rows": [_row(one) for one in found.months]}
            context["is_due"] = found.promote_by is not None and found.promote_by < found.months[0].month
        except BadInput as error:
            context["problem"], status = str(error), 400
    return TemplateResponse(request, "hiring/plan.html", context, status=status)


@needs(SEES)
def detail(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """GET /hiring/plan/<id>/: a kept plan, month by month, beside what happened."""
    one = get_object_or_404(SavedPlan.objects.select_related("saved_by"), pk=plan_id)
    months = asks.compared(one, Facts.published(settings.HOME))
    over = [month for month in months if month.mrr is not None]
    context = {
        "one": one,
        "months": months,
        "over": len(over),
        "inside": sum(bool(month.is_inside) for month in over),
    }
    return TemplateResponse(request, "hiring/plan_kept.html", context)


def _inputs(form: PlanForm, known: asks.Basis) -> PlanInputs | None:
    if not form.is_bound:
        inputs = PlanInputs(target=float(round(known.mrr * _MORE, -3)) or known.mrr)
        form.initial["target"] = f"{inputs.target:.0f}"
        return inputs if inputs.target > 0 else None
    return form.inputs() if form.is_valid() else None


def _kept(request: HttpRequest, found: Any) -> HttpResponse:  # noqa: ANN401
    one = keep(request.POST.get("name", ""), found, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Kept. Each month that ends is held against it.")
    return redirect("hiring:plan-kept", one.pk)


def _row(one: Any) -> dict[str, Any]:  # noqa: ANN401
    managers = (
        f"{one.managers_lo} to {one.managers_hi}" if one.managers_lo < one.managers_hi else str(one.managers)
    )
    return {
        "month": one.month,
        "hires": one.hires,
        "reps": f"{one.reps:,.0f} ({one.reps_lo:,.0f} to {one.reps_hi:,.0f})",
        "managers": managers,
        "mrr": f"{one.mrr:,.0f} ({one.mrr_lo:,.0f} to {one.mrr_hi:,.0f})",
    }
