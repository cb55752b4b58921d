"""The page that says what the score is worth, by the leads held out of it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.demand.actions import routing
from quintet.demand.asks import worth as asks
from quintet.demand.asks.stored_score import stored_score
from quintet.demand.forms.worth import ShareForm
from quintet.demand.terms.worth import Worth
from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.finding import Status

SEES, SETS = "demand.see_channels", "demand.set_holdout"
_EXPLORED = (
    ("segment", "Segment", "text"), ("drawn", "Leads drawn", "number"), ("held", "Held out", "number"),
    ("worked", "Of these worked", "number"), ("effective", "Count as", "number"),
    ("state", "Enough?", "text"),
)  # fmt: skip
_SHARES = (
    ("share", "Held out", "rate"), ("set_at", "Since", "date"), ("by", "Set by", "text"),
    ("reason", "Why", "text"),
)  # fmt: skip


@needs(SEES)
def worth(request: HttpRequest) -> HttpResponse:
    """GET /demand/worth/: customers per 100 leads by score, minus those of leads worked as they come."""
    return _page(request, None)


@needs(SETS)
@require_POST
def set_share(request: HttpRequest) -> HttpResponse:
    """POST /demand/worth/share/: set the share of new leads held out of the score, with the reason."""
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    told = form.cleaned_data
    facts, share = Facts.published(settings.HOME), told["per_cent"] / 100.0
    routing.set_share(facts, share, told["reason"], by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"Of new leads, {share:.1%} are held out of the score from now on.")
    return redirect("demand:worth")


def _page(request: HttpRequest, form: ShareForm | None) -> HttpResponse:
    facts = Facts.published(settings.HOME)
    found = asks.worth(facts)
    told = found.stored.worth if found.stored else None
    context = {
        "found": found,
        "score": stored_score(facts),
        "worth": told,
        "may_set": request.user.has_perm(SETS),
        "form": form or ShareForm(initial={"per_cent": round(100 * found.share.share, 1)}),
        "shares": {"columns": _SHARES, "rows": [_share(one) for one in found.history]},
    }
    if told is not None:
        context |= _told(told)
    return TemplateResponse(
        request, "demand/worth.html", context, status=400 if form and form.errors else None
    )


def _told(worth: Worth) -> dict[str, Any]:
    speaks = worth.finding.status is not Status.SILENT
    arms = (("By score", worth.by_score), ("Held out, as they come", worth.held))
    top = max((arm.hi or 0.0 for _, arm in arms), default=0.0) / 100.0
    return {
        "speaks": speaks,
        "arms": [{"name": name, "arm": arm, **_rates(arm.rate, arm.lo, arm.hi)} for name, arm in arms],
        "top": max(top * 1.1, 0.01),
        "explored": {"columns": _EXPLORED, "rows": [_segment(one) for one in worth.explored]},
        "thin": [one.segment for one in worth.explored if one.is_thin],
        "is_followed": _is_followed(worth),
    }


def _rates(*values: float | None) -> dict[str, float | None]:
    told = zip(("rate", "lo", "hi"), values, strict=True)
    return {name: None if value is None else value / 100.0 for name, value in told}


def _is_followed(worth: Worth) -> bool:
    """Were recommended leads worked more often than the others, beyond a tenth?"""
    told = worth.compliance
    return told.above is not None and told.below is not None and told.above > told.below + 0.1


def _segment(one: Any) -> dict[str, Any]:  # noqa: ANN401 -- an Explored
    told = {name: getattr(one, name) for name, _, _ in _EXPLORED[:-1]}
    return told | {"state": "too few" if one.is_thin else "yes"}


def _share(one: asks.Share) -> dict[str, Any]:
    return {
        "share": one.share,
        "set_at": one.set_at,
        "by": one.by or "the worker",
        "reason": one.reason or "the default",
    }
