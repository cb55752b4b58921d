"""Commits that came through the ledger: whose they are, what is no commit, and that none counts twice."""

import json
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from django.test import Client

from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild, refresh
from quintet.facts.scope import Scope
from quintet.kernel.home import Home
from quintet.ledger import mover
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.management.actions.forecast import commit, renew
from quintet.management.asks import forecast as asks
from quintet.management.asks.commits import commits_said, commits_told
from quintet.management.asks.contests import said_in_time
from quintet.management.metrics import commits as metrics
from quintet.management.terms.commits import OWN, Said
from quintet.management.terms.contests import ContestTerms, Rule
from quintet.simulate.company import company
from quintet.simulate.spec import CompanySpec

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)
EVERYBODY = Scope.everything()
CRM = "crm"


@pytest.fixture
def home(small_company, tmp_path):
    """A small company of one's own."""
    return Home.at(shutil.copytree(small_company.home.path, tmp_path / "company"))


def said(rep, period, amount, at, ref, recorded=None, **detail):
    """One row of a CRM: `said(7, "2025-08", 900, "2025-08-01", "f1")`."""
    day = datetime.fromisoformat(at).replace(hour=9, tzinfo=UTC)
    version = f"@{recorded}" if recorded else ""
    return {
        "occurred_at": day,
        "recorded_at": datetime.fromisoformat(recorded).replace(tzinfo=UTC) if recorded else day,
        "kind": "forecast.committed",
        "rep_id": rep,
        "content": period,
        "amount": None if amount is None else Decimal(amount),
        "currency": detail.pop("currency", "USD"),
        "source": CRM,
        "source_ref": f"{ref}#forecast.committed{version}",
        "detail": json.dumps(detail) if detail else None,
    }


def loaded(home, *rows):
    """The facts with these rows."""
    Interactions(home).append(pa.Table.from_pylist(list(rows), schema=OFFERED))
    refresh(home)
    return Facts.published(home)


def of_crm(facts):
    """What the CRM brought, oldest first."""
    return [one for one in reversed(commits_said(facts)) if one.source == CRM]


def test_a_row_of_a_crm_counts_with_the_team_of_its_day(home, small_company):
    """A manager speaks for whom he leads, a rep for himself, unless the row says otherwise."""
    boss, member = small_company.manager, min(small_company.team)
    facts = loaded(
        home,
        said(boss, "2025-08", 9000, "2025-08-01", "a"),
        said(member, "2025Q3", 500, "2025-08-02", "b", low=400, high=700, measure="customers", note="sure"),
        said(boss, "2025-08", 100, "2025-08-03", "c", is_team=False),
    )
    team, rep, own = of_crm(facts)

    assert (team.said.is_team, team.said.period, team.measure) == (True, "2025-08", "mrr")
    assert set(team.rep_ids) == {one for one in small_company.team if _here(small_company, one)}
    assert (rep.rep_ids, rep.measure, rep.said.low, rep.said.note) == ((member,), "customers", 400, "sure")
    assert (rep.start, rep.end) == (date(2025, 7, 1), date(2025, 10, 1))
    assert (own.said.is_team, own.rep_ids) == (False, (boss,))


def _here(small_company, rep):
    """Was he there on 1 August?"""
    spells = [one for one in small_company.reps if one["rep_id"] == rep]
    day = date(2025, 8, 1)
    return any((one["joined_on"] or day) <= day <= (one["left_on"] or day) for one in spells)


def test_a_manager_before_he_led_anybody_speaks_for_nobody(home, small_company):
    """Not for himself: his figure was for a team that was still to come."""
    boss = {
        "occurred_at": datetime(2025, 3, 1, tzinfo=UTC),
        "recorded_at": datetime(2025, 3, 1, tzinfo=UTC),
        "kind": "rep.joined",
        "rep_id": 5_000_000_000_000_000_001,
        "source": CRM,
        "source_ref": "boss#rep.joined",
        "detail": json.dumps({"name": "New Boss", "role": "manager"}),
    }
    facts = loaded(home, boss, said(boss["rep_id"], "2025-08", 5, "2025-08-01", "a"))

    assert of_crm(facts) == []
    assert dict(commits_told(facts).left_out) == {metrics.NO_TEAM: 1}


