"""Leads, model card and points over HTTP: what they show, who gets what, and what people decide."""

import json
import math
import re
import shutil
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from quintet.demand import records
from quintet.demand.actions import points as decided
from quintet.demand.actions import score as job
from quintet.demand.asks import leads as asks
from quintet.demand.asks.points import gut_level, points
from quintet.demand.asks.stored_score import stored_score
from quintet.demand.asks.threshold import threshold
from quintet.demand.formula.lead_trial import try_score
from quintet.demand.formula.threshold_advice import WEEKS
from quintet.demand.in_loop import LeadScoreInLoop
from quintet.demand.jobs import advise_threshold
from quintet.demand.metrics.examples import read_examples
from quintet.demand.metrics.lead_scores import read_history, scores_file, waited
from quintet.demand.metrics.source_words import source_words
from quintet.demand.models.points import ColumnJudgement, SalesCapacity, TypedPoints
from quintet.demand.terms.leaks import Judgement
from quintet.demand.terms.score import FeatureKind, PointsLine
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.finding import Status
from quintet.kernel.home import Home
from quintet.kernel.recipe_in_use import RecipeInUse, use_recipe
from quintet.ledger import mover
from quintet.ledger.models import InboxRow
from quintet.loop.actions import decisions as log
from quintet.loop.models.decisions import Recommendation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GUT = {"source": {"referral": 10.0}}
ALL = Scope.everything()


@pytest.fixture(scope="module")
def scored(small_company):
    """The small company with a score in use."""
    job.fit(small_company.facts, judged={}, gut=GUT, now=NOW)
    return small_company.facts


@pytest.fixture
def marketer(db):
    """Somebody who decides."""
    from quintet.site.models import User

    return User.objects.create_user("mara@test.test", "marketer", "pass", name="Mara")


# ---------------------------------------------------------------- the job


def test_the_card_says_what_it_rests_on(scored):
    """Every lead is scored; the trial was on later leads; what was typed by hand was tried, too."""
    stored = stored_score(scored)
    leads = scored.arrow(scored.table("leads")).to_pylist()

    assert stored.card.scored == len(leads)
    assert stored.card.open == sum(not row["is_won"] and not row["is_lost"] for row in leads)
    assert stored.card.trial.is_later
    assert stored.card.trial.gut.names == ("fitted points", "gut points")
    assert stored.is_current
    assert stored.ability.n == stored.card.trial.skill.leads
    assert stored.card.value.kind in {"mrr", "lifetime"}


def test_the_same_data_gives_the_same_version(scored):
    """Fitting again changes no byte."""
    before = stored_score(scored).version

    assert job.fit(scored, judged={}, gut=GUT, now=NOW) == before


def test_a_refresh_alone_fits_at_most_once_a_day(scored, settings):
    """The same facts: up to date."""
    assert job.renew(scored, now=NOW) == "up to date"


def test_a_column_kept_out_is_not_used(scored, small_company):
    """And the reason is on the card."""
    before = stored_score(scored).version
    judged = {"source": Judgement("source", keep=False, reason="lists are mislabelled", by="Mara")}
    try:
        job.fit(scored, judged=judged, gut=None, now=NOW)
        stored = stored_score(scored)
        assert "source" not in {one.name for one in stored.score.features}
        assert [one.judgement.reason for one in stored.card.report.left_out] == ["lists are mislabelled"]
    finally:
        job.shelf_of(small_company.home).use(before, NOW, "tests")


