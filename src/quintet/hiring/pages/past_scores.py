"""Pages of past scores: hand a spreadsheet in, see what it says, load it, correct what was refused."""

import csv
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.hiring.actions import past_scores as actions
from quintet.hiring.asks import past_scores as asks
from quintet.hiring.forms.past_scores import ReadingForm, SheetForm
from quintet.hiring.models.past_scores import PastScoresSheet
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput

HIRES = "hiring.hire"
_COLUMNS = (
    ("line", "Line", "number"),
    ("column", "Column", "text"),
    ("value", "Value", "text"),
    ("reason", "Why it was refused", "text"),
    ("step", "What to do", "text"),
)


@needs(HIRES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET or POST /hiring/past-scores/: hand a sheet in, and those handed in before."""
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = _handed_in(request, form.cleaned_data["sheet"])
        except BadInput as error:
            form.add_error("sheet", str(error))
        else:
            return redirect("hiring:past-scores-sheet", sheet.pk)
    context = {"form": form, "sheets": asks.sheets()}
    return TemplateResponse(request, "hiring/past_scores.html", context, status=400 if form.errors else None)


@needs(HIRES)
def sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """GET or POST /hiring/past-scores/<sheet>/: what its columns mean, and what would be loaded."""
    one = get_object_or_404(PastScoresSheet, pk=sheet_id)
    form = ReadingForm(request.POST or None, sheet=asks.sheet_of(one), reading=asks.as_reading(one.reading))
    if request.method == "POST" and form.is_valid():
        try:
            actions.read_as(one, form.reading())
        except BadInput as error:
            messages.error(request, str(error))
        return redirect("hiring:past-scores-sheet", one.pk)
    found = None if one.loaded_at else asks.read(settings.HOME, one)
    refused = one.refused if found is None else [vars(line) for line in found.refused]
    context = {
        "one": one,
        "form": form,
        "found": found,
        "refused": refused,
        "refused_columns": _COLUMNS,
    }
    status = 400 if form.errors else None
    return TemplateResponse(request, "hiring/past_scores_sheet.html", context, status=status)


@needs(HIRES)
@require_POST
def load(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """POST /hiring/past-scores/<sheet>/load/: append what it says."""
    one = get_object_or_404(PastScoresSheet, pk=sheet_id)
    try:
        found = actions.load(settings.HOME, one, now=timezone.now())
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            f"{found.scores} scores of {len(found.candidates)} candidates are loaded;"
            " the pages show them after the next refresh.",
        )
    return redirect("hiring:past-scores-sheet", one.pk)


@needs(HIRES)
@require_POST
def throw_away(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """POST /hiring/past-scores/<sheet>/throw-away/: forget it."""
    actions.throw_away(get_object_or_404(PastScoresSheet, pk=sheet_id))
    messages.success(request, "The sheet is forgotten.")
    return redirect("hiring:past-scores")


@needs(HIRES)
def refused(request: HttpRequest, sheet_id: UUID) -> HttpResponse:  # noqa: ARG001 -- asked for by the address
    """GET /hiring/past-scores/<sheet>/refused.csv: the rows to correct and hand in again."""
    one = get_object_or_404(PastScoresSheet, pk=sheet_id)
    told: dict[int, list[str]] = {}
    for line in one.refused:
        told.setdefault(line["line"], []).append(f"{line['column']}: {line['reason']}; {line['step']}")
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([*one.columns, "_line", "_reason"])
    for line, row in one.rows:
        writer.writerow([*(row.get(name, "") for name in one.columns), line, " | ".join(told.get(line, []))])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{one.pk}.csv"'
    return response


def _handed_in(request: HttpRequest, file: Any) -> PastScoresSheet:  # noqa: ANN401 -- an UploadedFile
    name = Path(file.name or "sheet.csv").name
    with tempfile.TemporaryDirectory(prefix="quintet-scores-") as folder:
        path = Path(folder) / name
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        user: Any = request.user
        return actions.hand_in(settings.HOME, path, name, by=user, now=timezone.now())
