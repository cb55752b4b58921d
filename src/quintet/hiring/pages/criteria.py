"""Pages of criteria: the catalogue, one criterion with its history, and the examples."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.hiring.actions import criteria as actions
from quintet.hiring.asks import criteria as asks
from quintet.hiring.asks.index import criterion_evidence
from quintet.hiring.asks.published import published
from quintet.hiring.forms.criteria import CriterionForm, FateForm, RewriteForm
from quintet.hiring.terms.words import FATES, MEASURES
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput

SEES, WRITES = "hiring.audit", "hiring.hire"
_COLUMNS = [
    ("name", "Criterion", "link"),
    ("definition", "What is meant", "text"),
    ("weight", "Prior weight", "number"),
    ("written", "Written", "text"),
    ("scores", "Scores", "number"),
    ("version", "Version", "number"),
    ("fate", "Fate", "text"),
]


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /hiring/criteria/: what is scored here, and what became of it."""
    found = asks.catalogue(published())
    rows = [_row(one) for one in found]
    context = {
        "records": {"columns": _COLUMNS, "rows": rows, "page_size": 60},
        "in_use": sum(not one.is_dropped for one in found),
        "before_data": sum(one.weight.is_prior for one in found),
        "total": len(found),
        "may_write": request.user.has_perm(WRITES),
    }
    return TemplateResponse(request, "hiring/criteria.html", context)


@needs(SEES)
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """GET /hiring/criteria/<key>/: one criterion, its anchors, its history, its fate."""
    return _detail(request, key, FateForm())


def _detail(request: HttpRequest, key: str, form: FateForm) -> HttpResponse:
    one = _known(key)
    context = {
        "one": one,
        "anchors": sorted(one.record.anchors.items(), key=lambda pair: int(pair[0])),
        "measure": MEASURES[one.record.measure],
        "fate": FATES[one.fate.fate] if one.fate else "",
        "versions": asks.history(key),
        "evidence": asks.evidence(published(), key),
        "told": criterion_evidence(settings.HOME, key),
        "form": form,
        "may_write": request.user.has_perm(WRITES),
    }
    return TemplateResponse(request, "hiring/criterion.html", context, status=400 if form.errors else None)


@needs(WRITES)
def write(request: HttpRequest) -> HttpResponse:
    """GET or POST /hiring/criteria/new/: write a criterion down."""
    form = CriterionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            one = actions.write(form.text(), by=_user(request), now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Written down. Put it into a round of a role to have it scored.")
            return redirect("hiring:criterion", one.key)
    return _form_page(request, form, None)


@needs(WRITES)
def rewrite(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /hiring/criteria/<key>/rewrite/: a new version; the older ones stay."""
    one = _known(key)
    form = RewriteForm(request.POST or None, record=one.record)
    if request.method == "POST" and form.is_valid():
        try:
            actions.rewrite(form.text(key), by=_user(request), now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Rewritten. Scorecards handed out from now on use this version.")
            return redirect("hiring:criterion", key)
    return _form_page(request, form, one)


@needs(WRITES)
@require_POST
def decide(request: HttpRequest, key: str) -> HttpResponse:
    """POST /hiring/criteria/<key>/fate/: keep it, drop it, or give it another weight."""
    form = FateForm(request.POST)
    if not form.is_valid():
        return _detail(request, key, form)
    evidence = {**asks.evidence(published(), key), **criterion_evidence(settings.HOME, key)}
    try:
        actions.decide_fate(key, form.told(evidence), by=_user(request), now=timezone.now())
    except BadInput as error:
        form.add_error(None, str(error))
        return _detail(request, key, form)
    messages.success(request, "Decided. The reason and what was known today stay with it.")
    return redirect("hiring:criterion", key)


@needs(WRITES)
def examples(request: HttpRequest) -> HttpResponse:
    """GET or POST /hiring/criteria/examples/: a starter set, whole or one by one."""
    if request.method == "POST":
        keys = request.POST.getlist("key")
        taken = actions.take_examples(keys, by=_user(request), now=timezone.now())
        messages.success(
            request, f"{taken} taken. Give each the weight you believe in before the first score."
        )
        return redirect("hiring:criteria")
    found = asks.examples()
    context = {"examples": found, "left": sum(not one["is_taken"] for one in found)}
    return TemplateResponse(request, "hiring/criteria_examples.html", context)


def _row(one: asks.Known) -> dict[str, Any]:
    weight = one.weight
    when = f"{weight.since:%-d %b %Y}, "
    when += "before any score" if weight.is_prior else f"after {weight.scores_before} scores"
    return {
        "name": one.record.name,
        "name_url": reverse("hiring:criterion", args=[one.record.key]),
        "definition": one.record.definition,
        "weight": weight.weight,
        "written": when,
        "scores": one.scores,
        "version": one.record.version,
        "fate": FATES[one.fate.fate] if one.fate else "open",
    }


def _form_page(request: HttpRequest, form: CriterionForm, one: asks.Known | None) -> HttpResponse:
    context = {"form": form, "one": one}
    return TemplateResponse(
        request, "hiring/criterion_form.html", context, status=400 if form.errors else None
    )


def _known(key: str) -> asks.Known:
    found = asks.known(published(), key)
    if found is None:
        raise Http404(f"no criterion {key}")
    return found


def _user(request: HttpRequest) -> Any:  # noqa: ANN401 -- somebody with an account: the page is marked
    return request.user
