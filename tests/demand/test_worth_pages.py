"""Leads are drawn once, what they show is withheld, and the page says what following the score brings."""

import json
from datetime import UTC, date, datetime

import numpy as np
import pytest

from builders import interaction, ref_id
from drawn_leads import HORIZON, TODAY, drawn
from quintet.demand.actions import routing
from quintet.demand.actions import score as job
from quintet.demand.actions import worth as worked_out
from quintet.demand.actions.points import set_capacity
from quintet.demand.asks import leads as asks
from quintet.demand.asks.worth import worth
from quintet.demand.formula.routing import lots
from quintet.demand.formula.worth import fit_worth
from quintet.demand.metrics.examples import read_examples
from quintet.demand.metrics.holdout_order import drawn_file, read_drawn_ids
from quintet.demand.metrics.routings import read_drawn
from quintet.demand.models.routing import HoldoutShare
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.kernel.plain import as_plain, text_of
from quintet.ledger.models import InboxRow

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALL = Scope.everything()
SHARE = 0.2


@pytest.fixture(scope="module")
def scored(small_company):
    """The small company with a score in use."""
    job.fit(small_company.facts, judged={}, gut=None, now=NOW)
    return small_company.facts


@pytest.fixture
def begun(scored, db):
    """A fifth is held out of leads handed over since September 2025."""
    since = datetime(2025, 9, 1, tzinfo=UTC)
    yield HoldoutShare.objects.create(share=SHARE, salt="pinch", since=since, set_at=since)
    drawn_file(scored.home).unlink(missing_ok=True)


@pytest.fixture
def boss(db):
    """Somebody who sets the share."""
    from quintet.site.models import User

    return User.objects.create_user("eve@test.test", "executive", "pass", name="Eve")


SOME = asks.Filters(source="referral")


def listed(facts, filters=SOME):
    """All open leads of one source, in the order of work."""
    return asks.leads(facts, ALL, filters, limit=100_000)


def told():
    """What the ledger was told of draws: lead → row."""
    rows = [row.payload for row in InboxRow.objects.all()]
    return {row["lead_id"]: row for row in rows if row["kind"] == "lead.routed"}


# ---------------------------------------------------------------- the draw


def test_each_new_open_lead_is_drawn_once(scored, begun):
    """Of those of the last two weeks, by the lot of its id, and never again; older ones are left."""
    examples = read_examples(scored)
    is_open = ~examples.is_won & ~examples.is_closed
    ids = examples.lead_ids[is_open & (examples.observed_days <= 14.0)]

    said = routing.route(scored, NOW)
    rows = told()

    assert set(rows) == set(ids.tolist())
    held = {lead for lead, row in rows.items() if row["outcome"] == "held"}
    assert held == set(ids[lots(ids, "pinch") < SHARE].tolist())
    assert (
        is_open & (examples.observed_days > 14.0) & (examples.handed_at > np.datetime64("2025-09-02"))
    ).any()
    assert said == f"{len(ids)} leads drawn, {len(held)} held out"
    assert routing.route(scored, NOW) == "no new leads"
    assert len(told()) == InboxRow.objects.count() == len(ids)


def test_a_draw_says_what_the_score_said(scored, begun, boss):
    """Version, chance, points, share; line and propensity only where the capacity is stated."""
    routing.route(scored, NOW)
    lead, row = next(iter(told().items()))
    detail = json.loads(row["detail"])

    assert detail["share"] == SHARE
    assert detail["version"] == job.shelf_of(scored.home).uses()[-1].version
    assert 0.0 < detail["p"] < 1.0
    assert (detail["is_ready"], detail["propensity"]) == (None, None)
    assert row["source_ref"] == f"routing:{lead}#lead.routed"
    as_of = scored.as_of.replace(tzinfo=UTC)
    assert datetime.fromisoformat(row["occurred_at"]) <= as_of < datetime.fromisoformat(row["recorded_at"])

    InboxRow.objects.all().delete()
    drawn_file(scored.home).unlink()
    set_capacity(40, by=boss, now=NOW)
    routing.route(scored, NOW)
    details = [json.loads(row["detail"]) for row in told().values()]
    above, below = (
        {one["propensity"] for one in details if one["is_ready"] is is_ready} for is_ready in (True, False)
    )
    assert len(above) == len(below) == 1
    assert above.pop() - below.pop() == pytest.approx(1 - SHARE)


def test_the_worker_begins_with_one_in_twenty_of_leads_to_come(scored):
    """Leads that were there before are not drawn; the ledger is told what was set."""
    try:
        assert routing.route(scored, NOW) == "no new leads"
        one = HoldoutShare.objects.get()
        assert (one.share, one.set_by, one.reason) == (0.05, None, "")
        assert one.since.replace(tzinfo=None) > scored.as_of
        assert len(one.salt) == 32
        (row,) = [row.payload for row in InboxRow.objects.all()]
        assert row["kind"] == "routing.set"
        assert one.salt not in row["detail"]
    finally:
        drawn_file(scored.home).unlink(missing_ok=True)


