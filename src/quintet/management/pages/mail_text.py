"""A letter as plain text: the same figures, in columns a telephone does not break."""

from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import Any

from quintet.kernel.marks import mark
from quintet.management.terms.daily import DailyLetter, Remark

_WIDTH = 72


def daily(context: dict[str, Any]) -> str:
    """The daily letter.

    Args:
        context: as the HTML template gets it.
    """
    letter = context["letter"]
    parts = [
        heading(f"{context['title']} · {letter.audience.label}"),
        f"{context['month']} so far: working day {letter.workdays} of {letter.workdays_in_month}.",
        mark("own-text"),
        _amounts(f"Everybody together: {letter.team.name}", context["team"], context["beside"]),
        paragraph(context["why"]),
        *(remarks_of(letter.remarks) if letter.audience.sees_rows else []),
        *_reps(context),
        heading(f"The funnel, {context['period']}"),
        _drawn(letter),
        *[figure(one) for one in context["figures"] if one["rows"] or one["caption"]],
        *[paragraph(one) for one in letter.funnel.warnings],
        paragraph(NOTES),
        f"The page: {context['page']}",
        f"Stop these mails: {mark('unsubscribe')}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


NOTES = (
    "Target: what the quota takes, counted backwards through the team's own rates, on a working day and by "
    "this one; the page Targets shows how. Behind: chance alone would bring so few to somebody on target "
    "less than one time in ten. Met another way: what was signed is on pace, and no input is held against "
    "that. Usual stands in without a target: for a rep the median rep of the same role in this team, by "
    "his mean per working day of the twelve weeks before; for a team its median week of the same twelve. "
    "A dash: fewer than three such reps. Days are days of the data, by UTC, as on the page."
)


def own(context: dict[str, Any]) -> str:
    """The reader's own figures."""
    parts = [_amounts(f"You: {context['line'].name}", context["amounts"], context["beside"])]
    if context["why"]:
        parts.append(paragraph(context["why"]))
    if context["reading"]:
        parts.append(paragraph(context["reading"]))
    if context["rates"]:
        rows = [
            [one["step"], one["of"], one["percent"], one["team"], one["reading"]] for one in context["rates"]
        ]
        parts.append(blocks(["Step", "Converted", "To expect", "Team", "Reading"], rows))
    return "\n\n".join(parts)


def heading(text: str) -> str:
    """A line, underlined."""
    return f"{text}\n{'=' * len(text)}"


def paragraph(text: str) -> str:
    """A sentence or two, in lines that fit."""
    return fill(text, _WIDTH)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Columns of even width, the first to the left and the others to the right."""
    lines = [[str(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def blocks(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows too wide for columns: the first cell, and under it the others by name."""
    return "\n".join(f"{row[0]}\n  {_named(columns[1:], row[1:])}" for row in rows)


def _named(columns: Sequence[str], cells: Sequence[Any]) -> str:
    return ", ".join(f"{name.lower()} {cell}" for name, cell in zip(columns, cells, strict=True))


def _amounts(title: str, rows: list[dict[str, Any]], beside: str) -> str:
    columns = ["", "Day", beside, "Month", beside, ""]
    cells = [
        [
            one["label"], one["day"], one["due_day"], one["month"], one["due_month"],
            one["standing"] or one["kind"],
        ]
        for one in rows
    ]  # fmt: skip
    return f"{title}\n{table(columns, cells)}"


def remarks_of(found: Iterable[Remark]) -> list[str]:
    """What stands out, each with its question; or that nothing does."""
    told = [f"{paragraph(one.text)}\n  Ask: {one.question}" for one in found]
    return ["What stands out", *(told or ["Nothing beyond chance."])]


def _reps(context: dict[str, Any]) -> list[str]:
    if not context["reps"]:
        return []
    rows = [[one["name"], *map(_cell, one["amounts"]), one["you"]] for one in context["reps"]]
    shown, on_page = len(rows), context["letter"].reps_on_page
    rest = f"\n{shown} of {on_page} reps; all are on the page." if shown < on_page else ""
    title = f"Each rep: day/month/{context['beside']} by now; ! is behind beyond chance"
    return [f"{title}\n{table(['', *context['short'], ''], rows)}{rest}"]


def _cell(one: dict[str, Any]) -> str:
    due = f"/{one['due']}" if one["due"] else ""
    return f"{one['day']}/{one['month']}{due}{'!' if one['behind'] else ''}"


def _drawn(letter: DailyLetter) -> str:
    shown, on_page = len(letter.funnel.reps), letter.reps_on_page
    return f"The {shown} reps who stand out most, of {on_page}." if 0 < shown < on_page else ""


def figure(one: dict[str, Any]) -> str:
    """The numbers of a chart, for who sees no pictures."""
    names = [label for _, label in one["columns"]]
    caption = f"\n{paragraph(one['caption'])}" if one["caption"] else ""
    make = blocks if one.get("is_words") else table
    return f"{one['title']}{caption}\n{make(names, one['rows'])}"
