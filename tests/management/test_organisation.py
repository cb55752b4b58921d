"""The organisation: span, forecast, readiness, changes and segments by hand; the page and who sees it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from quintet.kernel.finding import Status
from quintet.ledger.models import InboxRow
from quintet.management.formula.organisation import (
    changes,
    led_on,
    month_ends,
    readiness,
    segment_sizes,
    spans,
)
from quintet.management.formula.span_forecast import forecast_span, predictive
from quintet.management.models.organisation import LeadershipObservation
from quintet.management.terms.organisation import (
    MonthOfRep,
    Observation,
    SegmentWork,
    Spell,
)
from signed_in import as_user

__all__ = ["as_user"]

D = Decimal
TODAY = date(2026, 3, 31)


def spell(rep_id, manager=100, role="rep", **more):
    """One spell of somebody; always so unless told."""
    return Spell(rep_id, f"Rep {rep_id:02}", role, manager, **more)


def team(size, manager=100, first=1):
    """A manager and those he leads."""
    boss = Spell(manager, f"Boss {manager}", "manager", None)
    return [boss, *(spell(rep, manager) for rep in range(first, first + size))]


# ---------------------------------------------------------------- span


@pytest.mark.parametrize(
    ("size", "state", "said"),
    [
        (7, "narrow", "Leads 7; 8 to 10 is what a manager leads well."),
        (8, "fits", "Leads 8, within 8 to 10."),
        (10, "fits", "Leads 10, within 8 to 10."),
        (11, "wide", "Leads 11, 1 more than 10: nobody can coach so many."),
        (0, "narrow", "Leads 0; 8 to 10 is what a manager leads well."),
    ],
)
def test_above_ten_is_an_alarm_and_below_eight_a_note(size, state, said):
    """Eight and ten fit; a manager who leads nobody is told, too."""
    (one,) = spans(team(size), TODAY)

    assert (len(one.reps), one.state, one.sentence) == (size, state, said)


def test_span_follows_the_dates():
    """A rep who moved in February counts for the old manager in January and for the new one now."""
    people = [
        *team(8),
        *team(8, 200, 50),
        spell(30, 100, until=date(2026, 2, 10)),
        spell(30, 200, since=date(2026, 2, 10)),
        spell(31, 100, joined_on=date(2025, 1, 1), left_on=date(2026, 1, 31)),
    ]

    found = {one.rep_id: dict(one.history) for one in spans(people, TODAY)}

    january, february = date(2026, 1, 31), date(2026, 2, 28)
    assert (found[100][january], found[200][january]) == (10, 8)
    assert (found[100][february], found[200][february]) == (8, 9)
    assert month_ends(TODAY, 3) == (date(2025, 12, 31), january, february, TODAY)
    assert len(led_on(people, TODAY)) == 17


def test_reps_nobody_leads_stand_in_a_row_of_their_own():
    """They are no manager's span; of whom nothing at all is told is no rep."""
    people = [*team(8), spell(30, None), Spell(31, "Import", None, None)]

    found = spans(people, TODAY)

    assert [(one.name, len(one.reps)) for one in found] == [("Boss 100", 8), ("Nobody named", 1)]
    assert "say who leads them" in found[-1].sentence


# ---------------------------------------------------------------- forecast


def test_what_is_to_come_is_negative_binomial():
    """Agrees with scipy, term by term."""
    ours = predictive(7, 12.0, 6.0)

    theirs = stats.nbinom.pmf(np.arange(len(ours)), 7.5, 12 / 18)

    assert ours == pytest.approx(theirs, abs=1e-9)


def test_heads_to_come_agree_with_a_simulation():
    """Mean and interval of 200,000 draws of the rates and of what they bring."""
    rng = np.random.default_rng(1)
    found = forecast_span(now=40, managers=4, joined=12, left=6, looked_back=12, rep_months=440)
    comes = rng.poisson(rng.gamma(12.5, 1 / 12, 200_000) * 6)
    goes = rng.poisson(rng.gamma(6.5, 1 / 440, 200_000) * 240)

    drawn = 40 + comes - goes

    assert found.reps.estimate == pytest.approx(drawn.mean(), abs=0.05)
    assert (found.reps.lo, found.reps.hi) == tuple(np.quantile(drawn, [0.05, 0.95]))
    assert found.needed == (4, 7)  # 37 at ten each, 49 at eight each
    assert found.sentence.startswith("In 6 months 43 reps are to be expected (37 to 49)")


