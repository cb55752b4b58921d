"""Every count of today, of targets and of a coaching effect opens the records it counts, and no other's."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from quintet.calendar.fiscal import FiscalCalendar
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.management.actions.coaching_effects import judge
from quintet.management.asks import coaching, targets
from quintet.management.asks import funnel as funnels
from quintet.management.asks import today as asks
from quintet.management.models.coaching import CoachingPlan
from quintet.management.periods import range_name, span_of
from quintet.management.records import HANDED_OVER, Selection
from quintet.management.terms.funnel import Step
from quintet.site.models import User

pytestmark = pytest.mark.django_db
LATER = date(2026, 3, 2)
NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)


def links(page, text):
    """The addresses of records behind a number, in the order of the page."""
    found = re.findall(rf'<a[^>]*href="(/management/records/[^"]*)"[^>]*>\s*{re.escape(text)}\s*</a>', page)
    return [unescape(one) for one in found]


def rows_of(response):
    """The records a page was given."""
    assert response.status_code == 200, response.content[:300]
    return response.context_data["records"]["rows"]


def test_days_have_a_name_as_months_have():
    """First and last day; the day before the first is refused with its rule."""
    name = range_name(date(2025, 8, 1), date(2025, 8, 15))
    assert name == "2025-08-01..2025-08-14"
    calendar = FiscalCalendar()
    assert span_of(name, LATER, calendar) == (date(2025, 8, 1), date(2025, 8, 15))
    for wrong in ("2025-08-14..2025-08-01", "2025-08-01..", "..", "2025-08-01..9999-12-31", "a..b"):
        with pytest.raises(BadInput, match="first day first"):
            span_of(wrong, LATER, calendar)


def test_the_funnel_says_which_days_it_shows(visit):
    """Days that are no month are offered, and chosen, as they are; a listed period stands once."""
    page = visit("executive", "/management/?period=2025-08-04..2025-08-15").content.decode()
    assert '<option value="2025-08-04..2025-08-15" selected>' in page
    assert visit("executive", "/management/?period=2025-08").content.decode().count('value="2025-08"') == 1


def test_the_days_numbers_open_as_many_records(visit, small_company):
    """A manager: each tile and each rep's cell of that day, by the link on the page."""
    response = visit("manager", "/management/today/", rep_id=small_company.manager)
    tiles, rows = response.context_data["tiles"], response.context_data["rows"]
    opened = 0
    for tile in tiles:
        assert len(rows_of(visit("manager", tile["url"], rep_id=small_company.manager))) == tile["day"]
    for cell in rows[0]["amounts"]:
        found = rows_of(visit("manager", cell["day_url"], rep_id=small_company.manager))
        assert len(found) == cell["amount"].day
        opened += len(found)
    assert opened
    page = response.content.decode()
    assert all(tile["url"].replace("&", "&amp;") in page for tile in tiles)


def test_a_rep_is_offered_the_teams_numbers_without_the_rows(visit, small_company):
    """His own day opens his own leads; the team's tiles open nothing, for he may not see whose they are."""
    member = min(small_company.team)
    response = visit("rep", "/management/today/", rep_id=member)
    assert [tile["url"] for tile in response.context_data["tiles"]] == [""] * 5
    for cell in response.context_data["own_amounts"]:
        assert len(rows_of(visit("rep", cell["day_url"], rep_id=member))) == cell["amount"].day
    assert asks.today(small_company.facts, Scope(frozenset({member}), member, "rep"), LATER).letter.reps == ()


@pytest.mark.parametrize("who", ["manager", "rep", "executive"])
def test_what_was_signed_opens_the_customers_it_adds_up(visit, small_company, who):
    """This month and last month by the same day: the MRR of the records is the tile's, for each reader."""
    rep_id = {"manager": small_company.manager, "rep": min(small_company.team), "executive": None}[who]
    response = visit(who, "/management/targets/", rep_id=rep_id)
    month = response.context_data["month"]
    for url, told in (
        (response.context_data["signed_url"], month.money.signed),
        (response.context_data["last_month_url"], month.money.last_month),
    ):
        found = rows_of(visit(who, url, rep_id=rep_id))
        assert sum(row["mrr"] or 0.0 for row in found) == pytest.approx(told)
    assert month.money.last_month > 0
    row = response.context_data["rows"][0]
    found = rows_of(visit(who, row["customers_url"], rep_id=rep_id))
    assert sum(one["mrr"] or 0.0 for one in found) == pytest.approx(row["one"].money.signed)
    assert links(response.content.decode(), f"{row['one'].money.signed:,.0f}")


def test_last_month_counts_who_did_nothing_this_month_yet(small_company):
    """By the same day everybody's customers count, whatever they have done since."""
    facts = small_company.facts
    month = targets.month(facts, Scope.everything())
    leads = facts.table("leads")
    start, end = (datetime.combine(day, datetime.min.time()) for day in month.last_month)
    won = facts.arrow(leads.filter(leads.won_at >= start, leads.won_at < end, leads.won_by.notnull()))
    assert month.money.last_month == pytest.approx(sum(one or 0.0 for one in won["mrr"].to_pylist()))