def test_the_score_is_fitted_by_the_recipe_the_loop_has_in_use(scored, small_company, visit):
    """Once the loop decides, the next look of the worker fits anew: here that no recipe has earned it."""
    before, home = stored_score(scored).version, small_company.home
    assert stored_score(scored).card.recipe == "all past"
    assert stored_score(scored).card.recipe_since is None
    try:
        since = datetime(2026, 1, 1, tzinfo=UTC)
        use_recipe(home, job.FORMULA, RecipeInUse("", since, "2025Q4", "No challenger earned it."))
        version = job.renew(scored, now=NOW + timedelta(hours=1))
        stored = stored_score(scored)
        page = visit("executive", "/demand/").content.decode()
    finally:
        use_recipe(home, job.FORMULA, None)
        job.shelf_of(home).use(before, NOW, job.shelf_of(home).uses()[0].why)

    assert version != before
    assert (stored.card.recipe, stored.card.recipe_since) == ("", since.date())
    assert "No challenger earned it" in stored.ability.reason
    assert not stored.can_tell
    assert "The score is held back" in page
    assert "the base rate alone, in use since 1 Jan 2026" in page


# ---------------------------------------------------------------- asks


def test_open_leads_come_most_valuable_first_and_add_up(scored):
    """Only open ones; chance times value; reasons sum to the chance, points to the points."""
    found = asks.leads(scored, ALL, asks.Filters())
    leads = {row["lead_id"]: row for row in scored.arrow(scored.table("leads")).to_pylist()}

    assert found.total == sum(not row["is_won"] and not row["is_lost"] for row in leads.values())
    assert [one.expected for one in found.leads] == sorted(
        (one.expected for one in found.leads), reverse=True
    )
    for one in found.leads[:20]:
        assert not leads[one.lead_id]["is_won"]
        assert one.lo <= one.p <= one.hi
        assert one.expected == pytest.approx(one.p * one.value)
        total = one.reasons.base_log_odds + math.fsum(reason.log_odds for reason in one.reasons.reasons)
        assert 1 / (1 + math.exp(-total)) == pytest.approx(one.p, abs=1e-9)
        assert sum(reason.points for reason in one.reasons.reasons) == one.points


def test_the_order_alone_is_the_order_of_the_list(scored):
    """Lead by lead, by the same filters, of the same people."""
    for filters in (asks.Filters(), asks.Filters(source="referral"), asks.Filters(ready=True)):
        listed = [one.lead_id for one in asks.leads(scored, ALL, filters, limit=10_000).leads]
        assert asks.leads_in_order(scored, ALL, filters) == listed

    assert asks.leads_in_order(scored, Scope(role="stranger"), asks.Filters()) == []


def test_filters_agree_with_a_plain_count(scored):
    """By source, segment and rep."""
    leads = scored.arrow(scored.table("leads")).to_pylist()
    rep = next(row["rep_id"] for row in leads if row["rep_id"] is not None and not row["is_won"])

    found = asks.leads(scored, ALL, asks.Filters(source="referral", rep=rep))

    assert found.total == sum(
        row["source"] == "referral" and row["rep_id"] == rep and not row["is_won"] and not row["is_lost"]
        for row in leads
    )
    assert {one.source for one in found.leads} <= {"referral"}


def test_a_rep_sees_the_own_leads_and_no_others(scored):
    """Lists and single leads alike; a marketer sees all, without reps."""
    leads = scored.arrow(scored.table("leads")).to_pylist()
    one, other = sorted({row["rep_id"] for row in leads if row["rep_id"] is not None})[:2]
    mine = Scope(frozenset({one}), one, "rep")
    theirs = next(row["lead_id"] for row in leads if row["rep_id"] == other)

    found = asks.leads(scored, mine, asks.Filters())

    assert found.total == sum(
        row["rep_id"] == one and not row["is_won"] and not row["is_lost"] for row in leads
    )
    with pytest.raises(BadInput, match="not yours"):
        asks.lead(scored, mine, theirs)
    with pytest.raises(BadInput, match="not yours"):
        asks.leads(scored, mine, asks.Filters(rep=other))
    marketing = asks.leads(scored, Scope(frozenset(), None, "marketer"), asks.Filters())
    assert marketing.total == asks.leads(scored, ALL, asks.Filters()).total
    assert {one.rep for one in marketing.leads} == {""}
    assert asks.leads(scored, Scope(role="stranger"), asks.Filters()).total == 0