def test_a_share_set_keeps_the_lot_and_its_beginning(scored, begun, boss):
    """Another share from now on, the same salt; off draws nobody; the wrong ones are refused."""
    routing.set_share(scored, 0.1, "fewer will do", by=boss, now=NOW)
    newest = routing.share_in_force()

    assert (newest.share, newest.salt, newest.since) == (0.1, "pinch", begun.since)
    routing.set_share(scored, 0.0, "the quarter is short", by=boss, now=NOW)
    assert routing.route(scored, NOW) == "switched off"
    with pytest.raises(BadInput, match="say why"):
        routing.set_share(scored, 0.1, " ", by=boss, now=NOW)
    with pytest.raises(BadInput, match=r"0\.\.20%"):
        routing.set_share(scored, 0.3, "more", by=boss, now=NOW)
    assert HoldoutShare.objects.count() == 3


# ---------------------------------------------------------------- what people see


def test_a_held_out_lead_shows_no_score_anywhere(scored, begun, as_user):
    """In the list, on its page, in the file and by API; the others keep theirs."""
    routing.route(scored, NOW)
    held = {lead for lead, row in told().items() if row["outcome"] == "held"}
    found = listed(scored)
    kept_back = [one for one in found.leads if one.is_held]

    assert {one.lead_id for one in kept_back} == held & {one.lead_id for one in found.leads} != set()
    assert found.total == len(found.leads)
    for one in kept_back:
        assert {one.p, one.lo, one.hi, one.points, one.value, one.expected, one.reasons} == {None}
    expected = [one.expected for one in found.leads if not one.is_held]
    assert expected == sorted(expected, reverse=True)

    client, first = as_user("executive"), kept_back[0]
    page = client.get(f"/demand/leads/{first.lead_id}/").content.decode()
    assert "Held out of the score by lot" in page
    assert "adding up" not in page
    assert "Chance" not in page
    csv = client.get("/demand/?source=referral&csv=records").content.decode()
    line = next(row for row in csv.splitlines() if first.label in row)
    assert "Hold-out: work it as it comes" in line
    assert "%" not in line
    from quintet.demand import answers

    plain = answers.one_lead(scored, ALL, first.lead_id)
    assert (plain["lead"]["p"], plain["lead"]["reasons"], plain["wishes"]) == (None, None, [])


def test_held_out_leads_stand_in_their_turn(scored, begun):
    """Above the middle of the drawn ones by score stands the older half of those held out."""
    routing.route(scored, NOW)
    rows = told()
    found = [
        one for one in asks.leads(scored, ALL, asks.Filters(), limit=100_000).leads if one.lead_id in rows
    ]
    held = [at for at, one in enumerate(found) if one.is_held]
    half = sum(at < len(found) / 2 for at in held)

    assert half == pytest.approx(len(held) / 2, abs=3)
    waiting = [(scored.as_of - found[at].handed_at).days for at in held]
    early = [days for days in waiting if days < 14]
    assert early == sorted(early, reverse=True)


def test_sales_ready_holds_the_held_out_too(scored, begun, boss):
    """They are worked as they come: no line keeps them away."""
    set_capacity(40, by=boss, now=NOW)
    routing.route(scored, NOW)
    ready = asks.leads(scored, ALL, asks.Filters(ready=True), limit=100_000)

    assert sum(one.is_held for one in ready.leads) == sum(row["outcome"] == "held" for row in told().values())
    assert all(one.points >= ready.ready_from for one in ready.leads if not one.is_held)


def test_once_it_is_closed_its_score_is_shown(scored, begun):
    """A customer who was held out: nothing is spoilt any more."""
    examples = read_examples(scored)
    customer = int(examples.lead_ids[examples.is_won][0])
    routing._remember(scored, np.array([customer]), np.array([True]))
    _, one, _ = asks.lead(scored, ALL, customer)

    assert not one.is_held
    assert one.p is not None
    assert len(read_drawn_ids(drawn_file(scored.home))) == 1


# ---------------------------------------------------------------- the page


@pytest.fixture
def spoken(scored):
    """What the score is worth, as the worker keeps it."""
    shelf = worked_out.shelf_of(scored.home)

    def keep(answer):
        kept = worked_out.StoredWorth(answer, scored.version, date(2026, 6, 30))
        shelf.use(shelf.put(text_of(as_plain(kept))), NOW, "tests")

    yield keep
    (shelf.folder / "log.jsonl").unlink(missing_ok=True)


