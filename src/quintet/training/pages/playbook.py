"""Pages of the playbook: all of it, one page with its versions, and the examples."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.training.actions import playbook as actions
from quintet.training.asks import playbook as asks
from quintet.training.asks.call_news import call_news, of_page
from quintet.training.forms.playbook import PageForm, RewriteForm
from quintet.training.pages.posted import asker, scope_of, status, taken
from quintet.training.terms.words import SECTIONS, STEPS

READS, WRITES = "training.learn", "training.teach"
_COLUMNS = [
    ("title", "Page", "link"),
    ("section", "Section", "text"),
    ("step", "Moves", "text"),
    ("stage", "Buyer", "text"),
    ("context", "Only for", "text"),
    ("version", "Version", "number"),
    ("written", "Written", "date"),
    ("state", "State", "text"),
]

_LEADS = [
    ("label", "Lead", "text"),
    ("rep", "Rep", "text"),
    ("came_at", "Came to the step", "instant"),
    ("converted_at", "Converted", "instant"),
]


@needs(READS)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/playbook/: every page by section, and the same as a table."""
    found = asks.playbook()
    step, stage = (request.GET.get(name, "") for name in ("step", "stage"))
    every = [one for _, pages in found for one in pages]
    shown = [(name, [one for one in pages if _is_asked(one, step, stage)]) for name, pages in found]
    context = {
        "sections": [(name, pages) for name, pages in shown if pages],
        "total": len(every),
        "stale": [one for one in every if one.is_stale],
        "news": call_news(timezone.now().date()),
        "empty_sections": [name for name in SECTIONS.values() if name not in dict(found)],
        "steps": STEPS,
        "stages": sorted({one.page.buyers_stage for one in every if one.page.buyers_stage}),
        "step": step,
        "stage": stage,
        "records": {"columns": _COLUMNS, "rows": [_row(one) for one in every], "page_size": 50},
        "may_write": request.user.has_perm(WRITES),
    }
    return TemplateResponse(request, "training/playbook.html", context)


@needs(READS)
def page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /training/playbook/<key>/: what it says, whether its step moved, and every version."""
    one = _page(key)
    context = {
        "one": one,
        "section": SECTIONS[one.page.section],
        "versions": asks.versions(key),
        "news": of_page(call_news(timezone.now().date()), key),
        "modules": one.page.modules.filter(retired_at=None),
        "certificates": one.page.certificates.filter(retired_at=None),
        "may_write": request.user.has_perm(WRITES),
    }
    return TemplateResponse(request, "training/playbook_page.html", context)


@needs(READS)
def leads(request: HttpRequest, key: str) -> HttpResponse:
    """GET /training/playbook/<key>/leads/: the leads behind the numbers of its step."""
    one = _page(key)
    side, converted = request.GET.get("side", ""), request.GET.get("outcome") == "converted"
    facts = Facts.published(settings.HOME)
    found = asks.step_leads(facts, scope_of(request), one, side, converted=converted)
    if found is None:
        raise Http404
    rows = [row | {"label": row["label"] or f"Lead {row['lead_id']}"} for row in found.rows]
    context = {
        "one": one,
        "found": found,
        "converted": converted,
        "records": {"columns": _LEADS, "rows": rows, "page_size": 100},
    }
    return TemplateResponse(request, "training/playbook_leads.html", context)


@needs(WRITES)
def write(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/playbook/new/: write a page."""
    form = PageForm(request.POST or None, initial={"section": request.GET.get("section", "")})
    version = taken(form, lambda: actions.write(form.text(), by=asker(request), now=timezone.now()))
    if version is not None:
        messages.success(request, "Written. Put it into a module, so that people learn it.")
        return redirect("training:playbook-page", version.page.key)
    context = {"form": form, "one": None}
    return TemplateResponse(request, "training/playbook_form.html", context, status=status(form))


@needs(WRITES)
def rewrite(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /training/playbook/<key>/rewrite/: a new version; the older ones stay."""
    one = _page(key)
    form = RewriteForm(request.POST or None, version=one.version)
    by, now = asker(request), timezone.now()
    version = taken(form, lambda: actions.rewrite(form.text(key), form.written(), by=by, now=now))
    if version is not None:
        told = " Who is certified on it was told." if version.unsettles else ""
        messages.success(request, f"Version {version.number} is in use.{told}")
        return redirect("training:playbook-page", key)
    context = {"form": form, "one": one, "certificates": one.page.certificates.filter(retired_at=None)}
    return TemplateResponse(request, "training/playbook_form.html", context, status=status(form))


@needs(WRITES)
@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """POST /training/playbook/<key>/retire/: take it out; a new version brings it back."""
    actions.retire(_page(key).page, by=asker(request), now=timezone.now())
    messages.success(request, "Taken out of the playbook. A new version brings it back.")
    return redirect("training:playbook-page", key)


@needs(WRITES)
def examples(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/playbook/examples/: pages to fill in, by section."""
    if request.method == "POST":
        keys = request.POST.getlist("key")
        count = actions.take_examples(keys, by=asker(request), now=timezone.now())
        messages.success(request, f"{count} pages taken. They ask questions: rewrite each with your answers.")
        return redirect("training:playbook")
    found = asks.examples()
    context = {"examples": found, "left": sum(not one["is_taken"] for one in found)}
    return TemplateResponse(request, "training/playbook_examples.html", context)


def _is_asked(one: asks.PageShown, step: str, stage: str) -> bool:
    return (not step or one.page.moves == step) and (not stage or one.page.buyers_stage == stage)


def _row(one: asks.PageShown) -> dict[str, Any]:
    return {
        "title": one.version.title,
        "title_url": reverse("training:playbook-page", args=[one.page.key]),
        "section": SECTIONS[one.page.section],
        "step": one.step,
        "stage": one.page.buyers_stage,
        "context": one.page.context,
        "version": one.version.number,
        "written": one.version.written_at.date(),
        "state": "its step has moved" if one.is_stale else "",
    }


def _page(key: str) -> asks.PageShown:
    found = asks.page(key)
    if found is None:
        raise Http404(f"no page {key}")
    return found
