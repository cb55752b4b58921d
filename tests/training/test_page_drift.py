"""Whether a page's step drifted: counted equally on both sides, silent where thin, seldom wrong."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from quintet.kernel.finding import Status
from quintet.training.formula.page_drift import compared, page_drift
from quintet.training.metrics.page_steps import RepCount, Span, rep_counts, spans, step_pace
from small_company import small_company
from taught import people, taught

__all__ = ["people", "small_company", "taught"]

BOTH = (Span(date(2026, 1, 1), date(2026, 3, 1)), Span(date(2026, 3, 1), date(2026, 5, 1)))


def reps(rates, leads, rng):
    """Counts of reps whose true rates are these."""
    return [RepCount(at, leads, int(rng.binomial(leads, rate))) for at, rate in enumerate(rates)]


def test_both_sides_are_watched_equally_long():
    """The last leads before the version are those that had their time before it was written."""
    before, after = spans(date(2026, 3, 1), datetime(2026, 5, 31), within_days=30)  # noqa: DTZ001 -- as of facts

    assert (before.start, before.end) == (date(2025, 8, 1), date(2026, 1, 30))
    assert (after.start, after.end) == (date(2026, 3, 1), date(2026, 5, 1))
    assert (before.end - before.start).days == 182


def test_a_version_of_yesterday_has_nothing_after_it():
    """Neither a negative span nor leads of before."""
    _, after = spans(date(2026, 5, 30), datetime(2026, 5, 31), within_days=30)  # noqa: DTZ001

    assert after.start == after.end


def test_thin_sides_are_silent_and_say_what_they_lack():
    """Few leads, few reps: no rate, no drift, a reason."""
    rng = np.random.default_rng(1)
    many, few, three = reps([0.5] * 6, 30, rng), reps([0.5] * 6, 5, rng), reps([0.5] * 3, 60, rng)

    for before, after, reason in (
        (many, few, "30 leads came to its step since it was written"),
        (few, many, "30 leads came to its step before it was written"),
        (many, three, "3 reps had leads at its step since it was written: 4 tell"),
    ):
        found = compared(30, BOTH, before, after)
        assert found.status is Status.SILENT
        assert (found.change, found.has_moved, found.after.rate) == (None, False, None)
        assert found.reason.startswith(reason)
        assert found.sentence.startswith(reason)


def test_a_drop_beyond_chance_is_said():
    """From a half to a third with ten reps of sixty leads: the page is to be read again."""
    rng = np.random.default_rng(2)
    found = compared(30, BOTH, reps([0.5] * 10, 60, rng), reps([0.33] * 10, 60, rng))

    assert found.is_worse
    assert found.lo < -0.17 < found.hi < 0
    assert found.sentence.startswith("Its step has dropped since it was written: 3")
    assert [side.name for side in found.sides] == ["Before", "Since"]


def test_one_rep_with_many_leads_does_not_speak_for_all():
    """One rep's bad month of five hundred leads is that rep's, not the page's."""
    rng = np.random.default_rng(3)
    before = reps([0.5] * 8, 60, rng)
    after = [*reps([0.5] * 7, 60, rng), RepCount(7, 500, 100)]
    crude = sum(one.converted for one in after) / sum(one.n for one in after)

    found = compared(30, BOTH, before, after)
    assert crude < 0.38
    assert found.after.rate > 0.44
    assert not found.has_moved


def test_a_step_that_did_not_move_is_seldom_said_to():
    """Negative control, reps unlike each other: of 150 pages no more than stated are called stale."""
    rng = np.random.default_rng(4)
    said = 0
    for _ in range(150):
        rates = rng.beta(6, 14, 12)
        said += compared(30, BOTH, reps(rates, 40, rng), reps(rates, 25, rng)).has_moved

    assert said / 150 <= 0.1


def test_the_counts_are_those_of_a_plain_count(small_company):
    """Each rep's leads of a span, and how many converted in time, counted again by hand."""
    facts = small_company.facts
    span = Span(date(2025, 3, 1), date(2025, 6, 1))
    rows = facts.arrow(facts.table("leads")).to_pylist()
    mine = [
        row
        for row in rows
        if row["qualified_at"] and row["qualified_by"] and span.start <= row["qualified_at"].date() < span.end
    ]
    in_time = [
        row for row in mine if row["demo_at"] and row["demo_at"] - row["qualified_at"] <= timedelta(days=20)
    ]

    found = rep_counts(facts, "demo", span, 20)
    assert sum(one.n for one in found) == len(mine) > 50
    assert sum(one.converted for one in found) == len(in_time) > 10
    assert {one.rep_id for one in found} == {row["qualified_by"] for row in mine}


def test_most_conversions_come_within_the_days_a_lead_is_watched(small_company):
    """Eight of ten, or as many as the ends of the range allow."""
    facts = small_company.facts
    pace = step_pace(facts, "won")
    lags = [
        (row["won_at"] - row["demo_at"]).total_seconds() / 86_400
        for row in facts.arrow(facts.table("leads")).to_pylist()
        if row["won_at"] and row["demo_at"]
    ]

    assert pace.converted == len(lags)
    assert np.mean(np.array(lags) <= pace.within_days) >= 0.79 or pace.within_days == 90
    assert pace.recorded > 0.9


def test_a_page_of_the_company_is_counted_from_its_facts(small_company):
    """Written in the middle of the history, it has both sides."""
    found = page_drift(small_company.facts, "demo", date(2025, 5, 15))

    assert found.status is Status.SPEAKS
    assert min(found.before.n, found.after.n) >= 40
    assert found.lo < found.change < found.hi


@pytest.mark.django_db
def test_the_worker_counts_a_version_once_for_each_version_of_the_facts(small_company, people, taught):
    """What it found is on the page; pages that should move nothing are left alone."""
    from quintet.training.actions.playbook import check_steps, write
    from quintet.training.asks.playbook import page
    from quintet.training.terms.playbook import PageText
    from taught import NOW

    write(PageText("free", "product", "Free", "Moves nothing."), **taught.by)
    for version in (taught.worth, taught.price):
        version.written_at = datetime(2025, 5, 15, tzinfo=NOW.tzinfo)
        version.save()

    assert check_steps(small_company.facts, NOW) == "2 pages counted"
    assert check_steps(small_company.facts, NOW) == "0 pages counted"
    assert page("worth").drift == page_drift(small_company.facts, "connected", date(2025, 5, 15))
    assert page("free").drift is None
