"""Pages of reviews after hire: who is due, and the form for one rep."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from quintet.facts.asking import names_of_reps
from quintet.hiring.actions.reviews import submit_review
from quintet.hiring.asks import reviews as asks
from quintet.hiring.asks.candidates import today
from quintet.hiring.asks.published import published
from quintet.hiring.pages.scorecards import SCALE, lines, posted
from quintet.hiring.terms.scorecards import Draft, read_draft
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput

REVIEWS = "hiring.review_reps"
_COLUMNS = [
    ("rep", "Rep", "text"),
    ("months", "Months", "number"),
    ("reviewer", "By", "text"),
    ("submitted_at", "On", "date"),
]


@needs(REVIEWS)
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """GET /hiring/reviews/: reps whose 3, 6 or 12 months are due."""
    facts, scope = published(), request.scope  # type: ignore[attr-defined]
    on = today(facts, timezone.localdate())
    done = asks.submitted(scope)
    names = {} if facts is None else names_of_reps(facts)
    rows = [
        {"rep": names.get(one.rep_id, "–"), "months": one.months, "reviewer": str(one.reviewer),
         "submitted_at": one.submitted_at}
        for one in done
    ]  # fmt: skip
    context = {
        "due": asks.due(request.user, scope, facts, on),
        "coming": asks.coming(request.user, scope, facts, on),
        "records": {"columns": _COLUMNS, "rows": rows, "page_size": 25} if rows else None,
        "has_facts": facts is not None,
    }
    return TemplateResponse(request, "hiring/reviews.html", context)


@needs(REVIEWS)
@never_cache
def review(request: HttpRequest, rep_id: int, months: int) -> HttpResponse:
    """GET or POST /hiring/reviews/<rep>/<months>/: score a rep again, blind to what was said before hire."""
    facts, scope = published(), request.scope  # type: ignore[attr-defined]
    on = today(facts, timezone.localdate())
    due = asks.one_due(asks.every_age(request.user, scope, facts), rep_id, months, on)
    if due is None:
        raise Http404("no such rep, or not at that age today")
    criteria = asks.criteria_for(facts, rep_id)
    draft, error = Draft(), ""
    if request.method == "POST":
        try:
            draft = read_draft(posted(request.POST, criteria), frozenset(one.key for one in criteria))
            note = request.POST.get("overall_why", "")
            submit_review(due, criteria, draft.scores, note, by=_user(request), now=timezone.now())
        except BadInput as wrong:
            error = str(wrong)
        else:
            messages.success(request, f"{due.name} is scored. What was said stays as it is.")
            return redirect("hiring:reviews")
    context = {
        "due": due,
        "lines": lines(criteria, draft.scores),
        "draft": draft,
        "scale": SCALE,
        "error": error,
    }
    return TemplateResponse(request, "hiring/review.html", context, status=400 if error else None)


def _user(request: HttpRequest) -> Any:  # noqa: ANN401 -- somebody with an account: the page is marked
    return request.user
