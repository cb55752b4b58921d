import csv
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from funnel_leads import (
    AS_OF,
    PLAIN,
    TableFacts,
    day,
    drawn_leads,
    facts_table,
    lead_row,
    leads_table,
    reps_table,
)
from quintet.kernel.finding import Status
from quintet.management.formula import funnel as funnel_formula
from quintet.management.formula.funnel import default_question, fit_funnel
from quintet.management.formula.onion import peel
from quintet.management.metrics.inputs import read_funnel, read_onion
from quintet.management.terms.funnel import Coached, FunnelQuestion, Step, Verdict

HALF_YEAR = FunnelQuestion(date(2026, 1, 1), date(2026, 7, 1))
MAY = pa.scalar(day("2026-05-01"), pa.timestamp("us"))


def _funnel(leads, question=HALF_YEAR, **tables):
    return fit_funnel(read_funnel(TableFacts(leads, **tables), question)).funnel()


@pytest.fixture(scope="module")
def team():
    """Twelve reps of HubSpot's volumes; rep 4 closes a third as often, rep 6 reaches people less."""
    rates = np.tile(PLAIN, (12, 1))
    rates[3, 3] *= 0.3
    rates[5, 0] *= 0.6
    names = {k: f"Rep {k:02}" for k in range(1, 13)}
    return _funnel(drawn_leads(np.random.default_rng(11), rates), reps=reps_table(names))


def test_layout_is_counts_conversions_and_two_overall_rates(team):
    """Left the five stages, right the four steps, at the bottom the two higher stages to won."""
    rep = team.reps[0]
    assert [count.stage for count in rep.counts] == ["worked", "connected", "qualified", "demo", "won"]
    steps = ["worked-connected", "connected-qualified", "qualified-demo", "demo-won"]
    assert [one.step.key for one in rep.conversions] == steps
    assert [one.step.key for one in rep.overall] == ["worked-won", "connected-won"]
    assert [rate.step.key for rate in team.team_rates] == [*steps, "worked-won", "connected-won"]


def test_planted_weak_reps_are_found_and_read(team):
    """The two reps planted weak are weak where they were planted, and the sentence says so."""
    fourth, sixth = team.reps[3], team.reps[5]
    assert fourth.conversions[3].verdict is Verdict.WEAK
    assert fourth.reading.startswith("Weak in the demo: ")
    assert "customers a month" in fourth.reading
    assert (fourth.coach and fourth.coach.key, sixth.coach and sixth.coach.key) == (
        "demo-won",
        "worked-connected",
    )
    assert sixth.reading.startswith("Weak at reaching people: ")


def test_those_who_stand_out_come_first_where_reps_take_pages():
    """Weak before strong before the others, and by name among equals."""
    rates = np.tile(PLAIN, (12, 1))
    rates[[3, 9], 3] *= 0.3
    leads = drawn_leads(np.random.default_rng(11), rates)
    fit = fit_funnel(read_funnel(TableFacts(leads, reps=reps_table({3: "Zoe", 9: "Ann"})), HALF_YEAR))
    told = {rep.rep_id: {one.verdict for one in rep.conversions} for rep in fit.funnel().reps}
    rank = [
        0 if Verdict.WEAK in told[rep] else 1 if Verdict.STRONG in told[rep] else 2 for rep in fit.in_order
    ]

    assert rank == sorted(rank)
    assert rank.count(0) >= 2
    assert sorted(fit.in_order) == sorted(told)
    named = [fit.name(rep) for rep, place in zip(fit.in_order, rank, strict=True) if place == 0]
    assert named == sorted(named)


def test_counts_of_the_team_are_the_sum_of_the_reps(team):
    """Nothing is lost between the reps and the team."""
    for place, whole in enumerate(team.team_counts):
        assert whole.leads == sum(rep.counts[place].leads for rep in team.reps)
    for place, rate in enumerate(team.team_rates[:4]):
        assert rate.n == sum(rep.conversions[place].n for rep in team.reps)


