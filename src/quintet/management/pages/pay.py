"""Pages of pay: the statements of a month, one rep's lines, what a customer brought, versions of the plan."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData, QuintetError
from quintet.management.actions import pay as actions
from quintet.management.asks import pay as asks
from quintet.management.charts.pay import KIND_LABELS, MOST_BARS, change_chart
from quintet.management.forms.pay import PlanForm, as_initial
from quintet.management.models.pay import PayPlan
from quintet.management.terms.pay import NOTHING, LineKind, PayRules, PlanVersion, Replay, Statement

SEES, REVIEWS = "management.see_pay", "management.review_pay"
PROPOSES, ACCEPTS = "management.propose_pay", "management.accept_pay"
_STATEMENT_COLUMNS = [
    ("name", "Rep", "link"),
    *((str(kind), label, "cents") for kind, label in KIND_LABELS.items()),
    ("total", "Earned", "cents"),
    ("signed", "Signed", "cents"),
    ("quota", "Quota", "cents"),
    ("attainment", "Attainment", "rate"),
]
_LINE_COLUMNS = [
    ("day", "Day", "date"),
    ("what", "For", "text"),
    ("label", "Customer", "link"),
    ("arithmetic", "How", "text"),
    ("plan", "Plan", "text"),
    ("amount", "Amount", "cents"),
]
_CHANGE_COLUMNS = (
    ("name", "Rep", "text"),
    ("before", "The plan before", "cents"),
    ("after", "This plan", "cents"),
    ("change", "Gains", "cents"),
)


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /management/pay/: what each rep has earned in the month so far, by rule."""
    facts = Facts.published(settings.HOME)
    scope = request.scope  # type: ignore[attr-defined]
    found = asks.pay_month(facts, scope, actions.in_force(), request.GET.get("on", ""))
    context: dict[str, Any] = {"found": found, "zone": facts.manifest.zone} | _rights(request)
    if len(found.statements) == 1 and scope.rep_ids is not None:
        context |= _statement(found.statements[0])
    elif found.statements:
        context["records"] = {
            "columns": _STATEMENT_COLUMNS,
            "rows": [_row(one) for one in found.statements],
            "sort": "",
        }
    return TemplateResponse(request, "management/pay.html", context)


@needs(SEES)
def statement(request: HttpRequest, rep_id: int) -> HttpResponse:
    """GET /management/pay/rep/<id>/: each line of one rep's month."""
    facts = Facts.published(settings.HOME)
    scope = request.scope  # type: ignore[attr-defined]
    one = asks.rep_statement(facts, scope, actions.in_force(), rep_id, request.GET.get("on", ""))
    back = f"{reverse('management:pay')}?{urlencode({'on': one.on.isoformat()})}"
    context = _statement(one) | {"back": back, "zone": facts.manifest.zone}
    return TemplateResponse(request, "management/pay_statement.html", context)


@needs(SEES)
def customer(request: HttpRequest, opportunity_id: str) -> HttpResponse:
    """GET /management/pay/customer/<id>/: one customer, and every line it ever caused."""
    if not opportunity_id.removeprefix("-").isdecimal():
        raise Http404
    facts = Facts.published(settings.HOME)
    scope = request.scope  # type: ignore[attr-defined]
    found = asks.paid_customer(facts, scope, actions.in_force(), int(opportunity_id))
    columns = [one for one in _LINE_COLUMNS if one[0] != "label"]
    rows = [_line(line) for line in found.lines]
    context = {"found": found, "deal": found.deal, "records": {"columns": columns, "rows": rows}}
    return TemplateResponse(request, "management/pay_customer.html", context)


@needs(SEES)
def plans(request: HttpRequest) -> HttpResponse:
    """GET /management/pay/plans/: every version, newest first; proposals for those who judge them."""
    rights = _rights(request)
    shown = asks.plan_versions(reviews=rights["may_review"])
    cards = [{"one": one, "words": PayRules.of_json(one.rules).words, "yes": _yes(one)} for one in shown]
    return TemplateResponse(request, "management/pay_plans.html", {"cards": cards} | rights)


@needs(PROPOSES)
def propose(request: HttpRequest) -> HttpResponse:
    """GET or POST /management/pay/plans/new/: the last year under a version; with `propose`, propose it."""
    newest = PayPlan.objects.first()
    begun = as_initial(PayRules.of_json(newest.rules)) if newest else {"currency": "USD"}
    form = PlanForm(request.POST or None, initial=begun)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            if "propose" in request.POST:
                one = _proposed(request, form)
                messages.success(request, f"{one} is proposed. It holds once an executive accepted it.")
                return redirect("management:pay-plan", one.version)
            context |= _replayed(request, form.rules(), actions.in_force())
        except QuintetError as error:
            form.add_error(None, str(error))
    status = 400 if form.errors else None
    return TemplateResponse(request, "management/pay_propose.html", context, status=status)


