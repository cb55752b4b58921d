"""The daily letter as a mail: HTML, plain text, and the page's charts as pictures."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string

from quintet.kernel.marks import mark
from quintet.management.asks.funnel import Filters
from quintet.management.charts import daily as charts
from quintet.management.charts.pictures import picture
from quintet.management.pages import funnel_panels as panels
from quintet.management.pages import mail_text
from quintet.management.pages.mail_words import (
    amounts,
    beside,
    due,
    rate_rows,
    stage_counts,
    standing,
    team_rate_rows,
    whole,
    why_usual,
)
from quintet.management.terms.daily import ActivityLine, Amount, DailyLetter, Rendering
from quintet.management.terms.funnel import RepFunnel, TeamFunnel
from quintet.management.words import stage_label

Draw = Callable[[dict[str, Any], float], bytes]
#: Pixels a point, the sharpest first; with more reps than so many a chart is large enough with fewer.
_SCALES, _MANY = (1.5, 1.25, 1.0), 8
#: What a letter may come to, and what a byte of a picture takes on the wire.
MOST_BYTES, _BASE64 = 95_000, 1.38


def rendered(letter: DailyLetter, site_url: str, draw: Draw = picture) -> Rendering:
    """The letter once for its audience, with marks where each reader's own comes in.

    Args:
        letter: `asks.daily.letter`.
        site_url: what links start with, without a slash at the end.
        draw: a chart's spec → PNG; in the worker, for it takes a while.
    """
    figures = _figures(letter)
    scales = _SCALES[1:] if len(letter.funnel.reps) > _MANY else _SCALES
    context = _context(letter, site_url) | {"figures": figures}
    drawn = [context["pace"], *figures]
    html, text = render_to_string("management/mail/daily.html", context), mail_text.daily(context)
    return Rendering(
        label=letter.audience.label,
        subject=one_line(_subject(letter)),
        html=html,
        text=text,
        pictures=_drawn(drawn, scales, draw, MOST_BYTES - len(html) - len(text.encode())),
    )


def _drawn(
    figures: list[dict[str, Any]], scales: tuple[float, ...], draw: Draw, room: float
) -> dict[str, bytes]:
    """The pictures as sharp as the room allows; long names and many reps cost pixels, not the limit."""
    for scale in scales:
        pictures = {one["name"]: draw(one["spec"], scale) for one in figures if one["spec"]}
        if sum(map(len, pictures.values())) * _BASE64 <= room:
            break
    return pictures


def own_part(letter: DailyLetter, line: ActivityLine | None, funnel: RepFunnel | None) -> dict[str, str]:
    """What fills the marks of one reader's copy: his own figures, or his row marked where it stands.

    Args:
        letter: the letter of his audience.
        line: his activity.
        funnel: his rates.
    """
    if line is None:
        return {}
    if any(one.rep_id == line.rep_id for one in letter.reps):
        return {f"row-{line.rep_id}": ' class="me"', f"you-{line.rep_id}": " (you)"}
    context = {
        "letter": letter,
        "line": line,
        "amounts": amounts(line),
        "beside": beside(line),
        "why": why_usual(line),
        "reading": funnel.reading if funnel else "",
        "rates": rate_rows(letter.funnel, funnel) if funnel else [],
    }
    return {"own": render_to_string("management/mail/own.html", context), "own-text": mail_text.own(context)}


def _context(letter: DailyLetter, site_url: str) -> dict[str, Any]:
    funnel = letter.funnel
    return {
        "letter": letter,
        "title": f"{letter.day:%A, %-d %B}",
        "month": f"{letter.day:%B}",
        "team": amounts(letter.team),
        "beside": beside(letter.team),
        "why": why_usual(letter.team),
        "pace": _pace_figure(letter),
        "short": [_SHORT[stage] for stage in letter.stages],
        "reps": [_rep_row(one, has_targets=letter.team.has_targets) for one in letter.reps],
        "funnel_counts": stage_counts(funnel),
        "team_rates": team_rate_rows(funnel),
        "page": f"{site_url}/management/?{urlencode({'team': letter.audience.team})}",
        "period": f"{funnel.question.start:%-d %b %Y} to {funnel.question.end - timedelta(days=1):%-d %b %Y}",
        "switch": f"{site_url}/account/mail/",
        "own": mark("own"),
        "notes": mail_text.NOTES,
        "unsubscribe": mark("unsubscribe"),
    }


def _rep_row(line: ActivityLine, *, has_targets: bool) -> dict[str, Any]:
    return {
        "name": line.name,
        "amounts": [_rep_amount(one, has_targets=has_targets) for one in line.amounts],
        "mark": mark(f"row-{line.rep_id}"),
        "you": mark(f"you-{line.rep_id}"),
    }


def _rep_amount(one: Amount, *, has_targets: bool) -> dict[str, Any]:
    """A cell of the table of reps: where it tells of targets, those alone."""
    return {
        "day": whole(one.day),
        "month": whole(one.month),
        "due": due(one.due_month) if one.has_target == has_targets else "",
        "behind": standing(one) == "behind",
    }


def _pace_figure(letter: DailyLetter) -> dict[str, Any]:
    """The chart of the month beside its targets; its numbers stand in the table above it."""
    spec = charts.pace_chart(letter.team)
    alt = f"The month so far of everybody together, in percent of {beside(letter.team)}; numbers above"
    return {"name": "pace", "spec": spec, "alt": alt}


def _subject(letter: DailyLetter) -> str:
    told = [one for one in letter.team.amounts if one.stage in {letter.stages[0], letter.stages[-1]}]
    counted = ", ".join(f"{whole(one.day)} {stage_label(one.stage).lower()}" for one in told)
    return f"{letter.day:%a %-d %b}: {counted} · {letter.audience.label}"


def one_line(text: str) -> str:
    """A subject is a header: a line break in the name of a team must not begin another."""
    return " ".join(text.split())[:200]


def _figures(letter: DailyLetter) -> list[dict[str, Any]]:
    """The charts with their numbers: the page's own where rows are seen, else the team's."""
    return team_figures(letter.funnel) if not letter.audience.sees_rows else _page_figures(letter)


def _page_figures(letter: DailyLetter) -> list[dict[str, Any]]:
    filters = Filters(team=letter.audience.team)
    if not letter.funnel.reps:
        return []
    found = [_counts_table(letter.funnel)]
    for left, right in panels.rows_of_panels(letter.funnel, filters):
        found.append(_figure(left, (), f"{left['title']} of each rep; the numbers are in the table above"))
        if right is not None:
            alt = f"{right['title']} of each rep; the numbers follow as a table"
            found.append(_figure(right, _RATE_COLUMNS, alt))
    return found


_RATE_COLUMNS = (("rep", "Rep"), ("of", "Converted"), ("percent", "To expect"))
_SHORT = {"worked": "Leads", "connected": "Conn.", "qualified": "Calls", "demo": "Demos", "won": "Won"}
_SAID = frozenset({"weak", "strong", "too young"})


def _counts_table(funnel: TeamFunnel) -> dict[str, Any]:
    """All that the charts of counts show, in one table."""
    columns = [("rep", "Rep"), *((stage, _SHORT[stage]) for stage in funnel.stages)]
    rows = [
        [rep.name, *(whole(one.leads) for one in rep.counts if one.stage in funnel.stages)]
        for rep in funnel.reps
    ]
    title = "How many leads each rep brought to each stage"
    return {"name": "counts", "title": title, "spec": None, "caption": "", "columns": columns, "rows": rows}


def _figure(panel: dict[str, Any], columns: tuple[tuple[str, str], ...], alt: str) -> dict[str, Any]:
    rows = [_with_words(row) for row in panel["rows"]] if columns else []
    return {
        "name": panel["name"],
        "title": panel["title"],
        "spec": panel["spec"],
        "alt": alt,
        "caption": panel.get("caption", ""),
        "columns": columns,
        "rows": [[row[name] for name, _ in columns] for row in rows],
        "is_words": True,
    }


def _with_words(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the page's table, its rate and counts put the way a narrow table holds them."""
    percent = "–" if row["rate"] is None else f"{row['rate']:.1%} ({row['interval']})"
    said = f"{percent} {row['reading']}" if row["reading"] in _SAID else percent
    return row | {"of": f"{row['converted']:,} of {row['n']:,}", "percent": said}


def short_label(stage: str) -> str:
    """A stage in a word that heads a narrow column."""
    return _SHORT[stage]


def team_figures(funnel: TeamFunnel) -> list[dict[str, Any]]:
    """The team's two charts with their numbers."""
    rates = team_rate_rows(funnel)
    counts = {
        "name": "team-counts",
        "title": "How many leads reached each stage",
        "spec": charts.team_counts(funnel) if funnel.team_counts else None,
        "columns": [("stage", "Stage"), ("n", "Leads")],
        "rows": [list(pair) for pair in stage_counts(funnel)],
    }
    steps = {
        "name": "team-rates",
        "title": "Conversion from stage to stage",
        "spec": charts.team_rates(funnel) if any(one.rate is not None for one in funnel.team_rates) else None,
        "columns": [("step", "Step"), ("of", "Converted"), ("percent", "To expect")],
        "rows": [[row["step"], row["of"], row["percent"]] for row in rates],
        "is_words": True,
    }
    return [
        one | {"alt": f"{one['title']}; the numbers follow as a table", "caption": ""}
        for one in (counts, steps)
        if one["rows"]
    ]
