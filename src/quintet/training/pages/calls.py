"""Pages of calls: the list, the import, the search, and one call word by word."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.sources.transcripts.reading import READABLE
from quintet.sources.transcripts.terms import FORMATS
from quintet.training.actions import calls as actions
from quintet.training.actions.call_words import erase_words
from quintet.training.asks import call_reviews, calls
from quintet.training.asks.call_people import Buyer, find_buyer, lead_names, rep_choices
from quintet.training.asks.call_search import search
from quintet.training.asks.facts import published
from quintet.training.asks.topics import in_use
from quintet.training.forms.calls import CommentForm, EraseForm, FilterForm, ImportForm, LeadForm, RepForm
from quintet.training.models.calls import Call
from quintet.training.terms.calls import moment_ms

SEES, REVIEWS = "training.see_calls", "training.review_calls"
MOST_FILES, MOST_BYTES = 50, 100_000_000
_COLUMNS = [
    ("call", "Call", "link"),
    ("started_at", "Held", "date"),
    ("rep", "Rep", "text"),
    ("lead", "With", "text"),
    ("minutes", "Minutes", "number"),
    ("talk_ratio", "Rep talks", "rate"),
    ("longest", "Longest speech, s", "number"),
    ("questions", "Questions", "number"),
    ("patience", "Patience, s", "number"),
    ("switches", "Switches a minute", "number"),
    ("reviews", "Reviews", "number"),
]


@needs(SEES)
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/calls/: the calls one may see, filtered."""
    facts, scope = published(), _scope(request)
    topics = [(one.key, one.name) for one in in_use()]
    form = FilterForm(request.GET or None, reps=_reps(request), topics=topics)
    seen = calls.visible(request.user, scope)
    found = list(calls.wanted(seen, form.filters()).prefetch_related("reviews"))
    names = dict(_reps(request))
    leads = lead_names(facts, [one.lead_id for one in found if one.lead_id])
    rows = [_row(one, names, leads) for one in found]
    context = {
        "form": form,
        "total": seen.count(),
        "records": {"columns": _COLUMNS, "rows": rows, "page_size": 50} if rows else None,
        "may_see_cards": request.user.has_perm("training.see_classes"),
    }
    return TemplateResponse(request, "training/calls.html", context)


def _row(one: Call, names: Mapping[int, str], leads: Mapping[int, str]) -> dict[str, Any]:
    return {
        "call": str(one),
        "call_url": reverse("training:call", args=[one.pk]),
        "started_at": one.started_at,
        "rep": names.get(one.rep_id, "") if one.rep_id else "",
        "lead": leads.get(one.lead_id, "") if one.lead_id else "",
        "minutes": one.minutes,
        "talk_ratio": one.talk_ratio,
        "longest": one.longest_monologue_seconds,
        "questions": one.questions,
        "patience": one.patience_seconds,
        "switches": one.switches_a_minute,
        "reviews": len(one.reviews.all()),
    }


