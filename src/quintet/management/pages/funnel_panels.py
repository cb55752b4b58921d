"""What the funnel pages draw: tiles, charts with their tables and links, sentences."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.urls import get_script_prefix, reverse

from quintet.facts.schema import STAGES
from quintet.kernel.finding import Status
from quintet.management.asks.funnel import FEW_REPS, Filters, RepsShown
from quintet.management.charts import funnel as charts
from quintet.management.formula.estimates import ALPHA
from quintet.management.records import Selection
from quintet.management.terms.funnel import (
    WIN_RATE,
    Onion,
    RateEstimate,
    RepFunnel,
    Step,
    TeamFunnel,
    TeamRate,
    Verdict,
)
from quintet.management.words import stage_label, step_label, step_of

NEXT, OVERALL = "next", "overall"
_TONES = {Verdict.WEAK: "bad", Verdict.STRONG: "good"}
_RATE_COLUMNS = (
    ("rep", "Rep", "text"),
    ("n", "Of", "number"),
    ("converted", "Converted", "number"),
    ("raw", "Raw", "rate"),
    ("rate", "Rate to expect", "rate"),
    ("peers", "Peers with these leads", "rate"),
    ("interval", "90% interval", "text"),
    ("p_below", "P(below peers)", "text"),
    ("reading", "Reading", "text"),
)
_READINGS = {Verdict.WEAK: "weak", Verdict.STRONG: "strong", Verdict.ORDINARY: "within chance"}

Panel = dict[str, Any]


def records_url(filters: Filters, **selection: Any) -> str:  # noqa: ANN401
    """The address of the records behind a number."""
    picked = {name: value for name, value in selection.items() if value not in (None, "")}
    return f"{_address('records', get_script_prefix())}?{_joined(filters, picked)}"


def rep_url(filters: Filters, rep_id: int, step: Step | None = None) -> str:
    """The address of one rep's page, with a step opened."""
    query = _joined(filters, {"step": step.key} if step else {})
    return f"{_address('rep', get_script_prefix(), rep_id)}?{query}"


def _joined(filters: Filters, more: Mapping[str, object]) -> str:
    """The query string of the filters and a few more pairs, none of which is a filter's."""
    pairs = (f"{name}={_quoted(str(value))}" for name, value in more.items())
    return "&".join(filter(None, (_encoded(filters), *pairs)))


_quoted = lru_cache(maxsize=4096)(quote_plus)


@lru_cache(maxsize=256)
def _encoded(filters: Filters) -> str:
    return urlencode(filters.query)


@lru_cache(maxsize=4096)
def _address(page: str, prefix: str, *args: int) -> str:  # noqa: ARG001 -- addresses start with the prefix
    """The address of a page of ours; a funnel names hundreds, and looking one up takes as long as a chart."""
    return reverse(f"management:{page}", args=args)


def tiles(team: TeamFunnel, filters: Filters, rep: RepFunnel | None = None) -> list[Panel]:
    """One tile per recorded stage: how many, and a link to them."""
    counts = team.team_counts if rep is None else rep.counts
    rep_id = None if rep is None else rep.rep_id
    return [
        {
            "label": stage_label(count.stage),
            "value": count.leads,
            "href": records_url(filters, stage=count.stage, rep=rep_id),
        }
        for count in counts
        if count.stage in team.stages
    ]


def count_panels(team: TeamFunnel, filters: Filters) -> list[Panel]:
    """Left: the number of activities at each stage, a chart each."""
    return [_count_panel(team, filters, stage) for stage in team.stages]


def _count_panel(team: TeamFunnel, filters: Filters, stage: str) -> Panel:
    rows = [
        {
            "rep": rep.name,
            "rep_url": rep_url(filters, rep.rep_id),
            "n": count.leads,
            "n_url": records_url(filters, stage=stage, rep=rep.rep_id),
        }
        for rep in team.reps
        for count in rep.counts
        if count.stage == stage
    ]
    label = stage_label(stage)
    return {
        "name": f"count-{stage}",
        "stage": stage,
        "title": label,
        "spec": charts.count_chart(team.reps, stage, label),
        "columns": [("rep", "Rep", "text"), ("n", label, "number")],
        "rows": rows,
    }


def rows_of_panels(team: TeamFunnel, filters: Filters) -> list[tuple[Panel, Panel | None]]:
    """The seed's rows: left a stage's count, right its conversion to the next stage."""
    right = {one["team"].step.earlier: one for one in rate_panels(team, filters, NEXT)}
    return [(left, right.get(left["stage"])) for left in count_panels(team, filters)]


