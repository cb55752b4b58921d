"""What shortens the ramp: each module's effect, and whether its step moved."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.finding import Status
from quintet.training.asks import ramp as asks
from quintet.training.asks.orders import orders
from quintet.training.charts.ramp import ratio_chart
from quintet.training.pages.ramp import SEES, records_url
from quintet.training.terms.kept import KeptRamp
from quintet.training.terms.modules import WORTH_FINDING, ModuleEffect, RampFormula, Span, Weight
from quintet.training.terms.steps import StepEffect, Verdict
from quintet.training.terms.words import STEPS

_POINTS = 100.0
#: So many modules that are not settled are offered to be drawn.
_DRAWN = 2
_RATIOS = (
    ("name", "Module", "text"),
    ("ratio", "Chance times", "number"),
    ("lo", "from", "number"),
    ("hi", "to", "number"),
    ("pulled", "Pulled together", "number"),
)
_FINISHED = [("name", "Rep", "text"), ("finished", "Finished it", "date")]
_VERDICTS = {
    Verdict.MOVED: ("moved", "badge-good"),
    Verdict.SUSPECT: ("suspect", "badge-bad"),
    Verdict.OPEN: ("cannot tell yet", ""),
    Verdict.SILENT: ("cannot tell yet", ""),
}


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/modules/effects/: what each module did to the ramp, and to its step."""
    kept = asks.kept_ramp(settings.HOME)
    names = asks.module_names()
    lines = _lines(kept.formula, names)
    told = [_ratio_row(one) for one in lines if one["effect"].ratio is not None]
    context = {
        "kept": kept,
        "lines": lines,
        "spec": ratio_chart(told) if told else None,
        "columns": _RATIOS,
        "rows": told,
        "steps": [_step(one, names) for one in kept.steps],
        "suspects": [
            names.get(one.module, one.module) for one in kept.steps if one.verdict is Verdict.SUSPECT
        ],
        "adjusted": _adjusted(kept),
        "running": [one for one in orders() if one.record.stopped_at is None],
        "may_draw": request.user.has_perm("training.teach"),
        "unsettled": [one["effect"].module for one in lines if not one["effect"].is_claimed][:_DRAWN],
    }
    return TemplateResponse(request, "training/module_effects.html", context)


@needs(SEES)
def finished(request: HttpRequest) -> HttpResponse:
    """GET /training/modules/effects/finished/: who finished a module, as far as the reader may see them."""
    module = request.GET.get("module", "")
    scope = request.scope  # type: ignore[attr-defined]
    found = asks.finished_by(Facts.published(settings.HOME), scope, module)
    context = {
        "module": asks.module_names().get(module, _said_plainly(module)),
        "found": found,
        "reps": {"columns": _FINISHED, "rows": list(found.rows), "page_size": 50},
    }
    return TemplateResponse(request, "training/module_finished.html", context)


def _lines(formula: RampFormula | None, names: dict[str, str]) -> list[dict[str, Any]]:
    """Modules, those that may be said to matter first, then by how probable it is that they help."""
    if formula is None:
        return []
    order = sorted(
        formula.effects,
        key=lambda one: (not one.is_claimed, one.status is Status.SILENT, -(one.p_helps or 0.0), one.module),
    )
    return [_line(one, names) for one in order]


def _line(one: ModuleEffect, names: dict[str, str]) -> dict[str, Any]:
    word, tone = _said(one)
    return {
        "effect": one,
        "name": names.get(one.module, _said_plainly(one.module)),
        "word": word,
        "tone": tone,
        "reason": one.reason if one.status is Status.SILENT else "",
        "ratio": _range(one.ratio, "times"),
        "saved": _range(one.saved, "months"),
        "finished": records_url(module=one.module),
        "with_it": records_url(module=one.module, ending="reached"),
        "without_it": records_url(module=one.module, ending="reached", without="1"),
    }


def _said(one: ModuleEffect) -> tuple[str, str]:
    if one.helps:
        return "shortens the ramp", "badge-good"
    if one.harms:
        return "goes with a longer ramp", "badge-bad"
    if one.ratio is None or one.ratio.hi is None or one.ratio.hi >= WORTH_FINDING:
        return "cannot tell yet", ""
    return "little if anything", "badge-warn"


def _range(span: Span | None, unit: str) -> str:
    if span is None:
        return ""
    lo, hi = (
        "?" if end is None else f"{end:.2f}" if unit == "times" else f"{end:.1f}"
        for end in (span.lo, span.hi)
    )
    value = f"{span.value:.2f}" if unit == "times" else f"{span.value:.1f}"
    return f"{value} ({lo} to {hi})"


def _ratio_row(line: dict[str, Any]) -> dict[str, Any]:
    one: ModuleEffect = line["effect"]
    assert one.ratio is not None  # noqa: S101 -- tells the type
    return {
        "name": line["name"],
        "ratio": one.ratio.value,
        "lo": one.ratio.lo,
        "hi": one.ratio.hi,
        "pulled": None if one.pulled is None else one.pulled.value,
    }


def _step(one: StepEffect, names: dict[str, str]) -> dict[str, Any]:
    word, tone = _VERDICTS[one.verdict]
    gain = one.gain
    return {
        "effect": one,
        "name": names.get(one.module, _said_plainly(one.module)),
        "step": STEPS.get(one.step, one.step),
        "word": word,
        "tone": tone,
        "finished": f"{reverse('training:module-finished')}?{urlencode({'module': one.module})}",
        "gain": ""
        if gain is None or gain.lo is None or gain.hi is None
        else f"{_POINTS * gain.value:+.1f} ({_POINTS * gain.lo:+.1f} to {_POINTS * gain.hi:+.1f})",
    }


def _said_plainly(key: str) -> str:
    """A module that nobody has written down, by its key."""
    return key.replace("_", " ").capitalize()


def _adjusted(kept: KeptRamp) -> list[dict[str, Any]]:
    """What else moves the ramp, so that no module is credited with it; nothing while none speaks."""
    formula = kept.formula
    if formula is None or all(one.status is Status.SILENT for one in formula.effects):
        return []
    told: list[tuple[str, Weight | None]] = [
        ("Joining a year later", formula.trend),
        ("Leads, 2.7 times as many", formula.supply),
        ("Score before hire, one standard deviation better", formula.score),
    ]
    return [{"label": label, "weight": one, "says": _times(one)} for label, one in told if one is not None]


def _times(one: Weight) -> str:
    from math import exp

    return f"{exp(one.value):.2f} ({exp(one.lo):.2f} to {exp(one.hi):.2f})"
