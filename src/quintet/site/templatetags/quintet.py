"""Template tags of the components; docs/components.md shows each with an example."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quintet.kernel.finding import Finding
from quintet.site.beside import playbook_beside
from quintet.site.components import numbers
from quintet.site.components.bars import rate_bar
from quintet.site.components.markdown import rendered
from quintet.site.components.records import as_record_list

register = template.Library()
Context = dict[str, Any]

register.filter("number", numbers.number)
register.filter("percent", numbers.percent)
register.filter("money", numbers.money)
register.filter("in_unit", numbers.in_unit)
register.filter("cell", numbers.cell)
register.filter("markdown", rendered)

LIKELY = 0.9
NEARLY_SURE = 0.95


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """One icon of the sprite; decoration only, so screen readers skip it."""
    href = f"{static('quintet/img/icons.svg')}#{name}"
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css, href
    )


@register.filter
def words(name: str) -> str:
    """A column's name as words: leads_with_date becomes Leads with date."""
    return name.replace("_", " ").capitalize()


@register.filter
def item(row: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401
    """A row's value by column name."""
    return row.get(key)


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*steps: str) -> Context:
    """The way here: label, address, label, address, …; the last label has none."""
    pairs = [(steps[at], steps[at + 1] if at + 1 < len(steps) else "") for at in range(0, len(steps), 2)]
    return {"steps": pairs}


@register.inclusion_tag("components/metric_tile.html")
def metric_tile(  # noqa: PLR0913
    label: str,
    value: float | None = None,
    *,
    unit: str = "",
    lo: float | None = None,
    hi: float | None = None,
    n: int | None = None,
    level: float = 0.9,
    note: str = "",
    href: str = "",
) -> Context:
    """One number with its interval, its n and the link to its records."""
    return {
        "label": label,
        "value": numbers.in_unit(value, unit),
        "unit": "" if unit == "rate" or (len(unit) == 3 and unit.isupper()) else unit,  # noqa: PLR2004
        "interval": numbers.interval(lo, hi, unit),
        "level": numbers.percent(level),
        "n": n,
        "note": note,
        "href": href,
    }


@register.inclusion_tag("components/finding.html")
def finding(answer: Finding, label: str = "", href: str = "") -> Context:
    """A Finding: a tile when it may speak, hedged with its reason, or what is missing when it is silent."""
    return {"answer": answer, "label": label or answer.question, "href": href}


@register.inclusion_tag("components/rate.html")
def rate(  # noqa: PLR0913
    value: float | None,
    *,
    lo: float | None = None,
    hi: float | None = None,
    n: int | None = None,
    won: int | None = None,
    baseline: float | None = None,
    top: float = 1.0,
    label: str = "",
    href: str = "",
    young: bool = False,
    tone: str = "",
) -> Context:
    """A rate as a bar with its interval as a whisker and the peers as a tick, and the same in words."""
    return {
        "bar": None if value is None else rate_bar(value, lo, hi, baseline, top),
        "value": numbers.percent(value),
        "interval": numbers.interval(lo, hi, "rate"),
        "baseline": None if baseline is None else numbers.percent(baseline),
        "n": n,
        "won": won,
        "label": label,
        "href": href,
        "young": young,
        "tone": tone,
    }


@register.inclusion_tag("components/chart.html")
def chart(
    name: str,
    spec: Mapping[str, Any],
    *,
    columns: Sequence[Any],
    rows: Sequence[Any],
    title: str,
    caption: str = "",
) -> Context:
    """A Vega-Lite chart, and the same numbers as a table."""
    named = [_column(one) for one in columns]
    return {
        "name": name,
        "spec_id": f"{name}-spec",
        "spec": dict(spec),
        "columns": named,
        "rows": [[_cell(row, at, one) for at, one in enumerate(named)] for row in rows],
        "title": title,
        "caption": caption,
    }


def _cell(row: Any, at: int, column: tuple[str, str, str]) -> tuple[Any, str, str]:  # noqa: ANN401
    """Value, kind and address of one cell; a row that is a mapping may carry `<column>_url`."""
    name, _label, kind = column
    if isinstance(row, Mapping):
        return row.get(name), kind, row.get(f"{name}_url") or ""
    return row[at], kind, ""


