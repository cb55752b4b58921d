"""Pages on which those who hire erase candidates: who is due, and one candidate, asked twice."""

from uuid import UUID

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from quintet.hiring.actions.erasure import CandidateErased, erase_candidate
from quintet.hiring.asks import erasure as asks
from quintet.hiring.forms.erasure import KeptForm
from quintet.hiring.models.candidates import Candidate
from quintet.hiring.terms.retention import KEPT_MONTHS
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput

HIRES = "hiring.hire"


@needs(HIRES)
def due(request: HttpRequest) -> HttpResponse:
    """GET /hiring/retention/: candidates decided longer ago than they are kept."""
    form = KeptForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    months = given.get("kept_months") or KEPT_MONTHS
    context = {"form": form, "months": months, "due": asks.due(timezone.localdate(), months)}
    return TemplateResponse(request, "hiring/retention.html", context, status=400 if form.errors else None)


@needs(HIRES)
def erase(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """GET or POST /hiring/candidates/<id>/erase/: say what goes; confirmed, erase it."""
    candidate = get_object_or_404(Candidate, pk=candidate_id)
    problem = ""
    if request.method == "POST" and request.POST.get("confirmed"):
        try:
            done = erase_candidate(candidate.candidate_id, by=request.user.get_username(), home=settings.HOME)
        except BadInput as error:
            problem = str(error)
        else:
            _note(request, done)
            messages.success(request, _told(done))
            return redirect("hiring:retention")
    elif request.method == "POST":
        problem = "Tick the box: it cannot be undone."
    context = {"candidate": candidate, "problem": problem}
    return TemplateResponse(request, "hiring/erase.html", context, status=400 if problem else None)


def _note(request: HttpRequest, done: CandidateErased) -> None:
    """That somebody was erased, how much and by whom; not who it was."""
    told = {"erased": "candidate", "records": done.count}
    LogEntry.objects.log_create(
        request.user,
        force_log=True,
        action=LogEntry.Action.DELETE,
        actor=request.user,
        additional_data=told,
    )


def _told(done: CandidateErased) -> str:
    ledger = done.elsewhere.ledger
    rows, files = (ledger.rows, ledger.checked_files) if ledger else (0, 0)
    said = (
        f"Erased: {done.count:,} records and {rows:,} interactions. {files:,} files were searched "
        "afterwards; none holds this candidate. The facts follow within a minute."
    )
    places = "; ".join(f"{place}: {count:,}" for place, count in done.mentions)
    return f"{said} The same name still stands in: {places}. Read these yourself." if places else said