def test_records_agree_with_a_plain_count(scored):
    """Of a source, of those that became customers, since a day."""
    leads = scored.arrow(scored.table("leads")).to_pylist()
    asked = records.Selection.of({"source": "referral", "stage": "won", "since": "2025-03-01"})
    plain = [
        row
        for row in leads
        if row["source"] == "referral" and row["reached"] == 5 and row["created_at"] >= datetime(2025, 3, 1)  # noqa: DTZ001
    ]

    rows = records.lead_rows(scored, ALL, asked)

    assert {row["lead_id"] for row in rows} == {row["lead_id"] for row in plain}
    assert records.lead_count(scored, ALL, asked) == len(plain) > 0
    assert records.Selection.of(asked.query) == asked
    with pytest.raises(BadInput, match="stage must be"):
        records.Selection.of({"stage": "lunch"})
    with pytest.raises(BadInput, match="since must be a day"):
        records.Selection.of({"since": "soon"})


def test_waiting_takes_chance_away(scored):
    """A fresh lead keeps all of it, one beyond every customer's time nearly nothing; without dates, none."""
    examples = read_examples(scored)
    taken = waited(examples)
    fresh, oldest = np.argmin(examples.observed_days), np.argmax(examples.observed_days)

    assert taken[fresh] == pytest.approx(0, abs=0.05)
    assert taken[oldest] < -3
    assert np.all(taken <= 0)


def test_the_sales_ready_line_keeps_weeks_within_capacity(scored):
    """Counted by hand from the stored scores: weeks above the capacity are one in five at most."""
    stored = stored_score(scored)
    history = read_history(scores_file(scored.home, stored.version))
    found = threshold(scored, stored, 40)
    ready = np.bincount(history.week[history.points >= found.points], minlength=found.weeks)

    assert (ready <= 40).mean() == pytest.approx(found.fits)
    assert found.fits >= 0.78
    more = threshold(scored, stored, 400)
    assert more.points <= found.points


def test_a_score_that_tells_nothing_says_so(scored, monkeypatch, visit):
    """AUC with chance inside its interval: hedged, no order by it, and no chance of a lead's own."""
    from dataclasses import replace

    stored = stored_score(scored)
    trial = stored.card.trial
    chance = replace(trial.skill, auc=replace(trial.skill.auc, estimate=0.51, lo=0.48, hi=0.54))
    blind = replace(stored, card=replace(stored.card, trial=replace(trial, skill=chance)))
    monkeypatch.setattr(asks, "stored_score", lambda _facts: blind)

    found = asks.leads(scored, ALL, asks.Filters())

    assert blind.ability.status is Status.HEDGED
    assert "cannot tell leads apart" in blind.ability.reason
    handed = [one.handed_at for one in found.leads if one.handed_at]
    assert handed == sorted(handed, reverse=True)
    page = visit("executive", f"/demand/leads/{found.leads[0].lead_id}/").content.decode()
    assert "Base rate of all leads" in page
    assert "not this lead" in page


def test_too_few_customers_cannot_be_tried(scored):
    """The trial refuses instead of giving a figure."""
    from quintet.demand.formula.score.subset import subset

    few = subset(read_examples(scored), np.arange(60))

    with pytest.raises(NotEnoughData):
        try_score(few, lambda _moment: few, ("source",), None)


@pytest.mark.parametrize(
    ("kind", "said", "level"),
    [
        (FeatureKind.WORDS, "referral", "referral"),
        (FeatureKind.WORDS, "any other", None),
        (FeatureKind.NUMBERS, "2 to 4", "2-4"),
        (FeatureKind.NUMBERS, "12 or more", "12+"),
        (FeatureKind.NUMBERS, "up to 1", "0-1"),
        (FeatureKind.NUMBERS, "3", "3"),
        (FeatureKind.NUMBERS, "not known", "not known"),
        (FeatureKind.DOINGS, "within 3 days", "ever"),
        (FeatureKind.DOINGS, "never", None),
    ],
)
def test_lines_are_named_as_the_hand_typed_table_names_them(kind, said, level):
    """What the gut table has no word for is not offered."""
    line = PointsLine("x", kind, said, 1, 0.1, 0.0, 0.2, 10, 1)

    assert gut_level(line) == level


