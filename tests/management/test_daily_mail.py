"""The letter says what the page says, and shows each reader what the page would show him."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.scope import Scope
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.marks import filled
from quintet.management.asks import daily, weekly
from quintet.management.asks import funnel as asks
from quintet.management.charts.pictures import with_few_colours
from quintet.management.pages import mail as pages
from quintet.management.pages import weekly_mail

CALENDAR = WorkingCalendar()
#: A Tuesday whose month has a past, within the data of the small company.
MORNING = date(2025, 9, 16)
MONDAY = date(2025, 9, 15)


@pytest.fixture(scope="module")
def facts(small_company):
    """The company's facts."""
    return small_company.facts


@pytest.fixture
def manager(small_company):
    """A manager's scope."""
    return Scope(small_company.team | {small_company.manager}, small_company.manager, "manager")


@pytest.fixture
def rep(small_company):
    """The scope of a rep of his team."""
    one = min(small_company.team)
    return Scope(frozenset({one}), one, "rep")


def letter_for(facts, scope):
    """Audience and letter of a reader."""
    audience = daily.audience_of(facts, scope, "Mia")
    return audience, daily.letter(facts, audience, MORNING, CALENDAR)


def no_picture(spec, scale):
    """Drawing is tried elsewhere."""
    return b""


def page_counts(facts, scope, audience, period, rep_id=None):
    """What the page shows for a period: leads by stage, of the team or of one rep."""
    asked = asks.question(facts, scope, asks.Filters(team=audience.team, period=period))
    team = asks.funnel(facts, scope, asked)
    counts = team.team_counts
    if rep_id is not None:
        counts = next((one.counts for one in team.reps if one.rep_id == rep_id), ())
    return {one.stage: one.leads for one in counts}


@pytest.mark.parametrize("whose", ["manager", "rep", "everybody"])
def test_every_count_of_the_letter_is_the_pages(facts, manager, rep, whose):
    """Day and month of the team, and of each rep in the letter, are what the page says for that period."""
    scope = {"manager": manager, "rep": rep, "everybody": Scope.everything()}[whose]
    audience, letter = letter_for(facts, scope)

    assert letter.day == date(2025, 9, 15)
    for period, of in ((letter.day.isoformat(), "day"), (letter.month, "month")):
        told = {one.stage: getattr(one, of) for one in letter.team.amounts}
        assert told == page_counts(facts, scope, audience, period)
        for line in letter.reps:
            mine = {one.stage: getattr(one, of) for one in line.amounts}
            page = page_counts(facts, scope, audience, period, line.rep_id)
            assert mine == page or (not page and not any(mine.values()))


def test_the_funnel_in_the_letter_is_the_funnel_of_the_page(facts, manager):
    """Every figure of every table: the same rows as the page's panels draw."""
    _, letter = letter_for(facts, manager)
    page = asks.funnel(facts, manager, asks.question(facts, manager, asks.Filters()))
    html = unescape(pages.rendered(letter, "https://q.test", no_picture).html)

    assert letter.funnel == page
    for rep in page.reps:
        for one in rep.conversions:
            assert f"<td>{one.converted:,} of {one.n:,}</td>" in html
            if one.rate is not None:
                assert f"{one.rate:.1%} ({one.lo:.1%} to {one.hi:.1%})" in html
    for count in page.reps[0].counts:
        assert f"<td>{count.leads:,}</td>" in html


def test_html_and_plain_text_hold_the_same_numbers(facts, manager):
    """Whoever sees no pictures and no HTML misses no number."""
    _, letter = letter_for(facts, manager)
    made = pages.rendered(letter, "https://q.test", no_picture)
    seen = re.sub(r"<style>.*?</style>|<[^>]*>", " ", unescape(made.html), flags=re.DOTALL)

    numbers = set(re.findall(r"\d[\d,.]*%?", seen))
    missing = {one for one in numbers if one.rstrip(".,") not in made.text}
    assert missing == set()


def test_a_rep_reads_no_row_of_a_colleague(facts, rep, small_company):
    """Not in the shared edition, not in his own copy; his own row is there and called his."""
    audience, letter = letter_for(facts, rep)
    made = pages.rendered(letter, "https://q.test", no_picture)
    own = pages.own_part(letter, *daily.own_row(facts, audience, rep, MORNING, CALENDAR))
    copy = filled(made.html, own) + filled(made.text, {"own-text": own["own-text"]})
    names = {one["rep_id"]: one["name"] for one in small_company.reps if one["role"] != "manager"}

    assert letter.reps == ()
    assert [name for name in names.values() if name in unescape(made.html + made.text)] == []
    assert {name for name in names.values() if name in unescape(copy)} == {names[rep.own_rep_id]}
    assert "You: " + names[rep.own_rep_id] in unescape(copy)


def test_a_reps_own_figures_are_those_of_his_page(facts, rep):
    """Rates, counts and the sentence."""
    audience, letter = letter_for(facts, rep)
    line, own = daily.own_row(facts, audience, rep, MORNING, CALENDAR)
    team, page = asks.rep_funnel(
        facts, rep, asks.question(facts, rep, asks.Filters(team=audience.team)), rep.own_rep_id
    )

    assert own == page
    assert letter.funnel.team_rates == team.team_rates
    told = {one.stage: one.month for one in line.amounts}
    assert told == page_counts(facts, rep, audience, letter.month, rep.own_rep_id)


