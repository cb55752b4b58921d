"""A morning's letter as files: to be looked at, not sent."""

from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.marks import filled
from quintet.management.asks import daily, weekly
from quintet.management.asks import funnel as asks
from quintet.management.pages import mail as pages
from quintet.management.pages import weekly_mail
from quintet.management.terms.daily import Audience, Rendering
from quintet.site.mail.editions import Morning


def write(folder: Path, *, team: str = "", on: datetime | None = None, is_weekly: bool = False) -> list[Path]:
    """Write a letter as it would be sent to who sees every row, without anybody's own part.

    Args:
        folder: where; made when it is not there.
        team: one team by its name; empty for everybody.
        on: the morning; the newest the data allow when left out.
        is_weekly: the executives' mail instead.

    Returns:
        The files.
    """
    facts = Facts.published(settings.HOME)
    morning = Morning(facts, timezone.now())
    day = on.date() if on else newest_morning(morning)
    if is_weekly:
        of_the_week = weekly.letter(facts, day, morning.calendar)
        return _write(folder, weekly_mail.rendered(of_the_week, settings.SITE_URL))
    of_the_day = daily.letter(facts, _audience(facts, team), day, morning.calendar)
    return _write(folder, pages.rendered(of_the_day, settings.SITE_URL))


def newest_morning(morning: Morning) -> date:
    """The newest morning whose letter the data can fill: the working day after their last one.

    Raises:
        NotEnoughData: when no row has a date.
    """
    newest = morning.facts.as_of
    if newest is None:
        raise NotEnoughData("no row has a date, so there is no morning: map a date column", unit="dated rows")
    last = newest.date()
    day = last if morning.calendar.is_working_day(last) else morning.calendar.add_working_days(last, -1)
    return morning.calendar.next_working_day(day)


def _audience(facts: Facts, team: str) -> Audience:
    if not team:
        return daily.audience_of(facts, Scope.everything())
    members = asks.question(facts, Scope.everything(), asks.Filters(team=team)).rep_ids or ()
    return Audience(team, team, members, Scope(frozenset(members)))


def _write(folder: Path, rendering: Rendering) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    html = filled(rendering.html, {})
    for name in rendering.pictures:
        html = html.replace(f'"cid:{name}"', f'"{name}.png"')
    contents = {f"{name}.png": picture for name, picture in rendering.pictures.items()}
    contents |= {"letter.html": html.encode(), "letter.txt": filled(rendering.text, {}).encode()}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in sorted(contents)]
