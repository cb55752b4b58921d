"""A company that waits for decisions: what each decision does, and what cannot be decided."""

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow.compute as pc
import pytest

from quintet.kernel.errors import BadInput
from quintet.simulate.hiring import interview_events, interviewers, verdict_points
from quintet.simulate.people import CRITERIA, MODULES, SKILLS
from quintet.simulate.spec import CompanySpec
from quintet.simulate.stepped import ceiling, gut
from quintet.simulate.stepped.company import Decisions, SteppedCompany
from quintet.simulate.stepped.outcomes import quarters

SPEC = CompanySpec(
    24, 6, 3, date(2023, 1, 1), leads_per_rep_month=40.0, monthly_attrition=0.04, late_share=0.0
)
BEST = np.argsort(-np.array(list(MODULES.values())))[:5].tolist()


def by_gut(company):
    """Everything by gut."""
    coached = gut.coached(company)[: company.sessions()]
    return Decisions(gut.worked(company), coached, gut.hired(company), gut.taught(company))


def knowing(company, part):
    """By gut, but for one part that is decided by the planted truth."""
    found = by_gut(company)
    known = {
        "hiring": {"hired": ceiling.hired(company)},
        "training": {"taught": ceiling.taught(company)},
        "management": {"coached": ceiling.coached(company)[: company.sessions()]},
        "demand": {"leads": ceiling.worked(company)},
    }
    return replace(found, **known[part])


def played(spec, decide):
    """A company after its last month, and what it told month by month."""
    company = SteppedCompany(spec)
    batches = [company.play(decide(company)) for _ in range(spec.months)]
    return company, batches


@pytest.fixture(scope="module")
def plain():
    """One company by gut, and what was told of it."""
    return played(SPEC, by_gut)


def test_the_same_order_and_decisions_give_the_same_history(plain):
    """Byte by byte."""
    again = played(SPEC, by_gut)[1]

    assert all(one.equals(other) for one, other in zip(again, plain[1], strict=True))


def test_a_month_tells_what_happened_in_it_and_nothing_is_told_twice(plain):
    """Instants in order from batch to batch, references unique."""
    instants = [batch["occurred_at"].cast("int64").to_numpy() for batch in plain[1]]
    refs = [ref for batch in plain[1] for ref in batch["source_ref"].to_pylist()]

    assert (np.diff(np.concatenate(instants)) >= 0).all()
    assert len(set(refs)) == len(refs)


def test_a_lead_that_is_not_chosen_is_never_worked(plain):
    """No attempt, no meeting and no sale of it, ever."""
    company, batches = plain
    chosen = {int(one) for cohort in company.cohorts for one in _ids(cohort)}
    touched = {
        lead
        for batch in batches
        for kind, lead in zip(batch["kind"].to_pylist(), batch["lead_id"].to_pylist(), strict=True)
        if kind in {"call.attempted", "email.sent", "meeting.held", "opportunity.won"}
    }
    came = pc.sum(pc.equal(batches[0]["kind"], "lead.created")).as_py()

    assert touched <= chosen
    assert 0 < len(company.cohorts[0].number) < came


def _ids(cohort):
    from quintet.simulate.ids import surrogate_ids

    return surrogate_ids("lead", cohort.number)


def test_what_comes_does_not_hang_on_what_is_decided(plain):
    """Leads, vacancies and applicants are the same for who works the last first and coaches nobody."""

    def otherwise(company):
        waiting = company.waiting()
        return Decisions(
            gut.worked(company, waiting.lead_id[::-1]),
            (),
            [3] * len(company.due()),
            [BEST] * len(company.due()),
        )

    other = played(SPEC, otherwise)[1]

    for kind in ("lead.created", "candidate.applied", "interview.scored", "quota.set"):
        assert _refs(other, kind) == _refs(plain[1], kind)


def _refs(batches, kind):
    return [
        ref
        for batch in batches
        for name, ref in zip(batch["kind"].to_pylist(), batch["source_ref"].to_pylist(), strict=True)
        if name == kind
    ]


@pytest.fixture(scope="module")
def guts():
    """Four smaller companies by gut: each order, and its quarters."""
    specs = [replace(SPEC, reps=16, quarters=5, seed=seed) for seed in range(4)]
    return [(spec, quarters(played(spec, by_gut)[0])) for spec in specs]


