"""Pages of the curriculum: modules and tracks, and what a learner does with one module."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.training.actions import completions, projects
from quintet.training.actions import modules as actions
from quintet.training.asks import curriculum as asks
from quintet.training.asks import mine
from quintet.training.asks.certificates import finished
from quintet.training.asks.playbook import newest_versions
from quintet.training.forms.curriculum import FiguresForm, ModuleForm, ProjectForm
from quintet.training.models.curriculum import Module
from quintet.training.pages.posted import asker, status, taken, tried
from quintet.training.terms.words import EVIDENCE, FINISHED_BY, HOW

LEARNS, TEACHES = "training.learn", "training.teach"
_COLUMNS = [
    ("name", "Module", "link"),
    ("kind", "Kind", "text"),
    ("step", "Moves", "text"),
    ("hours", "Hours", "number"),
    ("after", "After", "text"),
    ("tracks", "In", "text"),
    ("how", "Finished when", "text"),
    ("done", "Have it", "number"),
]


@needs(LEARNS)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/curriculum/: tracks, and every module in an order it can be taken in."""
    found = asks.modules()
    context = {
        "tracks": asks.tracks(),
        "records": {"columns": _COLUMNS, "rows": [_row(one) for one in found], "page_size": 60},
        "total": len(found),
        "retired": asks.modules(retired=True),
        "may_teach": request.user.has_perm(TEACHES),
    }
    return TemplateResponse(request, "training/curriculum.html", context)


@needs(LEARNS)
def module(request: HttpRequest, key: str) -> HttpResponse:
    """GET /training/curriculum/modules/<key>/: what to read or to do, and where the reader stands."""
    return _module_page(request, _module(key))


@needs(TEACHES)
def write(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/curriculum/modules/new/: write a module."""
    form = ModuleForm(request.POST or None)
    made = taken(form, lambda: actions.write_module(form.text(), by=asker(request), now=timezone.now()))
    if made is not None:
        messages.success(request, "Written. Put it into a track, so that classes take it.")
        return redirect("training:module", made.key)
    return TemplateResponse(
        request, "training/module_form.html", {"form": form, "one": None}, status=status(form)
    )


@needs(TEACHES)
def change(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /training/curriculum/modules/<key>/change/: change a module."""
    one = _module(key)
    form = ModuleForm(request.POST or None, record=one.record)
    made = taken(form, lambda: actions.change_module(form.text(key), by=asker(request), now=timezone.now()))
    if made is not None:
        messages.success(request, "Changed. What was finished stays finished.")
        return redirect("training:module", key)
    return TemplateResponse(
        request, "training/module_form.html", {"form": form, "one": one}, status=status(form)
    )


@needs(TEACHES)
@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """POST /training/curriculum/modules/<key>/retire/: teach it no more, or again."""
    one = _module(key).record
    by, now = asker(request), timezone.now()
    if one.retired_at is None:
        actions.retire_module(one, by=by, now=now)
        messages.success(request, "Not taught any more. What was finished stays.")
    else:
        actions.bring_back_module(one, by=by, now=now)
        messages.success(request, "Taught again.")
    return redirect("training:module", key)


@needs(LEARNS)
@require_POST
def done(request: HttpRequest, key: str) -> HttpResponse:
    """POST /training/curriculum/modules/<key>/done/: the reader says they have read it."""
    one, now = _module(key).record, timezone.now()
    said = f"{one.name} is done."
    tried(request, lambda: completions.say_done(asker(request), one, now=now), said)
    return redirect("training:module", key)


@needs(LEARNS)
@require_POST
def project(request: HttpRequest, key: str) -> HttpResponse:
    """POST /training/curriculum/modules/<key>/project/: where the reader's project stands on the web."""
    one, form, now = _module(key), ProjectForm(request.POST), timezone.now()
    told = lambda: projects.open_project(asker(request), one.record, **form.cleaned_data, now=now)  # noqa: E731
    if taken(form, told) is None:
        return _module_page(request, one, project=form)
    messages.success(request, "Kept. Figures are counted within the hour, where the data holds them.")
    return redirect("training:module", key)


@needs(LEARNS)
@require_POST
def figures(request: HttpRequest, key: str) -> HttpResponse:
    """POST /training/curriculum/modules/<key>/figures/: figures of the reader's project, typed in."""
    one, form, now = _module(key), FiguresForm(request.POST), timezone.now()
    mine_now = mine.project(asker(request), one.record)
    if mine_now is None:
        raise Http404("say first where your project is")
    if taken(form, lambda: projects.type_in(mine_now.record, form.figures(), now=now)) is None:
        return _module_page(request, one, figures=form)
    messages.success(request, "Kept, marked as typed in.")
    return redirect("training:module", key)


@needs(TEACHES)
def examples(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/curriculum/examples/: tracks with their modules, to begin with."""
    if request.method == "POST":
        keys = request.POST.getlist("key")
        count = actions.take_examples(keys, by=asker(request), now=timezone.now())
        messages.success(request, f"{count} modules taken. Rewrite each so that it is yours.")
        return redirect("training:curriculum")
    return TemplateResponse(request, "training/curriculum_examples.html", asks.examples())


def exam_address(key: str) -> str:
    """Where an exam is taken."""
    return reverse("training:exam-start", args=[key])


def _module_page(
    request: HttpRequest,
    one: asks.ModuleShown,
    *,
    project: ProjectForm | None = None,
    figures: FiguresForm | None = None,
) -> HttpResponse:
    user = asker(request)
    completion = user.completions.filter(module=one.record).first()
    own = mine.project(user, one.record)
    teaches = request.user.has_perm(TEACHES)
    told = {"address": own.record.address, "campaign": own.record.campaign} if own else None
    titles = {version.page_id: version.title for version in newest_versions()}
    context = {
        "one": one,
        "how": HOW[one.finished_by],
        "pages": [(page.key, titles.get(page.pk, page.key)) for page in one.record.pages.all()],
        "exams": [(exam.name, exam_address(exam.key)) for exam in one.record.exams.filter(retired_at=None)],
        "completion": completion,
        "completed_by": FINISHED_BY[completion.finished_by] if completion else "",
        "waits_for": _waits_for(user, one.record),
        "project": own,
        "asks_for": [(EVIDENCE[name], figure) for name, figure in one.record.asks_for.items()],
        "project_form": project or ProjectForm(initial=told),
        "figures_form": figures or FiguresForm(),
        "projects": mine.projects_of(one.record) if teaches else [],
        "may_teach": teaches,
    }
    refused = any(form is not None and form.errors for form in (project, figures))
    return TemplateResponse(request, "training/module.html", context, status=400 if refused else None)


def _waits_for(user: Any, module: Module) -> list[str]:  # noqa: ANN401
    done = finished(user)
    return [one.name for one in module.after.filter(retired_at=None) if one.pk not in done]


def _row(one: asks.ModuleShown) -> dict[str, Any]:
    return {
        "name": one.record.name,
        "name_url": reverse("training:module", args=[one.record.key]),
        "kind": one.kind,
        "step": one.step,
        "hours": one.record.hours,
        "after": ", ".join(one.after),
        "tracks": ", ".join(one.tracks),
        "how": FINISHED_BY[one.finished_by],
        "done": one.done,
    }


def _module(key: str) -> asks.ModuleShown:
    found = asks.module(key)
    if found is None:
        raise Http404(f"no module {key}")
    return found