def _column(given: Any) -> tuple[str, str, str]:  # noqa: ANN401
    if isinstance(given, str):
        return given, words(given), "number"
    name, label, *kind = given
    return name, label, kind[0] if kind else "number"


@register.inclusion_tag("components/record_list.html", takes_context=True)
def record_list(context: template.Context, records: Any, name: str = "records", caption: str = "") -> Context:  # noqa: ANN401
    """The records behind a number: paged, sortable, with a CSV download."""
    return {"records": as_record_list(records, context["request"], name), "caption": caption}


@register.inclusion_tag("components/beside.html", takes_context=True)
def beside(context: template.Context, step: str) -> Context:
    """What the playbook says for a step, e.g. demo-won or won; nothing where it says nothing."""
    return {"pages": playbook_beside(context["request"].user, step)}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: str, text: str = "", *, action: str = "", href: str = "", picture: str = "inbox"
) -> Context:
    """Nothing here yet, why, and what to do about it."""
    return {"title": title, "text": text, "action": action, "href": href, "picture": picture}


@register.inclusion_tag("components/not_enough.html")
def not_enough(
    what: Any = None,  # noqa: ANN401
    *,
    have: int | None = None,
    need: int | None = None,
    unit: str = "records",
    expected_on: date | None = None,
    text: Any = "",  # noqa: ANN401
) -> Context:
    """How much is missing for an honest answer, and when to expect it.

    `what` is a NotEnoughData error or a silent Finding; or give `have`, `need`, `unit`, `expected_on`.
    """
    have = getattr(what, "have", getattr(what, "n", have)) or 0
    need = getattr(what, "need", getattr(what, "n_required", need)) or 0
    return {
        "have": have,
        "need": need,
        "missing": max(need - have, 0),
        "unit": getattr(what, "unit", unit) if not isinstance(what, Finding) else unit,
        "expected_on": getattr(what, "expected_on", expected_on),
        "text": str(text or getattr(what, "reason", "")),
    }


@register.inclusion_tag("components/probability.html")
def probability(p: float | None, text: str = "", tone: str = "neutral") -> Context:
    """How sure we are, as a badge: P = 0.97. Below 0.9 it stays pale, whatever the tone."""
    sure = "none" if p is None else "sure" if p >= NEARLY_SURE else "likely" if p >= LIKELY else "open"
    shown = "" if p is None else "> 0.99" if p > 0.99 else "< 0.01" if p < 0.01 else f"= {p:.2f}"  # noqa: PLR2004
    return {"p": shown, "text": text, "tone": tone if sure in {"sure", "likely"} else "neutral", "sure": sure}


@register.inclusion_tag("components/question_box.html")
def question_box(
    name: str, label: str, *, value: str = "", action: str = "", placeholder: str = ""
) -> Context:
    """One line to ask or to search; sends itself as `?<name>=`."""
    return {"name": name, "label": label, "value": value, "action": action, "placeholder": placeholder}


@register.inclusion_tag("components/progress.html")
def progress(
    url: str,
    *,
    done: int = 0,
    total: int | None = None,
    message: str = "",
    state: str = "running",
    label: str = "Progress",
) -> Context:
    """How far a job has come; asks `url` again every second until its state is not `running`."""
    return {
        "url": url,
        "done": done,
        "total": total,
        "percent": None if not total else min(100, done * 100 // total),
        "message": message,
        "state": state,
        "label": label,
    }


@register.inclusion_tag("components/file_drop.html")
def file_drop(
    name: str, label: str, *, accept: str = "", hint: str = "", multiple: bool = False, error: str = ""
) -> Context:
    """A place to drop a file, or to choose one; goes inside a multipart form."""
    return {
        "name": name,
        "label": label,
        "accept": accept,
        "hint": hint,
        "multiple": multiple,
        "error": error,
    }


@register.simple_tag
def form_field(field: BoundField) -> SafeString:
    """A form field drawn the way the shell draws fields."""
    return field.as_widget(attrs={"class": _field_class(field)})


def _field_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        css = "form-check-input"
    elif isinstance(widget, Select):
        css = "form-select"
    else:
        css = "form-control" + (" form-control-file" if isinstance(widget, FileInput) else "")
    return f"{css} is-invalid" if field.errors else css


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Is this one box to tick? Its label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)
