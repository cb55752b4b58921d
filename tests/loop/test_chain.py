"""The chain: planted links and none besides, reps told from leads, and a page that names no candidate."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module

import numpy as np
import pytest

from quintet.facts.published import Facts
from quintet.facts.schema import STAGES
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.loop.actions.chain import renew_chain
from quintet.loop.chain import asks
from quintet.loop.chain.apart import apart_of
from quintet.loop.chain.fitting import tell_apart
from quintet.loop.chain.leads import FAMILIES, Worked, read_worked
from quintet.loop.chain.lifetimes import read_customers
from quintet.loop.chain.linking import CRITERION, Estimate, joined
from quintet.loop.chain.records import Asked, behind, opens
from quintet.loop.chain.terms import COLUMNS, CUSTOMER, CUSTOMER_DAYS, Link, Standing, Verdict
from quintet.training.metrics.steps import DAYS


@pytest.fixture(scope="module")
def study(root):
    """`studies/chain.py`, as it is run by hand."""
    sys.path.insert(0, str(root / "studies"))
    yield import_module("chain")
    sys.path.remove(str(root / "studies"))


def test_on_equal_leads_the_order_of_reps_is_nearer_to_their_skill(study):
    """Six companies whose good leads go to weak reps: raw turned round, told apart not; kinds gain, too."""
    told = dict(zip(study.APART_COLUMNS[:3], study.apart(25, 250, study.HANDED[2], 6)[:3], strict=True))

    assert told["reps by rank: raw"] < 0
    assert told["told apart"] > told["fair peers"] > 0.4


def test_planted_links_are_found_and_nothing_besides(study):
    """Two companies of sixty hires: the planted links stand, and nearly all intervals hold the truth."""
    told = dict(zip(study.LINK_COLUMNS, study.linked(60, 2, is_planted=True), strict=True))

    assert told["module 0 → demo found"] + told["criterion 0 → qualified found"] >= 1.5
    assert told["of these false"] <= 0.3
    assert told["inside"] > 0.8


def test_where_nothing_is_planted_nothing_is_claimed(study):
    """Two companies with two traps: better leads for the well scored, and after a module."""
    told = dict(zip(study.LINK_COLUMNS, study.linked(30, 2, is_planted=False), strict=True))

    assert told["claimed"] == 0


def estimates(changes):
    """Links of one error to the same step, in log-odds."""
    return [
        Estimate(Link(CRITERION, f"c{at}", f"c{at}", "demo", 40, 0.5), change, 0.1)
        for at, change in enumerate(changes)
    ]


def test_claims_are_what_benjamini_and_hochberg_leave_with_intervals_that_exclude_nothing():
    """Five looks worked by hand: p .0027, .0124, .13, .62, .92 leave two at ten in a hundred.

    Thresholds are .02, .04, .06 …; two of five claimed: each claim's interval has 1 - 2 x .1 / 5 = 96 %.
    """
    one, two, *rest = joined(estimates([0.3, -0.25, 0.15, 0.05, 0.01]))

    assert (one.verdict, two.verdict) == (Verdict.MORE, Verdict.LESS)
    assert one.level == pytest.approx(0.96)
    assert one.lo > 0 > two.hi
    assert one.lo == pytest.approx(1 / (1 + np.exp(-(0.3 - 2.0537 * 0.1))) - 0.5, abs=1e-4)
    assert [link.verdict for link in rest] == [Verdict.OPEN, Verdict.OPEN, Verdict.LITTLE]
    assert rest[0].level == 0.9


def test_what_cannot_be_told_says_how_many_it_would_take():
    """A tenth of one half is .2007 log-odds; with .1 for forty hires it takes 40 x (.28 / .2007)² = 78."""
    told = joined(estimates([0.1, 0.3]))[0]

    assert told.reason == "a tenth more or less shows with about 78 hires, and there are 40"
    assert joined([]) == ()


def worked(rows):
    """Rows of (rep, segment, tried, won) of one month."""
    rep, segment, tried, won = zip(*rows, strict=True)
    same = np.full(len(rows), "x", dtype=object)
    kinds = dict.fromkeys(FAMILIES, same) | {"segment": np.asarray(segment, dtype=object)}
    month = np.zeros(len(rows), dtype=np.int64)
    return Worked(np.array(rep), month, month + 20, kinds, np.array(tried, float), np.array(won, float))


def test_a_rep_who_alone_works_a_kind_of_leads_is_refused_and_so_is_the_kind():
    """Five share two segments; one has a third to himself: his rate is counted, and not told."""
    shared = [(rep, name, 100.0, 10.0 + rep) for rep in range(1, 6) for name in ("small", "large")]
    told = apart_of(tell_apart(worked([*shared, (9, "own", 200.0, 90.0)])))
    alone = told.reps[-1]

    assert (alone.rep_id, alone.rate, alone.standing, alone.raw) == (9, None, Standing.REFUSED, 0.45)
    assert "no comparable rep works" in alone.reason
    assert "own" not in {one.name for one in told.kinds}
    assert len([one for one in told.reps if one.rate is not None]) == 5


def test_where_every_rep_has_a_kind_of_leads_of_his_own_nothing_is_told():
    """The reps or the leads: nobody can say."""
    rows = [(rep, f"kind {rep}", 300.0, 30.0 * rep) for rep in range(1, 7)]

    assert apart_of(tell_apart(worked(rows))).missing.startswith(
        "reps and leads are told apart from 4 comparable"
    )


def test_leads_of_a_step_agree_with_a_plain_count(small_company):
    """Demos of the company, old enough to tell, and customers of them in time."""
    told = read_worked(small_company.facts)["won"]
    leads = small_company.facts.arrow(small_company.facts.table("leads")).to_pylist()
    as_of = small_company.facts.as_of
    old = [one for one in leads if one["demo_at"] and (as_of - one["demo_at"]).days >= DAYS["won"]]
    won = [one for one in old if one["won_at"] and (one["won_at"] - one["demo_at"]).days < DAYS["won"]]

    assert told.tried.sum() == len([one for one in old if one["demo_by"] is not None])
    assert abs(told.won.sum() - len([one for one in won if one["demo_by"] is not None])) <= 1


def test_months_of_customers_agree_with_a_plain_count(small_company):
    """Every customer's whole months, the one of leaving counted; every loss once."""
    read = read_customers(small_company.facts)
    rows = small_company.facts.arrow(small_company.facts.table("customers")).to_pylist()
    mine = [one for one in rows if one["rep_id"] is not None and one["won_at"]]
    lost = [one for one in mine if one["cancelled_at"]]

    assert read.months.won.sum() == len(lost)
    assert read.months.tried.sum() == sum(int(one["observed_days"] / 30.4375) for one in mine) + len(lost)
    assert len(read.rep_id) == len(mine)


