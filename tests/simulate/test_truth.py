import numpy as np
import pytest
from scipy.stats import chi2, kstest

from quintet.kernel.errors import BadInput
from quintet.simulate.company import company
from quintet.simulate.journeys import NEVER, cohort
from quintet.simulate.people import CRITERIA, SKILLS
from quintet.simulate.spec import CompanySpec
from quintet.simulate.world import RATE_STEPS


def test_a_ramped_rep_sells_what_the_calibration_says(large):
    """A month of a ramped rep: 100 leads, half connected, 30 qualified, 15 demos, 5 customers, 800 MRR."""
    months = [cohort(large.world, month) for month in range(large.spec.months)]
    ordinary = large.world.people.weak_skill < 0
    rows = [(leads, ordinary[leads.rep]) for leads in months]
    per_month = ordinary.sum() * large.spec.months

    def volume(instant):
        return sum(((instant(leads) < NEVER) & chosen).sum() for leads, chosen in rows) / per_month

    mrr = (
        sum(leads.ending.mrr[(leads.ending.won < NEVER) & chosen].sum() for leads, chosen in rows) / per_month
    )
    assert sum(chosen.sum() for _, chosen in rows) / per_month == pytest.approx(100, rel=0.02)
    assert volume(lambda leads: leads.connected) == pytest.approx(50, rel=0.05)
    assert volume(lambda leads: leads.qualifying.held) == pytest.approx(30, rel=0.06)
    assert volume(lambda leads: leads.demo.held) == pytest.approx(15, rel=0.07)
    assert volume(lambda leads: leads.ending.won) == pytest.approx(5, rel=0.08)
    assert mrr == pytest.approx(800, rel=0.08)


def test_leads_pass_each_step_as_often_as_planted(large):
    """Passed minus planted, in standard errors, is ordinary noise for every rep and step."""
    truth = large.truth
    for step, stage in enumerate(RATE_STEPS):
        entered = truth.entered[:, :, step].sum(axis=1)
        rate = truth.rates(stage)
        share = truth.will_pass[:, :, step].sum(axis=1) / entered
        z = (share - rate) / np.sqrt(rate * (1 - rate) / entered)
        assert abs(z.mean()) < 0.3
        assert 0.8 < z.std() < 1.15  # a mix of chances varies a little less than one chance


@pytest.mark.parametrize("skill", SKILLS)
def test_a_planted_weakness_shows_in_big_samples(large, skill):
    """Reps planted weak at a skill pass its step clearly less often than the others, and only that step."""
    truth = large.truth
    weak = truth.weak_skill == skill
    step = {"attempts": 0, "connecting": 0, "qualifying": 1, "demo": 2, "closing": 3}[skill]
    assert weak.sum() >= 5
    for other in range(4):
        seen = truth.will_pass.sum(axis=1)[:, other] / truth.entered.sum(axis=1)[:, other]
        gap = seen[truth.weak_skill == ""].mean() - seen[weak].mean()
        assert (gap > 0.09) == (other == step)
        assert other == step or abs(gap) < 0.06
    assert truth.weak_size[weak] == pytest.approx(large.spec.weak_size)
    assert (truth.weak_size[truth.weak_skill == ""] == 0).all()


def test_weak_reps_try_less_often(large):
    """A rep planted weak at attempts gives up on leads earlier."""
    leads = cohort(large.world, 1)
    tried = np.bincount(leads.attempts.lead, minlength=len(leads.rep))
    lazy = (large.truth.weak_skill == "attempts")[leads.rep]
    assert tried[lazy].mean() < 0.7 * tried[~lazy].mean()


def test_the_asked_share_of_reps_is_weak(large):
    """The share is of reps with enough history, spread evenly over the skills."""
    weak = large.world.people.weak_skill
    assert np.mean(weak >= 0) == pytest.approx(large.spec.weak_share, abs=0.01)
    assert np.ptp(np.bincount(weak[weak >= 0])) <= 1


@pytest.mark.parametrize("step", range(4))
def test_identical_reps_differ_by_chance_alone(step):
    """In the null world a test of equal rates has nothing to find, and every planted rate is the same."""
    truth = company(CompanySpec(reps=60, quarters=2, seed=11, identical=True)).truth
    entered = truth.entered[:, :, step].sum(axis=1)
    passed = truth.will_pass[:, :, step].sum(axis=1)
    rate = passed.sum() / entered.sum()
    statistic = ((passed - entered * rate) ** 2 / (entered * rate * (1 - rate))).sum()

    assert np.ptp(truth.skill_rates[:, step]) == 0
    assert 0.005 < chi2.sf(statistic, 59) < 0.995


def test_rates_of_some_reps_and_months_are_those_of_their_leads(large):
    """The answer for a part is the mean over the leads of that part."""
    truth = large.truth
    part = truth.rates("connected", rep=[3, 5], months=slice(2, 8))

    chance, entered = truth.chance[[3, 5], 2:8, 1].sum(axis=1), truth.entered[[3, 5], 2:8, 1].sum(axis=1)
    assert part == pytest.approx(chance / entered)
    assert len(truth.rates("worked")) == large.world.people.reps
    assert truth.rates("worked", rep=3).shape == (1,)


def test_a_stage_that_is_not_one_is_refused(large):
    """The message lists the stages there are."""
    with pytest.raises(BadInput, match="worked, connected"):
        large.truth.rates("won")


def test_skill_rates_agree_with_leads_of_average_quality(large):
    """The planted rate of a rep is what average leads of that rep show, connect included."""
    world, truth = large.world, large.truth
    expected, seen = np.zeros(4), np.zeros(4)
    for month in range(6):
        leads = cohort(world, month)
        stays = (world.people.team[:, month] == world.people.team[:, -1])[leads.rep]
        plain = (np.abs(leads.visits.quality) < 0.1) & stays
        expected += truth.skill_rates[leads.rep[plain]].mean(axis=0)
        seen += leads.rates[plain].mean(axis=0)
    assert seen == pytest.approx(expected, rel=0.02)


def test_criteria_predict_skill_as_planted(large):
    """Criteria with a planted weight go with skill; the others do not."""
    people = large.world.people
    ordinary = people.weak_skill < 0
    skill = people.skill[ordinary].mean(axis=1)
    r = np.array([np.corrcoef(people.traits[ordinary, k], skill)[0, 1] for k in range(len(CRITERIA))])
    weights = np.array(list(CRITERIA.values()))

    assert np.corrcoef(r, weights)[0, 1] > 0.7
    assert (weights == 0).sum() >= 6


def test_customers_leave_as_their_source_and_their_seller_say(large):
    """Cancelled customers had the planted monthly churn: waits in units of it are exponential."""
    waits = []
    for month in range(large.spec.months):
        leads = cohort(large.world, month)
        who = leads.ending.won < NEVER
        churn = 0.022 * np.exp(
            large.world.market.churn[leads.visits.source[who]] + large.world.people.pressure[leads.rep[who]]
        )
        months = (leads.ending.cancelled[who] - leads.ending.started[who]) / (30.4 * 86_400e6) - 1
        waits.append(months * churn)
    assert kstest(np.concatenate(waits), "expon").pvalue > 0.005
