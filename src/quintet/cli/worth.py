"""`quintet worth`: what following the lead score brings, by the leads held out of it."""

from contextlib import closing
from typing import TYPE_CHECKING

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show

if TYPE_CHECKING:
    from quintet.demand.terms.worth import Worth

_COLUMNS = ("figure", "value", "lo", "hi", "n")


def worth(form: FormatOption = Format.TABLE) -> None:
    """Print customers per 100 leads by score, minus those of leads held out of it and worked as they come.

    Works it out anew when the facts have moved on since.
    """
    from quintet.facts.published import Facts
    from quintet.site.server import set_up

    home = open_home()
    set_up(home)
    from django.core.management import call_command

    from quintet.demand.actions.worth import renew
    from quintet.demand.asks.worth import worth as asked

    call_command("migrate", interactive=False, verbosity=0)
    with closing(Facts.published(home)) as facts:
        done = renew(facts)
        found = asked(facts)
    if found.stored is None:
        say(f"Nothing can be said yet: {done}.")
        return
    show(_COLUMNS, _rows(found.stored.worth), form, f"Held out: {found.share.share:.1%} of new leads")
    say(found.stored.worth.reading)
    if found.stored.worth.finding.expected_on:
        say(f"Expected on {found.stored.worth.finding.expected_on:%d %b %Y}, at the present flow of leads.")


def _rows(worth: "Worth") -> list[tuple[object, ...]]:
    told = [(one.unit, one.estimate, one.lo, one.hi, one.n) for one in (worth.finding, worth.revenue) if one]
    arms = (("by score", worth.by_score), ("held out", worth.held))
    told += [(f"customers per 100, {name}", arm.rate, arm.lo, arm.hi, arm.matured) for name, arm in arms]
    rows = [(name, *map(_rounded, values), n) for name, *values, n in told]
    rows += [(f"worked, {name}", _rounded(arm.worked), None, None, arm.matured) for name, arm in arms]
    return [
        *rows,
        *(
            (f"explored, {one.segment}", _rounded(one.effective), None, None, one.worked)
            for one in worth.explored
        ),
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
