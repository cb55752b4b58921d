"""The team today: what was done, what stands out, and what to ask."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.management.asks import today as asks
from quintet.management.asks.funnel import EVERYBODY, Filters
from quintet.management.pages.funnel_panels import records_url
from quintet.management.terms.daily import ActivityLine, Amount
from quintet.management.words import metric_label, stage_label, step_label


@needs("management.see_funnel")
def overview(request: HttpRequest) -> HttpResponse:
    """GET /management/today/: the newest working day, beside what is usual, and what to ask today."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    found = asks.today(facts, scope, timezone.localdate())
    letter = found.letter
    context = {
        "letter": letter,
        "tiles": [_tile(one) for one in letter.team.amounts],
        "own": found.own,
        "own_amounts": _amounts(found.own, letter.month) if found.own else [],
        "stages": [stage_label(stage) for stage in letter.stages],
        "rows": [_row(line, found.own, letter.month) for line in letter.reps],
        "due": [{"one": one, "label": step_label(one.step)} for one in found.due],
        "warnings": [{"one": one, "label": metric_label(one.metric)} for one in found.warnings],
        "sees_coaching": request.user.has_perm("management.see_coaching"),
    }
    return TemplateResponse(request, "management/today.html", context)


def _tile(one: Amount) -> dict[str, Any]:
    """That day's number, and the month so far, each beside what is usual."""
    usual_day = "" if one.usual_day is None else f"{one.usual_day:.1f} are usual; "
    usual_month = "" if one.usual_month is None else f", {one.usual_month:.0f} usual by now"
    note = f"{usual_day}{one.month:,} this month{usual_month}"
    return {"label": stage_label(one.stage), "day": one.day, "note": note}


def _row(line: ActivityLine, own: ActivityLine | None, month: str) -> dict[str, Any]:
    is_own = own is not None and line.rep_id == own.rep_id
    return {"line": line, "is_own": is_own, "amounts": _amounts(line, month)}


def _amounts(line: ActivityLine, month: str) -> list[dict[str, Any]]:
    """Each number of the month with the records it counts."""
    filters = Filters(team=EVERYBODY, period=month)
    return [
        {
            "label": stage_label(one.stage),
            "amount": one,
            "url": records_url(filters, stage=one.stage, rep=line.rep_id),
        }
        for one in line.amounts
    ]