def test_the_sources_own_words_come_from_its_map(home):
    """A map this company loaded with says what it renamed."""
    home.maps.mkdir(parents=True)
    (home.maps / "own.toml").write_text(
        'name = "own"\nsystem = "own"\n[[file]]\nmatch = "Leads"\nrows = "leads"\nkey = ["Id"]\n'
        '[file.fields]\nstatus = "Lead Quality"\nsource = "Lead Source"\n'
    )

    assert source_words(home) == {"status": "Lead Quality", "source": "Lead Source"}


# ---------------------------------------------------------------- what people decide


def test_typed_points_are_kept_and_told_to_the_ledger(marketer):
    """The newest table counts; older ones stay."""
    decided.type_points({"source": {"referral": 5.0}}, "first guess", by=marketer, now=NOW)
    decided.type_points({"source": {"referral": 8.0}}, "", by=marketer, now=NOW)

    assert decided.typed_points().table == {"source": {"referral": 8.0}}
    assert TypedPoints.objects.count() == 2
    told = [row.payload for row in InboxRow.objects.all()]
    assert [row["kind"] for row in told] == ["points.typed"] * 2
    assert json.loads(told[0]["detail"])["note"] == "first guess"


@pytest.mark.parametrize("table", [{}, {"source": {}}, {"source": {"x": 1e9}}, {"source": {"x": math.nan}}])
def test_a_points_table_that_is_none_is_refused(marketer, table):
    """Nothing is kept, nothing is told."""
    with pytest.raises(BadInput):
        decided.type_points(table, "", by=marketer, now=NOW)

    assert (TypedPoints.objects.count(), InboxRow.objects.count()) == (0, 0)


def test_a_judged_column_keeps_its_reason(marketer):
    """The newest word on a column counts; without a reason there is none."""
    decided.judge_column("Tags", "typed by visitors", keep=True, by=marketer, now=NOW)
    decided.judge_column("Tags", "not so", keep=False, by=marketer, now=NOW)

    (one,) = decided.judgements().values()
    assert (one.keep, one.reason, one.by) == (False, "not so", "Mara")
    assert [row.payload["outcome"] for row in InboxRow.objects.all()] == ["let_in", "kept_out"]
    with pytest.raises(BadInput, match="say why"):
        decided.judge_column("Tags", "  ", keep=True, by=marketer, now=NOW)


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("role", ["executive", "manager", "rep", "marketer", "operations", "auditor"])
def test_who_may_open_the_pages(scored, visit, role):
    """Whoever sells, leads or markets; their own rows are a matter of scope."""
    for address in ("/demand/", "/demand/score/", "/demand/points/", "/demand/records/"):
        assert visit(role, address).status_code == 200


@pytest.mark.parametrize("role", ["recruiter", "interviewer", "enablement"])
def test_who_may_not(scored, visit, role):
    """Others are refused."""
    assert visit(role, "/demand/").status_code == 403


def test_every_link_of_the_pages_opens(scored, visit):
    """No number leads nowhere."""
    links = set()
    for address in ("/demand/", "/demand/score/", "/demand/points/"):
        page = visit("executive", address).content.decode()
        links |= {re.sub("&amp;", "&", link) for link in re.findall(r'href="(/demand/[^"#]*)"', page)}
    kinds = {re.sub(r"\d+", "1", link): link for link in links}

    assert any("/leads/" in link for link in kinds)
    for link in kinds.values():
        assert visit("executive", link).status_code == 200, link


