"""Pages of mentors: who is proposed, who is paired, and whether it moved."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.training.actions import mentors as actions
from quintet.training.asks import mentors as asks
from quintet.training.forms.mentors import EndForm, PairForm
from quintet.training.formula.pair_effect import MIN_PAIRS
from quintet.training.terms.mentors import Match
from quintet.training.terms.words import STEPS

SEES, PAIRS = "training.see_mentors", "training.pair"


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/mentors/: pairs and whether they moved, and who may learn what from whom."""
    return _overview(request)


@needs(PAIRS)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """POST /training/mentors/start/: give a rep a mentor, as proposed or by an own choice."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    form = PairForm(request.POST, people=asks.sellers(facts, scope))
    if form.is_valid():
        told = form.cleaned_data
        proposed = {(one.mentor.rep_id, one.mentee.rep_id, one.lessons[0].step) for one in _proposed(request)}
        is_proposed = (told["mentor"], told["mentee"], told["step"]) in proposed
        try:
            actions.start(
                form.new_pair(is_proposed=is_proposed), scope,
                on=asks.today(facts, timezone.localdate()), by=request.user, now=timezone.now(),
            )  # fmt: skip
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The pair has started. What it brings is measured by itself.")
            return redirect("training:mentors")
    return _overview(request, form=form)


@needs(PAIRS)
@require_POST
def end(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """POST /training/mentors/<id>/end/: end a pair; its effect is followed on."""
    form = EndForm(request.POST)
    pair = asks.pair(request.scope, pair_id)  # type: ignore[attr-defined]
    if not form.is_valid():
        raise BadInput("say why the pair ends, in a sentence")
    on = asks.today(Facts.published(settings.HOME), timezone.localdate())
    actions.end(pair, form.cleaned_data["because"], on=on, by=request.user, now=timezone.now())
    messages.success(request, "Ended. What it brought is followed on.")
    return redirect("training:mentors")


def _overview(request: HttpRequest, form: PairForm | None = None) -> HttpResponse:
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    shown = asks.pairs(facts, scope)
    may_pair = request.user.has_perm(PAIRS)
    proposed = _proposed(request) if may_pair else ()
    context = {
        "open_pairs": [_pair(one, scope) for one in shown if one.record.ended_on is None],
        "ended_pairs": [_pair(one, scope) for one in shown if one.record.ended_on is not None],
        "mean": asks.mean(shown),
        "few": MIN_PAIRS,
        "proposals": [_match(one) for one in proposed],
        "why_none": "" if proposed or not may_pair else asks.why_none(facts),
        "form": form or (PairForm(people=asks.sellers(facts, scope)) if may_pair else None),
        "may_pair": may_pair,
    }
    status = 400 if form is not None and form.errors else None
    return TemplateResponse(request, "training/mentors.html", context, status=status)


def _proposed(request: HttpRequest) -> tuple[Match, ...]:
    try:
        return asks.proposals(Facts.published(settings.HOME), request.scope)  # type: ignore[attr-defined]
    except NotEnoughData:
        return ()


def _pair(one: asks.ShownPair, scope: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Scope
    effect = one.effect
    told = None
    if effect is not None and effect.effect is not None:
        told = {
            "points": 100 * effect.effect,
            "lo": 100 * (effect.effect_lo or 0.0),
            "hi": 100 * (effect.effect_hi or 0.0),
        }
    return {
        "one": one,
        "step": STEPS[one.record.step],
        "in_return": STEPS.get(one.record.in_return, ""),
        "told": told,
        "is_mine": scope.sees(one.record.mentee_rep_id),
    }


def _match(one: Match) -> dict[str, Any]:
    first = one.lessons[0]
    return {
        "one": one,
        "step": first.step,
        "name": STEPS[first.step],
        "in_return": one.in_return[0].step if one.in_return else "",
        "in_return_name": STEPS[one.in_return[0].step] if one.in_return else "",
    }