def test_estimate_lies_between_the_raw_rate_and_the_team(team):
    """Luck is taken out by pulling a rep to the team, never past it (mature first step)."""
    for rep in team.reps:
        one = rep.conversions[0]
        low, high = sorted((one.raw, one.peer_rate))
        assert low - 0.01 <= one.rate <= high + 0.01
        assert one.lo < one.rate < one.hi


def test_steps_that_chance_explains_carry_no_ranks(team):
    """Ranks appear only where the reps differ beyond chance."""
    by_key = {rate.step.key: rate for rate in team.team_rates}
    assert by_key["worked-connected"].is_rankable
    assert not by_key["connected-qualified"].is_rankable
    assert all(rep.conversions[1].rank_lo is None for rep in team.reps)
    assert all(rep.conversions[0].rank_lo <= rep.conversions[0].rank_hi for rep in team.reps)
    assert any(
        text.startswith("Connects to qualifying calls: these reps are not ranked") for text in team.warnings
    )


def test_customers_at_stake_follow_the_formula(team):
    """Leads a month, through all rates, with the weak one replaced by the peers': about 100 x .1 x gap."""
    one = team.reps[3].conversions[3]
    rates = [other.rate for other in team.reps[3].conversions]
    leads = team.reps[3].conversions[0].n / team.question.months
    expected = leads * np.prod(rates[:3]) * (one.peer_rate - one.rate)
    assert one.to_peers.customers_per_month == pytest.approx(expected, rel=0.1)
    assert one.to_top.customers_per_month > one.to_peers.customers_per_month
    assert one.to_top.probability <= 0.85


def test_same_question_gives_the_same_answer():
    """Two fits of the same facts are equal in every digit."""
    leads = drawn_leads(np.random.default_rng(1), np.tile(PLAIN, (5, 1)))
    assert _funnel(leads) == _funnel(leads)


def test_young_cohorts_are_corrected_and_greyed():
    """Demos of the last weeks: the raw rate is far too low, the expected one is not, and it is greyed."""
    rates = np.tile(PLAIN, (10, 1))
    rng = np.random.default_rng(3)
    leads = drawn_leads(rng, rates, lag_days=(0.5, 1.0, 2.0, 60.0), leads_per_month=300)
    newest = FunnelQuestion(AS_OF.date() - timedelta(days=30), AS_OF.date() + timedelta(days=1))
    funnel = _funnel(leads, newest)
    won = funnel.team_rates[3]
    assert won.converted / won.n < 0.12
    assert won.lo < 1 / 3 < won.hi + 0.05
    assert all(rep.conversions[3].is_young for rep in funnel.reps)
    assert funnel.reps[0].conversions[3].status is Status.HEDGED
    assert not funnel.reps[0].conversions[0].is_young


def test_too_few_reps_are_silent():
    """Three reps cannot be compared: counts stay, rates do not, and the reason says what is missing."""
    funnel = _funnel(drawn_leads(np.random.default_rng(1), np.tile(PLAIN, (3, 1))))
    one = funnel.reps[0].conversions[0]
    assert (one.status, one.rate, one.n > 0) == (Status.SILENT, None, True)
    assert one.reason == "3 reps with leads at this step of the 4 needed to compare"
    assert funnel.reps[0].reading == f"Not enough data yet: {one.reason}."


def test_too_few_leads_are_silent_until_a_day():
    """Below twenty leads of the median rep the step is silent, with the day it may speak."""
    funnel = _funnel(drawn_leads(np.random.default_rng(1), np.tile(PLAIN, (6, 1)), leads_per_month=12))
    one = funnel.reps[0].conversions[3]
    assert one.status is Status.SILENT
    assert "leads at this step of the 20 needed" in one.reason
    assert one.expected_on > AS_OF.date()
    assert funnel.reps[0].coach is None


