"""Every day of a quarter, counted again in plain Python: across a change of the clock and two holidays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from django.test import Client

from quintet.demand.actions import contract as actions
from quintet.demand.actions.contract_count import count_when_stale
from quintet.demand.actions.points import type_points
from quintet.demand.terms.contract import Clauses
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.simulate.company import company
from quintet.simulate.spec import CompanySpec

NEW_YORK = ZoneInfo("America/New_York")
#: Martin Luther King's and Washington's birthday, New Year, and a day of the company's own.
OFF = {date(2026, 1, 1), date(2026, 1, 19), date(2026, 2, 16), date(2026, 3, 10)}
OPEN, CLOSE = time(9), time(17, 30)
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
CHANGED = date(2026, 2, 20)
POINTS = {
    "source": {"referral": 8, "direct": 5, "organic_search": 3, "webinar": 3, "paid_search": 2},
    "form: trial": {"": 4},
}
OLD_RULE = "points >= 3\nany of\n  segment in {small business, mid market}\n  did form: trial"
NEW_RULE = "points >= 2\nnone of\n  source = content syndication\nlanding is known"


def clauses(rule, points, hours, attempts, within):
    """A version of these duties, on New York's clock."""
    return Clauses(
        rule, points, hours, attempts, within, zone="America/New_York", country="US",
        hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:30"),
        days_off=(date(2026, 3, 10),),
    )  # fmt: skip


OLD = clauses(OLD_RULE, 500.0, 4.0, 4, 6)
NEW = clauses(NEW_RULE, 800.0, 2.5, 6, 9)


@pytest.fixture(scope="module")
def quarter(tmp_path_factory):
    """A simulated company of two quarters, some leads of which sales sent back, with points of their own."""
    from quintet.kernel.home import Home

    home = Home.at(tmp_path_factory.mktemp("quarter"))
    made = company(CompanySpec(reps=6, quarters=2, seed=8, start=date(2025, 10, 1)))
    Interactions(home).append(pa.RecordBatchReader.from_batches(OFFERED, made.batches()), dedupe=False)
    rebuild(home, zone="America/New_York")
    facts = Facts.published(home)
    leads = facts.arrow(facts.table("leads").select("lead_id", "rep_id", "assigned_at")).to_pylist()
    rng = np.random.default_rng(5)
    known = [row for row in leads if row["rep_id"] is not None and row["assigned_at"] is not None]
    back = [
        {
            "occurred_at": (at := _utc(row["assigned_at"]) + timedelta(hours=float(rng.exponential(30)))),
            "recorded_at": at,
            "kind": "lead.rejected",
            "lead_id": row["lead_id"],
            "rep_id": row["rep_id"],
            "content": str(rng.choice(["no need", "too small"])),
            "source": "quintet",
            "source_ref": f"lead:{row['lead_id']}:rejection#lead.rejected",
        }
        for row in known
        if rng.random() < 0.06
    ]
    Interactions(home).append(pa.Table.from_pylist(back, schema=OFFERED))
    rebuild(home, zone="America/New_York")
    return home


# ---------------------------------------------------------------- the plain count


def _utc(instant):
    return None if instant is None else instant.replace(tzinfo=UTC)


def _works(day):
    return day.weekday() < 5 and day not in OFF


def _due(start, hours):
    """Walk over the shifts of the days until the hours are used up."""
    left, day = timedelta(hours=hours), start.astimezone(NEW_YORK).date()
    while True:
        if _works(day):
            opens, closes = (datetime.combine(day, at, NEW_YORK).astimezone(UTC) for at in (OPEN, CLOSE))
            begin = max(opens, start)
            if begin < closes:
                if closes - begin >= left:
                    return begin + left
                left -= closes - begin
        day += timedelta(days=1)


def _end_of(day):
    midnight = datetime.combine(day + timedelta(days=1), time(0), NEW_YORK)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def _working_day_after(day, count):
    while count:
        day += timedelta(days=1)
        count -= _works(day)
    return day


def _by(instant, limit):
    return instant is not None and instant <= limit


class PlainLead:
    """One lead as a person with the records would judge it."""

    def __init__(self, lead, told):
        self.id = lead["lead_id"]
        self.handed = _utc(lead["assigned_at"] or lead["created_at"])
        self.day = self.handed.astimezone(NEW_YORK).date()
        self.version = 0 if self.day < FIRST else 1 if self.day < CHANGED else 2
        self.duty = NEW if self.version == 2 else OLD
        self.points, self.ready = self._judged(told)
        self.first = _utc(lead["worked_at"])
        self.rejected = told["rejected"].get(self.id)
        stops = [one for one in (self.rejected, told["dropped"].get(self.id)) if one is not None]
        stopped = min(stops) if stops else None
        self.stopped = stopped
        self.due = _due(self.handed, self.duty.first_attempt_hours)
        self.late = not _by(self.first, self.due) and not _by(stopped, self.due)
        tries = sorted(told["tries"].get(self.id, []))
        end = _end_of(_working_day_after(self.day, self.duty.within_days))
        lost = _utc(lead["lost_at"])
        self.end = min(end, lost) if lost else end
        enough = len([one for one in tries if one <= self.end]) >= self.duty.attempts
        reached = _by(_utc(lead["connected_at"]), self.end)
        self.given_up = not enough and not reached and not _by(stopped, self.end)

    def _judged(self, told):
        """Points, and whether the rule is met, by what was known at hand-over."""
        fields = told["fields"].get(self.id, {})
        then = {
            name: max(known)[1]
            for name, all_known in fields.items()
            if (known := [one for one in all_known if one[0] <= self.handed])
        }
        trial = any(max(at, known) <= self.handed for at, known in told["trials"].get(self.id, []))
        points = POINTS["source"].get(then.get("source"), 0) + POINTS["form: trial"][""] * trial
        if self.version == 2:
            other = then.get("source") != "content_syndication"
            return points, points >= 2 and other and "landing" in then
        small = then.get("segment") in {"small_business", "mid_market"}
        return points, points >= 3 and (small or trial)