def rate_panels(team: TeamFunnel, filters: Filters, which: str) -> list[Panel]:
    """Conversions to the next stage; or the overall rates and the win rate."""
    wanted = [rate for rate in team.team_rates if rate.step.is_next == (which == NEXT)]
    return [_rate_panel(team, filters, rate) for rate in wanted]


def _rate_panel(team: TeamFunnel, filters: Filters, rate: TeamRate) -> Panel:
    found = [(rep, estimate_of(rep, rate.step)) for rep in team.reps]
    estimates = [(rep, one) for rep, one in found if one is not None]
    spoken = [one for _rep, one in estimates if one.rate is not None]
    label = step_label(rate.step)
    return {
        "name": f"rate-{rate.step.key}",
        "title": label,
        "team": rate,
        "spec": charts.rate_chart(estimates, rate, label) if spoken else None,
        "columns": _RATE_COLUMNS,
        "rows": [_rate_row(rep, one, filters) for rep, one in estimates],
        "caption": caption(rate),
        "href": records_url(filters, step=rate.step.key),
        "silent": next((one for _rep, one in estimates if one.status is Status.SILENT), None),
        "is_young": bool(spoken) and all(one.is_young for one in spoken),
    }


def _rate_row(rep: RepFunnel, one: RateEstimate, filters: Filters) -> dict[str, Any]:
    return {
        "rep": rep.name,
        "rep_url": rep_url(filters, rep.rep_id),
        "n": one.n,
        "n_url": records_url(filters, step=one.step.key, rep=rep.rep_id),
        "converted": one.converted,
        "converted_url": records_url(filters, step=one.step.key, rep=rep.rep_id, outcome="converted"),
        "raw": one.raw,
        "rate": one.rate,
        "peers": one.peer_rate,
        "interval": _interval(one.lo, one.hi),
        "p_below": None if one.p_below is None else f"{one.p_below:.2f}",
        "reading": "too young" if one.is_young else _READINGS.get(one.verdict, one.reason or "–"),
    }


def caption(rate: TeamRate) -> str:
    """The team's rate, its n, and whether the reps differ at all, in one or two sentences."""
    if rate.rate is None:
        return rate.reason
    text = f"Team {rate.rate:.1%} ({_interval(rate.lo, rate.hi)}), {rate.converted:,} of {rate.n:,} so far."
    if rate.adjusted_for:
        kinds = " and ".join(rate.adjusted_for)
        text += f" Adjusted for the {kinds} of each rep's leads: the tick is what peers reach with his leads."
    if rate.adjusted_p is not None and not rate.is_rankable:
        text += f" No ranking: {_unranked(rate)} (p = {rate.adjusted_p:.2f})."
    if rate.known_share and rate.known_share < 0.995:  # noqa: PLR2004 -- shown as a whole per cent
        text += f" {rate.known_share:.0%} of the outcomes are known; corrected for the rest."
    return f"{text} {_sentence(rate.reason)}".strip()


def _sentence(reason: str) -> str:
    return f"{reason[0].upper()}{reason[1:]}." if reason else ""


def _unranked(rate: TeamRate) -> str:
    if (rate.adjusted_p or 0.0) >= ALPHA:
        return "chance alone spreads reps this far"
    return "no two of the ranks are kept apart"


def _interval(lo: float | None, hi: float | None) -> str:
    return "–" if lo is None or hi is None else f"{lo:.1%} to {hi:.1%}"


def estimate_of(rep: RepFunnel, step: Step) -> RateEstimate | None:
    """A rep's estimate at a step."""
    if step == WIN_RATE:
        return rep.win_rate
    return next((one for one in (*rep.conversions, *rep.overall) if one.step == step), None)


def readings(team: TeamFunnel, filters: Filters) -> list[Panel]:
    """Each rep in one sentence: those who stand out first."""
    rows = [
        {
            "name": rep.name,
            "url": rep_url(filters, rep.rep_id),
            "text": rep.reading,
            "tone": tone_of(rep),
        }
        for rep in team.reps
    ]
    order = {"bad": 0, "good": 1, "": 2}
    return sorted(rows, key=lambda row: order[row["tone"]])


def pager(shown: RepsShown, filters: Filters) -> Panel | None:
    """Which reps of how many are shown, and the ways to the others; None where all are."""
    if shown.pages == 1:
        return None
    first = (shown.number - 1) * FEW_REPS + 1
    ways = {"previous": shown.number - 1, "next": shown.number + 1}
    return {
        "first": first,
        "last": min(first + FEW_REPS - 1, shown.reps),
        "reps": shown.reps,
        **{
            name: f"?{urlencode(filters.query | {'page': number})}" if 1 <= number <= shown.pages else ""
            for name, number in ways.items()
        },
    }


