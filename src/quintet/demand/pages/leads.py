"""Pages of the lead score: open leads by value, one lead with its reasons, the model card, lists of leads."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.demand import records as lists
from quintet.demand.actions import points as decisions
from quintet.demand.actions.contract import in_force
from quintet.demand.actions.score import ask_for_fit
from quintet.demand.asks import leads as asks
from quintet.demand.asks.stored_score import stored_score
from quintet.demand.asks.threshold import ready_now
from quintet.demand.charts.score import decile_chart, reasons_chart
from quintet.demand.forms.score import JudgementForm
from quintet.demand.terms.leads import StoredScore
from quintet.demand.terms.score import Interval, Reason, Reasons, Skill
from quintet.facts.published import Facts
from quintet.kernel.access import needs

SEES, DECIDES, REJECTS = "demand.see_leads", "demand.decide", "demand.reject_leads"
#: What stands in the place of the reasons of a lead held out of the score.
HELD = "Hold-out: work it as it comes"
#: Reasons smaller than this, in log-odds, are drawn as one.
_SMALL = 0.05
_DECILES = (
    ("tenth", "Tenth", "number"), ("leads", "Leads", "number"), ("promised", "Promised", "rate"),
    ("delivered", "Became customers", "rate"), ("lo", "From", "rate"), ("hi", "To", "rate"),
)  # fmt: skip
_REASONS = (("reason", "Reason", "text"), ("log_odds", "Log-odds", "text"), ("points", "Points", "number"))


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /demand/: open leads, most valuable first, each with its reasons."""
    facts, filters = Facts.published(settings.HOME), asks.Filters.of(request.GET)
    scope = request.scope  # type: ignore[attr-defined]
    found = asks.leads(facts, scope, filters)
    context = _common(request, found.stored) | {
        "found": found,
        "held": sum(one.is_held for one in found.leads),
        "filters": filters,
        "choices": asks.choices(facts, scope),
        "records": _lead_table(found) if found.leads else None,
    }
    return TemplateResponse(request, "demand/leads.html", context)


@needs(SEES)
def detail(request: HttpRequest, lead_id: int) -> HttpResponse:
    """GET /demand/leads/<id>/: one lead, every reason, and what it could still do."""
    facts = Facts.published(settings.HOME)
    stored, one, wishes = asks.lead(facts, request.scope, lead_id)  # type: ignore[attr-defined]
    context = _common(request, stored) | {
        "one": one,
        "wishes": wishes,
        "send_back": send_back_address(request, one),
        "ready": ready_now(facts, stored),
    }
    if one.reasons is not None:
        spec = reasons_chart(_drawn_reasons(one.reasons.reasons))
        rows = _reason_rows(one.reasons, one.p or 0.0)
        context |= {"chart": {"spec": spec, "columns": _REASONS, "rows": rows}}
    return TemplateResponse(request, "demand/lead.html", context)


def send_back_address(request: HttpRequest, one: asks.ScoredLead) -> str:
    """Where this reader sends the lead back; empty where it is not for them, or no contract holds."""
    is_own = bool(one.rep) and request.user.has_perm(REJECTS)
    return reverse("demand:contract-reject", args=[one.lead_id]) if is_own and in_force() else ""


@needs(SEES)
def card(request: HttpRequest) -> HttpResponse:
    """GET /demand/score/: what the score learned from, what it left out and why, how good it was."""
    return _card(request, JudgementForm())


def _card(request: HttpRequest, form: JudgementForm) -> HttpResponse:
    stored = stored_score(Facts.published(settings.HOME))
    context = _common(request, stored) | {"form": form, "decided": decisions.judgements().values()}
    if stored is not None:
        trial = stored.card.trial
        context |= {
            "report": stored.card.report,
            "trial": trial,
            "ground": stored.score.ground,
            "deciles": None if trial is None else _decile_panel(trial.skill),
            "doubt": None if trial is None else _doubt(trial.skill),
        }
    return TemplateResponse(request, "demand/score.html", context, status=400 if form.errors else None)


@needs(DECIDES)
@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """POST /demand/score/columns/: let a column in, or keep it out, with the reason."""
    form = JudgementForm(request.POST)
    if not form.is_valid():
        return _card(request, form)
    told = form.cleaned_data
    by = request.user
    decisions.judge_column(told["column"], told["reason"], keep=told["keep"], by=by, now=timezone.now())  # type: ignore[arg-type]
    ask_for_fit()
    messages.success(request, f"Noted for {told['column']}. The worker fits the score anew.")
    return redirect("demand:score")


@needs(DECIDES)
@require_POST
def fit(request: HttpRequest) -> HttpResponse:
    """POST /demand/score/fit/: ask the worker for a fit now."""
    ask_for_fit()
    messages.success(request, "The worker fits the score; it is here in a few minutes.")
    given = request.POST.get("page", "")
    return redirect(f"demand:{given if given in {'leads', 'points', 'score'} else 'score'}")


