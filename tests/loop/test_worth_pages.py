"""Worth on its pages: who may read it, what it says before anything can be told, and the cases behind it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from quintet.calendar.periods import month_number
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.plain import as_plain, text_of
from quintet.loop.actions.worth import renew, worth_shelf
from quintet.loop.worth import asks
from quintet.loop.worth.cases import cases
from quintet.loop.worth.reading import read_coaching, read_parts
from quintet.loop.worth.terms import Amount, Brought
from quintet.management.models.coaching import CoachingPlan

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, tzinfo=UTC)
EFFECT = {
    "status": "speaks", "until": "2025-08-31", "n_before": 200, "n": 90, "converted": 40, "effect": 0.1,
    "effect_lo": -0.05, "effect_hi": 0.25, "customers": 2.0, "customers_lo": -1.0, "customers_hi": 5.0,
    "peers": 9,
}  # fmt: skip


@pytest.fixture
def boss(django_user_model):
    """Who opened the plans."""
    return django_user_model.objects.create_user("bea@test.test", "manager", "pass")


def plan(boss, rep_id, *, proposed="demo-won", result=EFFECT):
    """A plan at the step from demo to customer, opened in June."""
    return CoachingPlan.objects.create(
        rep_id=rep_id, step="demo-won", finding="f", goal=0.4, review_on=date(2025, 9, 1),
        proposed={"step": proposed}, opened_on=date(2025, 6, 1), opened_by=boss, result=result,
    )  # fmt: skip


def test_only_measured_plans_at_the_proposed_skill_count(turned, small_company, boss):
    """One does; one waits, one is the manager's own choice."""
    reps = sorted(small_company.team)
    plan(boss, reps[0])
    plan(boss, reps[1], result=None)
    plan(boss, reps[2], proposed="connected-qualified")
    part = read_coaching(Facts.published(turned), "USD", frozenset())
    told = part.over(asks_period("2025Q2"))

    assert (len(part.plans), part.waiting, part.own) == (1, 1, 1)
    assert told.customers.value == pytest.approx(2.0 * 30 / 30.4375)
    assert told.mrr is not None
    assert told.note == "1 more plans are not measured yet"


def asks_period(name):
    """A quarter."""
    from quintet.calendar.fiscal import FiscalCalendar

    return FiscalCalendar().parse(name)


def test_each_formula_has_its_part_and_coached_months_are_not_the_indexs(turned, small_company, boss):
    """In the order of the house; a month of a rep counts for one of them alone."""
    plan(boss, min(small_company.team))
    parts = read_parts(Facts.published(turned), "USD")

    assert [one.about.key for one in parts] == ["index", "modules", "coaching", "score"]
    assert month_number(date(2025, 6, 1)) == 2025 * 12 + 5


def test_it_is_kept_and_worked_out_anew_when_a_plan_was_measured(turned, small_company, boss):
    """The same facts and decisions give nothing new; another effect does."""
    facts = Facts.published(turned)
    first, again = renew(facts, now=NOW), renew(facts, now=NOW)
    plan(boss, min(small_company.team))
    after = renew(facts, now=NOW)
    told = asks.worth(facts)

    assert first == "Nobody can say yet what the formulas are worth"
    assert again == "up to date"
    assert after == first  # what was compared alone is not in the headline
    assert told.is_current
    assert told.worth.newest.wider.adds == ("One skill to coach",)
    assert told.worth.newest.drawn.missing == ("Which module first", "Lead score")
    assert told.worth.since == date(2025, 6, 1)


def test_the_page_says_what_is_known_and_what_each_formula_waits_for(visit, small_company, boss):
    """Before it is worked out; then the compared number, labelled, with what could fool it."""
    from django.conf import settings

    assert "Not worked out yet" in visit("executive", "/loop/worth/").content.decode()
    plan(boss, min(small_company.team))
    renew(Facts.published(settings.HOME), now=NOW)
    page = visit("executive", "/loop/worth/")
    text = page.content.decode()

    assert page.status_code == 200
    assert "Nobody can say yet what the formulas are worth" in text
    assert "unknown and not 0: Which module first, Lead score" in text
    assert "0 leads were held out of the score, and it takes 100" in text
    assert "Managers chose whom to coach" in text
    assert "+6.0" in text  # two a month for three months
    assert visit("auditor", "/loop/worth/?period=2025Q2").status_code == 200
    assert visit("executive", "/loop/worth/?period=2031Q1").status_code == 400
    assert {visit(role, "/loop/worth/").status_code for role in ("manager", "rep", "recruiter")} == {403}


