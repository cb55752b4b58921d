from datetime import date

import ibis
import numpy as np
import pyarrow.parquet as pq
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
from quintet.facts.engines import engine_named
from quintet.facts.schema import STAGES, TABLES
from quintet.kernel.errors import NotEnoughData
from quintet.management.metrics import cohorts, tables, tallies
from quintet.management.metrics.entries import Names, closings, entries, first_work, stage_entries
from quintet.management.metrics.inputs import (
    RepKnowledge,
    neighbours,
    overall_steps,
    read_company,
    read_funnel,
    read_onion,
    read_work,
)
from quintet.management.terms.funnel import FunnelQuestion, Step

SPRING = FunnelQuestion(date(2026, 3, 1), date(2026, 6, 1))
DEMO_WON = Step("demo", "won")
WORKED_DEMO = Step("worked", "demo", is_next=False)


def _rows(facts, expression, *order):
    return facts.arrow(expression.order_by(*order)).to_pylist()


def _entered(facts, as_of=AS_OF):
    names = Names.none_yet()
    leads = facts.table("leads")
    return {stage: entries(facts.arrow(stage_entries(leads, stage, as_of)), names) for stage in STAGES}, names


def _cohort_rows(facts, question, step, as_of=AS_OF):
    stages, names = _entered(facts, as_of)
    rows = tallies.step_entries(stages, names, question, (step,))
    return tallies.step_cohorts(rows, names, question).to_pylist()


def _cohorts(facts, question, step, as_of=AS_OF):
    rows = _cohort_rows(facts, question, step, as_of)
    return sorted((row["rep_id"], row["age_days"], row["leads"]) for row in rows)


def _counts(facts, question):
    rows = tallies.stage_counts(*_entered(facts), question).to_pylist()
    return sorted((row["rep_id"], row["stage"], row["leads"]) for row in rows)


@pytest.fixture
def spring():
    """Five leads by hand: two reps, one lead nobody owns, one before the period."""
    return TableFacts(
        leads_table(
            lead_row(1, 7, worked="2026-03-01", connected="2026-03-02", demo="2026-04-01", won="2026-04-11"),
            lead_row(2, 7, worked="2026-05-31 23:59", demo="2026-06-20", source="webinar"),
            lead_row(3, 8, worked="2026-03-05", demo="2026-05-01", segment="small"),
            lead_row(4, None, worked="2026-03-05", demo="2026-05-01"),
            lead_row(5, 8, worked="2026-02-28 23:59", won="2026-03-01"),
        )
    )


def test_counts_are_of_what_happened_within_the_period(spring):
    """A lead counts at a stage when it got there within the period, whenever it was first worked."""
    counted = [(rep, STAGES[stage], leads) for rep, stage, leads in _counts(spring, SPRING)]
    assert counted == [(7, "worked", 2), *((7, stage, 1) for stage in STAGES[1:]), (8, "worked", 1)] + [
        (8, stage, 2) for stage in STAGES[1:4]
    ] + [(8, "won", 1)]


def test_counts_open_into_their_leads(spring):
    """The records behind a count are as many as the count says."""
    rows = spring.arrow(tables.stage_records(spring.table("leads"), SPRING, "worked"))
    assert rows["lead_id"].to_pylist() == [2, 3, 1]


def test_cohorts_count_who_entered_within_the_period(spring):
    """Entered a demo in spring: one converted, the rest by age in days, weeks when older than 14 days."""
    assert _cohorts(spring, SPRING, DEMO_WON) == [(7, -1, 1), (8, -1, 1), (8, 8 * 7 + 3, 1)]


def test_cohort_ages_are_by_day_when_young(spring):
    """A lead that had its demo ten days ago is ten days old."""
    summer = FunnelQuestion(date(2026, 6, 1), date(2026, 7, 1))
    assert _cohorts(spring, summer, DEMO_WON) == [(7, 10, 1)]


def test_cohorts_open_into_their_leads(spring):
    """The records behind a rate are those that entered, each with what came of it."""
    leads = spring.table("leads")
    rows = spring.arrow(cohorts.cohort_records(leads, SPRING, DEMO_WON, AS_OF)).to_pylist()
    assert [(row["lead_id"], row["is_converted"]) for row in rows] == [(3, False), (1, True), (5, True)]


def test_filters_leave_the_leads_asked_about(spring):
    """Reps, segment and source narrow the leads; nobody's leads are never counted."""
    leads = spring.table("leads")
    for narrowed, expected in (
        ({"rep_ids": (7,)}, [1, 2]),
        ({"segment": "small"}, [3]),
        ({"source": "webinar"}, [2]),
        ({}, [1, 2, 3, 5]),
    ):
        question = FunnelQuestion(SPRING.start, SPRING.end, **narrowed)
        rows = _rows(spring, cohorts.asked_leads(leads, question, "worked").select("lead_id"), "lead_id")
        assert [row["lead_id"] for row in rows] == expected


