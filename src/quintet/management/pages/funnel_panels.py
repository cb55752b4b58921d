"""What the funnel pages draw: tiles, charts with their tables and links, sentences."""

from typing import Any
from urllib.parse import urlencode

from quintet.facts.schema import STAGES
from quintet.kernel.finding import Status
from quintet.management.asks.funnel import FEW_REPS, Filters, RepsShown
from quintet.management.charts import funnel as charts
from quintet.management.formula.estimates import ALPHA
from quintet.management.pages.links import Links, records_url, rep_url
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
    links = Links.under(filters)
    return [_count_panel(team, links, stage) for stage in team.stages]


def _count_panel(team: TeamFunnel, links: Links, stage: str) -> Panel:
    rows = [
        {
            "rep": rep.name,
            "rep_url": links.rep(rep.rep_id),
            "n": count.leads,
            "n_url": links.records(stage=stage, rep=rep.rep_id),
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
    links = Links.under(filters)
    return [_rate_panel(team, links, rate) for rate in wanted]


def _rate_panel(team: TeamFunnel, links: Links, rate: TeamRate) -> Panel:
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
        "rows": [_rate_row(rep, one, links) for rep, one in estimates],
        "caption": caption(rate),
        "href": links.records(step=rate.step.key),
        "silent": next((one for _rep, one in estimates if one.status is Status.SILENT), None),
        "is_young": bool(spoken) and all(one.is_young for one in spoken),
    }


def _rate_row(rep: RepFunnel, one: RateEstimate, links: Links) -> dict[str, Any]:
    return {
        "rep": rep.name,
        "rep_url": links.rep(rep.rep_id),
        "n": one.n,
        "n_url": links.records(step=one.step.key, rep=rep.rep_id),
        "converted": one.converted,
        "converted_url": links.records(step=one.step.key, rep=rep.rep_id, outcome="converted"),
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
    links = Links.under(filters)
    rows = [
        {
            "name": rep.name,
            "url": links.rep(rep.rep_id),
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
