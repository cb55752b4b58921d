"""Pages of the shell: home, data health, components, exports."""

import math
from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache

from quintet.facts.health import Feed
from quintet.facts.remedies import remedy_of
from quintet.kernel.access import needs, signed_in
from quintet.site import panels, samples
from quintet.site.access import asker
from quintet.site.first_hour import guide_for
from quintet.site.loaded import data_health_of, published_facts
from quintet.site.models import Export
from quintet.site.navigation import sidebar
from quintet.site.roles import NEEDS_A_REP


@signed_in
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """What its reader should do now, and the panels of the role; before the first facts, how to begin."""
    user, has_facts = asker(request), published_facts() is not None
    found = panels.home_of(request, user)
    if not has_facts:  # what a room knows without any is shown all the same
        found = tuple(one for one in found if one.shown and one.shown.todos)
    context = {
        "has_facts": has_facts,
        "import_url": _import_address(request),
        "agenda": panels.agenda(found),
        "is_whole": not any(one.is_to_come for one in found),
        "panels": panels.laid_out(found),
        "has_role": user.role in panels.ORDER,
        "is_untied": user.role in NEEDS_A_REP and user.rep_id is None,
        "first_hour": guide_for(request),
        "links": [line for _, lines in sidebar(request) for line in lines if line.sentence],
    }
    return TemplateResponse(request, "quintet/home.html", context)


@signed_in
@never_cache
def home_agenda(request: HttpRequest) -> HttpResponse:
    """GET /home/: what to do now, of all panels however long they take; for a page that did not wait."""
    found = panels.home_of(request, asker(request), patience=math.inf)
    context = {"agenda": panels.agenda(found), "is_whole": True}
    return TemplateResponse(request, "quintet/home_agenda.html", context)


@signed_in
@never_cache
def home_panel(request: HttpRequest, key: str) -> HttpResponse:
    """GET /home/<key>/: one panel of the reader's own home page; htmx puts it where it is missing.

    Nothing for one beside the role's own that has nothing to say: the page would not have shown it either.
    """
    user = asker(request)
    besides = {one.key: one for one in panels.beside_of(user)}
    mine = {one.key: one for one in panels.panels_of(user)} | besides
    if key not in mine:
        raise Http404(f"no panel {key!r} on your home page")
    one = panels.answer(request, mine[key])
    if key in besides and not one.says_something:
        return HttpResponse()
    context = {"one": one, "is_wide": "wide" in request.GET}
    return TemplateResponse(request, "quintet/panel.html", context)


def _import_address(request: HttpRequest) -> str:
    """Where the reader loads data; empty for who may not, and where no room loads any."""
    try:
        return reverse("files:uploads") if request.user.has_perm("files.import_files") else ""
    except NoReverseMatch:
        return ""


@needs("site.see_data_health")
def data_health(request: HttpRequest) -> HttpResponse:
    """Which formulas the loaded data can feed, and which it cannot, and why."""
    formulas = data_health_of()
    context = {
        "formulas": [(one, "" if one.feed == Feed.CAN else remedy_of(one.formula)) for one in formulas],
        "counted": Counter(str(one.feed) for one in formulas),
        "import_url": _import_address(request),
    }
    return TemplateResponse(request, "quintet/data_health.html", context)


@needs("site.see_components")
def components(request: HttpRequest) -> HttpResponse:
    """Every component with made-up numbers."""
    return TemplateResponse(request, "quintet/components.html", samples.context())


@needs("site.see_components")
def sample_progress(request: HttpRequest) -> HttpResponse:
    """The progress component, a step further each time it asks."""
    given = request.GET.get("done", "0")
    done = min(int(given) + 25, 100) if given.isdigit() else 0
    state = "running" if done < 100 else "done"  # noqa: PLR2004
    context = {"done": done, "done_text": str(done), "state": state}
    return render(request, "quintet/sample_progress.html", context)


@needs("site.see_exports")
def exports(request: HttpRequest) -> HttpResponse:
    """Every file that left: who, when, from where, how much."""
    columns = [
        ("exported_at", "When", "instant"),
        ("user", "Who"),
        ("filename", "File"),
        ("rows", "Rows", "number"),
        ("size_bytes", "Bytes", "number"),
        ("page", "From"),
    ]
    rows = [
        {
            "exported_at": one.exported_at,
            "user": str(one.user),
            "filename": one.filename,
            "rows": one.rows,
            "size_bytes": one.size_bytes,
            "page": one.page,
        }
        for one in Export.objects.visible_to(request.user).select_related("user")[:5000]
    ]
    records = {"columns": columns, "rows": rows}
    return TemplateResponse(request, "quintet/exports.html", {"exported": records, "count": len(rows)})