def test_the_past_is_judged_as_it_was_known(spring):
    """As of a day before the sale, the lead has not converted."""
    assert _cohorts(spring, SPRING, DEMO_WON, day("2026-04-05")) == [(7, 4, 1), (8, -1, 1)]


def test_delays_hold_lags_of_converters_and_ages_of_the_rest(spring):
    """All leads of the company shape the delay curve, also those nobody owns."""
    rows = _rows(
        spring, cohorts.step_delays(spring.table("leads"), (DEMO_WON,), AS_OF), "is_converted", "days"
    )
    told = [(row["is_converted"], row["days"], row["leads"]) for row in rows]
    assert told == [(False, 10, 1), (False, 60, 2), (True, 0, 1), (True, 10, 1)]


def test_undated_and_reversed_conversions_are_kept():
    """A sale without a date is converted with lag -1; one dated before the demo has lag 0."""
    undated = lead_row(1, 7, demo="2026-05-01") | {"reached": 5, "is_won": True}
    backwards = lead_row(2, 7, demo="2026-05-09") | {
        "reached": 5,
        "is_won": True,
        "won_at": day("2026-05-01"),
    }
    facts = TableFacts(leads_table(undated, backwards))
    rows = _rows(facts, cohorts.step_delays(facts.table("leads"), (DEMO_WON,), AS_OF), "days")
    assert [(row["is_converted"], row["days"]) for row in rows] == [(True, -1), (True, 0)]
    assert _cohorts(facts, SPRING, DEMO_WON) == [(7, -1, 2)]


def test_win_rates_count_closed_opportunities():
    """Open opportunities, those nobody owns and those closed outside the period say nothing."""
    rows = [
        {"opportunity_id": 1, "rep_id": 7, "is_won": True, "closed_at": day("2026-03-02")},
        {"opportunity_id": 2, "rep_id": 7, "is_won": False, "closed_at": day("2026-03-03")},
        {"opportunity_id": 3, "rep_id": 7, "is_won": False, "closed_at": day("2026-07-03")},
        {"opportunity_id": 4, "rep_id": 7},
        {"opportunity_id": 5, "is_won": True, "closed_at": day("2026-03-02")},
    ]
    facts = TableFacts(leads_table(), facts_table("opportunities", rows))
    deals = facts.table("opportunities")
    names = Names.none_yet()
    closed = entries(facts.arrow(closings(deals)), names)
    assert tallies.closed_opportunities(closed, names, SPRING).to_pylist() == [
        {"rep_id": 7, "segment": None, "source": None, "won": 1, "lost": 1}
    ]
    assert facts.arrow(tables.closed_records(deals, SPRING))["opportunity_id"].to_pylist() == [2, 1]


def test_attempts_are_summed_over_the_leads_first_worked_in_the_period():
    """Attempts, their squares and how each connect came about, per rep."""
    facts = TableFacts(
        leads_table(
            lead_row(1, 7, worked="2026-03-01", connected="2026-03-02")
            | {"attempts": 3, "dials": 2, "emails": 1, "dial_connected": True, "email_connected": False},
            lead_row(2, 7, worked="2026-03-01") | {"attempts": 4, "dials": 1, "emails": 3},
            lead_row(3, 7, worked="2026-06-01") | {"attempts": 9},
        )
    )
    work = read_work(facts)
    row = tallies.attempt_totals(work.worked, work.known, SPRING).to_pylist()[0]
    assert (row["worked"], row["attempts"], row["attempts_squared"], row["dials"]) == (2, 7, 25, 3)
    assert (row["call_connects"], row["email_connects"], row["connected"], row["demo"]) == (1, 0, 1, 0)


def test_empty_facts_give_empty_tables():
    """A company with no leads gets empty tables, not errors."""
    facts = TableFacts(leads_table())
    inputs = read_funnel(facts, SPRING)
    assert (inputs.stages, inputs.counts.num_rows, inputs.cohorts.num_rows) == ((), 0, 0)
    assert inputs.knowledge == RepKnowledge(0, 0, 0, 0)


def test_stage_recorded_for_few_is_left_out():
    """A stage the source records for less than half of those who got there is no stage."""
    rows = [
        lead_row(k, 7, recorded=("worked", "won"), worked="2026-03-01", won="2026-04-01") for k in range(9)
    ]
    rows.append(lead_row(9, 7, recorded=("worked", "demo", "won"), worked="2026-03-01", won="2026-04-01"))
    company = read_company(TableFacts(leads_table(*rows)))
    assert company.stages == ("worked", "won")
    assert company.left_out == {"connected": (0, 10), "qualified": (0, 10), "demo": (1, 10)}