def test_its_interval_holds_at_the_stated_rate():
    """Over 400 companies that grow and lose at steady rates, nine in ten end within it."""
    rng = np.random.default_rng(2)
    held = []
    for _ in range(400):
        arrivals, hazard = rng.uniform(0.5, 3), rng.uniform(0.01, 0.05)
        heads, joined, left, exposure = 30, 0, 0, 0
        for _month in range(12):
            came, went = rng.poisson(arrivals), rng.binomial(heads, hazard)
            heads, joined, left = heads + came - went, joined + came, left + went
            exposure += heads
        found = forecast_span(
            now=heads, managers=3, joined=joined, left=left, looked_back=12, rep_months=exposure
        )
        for _month in range(6):
            heads += rng.poisson(arrivals) - rng.binomial(heads, hazard)
        if found.needed:
            held.append(found.reps.lo <= heads <= found.reps.hi)

    assert len(held) > 350
    assert 0.87 <= np.mean(held) <= 0.97


def test_seven_arrivals_are_no_rate():
    """It says how many there are and how many it takes."""
    found = forecast_span(now=20, managers=2, joined=5, left=2, looked_back=12, rep_months=230)

    assert (found.reps.status, found.reps.n, found.reps.n_required) == (Status.SILENT, 7, 8)
    assert found.needed is None


# ---------------------------------------------------------------- readiness, changes, segments


def test_evidence_stands_side_by_side_without_a_score():
    """Attainment of months with a quota, and what was seen; rows by name, not by merit."""
    months = [
        MonthOfRep(1, date(2026, 1, 1), D(500), D(1000)),
        MonthOfRep(1, date(2026, 2, 1), D(1000), D(1000)),
        MonthOfRep(1, date(2026, 3, 1), D(9999), None),
        MonthOfRep(2, date(2026, 1, 1), D(3000), D(1000)),
    ]
    seen = {1: (Observation("Led an exercise", date(2026, 2, 3), "Boss"),)}

    ann, bob, cat = readiness([(2, "Bob"), (1, "Ann"), (3, "Cat")], months, seen)

    assert (ann.months, ann.made, ann.attainment, ann.kinds) == (2, 1, D("0.75"), 1)
    assert (bob.name, bob.made, bob.attainment, bob.seen) == ("Bob", 1, D(3), ())
    assert (cat.months, cat.attainment) == (0, None)


def test_what_changed_when():
    """A move names both managers, arrivals and departures their day; older ones are left out."""
    people = [
        Spell(100, "Old boss", "manager", None),
        Spell(200, "New boss", "manager", None),
        Spell(1, "Ann", "rep", 100, "East", "small", None, date(2026, 2, 10), date(2025, 5, 1)),
        Spell(1, "Ann", "rep", 200, "West", "small", date(2026, 2, 10), None, date(2025, 5, 1)),
        Spell(2, "Bob", "rep", 200, "West", "mid", None, None, date(2020, 1, 1), date(2026, 3, 1)),
    ]

    found = changes(people, date(2025, 4, 1), TODAY)

    assert [(one.day, one.name, one.what, one.before, one.after) for one in found] == [
        (date(2026, 3, 1), "Bob", "left", "West", ""),
        (date(2026, 2, 10), "Ann", "manager", "Old boss", "New boss"),
        (date(2026, 2, 10), "Ann", "team", "East", "West"),
        (date(2025, 5, 1), "Ann", "joined", "", "West"),
    ]


def sizes(small, mid, reps=10):
    """Ten reps who each work so many leads of two segments in six months."""
    work = [SegmentWork(rep, "small", small, 3) for rep in range(reps)]
    work += [SegmentWork(rep, "mid", mid, 1) for rep in range(reps)]
    return segment_sizes(work, date(2025, 10, 1), date(2026, 4, 1), 6)


