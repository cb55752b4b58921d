"""`quintet funnel`: each rep's funnel, as the page shows it."""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show

if TYPE_CHECKING:
    from quintet.management.terms.funnel import RateEstimate, RepFunnel, Step, TeamFunnel

_LONG = (
    "rep",
    "step",
    "status",
    "verdict",
    "n",
    "converted",
    "rate",
    "lo",
    "hi",
    "p_below",
    "p_above",
    "reason",
)


def funnel(
    team: Annotated[str | None, typer.Option(help="Only this team.")] = None,
    period: Annotated[str, typer.Option(help="last3, last6, last12, 2026-03, 2026Q1 or FY2026.")] = "last6",
    segment: Annotated[str, typer.Option(help="Only leads of this segment.")] = "",
    source: Annotated[str, typer.Option(help="Only leads of this source.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Print each rep's funnel: counts, conversions with their 90 % interval, and a sentence that reads it.

    As CSV or JSON: one row per rep and step.
    """
    from quintet.facts.published import Facts
    from quintet.facts.scope import Scope
    from quintet.management.asks import funnel as asks

    scope = Scope.everything()
    with closing(Facts.published(open_home())) as facts:
        asked = asks.question(facts, scope, asks.Filters(team, period, segment, source))
        answer = asks.funnel(facts, scope, asked)
    if form is not Format.TABLE:
        show(_LONG, list(_rows(answer)), form)
        return
    _print_table(answer)


def _print_table(answer: "TeamFunnel") -> None:
    steps = [rate.step for rate in answer.team_rates] if not answer.refusal else []
    columns = ["rep", *answer.stages, *(_heading(step) for step in steps)]
    asked = answer.question
    title = f"{asked.start:%d %b %Y} to {asked.end:%d %b %Y}, the last day not included"
    show(columns, [_cells(rep, answer, steps) for rep in answer.reps], Format.TABLE, title)
    for sentence in filter(None, (answer.refusal, *answer.warnings)):
        say(sentence)
    for rep in answer.reps:
        if rep.reading:
            print(f"{rep.name}: {rep.reading}")


def _heading(step: "Step") -> str:
    return f"{step.earlier}\n→ {step.later}"


def _cells(rep: "RepFunnel", answer: "TeamFunnel", steps: list["Step"]) -> list[object]:
    counts = {one.stage: one.leads for one in rep.counts}
    rates = {one.step: one for one in _estimates(rep)}
    return [
        rep.name,
        *(counts.get(stage, 0) for stage in answer.stages),
        *(_cell(rates.get(step)) for step in steps),
    ]


def _estimates(rep: "RepFunnel") -> "Iterator[RateEstimate]":
    yield from rep.conversions
    yield from rep.overall
    if rep.win_rate is not None:
        yield rep.win_rate


def _cell(rate: "RateEstimate | None") -> str:
    if rate is None or rate.rate is None or rate.lo is None or rate.hi is None:
        return "too few"
    mark = {"weak": " ▼", "strong": " ▲"}.get(rate.verdict, "")
    return f"{rate.rate:.0%}{mark}\n{rate.lo:.0%}–{rate.hi:.0%}"


def _rows(answer: "TeamFunnel") -> Iterator[tuple[object, ...]]:
    for rep in answer.reps:
        for one in _estimates(rep):
            numbers = (one.n, one.converted, one.rate, one.lo, one.hi, one.p_below, one.p_above)
            yield (rep.name, one.step.key, str(one.status), str(one.verdict), *numbers, one.reason)
