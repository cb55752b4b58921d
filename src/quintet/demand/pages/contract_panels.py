"""What the contract's pages draw: tiles, the pace with its table, breaches, rejections, the target."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from quintet.demand.asks.contract import Asked, ContractStatus
from quintet.demand.asks.contract_records import Number
from quintet.demand.charts.contract import pace_chart
from quintet.demand.formula.contract_month import select
from quintet.demand.formula.targets import Target
from quintet.demand.metrics.contract_store import MOST_DEEDS, Counted, read_counted
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status
from quintet.kernel.home import Home

TITLES = {
    "handed": "Leads handed over",
    "unready": "Hand-overs that do not meet the rule",
    "rejected": "Hand-overs sent back by sales",
    "delivered": "Leads whose points count",
    "late": "First attempts that became overdue",
    "untouched": "Overdue, still without a first attempt",
    "running": "Waiting for a first attempt, within the hours",
    "given_up": "Given up before the agreed attempts",
}
_DAY_COLUMNS = (
    ("day", "Day", "date"),
    ("handed", "Handed over", "number"),
    ("points", "Points", "number"),
    ("total", "Points so far", "number"),
    ("due", "Due by then", "number"),
    ("lo", "Expected, from", "number"),
    ("hi", "to", "number"),
    ("late", "First attempt overdue", "number"),
    ("given_up", "Given up", "number"),
)
_COLUMNS = {
    "label": ("label", "Lead", "text"),
    "handed_at": ("handed_at", "Handed over", "instant"),
    "rep": ("rep", "Rep", "text"),
    "source": ("source", "Source", "text"),
    "segment": ("segment", "Segment", "text"),
    "points": ("points", "Points", "number"),
    "unmet": ("unmet", "Not met", "text"),
    "due_at": ("due_at", "First attempt due", "instant"),
    "first_attempt_at": ("first_attempt_at", "First attempt", "instant"),
    "attempts_due_at": ("attempts_due_at", "Attempts due", "instant"),
    "attempts": ("attempts", "Attempts", "number"),
    "rejected_at": ("rejected_at", "Sent back", "instant"),
    "reason": ("reason", "Why", "text"),
    "send": ("send", "Action", "link"),
}
_ALWAYS = ("label", "handed_at", "rep", "source", "segment", "points")
_MORE = {
    "unready": ("unmet",),
    "rejected": ("unmet", "rejected_at", "reason"),
    "late": ("due_at", "first_attempt_at"),
    "untouched": ("due_at",),
    "running": ("due_at",),
    "given_up": ("attempts", "attempts_due_at"),
}


def status_panels(found: ContractStatus) -> dict[str, Any]:
    """Everything the page shows of a day."""
    return {
        "found": found,
        **pace_panel(found),
        "breaches": _breaches(found),
        "rejections": _rejections(found),
    }


def pace_panel(found: ContractStatus) -> dict[str, Any]:
    """What templates/demand/_pace.html draws: `pace_tiles`, `pace`, `pace_answer`."""
    counts, pace = found.counts, found.pace
    answer = pace.answer
    fan = {one.day: one for one in pace.fan}
    rows = [
        {
            "day": one.day,
            "handed": one.handed if one.day <= counts.on else None,
            "handed_url": link(found, "handed", day=one.day.isoformat()),
            "points": one.points if one.day <= counts.on else None,
            "points_url": link(found, "delivered", day=one.day.isoformat()),
            "total": one.total,
            "due": one.due,
            "lo": fan[one.day].lo if one.day in fan else None,
            "hi": fan[one.day].hi if one.day in fan else None,
            "late": one.late if one.day <= counts.on else None,
            "late_url": link(found, "late", day=one.day.isoformat()),
            "given_up": one.given_up if one.day <= counts.on else None,
            "given_up_url": link(found, "given_up", day=one.day.isoformat()),
        }
        for one in counts.days
    ]
    return {
        "pace_tiles": _tiles(found),
        "pace": {"spec": pace_chart(counts, pace), "columns": _DAY_COLUMNS, "rows": rows},
        "pace_answer": answer,
        "pace_is_silent": answer.status == Status.SILENT,
        "pace_points": found.points.name,
    }


def target_panel(target: Target, quota: float | None) -> dict[str, Any]:
    """The target's steps, to be recomputed by hand."""
    return {"target": target, "tried_quota": quota, "is_silent": target.status == Status.SILENT}


