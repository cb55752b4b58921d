"""`quintet score`: fit the lead score, and print how good it is and what was left out."""

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show

if TYPE_CHECKING:
    from quintet.demand.terms.leads import StoredScore

_CARD = ("figure", "value", "lo", "hi", "n")
_LEAKS = ("column", "filled", "auc", "weight", "evidence")
_POINTS = ("feature", "said", "points", "leads", "customers")
_MOST_LINES = 40


def score(
    fit: Annotated[bool, typer.Option("--fit/--no-fit", help="Fit anew, or print the one in use.")] = True,
    points: Annotated[bool, typer.Option("--points", help="Print the points table, too.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Fit the lead score from the newest facts; print its card: how good it is, and what it left out."""
    from quintet.facts.published import Facts
    from quintet.site.server import set_up

    home = open_home()
    set_up(home)
    from django.core.management import call_command

    from quintet.demand.actions import points as decided
    from quintet.demand.actions import score as job
    from quintet.demand.actions.margin import margin_share
    from quintet.demand.asks.stored_score import stored_score

    call_command("migrate", interactive=False, verbosity=0)
    with closing(Facts.published(home)) as facts:
        if fit:
            typed = decided.typed_points()
            gut = None if typed is None else typed.table
            job.fit(
                facts,
                judged=decided.judgements(),
                gut=gut,
                now=datetime.now(UTC),
                margin=margin_share(),
                say=say,
            )
        stored = stored_score(facts)
    if stored is None:
        say("There is no score yet: run quintet score.")
        return
    _print(stored, form, points=points)


def _print(stored: "StoredScore", form: Format, *, points: bool) -> None:
    show(_CARD, _card(stored), form, f"Lead score {stored.version}")
    ability = stored.ability
    if ability.reason:
        say(f"{ability.reason[0].upper()}{ability.reason[1:]}.")
    if ability.expected_on:
        say(f"Expected on {ability.expected_on:%d %b %Y}, at the present flow of customers.")
    left_out = [
        (
            one.title,
            f"{one.filled:.0%}",
            f"{one.auc:.2f}",
            one.weight,
            "; ".join(e.sentence for e in one.evidence),
        )
        for one in stored.card.report.left_out
    ]
    if left_out and form is Format.TABLE:
        show(_LEAKS, left_out, form, "Left out: columns that know the outcome")
    table = stored.score.table
    if points and table is not None:
        lines = [(x.feature, x.said, x.points, x.leads, x.customers) for x in table.lines[:_MOST_LINES]]
        show(_POINTS, lines, form, "Points")


def _card(stored: "StoredScore") -> list[tuple[object, ...]]:
    """The figures of the card, one a row."""
    ground, trial = stored.score.ground, stored.card.trial
    rows: list[tuple[object, ...]] = [
        ("leads learned from", ground.leads, None, None, ground.offered),
        ("customers", ground.customers, None, None, ground.leads),
        ("open leads scored", stored.card.open, None, None, stored.card.scored),
    ]
    if trial is None:
        return [*rows, (f"not tried: {stored.card.trial_problem}", None, None, None, None)]
    skill = trial.skill
    where = "on later leads" if trial.is_later else "on leads held out"
    auc = skill.auc
    if auc is not None:
        rows.append((f"AUC {where}", *_rounded(auc.estimate, auc.lo, auc.hi), skill.leads))
    rows += [
        ("log loss", round(skill.log_loss, 4), None, None, skill.leads),
        ("log loss of the base rate", round(skill.log_loss_base, 4), None, None, skill.leads),
        ("gap of promised and delivered, per tenth", round(skill.decile_error, 4), None, None, skill.leads),
        ("calibration slope", round(skill.slope, 3), None, None, skill.leads),
    ]
    lost = trial.points.auc_gain
    if lost is not None:
        rows.append(("AUC that whole points lose", *_rounded(lost.estimate, lost.lo, lost.hi), skill.leads))
    return rows


def _rounded(*values: float) -> tuple[float, ...]:
    return tuple(round(value, 4) for value in values)
