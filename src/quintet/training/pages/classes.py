"""Pages of classes: all of them, a new one, and one with everybody's progress."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.training.actions import classes as actions
from quintet.training.actions import completions
from quintet.training.asks import classes as asks
from quintet.training.asks.curriculum import finished_by, track
from quintet.training.forms.curriculum import ClassForm, MoreForm, SignOffForm
from quintet.training.models.curriculum import Module, Seat
from quintet.training.pages.posted import asker, scope_of, status, taken
from quintet.training.terms.words import HOW, MODULE_KINDS

SEES, TEACHES = "training.see_classes", "training.teach"
_COLUMNS = [
    ("name", "Class", "link"),
    ("track", "Track", "text"),
    ("starts_on", "First day", "date"),
    ("size", "People", "number"),
    ("over", "Done", "number"),
    ("late", "Late", "number"),
]
_PEOPLE = [
    ("person", "Person", "text"),
    ("done", "Done", "number"),
    ("required", "Of", "number"),
    ("late", "Late with", "text"),
    ("next", "Next", "text"),
    ("due_on", "Due", "date"),
]


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/classes/: every class the reader may see, newest first."""
    today = timezone.now().date()
    found = asks.classes(asker(request), scope_of(request), today)
    late = [(made, one) for made in found for one in made.late]
    context = {
        "records": {"columns": _COLUMNS, "rows": [_row(one) for one in found], "page_size": 50},
        "total": len(found),
        "late": late,
        "may_teach": request.user.has_perm(TEACHES),
    }
    return TemplateResponse(request, "training/classes.html", context)


@needs(TEACHES)
def start(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/classes/new/: put people into a class."""
    form = ClassForm(request.POST or None, initial={"starts_on": timezone.now().date()})
    made = taken(form, lambda: _started(request, form))
    if made is not None:
        messages.success(request, "The class has begun, and everybody in it was told.")
        return redirect("training:class", made.pk)
    has_tracks = bool(form.fields["track"].choices)  # type: ignore[attr-defined]
    context = {"form": form, "has_tracks": has_tracks}
    return TemplateResponse(request, "training/class_form.html", context, status=status(form))


@needs(SEES)
def detail(request: HttpRequest, class_id: int) -> HttpResponse:
    """GET /training/classes/<id>/: each person's progress, what is due, and how alike they come out."""
    return _detail(request, _class(request, class_id))


@needs(TEACHES)
@require_POST
def add(request: HttpRequest, class_id: int) -> HttpResponse:
    """POST /training/classes/<id>/add/: more people."""
    one = _class(request, class_id)
    form = MoreForm(request.POST, there=_there(one))
    if not form.is_valid():
        return _detail(request, one, more=form)
    people = get_user_model().objects.filter(pk__in=form.cleaned_data["users"])
    count = actions.add(one.record, people, by=asker(request), now=timezone.now())
    messages.success(request, f"{count} added, and told.")
    return redirect("training:class", class_id)


@needs(SEES)
@require_POST
def sign_off(request: HttpRequest, class_id: int) -> HttpResponse:
    """POST /training/classes/<id>/sign-off/: say that people have done a module."""
    one = _class(request, class_id)
    form = _sign_off_form(one, request)
    count = taken(form, lambda: _signed(request, form))
    if count is None:
        return _detail(request, one, sign_off=form)
    messages.success(request, f"Signed off for {count}. Who had it already kept it as it was.")
    return redirect("training:class", class_id)


@needs(TEACHES)
@require_POST
def leave(request: HttpRequest, seat_id: int) -> HttpResponse:
    """POST /training/seats/<id>/leave/: somebody takes the class no further."""
    seat = get_object_or_404(Seat, pk=seat_id)
    actions.leave(seat, by=asker(request), now=timezone.now())
    messages.success(request, f"{seat.user} is out of the class. What was finished stays.")
    return redirect("training:class", seat.hire_class_id)


def _started(request: HttpRequest, form: ClassForm) -> Any:  # noqa: ANN401 -- the class
    told = form.cleaned_data
    chosen = track(told["track"])
    assert chosen is not None  # noqa: S101 -- one of the form's choices
    people = get_user_model().objects.filter(pk__in=told["users"])
    new = actions.NewClass(told["name"], chosen.record, told["starts_on"])
    return actions.start(new, people, by=asker(request), now=timezone.now())


def _signed(request: HttpRequest, form: SignOffForm) -> int:
    module = Module.objects.get(key=form.cleaned_data["module"])
    people = get_user_model().objects.filter(pk__in=form.cleaned_data["users"])
    by, now, note = asker(request), timezone.now(), form.cleaned_data["note"]
    with transaction.atomic():  # all of them, or none: a refusal names one and leaves nobody half done
        done = [completions.sign_off(one, module, by=by, now=now, note=note) for one in people]
    return sum(one is not None for one in done)


def _detail(
    request: HttpRequest,
    one: asks.ClassShown,
    *,
    more: MoreForm | None = None,
    sign_off: SignOffForm | None = None,
) -> HttpResponse:
    signing = sign_off or _sign_off_form(one)
    context = {
        "one": one,
        "people": {"columns": _PEOPLE, "rows": [_person(each) for each in one.learners], "page_size": 60},
        "consistency": asks.consistencies(one.record) if request.user.has_perm(SEES) else (),
        "signed": [each for each in asks.signed_off(one.record) if _is_shown(request, each.user)],
        "more": more or MoreForm(there=_there(one)),
        "sign_off": signing if signing.fields["module"].choices else None,  # type: ignore[attr-defined]
        "kinds": MODULE_KINDS,
        "how": HOW,
        "may_teach": request.user.has_perm(TEACHES),
    }
    refused = any(form is not None and form.errors for form in (more, sign_off))
    return TemplateResponse(request, "training/class.html", context, status=400 if refused else None)


def _sign_off_form(one: asks.ClassShown, request: HttpRequest | None = None) -> SignOffForm:
    """What can be signed off in the class, for the people the reader may see."""
    by_hand = [each.step.module for each in one.modules if finished_by(each.step.module) == "signed_off"]
    modules = [(each.key, each.name) for each in by_hand]
    users = [(each.seat.user_id, str(each.seat.user)) for each in one.learners]
    return SignOffForm(request.POST if request else None, modules=modules, users=users)


def _there(one: asks.ClassShown) -> list[int]:
    return list(one.record.seats.filter(left_at=None).values_list("user_id", flat=True))


def _is_shown(request: HttpRequest, user: Any) -> bool:  # noqa: ANN401
    return asks.may_see(asker(request), scope_of(request), user.pk, user.rep_id)


def _row(one: asks.ClassShown) -> dict[str, Any]:
    return {
        "name": one.record.name,
        "name_url": reverse("training:class", args=[one.record.pk]),
        "track": one.record.track.name,
        "starts_on": one.record.starts_on,
        "size": one.size,
        "over": one.over,
        "late": len(one.late),
    }


def _person(one: asks.Learner) -> dict[str, Any]:
    coming = one.progress.next
    return {
        "person": str(one.seat.user),
        "done": one.progress.done,
        "required": one.progress.required,
        "late": ", ".join(line.name for line in one.progress.late),
        "next": coming.name if coming else "",
        "due_on": coming.due_on if coming else None,
    }


def _class(request: HttpRequest, class_id: int) -> asks.ClassShown:
    found = asks.hire_class(class_id, asker(request), scope_of(request), timezone.now().date())
    if found is None:
        raise Http404(f"no class {class_id}")
    return found
