"""The index of a company that hired some fifty reps: pages, a candidate by hand, the loop, who may see it."""

from datetime import UTC, datetime

import numpy as np
import pytest
from django.test import Client

from quintet.hiring.actions.candidates import decide
from quintet.hiring.actions.history import adopt_history
from quintet.hiring.actions.index import fitted, renew_index
from quintet.hiring.actions.index_mode import switch
from quintet.hiring.actions.success import renew_success
from quintet.hiring.asks.index import candidate_index, scores_by_candidate, stored_index
from quintet.hiring.formula.recipes import LEARNED, RECIPES, WRITTEN
from quintet.hiring.in_loop import FORMULAS
from quintet.hiring.metrics.success import read_success
from quintet.hiring.models.candidates import Candidate, Decision
from quintet.hiring.pages.index import advice_for
from quintet.hiring.terms.candidates import Verdict, advised
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Status

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def facts(hired_company, settings):
    """The company's facts, its candidates taken in and its index fitted."""
    settings.HOME = hired_company.facts.home
    adopt_history(hired_company.facts, NOW)
    renew_success(hired_company.facts)
    renew_index(hired_company.facts)
    return hired_company.facts


@pytest.fixture
def opened(people):
    """Open a page as somebody: `opened("recruiter", "/hiring/index/")`."""

    def as_role(role, address):
        client = Client(SERVER_NAME="localhost")
        client.force_login(getattr(people, role), backend=BACKEND)
        return client.get(address)

    return as_role


def test_fifty_hires_are_told_with_care(facts, opened):
    """The page says how many, shows each criterion with its interval, and ranks no leader that is none."""
    index = stored_index(facts.home)
    leading = index.fit.leading

    assert leading.status is Status.HEDGED
    assert 20 <= leading.n < 60
    assert all(one.lo < one.correlation < one.hi for one in leading.lines)
    assert renew_index(facts) == "up to date"
    page = opened("recruiter", "/hiring/index/").content.decode()
    assert f"{leading.n} people followed" in page
    assert "with care" in page
    assert "The same people after hire" in page
    assert min(one.again for one in index.reviewed) > 0.5  # planted traits are scored both times
    assert opened("recruiter", "/hiring/index/?outcome=lifetime").status_code == 200
    assert opened("interviewer", "/hiring/index/").status_code == 403


def test_the_index_of_a_candidate_is_the_printed_formula_worked_by_hand(facts):
    """Intercept and weights as printed, times scores as printed; the list and the page say the same."""
    index = stored_index(facts.home)
    leading = index.fit.leading
    listed = scores_by_candidate(index)
    one = Candidate.objects.order_by("name")[0]

    found = candidate_index(index, one, facts).expectation

    by_hand = leading.intercept + sum(each.weight * each.score for each in found.drivers)
    assert found.index == pytest.approx(by_hand, abs=0.5 * 10**-leading.decimals)
    assert found.index == pytest.approx(listed[one.candidate_id], abs=10**-leading.decimals)
    assert found.finding.lo < found.index < found.finding.hi


def test_interviewers_are_told_apart_by_planted_leniency(facts, hired_company, opened):
    """Leniency found follows leniency planted; the page names people."""
    planted = dict(zip(map(int, hired_company.truth.rep_ids), hired_company.truth.leniency, strict=True))
    told = [one for one in stored_index(facts.home).raters if one.leniency.estimate is not None]
    found = np.array([one.leniency.estimate for one in told])
    truth = np.array([planted[int(one.rater.removeprefix("rep:"))] for one in told])

    assert len(told) >= 10
    assert np.corrcoef(found, truth)[0, 1] > 0.9
    page = opened("executive", "/hiring/interviewers/").content.decode()
    assert "rep:" not in page.partition("<main")[2]


def test_whoever_decides_keeps_what_was_shown(facts, people):
    """Hired above the usual follows, rejected above it does not; without an index neither."""
    one = Candidate.objects.filter(decision__outcome="rejected").first()
    Decision.objects.filter(candidate=one).delete()
    one.refresh_from_db()

    advice = advice_for(people.recruiter, one)
    is_above = advice["index"] >= advice["baseline"]
    made = decide(one, advised(Verdict("rejected", "no drive"), advice), by=people.recruiter, now=NOW)

    assert made.advice["version"] == stored_index(facts.home).version
    assert made.follows is not is_above
    assert advised(Verdict("hired", "drive"), advice).follows is is_above
    assert advised(Verdict("withdrew", "left"), advice).follows is None
    assert advised(Verdict("hired", "drive"), None).advice is None


def test_descriptive_only_gives_no_candidate_an_index(facts, people, opened):
    """The page says that it is off; the formula stays to be read."""
    one = Candidate.objects.first()
    address = f"/hiring/candidates/{one.pk}/"
    assert 'id="index"' in opened("recruiter", address).content.decode()

    switch("descriptive", "counsel asked for it", by=people.executive, now=NOW)

    page = opened("recruiter", address).content.decode()
    assert "no candidate gets an index" in page
    assert 'id="index"' not in page
    assert advice_for(people.recruiter, one) is None


def test_the_loop_scores_every_recipe_on_hires_and_keeps_no_candidate(facts):
    """Versions read back to the same text; losses are finite; no candidate's number stands in a version."""
    formula = FORMULAS[0]
    setting = formula.setting(facts, END)
    trial = formula.trial(facts, START, END, setting)
    assert 20 <= len(trial) < 60
    for recipe in RECIPES:
        version = formula.fit(facts, END, recipe, setting)
        losses = version.losses(trial)
        assert losses.shape == (len(trial),)
        assert np.isfinite(losses).all()
        assert formula.read(version.text).text == version.text
        assert not any(str(one.candidate_id) in version.text for one in Candidate.objects.all())
    naive = formula.baseline(facts, END, setting)
    assert formula.read(naive.text).losses(trial) == pytest.approx(naive.losses(trial))


def test_written_weights_are_left_as_they_were_written(facts):
    """That recipe learns only how far to trust them: every criterion moves the index by a like amount."""
    success = read_success(facts)
    _, learned = fitted(facts, success, LEARNED)
    _, written = fitted(facts, success, WRITTEN)
    spread = np.ptp([one.weight for one in written.leading.lines])

    assert spread < np.ptp([one.weight for one in learned.leading.lines])
    assert min(one.weight for one in written.leading.lines) > 0


def test_before_enough_hires_the_loop_is_refused_with_the_number(small_company):
    """Twelve seats over nine months judge nobody yet."""
    with pytest.raises(NotEnoughData, match="an index needs 20"):
        FORMULAS[0].setting(small_company.facts, END)