def known_names(home: Home) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Fields leads have and deeds they did, as last counted; None before the first count."""
    counted = read_counted(home)
    return None if counted is None or len(counted.deeds) == MOST_DEEDS else (counted.fields, counted.deeds)


def link(found: ContractStatus, name: str, **more: str) -> str:
    """The leads behind a number."""
    query = {"what": name, "on": found.asked.on.isoformat(), **more}
    return f"{reverse('demand:contract-records')}?{urlencode(query)}"


def title(number: Number) -> str:
    """What a list of leads is.

    Raises:
        BadInput: when there is no such number.
    """
    if number.name not in TITLES:
        raise BadInput(f"the number must be one of {', '.join(TITLES)}, got {number.name!r}")
    return f"{TITLES[number.name]}: {number.reason}" if number.reason else TITLES[number.name]


def total(counted: Counted, asked: Asked, number: Number) -> int:
    """How many leads the number counts, whoever may see them."""
    mask = select(counted.found, number.name, asked.month, asked.until, number.day)
    if number.reason:
        wanted = counted.reasons.index(number.reason) if number.reason in counted.reasons else -2
        mask = mask & (counted.found.reason == wanted)
    return int(mask.sum())


def record_table(rows: list[dict[str, Any]], name: str, *, may_reject: bool) -> dict[str, Any]:
    """The list behind a number."""
    with_rep = any(row["rep"] for row in rows)
    names = [*_ALWAYS, *_MORE.get(name, ()), *(("send",) if may_reject else ())]
    for row in rows:
        if may_reject and row["rejected_at"] is None and row["rep_id"]:
            row["send"] = "Send back"
            row["send_url"] = reverse("demand:contract-reject", args=[row["lead_id"]])
    shown = [_COLUMNS[one] for one in names if with_rep or one != "rep"]
    return {"columns": shown, "rows": rows}


def _tiles(found: ContractStatus) -> list[dict[str, Any]]:
    counts = found.counts
    return [
        {
            "label": "Points delivered",
            "value": counts.delivered,
            "href": link(found, "delivered"),
            "n": counts.counts["delivered"],
            "note": "leads that met the rule and were not sent back",
        },
        {
            "label": "Due by now",
            "value": counts.due,
            "n": None,
            "note": "the target spread over the working days",
        },
        {
            "label": "Owed in the month",
            "value": counts.target,
            "n": None,
            "note": f"version {found.version.version}",
        },
    ]


def _breaches(found: ContractStatus) -> list[dict[str, Any]]:
    """Both sides' breaches, each with its number and its leads."""
    counts, held = found.counts.counts, found.version.clauses
    hours = f"{held.first_attempt_hours:g} working hours"
    behind = found.counts.behind
    rows = [
        (
            "Marketing",
            "unready",
            counts["unready"],
            f"of {counts['handed']:,} handed over this month",
            counts["unready"],
        ),
        (
            "Marketing",
            "delivered",
            round(behind),
            f"of {found.counts.due:,.0f} points due by then",
            behind >= 1,
        ),
        ("Sales", "late", counts["late"], f"no first attempt within {hours}, this month", counts["late"]),
        (
            "Sales",
            "untouched",
            counts["untouched"],
            "of all overdue leads are still untouched",
            counts["untouched"],
        ),
        ("Sales", "running", counts["running"], f"wait for a first attempt within the {hours}", False),
        (
            "Sales",
            "given_up",
            counts["given_up"],
            f"without {held.attempts} attempts in {held.within_days} working days, this month",
            counts["given_up"],
        ),
    ]
    return [
        {
            "side": side,
            "label": "Points behind the pace" if name == "delivered" else TITLES[name],
            "count": count,
            "note": note,
            "is_breach": bool(broken),
            "href": link(found, name),
        }
        for side, name, count, note, broken in rows
    ]


def _rejections(found: ContractStatus) -> dict[str, Any]:
    counts = found.counts.counts
    return {
        "total": counts["rejected"],
        "handed": counts["handed"],
        "href": link(found, "rejected"),
        "reasons": [
            {"reason": reason, "count": count, "href": link(found, "rejected", reason=reason)}
            for reason, count in found.reasons
        ],
        "clauses": found.clauses if counts["rejected"] else (),
    }
