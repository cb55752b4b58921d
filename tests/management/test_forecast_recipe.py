"""The forecast people read is made by the recipe the loop has in use."""

import json
import shutil
from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.test import Client

from quintet.calendar.fiscal import FiscalCalendar
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.home import Home
from quintet.kernel.recipe_in_use import RecipeInUse, use_recipe
from quintet.management.actions.forecast import renew, stored_now
from quintet.management.asks import forecast as asks
from quintet.management.formula.forecast.baselines import signed
from quintet.management.formula.forecast.forecast import fit_period
from quintet.management.formula.forecast.shock import Memory
from quintet.management.in_loop_forecast import ForecastInLoop
from quintet.management.metrics.forecast import read_history
from quintet.management.terms.forecast import day_number
from quintet.management.terms.forecast_answer import as_text, of_text
from quintet.management.terms.forecast_recipe import ALL, ALONE, FORMULA, NAIVE, ForecastRecipe

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)
SINCE = datetime(2025, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(small_company, tmp_path_factory):
    """The small company, before any forecast."""
    return Home.at(shutil.copytree(small_company.home.path, tmp_path_factory.mktemp("recipe") / "company"))


@pytest.fixture
def decide(home):
    """A turn of the loop that leaves a recipe in use; nothing is decided afterwards."""
    yield lambda recipe: use_recipe(
        home, FORMULA, RecipeInUse(recipe, SINCE, "2025Q2", f"{recipe or 'The naive answer'} did best.")
    )
    use_recipe(home, FORMULA, None)


def test_a_decision_changes_the_forecast_and_what_it_is_said_to_be_made_by(home, decide):
    """Undecided it is all past; promoted it is another one, although no fact has moved; and back again."""
    facts = Facts.published(home)
    assert "forecast" in renew(facts, now=NOW)
    usual = stored_now(facts)
    assert (usual.recipe.name, usual.recipe.since) == (ALL, None)
    assert renew(facts, now=NOW) == "up to date"

    decide(ALONE)
    assert not asks.forecast(facts, Scope.everything()).is_current  # until the worker has made it anew
    assert "forecast" in renew(facts, now=NOW)
    alone = asks.forecast(facts, Scope.everything())
    assert alone.is_current
    assert (alone.stored.recipe.name, alone.stored.recipe.since) == (ALONE, date(2025, 7, 1))
    assert (usual.periods[0].shock_sd > 0, alone.stored.periods[0].shock_sd) == (True, 0.0)

    use_recipe(home, FORMULA, None)
    renew(facts, now=NOW)
    assert as_text(stored_now(facts)) == as_text(usual)


def test_the_page_and_the_api_name_the_recipe_and_lead_to_the_decision(
    home, decide, settings, django_user_model
):
    """With the turn that decided it; a rep, who may not open the loop, gets no link."""
    settings.HOME = home
    decide(NAIVE)
    renew(Facts.published(home), now=NOW)
    pages = {}
    for role in ("executive", "rep"):
        user = django_user_model.objects.create_user(f"{role}@test.test", role, "pass")
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        pages[role] = client.get("/management/forecast/").content.decode()

    assert "Made by the naive answer, in use since 1 Jul 2025 by the turn of 2025Q2." in pages["executive"]
    assert 'href="/loop/management.forecast/"' in pages["executive"]
    assert "/loop/management.forecast/" not in pages["rep"]


def test_the_naive_answer_of_the_page_is_the_one_the_loop_scores(home):
    """At the start of a quarter: each rep's last four stretches, as in the loop, to the last digit."""
    facts, july = Facts.published(home), datetime(2025, 7, 1, tzinfo=UTC)
    loop = ForecastInLoop()
    opening = loop.trial(facts, july, NOW.replace(hour=0), loop.setting(facts, july)).payload
    period = FiscalCalendar().parse("2025Q3")
    memory = Memory(read_history(facts), FiscalCalendar())
    fit = fit_period(memory, period, day_number(period.start), recipe=ForecastRecipe(NAIVE))

    for place, rep in enumerate(opening.reps.tolist()):
        assert fit.total("mrr", frozenset({rep})).tolist() == pytest.approx(opening.before[place].tolist())


def test_within_a_period_the_naive_answer_is_what_is_booked_and_the_same_days_of_stretches_before(home):
    """Worked out by hand: 92 days, of which the last 46 are ahead, for everybody."""
    history = read_history(Facts.published(home))
    period = FiscalCalendar().parse("2025Q3")
    day, end = day_number(period.start) + 46, day_number(period.end)
    fit = fit_period(Memory(history, FiscalCalendar()), period, day, recipe=ForecastRecipe(NAIVE))

    booked = signed(history, day_number(period.start), day, "customers")
    before = [signed(history, day - 92 * back, end - 92 * back, "customers") for back in (1, 2, 3, 4)]
    assert fit.total("customers").tolist() == [booked + one for one in before]
    by_end = fit.wins.by_end("customers", len(fit.ends))
    assert by_end[-1].tolist() == before
    assert np.all(np.diff(by_end, axis=0) >= 0)


def test_a_forecast_kept_before_recipes_were_named_can_still_be_read(home):
    """It was made of all past."""
    facts = Facts.published(home)
    renew(facts, now=NOW)
    plain = json.loads(as_text(stored_now(facts)))
    del plain["recipe"]

    assert of_text(json.dumps(plain)).recipe == ForecastRecipe()