def test_every_number_opens_its_cases(visit, small_company, boss):
    """The plan behind the coached skill; hires by the index are candidate data and open for nobody."""
    from django.conf import settings

    one = plan(boss, min(small_company.team))
    renew(Facts.published(settings.HOME), now=NOW)
    page = visit("executive", "/loop/worth/records/?formula=coaching&period=2025Q3&since=start")

    assert f"/management/coaching/{one.pk}/" in page.content.decode()
    assert visit("executive", "/loop/worth/records/?formula=index").status_code == 404
    assert visit("executive", "/loop/worth/records/?formula=score").status_code == 200
    assert visit("manager", "/loop/worth/records/?formula=coaching").status_code == 403


def test_cases_are_those_the_reader_may_see(turned, small_company, boss):
    """A reader of one team sees its plans and no other."""
    mine, other = min(small_company.team), 999_999
    plan(boss, mine)
    plan(boss, other)
    facts, span = Facts.published(turned), asks_period("2025Q3")

    assert len(cases(facts, Scope.everything(), "coaching", span).rows) == 2
    assert len(cases(facts, Scope(rep_ids=small_company.team), "coaching", span).rows) == 1
    assert cases(facts, Scope.everything(), "modules", span).rows == []
    assert cases(facts, Scope.everything(), "index", span) is None


def with_answers(worth):
    """The same with a hold-out that speaks, in every period."""
    told = Brought(Amount(41, 12, 70), Amount(6200, 1700, 10_800), 240, "leads held out", 4300)
    periods = []
    for one in worth.periods:
        score = replace(one.parts[-1], now=told, so_far=told, why_not=None, why_not_now=None)
        total = replace(one.drawn, customers=told.customers, mrr=told.mrr, adds=("Lead score",),
                        missing=("Which module first",))  # fmt: skip
        periods.append(
            replace(
                one,
                parts=(*one.parts[:-1], score),
                drawn=total,
                drawn_now=total,
                wider=total,
                wider_now=total,
            )
        )
    return replace(worth, currency="USD", periods=tuple(periods))


def keep(home, worth):
    """As the worker keeps it."""
    shelf = worth_shelf(home)
    why = shelf.uses()[-1].why
    shelf.use(shelf.put(text_of(as_plain(worth))), NOW, why)


def test_a_number_that_speaks_stands_at_the_top_and_in_the_book(visit, turned):
    """The page, the quarter book and its PDF say the same."""
    facts = Facts.published(turned)
    renew(facts, now=NOW)
    keep(turned, with_answers(asks.worth(facts).worth))
    page = visit("executive", "/loop/worth/").content.decode()
    book = visit("executive", "/loop/book/2025Q3/").content.decode()
    printed = visit("executive", "/loop/book/2025Q3.pdf")

    assert "41 customers more (+12 to +70)" in page
    assert "+6,200" in page
    assert "n 240 leads held out, told of 4,300" in page
    assert "41 customers more (+12 to +70)" in book
    assert printed.content.startswith(b"%PDF-")


def test_the_same_facts_give_the_same_bytes(turned, small_company, boss):
    """Draws are seeded: worked out twice, one version is kept."""
    plan(boss, min(small_company.team))
    facts = Facts.published(turned)
    renew(facts, now=NOW)
    kept = {path.name: path.read_text() for path in worth_shelf(turned).versions()}
    (worth_shelf(turned).folder / "log.jsonl").unlink()
    renew(facts, now=NOW)

    assert {path.name: path.read_text() for path in worth_shelf(turned).versions()} == kept
    assert json.loads(next(iter(kept.values())))["currency"] == "USD"


def test_home_shows_it_from_hold_outs_else_as_compared_else_what_is_missing(
    visit, turned, small_company, boss
):
    """The executive's panel: nothing yet; a compared number labelled as such; then the drawn one."""
    facts = Facts.published(turned)
    renew(facts, now=NOW)
    assert "Nobody can say yet what the formulas are worth" in panel(visit)
    plan(boss, min(small_company.team))
    renew(facts, now=NOW)
    assert "One skill to coach, compared, not drawn" in panel(visit)
    keep(turned, with_answers(asks.worth(facts).worth))
    assert "Lead score, by hold-out: chance decided who got the formula." in panel(visit)
    assert "41 customers more (+12 to +70)" in panel(visit)
    assert visit("manager", "/home/loop.worth/").status_code == 404


def panel(visit):
    """As the executive's home page loads it."""
    return visit("executive", "/home/loop.worth/").content.decode()
