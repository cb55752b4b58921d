"""Marking: what waits for a person, and one answer at a time, without the name of who gave it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.training.actions.marking import mark_graded, overrule
from quintet.training.asks import marking as asks
from quintet.training.asks.sittings import as_asked, right_text
from quintet.training.forms.exams import OverruleForm, RubricForm
from quintet.training.models.exams import Answer

TEACHES = "training.teach"


@needs(TEACHES)
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/marking/: role plays that wait, and short answers the key refused."""
    return TemplateResponse(request, "training/marking.html", {"queue": asks.queue(request.user)})


@needs(TEACHES)
@never_cache
def mark(request: HttpRequest, answer_id: int) -> HttpResponse:
    """GET or POST /training/marking/<answer>/: mark one answer, or mark it anew and say why."""
    answer = _answer(request, answer_id)
    form = _form(request, answer)
    if request.method == "POST" and form.is_valid():
        try:
            _mark(request, answer, form)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Marked. Every mark is kept, and the person is told what it came to.")
            return redirect("training:marking")
    version = answer.version
    shown = dict(answer.sitting.asked).get(version.pk, [])
    context = {
        "answer": answer,
        "asked": as_asked(version, 1, shown, answer),
        "right": right_text(version),
        "marks": asks.marks_of(answer),
        "form": form,
    }
    return TemplateResponse(request, "training/mark.html", context, status=400 if form.errors else None)


def _form(request: HttpRequest, answer: Answer) -> RubricForm | OverruleForm:
    told = request.POST if request.method == "POST" else None
    if answer.version.kind == "graded":
        return RubricForm(told, version=answer.version, is_again=answer.marks.exists())
    return OverruleForm(told)


def _mark(request: HttpRequest, answer: Answer, form: RubricForm | OverruleForm) -> None:
    by, now, why = request.user, timezone.now(), form.cleaned_data["why"]
    if isinstance(form, RubricForm):
        mark_graded(answer, form.points(), why, by=by, now=now)
    else:
        overrule(answer, is_right=form.cleaned_data["verdict"] == "right", why=why, by=by, now=now)


def _answer(request: HttpRequest, answer_id: int) -> Answer:
    found = asks.answer_to_mark(request.user, answer_id)
    if found is None or found.version.kind not in {"graded", "short"}:
        raise Http404("no such answer to mark")
    return found