@pytest.mark.parametrize("part", ["hiring", "training", "management", "demand"])
def test_knowing_the_truth_pays_in_each_part(part, guts):
    """Over four companies skill, months to ramp or customers are better than by gut in the mean."""
    better = []
    for spec, theirs in guts:
        mine = quarters(played(spec, lambda company: knowing(company, part))[0])
        better.append(_gained(part, mine, theirs))

    assert np.mean(better) > 0


def _gained(part, mine, theirs):
    if part in {"hiring", "management"}:
        return mine[-1].skill - theirs[-1].skill
    if part == "training":
        return _ramp(theirs) - _ramp(mine)
    return sum(one.customers for one in mine) - sum(one.customers for one in theirs)


def _ramp(found):
    told = [(one.ramp_months, one.ramped) for one in found if one.ramp_months is not None]
    return sum(months * count for months, count in told) / sum(count for _, count in told)


def test_a_month_of_coaching_closes_part_of_the_gap():
    """From -.9 towards .15: after one month 30 % of 1.05 is made up, and no other skill moves."""
    company = SteppedCompany(SPEC)
    rep = int(np.flatnonzero(company.plan.world.people.weak_skill[company.present()] >= 0)[0])
    weak = int(company.plan.world.people.weak_skill[rep])
    before = company.skill.copy()
    company.play(Decisions(coached=[(rep, weak)], hired=gut.hired(company), taught=gut.taught(company)))

    assert company.skill[rep, weak] == pytest.approx(-0.9 + 0.3 * 1.05)
    others = [one for one in range(len(SKILLS)) if one != weak]
    assert (company.skill[rep, others] == before[rep, others]).all()


def test_an_impression_picks_as_well_as_criteria_that_all_count_alike(plain):
    """Of four by chance: half a standard deviation above the mean each, half of what there is to know."""
    world, pools = plain[0].plan.world, 5_000
    rng = np.random.default_rng(0)
    traits = rng.normal(size=(4 * pools, len(CRITERIA)))
    ids, people = np.arange(4 * pools), interviewers(world, rng, 4 * pools)
    told = (ids, np.zeros(4 * pools, dtype=np.int64), people, traits)
    points = pc.extract_regex(interview_events(world, told, rng)[0].details, r'"score": (?P<score>\d+)')
    scores = pc.struct_field(points, "score").cast("float64").to_numpy().reshape(4 * pools, -1, len(CRITERIA))
    fair = scores.mean(axis=1) - world.leniency[people].mean(axis=1)[:, None]
    planted = np.array(list(CRITERIA.values()))
    worth = traits @ planted / np.linalg.norm(planted)

    def picked(by):
        return worth.reshape(pools, 4)[np.arange(pools), by.reshape(pools, 4).argmax(axis=1)].mean()

    assert picked(verdict_points(world, people, traits).mean(axis=1)) == pytest.approx(0.50, abs=0.04)
    assert picked(fair.mean(axis=1)) == pytest.approx(0.51, abs=0.04)
    assert picked(fair @ planted) == pytest.approx(0.95, abs=0.04)
    assert picked(worth) == pytest.approx(1.03, abs=0.04)


def test_what_is_counted_adds_up(plain):
    """Signed customers are the won opportunities of the history; revenue at the end is of who still pays."""
    company, batches = plain
    found = quarters(company)
    won = sum(pc.sum(pc.equal(batch["kind"], "opportunity.won")).as_py() or 0 for batch in batches)

    assert sum(one.worked for one in found) == sum(len(one.rep) for one in company.cohorts)
    assert sum(one.signed for one in found) == won
    assert all(one.mrr > 0 and 0 < one.win_rate < 0.3 for one in found)


@pytest.mark.parametrize("wrong", ["stranger", "too many", "twice", "gone", "vacancy"])
def test_what_cannot_be_is_refused(wrong):
    """More than can be done, or of somebody who is not there; and the month has not begun."""
    company = SteppedCompany(SPEC)
    for _ in range(2):
        company.play(by_gut(company))
    good, waiting = by_gut(company), company.waiting()
    bad = {
        "stranger": replace(good, leads=np.array([1])),
        "too many": replace(good, leads=waiting.lead_id),
        "twice": replace(good, coached=[(0, 1), (0, 2)]),
        "gone": replace(good, coached=[(10_000, 1)]),
        "vacancy": replace(good, hired=[0] * (len(company.due()) + 1)),
    }[wrong]

    with pytest.raises(BadInput):
        company.play(bad)
    assert company.month == 2