def test_a_thin_last_step_does_not_silence_the_first():
    """Too few demos of each rep to tell their closing apart; who reaches nobody is coached all the same."""
    rates = np.tile(PLAIN, (16, 1))
    rates[4, 0] *= 0.4
    leads = drawn_leads(np.random.default_rng(5), rates, leads_per_month=22)
    funnel = _funnel(leads)
    (weak,) = [rep for rep in funnel.reps if rep.rep_id == 5]
    last = weak.conversions[3]
    assert (funnel.team_rates[3].status, last.status) == (Status.SILENT, Status.SILENT)
    assert (last.rate, last.to_top) == (None, None)
    assert weak.coach == weak.conversions[0].step
    assert weak.conversions[0].to_top.customers_per_month > 0


def test_what_not_even_the_team_knows_silences_all():
    """Nobody ever won: no step can be said to bring customers."""
    rates = np.tile(PLAIN, (16, 1))
    rates[:, 3] = 0.0
    rates[4, 0] *= 0.4
    funnel = _funnel(drawn_leads(np.random.default_rng(5), rates, leads_per_month=22))
    (weak,) = [rep for rep in funnel.reps if rep.rep_id == 5]
    assert weak.coach is None
    assert weak.no_coach.startswith("not every step on the way to a customer has enough leads")


def test_rep_with_few_leads_is_silent_alone():
    """A rep with nine leads gets no rate; the others do."""
    rates = np.tile(PLAIN, (6, 1))
    leads = drawn_leads(np.random.default_rng(1), rates)
    rows = leads.to_pylist()
    kept = [row for row in rows if row["rep_id"] != 6] + [
        row for row in rows if row["rep_id"] == 6 and row["worked_at"] >= day("2026-01-01")
    ][:9]
    one = _funnel(facts_table("leads", kept)).reps[-1].conversions[0]
    assert (one.status, one.rate, one.n) == (Status.SILENT, None, 9)
    assert one.reason == "9 of the 10 leads it takes to say anything about one rep"


def test_rates_that_still_grow_are_hedged():
    """When old leads keep converting, the rates say that they will grow."""
    leads = drawn_leads(np.random.default_rng(1), np.tile(PLAIN, (9, 1)), lag_days=(1, 1, 1, 200.0))
    rate = _funnel(leads).team_rates[3]
    assert rate.is_still_rising
    assert "will grow" in rate.reason
    assert rate.status is Status.HEDGED


def test_rep_known_for_the_won_only_gives_no_rate():
    """Where only won leads name a rep, a rate per rep does not exist, and the page says why."""
    rows = [lead_row(k, 1 + k % 5, worked="2026-02-01", won="2026-03-01") for k in range(100)]
    rows += [lead_row(100 + k, None, worked="2026-02-01") for k in range(900)]
    funnel = _funnel(leads_table(*rows))
    told = "The rep is known for 100 of 100 won leads but for 0 of the 900 others"
    assert funnel.refusal == f"{told}: a rate per rep does not exist."
    assert funnel.team_rates == ()
    assert all(rep.conversions == rep.overall == () and rep.win_rate is None for rep in funnel.reps)
    assert funnel.reps[0].counts[-1].leads == 20


def test_stages_not_recorded_are_left_out():
    """A company that records worked and won only has one step, no bottom row, and is told so."""
    rows = []
    for k in range(400):
        won = {"won": "2026-03-01"} if k % 4 == 0 else {}
        rows.append(lead_row(k, 1 + k % 8, recorded=("worked", "won"), worked="2026-02-01", **won))
    funnel = _funnel(leads_table(*rows))
    assert funnel.stages == ("worked", "won")
    assert [one.step.key for one in funnel.reps[0].conversions] == ["worked-won"]
    assert funnel.reps[0].overall == ()
    left = "so the step goes straight from leads worked to customers won."
    assert f"Demos are not recorded in this data, {left}" in funnel.warnings


