"""Rep rates in the loop: what is said is kept, scored on leads that came after, and beats the team's mean."""

from datetime import UTC, datetime

import numpy as np
import pytest

from quintet.ledger.recommendations import Advice, Evidence
from quintet.management.in_loop_rates import POOLED, RAW, RatesVersion, RepRatesInLoop, Settled, StepRates
from quintet.stats.trials import Trial

SPRING, SUMMER, AUTUMN = (datetime(2025, month, 1, tzinfo=UTC) for month in (4, 7, 10))
FORMULA = RepRatesInLoop()


@pytest.fixture(scope="module")
def setting(small_company):
    """Horizons as settled in summer."""
    return FORMULA.setting(small_company.facts, SUMMER)


def test_horizons_are_days_in_which_most_convert(setting):
    """A connect comes within days of the first attempt, a sale within weeks of the demo."""
    days = setting["horizon_days"]
    assert set(days) == {"worked-connected", "connected-qualified", "qualified-demo", "demo-won"}
    assert 1 <= days["worked-connected"] < days["demo-won"] < 120


def test_a_version_is_the_same_text_again(small_company, setting):
    """Fitted twice it has the same bytes, and it is read back as it was."""
    one, two = (FORMULA.fit(small_company.facts, SUMMER, POOLED, setting) for _ in range(2))
    assert one.text == two.text
    assert FORMULA.read(one.text).text == one.text


def test_a_trial_is_a_plain_count_of_leads(small_company, setting):
    """Demos whose horizon ended in the quarter, each once, converted when the sale came in time."""
    trial = FORMULA.trial(small_company.facts, SUMMER, AUTUMN, setting)
    days = np.timedelta64(setting["horizon_days"]["demo-won"], "D")
    leads = small_company.facts.table("leads")
    rows = small_company.facts.arrow(leads.filter(leads.demo_at.notnull())).to_pylist()
    ends = [np.datetime64(one.replace(tzinfo=None), "us") for one in (SUMMER, AUTUMN)]
    inside = [row for row in rows if ends[0] < np.datetime64(row["demo_at"], "us") + days <= ends[1]]
    won = [
        row
        for row in inside
        if row["won_at"] and np.datetime64(row["won_at"], "us") - np.datetime64(row["demo_at"], "us") <= days
    ]
    mine = trial.payload.step == "demo-won"
    assert (mine.sum(), trial.payload.converted[mine].sum()) == (len(inside), len(won))


def test_what_is_said_beats_the_teams_mean_and_raw_rates_do_worse(small_company, setting):
    """Reps differ as planted: their pooled rates lose less on the next quarter than one rate for all."""
    trial = FORMULA.trial(small_company.facts, SUMMER, AUTUMN, setting)
    pooled, raw = (FORMULA.fit(small_company.facts, SUMMER, recipe, setting) for recipe in (POOLED, RAW))
    baseline = FORMULA.baseline(small_company.facts, SUMMER, setting)
    losses = [one.losses(trial).mean() for one in (pooled, baseline, raw)]
    assert losses[0] < losses[1]
    assert losses[0] < losses[2]


def test_losses_by_hand():
    """A rep said .8 who converts, one nobody knows who does not, the team being at .5."""
    steps = {"demo-won": StepRates(0.5, 0.4, 0.6, 10, 5, {7: 0.8}, {})}
    payload = Settled(np.array(["demo-won"] * 2), np.array([7, 9]), np.array([True, False]))
    trial = Trial(np.array(["2025-01-01"] * 2, "datetime64[us]"), np.array(["7 a", "9 a"]), payload)
    assert RatesVersion(steps).losses(trial) == pytest.approx([-np.log(0.8), -np.log(0.5)])


def test_terms_say_the_team_and_those_who_stand_apart(small_company, setting):
    """One line a step, and one for each rep weak or strong there; the baseline names nobody."""
    version = FORMULA.fit(small_company.facts, SUMMER, POOLED, setting)
    names = [one.name for one in version.terms()]
    assert sum(": rep " not in name for name in names) == 4
    assert any("is weak" in name for name in names)
    baseline = FORMULA.baseline(small_company.facts, SUMMER, setting)
    assert all(": rep " not in one.name for one in baseline.terms())


@pytest.mark.django_db
def test_what_followed_a_plan_is_what_the_worker_measured(small_company):
    """In customers a month, with its interval; nothing before it is measured, and nothing of other advice."""
    from datetime import date

    from quintet.management.models.coaching import CoachingPlan
    from quintet.site.models import User

    boss = User.objects.create_user("boss@loop.test", "manager", "pass")
    plan = CoachingPlan.objects.create(
        rep_id=1, step="demo-won", finding="x", goal=0.4, review_on=date(2025, 8, 1), proposed={},
        opened_on=date(2025, 7, 1), opened_by=boss,
    )  # fmt: skip
    evidence = Evidence("extra customers a month at the goal", "customers a month", 1.0, 0.2, 1.8, 50)
    advice = Advice(str(plan.pk), "coaching plan", "x", FORMULA.name, "v", "the manager", evidence, 91, 1)
    asked = (small_company.facts, advice, SUMMER, AUTUMN)
    assert FORMULA.followed(*asked) is None
    plan.result = {"customers": 0.6, "customers_lo": -0.1, "customers_hi": 1.3, "n": 44}
    plan.save()
    found = FORMULA.followed(*asked)
    assert (found.estimate, found.lo, found.hi, found.n) == (0.6, -0.1, 1.3, 44)