@pytest.fixture
def plan(small_company):
    """A plan opened in July, measured at the end of September."""
    boss = User.objects.create_user("boss@open.test", "manager", "pass")
    one = CoachingPlan.objects.create(
        rep_id=min(small_company.team), step="connected-qualified", finding="x", goal=0.6, proposed={},
        opened_on=date(2025, 7, 7), review_on=LATER, opened_by=boss,
    )  # fmt: skip
    judge(small_company.facts, one, NOW)
    return one


def test_the_leads_of_an_effect_open_as_many_records(visit, small_company, plan):
    """Since the plan, those of them that went on, and the half year before."""
    response = visit("manager", f"/management/coaching/{plan.pk}/", rep_id=small_company.manager)
    effect, urls = response.context_data["one"].effect, response.context_data["urls"]
    for name, told in (("since", effect.n), ("converted", effect.converted), ("before", effect.n_before)):
        found = rows_of(visit("manager", urls[name], rep_id=small_company.manager))
        assert len(found) == told > 0
        assert {row["rep_id"] for row in found} == {plan.rep_id}
    assert f"Open the {effect.n} leads since" in response.content.decode()
    stranger = next(rep for rep in small_company.team if rep != plan.rep_id)
    assert visit("rep", urls["since"], rep_id=stranger).status_code == 400


@pytest.fixture
def handed(home):
    """Ann hands five calls to Bea, two of them demonstrated; Cid holds one more for Bea."""
    from builders import interaction, offered
    from quintet.facts.published import Facts
    from quintet.facts.refresh import rebuild
    from quintet.ledger.interactions import Interactions

    rows = []
    for number in range(6):
        lead, who = f"a{number}", "cid" if number == 5 else "ann"
        call = {"lead": lead, "rep": who, "content": "qualifying", "ref": f"{lead}-q"}
        rows += [
            interaction("lead.created", "2026-01-05", lead=lead, ref=f"{lead}-new"),
            interaction("lead.assigned", "2026-01-05 08:00", lead=lead, rep="bea", ref=f"{lead}-own"),
            interaction("meeting.held", "2026-01-05 10:00", **call),
        ]
        if number < 2:
            told = {"lead": lead, "rep": "bea", "content": "demo", "ref": f"{lead}-d"}
            rows.append(interaction("meeting.held", "2026-01-06 15:00", **told))
    Interactions(home).append(offered(*rows))
    rebuild(home)
    facts = Facts.published(home)
    yield facts
    facts.close()


def test_a_pairs_counts_open_its_leads_to_who_sees_one_of_the_two(handed):
    """Calls and demos of each pair; setter and closer may open them, a third person may not."""
    everybody = Scope.everything()
    question = funnels.question(
        handed, everybody, funnels.Filters(team="", period=range_name(*targets.pair_days(handed)))
    )
    pairs = targets.pairs(handed, everybody)
    assert [(one.calls, one.demos) for one in pairs] == [(5, 2), (1, 0)]
    for one in pairs:
        for scope in (
            everybody,
            *(Scope(frozenset({rep}), rep, "rep") for rep in (one.setter_id, one.closer_id)),
        ):
            told = {"rep_id": one.setter_id, "closer_id": one.closer_id, "step": HANDED_OVER}
            calls = funnels.records(handed, scope, question, Selection(**told))
            demos = funnels.records(handed, scope, question, Selection(**told, outcome="converted"))
            assert (len(calls), len(demos)) == (one.calls, one.demos)
    stranger = Scope(frozenset({pairs[1].setter_id}), pairs[1].setter_id, "rep")
    first = Selection(pairs[0].setter_id, step=HANDED_OVER, closer_id=pairs[0].closer_id)
    with pytest.raises(BadInput, match="not yours to see"):
        funnels.records(handed, stranger, question, first)


def test_a_pair_is_no_other_number(handed):
    """Two reps and the step they share, or a clear refusal."""
    with pytest.raises(BadInput, match="two reps and one step"):
        Selection(1, step=Step("demo", "won"), closer_id=2)
    with pytest.raises(BadInput, match="two reps and one step"):
        Selection(None, step=HANDED_OVER, closer_id=2)
    assert coaching.today(handed, date.max) + timedelta(days=1) == targets.pair_days(handed)[1]


def test_the_page_of_targets_links_the_pairs(handed, settings, client):
    """Both counts of each pair lead to their leads."""
    settings.HOME = handed.home
    client.force_login(
        User.objects.create_user("exec@open.test", "executive", "pass"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    page = client.get("/management/targets/").content.decode()
    (calls,), (demos,) = links(page, "5"), links(page, "2")
    assert len(rows_of(client.get(calls))) == 5
    assert len(rows_of(client.get(demos))) == 2
