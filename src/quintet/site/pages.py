"""Pages of the shell: home, data health, components, exports."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse

from quintet.kernel.access import needs, signed_in
from quintet.site import samples
from quintet.site.loaded import data_health_of, published_facts
from quintet.site.models import Export
from quintet.site.navigation import sidebar


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What is loaded, and what to do next."""
    facts = published_facts()
    context = {
        "facts_version": facts and facts.version,
        "as_of": facts and facts.as_of,
        "import_url": _address("files:uploads"),
        "links": [line for _, lines in sidebar(request) for line in lines if line.sentence],
    }
    return TemplateResponse(request, "quintet/home.html", context)


def _address(page: str) -> str:
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


@needs("site.see_data_health")
def data_health(request: HttpRequest) -> HttpResponse:
    """Which formulas the loaded data can feed, and which it cannot, and why."""
    formulas = data_health_of()
    context = {
        "formulas": formulas,
        "counted": Counter(str(one.feed) for one in formulas),
        "import_url": _address("files:uploads"),
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
