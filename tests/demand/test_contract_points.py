"""The points table is part of the contract: a later fit, or another table typed, moves no day of it."""

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.test import RequestFactory

from quintet.demand.actions import contract as actions
from quintet.demand.actions.contract_count import count_when_stale
from quintet.demand.actions.contract_points import ONE, named, offered, pinned_scores, table_of
from quintet.demand.actions.points import type_points
from quintet.demand.asks.contract import counted_contract, status
from quintet.demand.asks.leads import ScoredLead
from quintet.demand.formula.score.fit import fit_score
from quintet.demand.formula.score.stored import to_json
from quintet.demand.formula.score.subset import subset
from quintet.demand.metrics.contract_store import counted_file
from quintet.demand.metrics.examples import read_examples
from quintet.demand.terms.contract import Clauses, Version
from quintet.kernel.errors import BadInput
from quintet.kernel.shelf import Shelf

pytestmark = pytest.mark.django_db

FITTED = datetime(2025, 8, 1, tzinfo=UTC)
PROPOSED = datetime(2025, 8, 2, tzinfo=UTC)
REFITTED = datetime(2025, 8, 15, tzinfo=UTC)
START = date(2025, 8, 1)
DUTIES = Clauses("points >= 1", 300.0, zone="America/New_York", country="US")


@pytest.fixture(scope="module")
def shelf(small_company):
    """A lead score in use from the first of August: of 1,500 leads, by what they did alone."""
    examples = subset(read_examples(small_company.facts), np.arange(1500))
    score = fit_score(examples, fields=(), seed=0)
    shelf = Shelf(small_company.home, "demand.lead_score")
    shelf.use(shelf.put(json.dumps({"score": json.loads(to_json(score))})), FITTED, "tests")
    yield shelf
    (shelf.folder / "log.jsonl").unlink()


@pytest.fixture
def home(shelf, small_company, settings):
    """The home with nothing counted."""
    settings.HOME = small_company.home
    counted_file(small_company.home).unlink(missing_ok=True)
    yield small_company.home
    counted_file(small_company.home).unlink(missing_ok=True)


@pytest.fixture
def chief(db):
    """Somebody who speaks for both sides."""
    from quintet.site.models import User

    return User.objects.create_user("chief@test.test", "executive", "pass")


def agree(chief, duties, start, now=PROPOSED):
    """A version both sides accepted."""
    one = actions.propose(chief, "sales", duties, start, today=START, now=now)
    for side in ("marketing", "sales"):
        actions.accept(chief, one, side, today=START, now=now)


def every_day(home):
    """What the page says of each day of August and September."""
    counted = counted_contract(home)
    days = (START + timedelta(days=number) for number in range(61))
    told = (status(counted, day.isoformat()) for day in days)
    return [(one.counts, one.pace.answer.estimate, one.points.key) for one in told]


def refit(shelf, now=REFITTED):
    """A later fit, to which every deed is worth twice as much, in use from the middle of the month."""
    told = json.loads(shelf.read(shelf.uses()[0].version))
    told["score"]["points"] = [2 * one for one in told["score"]["points"]]
    version = shelf.put(json.dumps(told))
    shelf.use(version, now, "later")
    return version


def test_a_refit_in_mid_month_moves_no_day(home, shelf, chief):
    """Points, pace and forecast of every day stay; the new points count from the version that names them."""
    agree(chief, DUTIES, START)
    count_when_stale()
    before = every_day(home)
    other = refit(shelf)

    assert count_when_stale() == "up to date"
    counted_file(home).unlink()
    count_when_stale()
    assert every_day(home) == before

    change = date(2025, 9, 16)
    agree(chief, replace(DUTIES, points_table=f"fitted:{other}"), change, REFITTED)
    count_when_stale()
    after = every_day(home)
    by_then = (change - START).days
    assert [one[1:] for one in after[:by_then]] == [one[1:] for one in before[:by_then]]
    assert [one[0].delivered for one in after[:by_then]] == [one[0].delivered for one in before[:by_then]]
    assert {key for _, _, key in after[by_then:]} == {f"fitted:{other}"}
    assert after[-1][0].delivered != before[-1][0].delivered
    assert pinned_scores(home, actions.in_force()) == {shelf.uses()[0].version, other}


