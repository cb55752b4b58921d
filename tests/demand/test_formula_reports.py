"""The reports on planted leads: order, intervals, what chance shows, and small things by hand."""

import sys
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from quintet.demand.formula.reports.build import span_of
from quintet.demand.formula.reports.clocks import counted, fit_clock, pooled, rates_of
from quintet.demand.formula.reports.content import content_report, went_with
from quintet.demand.formula.reports.looks import LookLeads, behaviours
from quintet.demand.formula.reports.money import advice_of, costs_of
from quintet.demand.formula.reports.reading import sources_reading, terms_reading
from quintet.demand.formula.reports.sources import fit_clocks, grouped, sources_report
from quintet.demand.formula.reports.terms import terms_report
from quintet.demand.metrics.reports import Named, Spent, Touched, as_known, from_hand_over
from quintet.demand.terms.reports import Amount, Rate, ReportQuestion, SourcesReport
from quintet.kernel.finding import CausalGrade, Status
from quintet.kernel.plain import as_plain, as_report

YEAR = ReportQuestion(date(2025, 1, 1), date(2026, 1, 2))
NOTHING = Named(np.zeros(0, dtype=np.int64), ())
NO_SPEND = Spent(np.zeros(0, "datetime64[us]"), NOTHING, NOTHING, np.zeros(0), "", is_mixed=False)


@pytest.fixture(scope="module")
def study(root):
    """studies/demand_reports.py, imported as it is run."""
    sys.path.insert(0, str(root / "studies"))
    try:
        import demand_reports
    finally:
        sys.path.remove(str(root / "studies"))
    return demand_reports


def test_five_hundred_terms_of_no_effect_are_seldom_reported(study):
    """At most a tenth of the runs report any term; looking without correction reports some in nearly all."""
    found = [study.reported_terms(seed, 8_000, terms=500) for seed in range(40)]

    assert np.mean([one.reported > 0 for one in found]) <= 0.10
    assert np.mean([one.uncorrected > 0 for one in found]) > 0.5


def test_planted_terms_are_found_and_few_of_them_falsely(study):
    """Terms with a hundred leads that shift the odds by 0.35: many are found, hardly any the wrong way."""
    found = [study.reported_terms(seed, 20_000) for seed in range(6)]

    assert sum(one.wrong for one in found) <= 0.1 * max(sum(one.reported for one in found), 10)
    assert sum(one.strong_found for one in found) >= 0.3 * sum(one.strong for one in found)


@pytest.mark.parametrize("kind", ["source", "landing"])
def test_planted_rates_are_covered_and_ordered(study, kind):
    """Nine in ten intervals hold the true rate, young leads and all; what is claimed to be higher is."""
    found = [study.rated(study.drawn(seed, 2_000), kind) for seed in range(25)]

    covered = sum(one.covered for one in found) / sum(one.groups for one in found)
    assert 0.83 <= covered <= 0.96
    assert sum(one.right for one in found) >= 0.96 * sum(one.claimed for one in found)
    assert np.mean([one.rank for one in found]) > 0.8


def test_sources_alike_are_not_ranked(study):
    """Where every lead has the same chance the page says that chance explains the spread."""
    said = [study.ranked_by_chance(seed, 2_000) for seed in range(40)]

    assert np.mean(said) <= 0.125
    company = study.drawn(0, 2_000, alike=True)
    report = sources_report(company.leads, fit_clocks(company.leads), NO_SPEND, YEAR)
    assert "No ranking" in sources_reading(report, "qualified")
    assert {one.advice.word for one in report.groups} == {""}


def test_young_months_come_to_what_was_forecast(study):
    """Nine in ten cells of source and month end inside their interval."""
    held = np.array([study.forecast_months(seed, 4_000) for seed in range(8)]).sum(axis=0)

    assert 0.86 <= held[0] / held[1] <= 0.99


def test_a_rate_without_censoring_is_the_plain_one(study):
    """When every lead is old, the estimate lies between the raw rate and the others', and n is everybody."""
    company = study.drawn(3, 3_000)
    clock = fit_clock(company.later, "qualified")
    clock = replace(clock, known=np.ones(3_000))
    counts = counted(clock, np.ones(3_000, dtype=bool), group=company.leads.words["source"].codes)
    rates = rates_of(counts, pooled(counts), clock)

    overall = counts.converted.sum() / 3_000
    assert counts.n.sum() == 3_000
    for one in rates:
        assert one.raw == one.converted / one.n
        assert min(one.raw, overall) - 0.01 <= one.rate <= max(one.raw, overall) + 0.01


def test_young_leads_are_not_counted_as_lost(study):
    """Cut three weeks after most came, the rate is near the final one; converted over leads is far below."""
    company = study.drawn(4, 6_000, median=30.0)
    recent = company.leads.since >= company.leads.until - np.timedelta64(40, "D")
    clock = fit_clock(company.leads, "qualified")
    counts = counted(clock, recent, group=np.zeros(6_000, dtype=np.int64))
    rate = rates_of(counts, pooled(counts), clock)[0]
    final = company.later.converted["qualified"][recent].mean()

    assert rate.raw < 0.6 * final
    assert rate.lo <= final <= rate.hi