def test_the_page_says_the_number_and_how_sure_it_is(scored, spoken, visit):
    """The number, both arms, one look and many, followed or not, and segments of which little is known."""
    spoken(fit_worth(drawn(), HORIZON, TODAY))
    page = visit("marketer", "/demand/worth/").content.decode()

    assert "more customers per 100 leads than as they come" in page
    assert "Watched week by week" in page
    assert "Sales-ready by score" in page
    assert "hardly worked more often" not in page
    assert "Set the share" not in page
    spoken(fit_worth(drawn(followed=False), HORIZON, TODAY))
    assert "hardly worked more often" in visit("marketer", "/demand/worth/").content.decode()


def test_before_there_is_enough_the_page_says_when(scored, spoken, visit):
    """How many of how many, and the day; no figure."""
    answer = fit_worth(drawn(leads=3000, oldest=5.0), HORIZON, TODAY)
    spoken(answer)
    page = visit("auditor", "/demand/worth/").content.decode()

    assert "Not enough yet" in page
    assert f"{answer.finding.expected_on:%-d %b %Y}" in page
    assert "per 100 leads than" not in page


def test_without_a_draw_the_page_says_what_will_come(scored, visit):
    """And that a share will be held out."""
    page = visit("manager", "/demand/worth/").content.decode()

    assert "No lead was drawn yet" in page
    assert "5.0%" in page or "5%" in page


@pytest.mark.parametrize(
    ("role", "status"), [("rep", 403), ("bdr", 403), ("recruiter", 403), ("auditor", 200)]
)
def test_who_may_read_it(scored, visit, role, status):
    """Leaders and marketers; who works the leads does not."""
    assert visit(role, "/demand/worth/").status_code == status


def test_the_share_is_set_in_the_browser(scored, as_user):
    """By executives and operations, with a reason; off says what is lost."""
    client = as_user("operations")
    assert (
        client.post("/demand/worth/share/", {"per_cent": "0", "reason": "a short quarter"}).status_code == 302
    )
    page = client.get("/demand/worth/").content.decode()
    assert "switched off" in page
    assert "a short quarter" in page
    assert "nobody can say any more" in page
    for wrong in ({"per_cent": "21", "reason": "more"}, {"per_cent": "5", "reason": ""}):
        assert client.post("/demand/worth/share/", wrong).status_code == 400
    assert (
        as_user("manager").post("/demand/worth/share/", {"per_cent": "5", "reason": "x"}).status_code == 403
    )
    assert HoldoutShare.objects.get().share == 0.0


def test_the_api_tells_the_same(scored, spoken):
    """The estimate, the arms, the share."""
    from quintet.demand import answers

    answer = fit_worth(drawn(), HORIZON, TODAY)
    spoken(answer)
    found = answers.answered(scored, ALL, "worth", {})

    assert found["share"] == 0.05
    assert found["worth"]["finding"]["estimate"] == pytest.approx(answer.finding.estimate, rel=1e-4)
    assert worth(scored).is_current


# ---------------------------------------------------------------- from the ledger


def test_what_became_of_those_drawn_is_read_from_the_facts(load):
    """Ann was held out and bought on day ten, Ben by score was never worked; a lead not drawn is not here."""
    detail = {"share": 0.1, "version": "v", "p": 0.2, "points": 3, "is_ready": None, "propensity": None}

    def routed(lead, arm, **more):
        return interaction(
            "lead.routed", "2026-01-02", lead=lead, ref=lead, outcome=arm, detail=json.dumps(detail | more)
        )

    said = json.dumps({"segment": "large"})
    names = ("ann", "ben", "cat")
    facts = load(
        *(interaction("lead.created", "2026-01-01", lead=name, detail=said) for name in names),
        routed("ann", "held"),
        routed("ben", "score", is_ready=True),
        interaction("call.attempted", "2026-01-02", lead="ann", rep="r", outcome="connected"),
        interaction("opportunity.created", "2026-01-03", lead="ann", opportunity="d"),
        interaction(
            "opportunity.won", "2026-01-11", lead="ann", opportunity="d", amount=9, currency="EUR",
            detail=json.dumps({"mrr": 9}),
        ),
        interaction("note.written", "2026-01-31", lead="cat"),
    )  # fmt: skip
    found = read_drawn(facts)
    routed_then = read_examples(facts).routed

    assert len(found) == 2
    ann = int(np.flatnonzero(found.is_held)[0])
    assert found.won_days[ann] == pytest.approx(10)
    assert np.isnan(found.won_days[1 - ann])
    assert list(found.is_worked[[ann, 1 - ann]]) == [True, False]
    assert list(found.observed_days) == pytest.approx([30, 30])
    assert (found.currency, found.revenue[ann], found.revenue[1 - ann]) == ("EUR", 9.0, 0.0)
    assert found.segments == ("large",)
    assert np.isnan(found.is_ready[ann])
    assert found.is_ready[1 - ann] == 1.0
    at = list(read_examples(facts).lead_ids).index(ref_id("lead", "cat"))
    assert (routed_then.is_drawn.sum(), routed_then.is_drawn[at]) == (2, False)
    assert worked_out.renew(facts) == "no score with dates"