def test_the_forecast_of_a_new_version_counts_months_before_by_its_own_points(home, chief):
    """Ten times the points: the month is forecast on the new scale, not on what months brought before."""
    table = {"source": {"referral": 2.0, "direct": 1.0, "paid_search": 1.0}}
    small = type_points(table, "", by=chief, now=FITTED)
    large = type_points({"source": {k: 10 * v for k, v in table["source"].items()}}, "", by=chief, now=FITTED)
    agree(chief, replace(DUTIES, points_table=f"typed:{small.pk}"), START)
    agree(chief, replace(DUTIES, points_table=f"typed:{large.pk}"), date(2025, 9, 1), REFITTED)
    count_when_stale()
    told = every_day(home)

    assert told[31][1] == pytest.approx(10 * told[0][1], rel=0.3)


def test_a_version_that_names_no_table_keeps_the_one_of_its_day(home, shelf, chief):
    """The fitted one in use when it was proposed; else the first that came; else one point a lead."""
    first, other = shelf.uses()[0].version, refit(shelf)

    def at(moment):
        return table_of(home, Version(1, START, DUTIES, moment)).key

    assert at(PROPOSED) == at(FITTED - timedelta(days=9)) == f"fitted:{first}"
    assert at(REFITTED) == f"fitted:{other}"
    typed = type_points({"source": {"referral": 2.0}}, "", by=chief, now=FITTED - timedelta(days=2))
    assert at(FITTED - timedelta(days=1)) == f"typed:{typed.pk}"
    assert [one.key for one in offered(home)] == [f"fitted:{other}", f"typed:{typed.pk}", ONE]


def test_a_lead_is_sent_back_from_its_own_page(home, chief):
    """Sales reach the form where they read the lead; marketing, and everybody without a contract, do not."""
    from quintet.demand.pages import leads as pages

    given = dict.fromkeys(one.name for one in fields(ScoredLead))
    lead = ScoredLead(**{**given, "lead_id": 7, "rep": "Ann"})
    request = RequestFactory().get("/")
    request.user = chief
    assert pages.send_back_address(request, lead) == ""
    agree(chief, DUTIES, START)
    assert pages.send_back_address(request, lead) == "/demand/contract/reject/7/"
    assert pages.send_back_address(request, replace(lead, rep="")) == ""
    request.user = type(chief).objects.create_user("mara@test.test", "marketer", "pass")
    assert pages.send_back_address(request, lead) == ""


def test_without_any_table_each_lead_is_a_point(tmp_path, chief):
    """Nothing fitted, nothing typed."""
    from quintet.kernel.home import Home

    empty = Home.at(tmp_path)
    assert table_of(empty, Version(1, START, DUTIES, PROPOSED)).key == ONE
    with pytest.raises(BadInput, match="no points table 'fitted:0'"):
        named(empty, "fitted:0")


def test_the_form_offers_the_tables_and_the_page_says_which_counts(home, shelf, chief, as_user):
    """The one of the version before comes first; a newer one waits for a new version."""
    agree(chief, DUTIES, START)
    count_when_stale()
    other = refit(shelf, REFITTED + timedelta(days=3))
    client = as_user("executive")

    page = client.get("/demand/contract/").content.decode()
    assert "points fitted on 1 Aug 2025" in page
    assert "Newer are points fitted on" in page
    form = client.get("/demand/contract/propose/").context["form"]
    keys = [key for key, _ in form.fields["points_table"].choices]
    assert keys[:2] == [table_of(home, actions.in_force()[0]).key, f"fitted:{other}"]
    assert form.initial["points_table"] == keys[0]
    refused = form.initial | {"side": "sales", "valid_from": "2025-10-05", "points_table": "fitted:0"}
    assert client.post("/demand/contract/propose/", refused).status_code == 400