def test_behaviour_that_means_nothing_is_seldom_reported(study):
    """Sixty random behaviours, both ways looked at: few companies are told of any."""
    assert sum(study.chance_looks(seed, 1_500, looks=40) for seed in range(20)) <= 5


def test_what_its_source_explains_is_not_content(study):
    """Content that only the better source's leads see goes with nothing, source for source."""
    company = study.drawn(5, 8_000)
    source = company.leads.words["source"]
    seen = np.random.default_rng(5).random(8_000) < np.where(
        source.codes == source.levels.index("referral"), 0.9, 0.1
    )
    clock = fit_clock(company.leads, "qualified")
    look = [LookLeads("Content", "x", np.flatnonzero(seen))]

    one = content_report(company.leads, clock, ([], look), (YEAR, np.ones(8_000, dtype=bool))).contents[0]

    assert one.rate.rate > 1.15 * one.rate_without.rate
    assert 0.9 < one.more.raw < 1.1
    assert one.grade is went_with("x") is CausalGrade.ASSOCIATION


def test_only_what_was_known_then_counts(study):
    """Cut at an earlier day, later leads are gone and later conversions have not happened."""
    company = study.drawn(6, 1_000)
    cut = company.leads.since[500]

    then = as_known(company.leads, cut)

    assert len(then) == 501
    lag = company.leads.lag_days["won"][:501]
    age = (cut - company.leads.since[:501]) / np.timedelta64(86_400_000_000, "us")
    assert then.converted["won"].tolist() == (lag <= age).tolist()


def test_a_sale_dated_before_its_lead_is_not_within_ninety_days(study):
    """It counts as won in the end, and for nothing else."""
    leads = study.drawn(7, 400).leads
    lag = leads.lag_days["won"].copy()
    first = int(np.flatnonzero(lag <= 60)[0])
    lag[first] = -3.0
    odd = replace(leads, lag_days=leads.lag_days | {"won": lag})

    assert not fit_clock(odd, "won", 90).is_converted[first]
    assert fit_clock(odd, "won").is_converted[first]


def test_clocks_of_content_start_at_hand_over(study):
    """A lead handed over two days late was two days quicker from then on."""
    leads = study.drawn(8, 50).leads
    late = replace(leads, handed_at=leads.since + np.timedelta64(2, "D"))

    moved = from_hand_over(late)

    before, after = leads.lag_days["won"], moved.lag_days["won"]
    assert np.allclose(after, before - 2.0, equal_nan=True)
    assert (moved.since == late.handed_at).all()


def test_first_visits_by_hand():
    """Two leads: one sees two pages and fills a form within a day, the other comes back a week later."""
    at = np.array(["2025-03-03T08:00", "2025-03-03T09:00", "2025-03-03T10:00", "2025-03-04T19:30",
                   "2025-03-11T19:30"], "datetime64[us]")  # fmt: skip
    channel = Named(np.array([1, 1, 0, 1, 1]), ("form", "web"))
    content = Named(np.array([0, 2, 1, 0, 2]), ("/blog", "demo", "/pricing"))
    touched = Touched(np.array([0, 0, 0, 1, 1]), at, channel, content)
    leads = _two_leads()

    found = {(one.family, one.name): one.leads.tolist() for one in behaviours(leads, touched)}

    assert found["Pages seen", "2–3 pages"] == [0]
    assert found["Pages seen", "1 page"] == [1]
    assert found["Pricing seen", "yes"] == [0]
    assert found["Form filled", "form: demo"] == [0]
    assert found["Weekday of first touch", "Monday"] == [0]
    assert found["Hour of first touch", "18–21 h"] == [1]
    assert found["Landing page", "/blog"] == [0, 1]


def _two_leads():
    from quintet.demand.metrics.reports import ReportLeads

    since = np.array(["2025-03-12", "2025-03-12"], "datetime64[us]")
    none = Named(np.array([-1, -1]), ())
    words = dict.fromkeys(("source", "campaign", "term", "segment", "currency"), none)
    words["landing"] = Named(np.array([0, 0]), ("/blog",))
    never = np.array([np.nan, np.nan])
    hits = dict.fromkeys(("qualified", "won"), np.zeros(2, dtype=bool))
    lags = dict.fromkeys(("qualified", "won"), never)
    return ReportLeads(np.array([1, 2]), since, since, words, hits, lags, never, never, since[0])


def test_groups_are_the_largest_the_rest_and_the_nameless():
    """Largest first, then all others together, then those without a name."""
    column = Named(np.array([0, 1, 1, 2, 2, 2, -1]), ("a", "b", "c"))

    names, group = grouped(column, np.ones(7, dtype=bool), 2)

    assert names == ("c", "b", "(all others)", "")
    assert group.tolist() == [2, 1, 1, 0, 0, 0, 3]