def test_won_and_lost_opportunities_give_a_win_rate():
    """Where lost opportunities are recorded, each rep's win rate stands beside the funnel."""
    deals = [
        {"opportunity_id": k, "rep_id": 1 + k % 5, "is_won": k % 3 == 0, "closed_at": day("2026-03-02")}
        for k in range(300)
    ]
    funnel = _funnel(leads_table(), opportunities=facts_table("opportunities", deals))
    assert funnel.refusal.startswith("No stage of the funnel is recorded")
    rows = [lead_row(k, 1 + k % 5, recorded=("won",), won="2026-03-01") for k in range(20)]
    funnel = _funnel(leads_table(*rows), opportunities=facts_table("opportunities", deals))
    won = funnel.reps[0].win_rate
    assert (won.n, won.rate is not None, won.known_share) == (60, True, 1.0)
    assert funnel.team_rates[-1].rate == pytest.approx(1 / 3, abs=0.02)


def test_default_window_is_six_calendar_months():
    """The running month and the five before it, across the turn of the year."""
    assert default_question(date(2026, 6, 30)) == FunnelQuestion(date(2026, 1, 1), date(2026, 7, 1))
    assert default_question(date(2026, 2, 3)).start == date(2025, 9, 1)


def test_empty_period_says_so():
    """With no leads in the period there is nothing to show and nothing breaks."""
    leads = drawn_leads(np.random.default_rng(1), np.tile(PLAIN, (4, 1)))
    funnel = _funnel(leads, replace(HALF_YEAR, start=date(2020, 1, 1), end=date(2020, 7, 1)))
    assert funnel.reps == ()
    assert all(rate.status is Status.SILENT for rate in funnel.team_rates)


@pytest.mark.shared_data
def test_thirty_fictional_reps_are_not_ranked(shared_data):
    """The public CRM example: 33.35 on 29 df, p = 0.26; thirty win rates, no rank, nobody weak."""
    deals = _crm_opportunities(shared_data)
    question = FunnelQuestion(date(2016, 1, 1), date(2018, 2, 1))
    rows = [lead_row(k, 1, recorded=("won",), won="2017-03-01") for k in range(3)]
    facts = TableFacts(leads_table(*rows), opportunities=deals, as_of=day("2017-12-31"))
    funnel = fit_funnel(read_funnel(facts, question)).funnel()
    rate = funnel.team_rates[-1]
    assert (rate.n, rate.converted, round(rate.homogeneity_p, 2)) == (6711, 4238, 0.26)
    assert not rate.is_rankable
    rated = [rep.win_rate for rep in funnel.reps if rep.win_rate.rate is not None]
    assert (len(rated), Counter(one.rank_lo for one in rated)) == (30, Counter({None: 30}))
    assert sum(one.verdict is Verdict.WEAK for one in rated) <= 1


def _crm_opportunities(shared_data) -> pa.Table:
    agents: dict[str, int] = {}
    deals = []
    with (shared_data / "crm_sales_opportunities" / "sales_pipeline.csv").open() as rows:
        for number, row in enumerate(csv.DictReader(rows)):
            if row["deal_stage"] in {"Won", "Lost"}:
                rep = agents.setdefault(row["sales_agent"], len(agents) + 1)
                closed = day(row["close_date"])
                won = row["deal_stage"] == "Won"
                deals.append({"opportunity_id": number, "rep_id": rep, "is_won": won, "closed_at": closed})
    return facts_table("opportunities", deals)


def _coached_in_may():
    """Rep 6 of twelve reached few people until the end of April, and as many as his peers since."""
    rates = np.tile(PLAIN, (12, 1))
    rates[5, 0] *= 0.4
    before = drawn_leads(np.random.default_rng(11), rates)
    after = drawn_leads(np.random.default_rng(12), np.tile(PLAIN, (12, 1)))
    parts = (
        before.filter(pc.less(before["worked_at"], MAY)),
        after.filter(pc.greater_equal(after["worked_at"], MAY)),
    )
    return pa.concat_tables(parts)