def test_steps_run_between_recorded_stages():
    """The right side joins neighbours; the bottom joins the two highest stages to won."""
    assert neighbours(("worked", "demo", "won")) == (Step("worked", "demo"), Step("demo", "won"))
    assert [step.key for step in overall_steps(STAGES)] == ["worked-won", "connected-won"]
    assert [step.key for step in overall_steps(("worked", "demo", "won"))] == ["worked-won"]
    assert overall_steps(("worked", "won")) == overall_steps(("worked", "demo")) == ()


def test_rep_names_are_the_newest():
    """A rep is called as the open spell calls him."""
    facts = TableFacts(leads_table(), reps=reps_table({7: "Ann", 8: "Bo"}))
    assert read_company(facts).names == {7: "Ann", 8: "Bo"}


def test_facts_without_dates_are_refused():
    """With no dated row no period can be shown, and the message says what to map."""
    with pytest.raises(NotEnoughData, match="map a date column"):
        read_company(TableFacts(leads_table(), as_of=None))


def test_small_tables_reconcile_with_a_plain_count():
    """On a drawn team the cohort tables add up to what counting the leads one by one gives."""
    facts = TableFacts(drawn_leads(np.random.default_rng(2), np.tile(PLAIN, (5, 1)), leads_per_month=40))
    question = FunnelQuestion(date(2026, 1, 1), date(2026, 7, 1))
    inputs = read_funnel(facts, question)
    leads = facts.leads.to_pylist()
    start, end = day("2026-01-01"), day("2026-07-01")
    for place, step in enumerate(inputs.steps):
        mine = [row for row in inputs.cohorts.to_pylist() if row["step"] == place]
        mixed = [row["leads"] for row in inputs.mixes.to_pylist() if row["step"] == place]
        assert sum(mixed) == sum(row["leads"] for row in mine)
        entered = [
            row for row in leads if row[f"{step.earlier}_at"] and start <= row[f"{step.earlier}_at"] < end
        ]
        assert sum(row["leads"] for row in mine) == len(entered)
        converted = sum(row["leads"] for row in mine if row["age_days"] == -1)
        assert converted == sum(row[f"{step.later}_at"] is not None for row in entered)
    totals = read_onion(facts, inputs).totals.to_pylist()
    assert sum(row["attempts"] for row in totals) == sum(
        row["attempts"] for row in leads if row["worked_at"] >= start
    )


def test_of_the_last_day_only_what_is_known_counts():
    """Of two leads of one day, the one that entered after the instant ages count to is not in the cohort."""
    leads = leads_table(
        lead_row(1, 7, worked="2026-06-30 18:00"),
        lead_row(2, 8, worked="2026-06-30 09:00"),
        lead_row(3, 7, worked="2026-07-01 09:00"),
    )
    summer = FunnelQuestion(date(2026, 6, 1), date(2026, 8, 1))

    assert _cohorts(TableFacts(leads), summer, WORKED_DEMO) == [(8, 0, 1)]


def test_leads_of_another_kind_and_of_later_days_are_left_out():
    """Segment and source narrow every small table; a lead that entered after now is in no cohort."""
    facts = TableFacts(
        leads_table(
            lead_row(1, 7, worked="2026-03-01", segment="small", source="webinar"),
            lead_row(2, 7, worked="2026-03-01", segment="small", source="direct"),
            lead_row(3, 7, worked="2026-03-02", segment="large", source="webinar"),
            lead_row(4, 8, worked="2026-03-02", segment="small", source="webinar"),
        )
    )
    asked = FunnelQuestion(SPRING.start, SPRING.end, segment="small", source="webinar")
    assert _counts(facts, asked) == [(7, 0, 1), (8, 0, 1)]
    assert [row[0] for row in _cohorts(facts, asked, WORKED_DEMO)] == [7, 8]
    assert [row[0] for row in _cohorts(facts, asked, WORKED_DEMO, day("2026-03-01 12:00"))] == [7]
    assert _counts(facts, FunnelQuestion(SPRING.start, SPRING.end, source="unheard of")) == []