def _grouped(rows, value):
    found = {}
    for row in rows:
        found.setdefault(row["lead_id"], []).append(value(row))
    return found


def plain_leads(facts):
    """Every lead, judged one by one."""
    rows = {name: facts.arrow(facts.table(name)).to_pylist() for name in ("leads", "attempts", "rejections")}
    fields = {}
    for row in facts.arrow(facts.table("lead_fields")).to_pylist():
        own = fields.setdefault(row["lead_id"], {}).setdefault(row["name"], [])
        own.append((_utc(row["known_at"]), row["value"]))
    behaviour = facts.arrow(facts.table("behaviour")).to_pylist()
    trials = [row for row in behaviour if (row["kind"], row["content"]) == ("form.submitted", "trial")]
    first = {
        kind: {
            lead: min(instants)
            for lead, instants in _grouped(
                [row for row in rows["rejections"] if row["kind"] == kind],
                lambda row: _utc(row["rejected_at"]),
            ).items()
        }
        for kind in ("lead.rejected", "lead.disqualified")
    }
    told = {
        "fields": fields,
        "trials": _grouped(trials, lambda row: (_utc(row["happened_at"]), _utc(row["known_at"]))),
        "rejected": first["lead.rejected"],
        "dropped": first["lead.disqualified"],
        "tries": _grouped(rows["attempts"], lambda row: _utc(row["attempted_at"])),
    }
    return [PlainLead(lead, told) for lead in rows["leads"]]


def plain_day(leads, day):
    """The numbers of the page at the end of a day."""
    until, start = _end_of(day), day.replace(day=1)
    bound = [one for one in leads if one.version]
    month = [one for one in bound if start <= one.day and one.handed <= until]
    delivered = [one for one in month if one.ready and not _by(one.rejected, until)]
    begins = datetime.combine(start, time(0), NEW_YORK).astimezone(UTC)
    overdue = [one for one in bound if one.late and one.due <= until]
    ended = {one.id for one in bound if _by(one.first, until) or _by(one.stopped, until)}
    return {
        "handed": len(month),
        "unready": sum(not one.ready for one in month),
        "rejected": sum(_by(one.rejected, until) for one in month),
        "delivered": len(delivered),
        "late": sum(one.due >= begins for one in overdue),
        "untouched": sum(one.id not in ended for one in overdue),
        "running": sum(one.handed <= until < one.due and one.id not in ended for one in bound),
        "given_up": sum(one.given_up and begins <= one.end <= until for one in bound),
    }, sum(one.points for one in delivered)


def plain_due(day):
    """Points due by the end of a day: each working day an equal share of what its version owes."""
    first = day.replace(day=1)
    month = [first + timedelta(days=n) for n in range(31) if (first + timedelta(days=n)).month == day.month]
    working = [one for one in month if _works(one)]
    owed = [(500.0 if one < CHANGED else 800.0) / len(working) if one in working else 0.0 for one in month]
    return sum(owed[: day.day]), sum(owed)


# ---------------------------------------------------------------- the page


def _agreed():
    """Both versions proposed and accepted by both sides, counted; and a browser of the one who did."""
    from quintet.site.models import User

    chief = User.objects.create_user("chief@test.test", "executive")
    now = datetime(2026, 4, 1, tzinfo=UTC)
    for duties, starts in ((OLD, FIRST), (NEW, CHANGED)):
        one = actions.propose(chief, "sales", duties, starts, today=FIRST, now=now)
        for side in ("marketing", "sales"):
            actions.accept(chief, one, side, today=FIRST, now=now)
    type_points(POINTS, "planted", by=chief, now=now)
    count_when_stale()
    client = Client(SERVER_NAME="localhost")
    client.force_login(chief, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.django_db
@pytest.mark.slow
def test_every_day_of_the_quarter_equals_a_plain_count(quarter, settings):
    """Points, pace and broken promises of both sides, on each of the 90 pages."""
    settings.HOME = quarter
    client = _agreed()
    facts = Facts.published(quarter)
    leads = plain_leads(facts)

    totals = dict.fromkeys(plain_day(leads, FIRST)[0], 0)
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        counts = client.get(f"/demand/contract/?on={day}").context["found"].counts
        expected, expected_points = plain_day(leads, day)
        due, target = plain_due(day)

        assert dict(counts.counts) == expected, day
        assert counts.delivered == pytest.approx(expected_points), day
        assert counts.due == pytest.approx(due, abs=1e-5), day
        assert counts.target == pytest.approx(target, abs=1e-5), day
        totals = {name: totals[name] + count for name, count in expected.items()}

    assert min(totals.values()) > 20, totals
    _assert_lists_are_as_long_as_their_numbers(client, leads)


def _assert_lists_are_as_long_as_their_numbers(client, leads):
    """The Monday after the clock changed, and the day after a holiday: each number opens its leads."""
    for day in (date(2026, 3, 9), date(2026, 2, 17)):
        for name, count in plain_day(leads, day)[0].items():
            shown = client.get(f"/demand/contract/records/?what={name}&on={day}").context["records"]
            rows = shown["rows"] if isinstance(shown, dict) else shown.all_rows
            assert len(rows) == count, (day, name)