@needs(SEES)
@never_cache
def bring(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/calls/import/: hand transcripts in; good files are kept, faults are named."""
    is_own = request.user.role in calls.OWN_ONLY  # type: ignore[union-attr]
    form = ImportForm(request.POST or None, reps=_reps(request), is_own=is_own)
    context: dict[str, Any] = {"form": form, "accept": ",".join(READABLE), "formats": FORMATS.values()}
    if request.method == "POST" and form.is_valid():
        try:
            context["imported"] = _imported(request, form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
    status = 400 if form.errors else None
    return TemplateResponse(request, "training/call_import.html", context, status=status)


def _imported(request: HttpRequest, told: Mapping[str, Any]) -> actions.Imported:
    files = request.FILES.getlist("files")
    size = sum(one.size or 0 for one in files)
    if len(files) > MOST_FILES or size > MOST_BYTES:
        raise BadInput(
            f"{len(files)} files with {size:,} bytes are more than {MOST_FILES} files or {MOST_BYTES:,}"
            " bytes: hand them in one part after the other"
        )
    by = _importer(request)
    buyer = find_buyer(by.facts, told["lead"], by.scope) if told["lead"] else Buyer()
    terms = actions.ImportTerms(
        told["consent_how"],
        told["consent_on"],
        told["consent_note"],
        told.get("rep_id"),
        told["started_at"],
        told["months"],
        buyer,
    )
    return actions.import_calls([(str(one.name), one.read()) for one in files], terms, by)


@needs(SEES)
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """GET /training/calls/search/?q=…: quotes with their times, from the calls one may see."""
    text = request.GET.get("q", "")
    context: dict[str, Any] = {"text": text}
    if text:
        try:
            context["found"] = search(calls.visible(request.user, _scope(request)), text)
        except BadInput as error:
            context["error"] = str(error)
    status = 400 if "error" in context else None
    return TemplateResponse(request, "training/call_search.html", context, status=status)


@needs(SEES)
@never_cache
def detail(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """GET /training/calls/<call>/: the words with what came up, the measures, the reviews."""
    return _detail(request, visible_call(request, call_id))


def _detail(request: HttpRequest, call: Call, **forms: Any) -> HttpResponse:  # noqa: ANN401
    may_review = request.user.has_perm(REVIEWS)
    reviews, hidden = call_reviews.reviews_of(call, request.user, may_review=may_review)
    reps = _reps(request)
    speakers = [one["name"] for one in call.speakers]
    context = {
        "call": call,
        "form_name": FORMATS.get(call.form, call.form),
        "rep": dict(reps).get(call.rep_id, "") if call.rep_id else "",
        "lead": lead_names(published(), [call.lead_id]).get(call.lead_id, "") if call.lead_id else "",
        "lines": calls.lines(call),
        "came_up": _came_up(call),
        "sides": call_reviews.side_by_side(reviews),
        "raters": reviews,
        "hidden": hidden,
        "cards": call_reviews.open_cards(call, request.user) if may_review else [],
        "comments": call.comments.select_related("written_by"),
        "may_erase": may_review or call.imported_by_id == request.user.pk,
        "rep_form": RepForm(None, speakers=speakers, reps=reps, rep=call.rep_id) if speakers else None,
        "lead_form": LeadForm(),
        "comment_form": CommentForm(),
        "erase_form": EraseForm(),
    }
    status = 400 if any(form.errors for form in forms.values()) else None
    return TemplateResponse(request, "training/call.html", context | forms, status=status)


def _came_up(call: Call) -> list[tuple[str, int]]:
    names = {one.key: one.name for one in in_use()}
    counts = call.topics.filter(count__gt=0, topic__key__in=names).values_list("topic__key", "count")
    return sorted(((names[key], count) for key, count in counts), key=lambda one: (-one[1], one[0]))


@needs(SEES)
@require_POST
def say_rep(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """POST /training/calls/<call>/rep/: say which speaker is the rep."""
    call = visible_call(request, call_id)
    speakers = [one["name"] for one in call.speakers]
    form = RepForm(request.POST, speakers=speakers, reps=_reps(request), rep=call.rep_id)
    if form.is_valid():
        told = form.cleaned_data
        if _said(form, lambda: actions.say_rep(call, told["speaker"], told["rep_id"], _importer(request))):
            return redirect("training:call", call.pk)
    return _detail(request, call, rep_form=form)


@needs(SEES)
@require_POST
def link(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """POST /training/calls/<call>/lead/: say whom it is about."""
    call, form, by = visible_call(request, call_id), LeadForm(request.POST), _importer(request)
    if form.is_valid():
        text = form.cleaned_data["lead"]
        if _said(form, lambda: actions.link(call, find_buyer(by.facts, text, by.scope), now=by.now)):
            return redirect("training:call", call.pk)
    return _detail(request, call, lead_form=form)


@needs(SEES)
@require_POST
def comment(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """POST /training/calls/<call>/comment/: remark on it."""
    call, form = visible_call(request, call_id), CommentForm(request.POST)
    if form.is_valid():
        told, user = form.cleaned_data, request.user
        said = _said(
            form,
            lambda: actions.comment(
                call, told["text"], moment_ms(told["moment"]), by=user, now=timezone.now()
            ),
        )
        if said:
            return redirect("training:call", call.pk)
    return _detail(request, call, comment_form=form)


@needs(SEES)
@require_POST
def erase(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """POST /training/calls/<call>/erase/: erase what was said, now."""
    call, form = visible_call(request, call_id), EraseForm(request.POST)
    if not (request.user.has_perm(REVIEWS) or call.imported_by_id == request.user.pk):
        raise Http404("only who imported a call, or who scores calls, erases its words")
    if form.is_valid():
        because = form.cleaned_data["because"]
        if _said(form, lambda: erase_words(call, because, now=timezone.now())):
            messages.success(request, "The words are erased; the measures stay.")
            return redirect("training:call", call.pk)
    return _detail(request, call, erase_form=form)


def _said(form: Any, act: Any) -> bool:  # noqa: ANN401 -- a form, and what to do with it
    """Do it; what cannot be done stands in the form."""
    try:
        act()
    except BadInput as error:
        form.add_error(None, str(error))
        return False
    return True


def _scope(request: HttpRequest) -> Any:  # noqa: ANN401 -- a Scope, worked out when first asked for
    return request.scope  # type: ignore[attr-defined]


def visible_call(request: HttpRequest, call_id: UUID) -> Call:
    """A call the reader may see; 404 for any other."""
    found = calls.visible(request.user, _scope(request)).filter(pk=call_id).first()
    if found is None:
        raise Http404("no such call among those you may see")
    return found


def _reps(request: HttpRequest) -> list[tuple[int, str]]:
    """The reps whose calls the reader may see."""
    return rep_choices(published(), _scope(request))


def _importer(request: HttpRequest) -> actions.Importer:
    return actions.Importer(request.user, _scope(request), settings.HOME, published(), timezone.now())