def test_costs_by_hand():
    """1,200 for 100 leads is 12 a lead; at a rate of 5 % a customer costs 240."""
    won = Rate(100, 5, 0.05, 0.05, 0.03, 0.08, 0.2, 0.5, 1.0, Status.SPEAKS)

    per_lead, per_customer = costs_of(1200.0, "USD", 100, won)

    assert per_lead.value == 12.0
    assert per_customer.value == pytest.approx(240.0)
    assert (per_customer.lo, per_customer.hi) == (pytest.approx(150.0), pytest.approx(400.0))
    assert costs_of(None, "USD", 100, won)[0].value is None


@pytest.mark.parametrize(("cost", "word"), [(2.0, "keep"), (10.0, "test"), (60.0, "stop")])
def test_advice_follows_what_a_lead_brings_against_its_cost(cost, word):
    """A lead worth about 10: cheap is kept, dear is stopped, in between is tested; too young says nothing."""
    won = Rate(400, 20, 0.05, 0.05, 0.03, 0.07, 0.2, 0.5, 1.0, Status.SPEAKS)
    draws = np.random.default_rng(1).beta(20, 380, 2000)
    per_lead = Amount(400, "cost per lead", "USD", cost)

    assert advice_of(won, draws, (200.0, 10.0, "twelve months"), per_lead, differ=True).word == word
    young = replace(won, known_share=0.3)
    assert advice_of(young, draws, (200.0, 10.0, "twelve months"), per_lead, differ=True).word == ""


def test_without_a_cost_only_a_rate_beyond_chance_is_kept():
    """Nothing is stopped for its rate alone; and where chance explains the spread nothing is kept."""
    unknown = Amount(0, "cost per lead")
    best = Rate(400, 60, 0.15, 0.15, 0.12, 0.18, 0.1, 0.99, 1.0, Status.SPEAKS)
    worst = replace(best, p_above=0.01)
    draws = np.full(10, 0.15)

    assert advice_of(best, draws, (200.0, 1.0, ""), unknown, differ=True).word == "keep"
    assert advice_of(best, draws, (200.0, 1.0, ""), unknown, differ=False).word == ""
    assert advice_of(worst, draws, (200.0, 1.0, ""), unknown, differ=True).word == ""


def test_a_report_survives_being_kept(study):
    """What is read back is what was computed, to six digits."""
    company = study.drawn(9, 800)
    report = sources_report(company.leads, fit_clocks(company.leads), NO_SPEND, YEAR)

    back = as_report(SourcesReport, as_plain(report))

    assert as_plain(back) == as_plain(report)
    assert back.groups[0].won.status is report.groups[0].won.status
    assert back.question == YEAR


def test_lifetime_value_stands_for_a_customer_where_it_is_known(study):
    """A source with a lifetime value shows it; one without says so, and shows no other kind of number."""
    company = study.drawn(11, 600)
    known = {"referral": Amount(40, "lifetime value", "USD", 3000.0, 2000.0, 4000.0, Status.SPEAKS)}

    report = sources_report(company.leads, fit_clocks(company.leads), NO_SPEND, YEAR, known)

    worth = {one.name: one.value for one in report.groups}
    assert worth["referral"] == known["referral"]
    assert (worth["social"].value, worth["social"].label) == (None, "lifetime value")


def test_nobody_is_told_as_nobody(study):
    """A period without leads, or leads without a term, gives a sentence and no number."""
    company = study.drawn(10, 300)
    before = ReportQuestion(date(2020, 1, 1), date(2020, 2, 1))

    assert sources_report(company.leads, fit_clocks(company.leads), NO_SPEND, before).groups == ()
    report = terms_report(company.leads, fit_clock(company.leads, "won"), before)
    assert "search term" in terms_reading(report)


def test_periods_are_calendar_months_with_the_running_one():
    """The last three months on 30 September are July to September."""
    assert span_of("last3", date(2026, 9, 30), date(2024, 5, 5)) == (date(2026, 7, 1), date(2026, 10, 1))
    assert span_of("last12", date(2026, 1, 4), date(2024, 5, 5)) == (date(2025, 2, 1), date(2026, 1, 5))
    assert span_of("all", date(2026, 9, 30), date(2024, 5, 5))[0] == date(2024, 5, 5)


def test_a_campaign_is_worth_what_its_source_is(study):
    """A campaign has no lifetime of its own: it takes that of the source most of its leads have."""
    leads = study.drawn(3, 2_000).leads
    source = leads.words["source"]
    campaigns = Named(source.codes, tuple(f"{name}-spring" for name in source.levels))
    leads = replace(leads, words={**leads.words, "campaign": campaigns})
    worth = Amount(90, "lifetime value", "USD", 500.0, 450.0, 550.0, Status.SPEAKS)

    report = sources_report(leads, fit_clocks(leads), NO_SPEND, YEAR, {"referral": worth})

    told = {(one.kind, one.name): one.value.value for one in report.groups}
    assert told["campaign", "referral-spring"] == told["source", "referral"] == 500.0
    assert told["campaign", "direct-spring"] is None