def test_a_segment_is_big_enough_when_it_keeps_eight_reps_busy():
    """Ten reps work 60 leads each in six months, ten a month: 80 leads a month keep eight busy, 79 do not."""
    found = sizes(48, 12)

    small, mid = found.rows
    assert (found.load, found.reps) == (10, 10)
    assert (small.name, small.leads_a_month, small.busy, small.is_enough) == ("small", 80, 8, True)
    assert (mid.busy, mid.is_enough, mid.serving, mid.customers) == (2, False, 10, 10)
    assert small.arithmetic == "480 leads / 6 months = 80.0 a month; / 10.0 a rep = 8.0 reps, at least 8"
    assert not sizes(47, 13).rows[0].is_enough


def test_seven_reps_are_not_split():
    """There would be nobody to split off; and leads without a segment say nothing."""
    assert "only 7 reps" in sizes(48, 12, reps=7).reason
    blank = [SegmentWork(rep, None, 5, 0) for rep in range(10)]
    assert "no lead names a segment" in segment_sizes(blank, date(2025, 10, 1), date(2026, 4, 1), 6).reason


# ---------------------------------------------------------------- the page


@pytest.mark.django_db
def test_the_page_reconciles_with_the_facts(as_user, small_company):
    """Each manager's span is what the reps table says of today; segments count the leads worked."""
    page = as_user("executive").get("/management/organisation/")
    found = page.context["found"]

    led = {}
    for rep in small_company.reps:
        if rep["role"] in {"rep", "bdr"} and rep["left_on"] is None:
            led[rep["manager_id"]] = led.get(rep["manager_id"], 0) + 1
    assert {one.rep_id: len(one.reps) for one in found.spans} == led
    leads = small_company.facts.table("leads")
    start, end = (
        datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
        for day in (found.segments.start, found.segments.end)
    )
    within = (leads.worked_at >= start) & (leads.worked_at < end) & leads.segment.notnull()
    worked = small_company.facts.arrow(leads.filter(within & leads.worked_by.notnull())).num_rows
    assert sum(one.leads_a_month for one in found.segments.rows) * 6 == pytest.approx(worked)
    assert len(found.readiness) == sum(
        rep["role"] == "rep" and rep["left_on"] is None for rep in small_company.reps
    )


@pytest.mark.django_db
def test_a_manager_sees_and_observes_the_own_team(as_user, small_company):
    """Neither spans nor evidence of others; what was seen stands beside the results, and in the ledger."""
    manager = as_user("manager", small_company.manager)
    member = min(small_company.team)
    stranger = next(rep["rep_id"] for rep in small_company.reps if rep["rep_id"] not in small_company.team)
    address, form = "/management/organisation/observe/", {"behaviour": "exercise", "seen_on": "2025-09-01"}

    sent = manager.post(address, form | {"rep": member, "note": "Discovery, in front of six"})
    refused = manager.post(address, form | {"rep": stranger})
    early = manager.post(address, form | {"rep": member, "seen_on": "2100-01-01"})
    found = manager.get("/management/organisation/").context["found"]

    assert (sent.status_code, refused.status_code, early.status_code) == (302, 400, 400)
    assert {one.rep_id for one in found.readiness} <= small_company.team
    assert [one.rep_id for one in found.spans] == [small_company.manager]
    assert (found.forecast, found.segments) == (None, None)
    (seen,) = next(one for one in found.readiness if one.rep_id == member).seen
    assert (seen.behaviour, seen.note) == ("Led an exercise", "Discovery, in front of six")
    assert LeadershipObservation.objects.count() == 1
    (row,) = (row for row in InboxRow.objects.values_list("payload", flat=True)
              if row["kind"] == "leadership.observed")  # fmt: skip
    assert (row["rep_id"], json.loads(row["detail"])["seen_on"]) == (member, "2025-09-01")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["rep", "bdr", "marketer", "recruiter", "interviewer", "enablement"])
def test_others_do_not_read_it(as_user, role):
    """Evidence on colleagues is for those who lead them."""
    client = as_user(role, 5)
    assert client.get("/management/organisation/").status_code == 403
    assert client.get("/management/organisation/observe/").status_code == 403