def test_reps_of_a_team_share_an_edition_and_managers_do_not_share_theirs(facts, small_company):
    """Rendered once an audience: the team's reps together, each manager, everybody who sees everybody."""
    team = sorted(small_company.team)
    scopes = [Scope(frozenset({one}), one, "rep") for one in team[:3]]

    assert len({daily.audience_of(facts, one) for one in scopes}) == 1
    assert daily.audience_of(facts, Scope(None, None, "auditor")) == daily.audience_of(
        facts, Scope.everything()
    )
    assert daily.audience_of(facts, Scope(frozenset(), None, "marketer")).rep_ids is None


def test_a_readers_own_row_is_marked_where_rows_are_shown(facts, manager, small_company):
    """A manager who sells finds his row at a glance; nobody else's is marked."""
    _, letter = letter_for(facts, manager)
    made = pages.rendered(letter, "https://q.test", no_picture)
    line = letter.reps[0]

    copy = filled(made.html, pages.own_part(letter, line, None))

    assert copy.count('class="me"') == 1
    assert f"{line.name} (you)" in copy


def test_a_day_the_data_do_not_reach_is_not_reported(facts):
    """Better no letter than one that shows a day of zeros."""
    far = facts.as_of.date() + timedelta(days=7)

    with pytest.raises(NotEnoughData, match="load what is new"):
        daily.letter(facts, daily.audience_of(facts, Scope.everything()), far, CALENDAR)


def test_a_team_name_with_a_line_break_begins_no_header(facts, manager):
    """A subject is one line whatever a CRM holds."""
    audience = daily.audience_of(facts, manager, "Mia\r\nBcc: all@example.test")
    made = pages.rendered(daily.letter(facts, audience, MORNING, CALENDAR), "https://q.test", no_picture)

    assert "\n" not in made.subject
    assert "\r" not in made.subject


def test_a_letter_with_every_picture_is_small(facts):
    """Twelve reps with ten charts: pictures in base64, HTML and text stay below 95 kB together."""
    _, letter = letter_for(facts, Scope.everything())

    made = pages.rendered(letter, "https://q.test")

    assert len(made.pictures) == 10
    assert all(picture.startswith(b"\x89PNG") for picture in made.pictures.values())
    pictures = sum(map(len, made.pictures.values())) * 4 / 3 * 1.03
    assert pictures + len(made.html) + len(made.text) * 1.2 < 95_000


def test_pictures_that_would_be_too_large_are_drawn_with_fewer_pixels(facts):
    """Long names and many reps cost sharpness, not the limit."""
    _, letter = letter_for(facts, Scope.everything())
    asked = []

    def heavy(spec, scale):
        asked.append(scale)
        return bytes(int(9_000 * scale))

    made = pages.rendered(letter, "https://q.test", heavy)

    assert set(asked) == {1.25, 1.0}
    assert {len(one) for one in made.pictures.values()} == {9_000}


def test_few_colours_keep_a_rare_one():
    """A red dot among thousands of grey pixels is not drawn to grey."""
    import struct
    import zlib

    rows = [bytes([1]) + bytes([200, 200, 200, 255]) + bytes(99 * 4) for _ in range(100)]
    rows[50] = bytes([0]) + bytes([217, 72, 15, 255]) * 5 + bytes([200, 200, 200, 255]) * 95

    def chunk(name, content):
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 100, 8, 6, 0, 0, 0))
    png += chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")

    small = with_few_colours(png)

    assert bytes([217, 72, 15]) in small
    assert len(small) < len(png)


def test_the_weekly_letter_counts_customers_as_the_page_does(facts):
    """This month to Friday, last month to the same working day: the page's days added up."""
    letter = weekly.letter(facts, MONDAY, CALENDAR)
    everybody = Scope.everything()
    audience = daily.audience_of(facts, everybody)

    assert letter.day == date(2025, 9, 12)
    assert letter.workdays == 10
    assert letter.same_day == date(2025, 8, 14)
    for first, count, signed in ((date(2025, 9, 1), 12, letter.now), (date(2025, 8, 1), 14, letter.before)):
        days = [(first + timedelta(days=at)).isoformat() for at in range(count)]
        page = sum(page_counts(facts, everybody, audience, day)["won"] for day in days)
        assert sum(one.customers for one in signed) == page


def test_the_weekly_letter_shows_every_team_and_the_pace_of_quota(facts):
    """Quota by working days; each team's row is the page's for that team and month."""
    letter = weekly.letter(facts, MONDAY, CALENDAR)

    if letter.pace is not None:
        assert letter.pace.due == pytest.approx(letter.pace.quota * 10 / 22)
    for team in letter.teams:
        asked = asks.question(facts, Scope.everything(), asks.Filters(team=team.name, period="2025-09"))
        page = asks.funnel(facts, Scope.everything(), asked)
        assert team.counts == tuple(one.leads for one in page.team_counts)
    made = weekly_mail.rendered(letter, "https://q.test", no_picture)
    assert made.subject.startswith("September so far: ")
    assert letter.teams[0].name in made.text