def tone_of(rep: RepFunnel) -> str:
    """Bad when the rep is weak at a step, good when strong at one and weak at none."""
    verdicts = {one.verdict for one in (*rep.conversions, *([rep.win_rate] if rep.win_rate else []))}
    return "bad" if Verdict.WEAK in verdicts else "good" if Verdict.STRONG in verdicts else ""


def openable(team: TeamFunnel) -> tuple[Step, ...]:
    """The rates that can be opened into parts: from the first recorded stage to the demo, and to won."""
    first = next(iter(team.stages), "")
    ends = [stage for stage in ("demo", "won") if stage in team.stages and stage != first]
    return tuple(step_of(f"{first}-{stage}") for stage in ends)


def step_to_open(team: TeamFunnel, rep: RepFunnel) -> Step | None:
    """The rate a rep's page opens first: up to the demo, unless the costliest weak step comes after it."""
    steps = openable(team)
    weak = [one for one in rep.conversions if one.verdict is Verdict.WEAK]
    worst = max(weak, key=lambda one: one.to_peers.customers_per_month if one.to_peers else 0.0, default=None)
    if worst is not None and worst.step.earlier == "demo":
        return steps[-1]
    return next(iter(steps), None)


def rep_steps(team: TeamFunnel, rep: RepFunnel, filters: Filters) -> list[Panel]:
    """Each rate of a rep as a bar beside its peers, with what it is worth."""
    shown = [*rep.conversions, *rep.overall, *([rep.win_rate] if rep.win_rate else [])]
    top = max([one.hi or 0.0 for one in shown] + [rate.rate or 0.0 for rate in team.team_rates] + [0.05])
    return [
        {
            "label": step_label(one.step),
            "one": one,
            "top": min(top * 1.05, 1.0),
            "tone": _TONES.get(one.verdict, ""),
            "records": records_url(filters, step=one.step.key, rep=rep.rep_id),
        }
        for one in shown
    ]


def onion_links(team: TeamFunnel, rep: RepFunnel, filters: Filters, opened: Step | None) -> list[Panel]:
    """The rates that can be opened, and which one is."""
    return [
        {
            "label": step_label(step),
            "url": rep_url(filters, rep.rep_id, step),
            "is_open": step.key == getattr(opened, "key", ""),
        }
        for step in openable(team)
    ]


def onion_panel(found: Onion | None) -> Panel | None:
    """The parts of a rate as a chart with its table; nothing where the onion is silent."""
    if found is None or not found.parts:
        return None
    rows = [
        {
            "part": part.label,
            "rep": f"{part.rep_value:.3g}",
            "peers": f"{part.peer_value:.3g}",
            "unit": part.unit,
            "customers": f"{part.customers_per_month:+.2f}",
            "interval": f"{part.lo:+.2f} to {part.hi:+.2f}",
            "share": part.share_of_gap,
            "p": f"{part.probability:.2f}",
            "reading": "cannot be told from chance" if part.is_noise else "real",
        }
        for part in found.parts
    ]
    columns = [
        ("part", "Part", "text"),
        ("rep", found.name, "text"),
        ("peers", "Peers", "text"),
        ("unit", "Unit", "text"),
        ("customers", "Customers a month", "text"),
        ("interval", "90% interval", "text"),
        ("share", "Share of the gap", "rate"),
        ("p", "Probability", "text"),
        ("reading", "Reading", "text"),
    ]
    return {
        "name": "onion",
        "title": "What the gap is made of",
        "spec": charts.onion_chart(found),
        "columns": columns,
        "rows": rows,
    }


def record_table(rows: list[dict[str, Any]], selection: Selection) -> dict[str, Any]:
    """The rows as a record list."""
    deals = selection.step == WIN_RATE
    middle = (
        [
            ("stage", "Stage", "text"),
            ("product", "Product", "text"),
            ("created_at", "Opened", "date"),
            ("closed_at", "Closed", "date"),
            ("is_won", "Won", "text"),
        ]
        if deals
        else [
            ("created_at", "Created", "date"),
            *((f"{stage}_at", _SHORT[stage], "date") for stage in STAGES),
            ("lost_at", "Lost", "date"),
        ]
    )
    columns = [
        ("label", "Opportunity" if deals else "Lead", "text"),
        *([] if selection.rep_id is not None else [("rep", "Rep", "text")]),
        *middle,
        ("source", "Source", "text"),
        ("segment", "Segment", "text"),
        ("mrr", "MRR", "number"),
        ("amount", "Value", "number"),
    ]
    kept = [
        column
        for column in columns
        if column[0] in {"label", "rep"} or any(row.get(column[0]) is not None for row in rows)
    ]
    return {"columns": kept, "rows": rows}


_SHORT = {
    "worked": "Worked",
    "connected": "Connected",
    "qualified": "Qualified",
    "demo": "Demo",
    "won": "Won",
}
