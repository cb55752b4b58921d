"""`quintet worth`: what the formulas in use brought, and what following the lead score does."""

from contextlib import closing
from typing import TYPE_CHECKING

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show

if TYPE_CHECKING:
    from quintet.demand.terms.worth import Worth
    from quintet.loop.worth.terms import Brought, Total
    from quintet.loop.worth.terms import Worth as Whole

_COLUMNS = ("figure", "value", "lo", "hi", "n")


def worth(form: FormatOption = Format.TABLE) -> None:
    """Print what the formulas in use brought over the baseline, and customers per 100 leads by score.

    Works both out anew when the facts have moved on since. A formula that cannot tell yet says why.
    """
    from quintet.facts.published import Facts
    from quintet.site.server import set_up

    home = open_home()
    set_up(home)
    from django.core.management import call_command

    from quintet.demand.actions.worth import renew
    from quintet.demand.asks.worth import worth as asked
    from quintet.loop.actions.worth import renew as renew_whole
    from quintet.loop.worth.asks import kept

    call_command("migrate", interactive=False, verbosity=0)
    with closing(Facts.published(home)) as facts:
        done, whole_done = renew(facts), renew_whole(facts)
        found = asked(facts)
    whole = kept(home)
    rows = _whole_rows(whole) if whole else []
    title = ""
    if found.stored:
        rows += _rows(found.stored.worth)
        title = f"Held out: {found.share.share:.1%} of new leads"
    if rows:
        show(_COLUMNS, rows, form, title)
    _explain(whole, whole_done)
    _explain_score(found.stored.worth if found.stored else None, done)


def _explain(whole: "Whole | None", done: str) -> None:
    """The headline, and what each formula waits for."""
    from quintet.loop.worth.words import reading

    if whole is None:
        say(f"The formulas together: {done}.")
        return
    say(f"The formulas together, by hold-out: {reading(whole.newest.drawn, whole)}.")
    for one in whole.newest.parts:
        if one.why_not:
            say(f"{one.about.title}: {one.why_not.reason}.")


def _explain_score(worth: "Worth | None", done: str) -> None:
    if worth is None:
        say(f"Nothing can be said yet: {done}.")
        return
    say(worth.reading)
    if worth.finding.expected_on:
        say(f"Expected on {worth.finding.expected_on:%d %b %Y}, at the present flow of leads.")


def _whole_rows(whole: "Whole") -> list[tuple[object, ...]]:
    """Totals and formulas, in the newest period that is over and since the start; the unknown is left out."""
    this = whole.newest
    spans = (("in " + this.period, "now"), (f"since {whole.since}", "so_far"))
    totals = (
        ("all with a hold-out", {"now": this.drawn_now, "so_far": this.drawn}),
        ("with what was compared", {"now": this.wider_now, "so_far": this.wider}),
    )
    rows: list[tuple[object, ...]] = []
    for when, key in spans:
        for name, of in totals:
            rows += _amounts(f"{name}, {when}", of[key], whole.currency, None)
        for one in this.parts:
            brought = getattr(one, key)
            if brought:
                name = f"{one.about.title} ({one.about.evidence}), {when}"
                rows += _amounts(name, brought, whole.currency, brought.n)
    return rows


def _amounts(name: str, told: "Total | Brought", currency: str, n: int | None) -> list[tuple[object, ...]]:
    """Customers and revenue of one line, as far as they are known."""
    known = (("customers", told.customers), (f"{currency} a month", told.mrr))
    return [
        (f"{name}: {what}", _rounded(one.value), _rounded(one.lo), _rounded(one.hi), n)
        for what, one in known
        if one
    ]


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
