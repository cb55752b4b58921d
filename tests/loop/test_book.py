"""The quarter book: numbers that agree with a plain count, nothing from later, a PDF of any text."""

import json

import numpy as np
import pytest
from django.test import Client

from quintet.calendar.fiscal import FiscalCalendar
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.loop.asks_decisions import Reader
from quintet.loop.book.asks import book, periods
from quintet.loop.book.figures import figures, total_of
from quintet.loop.book.printing import as_data, as_pdf, drawn
from quintet.loop.terms import Curve, CurvePoint

pytestmark = pytest.mark.django_db
EVERYBODY = Reader(Scope.everything())
QUARTER = FiscalCalendar().parse("2025Q3")


def _told(home, period="2025Q3", company="Acme"):
    return book(home, period, company, EVERYBODY)


# ---------------------------------------------------------------- numbers


def test_figures_agree_with_a_plain_count(small_company):
    """Customers are leads won in the quarter, revenue sums what was signed; each has n and interval."""
    facts = Facts.published(small_company.home)
    leads, deals = (facts.arrow(facts.table(one)).to_pylist() for one in ("leads", "opportunities"))
    found = {one.name: one for one in figures(facts, QUARTER, FiscalCalendar().previous(QUARTER))}
    won = [one for one in leads if one["won_at"] and one["won_at"].date() in QUARTER]
    signed = sum(one["mrr"] or 0 for one in deals if one["is_won"] and one["closed_at"].date() in QUARTER)

    assert found["New customers"].value == f"{len(won):,}"
    assert found["Recurring revenue signed, USD a month"].value == f"{signed:,.0f}"
    assert all(one.n > 0 and one.lo and one.hi for one in found.values())


def test_even_weeks_move_as_single_cases_do_and_uneven_ones_more():
    """A hundred cases one by one: the square root of 100; all in two weeks of thirteen: far more."""
    days = np.arange(91)
    even = np.datetime64(QUARTER.start) + np.tile(days, 2)
    lumped = np.datetime64(QUARTER.start) + np.repeat([8, 50], 91)

    assert total_of(np.ones(182), even, QUARTER).spread == pytest.approx(np.sqrt(182))
    assert total_of(np.ones(182), lumped, QUARTER).spread > 5 * np.sqrt(182)


def test_ordinary_quarters_are_rarely_told_apart():
    """Weeks from one distribution, over-dispersed as sales are: the 90 % rule errs in about one of ten."""
    rng = np.random.default_rng(5)
    apart = []
    for _ in range(600):
        sums = []
        for _ in range(2):
            counts = rng.negative_binomial(4, 4 / (4 + 12.0), 13)
            at = np.datetime64(QUARTER.start) + np.repeat(7 * np.arange(13), counts)
            sums.append(total_of(np.ones(len(at)), at, QUARTER))
        apart.append(abs(sums[0].value - sums[1].value) / np.hypot(sums[0].spread, sums[1].spread))

    assert np.mean(np.asarray(apart) > 1.645) < 0.14


# ---------------------------------------------------------------- what it knew


def test_the_book_of_an_older_quarter_knows_nothing_of_later_ones(turned):
    """Its curve ends there, and it tells what was decided then."""
    (chapter,) = [one for one in _told(turned, "2025Q2").chapters if one.title == "Lead score"]
    (newest,) = [one for one in _told(turned).chapters if one.title == "Lead score"]

    assert periods(turned) == ("2025Q3", "2025Q2", "2025Q1")
    assert [one.period for one in chapter.curve.points] == ["2025Q2"]
    assert (chapter.decided, chapter.in_use) == ("what was decided in the 2. quarter", "naive answer")
    assert [one.period for one in newest.curve.points] == ["2025Q2", "2025Q3"]
    assert newest.worth.value == "10.0%"
    assert newest.worth.n == 240


def test_what_the_formulas_cannot_say_is_said(turned):
    """A formula that was never turned stands among what is not known yet, with the reason."""
    told = _told(turned, "2025Q1")

    assert any(one.what.startswith("Hiring index") for one in told.unknown)
    assert all(one.why for one in told.unknown)


# ---------------------------------------------------------------- pages and print


def test_the_page_and_the_pdf_are_for_those_who_answer_to_the_board(visit):
    """Executives read it; a manager, who leads some of those it speaks of, does not."""
    page = visit("executive", "/loop/book/2025Q3/")
    printed = visit("operations", "/loop/book/2025Q3.pdf")

    assert page.status_code == 200
    assert "The quarter in numbers" in page.content.decode()
    assert "10.0%" in page.content.decode()
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF-")
    assert visit("executive", "/loop/book/").url == "/loop/book/2025Q3/"
    assert visit("executive", "/loop/book/2031Q1/").status_code == 400
    assert {visit(role, "/loop/book/2025Q3.pdf").status_code for role in ("manager", "rep")} == {403}


def test_before_the_first_turn_the_book_says_how_it_comes_about(small_company, settings, django_user_model):
    """No empty covers."""
    settings.HOME = small_company.home
    user = django_user_model.objects.create_user("vera@test.test", "executive", "pass")
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert "No quarter has been turned yet" in browser.get("/loop/book/").content.decode()


def test_any_text_is_printed_as_it_is_and_the_same_book_gives_the_same_bytes(turned):
    """What a person typed is never read as a command of the typesetter."""
    hostile = _told(turned, company='#panic("no") *a* $b$ <c> \\ "d" ©')

    assert as_pdf(hostile) == as_pdf(hostile)
    assert as_pdf(hostile) != as_pdf(_told(turned))


def test_a_curve_is_drawn_inside_its_frame_with_round_ticks():
    """Also one that falls below the naive answer, and one point alone."""
    points = tuple(
        CurvePoint(
            f"2025Q{at}", 10, 5, 0.2 - gain, 0.2, gain, gain - 0.02, gain + 0.02, 0.01, None, None, "x"
        )
        for at, gain in enumerate((-0.05, 0.01, 0.06), start=1)
    )
    for some in (points, points[:1]):
        told = drawn(Curve("x", some, None, None, None, None, None, None, ""))
        inside = [value for one in told["points"] for key, value in one.items() if key != "name"]

        assert all(0 <= value <= 1 for value in (*inside, told["zero"], *(one["y"] for one in told["ticks"])))
        assert 2 <= len(told["ticks"]) <= 7
        assert "0%" in {one["name"] for one in told["ticks"]}
    assert drawn(Curve("x", (), None, None, None, None, None, None, ""))["points"] == []


def test_the_typesetter_gets_days_as_people_write_them_and_any_text_as_it_is(turned):
    """A board reads 1 Jul 2025; what was typed goes through untouched."""
    told = json.loads(as_data(_told(turned, company='#panic("no") *a*')))

    assert (told["first_day"], told["last_day"]) == ("1 Jul 2025", "30 Sep 2025")
    assert told["company"] == '#panic("no") *a*'
    assert len(told["curves"]) == len(told["chapters"])
