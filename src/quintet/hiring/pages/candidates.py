"""Pages of candidates: the board, a new one, and one candidate from application to decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from quintet.hiring.actions import candidates as actions
from quintet.hiring.asks import candidates as asks
from quintet.hiring.asks import said
from quintet.hiring.asks.published import published
from quintet.hiring.forms.candidates import ApplicationForm, DecisionForm, HandOutForm, LinkForm
from quintet.hiring.models.candidates import Candidate, Decision
from quintet.hiring.models.process import SalesRole
from quintet.hiring.models.scorecards import Scorecard
from quintet.hiring.pages.index import advice_for, index_card
from quintet.hiring.terms.candidates import OPEN_STATES, STATES, advised
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput

SEES, HIRES = "hiring.see_candidates", "hiring.hire"
_COLUMNS = [
    ("name", "Candidate", "link"),
    ("state", "Decision", "text"),
    ("role", "Role", "text"),
    ("source", "Source", "text"),
    ("applied_on", "Applied", "date"),
    ("days", "Days to the decision", "number"),
]


@needs(SEES)
@never_cache
def board(request: HttpRequest) -> HttpResponse:
    """GET /hiring/: who is where on the way, and what became of the others."""
    facts = published()
    on = asks.today(facts, timezone.localdate())
    found = asks.standings(request.user, facts, on)
    state = request.GET.get("state", "")
    decided = [one for one in reversed(found) if one.decision and state in {"", one.state}]
    context = {
        "columns": [
            {"label": STATES[key], "standings": [one for one in found if one.state == key]}
            for key in OPEN_STATES
        ],
        "counts": _counts(found, state),
        "records": {"columns": _COLUMNS, "rows": [_row(one) for one in decided], "page_size": 25},
        "total": len(found),
        "may_hire": request.user.has_perm(HIRES),
        "has_role": SalesRole.objects.filter(is_open=True).exists(),
    }
    return TemplateResponse(request, "hiring/board.html", context)


@needs(HIRES)
def add(request: HttpRequest) -> HttpResponse:
    """GET or POST /hiring/candidates/new/: somebody applied."""
    form = ApplicationForm(request.POST or None, on=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            one = actions.add(form.told(), by=_user(request), now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, "Added. Now hand out the scorecards: whoever has one is blind to the others."
            )
            return redirect("hiring:candidate", one.pk)
    return TemplateResponse(
        request, "hiring/candidate_new.html", {"form": form}, status=400 if form.errors else None
    )


@needs(SEES)
@never_cache
def detail(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """GET /hiring/candidates/<id>/: one candidate, as far as the reader may see."""
    return _detail(request, _candidate(request, candidate_id))


def _detail(request: HttpRequest, one: Candidate, **forms: Any) -> HttpResponse:  # noqa: ANN401
    facts, user = published(), request.user
    standing = _standing(one)
    rounds = said.rounds(user, one)
    may_hire = user.has_perm(HIRES)
    context = {
        "one": one,
        "standing": standing,
        "state": STATES[standing.state],
        "rounds": rounds,
        "history": said.history(one, rounds),
        "table": said.score_table(user, one, rounds, facts),
        "reads": asks.may_read_scores(user, one),
        "has_own_open": one.scorecards.filter(interviewer=user.pk, submitted_at=None).exists(),
        "may_hire": may_hire,
        "hand_out": (forms.get("hand_out") or HandOutForm(candidate=one)) if may_hire else None,
        "decide": forms.get("decide") or DecisionForm(),
        "link": forms.get("link") or _link_form(one) if may_hire else None,
        **index_card(user, one),
    }
    bad = any(form.errors for form in forms.values())
    return TemplateResponse(request, "hiring/candidate.html", context, status=400 if bad else None)


@needs(HIRES)
@require_POST
def hand_out(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """POST /hiring/candidates/<id>/cards/: ask somebody to score them in a round."""
    one = _candidate(request, candidate_id)
    form = HandOutForm(request.POST, candidate=one)
    if form.is_valid():
        told = form.cleaned_data
        who = form.people[told["interviewer"]]
        try:
            actions.hand_out(one, told["place"], who, told["due_on"], by=_user(request), now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
    if form.errors:
        return _detail(request, one, hand_out=form)
    messages.success(request, f"{who} finds the form under My forms.")
    return redirect("hiring:candidate", candidate_id)


@needs(HIRES)
@require_POST
def take_back(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """POST /hiring/cards/<id>/back/: take back a scorecard that was not submitted."""
    card = get_object_or_404(Scorecard, pk=card_id)
    actions.take_back(card)
    messages.success(request, "Taken back.")
    return redirect("hiring:candidate", card.candidate_id)


@needs(HIRES)
@require_POST
def decide(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """POST /hiring/candidates/<id>/decide/: hired, rejected or withdrew, with the reason."""
    one = _candidate(request, candidate_id)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            verdict = advised(form.verdict(), advice_for(request.user, one))
            actions.decide(one, verdict, by=_user(request), now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
    if form.errors:
        return _detail(request, one, decide=form)
    messages.success(request, "Decided. The reason stays with it.")
    return redirect("hiring:candidate", candidate_id)


@needs(HIRES)
@require_POST
def link(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """POST /hiring/candidates/<id>/rep/: say which rep they became."""
    one = _candidate(request, candidate_id)
    form = LinkForm(request.POST, reps=asks.unlinked_reps(published()))
    decision = get_object_or_404(Decision, candidate=one)
    if not form.is_valid():
        return _detail(request, one, link=form)
    actions.link_rep(decision, int(form.cleaned_data["rep"]), now=timezone.now())
    messages.success(
        request, "Linked. What they bring from now on counts for the criteria they were hired by."
    )
    return redirect("hiring:candidate", candidate_id)


def _candidate(request: HttpRequest, candidate_id: UUID) -> Candidate:
    found = asks.candidate_of(request.user, candidate_id)
    if found is None:
        raise Http404("no such candidate")
    return found


def _standing(one: Candidate) -> asks.Standing:
    facts = published()
    came_scored = {one.candidate_id} if asks.was_scored(facts, one) else set()
    return asks.standing(one, asks.today(facts, timezone.localdate()), came_scored)


def _link_form(one: Candidate) -> LinkForm | None:
    """The form for a hired one whose rep is not known, where there are reps to choose from."""
    decision: Decision | None = getattr(one, "decision", None)
    if decision is None or decision.outcome != "hired" or decision.rep_id is not None:
        return None
    reps = asks.unlinked_reps(published())
    return LinkForm(reps=reps) if reps else None


def _counts(found: list[asks.Standing], state: str) -> list[dict[str, Any]]:
    """How many were decided how, each with the address that shows them."""
    address = reverse("hiring:candidates")
    decided = [key for key in STATES if key not in OPEN_STATES]
    counts = {key: sum(one.state == key for one in found) for key in decided}
    every = {"label": "All", "n": sum(counts.values()), "href": f"{address}#decided", "is_here": not state}
    return [every] + [
        {"label": STATES[key], "n": n, "href": f"{address}?state={key}#decided", "is_here": state == key}
        for key, n in counts.items()
    ]


def _row(one: asks.Standing) -> dict[str, Any]:
    return {
        "name": one.record.name,
        "name_url": reverse("hiring:candidate", args=[one.record.pk]),
        "state": STATES[one.state],
        "role": one.record.role.name,
        "source": one.record.came_from,
        "applied_on": one.record.applied_on,
        "days": one.days,
    }


def _user(request: HttpRequest) -> Any:  # noqa: ANN401 -- somebody with an account: the page is marked
    return request.user