def test_what_cannot_be_held_against_what_came_is_left_out_and_counted(home, small_company):
    """Each for its reason; who sees everybody is told."""
    rep = min(small_company.team)
    facts = loaded(
        home,
        said(None, "2025-08", 1, "2025-08-01", "a"),
        said(rep, "2025-08", None, "2025-08-01", "b", currency=None),
        said(rep, "soon", 1, "2025-08-01", "c"),
        said(rep, "2025", 1, "2025-08-01", "d"),
        said(rep, "2025-08", 1, "2025-08-01", "e", measure="logos"),
        said(rep, "2025-08", 1, "2025-08-01", "f", currency="EUR"),
        said(rep, "2025-08", 1, "2025-09-01", "g"),
        said(rep, "2025-08", 1, "2025-08-01", "h", is_team=True),
    )

    assert of_crm(facts) == []
    assert dict(commits_told(facts).left_out) == {
        metrics.NOBODY: 1,
        metrics.NO_FIGURE: 1,
        metrics.NO_PERIOD: 2,
        metrics.NO_MEASURE: 1,
        metrics.OTHER_MONEY: 1,
        metrics.TOO_LATE: 1,
        metrics.NO_TEAM: 1,
    }
    assert asks.commits(facts, EVERYBODY, NOW).left_out
    assert asks.commits(facts, Scope(frozenset({rep}), rep, "rep"), NOW).left_out == ()


def test_a_figure_that_was_changed_later_is_a_second_commit_of_the_day_it_was_changed(home, small_company):
    """The first stays in the history; the last word before the end is scored."""
    rep = min(small_company.team)
    first = said(rep, "2025-08", 900, "2025-08-01", "deal")
    facts = loaded(home, first)
    changed = said(rep, "2025-08", 700, "2025-08-01", "deal", recorded="2025-08-20")
    facts = loaded(home, changed)
    one, two = of_crm(facts)

    assert (one.said.amount, one.at.date()) == (900, date(2025, 8, 1))
    assert (two.said.amount, two.at.date()) == (700, date(2025, 8, 20))
    (told,) = [one for one in asks.commits(facts, EVERYBODY, NOW).judged if one.commit.source == CRM]
    assert told.commit.said.amount == 700
    signed = [row for row in asks_won(facts, rep) if row["closed_at"].month == 8]
    assert told.miss == pytest.approx(abs(700 - sum(row["mrr"] for row in signed)))


def asks_won(facts, rep):
    """Deals of a rep that were won."""
    rows = facts.arrow(facts.table("opportunities")).to_pylist()
    return [row for row in rows if row["is_won"] and row["rep_id"] == rep and row["closed_at"]]


def test_a_commit_made_here_counts_once_although_the_ledger_has_it_too(
    home, small_company, django_user_model
):
    """Before its row is in the facts, after, and when the record is gone: one each time."""
    rep = min(small_company.team)
    user = django_user_model.objects.create_user("rep@test.test", "rep", "pass", rep_id=rep)
    facts = loaded(home, said(rep, "2025Q4", 300, "2025-09-30", "crm"))
    scope = Scope(frozenset({rep}), rep, "rep")
    at = datetime(2025, 9, 30, 9, 0, 0, 123_456, tzinfo=UTC)
    mine = commit(facts, scope, Said("2025Q4", 1234.5), by=user, now=at)

    def told(facts):
        return [(one.source, one.said.amount) for one in commits_said(facts, {rep}) if one.at.month == 9]

    assert told(facts) == [(OWN, 1234.5), (CRM, 300)]
    mover.move(home)
    refresh(home)
    facts = Facts.published(home)
    rows = facts.arrow(facts.table("commits").filter(facts.table("commits").source == OWN)).to_pylist()
    assert [row["amount"] for row in rows] == [1234.5]
    assert told(facts) == [(OWN, 1234.5), (CRM, 300)]
    mine.delete()
    assert told(facts) == [(OWN, 1234.5), (CRM, 300)]


