import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from quintet.simulate.company import company
from quintet.simulate.hiring import ROUNDS, SOURCES, candidate_ids, hires
from quintet.simulate.market import CAMPAIGNS, SEGMENTS
from quintet.simulate.people import CRITERIA_NAMES, MODULES, people_truth
from quintet.simulate.spec import CompanySpec


@pytest.fixture(scope="module")
def growing():
    """A company that hires and loses many people."""
    return company(CompanySpec(reps=60, quarters=4, seed=2, veteran_share=0.3, leads_per_rep_month=10))


def test_nobody_works_before_joining_or_after_leaving(small, asked):
    """What happens to the leads of a rep who left is done by whoever took over."""
    gone = asked("""SELECT count(*) FROM interactions i JOIN
        (SELECT rep_id, min(occurred_at) FILTER (kind = 'rep.joined') AS since,
                coalesce(min(occurred_at) FILTER (kind = 'rep.left'), TIMESTAMPTZ '2100-01-01') AS gone
         FROM interactions GROUP BY 1) r USING (rep_id)
        WHERE occurred_at < since OR occurred_at > gone""")
    ((left,),) = asked("SELECT count(*) FROM interactions WHERE kind = 'rep.left'")
    assert left > 0
    assert gone == [(0,)]


def test_leads_of_a_rep_who_left_are_given_to_somebody(asked):
    """A second assignment says who works the lead now, and later work is theirs."""
    ((again,),) = asked("""SELECT count(*) FROM (SELECT lead_id FROM interactions WHERE kind = 'lead.assigned'
                         GROUP BY 1 HAVING count(*) = 2)""")
    stray = asked("""SELECT count(*) FROM interactions i
        JOIN (SELECT lead_id, list(rep_id) AS owners
              FROM interactions WHERE kind = 'lead.assigned' GROUP BY 1) a
        USING (lead_id) WHERE i.rep_id IS NOT NULL AND NOT list_contains(owners, i.rep_id)""")
    assert again > 0
    assert stray == [(0,)]


def test_managers_have_their_span_and_teams_serve_one_segment():
    """Sixty seats at a span of nine need seven managers; each team has one segment."""
    people = people_truth(CompanySpec(reps=60, quarters=4))
    sizes = np.array([np.bincount(people.team[people.team[:, m] >= 0, m]).max() for m in range(12)])

    assert (people.roles == "manager").sum() == 7
    assert sizes.max() <= 11  # a swap may put two on one seat for a while
    assert set(people.segment_of_team) == set(range(len(SEGMENTS)))


def test_new_reps_ramp_up_to_full_load(growing):
    """In the first month a new rep gets fewer leads than when ramped, and modules shorten the ramp."""
    people = growing.world.people
    new = hires(growing.world)
    effects = np.array(list(MODULES.values()))

    assert len(new) > 30
    first = people.ramp[new, people.joined_month[new]]
    assert (first < 0.3).all()
    assert np.corrcoef(people.modules[new] @ effects, people.ramp_months[new])[0, 1] < -0.5
    assert (np.diff(people.ramp, axis=1) >= 0).all()


def test_interviewers_differ_in_leniency_as_planted(growing):
    """The mean score an interviewer gives follows the planted leniency."""
    table = pa.Table.from_batches(growing.batches()).to_pylist()
    scores = [row for row in table if row["kind"] == "interview.scored" and row["content"] != "overall"]
    ids = growing.truth.rep_ids.tolist()
    given: dict[int, list[int]] = {}
    for row in scores:
        given.setdefault(ids.index(row["rep_id"]), []).append(json.loads(row["detail"])["score"])
    often = [person for person, points in given.items() if len(points) >= 60]
    means = [np.mean(given[person]) for person in often]

    assert {row["content"] for row in scores} == set(CRITERIA_NAMES)
    assert np.corrcoef(means, growing.truth.leniency[often])[0, 1] > 0.7
    hired = {row["candidate_id"] for row in table if row["kind"] == "rep.joined" and row["candidate_id"]}
    decided = {row["candidate_id"] for row in table if row["outcome"] == "hired"}
    assert len(hired) == len(hires(growing.world))
    assert hired == decided


def test_each_interviewer_gives_a_verdict_that_follows_the_traits(growing):
    """One a candidate and round, beside the criteria; three together follow the sum of the traits."""
    table = pa.Table.from_batches(growing.batches())
    given = table.filter(pc.equal(table["content"], "overall")).to_pylist()
    said = [json.loads(row["detail"]) for row in given]
    new = hires(growing.world)
    place = {number: at for at, number in enumerate(candidate_ids(growing.world)[: len(new)].tolist())}
    sums = np.zeros(len(new))
    for row, one in zip(given, said, strict=True):
        if row["candidate_id"] in place:
            sums[place[row["candidate_id"]]] += one["score"]

    assert len(given) == 3 * len(candidate_ids(growing.world))
    assert {one["round"] for one in said} == set(ROUNDS)
    assert all(row["recorded_at"] == row["occurred_at"] for row in given)
    traits = growing.world.people.traits[new].sum(axis=1)
    assert np.corrcoef(sums, traits)[0, 1] > 0.8


def test_candidates_have_a_name_a_role_and_a_source(growing):
    """A hired one is called as the rep is; scores name their round, reviews the months since hire."""
    rows = pa.Table.from_batches(growing.batches()).to_pylist()
    told = {kind: [json.loads(row["detail"]) for row in rows if row["kind"] == kind]
            for kind in ("candidate.applied", "interview.scored", "review.scored")}  # fmt: skip
    joined = {row["candidate_id"]: row["rep_id"] for row in rows if row["kind"] == "rep.joined"}
    applied = {
        row["candidate_id"]: json.loads(row["detail"]) for row in rows if row["kind"] == "candidate.applied"
    }
    names = dict(zip(growing.truth.rep_ids.tolist(), growing.truth.rep_names, strict=True))

    assert {one["role"] for one in told["candidate.applied"]} == {"Account executive"}
    assert {one["source"] for one in told["candidate.applied"]} == set(SOURCES)
    hired = {number: rep for number, rep in joined.items() if number in applied}
    assert len(hired) == len(hires(growing.world))
    assert all(applied[number]["name"] == names[rep] for number, rep in hired.items())
    assert {one["round"] for one in told["interview.scored"]} == set(ROUNDS)
    assert {one["months"] for one in told["review.scored"]} == {6}


def test_managers_promise_with_their_planted_bias():
    """A forecast over what the quotas say, month after month, is the manager's bias."""
    steady = company(
        CompanySpec(reps=36, quarters=6, veteran_share=1, monthly_attrition=0, leads_per_rep_month=2)
    )
    table = pa.Table.from_batches(steady.batches())
    rows = table.filter(pc.equal(table["kind"], "forecast.committed")).to_pylist()
    ids, people = steady.truth.rep_ids.tolist(), steady.world.people
    for team, person in enumerate(people.manager_of_team):
        mine = np.array([float(row["amount"]) for row in rows if row["rep_id"] == ids[person]])
        quota = 16 * (people.team == team).sum(axis=0)
        assert np.log(mine / quota).mean() == pytest.approx(steady.truth.forecast_bias[team], abs=0.07)


def test_money_is_spent_on_every_campaign_every_month(small, asked):
    """Marketing books each campaign once a month, in whole dollars."""
    ((rows, campaigns),) = asked("""SELECT count(*), count(DISTINCT content) FROM interactions
                                  WHERE kind = 'spend.booked' AND amount > 0""")
    assert campaigns == len(CAMPAIGNS) - 1
    assert rows == campaigns * small.spec.months