@needs(SEES)
def records(request: HttpRequest) -> HttpResponse:
    """GET /demand/records/: the leads behind a number."""
    facts, selection = Facts.published(settings.HOME), lists.Selection.of(request.GET)
    scope = request.scope  # type: ignore[attr-defined]
    rows = lists.lead_rows(facts, scope, selection)
    for row in rows:
        row["label_url"] = reverse("demand:lead", args=[row["lead_id"]])
    total = lists.lead_count(facts, scope, selection)
    table = lists.lead_table(rows)
    table["columns"] = [
        (name, label, "link" if name == "label" else kind) for name, label, kind in table["columns"]
    ]
    context = {"records": table, "selection": selection, "total": total, "hidden": total - len(rows)}
    return TemplateResponse(request, "demand/records.html", context)


def _common(request: HttpRequest, stored: StoredScore | None) -> dict[str, Any]:
    return {
        "stored": stored,
        "ability": None if stored is None else stored.ability,
        "may_decide": request.user.has_perm(DECIDES),
        "may_see_worth": request.user.has_perm("demand.see_channels"),
        "page": (request.resolver_match.url_name if request.resolver_match else "") or "score",
    }


def _lead_table(found: asks.LeadList) -> dict[str, Any]:
    """The leads as a record list: rank columns only where the score can tell leads apart."""
    tells = found.stored is not None and found.stored.can_tell
    rows = [_lead_row(one, found.ready_from) for one in found.leads]
    scored = [
        ("expected", "Expected value", "number"), ("p", "Chance", "rate"),
        ("interval", "90% interval", "text"),
        ("points", "Points", "number"), ("why", "Because", "text"),
    ]  # fmt: skip
    told = [
        ("source", "Source", "text"), ("segment", "Segment", "text"), ("rep", "Rep", "text"),
        ("handed_at", "Handed over", "date"),
    ]  # fmt: skip
    shown = [column for column in told if any(row[column[0]] for row in rows)]
    columns = [("label", "Lead", "link"), *(scored if tells else ()), *shown]
    return {"columns": columns, "rows": rows, "page_size": 25}


def _lead_row(one: asks.ScoredLead, ready_from: float | None) -> dict[str, Any]:
    ready = (
        " ✓ ready" if ready_from is not None and one.points is not None and one.points >= ready_from else ""
    )
    return {
        "label": one.label,
        "label_url": reverse("demand:lead", args=[one.lead_id]),
        "expected": one.expected,
        "p": one.p,
        "interval": "" if one.lo is None or one.hi is None else f"{one.lo:.0%} to {one.hi:.0%}",
        "points": one.points,
        "why": _because(one) + ready,
        "source": one.source,
        "segment": one.segment,
        "rep": one.rep,
        "handed_at": one.handed_at,
    }


def _because(one: asks.ScoredLead) -> str:
    """The largest reasons in words."""
    if one.reasons is None:
        return HELD
    told = one.reasons.reasons[: asks.REASONS_SHOWN]
    return "; ".join(f"{named(reason)} {reason.log_odds:+.2f}" for reason in told)


def named(reason: Reason) -> str:
    """A reason in words, e.g. "source referral"."""
    return f"{reason.feature} {reason.said}"


def _drawn_reasons(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    """Reasons for the chart: those that matter, and the others as one, so that the bars add up."""
    large = [one for one in reasons if abs(one.log_odds) >= _SMALL]
    small = [one for one in reasons if abs(one.log_odds) < _SMALL]
    values = [{"reason": named(one), "log_odds": one.log_odds, "points": one.points} for one in large]
    if small:
        total = sum(one.log_odds for one in small)
        points = sum(one.points for one in small)
        values.append({"reason": f"{len(small)} smaller ones", "log_odds": total, "points": points})
    return values


def _reason_rows(told: Reasons, p: float) -> list[dict[str, Any]]:
    """Base, every reason and the sum: it adds up."""
    rows = [{"reason": "the average lead", "log_odds": f"{told.base_log_odds:+.3f}", "points": 0}]
    rows += [
        {"reason": named(reason), "log_odds": f"{reason.log_odds:+.3f}", "points": reason.points}
        for reason in told.reasons
    ]
    total = f"{told.log_odds:+.3f} → {p:.1%}"
    return [*rows, {"reason": "together", "log_odds": total, "points": told.points}]


def _doubt(skill: Skill) -> Interval:
    """Share of the base rate's log loss that the score removes, with its interval."""
    whole = max(skill.log_loss_base, 1e-12)
    return Interval(skill.gain.estimate / whole, skill.gain.lo / whole, skill.gain.hi / whole)


def _decile_panel(skill: Skill) -> dict[str, Any]:
    rows = [
        {"tenth": place, **{name: getattr(one, name) for name, _, _ in _DECILES[1:]}}
        for place, one in enumerate(skill.deciles, start=1)
    ]
    return {"spec": decile_chart(skill.deciles), "columns": _DECILES, "rows": rows}