@pytest.fixture
def renewed(small_company, tmp_path, django_user_model):
    """The small company's chain, worked out as the worker does."""
    facts = Facts.published(small_company.home)
    renew_chain(facts, now=datetime(2026, 1, 1, tzinfo=UTC))
    return facts


@pytest.mark.django_db
def test_the_worker_keeps_it_once_a_version(renewed):
    """With nothing new nothing is worked out; before the first time the page says what is missing."""
    assert renew_chain(renewed) == "up to date"
    told = asks.chain(renewed.home, Scope.everything())
    assert {one.column for one in told.links} <= set(COLUMNS)
    assert next(one.column for one in told.rates) == STAGES[1]


def test_before_the_first_time_it_says_how_it_comes_about(tmp_path):
    """Not an empty page."""
    from quintet.kernel.home import Home

    with pytest.raises(NotEnoughData, match="within the hour"):
        asks.chain(Home.at(tmp_path), Scope.everything())


@pytest.mark.django_db
def test_reps_are_shown_as_far_as_the_reader_sees_and_links_hold_none(renewed, small_company):
    """A team's reader sees the team; what is kept of links has no place for a rep or a candidate."""
    everybody = asks.chain(renewed.home, Scope.everything())
    team = asks.chain(renewed.home, Scope(small_company.team, role="manager"))

    assert {one.rep_id for one in team.apart.reps} == small_company.team & {
        one.rep_id for one in everybody.apart.reps
    }
    assert team.links == everybody.links


