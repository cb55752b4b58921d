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
from quintet.management.charts.daily import pace_chart
from quintet.management.pages.links import records_url
from quintet.management.pages.mail_text import NOTES
from quintet.management.pages.mail_words import due, standing, why_usual
from quintet.management.terms.daily import ActivityLine, Amount, DailyLetter
from quintet.management.words import metric_label, stage_label, step_label


@needs("management.see_funnel")
def overview(request: HttpRequest) -> HttpResponse:
    """GET /management/today/: the newest working day, beside its targets, and what to ask today."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    found = asks.today(facts, scope, timezone.localdate())
    letter = found.letter
    context = {
        "letter": letter,
        "tiles": [day_tile(letter, one) for one in letter.team.amounts],
        "pace": _pace_panel(letter),
        "why": why_usual(letter.team),
        "own": found.own,
        "own_amounts": line_amounts(found.own, letter) if found.own else [],
        "own_why": why_usual(found.own) if found.own else "",
        "stages": [stage_label(stage) for stage in letter.stages],
        "rows": [_row(line, found.own, letter) for line in letter.reps],
        "due": [{"one": one, "label": step_label(one.step)} for one in found.due],
        "warnings": [{"one": one, "label": metric_label(one.metric)} for one in found.warnings],
        "sees_coaching": request.user.has_perm("management.see_coaching"),
        "notes": NOTES,
    }
    return TemplateResponse(request, "management/today.html", context)


_COLUMNS = (
    ("label", "", "text"),
    ("month", "This month", "number"),
    ("due", "Due by now", "text"),
    ("kind", "Beside", "text"),
    ("share", "Of it", "rate"),
    ("standing", "Standing", "text"),
)


def day_tile(letter: DailyLetter, one: Amount) -> dict[str, Any]:
    """That day's number, and the month so far, each beside its target or what is usual."""
    kind = "target" if one.has_target else "usual"
    on_day = "" if one.due_day is None else f"{kind} {due(one.due_day)}; "
    by_now = "" if one.due_month is None else f" of {due(one.due_month)}"
    said = f", {standing(one)}" if standing(one) else ""
    return {
        "label": stage_label(one.stage),
        "day": one.day,
        "note": f"{on_day}month {one.month:,}{by_now}{said}",
        "url": _team_url(letter, letter.day.isoformat(), one.stage),
    }


def _team_url(letter: DailyLetter, period: str, stage: str) -> str:
    """The records of a count of everybody together; none for who may open his own alone."""
    if not letter.audience.sees_rows:
        return ""
    return records_url(Filters(team=letter.audience.team, period=period), stage=stage)


def _pace_panel(letter: DailyLetter) -> dict[str, Any] | None:
    """The month so far in percent of what is due, as in the mail."""
    spec = pace_chart(letter.team)
    rows = [
        {
            "label": stage_label(one.stage),
            "month": one.month,
            "month_url": _team_url(letter, letter.month, one.stage),
            "due": due(one.due_month),
            "kind": "target" if one.has_target else "usual",
            "share": one.month / one.due_month if one.due_month else None,
            "standing": one.standing or "–",
        }
        for one in letter.team.amounts
    ]
    title = f"The month so far: {letter.audience.label}"
    return {"title": title, "spec": spec, "columns": _COLUMNS, "rows": rows} if spec else None


def _row(line: ActivityLine, own: ActivityLine | None, letter: DailyLetter) -> dict[str, Any]:
    is_own = own is not None and line.rep_id == own.rep_id
    return {"line": line, "is_own": is_own, "amounts": line_amounts(line, letter)}


def line_amounts(line: ActivityLine, letter: DailyLetter) -> list[dict[str, Any]]:
    """Each number of the day and of the month with the records it counts."""
    on_day, in_month = (
        Filters(team=EVERYBODY, period=period) for period in (letter.day.isoformat(), letter.month)
    )
    return [
        {
            "label": stage_label(one.stage),
            "amount": one,
            "due": due(one.due_month),
            "due_day": due(one.due_day),
            "kind": "target" if one.has_target else "usual",
            "standing": standing(one),
            "day_url": records_url(on_day, stage=one.stage, rep=line.rep_id),
            "url": records_url(in_month, stage=one.stage, rep=line.rep_id),
        }
        for one in line.amounts
    ]