@needs(REVIEWS)
def plan(request: HttpRequest, version: int) -> HttpResponse:
    """GET /management/pay/plans/<version>/: a version in words, and the last year under it."""
    one = get_object_or_404(PayPlan, version=version)
    rules = PayRules.of_json(one.rules)
    context: dict[str, Any] = {"one": one, "yes": _yes(one), "words": rules.words} | _rights(request)
    try:
        held = tuple(held for held in actions.in_force() if held.version < version)
        context |= _replayed(request, rules, held)
    except (NotEnoughData, BadInput) as error:
        context["silent"] = error
    return TemplateResponse(request, "management/pay_plan.html", context)


@needs(ACCEPTS)
@require_POST
def accept(request: HttpRequest, version: int) -> HttpResponse:
    """POST /management/pay/plans/<version>/accept/: put it in force."""
    one = get_object_or_404(PayPlan, version=version)
    actions.accept(request.user, one, today=_today(), now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"{one} is accepted. It holds from {one.valid_from:%-d %B %Y}.")
    return redirect("management:pay-plans")


def _proposed(request: HttpRequest, form: PlanForm) -> PayPlan:
    told = form.cleaned_data
    return actions.propose(
        request.user,  # type: ignore[arg-type]
        form.rules(),
        told["valid_from"],
        today=_today(),
        now=timezone.now(),
        note=told["note"],
    )


def _replayed(request: HttpRequest, rules: PayRules, held: tuple[PlanVersion, ...]) -> dict[str, Any]:
    """The last year under a plan beside the newest of those before it, as the page draws it."""
    facts = Facts.published(settings.HOME)
    found = asks.replay(facts, request.scope, held, rules)  # type: ignore[attr-defined]
    return {
        "replay": found,
        "gainers": sum(row.change > 0 for row in found.rows),
        "losers": sum(row.change < 0 for row in found.rows),
        "pays_for": list(_pays_for(found)),
        "more": max((found.after - found.before).amount, NOTHING),
        "less": max((found.before - found.after).amount, NOTHING),
        "change_spec": change_chart(found),
        "change_columns": _CHANGE_COLUMNS,
        "change_rows": [
            {"name": row.name, "before": row.before.amount, "after": row.after.amount, "change": row.change}
            for row in found.rows
        ],
        "left_out": max(len(found.rows) - MOST_BARS, 0),
        "words": rules.words,
    }


def _pays_for(found: Replay) -> Any:  # noqa: ANN401 -- rows of a template
    for kind, (before, after) in found.pays_for.items():
        yield {
            "label": KIND_LABELS[kind],
            "before": before,
            "after": after,
            "share": after / found.after.amount if found.after.amount else None,
            "each": after / found.signed if found.signed else None,
        }


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "one": one,
        "records": {"columns": _LINE_COLUMNS, "rows": [_line(line) for line in one.lines]},
        "kinds": [(KIND_LABELS[kind], amount) for kind, amount in one.by_kind.items() if amount],
        "unpaid": [
            {
                "day": found.day,
                "label": found.label,
                "url": _customer_url(found.opportunity_id),
                "why": found.why,
            }
            for found in one.unpaid
        ],
    }


def _row(one: Statement) -> dict[str, Any]:
    address = reverse("management:pay-statement", args=[one.rep_id])
    return {
        "name": one.name,
        "name_url": f"{address}?{urlencode({'on': one.on.isoformat()})}",
        **{str(kind): amount for kind, amount in one.by_kind.items()},
        "total": one.total.amount,
        "signed": one.signed,
        "quota": one.quota,
        "attainment": one.attainment,
    }


def _line(line: Any) -> dict[str, Any]:  # noqa: ANN401
    is_base = line.kind is LineKind.BASE
    return {
        "day": line.day,
        "what": KIND_LABELS[line.kind],
        "label": line.label or "–",
        "label_url": reverse("management:pay-plans") if is_base else _customer_url(line.opportunity_id),
        "arithmetic": line.arithmetic,
        "plan": str(line.version),
        "amount": line.amount,
    }


def _customer_url(opportunity_id: int) -> str:
    return reverse("management:pay-customer", args=[opportunity_id])


def _rights(request: HttpRequest) -> dict[str, bool]:
    names = {"may_review": REVIEWS, "may_propose": PROPOSES, "may_accept": ACCEPTS}
    return {name: request.user.has_perm(permission) for name, permission in names.items()}


def _yes(one: PayPlan) -> Any:  # noqa: ANN401 -- a record or None
    return getattr(one, "acceptance", None)


def _today() -> date:
    """The newest day of the data; today where nothing is loaded."""
    try:
        return asks.today(Facts.published(settings.HOME))
    except NotEnoughData:
        return timezone.now().date()