@pytest.mark.django_db
def test_the_page_is_for_executives_and_operations(renewed, small_company, settings, visit):
    """Both get it with its parts; nobody else does."""
    settings.HOME = small_company.home
    page = visit("executive", "/loop/chain/").content.decode()

    assert "Reps on equal leads" in page
    assert "Leads with equal reps" in page
    assert visit("operations", "/loop/chain/").status_code == 200
    assert {visit(role, "/loop/chain/").status_code for role in ("rep", "manager", "recruiter")} == {403}


@pytest.mark.django_db
def test_every_number_opens_the_leads_it_counts(renewed, small_company):
    """Of each step, of a rep and of those he won, of a kind by comparable reps; of one's own reps alone."""
    told, everybody = asks.chain(renewed.home, Scope.everything()), Scope.everything()
    steps = {one.column: one.n for one in told.rates if one.column in STAGES}
    counted = {step: len(behind(renewed, told, everybody, Asked(step)).rows) for step in steps}
    rep = told.apart.reps[0]
    kind = next(one for one in told.apart.kinds if opens(one.family, one.name))
    of_rep = behind(renewed, told, everybody, Asked(CUSTOMER, rep_id=rep.rep_id))
    won = behind(renewed, told, everybody, Asked(CUSTOMER, rep_id=rep.rep_id, made=True))
    of_kind = behind(renewed, told, everybody, Asked(CUSTOMER, family=kind.family, name=kind.name))
    team = behind(renewed, told, Scope(small_company.team, role="manager"), Asked(CUSTOMER))

    assert counted == steps
    assert (len(of_rep.rows), len(won.rows)) == (rep.leads, rep.won)
    assert len(of_kind.rows) == kind.leads
    assert 0 < len(team.rows) < len(behind(renewed, told, everybody, Asked(CUSTOMER)).rows)
    assert [one["since"] for one in of_rep.rows] == sorted(
        (one["since"] for one in of_rep.rows), reverse=True
    )


@pytest.mark.django_db
def test_leads_that_became_old_enough_since_are_not_in_a_number_of_before(renewed):
    """A chain of a hundred days ago opens the leads it counted then."""
    told, everybody = asks.chain(renewed.home, Scope.everything()), Scope.everything()
    before = replace(told, until=told.until - timedelta(days=100))
    began = [one["since"].date() for one in behind(renewed, before, everybody, Asked(CUSTOMER)).rows]

    assert max(began) <= before.until - timedelta(days=CUSTOMER_DAYS)
    assert len(began) < len(behind(renewed, told, everybody, Asked(CUSTOMER)).rows)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        Asked("signed"),
        Asked("won", family="rep", name="x"),
        Asked("won", family="segment", name="all others"),
    ],
)
def test_what_the_chain_does_not_count_is_refused(renewed, asked):
    """A step or a kind there is not, and what was taken together."""
    told = asks.chain(renewed.home, Scope.everything())

    with pytest.raises(BadInput, match=r"must be one of|told apart by"):
        behind(renewed, told, Scope.everything(), asked)


@pytest.mark.django_db
def test_numbers_of_the_page_lead_to_their_leads(renewed, small_company, settings, visit):
    """The address in the page opens, and who may not see the chain may not open it either."""
    settings.HOME = small_company.home
    page = visit("executive", "/loop/chain/").content.decode()
    address = page.split('href="/loop/chain/records/')[1].split('"')[0].replace("&amp;", "&")

    opened = visit("executive", f"/loop/chain/records/{address}")
    assert opened.status_code == 200
    assert "/demand/leads/" in opened.content.decode()
    assert visit("manager", f"/loop/chain/records/{address}").status_code == 403
    assert visit("executive", "/loop/chain/records/?step=won&rep=ann").status_code == 400


@pytest.mark.django_db
def test_before_it_is_worked_out_the_page_says_so(settings, visit):
    """A company that was just loaded."""
    assert "within the hour" in visit("executive", "/loop/chain/").content.decode()


def test_a_sum_over_customers_is_asked_of_worked_leads_only(small_company):
    """Leads nobody worked are in no row: chances are of work."""
    told = read_worked(small_company.facts)[CUSTOMER]

    assert (told.won <= told.tried).all()
    assert told.tried.sum() > 0
