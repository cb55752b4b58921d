"""Pages of tracks: a new one, and the modules of one in order."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.training.actions import modules as actions
from quintet.training.asks import curriculum as asks
from quintet.training.forms.curriculum import StepForm, TrackForm
from quintet.training.pages.posted import asker, status, taken, tried
from quintet.training.terms.curriculum import TrackStep

LEARNS, TEACHES = "training.learn", "training.teach"


@needs(TEACHES)
def write(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/curriculum/tracks/new/: name a track."""
    form = TrackForm(request.POST or None)
    made = taken(form, lambda: _written(request, form))
    if made is not None:
        messages.success(request, "Now put modules into it, in the order they are taken.")
        return redirect("training:track", made.key)
    return TemplateResponse(request, "training/track_form.html", {"form": form}, status=status(form))


@needs(LEARNS)
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /training/curriculum/tracks/<key>/: its modules in order; a POST puts one in at the end."""
    one = _track(key)
    here = {step.module.key for step in one.steps}
    left = [(each.record.key, each.record.name) for each in asks.modules() if each.record.key not in here]
    form = StepForm(request.POST or None, left=left)
    if request.method == "POST" and not request.user.has_perm(TEACHES):
        raise Http404
    if taken(form, lambda: _set(request, one, [*_steps(one), form.step()])):
        messages.success(request, "Put in.")
        return redirect("training:track", key)
    context = {"one": one, "form": form, "left": left, "may_teach": request.user.has_perm(TEACHES)}
    return TemplateResponse(request, "training/track.html", context, status=status(form))


@needs(TEACHES)
@require_POST
def move_up(request: HttpRequest, key: str, module: str) -> HttpResponse:
    """POST /training/curriculum/tracks/<key>/<module>/up/: take it before the one above."""
    return _rearranged(request, key, lambda steps: _before(steps, module), "Moved.")


@needs(TEACHES)
@require_POST
def take_out(request: HttpRequest, key: str, module: str) -> HttpResponse:
    """POST /training/curriculum/tracks/<key>/<module>/out/: leave it out of the track."""
    return _rearranged(
        request, key, lambda steps: [one for one in steps if one.module != module], "Taken out of the track."
    )


@needs(TEACHES)
@require_POST
def due(request: HttpRequest, key: str, module: str) -> HttpResponse:
    """POST /training/curriculum/tracks/<key>/<module>/due/: by when, and whether it is required."""
    form = StepForm(request.POST, left=[(module, module)])
    if not form.is_valid():
        messages.error(request, "A due day is a working day after the start, from 1 on.")
        return redirect("training:track", key)
    told = form.step()
    changed = replace(told, module=module)
    return _rearranged(
        request, key, lambda steps: [changed if one.module == module else one for one in steps], "Kept."
    )


@needs(TEACHES)
@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """POST /training/curriculum/tracks/<key>/retire/: start no more classes on it."""
    actions.retire_track(_track(key).record, by=asker(request), now=timezone.now())
    messages.success(request, "No class starts on it any more. Those that run go on.")
    return redirect("training:curriculum")


def _written(request: HttpRequest, form: TrackForm) -> object:
    name, role = form.cleaned_data["name"], form.cleaned_data["role"]
    return actions.write_track(name, role, slugify(name)[:60], by=asker(request), now=timezone.now())


def _rearranged(
    request: HttpRequest, key: str, rearrange: Callable[[list[TrackStep]], list[TrackStep]], said: str
) -> HttpResponse:
    one = _track(key)
    tried(request, lambda: _set(request, one, rearrange(_steps(one))), said)
    return redirect("training:track", key)


def _set(request: HttpRequest, one: asks.TrackShown, steps: list[TrackStep]) -> bool:
    actions.set_steps(one.record, steps, by=asker(request), now=timezone.now())
    return True


def _steps(one: asks.TrackShown) -> list[TrackStep]:
    return [TrackStep(step.module.key, step.due_day, step.is_required) for step in one.steps]


def _before(steps: list[TrackStep], module: str) -> list[TrackStep]:
    at = next((place for place, one in enumerate(steps) if one.module == module), 0)
    if at:
        steps[at - 1], steps[at] = steps[at], steps[at - 1]
    return steps


def _track(key: str) -> asks.TrackShown:
    found = asks.track(key)
    if found is None:
        raise Http404(f"no track {key}")
    return found
