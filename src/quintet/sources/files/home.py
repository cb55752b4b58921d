"""What the import puts on the home page: rows that were rejected and wait to be corrected."""

from django.http import HttpRequest
from django.urls import reverse

from quintet.kernel.counted import counted
from quintet.kernel.panels import Line, Panel, Shown, Todo, Urgency
from quintet.sources.files import asks
from quintet.sources.files.models import State, Upload

#: So many loads find room, and so many are looked at.
_LINES, _LOOKED_AT = 5, 25
_IMPORTS = "files.import_files"


def rejected(request: HttpRequest) -> Shown:
    """Uploads that wait for somebody, and loads of which rows were rejected."""
    uploads = asks.list_uploads()
    open_ones = [one for one in uploads if one.state in {State.READY, State.UNREADABLE}]
    told = [(one.load_id, ", ".join(one.names)) for one in uploads if one.load_id]
    told += [(one["load_id"], one["load_id"]) for one in asks.list_other_loads()]
    counted = [(load, name, asks.count_rejects(load)) for load, name in told[:_LOOKED_AT]]
    bad = [one for one in counted if one[2]]
    lines = (*(_waits(one) for one in open_ones), *(_load(*one) for one in bad))
    may = request.user.has_perm(_IMPORTS)
    return Shown(
        lines=lines[:_LINES],
        more=max(len(lines) - _LINES, 0),
        nothing="" if lines else _none(len(counted)),
        todos=tuple(_to_correct(*one) for one in bad[:1]) if may else (),
    )


def _none(loads: int) -> str:
    return f"No rejected row waits in the last {loads} loads." if loads else "No file was loaded yet."


def _waits(one: Upload) -> Line:
    url = reverse("files:upload", args=[one.pk])
    return Line(
        ", ".join(one.names), url, f"Handed in {one.uploaded_at:%-d %b %Y}.", one.get_state_display(), "warn"
    )


def _load(load_id: str, name: str, count: int) -> Line:
    url = reverse("files:rejects", args=[load_id])
    rows = f"{counted(count, 'row')} rejected"
    return Line(name, url, "Correct them in the file, and hand it in again.", rows, "warn")


def _to_correct(load_id: str, name: str, count: int) -> Todo:
    url = reverse("files:rejects", args=[load_id])
    rows = counted(count, "rejected row")
    return Todo(f"Correct {rows} of {name}", url, "See why", "Nothing of them is lost.", Urgency.TODAY)


PANELS = (Panel("files.rejected", "Rejected rows", "files:uploads", "All loads", rejected),)
