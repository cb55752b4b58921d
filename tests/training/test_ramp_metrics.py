"""Facts in, ways to quota out: reconciled with plain counts, and what each rep had at the time."""

from datetime import date
from math import log

import numpy as np
import pytest

from builders import interaction, offered
from quintet.calendar.periods import month_number
from quintet.facts.careers import Ending
from quintet.facts.pre_hire import pre_hire_scores
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.ledger.interactions import Interactions
from quintet.training.metrics.ramp import journeys, months_finished, read_ramps
from quintet.training.metrics.steps import DAYS, finished, step_cells


@pytest.fixture(scope="module")
def ramps(hired_company):
    """Ways to quota of a simulated company of sixty seats."""
    return read_ramps(hired_company.facts)


def rows(facts, table, *columns):
    """Some columns of a table, row by row."""
    return facts.arrow(facts.table(table).select(*columns)).to_pylist()


def test_first_months_at_quota_reconcile_with_a_plain_count(hired_company, ramps):
    """Month by month in plain Python: the first with MRR at or above quota, counted from joining."""
    facts = hired_company.facts
    joined = {row["rep_id"]: row["joined_on"] for row in rows(facts, "reps", "rep_id", "joined_on")}
    first = {}
    for row in sorted(
        rows(facts, "rep_months", "rep_id", "month", "mrr", "quota"), key=lambda one: one["month"]
    ):
        if row["quota"] and row["mrr"] >= row["quota"] and row["month"] < ramps.until:
            first.setdefault(
                row["rep_id"], month_number(row["month"]) - month_number(joined[row["rep_id"]]) + 1
            )

    made = {one.rep_id: one.months for one in ramps.reps if one.ending is Ending.REACHED}
    assert len(made) > 20
    assert made == {rep: first[rep] for rep in made}
    others = [one.rep_id for one in ramps.reps if one.ending is Ending.RAMPING]
    assert others
    assert not set(others) & set(first)


def test_everybody_is_there_gone_or_on_the_way(ramps):
    """Nobody is counted twice, and nobody is dropped."""
    assert len({one.rep_id for one in ramps.reps}) == len(ramps.reps) == len(ramps.journeys)
    assert {one.rep_id for one in ramps.reps} == {one.rep_id for one in ramps.journeys}
    for one in ramps.reps:
        if one.ending is Ending.RAMPING:
            assert one.months == month_number(ramps.until) - month_number(one.joined)


def test_modules_count_months_since_joining(hired_company, ramps):
    """As the completions say; the simulator trains in the first two months."""
    facts = hired_company.facts
    day = {(row["rep_id"], row["module"]): row["completed_at"].date() for row in rows(
        facts, "module_completions", "rep_id", "module", "completed_at")}  # fmt: skip
    for one in ramps.reps:
        for module, month in one.done.items():
            assert month == month_number(day[one.rep_id, module]) - month_number(one.joined) + 1
    assert {month for one in ramps.reps for month in one.done.values()} <= {1, 2, 3}
    some = next(iter(day))
    assert months_finished(facts, some[1])[some[0]] == day[some]


def test_supply_is_leads_beside_the_average_of_the_month(hired_company, ramps):
    """One rep's month, by hand: the logarithm of leads plus one over the mean plus one."""
    one = ramps.reps[0]
    month = one.joined
    count: dict[int, int] = {}
    for row in rows(hired_company.facts, "leads", "created_at", "worked_by", "rep_id"):
        rep = row["worked_by"] if row["worked_by"] is not None else row["rep_id"]
        if (
            row["created_at"]
            and month_number(row["created_at"].date()) == month_number(month)
            and rep is not None
        ):
            count[rep] = count.get(rep, 0) + 1

    expected = log((count.get(one.rep_id, 0) + 1) / (np.mean(list(count.values())) + 1))
    assert one.supply[0] == pytest.approx(expected)
    assert len(one.supply) == one.months


def test_scores_before_hire_are_standard_and_of_hires_alone(hired_company, ramps):
    """Mean 0, deviation 1, and only one number a rep leaves."""
    scores = pre_hire_scores(hired_company.facts)

    assert np.mean(list(scores.values())) == pytest.approx(0.0, abs=1e-9)
    assert np.std(list(scores.values())) == pytest.approx(1.0)
    assert [one.score for one in ramps.reps] == [scores.get(one.rep_id) for one in ramps.reps]


def test_leads_of_a_step_reconcile_with_a_plain_count(hired_company):
    """Demos of a month that became customers in time, and only those old enough to tell."""
    facts = hired_company.facts
    told = [one for one in step_cells(facts) if one.step == "won"]
    tried = won = 0
    for row in rows(facts, "leads", "demo_at", "demo_by", "won_at"):
        if (
            row["demo_at"] is None
            or row["demo_by"] is None
            or (facts.as_of - row["demo_at"]).days < DAYS["won"]
        ):
            continue
        tried += 1
        won += row["won_at"] is not None and (row["won_at"] - row["demo_at"]).total_seconds() <= 90 * 86400

    assert (sum(one.tried for one in told), sum(one.won for one in told)) == (tried, won)
    assert 0 < won < tried
    assert set(finished(facts)) >= {"live_product_use"}


def test_nobody_is_no_error(home, now):
    """A company of leads alone: nobody on the way, nothing to read."""
    Interactions(home).append(offered(interaction("lead.created", "2026-01-05", lead="one")))
    rebuild(home, zone="UTC", now=now)
    facts = Facts.published(home)

    assert read_ramps(facts, date(2026, 3, 1)).reps == ()
    assert journeys(facts, date(2026, 3, 1)) == ()
    assert pre_hire_scores(facts) == {}
