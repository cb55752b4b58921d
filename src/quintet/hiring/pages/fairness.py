"""Pages of fairness: who gets through, the audit export, the switch of the index, texts of notices."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.calendar.hours import WorkingHours
from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.published import Facts
from quintet.hiring.actions import index_mode as actions
from quintet.hiring.asks import fairness as asks
from quintet.hiring.asks.index import criterion_names
from quintet.hiring.asks.index_mode import index_mode
from quintet.hiring.asks.named_scores import named_scores
from quintet.hiring.forms.fairness import NoticeForm, SummaryForm, SwitchForm
from quintet.hiring.formula.local_law_144 import export_rows, verdict
from quintet.hiring.terms.fairness import BATCH, FEWEST_SHOWN, INDEX, AuditTable, Measure
from quintet.hiring.terms.local_law_144 import FIELDS, NOTICE_DAYS, Published
from quintet.hiring.terms.retention import KEPT_MONTHS
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData

AUDITS, SWITCHES, HIRES = "hiring.audit", "hiring.switch_index", "hiring.hire"
#: Measures whose every category stands on the page; of the others, the lowest ratio does.
_IN_FULL = ("decision", INDEX)
_KINDS = {"people": "number", "through": "number", "unknown": "number", "rate": "number", "ratio": "number"}


@needs(AUDITS)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /hiring/fairness/: who gets through by group; ?csv=audit downloads it for a bias audit."""
    return _overview(request, SwitchForm())


def _overview(request: HttpRequest, switch: SwitchForm) -> HttpResponse:
    form = SummaryForm(request.GET if "audited_on" in request.GET else None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = asks.audit(_scores())
    published = Published(told.get("audited_on"), told.get("audited_by", ""), asks.first_advised_on())
    context: dict[str, Any] = {
        "found": found,
        "measures": [_measure(one) for one in found.measures if one.key in _IN_FULL],
        "criteria": [_in_short(one) for one in found.measures if one.key not in _IN_FULL],
        "batch": BATCH,
        "fewest": FEWEST_SHOWN,
        "audit": {
            "columns": [(key, label, _KINDS.get(key, "text")) for key, (label, _) in FIELDS.items()],
            "rows": export_rows(found, published),
        },
        "form": form,
        "query": request.GET.urlencode(),
        "mode": index_mode(),
        "switch": switch,
        "may_switch": request.user.has_perm(SWITCHES),
        "may_hire": request.user.has_perm(HIRES),
    }
    status = 400 if switch.errors or form.errors else None
    return TemplateResponse(request, "hiring/fairness.html", context, status=status)


@needs(SWITCHES)
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """POST /hiring/fairness/switch/: let the index advise, or make it descriptive only."""
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    mode, reason = request.POST.get("mode", ""), form.cleaned_data["reason"]
    try:
        actions.switch(mode, reason, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except BadInput as error:
        form.add_error(None, str(error))
        return _overview(request, form)
    messages.success(request, f"Switched. {index_mode().label}.")
    return redirect("hiring:fairness")


@needs(AUDITS)
def texts(request: HttpRequest) -> HttpResponse:
    """GET /hiring/fairness/notices/: what candidates are told, filled in, for counsel to confirm."""
    form = NoticeForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    first_use = given.get("first_use")
    context = {
        "form": form,
        "criteria": sorted(criterion_names().values()),
        "contact": given.get("contact") or "[e-mail address]",
        "first_use": first_use,
        "told_by": _calendar().add_working_days(first_use, -NOTICE_DAYS) if first_use else None,
        "kept_months": given.get("kept_months") or KEPT_MONTHS,
        "mode": index_mode(),
    }
    return TemplateResponse(request, "hiring/notices.html", context, status=400 if form.errors else None)


def _calendar() -> WorkingCalendar:
    return WorkingCalendar("UTC", WorkingHours.weekdays(), settings.HOLIDAYS)


def _scores() -> tuple[Any, ...]:
    try:
        return named_scores(Facts.published(settings.HOME))
    except NotEnoughData:
        return ()


def _measure(one: Measure) -> dict[str, Any]:
    return {"told": one, "tables": [_table(table) for table in one.tables]}


def _table(table: AuditTable) -> dict[str, Any]:
    rows = [
        {
            "told": one,
            "verdict": "" if table.reason or one.group.name in table.excluded else verdict(one),
            "is_excluded": one.group.name in table.excluded,
        }
        for one in table.rows
    ]
    return {"told": table, "rows": rows}


def _in_short(one: Measure) -> dict[str, Any]:
    return {"told": one, "lowest": [_lowest(table) for table in one.tables]}


def _lowest(table: AuditTable) -> dict[str, Any]:
    """The category with the lowest ratio that may speak, or why none may."""
    judged = [one for one in table.rows if one.ratio is not None and not one.needs and not one.is_reference]
    if table.reason or not judged:
        return {"told": table, "row": None}
    worst = min(judged, key=lambda one: one.ratio or 0.0)
    return {"told": table, "row": worst, "verdict": verdict(worst)}