def test_a_mix_tells_whose_leads_are_of_which_kind():
    """One row per rep, segment, source and class of age; what has no segment is a kind of its own."""
    facts = TableFacts(
        leads_table(
            lead_row(1, 7, demo="2026-03-01", won="2026-03-09", segment="small", source="webinar"),
            lead_row(2, 7, demo="2026-03-01", segment="small", source="webinar"),
            lead_row(3, 7, demo="2026-05-20", segment="small", source="webinar"),
            lead_row(4, 8, demo="2026-05-20") | {"segment": None, "source": "direct"},
        )
    )
    stages, names = _entered(facts)
    entered = tallies.step_entries(stages, names, SPRING, (DEMO_WON,))
    rows = tallies.step_mixes(entered, names).to_pylist()
    assert sorted(
        (r["rep_id"], str(r["segment"]), r["source"], r["age_class"], r["leads"]) for r in rows
    ) == [
        (7, "small", "webinar", -1, 1),
        (7, "small", "webinar", 1, 1),
        (7, "small", "webinar", 2, 1),
        (8, "None", "direct", 1, 1),
    ]


def test_many_kinds_are_counted_like_few():
    """Where reps, segments and sources make more cells than memory should hold, the count is the same."""
    facts = TableFacts(drawn_leads(np.random.default_rng(3), np.tile(PLAIN, (5, 1)), leads_per_month=40))
    stages, names = _entered(facts)
    question = FunnelQuestion(date(2026, 1, 1), date(2026, 7, 1))
    entered = tallies.step_entries(stages, names, question, (DEMO_WON, WORKED_DEMO))
    few = tallies.step_mixes(entered, names)
    names.sources.update({f"source {place}": len(names.sources) + place for place in range(1_000_000)})
    assert tallies.step_mixes(entered, names).to_pylist() == few.to_pylist()


def _handed_over():
    """A lead that rep 7 worked and connected, and rep 8 qualified and won; rep 9 owns it now."""
    row = lead_row(
        1, 9, worked="2026-03-01", connected="2026-03-02", qualified="2026-03-05", won="2026-04-11"
    )
    row |= {"worked_by": 7, "connected_by": 7, "qualified_by": 8, "demo_by": 8, "won_by": 8}
    return TableFacts(leads_table(row))


def test_each_stage_counts_for_who_did_it():
    """A lead handed over counts for the first rep up to the connect, and for the second after it."""
    by_stage = {STAGES[stage]: rep for rep, stage, _ in _counts(_handed_over(), SPRING)}
    assert by_stage == {"worked": 7, "connected": 7, "qualified": 8, "demo": 8, "won": 8}


def test_each_cohort_belongs_to_who_entered_it():
    """Worked to won is judged by who worked the lead; demo to won by who held the demo."""
    facts = _handed_over()
    leads = facts.table("leads")
    for step, rep in ((Step("worked", "won", is_next=False), 7), (DEMO_WON, 8)):
        assert _cohorts(facts, SPRING, step) == [(rep, -1, 1)]
        shown = facts.arrow(cohorts.cohort_records(leads, SPRING, step, AS_OF))
        assert shown["rep_id"].to_pylist() == [rep]
        nobody = FunnelQuestion(SPRING.start, SPRING.end, rep_ids=(9,))
        assert facts.arrow(cohorts.cohort_records(leads, nobody, step, AS_OF)).num_rows == 0


def test_lost_leads_are_told_apart():
    """A lead closed without a sale is marked, as of the day it was; a converted one never is."""
    facts = TableFacts(
        leads_table(
            lead_row(1, 7, demo="2026-05-01") | {"is_lost": True, "lost_at": day("2026-05-20")},
            lead_row(2, 7, demo="2026-05-01") | {"is_lost": True},
            lead_row(3, 7, demo="2026-05-01"),
        )
    )
    for as_of, lost in ((AS_OF, 2), (day("2026-05-15"), 1)):
        found = _cohort_rows(facts, SPRING, DEMO_WON, as_of)
        assert sum(row["leads"] for row in found if row["is_lost"]) == lost


@pytest.mark.spark
@pytest.mark.slow
def test_spark_gives_the_same_tables(tmp_path):
    """Every small table is the same on Spark as on DuckDB."""
    team = drawn_leads(np.random.default_rng(4), np.tile(PLAIN, (3, 1)), leads_per_month=20)
    pq.write_table(team, tmp_path / "leads.parquet")
    leads = _unbound("leads")
    answers = []
    for name in ("duckdb", "spark"):
        engine = engine_named(name)
        engine.read("leads", [tmp_path / "leads.parquet"])
        answers.append(
            [
                sorted(map(str, engine.arrow(expression).to_pylist()))
                for expression in (
                    tables.recorded_stages(leads),
                    tables.rep_knowledge(leads, "worked"),
                    *(stage_entries(leads, stage, AS_OF) for stage in STAGES),
                    cohorts.step_delays(leads, (DEMO_WON, WORKED_DEMO), AS_OF),
                    first_work(leads),
                )
            ]
        )
    assert answers[0] == answers[1]


def _unbound(name):
    return ibis.table({column: kind for column, (kind, _) in TABLES[name].columns.items()}, name=name)
