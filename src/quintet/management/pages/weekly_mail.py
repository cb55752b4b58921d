"""The executive's weekly letter as a mail."""

from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string

from quintet.kernel.marks import mark
from quintet.management.charts.pictures import picture
from quintet.management.pages import mail_text
from quintet.management.pages.mail import Draw, one_line, short_label, team_figures
from quintet.management.pages.mail_words import due, whole
from quintet.management.terms.daily import Rendering
from quintet.management.terms.weekly import Signed, WeeklyLetter

#: Teams in one letter; the page has all of them.
_MOST_TEAMS = 40


def rendered(letter: WeeklyLetter, site_url: str, draw: Draw = picture) -> Rendering:
    """The letter, the same for every executive.

    Args:
        letter: `asks.weekly.letter`.
        site_url: what links start with, without a slash at the end.
        draw: a chart's spec → PNG.
    """
    figures = team_figures(letter.funnel)
    context = _context(letter, site_url) | {"figures": figures}
    return Rendering(
        label="executives",
        subject=one_line(_subject(letter)),
        html=render_to_string("management/mail/weekly.html", context),
        text=_text(context),
        pictures={one["name"]: draw(one["spec"], 1.5) for one in figures if one["spec"]},
    )


def _context(letter: WeeklyLetter, site_url: str) -> dict[str, Any]:
    page = f"{site_url}/management/"
    return {
        "letter": letter,
        "title": f"{letter.day:%B} so far",
        "signed": signed_rows(letter),
        "pace": _pace(letter),
        "short": [short_label(stage) for stage in letter.stages],
        "teams": [
            {
                "name": one.name,
                "url": f"{page}?{urlencode({'team': one.name, 'period': letter.month})}",
                "counts": [
                    (whole(count), "" if target is None else due(target))
                    for count, target in zip(one.counts, one.targets, strict=True)
                ],
            }
            for one in letter.teams[:_MOST_TEAMS]
        ],
        "has_targets": any(target is not None for one in letter.teams for target in one.targets),
        "why": f"No targets: {letter.no_targets}." if letter.no_targets else "",
        "page": f"{page}?{urlencode({'team': ''})}",
        "switch": f"{site_url}/account/mail/",
        "unsubscribe": mark("unsubscribe"),
    }


def signed_rows(letter: WeeklyLetter) -> list[dict[str, str]]:
    """Customers, and money by currency: now, and last month at the same working day."""
    counts = [sum(one.customers for one in found) for found in (letter.now, letter.before)]
    rows = [{"label": "Customers", "now": whole(counts[0]), "before": whole(counts[1])}]
    names = dict.fromkeys(one.currency for one in (*letter.now, *letter.before))
    for currency in names:
        now, before = _of(letter.now, currency), _of(letter.before, currency)
        for label, one, other in (("MRR", now.mrr, before.mrr), ("Value", now.amount, before.amount)):
            if one or other:
                title = f"{label} {currency}".strip()
                rows.append({"label": title, "now": f"{one:,.0f}", "before": f"{other:,.0f}"})
    return rows


def _of(found: tuple[Signed, ...], currency: str) -> Signed:
    return next((one for one in found if one.currency == currency), Signed(currency, 0, 0.0, 0.0))


def _pace(letter: WeeklyLetter) -> str:
    pace = letter.pace
    if pace is None:
        return ""
    ratio = f", {pace.done / pace.due:.0%} of pace" if pace.due else ""
    return (
        f"Quota of {pace.reps} reps: {pace.quota:,.0f} {pace.unit}. After {letter.workdays} of "
        f"{letter.workdays_in_month} working days {pace.due:,.0f} would be on pace; signed are "
        f"{pace.done:,.0f}{ratio}."
    )


def _subject(letter: WeeklyLetter) -> str:
    customers = sum(one.customers for one in letter.now)
    before = sum(one.customers for one in letter.before)
    return f"{letter.day:%B} so far: {whole(customers)} customers, {whole(before)} at this point last month"


def _text(context: dict[str, Any]) -> str:
    letter = context["letter"]
    teams = [
        [one["name"], *(f"{count}/{target}" if target else count for count, target in one["counts"])]
        for one in context["teams"]
    ]
    names = ["", *context["short"]]
    of = ", / target by now" if context["has_targets"] else ""
    signed = [[one["label"], one["now"], one["before"]] for one in context["signed"]]
    parts = [
        mail_text.heading(f"{context['title']}: working day {letter.workdays} of {letter.workdays_in_month}"),
        mail_text.table(["", f"To {letter.day:%-d %b}", f"to {letter.same_day:%-d %b}"], signed),
        mail_text.paragraph(context["pace"]),
        *mail_text.remarks_of(letter.remarks),
        f"Each team in {letter.month}{of}\n{mail_text.table(names, teams)}" if teams else "",
        mail_text.paragraph(context["why"]),
        *[mail_text.figure(one) for one in context["figures"]],
        f"The page: {context['page']}",
        f"Stop these mails: {context['unsubscribe']}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"
