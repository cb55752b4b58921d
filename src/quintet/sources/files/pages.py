"""The import pages: hand in, look, correct, load, see what became of every line."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.sources.files import actions, asks, panels, saved
from quintet.sources.files.forms.cards import card_of, cards_of, groups_of
from quintet.sources.files.forms.edited import edited
from quintet.sources.files.load.rejects import list_rejects
from quintet.sources.files.mapping.model import SourceMap
from quintet.sources.files.mapping.rewording import reworded
from quintet.sources.files.mapping.toml import read_map
from quintet.sources.files.models import State, Upload
from quintet.sources.files.reading.tables import READABLE
from quintet.sources.files.seen import from_json

SEES, IMPORTS = "files.see_imports", "files.import_files"
_MEGABYTE = 1024 * 1024


@needs(SEES)
def uploads(request: HttpRequest) -> HttpResponse:
    """GET /import/: hand files in, and what was handed in before."""
    return _uploads(request)


def _uploads(request: HttpRequest, error: str = "", wanted: str = "") -> TemplateResponse:
    found, others = asks.list_uploads(), asks.list_other_loads()
    context = {
        "may_import": _may_import(request),
        "uploads": panels.upload_list(found),
        "has_uploads": bool(found),
        "loads": panels.load_list(others),
        "has_loads": bool(others),
        "maps": list(saved.known_maps(settings.HOME).values()),
        "wanted": wanted,
        "error": error,
        "accept": ",".join((*READABLE, ".zip", ".gz")),
        "limit": actions.upload_limit(),
    }
    return TemplateResponse(request, "files/uploads.html", context, status=400 if error else None)


@needs(IMPORTS)
@require_POST
@csrf_exempt
def receive(request: HttpRequest) -> HttpResponseBase:
    """POST /import/receive/: keep the files and let the worker look at them."""
    refused = _prepare_to_receive(request)
    return _uploads(request, refused) if refused else _received(request)


def _prepare_to_receive(request: HttpRequest) -> str:
    """Refuse what is too large before a byte of it is read; the rest goes to disk, never to memory.

    The CSRF check reads the form, so it comes after this: on the function that is called next.
    """
    request.upload_handlers = [TemporaryFileUploadHandler(request)]
    try:
        actions.refuse_oversize(int(request.META.get("CONTENT_LENGTH") or 0))
    except BadInput as error:
        return str(error)
    return ""


@csrf_protect
def _received(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("map", "")
    try:
        upload = actions.receive(request.user, request.FILES.getlist("files"), wanted_map=wanted)  # type: ignore[arg-type]
    except BadInput as error:
        return _uploads(request, str(error), wanted)
    return redirect("files:upload", upload.pk)


@needs(SEES)
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """GET /import/<id>/: what an upload waits for, its proposal, or its report."""
    found = asks.find_upload(upload_id)
    if found.is_busy:
        return TemplateResponse(request, "files/busy.html", {"upload": found})
    if found.state == State.READY:
        return _proposal(request, found)
    if found.state == State.LOADED:
        return _report(request, found)
    context = {"upload": found, "may_import": _may_import(request)}
    return TemplateResponse(request, "files/stopped.html", context)


@needs(SEES)
def progress(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """GET /import/<id>/progress/: how far the worker is; the page is loaded again when it is done."""
    found = asks.find_upload(upload_id)
    response = render(request, "files/progress.html", {"upload": found})
    if not found.is_busy:
        response["HX-Refresh"] = "true"
    return response


def _proposal(
    request: HttpRequest, found: Upload, source: SourceMap | None = None, problem: str = ""
) -> TemplateResponse:
    """The map as a form with its dry run; with `source`, as somebody has just edited it."""
    try:
        made = source or read_map(found.map_text)
    except BadInput as error:
        return _toml(request, found, found.map_text, str(error))
    cards = cards_of(made, from_json(found.seen), found.guesses)
    asked = panels.questions_of(found, cards)
    context = {
        "upload": found,
        "source": made,
        "cards": cards,
        "asked": asked,
        "asked_names": [one.name for one in asked if one.name],
        "trial": panels.trial_panel(found.trial),
        "problem": problem or found.problem,
        "save_as": saved.file_name(made.name),
        "may_import": _may_import(request),
    }
    return TemplateResponse(request, "files/proposal.html", context, status=400 if problem else None)


def _report(request: HttpRequest, found: Upload) -> TemplateResponse:
    context = {
        "upload": found,
        "report": found.report,
        "files": panels.report_list(found.report or {"files": []}),
        **panels.sorted_warnings((found.report or {}).get("warnings", [])),
        "open_rejects": asks.count_rejects(found.load_id),
        "funnel_url": panels.link("management:funnel"),
        "health_url": panels.link("data-health"),
        "save_as": _save_as(found),
        "may_import": _may_import(request),
    }
    return TemplateResponse(request, "files/report.html", context)


def _save_as(found: Upload) -> str:
    return saved.file_name(read_map(found.map_text).name) if found.map_text else ""


@needs(IMPORTS)
@require_POST
def change(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """POST /import/<id>/change/: try the map as edited, or load it when nothing was edited since."""
    found = asks.find_upload(upload_id)
    if found.state != State.READY:
        return redirect("files:upload", found.pk)
    before = read_map(found.map_text)
    after = edited(before, from_json(found.seen), request.POST)
    if request.POST.get("then") == "load" and after == before:
        return _start_load(request, found)
    try:
        actions.change_map(found, found.map_text if after == before else reworded(found.map_text, after))
    except BadInput as error:
        return _proposal(request, found, after, str(error))
    if request.POST.get("then") == "load":
        messages.warning(request, "You changed the map, so it is tried first: look, then load.")
    return redirect("files:upload", found.pk)


def _start_load(request: HttpRequest, found: Upload) -> HttpResponse:
    try:
        actions.start_load(found)
    except BadInput as error:
        return _proposal(request, found, None, str(error))
    return redirect("files:upload", found.pk)


@needs(IMPORTS)
@require_POST
def card(request: HttpRequest, upload_id: UUID, number: int) -> HttpResponse:
    """POST /import/<id>/card/<n>/: the card of one file as it is with the rows just chosen; saves nothing."""
    found = asks.find_upload(upload_id)
    files = from_json(found.seen)
    after = edited(read_map(found.map_text), files, request.POST)
    groups = groups_of(after, files)
    if number >= len(groups):
        raise BadInput(
            f"this upload has {len(groups)} files, none with the number {number}: load the page again"
        )
    context: Mapping[str, Any] = {
        "upload": found,
        "card": card_of(number, groups[number], found.guesses),
        "asked_names": [],
        "is_open": True,
    }
    return render(request, "files/card.html", context)


@needs(SEES)
def toml(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """GET /import/<id>/toml/: the whole map as text."""
    found = asks.find_upload(upload_id)
    if found.state != State.READY:
        return redirect("files:upload", found.pk)
    return _toml(request, found, found.map_text, found.problem)


@needs(IMPORTS)
@require_POST
def change_toml(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """POST /import/<id>/toml/try/: try the map as its text was edited."""
    found = asks.find_upload(upload_id)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        actions.change_map(found, text)
    except BadInput as error:
        return _toml(request, found, text, str(error), status=400)
    return redirect("files:upload", found.pk)


def _toml(
    request: HttpRequest, found: Upload, text: str, problem: str = "", status: int = 200
) -> TemplateResponse:
    context = {"upload": found, "text": text, "problem": problem, "may_import": _may_import(request)}
    return TemplateResponse(request, "files/toml.html", context, status=status)


@needs(IMPORTS)
@require_POST
def save(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """POST /import/<id>/save/: keep the map under a name."""
    found = asks.find_upload(upload_id)
    try:
        name = saved.save_map(settings.HOME, found.map_text, request.POST.get("name", "").strip())
    except BadInput as error:
        messages.error(request, f"The map was not saved: {error}.")
    else:
        messages.success(request, f"Saved as {name}: the next upload of such files uses it.")
    return redirect("files:upload", found.pk)


@needs(IMPORTS)
@require_POST
def retry(_request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """POST /import/<id>/retry/: let the worker try again what failed."""
    found = asks.find_upload(upload_id)
    actions.retry(found)
    return redirect("files:upload", found.pk)


@needs(IMPORTS)
@require_POST
def discard(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """POST /import/<id>/discard/: throw the files away."""
    found = asks.find_upload(upload_id)
    actions.discard(found)
    messages.success(request, f"{found} was thrown away; nothing of it was loaded.")
    return redirect("files:uploads")


@needs(SEES)
def rejected(request: HttpRequest, load_id: str) -> HttpResponse:
    """GET /import/loads/<load>/rejects/: rows that were not loaded, why, and the way to correct them."""
    return _rejected(request, load_id)


def _rejected(request: HttpRequest, load_id: str, error: str = "") -> TemplateResponse:
    rows = list_rejects(settings.HOME, load_id)
    context = {
        "load_id": load_id,
        "upload": asks.upload_of(load_id),
        "rejects": panels.reject_list(rows),
        "count": len(rows),
        "corrections": [path.name for path in asks.correction_files(load_id)] if rows else [],
        "error": error,
        "may_import": _may_import(request),
    }
    return TemplateResponse(request, "files/rejects.html", context, status=400 if error else None)


@needs(SEES)
def correction_csv(request: HttpRequest, load_id: str) -> FileResponse:
    """GET /import/loads/<load>/rejects/csv/?file=: the rejected rows of one file, to correct."""
    path = asks.find_correction_file(load_id, request.GET.get("file", ""))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv")


@needs(IMPORTS)
@require_POST
@csrf_exempt
def correct(request: HttpRequest, load_id: str) -> HttpResponseBase:
    """POST /import/loads/<load>/correct/: hand corrected rows in again."""
    refused = _prepare_to_receive(request)
    return _rejected(request, load_id, refused) if refused else _corrected(request, load_id)


@csrf_protect
def _corrected(request: HttpRequest, load_id: str) -> HttpResponse:
    try:
        made = actions.correct(request.user, load_id, request.FILES.get("corrected"))  # type: ignore[arg-type]
    except BadInput as error:
        return _rejected(request, load_id, str(error))
    return redirect("files:upload", made.pk)


@needs(SEES)
def maps(request: HttpRequest) -> HttpResponse:
    """GET /import/maps/: every map, yours and those that ship."""
    found = saved.known_maps(settings.HOME).values()
    return TemplateResponse(request, "files/maps.html", {"maps": list(found)})


@needs(SEES)
def one_map(request: HttpRequest, name: str) -> HttpResponse:
    """GET /import/maps/<name>/: one map as TOML."""
    return TemplateResponse(request, "files/map.html", {"map": saved.find_map(settings.HOME, name)})


def _may_import(request: HttpRequest) -> bool:
    return bool(request.user.has_perm(IMPORTS))
