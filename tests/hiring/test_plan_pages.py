"""The plan as people use it: asked, kept, and held against what happened."""

import json
from datetime import date

import pytest

from builders import interaction, ref_id
from quintet.calendar.periods import month_after
from quintet.facts.asking import running_month
from quintet.facts.careers import RepCareer, RepMonth, read_careers
from quintet.hiring.asks.plan import basis, compared
from quintet.hiring.metrics.careers import signed_by_month
from quintet.hiring.models.plan import SavedPlan
from quintet.ledger.models import InboxRow

pytestmark = pytest.mark.django_db
ASKED = {
    "target": "60000",
    "months": "9",
    "class_every": "1",
    "lead_months": "1",
    "span": "9",
    "manager_months": "3",
}


def query(**more):
    """The address of a plan."""
    return "/hiring/plan/?" + "&".join(f"{key}={value}" for key, value in (ASKED | more).items())


def _won(rep, month, mrr):
    ref = f"{rep}-{month}"
    return interaction(
        "opportunity.won", f"{month:%Y-%m}-28", lead=ref, opportunity=ref, rep=rep, ref=ref,
        detail=json.dumps({"mrr": str(mrr)}),
    )  # fmt: skip


@pytest.fixture
def facts(load, home, settings):
    """Eight old hands who sign 1,000 a month from June 2024 to August 2025, and six hires of August 2024."""
    settings.HOME = home
    old, new = ([f"{kind}{at}" for at in range(n)] for kind, n in (("old", 8), ("new", 6)))
    rows = [_joined(rep, "2020-01-06") for rep in old] + [_joined(rep, "2024-08-01") for rep in new]
    rows.append(
        interaction("rep.joined", "2020-01-01", rep="max", detail='{"name": "Max", "role": "manager"}')
    )
    for at in range(15):
        month = month_after(date(2024, 6, 1), at)
        rows += [_won(rep, month, 1000) for rep in old]
        rows += [_won(rep, month, 500 if at == 3 else 1000) for rep in new if at > 2]
    rows.append(interaction("lead.created", "2025-08-31", lead="last"))
    return load(*rows)


def _joined(rep, day):
    told = {"name": rep, "role": "rep", "manager_id": ref_id("rep", "max")}
    return interaction("rep.joined", day, rep=rep, detail=json.dumps(told))


def test_the_past_by_hand(facts):
    """14 reps under one manager; a hire brings 0, 50 and 100 %; 14,000 a month."""
    told = basis(facts)

    assert running_month(facts) == date(2025, 9, 1)
    assert told.learned.reps_by_age.tolist() == [0] * 12 + [14]
    assert [one.share for one in told.learned.ramp[:4]] == pytest.approx([0.0, 0.5, 1.0, 1.0])
    assert told.learned.full_mrr.value == pytest.approx(1000.0)
    assert (told.managers, told.mrr) == (1, 14_000.0)
    assert {one.left_on for one in read_careers(facts)} == {None}


def test_the_page_answers_and_keeps(as_user, facts, settings):
    """An executive asks, reads the answer, keeps it; the ledger knows."""
    client = as_user("executive")
    settings.HOME = facts.home
    assert "The plan" in client.get("/hiring/plan/").content.decode()
    assert "Hire " in client.get(query()).content.decode()

    kept = client.post(query(), {"name": "Double"}, follow=True).content.decode()

    one = SavedPlan.objects.get(name="Double")
    assert "No month of it is over yet" in kept
    assert one.inputs["target"] == 60000.0
    assert InboxRow.objects.get().payload["kind"] == "headcount.planned"
    again = client.post(query(), {"name": "Double"})
    assert again.status_code == 400
    assert "kept already" in again.content.decode()


def test_a_kept_plan_is_held_against_what_happened(as_user, facts, settings):
    """Months that are over stand beside the plan; whether the range held is counted."""
    client = as_user("executive")
    settings.HOME = facts.home
    client.post(query(), {"name": "Past"})
    one = SavedPlan.objects.get()
    for at, month in enumerate(one.answer["months"]):
        month["month"] = month_after(date(2025, 7, 1), at).isoformat()
    one.answer["months"][0] |= {"mrr_lo": 0.0, "mrr_hi": 10.0**9}
    one.answer["months"][1] |= {"mrr_lo": 0.0, "mrr_hi": 1.0}
    one.save()

    told = compared(one, facts)

    assert [month.is_inside for month in told[:3]] == [True, False, None]
    assert (told[0].reps, told[0].mrr) == (14, 14_000.0)
    page = client.get(f"/hiring/plan/{one.pk}/").content.decode()
    assert "2 months over: in 1 the MRR came out in the range" in page


def test_a_company_with_too_few_hires_is_told_so(as_user):
    """422 with what is missing, as everywhere."""
    page = as_user("executive").get("/hiring/plan/")

    assert page.status_code == 422
    assert "a plan takes 5 " in page.content.decode()


@pytest.mark.parametrize("more", [{"target": "-1"}, {"span": "20"}, {"target": "10000000000"}])
def test_what_cannot_be_planned_is_said(as_user, facts, settings, more):
    """400, with the reason."""
    client = as_user("recruiter")
    settings.HOME = facts.home

    assert client.get(query(**more)).status_code == 400


@pytest.mark.parametrize(
    ("role", "status"),
    [("executive", 422), ("recruiter", 422), ("operations", 422), ("manager", 403), ("rep", 403)],
)
def test_who_reads_the_plan(as_user, role, status):
    """Those who hire, and operations; it holds no candidate. 422: the small company has too few hires."""
    assert as_user(role).get("/hiring/plan/").status_code == status


def test_reps_of_a_month_are_counted_on_its_first_day():
    """Joined in the month counts, left on its first day does not."""
    careers = [
        RepCareer(1, date(2025, 1, 15), None),
        RepCareer(2, None, date(2025, 2, 1)),
        RepCareer(3, date(2025, 2, 1), date(2025, 2, 20)),
    ]
    signed = [RepMonth(1, date(2025, 1, 1), 10.0, None), RepMonth(3, date(2025, 2, 1), 5.0, None)]

    assert signed_by_month(careers, signed) == {date(2025, 1, 1): (2, 10.0), date(2025, 2, 1): (2, 5.0)}