def test_who_was_coached_is_judged_there_by_the_leads_since():
    """All leads still propose what was coached; those since do not, and nothing else is counted otherwise."""
    leads = _coached_in_may()
    since = Coached(6, "worked-connected", date(2026, 5, 1))
    asked = (HALF_YEAR, replace(HALF_YEAR, coached=(since,)))
    fits = [fit_funnel(read_funnel(TableFacts(leads), one)) for one in asked]
    whole, lately = (fit.funnel() for fit in fits)
    old, new = (next(rep for rep in team.reps if rep.rep_id == 6) for team in (whole, lately))

    assert (old.coach and old.coach.key, new.coach) == ("worked-connected", None)
    worked = leads.filter(pc.and_(pc.equal(leads["rep_id"], 6), pc.greater_equal(leads["worked_at"], MAY)))
    assert new.conversions[0].n == worked.num_rows < old.conversions[0].n
    assert [one.n for one in new.conversions[1:]] == [one.n for one in old.conversions[1:]]
    assert (new.counts, lately.team_counts) == (old.counts, whole.team_counts)
    assert fits[1].chain.leads_per_month.tolist() == fits[0].chain.leads_per_month.tolist()
    others = (
        [[one.n for one in rep.conversions] for rep in team.reps if rep.rep_id != 6]
        for team in (whole, lately)
    )
    assert next(others) == next(others)


def _peeled(facts, since):
    """The onion of rep 6 by all leads, and by those since a day; what the others put in is the same."""
    asked = (HALF_YEAR, replace(HALF_YEAR, coached=(Coached(6, "worked-connected", since),)))
    inputs = [read_onion(facts, read_funnel(facts, one)) for one in asked]
    others = [[row for row in one.totals.to_pylist() if row["rep_id"] != 6] for one in inputs]
    assert others[0] == others[1]
    return [peel(one, 6, Step("worked", "demo")) for one in inputs]


def test_the_onion_of_who_was_coached_is_peeled_from_the_leads_since():
    """By all leads connects per dial cost customers; by those since nothing does."""
    before, lately = _peeled(TableFacts(_coached_in_may()), date(2026, 5, 1))

    assert (before.status, before.parts[0].name) == (Status.SPEAKS, "call_connect_rate")
    assert lately.status is Status.HEDGED
    old, new = ({one.name: one.rep_value for one in onion.parts} for onion in (before, lately))
    assert new["call_connect_rate"] > 1.3 * old["call_connect_rate"]


def test_the_onion_counts_every_lead_of_a_month_though_only_those_since_the_coaching_tell():
    """Coached in vain: half of the leads tell the same gap in customers a month."""
    rates = np.tile(PLAIN, (12, 1))
    rates[5, 0] *= 0.4
    facts = TableFacts(drawn_leads(np.random.default_rng(11), rates))
    before, lately = _peeled(facts, date(2026, 4, 1))

    assert lately.gap_per_month == pytest.approx(before.gap_per_month, rel=0.25)
    assert lately.parts[0].name == before.parts[0].name == "call_connect_rate"


def test_steps_fitted_side_by_side_are_those_fitted_one_after_the_other(monkeypatch):
    """A hundred reps and more: the same to the last digit, in the same order."""
    rates = np.tile(PLAIN, (110, 1))
    facts = TableFacts(drawn_leads(np.random.default_rng(4), rates, leads_per_month=30, months=6))
    found = []
    for threads in (2, 1):
        monkeypatch.setattr(funnel_formula, "_SIDE_BY_SIDE", threads)
        found.append(fit_funnel(read_funnel(facts, default_question(facts.as_of.date()))).funnel())

    assert found[0].team_rates == found[1].team_rates
    assert [rep.conversions for rep in found[0].reps] == [rep.conversions for rep in found[1].reps]
    assert [one.step for one in found[0].team_rates] == [one.step for one in found[1].team_rates]