def test_rows_are_those_of_the_readers_scope(home, small_company):
    """A rep sees no colleague's, a manager his team's."""
    one, other = sorted(small_company.team)[:2]
    stranger = next(
        rep["rep_id"]
        for rep in small_company.reps
        if rep["rep_id"] not in {small_company.manager, *small_company.team}
    )
    rows = [
        said(rep, "2025-08", 5, "2025-08-01", f"r{place}", is_team=False)
        for place, rep in enumerate((one, other, stranger))
    ]
    facts = loaded(home, *rows)

    def seen(scope):
        return {each.rep_id for each in asks.commits(facts, scope, NOW).said if each.source == CRM}

    assert seen(Scope(frozenset({one}), one, "rep")) == {one}
    assert seen(Scope(small_company.team, small_company.manager, "manager")) == {one, other}
    assert seen(EVERYBODY) == {one, other, stranger}


def test_a_contest_on_accuracy_counts_them_by_the_same_rule(home, small_company):
    """Said in the first five days of the month, the last word of these; of a rep alone."""
    one, other = sorted(small_company.team)[:2]
    facts = loaded(
        home,
        said(one, "2025-08", 800, "2025-08-01", "a"),
        said(one, "2025-08", 900, "2025-08-05", "b"),
        said(one, "2025-08", 5, "2025-08-06", "c"),
        said(other, "2025Q3", 900, "2025-07-02", "d"),
    )
    august = {"start": date(2025, 8, 1), "end": date(2025, 8, 31)}
    terms = ContestTerms(rule=Rule.ACCURACY, metric="mrr", rep_ids=(one, other), currency="USD", **august)

    assert said_in_time(facts, terms) == {(one, date(2025, 8, 1)): Decimal("900.0")}


def test_the_page_says_where_each_was_said(home, small_company, settings, django_user_model):
    """Beside the figure, the system."""
    settings.HOME = home
    facts = loaded(home, said(min(small_company.team), "2025-08", 4321, "2025-08-01", "a"))
    renew(facts, now=NOW)
    user = django_user_model.objects.create_user("boss@test.test", "executive", "pass")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/management/forecast/").content.decode()

    assert "Said in" in page
    assert f">{CRM}<" in page


def test_the_planted_bias_of_managers_is_found_with_its_interval(tmp_path):
    """Each promises what the quotas say times a planted factor; said over what came tells it.

    Quotas and what came are counted here from the months of the reps; with them an estimated share turns
    into the log of promise over quota that the truth holds.
    """
    made = company(
        CompanySpec(reps=48, quarters=8, veteran_share=1, monthly_attrition=0, leads_per_rep_month=10, seed=3)
    )
    home = Home.at(tmp_path)
    Interactions(home).append(pa.RecordBatchReader.from_batches(OFFERED, made.batches()), dedupe=False)
    Aliases(home).link(made.aliases())
    rebuild(home)
    facts, later = Facts.published(home), datetime(2100, 1, 1, tzinfo=UTC)
    found = {one.rep_id: one for one in asks.commits(facts, EVERYBODY, later).biases}

    planted = made.truth.forecast_bias
    by_team = _quota_and_signed(facts, made)
    for team, person in enumerate(made.world.people.manager_of_team):
        one, (quota, came) = found[made.truth.rep_ids[person]], by_team[team]
        told, lo, hi = np.log((1 + np.array([one.share, one.lo, one.hi])) * came / quota)
        assert one.periods == 24
        assert lo <= planted[team] <= hi
        assert told == pytest.approx(planted[team], abs=0.05)
    assert np.ptp(planted) > 0.1  # there was something to find


def _quota_and_signed(facts, made):
    """By team, over all months, as its members were in each: quota and MRR signed."""
    people, ids = made.world.people, made.truth.rep_ids.tolist()
    start = np.datetime64(made.spec.start, "M")
    sums = {team: np.zeros(2) for team in range(len(people.manager_of_team))}
    for row in facts.arrow(facts.table("rep_months")).to_pylist():
        rep = ids.index(row["rep_id"])
        month = int((np.datetime64(row["month"], "M") - start).astype(int))
        if rep < people.reps and 0 <= month < people.team.shape[1] and people.team[rep, month] >= 0:
            sums[int(people.team[rep, month])] += (row["quota"] or 0, row["mrr"] or 0)
    return sums