def test_a_rep_may_not_decide(scored, as_user):
    """Only those who decide type points, judge columns and set the capacity."""
    rep = as_user("rep")

    for address in ("points/gut/", "points/capacity/", "score/columns/", "score/fit/"):
        assert rep.post(f"/demand/{address}", {}).status_code == 403


def test_points_are_typed_in_the_browser(scored, as_user):
    """What is filled in is kept; what was there and is emptied goes; nonsense is named."""
    client = as_user("marketer")
    client.post("/demand/points/gut/", {"points|source|referral": "12", "points|landing|/pricing": "3"})
    assert decided.typed_points().table == {"source": {"referral": 12.0}, "landing": {"/pricing": 3.0}}

    client.post("/demand/points/gut/", {"points|source|referral": "7.5", "points|landing|/pricing": ""})
    assert decided.typed_points().table == {"source": {"referral": 7.5}}

    answer = client.post("/demand/points/gut/", {"points|source|referral": "many"})
    assert answer.status_code == 400
    assert "must be a number" in answer.content.decode()


def test_the_capacity_moves_the_line(scored, as_user):
    """Stated on the page, used at once; no number is refused."""
    client = as_user("manager")
    client.post("/demand/points/capacity/", {"leads_per_week": "40"})

    assert SalesCapacity.objects.get().leads_per_week == 40
    assert points(scored).ready.capacity == 40
    assert client.post("/demand/points/capacity/", {"leads_per_week": "0"}).status_code == 400
    ready = asks.leads(scored, ALL, asks.Filters(ready=True))
    assert {one.points >= ready.ready_from for one in ready.leads} <= {True}


def test_a_column_is_judged_in_the_browser(scored, as_user):
    """With its reason, and the worker is asked to fit anew."""
    from django_tasks_db.models import DBTaskResult

    client = as_user("marketer")
    client.post("/demand/score/columns/", {"column": "source", "reason": "mislabelled"})

    assert ColumnJudgement.objects.get().keep is False
    assert DBTaskResult.objects.count() == 1
    assert client.post("/demand/score/columns/", {"column": "source", "reason": ""}).status_code == 400


def test_leads_download_as_csv(scored, visit):
    """The list leaves as a file."""
    answer = visit("executive", "/demand/?csv=records")
    rows = b"".join(answer.streaming_content) if answer.streaming else answer.content

    assert answer["Content-Type"].startswith("text/csv")
    assert len(rows.decode().strip().splitlines()) > 50


@pytest.mark.parametrize("address", ["?rep=x", "leads/1/", "records/?outcome=maybe"])
def test_a_wrong_address_says_what_is_right(scored, visit, address):
    """With status 400."""
    answer = visit("executive", f"/demand/{address}")

    assert answer.status_code == 400
    assert "must" in answer.content.decode() or "choose" in answer.content.decode()


# ---------------------------------------------------------------- advice


def test_the_threshold_is_advised_once_and_held_against_its_weeks(scored, settings, tmp_path, marketer):
    """By the worker; picked up into the log, accepted, and measured when its weeks are over."""
    settings.HOME = home = Home.at(shutil.copytree(scored.home.path, tmp_path / "own"))
    facts = Facts.published(home)

    assert advise_threshold(facts, NOW) == "no threshold"
    decided.set_capacity(30, by=marketer, now=NOW)
    assert advise_threshold(facts, NOW).startswith("Work leads from")
    mover.move(home)
    assert advise_threshold(facts, NOW + timedelta(days=40)) == "nothing new"

    log.pick_up(home)
    one = Recommendation.objects.get(topic="score threshold")
    log.decide(one, "accepted", "", by=marketer, now=facts.as_of.replace(tzinfo=UTC) - timedelta(days=60))
    assert log.follow_up(home, NOW, [LeadScoreInLoop()]) == 1
    one.refresh_from_db()
    assert one.followed["n"] == WEEKS
    assert one.followed["lo"] < one.followed["estimate"] < one.followed["hi"]
