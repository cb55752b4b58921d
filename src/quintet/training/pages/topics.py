"""Pages of the dictionary: topics and objections, how often they come up, and one with its quotes."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.training.actions import topics as actions
from quintet.training.asks import calls
from quintet.training.asks import topics as asks
from quintet.training.asks.call_outcomes import call_outcomes
from quintet.training.asks.facts import published
from quintet.training.forms.topics import TopicForm, WordingForm
from quintet.training.models.topics import Topic
from quintet.training.pages.calls import SEES

TEACHES = "training.teach"
#: So many calls are listened to while one waits; the worker takes the rest within minutes.
_AT_ONCE = 100


@needs(SEES)
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/calls/topics/: what comes up, whether that moves, and what goes with it."""
    form, may_teach = TopicForm(request.POST or None), request.user.has_perm(TEACHES)
    if request.method == "POST" and may_teach and form.is_valid():
        told = form.cleaned_data
        try:
            topic = actions.write_topic(
                told["name"], told["kind"], told["phrases"], by=request.user, now=timezone.now()
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return _listened(request, topic)
    context = {"form": form, "may_teach": may_teach, **_counted(request)}
    status = 400 if form.errors else None
    return TemplateResponse(request, "training/topics.html", context, status=status)


def _counted(request: HttpRequest) -> dict[str, Any]:
    seen, facts = calls.visible(request.user, request.scope), published()  # type: ignore[attr-defined]
    leads = [one for one in seen.values_list("lead_id", flat=True) if one is not None]
    outcomes = call_outcomes(facts, leads) if facts is not None and leads else None
    lines, quarter = asks.overview(seen, outcomes, timezone.localdate())
    return {"lines": lines, "quarter": quarter, "calls": seen.count()}


@needs(SEES)
@never_cache
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /training/calls/topics/<topic>/: its phrases and quotes; word it anew."""
    topic = get_object_or_404(Topic, key=key, retired_at=None)
    newest = topic.versions.first()
    initial = {"name": newest.name, "phrases": "\n".join(newest.phrases)} if newest else {}
    form, may_teach = WordingForm(request.POST or None, initial=initial), request.user.has_perm(TEACHES)
    if request.method == "POST" and may_teach and form.is_valid():
        told = form.cleaned_data
        try:
            actions.word_anew(topic, told["name"], told["phrases"], by=request.user, now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return _listened(request, topic)
    counted = _counted(request)
    (line,) = (one for one in counted["lines"] if one.words.key == key)
    seen = calls.visible(request.user, request.scope)  # type: ignore[attr-defined]
    context = {
        "topic": topic,
        "line": line,
        "quarter": counted["quarter"],
        "quotes": asks.quotes(seen, line.words),
        "versions": asks.versions_of(topic),
        "form": form,
        "may_teach": may_teach,
    }
    return TemplateResponse(request, "training/topic.html", context, status=400 if form.errors else None)


@needs(TEACHES)
@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """POST /training/calls/topics/<topic>/retire/: look for it no more."""
    actions.retire_topic(get_object_or_404(Topic, key=key), now=timezone.now())
    messages.success(request, "It is not looked for any more; its counts stay.")
    return redirect("training:call-topics")


def _listened(request: HttpRequest, topic: Topic) -> HttpResponse:
    heard = actions.listen_again(_AT_ONCE)
    more = " The worker listens to the others within minutes." if heard == _AT_ONCE else ""
    messages.success(request, f"{heard} calls were listened to again.{more}")
    return redirect("training:call-topic", topic.key)
