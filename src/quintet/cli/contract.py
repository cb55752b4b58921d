"""`quintet contract`: where marketing and sales stand today."""

from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show

_COLUMNS = ("side", "what", "number")


def contract(
    on: Annotated[str, typer.Option(help="At the end of this day, e.g. 2026-03-31.")] = "",
    quota: Annotated[float | None, typer.Option(help="Derive the target from this quota a month.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Print what marketing and sales owe each other, and which promises were broken.

    As the worker last counted it: points against the pace with a forecast, broken promises of both sides, and
    the target derived from the quota.
    """
    from quintet.demand.asks import contract as asks

    counted = asks.counted_contract(open_home())
    found = asks.status(counted, on)
    counts, answer = found.counts, found.pace.answer
    rows: list[tuple[object, ...]] = [
        ("marketing", "points delivered", round(counts.delivered, 1)),
        ("marketing", "points due by then", round(counts.due, 1)),
        ("marketing", "points owed in the month", round(counts.target, 1)),
        ("marketing", "points behind the pace", round(counts.behind, 1)),
        ("marketing", "leads handed over", counts.counts["handed"]),
        ("marketing", "of these, not meeting the rule", counts.counts["unready"]),
        ("marketing", "of these, sent back by sales", counts.counts["rejected"]),
        ("sales", "first attempts overdue in the month", counts.counts["late"]),
        ("sales", "overdue and still untouched", counts.counts["untouched"]),
        ("sales", "waiting within the hours", counts.counts["running"]),
        ("sales", "given up before the agreed attempts", counts.counts["given_up"]),
    ]
    if answer.estimate is not None:
        named = ("points expected at the month's end", "at least, four times in five", "at most")
        numbers = (answer.estimate, answer.lo, answer.hi)
        rows += [
            ("marketing", what, round(value or 0.0, 1)) for what, value in zip(named, numbers, strict=True)
        ]
        rows.append(("marketing", "probability of the target", round(answer.probability or 0.0, 3)))
    target = asks.target(counted, quota)
    rows += [("target", step.what.lower(), round(step.value, 4)) for step in target.steps]
    show(_COLUMNS, rows, form, f"Contract {found.version.version}, at the end of {counts.on:%d %b %Y}")
    if form is Format.TABLE:
        for sentence in filter(None, (found.sentence, f"Counted by {found.points.name}.", target.reason)):
            say(sentence)
