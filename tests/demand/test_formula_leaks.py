"""Columns that know the outcome are found by each sign, and honest ones stay."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.demand.formula.leaks.clocks import clock_values, date_values, spans
from quintet.demand.formula.leaks.gauges import auc, folds, gauge, grouped, together
from quintet.demand.formula.leaks.guard import find_leaks, without
from quintet.demand.formula.leaks.names import name_evidence
from quintet.demand.formula.score.fit import fit_score
from quintet.demand.metrics.examples import read_examples, read_timing
from quintet.demand.terms.examples import Doings, Examples, Words
from quintet.demand.terms.leaks import Judgement, Sign, Timing
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.finding import Status
from quintet.sources.files.load.load import load_tables
from quintet.sources.files.load.opening import opened
from quintet.sources.files.mapping.propose import propose
from quintet.sources.files.mapping.toml import read_map

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEADS = 2000


def undated(fields, won, **more):
    """Leads without dates."""
    n = len(won)
    none, nat = np.zeros(0), np.full(n, "NaT", dtype="datetime64[us]")
    plain = Examples(
        lead_ids=np.arange(n),
        handed_at=nat,
        fields=fields,
        doings=Doings(none.astype(int), none.astype(int), none, ()),
        won_days=np.where(won, 0.0, np.nan),
        is_closed=won,
        is_worked=np.ones(n, dtype=bool),
        observed_days=np.full(n, np.nan),
        until=np.datetime64("NaT", "us"),
    )
    return replace(plain, **more)


def words(values, known=None):
    """A column of words."""
    levels, codes = np.unique(np.asarray(values).astype(str), return_inverse=True)
    return Words(codes if known is None else np.where(known, codes, -1), tuple(levels.tolist()))


@pytest.fixture
def won():
    """Every fifth lead is a customer."""
    return np.arange(LEADS) % 5 == 0


@pytest.fixture
def rng():
    """Chance that is the same every time."""
    return np.random.default_rng(7)


def found(report, name):
    """The verdict on one column, with its signs."""
    one = next(one for one in report.columns if one.name == name)
    return one.is_left_out, {evidence.sign for evidence in one.evidence}


# ---------------------------------------------------------------- by name


@pytest.mark.parametrize(
    "name",
    [
        "Last Notable Activity",
        "last_modified_date",
        "Lead Quality",
        "LeadStatus",
        "hs_lead_status",
        "stage",
        "Tags",
        "hubspotscore",
        "Asymmetrique Profile Index",
        "closed_date",
        "Reason lost",
        "call_duration",
        "Next Step",
    ],
)
def test_names_of_what_comes_after_are_enough(name):
    """Whatever the writing: spaces, underscores or capitals."""
    assert name_evidence(name).weight == 3


@pytest.mark.parametrize(
    "name",
    [
        "Total Time Spent on Website",
        "Lead Origin",
        "Lead Source",
        "Do Not Call",
        "A free copy of Mastering The Interview",
        "Get updates on DM Content",
        "Annual Revenue",
        "company size",
        "previous outcome",
        "landing",
    ],
)
def test_names_of_what_is_known_before_say_nothing(name):
    """Even where they share a word with the others."""
    assert name_evidence(name) is None


def test_a_name_that_may_be_either_needs_another_sign(won, rng):
    """A column called outcome stays while it says little, and goes when it says much."""
    little = words(np.where(rng.random(LEADS) < 0.1, won, rng.integers(0, 2, LEADS)))
    much = words(np.where(rng.random(LEADS) < 0.6, won, rng.integers(0, 2, LEADS)))

    assert found(find_leaks(undated({"outcome": little}, won)), "outcome") == (False, {Sign.NAME})
    assert found(find_leaks(undated({"outcome": much}, won)), "outcome")[0]
    assert not found(find_leaks(undated({"colour": much}, won)), "colour")[0]


def test_the_sources_own_word_counts(won, rng):
    """A map that renamed "Lead Quality" to "kind" does not hide it, and both names are told."""
    field = {"kind": words(rng.integers(0, 3, LEADS))}

    (one,) = find_leaks(undated(field, won), words={"kind": "Lead Quality"}).left_out

    assert one.title == "Lead Quality (kind)"
    assert not find_leaks(undated(field, won)).left_out


# ---------------------------------------------------------------- by what it predicts


def test_a_column_that_says_more_than_all_others_together_goes(won, rng):
    """Nine in ten right, under a name that says nothing; the others stay."""
    told = np.where(rng.random(LEADS) < 0.95, won, ~won)
    honest = np.where(rng.random(LEADS) < 0.6, won, rng.random(LEADS) < 0.5)
    report = find_leaks(
        undated({"x": words(told), "y": words(honest), "z": words(rng.integers(0, 4, LEADS))}, won)
    )

    assert found(report, "x") == (True, {Sign.PREDICTION})
    assert report.names_left_out == {"x"}


def test_two_such_columns_are_found_one_after_the_other(won, rng):
    """The second does not hide behind the first."""
    one, two = (np.where(rng.random(LEADS) < 0.95, won, ~won) for _ in range(2))

    assert find_leaks(undated({"x": words(one), "y": words(two)}, won)).names_left_out == {"x", "y"}


def test_a_value_that_is_nearly_always_a_sale_goes(won, rng):
    """A quarter of the customers have it, and nobody else."""
    sold = won & (rng.random(LEADS) < 0.27)
    report = find_leaks(undated({"x": words(np.where(sold, "yes", "no"))}, won))

    assert found(report, "x") == (True, {Sign.PURE, Sign.PREDICTION})


def test_a_value_that_a_person_asked_for_may_be_often_missing(won, rng):
    """Empty more often on leads that do not buy: watched at most."""
    known = rng.random(LEADS) < np.where(won, 0.9, 0.4)
    left_out, signs = found(find_leaks(undated({"x": words(rng.integers(0, 3, LEADS), known)}, won)), "x")

    assert not left_out
    assert Sign.MISSING in signs


def test_the_length_of_a_call_is_found_between_its_clock_times(won, rng):
    """Neither reading says anything; their difference does. Both go."""
    begin = rng.integers(9 * 3600, 16 * 3600, LEADS)
    end = begin + np.where(won, 600, 200) + rng.integers(0, 300, LEADS)
    clock = [[f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in column] for column in (begin, end)]
    report = find_leaks(undated({"a": words(clock[0]), "b": words(clock[1])}, won))

    assert found(report, "a") == (True, {Sign.DERIVED})
    assert report.names_left_out == {"a", "b"}
    assert "b − a" in report.left_out[0].evidence[0].sentence


def test_with_few_customers_only_names_and_timing_speak(rng):
    """Twenty customers: a perfect column is not judged by what it predicts."""
    won = np.arange(LEADS) < 20
    report = find_leaks(undated({"x": words(won), "Tags": words(won)}, won))

    assert report.names_left_out == {"Tags"}


# ---------------------------------------------------------------- by when it was filled


def dated(won, fields, lost, age):
    """Leads of a year."""
    until = np.datetime64("2026-01-01", "us")
    handed = until - (age * 86_400_000_000).astype("timedelta64[us]")
    return undated(
        fields, won, handed_at=handed, until=until, observed_days=age, is_closed=won | lost,
        won_days=np.where(won, 5.0, np.nan),
    )  # fmt: skip


def test_a_column_filled_when_a_lead_is_lost_is_found(won, rng):
    """Against open leads of the same age; with values that say nothing."""
    age = rng.uniform(0, 365, LEADS)
    lost = ~won & (rng.random(LEADS) < 0.5)
    known = won | lost
    report = find_leaks(dated(won, {"x": words(rng.integers(0, 3, LEADS), known)}, lost, age))

    assert found(report, "x")[0]
    assert Sign.FILL in found(report, "x")[1]


def test_a_field_of_a_new_form_stays(won, rng):
    """Filled on leads of the last three months only: that is no sign."""
    age = rng.uniform(0, 365, LEADS)
    lost = ~won & (rng.random(LEADS) < 0.5)
    report = find_leaks(dated(won, {"x": words(rng.integers(0, 3, LEADS), age < 90)}, lost, age))

    assert found(report, "x") == (False, set())


def test_dates_after_the_hand_over_that_never_lie_ahead_are_events(won, rng):
    """A wish for next year is not; and what lay before the hand-over is not."""
    age = rng.uniform(20, 365, LEADS)
    day = np.timedelta64(1, "D")
    one = dated(won, {}, ~won, age)
    last = (one.handed_at + (age * 0.9).astype(int) * day).astype("datetime64[D]")
    wish = (one.handed_at + rng.integers(1, 500, LEADS) * day).astype("datetime64[D]")
    born = (one.handed_at - rng.integers(1, 500, LEADS) * day).astype("datetime64[D]")
    fields = {"a": words(last), "b": words(wish), "c": words(born)}

    report = find_leaks(replace(one, fields=fields))

    assert found(report, "a") == (True, {Sign.DATES, Sign.PERIOD})
    assert report.names_left_out == {"a"}


def test_values_that_came_after_the_hand_over_are_found(won, rng):
    """As far as later loads showed it; and a column never known at the hand-over is named apart."""
    field = {"x": words(rng.integers(0, 3, LEADS))}
    timing = {"x": Timing(1000, 250, 30, 40), "later": Timing(500, 500, 20, 0)}
    report = find_leaks(undated(field, won), timing)

    assert found(report, "x") == (True, {Sign.TIMING})
    assert report.later_only == ("later",)
    assert not find_leaks(undated(field, won), {"x": Timing(1000, 100, 0, 20)}).left_out


# ---------------------------------------------------------------- what people decide


def test_a_person_may_overrule_both_ways(won, rng):
    """The reason is kept, and what was let in is shown."""
    fields = {"Tags": words(won), "colour": words(rng.integers(0, 3, LEADS))}
    judged = {
        "Tags": Judgement("Tags", keep=True, reason="typed by the visitor"),
        "colour": Judgement("colour", keep=False, reason="nobody fills it now"),
    }
    report = find_leaks(undated(fields, won), judgements=judged)

    assert report.names_left_out == {"colour"}
    assert [one.judgement.reason for one in report.overruled] == ["typed by the visitor"]
    assert set(without(undated(fields, won), report).fields) == {"Tags"}


# ---------------------------------------------------------------- numbers


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40))
def test_auc_is_the_share_of_pairs_in_order(seed, size):
    """Ties count half."""
    random = np.random.default_rng(seed)
    score, won = random.integers(0, 5, size).astype(float), random.random(size) < 0.5
    pairs = [(a > b) + 0.5 * (a == b) for a in score[won] for b in score[~won]]

    assert auc(score, won) == pytest.approx(np.mean(pairs) if pairs else 0.5)


def test_gain_by_hand():
    """Two levels with 80 % and 20 %: what is left of the doubt is the entropy of each."""
    level = np.repeat([0, 1], 5000)
    won = np.tile([True, True, True, True, False], 2000)
    won[5000:] = ~won[5000:]
    one = gauge(grouped(words(level)), won, folds(10_000))
    left = -(0.8 * np.log(0.8) + 0.2 * np.log(0.2)) / np.log(2)

    assert one.gain == pytest.approx(1 - left, abs=0.005)
    assert one.gain_lo < one.gain
    assert one.auc == pytest.approx(0.8, abs=0.02)


def test_a_column_of_chance_gains_nothing(won, rng):
    """Out of fold, many levels do not help."""
    one = gauge(grouped(words(rng.integers(0, 300, LEADS))), won, folds(LEADS))

    assert one.gain < 0.01


def test_together_agrees_with_statsmodels(won, rng):
    """The scale of a sum of log-odds is a logistic regression."""
    sm = pytest.importorskip("statsmodels.api")
    told = rng.normal(0, 1, LEADS) + won
    fit = sm.Logit(won.astype(float), sm.add_constant(told)).fit(disp=0)

    assert together(told, won) == pytest.approx(1 - fit.llf / fit.llnull, abs=1e-3)


def test_clocks_and_dates_are_read():
    """And what is neither is not."""
    assert list(clock_values(words(["09:30", "23:59:59"]))) == [34_200, 86_399]
    assert clock_values(words(["09:30", "many"])) is None
    assert date_values(words(["2026-01-31", "2026-02-01 12:00:00"]))[1] == np.datetime64("2026-02-01T12:00")
    assert date_values(words(["31.1.2026"])) is None


def test_spans_run_from_the_earlier_column_to_the_later():
    """Whatever their order by name."""
    (span,) = spans({"a": words(["10:00", "11:00"]), "b": words(["09:00", "09:30"])})

    assert (span.start, span.end, list(span.values)) == ("b", "a", [3600, 5400])


def test_no_leads_no_verdict():
    """An empty table has no leaks by what it predicts."""
    report = find_leaks(undated({"x": words([])}, np.zeros(0, dtype=bool)))

    assert (report.leads, report.left_out) == (0, ())


# ---------------------------------------------------------------- the study, and real exports


@pytest.mark.slow
def test_planted_leaks_are_found_and_honest_columns_stay(root):
    """Nine leaks in ten at a thousand leads; at most one honest column in twenty is left out."""
    sys.path.insert(0, str(root / "studies"))
    try:
        leaks, _, wrong = import_module("demand_leaks").tried(1000, 6)
    finally:
        sys.path.remove(str(root / "studies"))

    assert len(leaks) == 8
    assert sum(leaks.values()) / 8 >= 0.9
    assert wrong <= 0.05


@pytest.fixture
def facts_of(home):
    """An export as a company would load it."""

    def load(path, text=None):
        with opened([path]) as (con, tables):
            source = read_map(text) if text else propose(con, tables).source
            load_tables(home, con, tables, source, now=NOW)
        rebuild(home, now=NOW)
        return Facts.published(home)

    return load


@pytest.mark.shared_data
@pytest.mark.slow
def test_x_education(facts_of, shared_data):
    """Every column that was filled afterwards goes, every other one stays."""
    facts = facts_of(shared_data / "x_education_leads" / "Leads.csv")
    own = {"status": "Lead Quality", "type": "Lead Origin", "source": "Lead Source"}

    report = find_leaks(read_examples(facts), read_timing(facts), own)

    assert {one.words for one in report.left_out} == {
        "Tags",
        "Lead Quality",
        "Lead Profile",
        "Last Activity",
        "Last Notable Activity",
        *(
            f"Asymmetrique {kind}"
            for kind in ("Activity Index", "Activity Score", "Profile Index", "Profile Score")
        ),
    }
    assert len(report.columns) == 34


CAR_INSURANCE = """
name = "car_insurance"
system = "car_insurance"
timezone = "UTC"
currency = "USD"
[[file]]
match = "carInsurance*"
rows = "leads"
key = ["Id"]
[file.fields]
outcome = "CarInsurance"
[file.values.outcome]
1 = "won"
0 = "lost"
"""


@pytest.mark.shared_data
@pytest.mark.slow
def test_car_insurance(facts_of, shared_data):
    """The length of the call is found between start and end; the month stays, as no call has a date."""
    facts = facts_of(shared_data / "car_insurance_cold_calls" / "carInsurance_train_clean.csv", CAR_INSURANCE)

    report = find_leaks(read_examples(facts), read_timing(facts))

    assert report.names_left_out == {"CallStart", "CallEnd"}
    assert all(Sign.DERIVED in {one.sign for one in column.evidence} for column in report.left_out)


@pytest.mark.shared_data
@pytest.mark.slow
def test_crm_sales_opportunities(facts_of, shared_data):
    """The stage goes; the product stays."""
    facts = facts_of(shared_data / "crm_sales_opportunities")

    assert find_leaks(read_examples(facts)).names_left_out == {"stage"}


@pytest.mark.shared_data
@pytest.mark.slow
def test_a_score_of_crm_sales_opportunities_says_that_it_cannot_tell(facts_of, shared_data):
    """Imported, guarded and fitted: held back with its reason, the same P for all."""
    facts = facts_of(shared_data / "crm_sales_opportunities")
    whole = read_examples(facts)
    examples = without(whole, find_leaks(whole, read_timing(facts)))

    score = fit_score(examples, fields=sorted(examples.fields))

    assert score.status is Status.HEDGED
    assert "cannot tell leads apart" in score.reason
    assert "no better than the base rate (AUC" in score.reason
    assert np.ptp(score.predict(examples).p) == 0
