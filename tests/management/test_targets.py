"""Targets: backwards from the quota, pace by working days, other styles left alone, warnings and reviews."""

import json
import math
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.ledger.models import InboxRow
from quintet.management.actions import early_warnings
from quintet.management.actions import targets as actions
from quintet.management.asks import targets as asks
from quintet.management.asks.working_days import month_so_far, working_days
from quintet.management.formula.early_warnings import watch
from quintet.management.formula.targets import count_at_most, input_targets, pace
from quintet.management.metrics import targets as metrics
from quintet.management.terms.targets import METRICS, Money, Weekly
from quintet.site.models import User

NOW = datetime(2025, 10, 2, 9, tzinfo=UTC)
ALL = ("worked", "connected", "qualified", "demo", "won")


def test_needs_are_the_customers_over_the_rates():
    """HubSpot's numbers by hand: 5 customers, 15 demos at one third, 30 calls at one half, 60, 120 leads."""
    rates = dict(zip(pairwise(ALL), np.array([[0.5], [0.5], [0.5], [1 / 3]]), strict=True))
    needs = input_targets(5.0, ALL, rates)
    assert [(one.stage, round(one.needed, 9)) for one in needs] == [
        ("worked", 120), ("connected", 60), ("qualified", 30), ("demo", 15), ("won", 5),
    ]  # fmt: skip
    assert all(one.is_own for one in needs)


def test_starting_lines_stand_in_and_are_said():
    """Without own rates: a third of the calls to demos, a quarter of those to customers, no further."""
    needs = input_targets(5.0, ALL, {})
    assert [(one.stage, one.needed, one.is_own) for one in needs] == [
        ("qualified", pytest.approx(60.0), False), ("demo", pytest.approx(20.0), False), ("won", 5.0, True),
    ]  # fmt: skip


def test_doubt_in_the_rates_is_doubt_in_the_needs():
    """The interval holds nine tenths of customers over drawn rates."""
    rates = np.random.default_rng(1).beta(30, 70, 4000)
    need = input_targets(6.0, ("demo", "won"), {("demo", "won"): rates})[0]
    assert (need.lo, need.hi) == pytest.approx(tuple(np.quantile(6.0 / rates, [0.05, 0.95])))


def test_an_unrecorded_stage_is_stepped_over():
    """Rates are those between recorded neighbours."""
    needs = input_targets(
        4.0,
        ("worked", "demo", "won"),
        {("worked", "demo"): np.array([0.2]), ("demo", "won"): np.array([0.4])},
    )
    assert [round(one.needed, 9) for one in needs] == [50, 10, 4]


def test_behind_is_beyond_chance_alone():
    """Eleven of fourteen is luck, six is not; who signs enough is left alone."""
    told = {"outcome_is_met": False, "dispersion": 1.0}
    assert pace("demo", 11, 14.0, **told).standing == "on pace"
    assert pace("demo", 6, 14.0, **told).standing == "behind"
    assert pace("demo", 6, 14.0, outcome_is_met=True, dispersion=1.0).standing == "met another way"
    assert pace("demo", 0, 0.0, **told).standing == "on pace"


def test_counts_that_swing_more_by_themselves_are_behind_later():
    """Eight of fourteen: one in twenty by a Poisson, one in seven where the variance is twice the mean."""
    told = {"outcome_is_met": False}
    assert pace("demo", 8, 14.0, dispersion=1.0, **told).chance == pytest.approx(0.062, abs=0.001)
    assert pace("demo", 8, 14.0, dispersion=1.0, **told).standing == "behind"
    assert pace("demo", 8, 14.0, dispersion=2.0, **told).standing == "on pace"


def test_nobody_is_behind_while_nobody_knows_how_far_counts_swing():
    """No flag is better than one with a rate that cannot be stated."""
    one = pace("demo", 0, 14.0, outcome_is_met=False, dispersion=None)
    assert (one.standing, one.chance) == ("not known", None)


def test_the_chance_of_so_few_agrees_with_scipy():
    """A negative binomial of that mean and variance; a Poisson where they are the same."""
    for count, mean in ((0, 3.0), (6, 14.0), (40, 50.0)):
        assert count_at_most(count, mean, 1.0) == pytest.approx(stats.poisson.cdf(count, mean))
        for spread in (1.5, 4.0):
            size = mean / (spread - 1.0)
            assert stats.nbinom.var(size, 1 / spread) == pytest.approx(spread * mean)
            assert count_at_most(count, mean, spread) == pytest.approx(
                stats.nbinom.cdf(count, size, 1 / spread)
            )


def test_the_month_is_a_plain_count(small_company):
    """Signed, quota, last month by the same working day, and each rep's stages, recomputed from the leads."""
    facts = small_company.facts
    month = asks.month(facts, Scope.everything())
    leads, months = facts.table("leads"), facts.table("rep_months")
    start = datetime.combine(month.so_far.start, datetime.min.time())
    mine = facts.arrow(leads.filter(leads.won_at >= start, leads.won_by.notnull())).to_pylist()
    quotas = facts.arrow(months.filter(months.month == month.so_far.start)).to_pylist()
    assert month.money.signed == pytest.approx(sum(row["mrr"] or 0.0 for row in mine))
    assert month.money.quota == pytest.approx(sum(row["quota"] or 0.0 for row in quotas))
    assert sum(one.customers for one in month.reps) == len(mine)
    share = month.so_far.working_day / month.so_far.working_days
    assert month.money.expected == pytest.approx(month.money.quota * share)
    one = month.reps[0]
    need = next(need for need in month.needs if need.stage == "worked")
    mean = np.mean([row["quota"] for row in quotas if row["quota"]])
    assert one.inputs[0].expected == pytest.approx(need.needed * share * one.money.quota / mean)


def test_the_last_day_of_a_month_is_held_against_the_whole_last_month(small_company):
    """August has fewer working days than September: by its end, all of it counts."""
    days = working_days(small_company.facts)
    whole, third = (month_so_far(date(2025, 9, day), days) for day in (30, 3))
    assert asks.same_days(whole, days) == (date(2025, 8, 1), date(2025, 9, 1))
    assert (third.working_day, third.working_days) == (3, 22)
    assert asks.same_days(third, days) == (date(2025, 8, 1), date(2025, 8, 6))


def test_who_sees_no_single_rep_is_told_the_sums_of_the_company(small_company):
    """Not a month of nothing: the same money as the executive's, and no row."""
    everybody = asks.month(small_company.facts, Scope.everything())
    told = asks.month(small_company.facts, Scope(frozenset(), None, "enablement"))

    assert everybody.money.signed > 0
    assert (told.money, told.reps, told.is_summed) == (everybody.money, (), True)
    assert not everybody.is_summed


def test_in_whatever_order_reps_come_a_month_is_as_high(small_company, monkeypatch):
    """DuckDB's threads give groups in any order; sums of floats are taken exactly."""
    few = dict(zip(sorted(small_company.team), [0.1, 0.2, 0.3, 1e16, -1e16], strict=False))
    asked = []
    for order in (list(few), list(reversed(few))):
        before = {rep: few[rep] for rep in order}
        monkeypatch.setattr(metrics, "signed_between", lambda *_, found=before: found)
        asked.append(asks.month(small_company.facts, Scope.everything()).money.last_month)

    assert asked == [pytest.approx(0.6)] * 2
    assert asked[0] == asked[1]


def test_a_rep_sees_himself_alone(small_company):
    """Whose rows are whose, the scope decides; what a quota takes is everybody's."""
    rep_id = min(small_company.team)
    month = asks.month(small_company.facts, Scope(frozenset({rep_id}), rep_id, "rep"))
    assert [one.rep_id for one in month.reps] == [rep_id]
    assert month.needs


def weekly(drop=1.0, weeks=80, reps=6):
    """Six reps alike; the second does less from week 60 on."""
    rng = np.random.default_rng(8)
    means = dict(zip(METRICS, (60.0, 25.0, 12.0, 7.0, 3.5), strict=True))
    level = np.ones((reps, weeks))
    level[1, 60:] = drop
    counts = {name: rng.poisson(mean * level).astype(float) for name, mean in means.items()}
    return Weekly(date(2024, 1, 1), tuple(range(reps)), counts, np.full((reps, weeks), 50.0))


def test_a_drop_is_told_with_the_revenue_that_has_not_followed():
    """Who, what, since when, how much less; and that MRR is as it was."""
    found = watch(weekly(drop=0.5), {"North": range(6)}, {1: "Ann"})
    first = found.warnings[-1]
    assert (first.rep_id, first.name, first.team) == (1, "Ann", "North")
    assert first.metric in {"attempts", "worked"}
    assert abs((first.since - (date(2024, 1, 1) + timedelta(weeks=60))).days) <= 14
    assert first.seen < 0.7 * first.expected
    assert (first.revenue, first.is_early) == (pytest.approx(1.0), True)


def test_nothing_dropped_nothing_told():
    """Eighty quiet weeks; and what would be found within how many weeks is said."""
    found = watch(weekly(), {"North": range(6)}, {})
    assert found.warnings == ()
    assert found.finds["attempts"] < found.finds["connected"]


def test_a_new_company_is_told_how_many_weeks_it_takes():
    """Ten weeks teach nothing yet."""
    assert watch(weekly(weeks=10), {"North": range(6)}, {}).reason.startswith("10 whole weeks of data: 31")


def test_weekly_counts_are_plain_counts(small_company):
    """Every lead worked in the whole weeks, once, under who worked it."""
    facts = small_company.facts
    found = metrics.weekly(facts, facts.as_of)
    leads = facts.table("leads")
    end = datetime.combine(found.day(found.weeks), datetime.min.time())
    rows = facts.arrow(leads.filter(leads.worked_by.notnull(), leads.worked_at < end)).num_rows
    assert found.counts["worked"].sum() == rows
    assert found.first.weekday() == 0


@pytest.mark.django_db
def test_the_watch_is_kept_once_a_version_and_read_by_scope(small_company):
    """A second look at the same facts does nothing; a rep reads his own warnings."""
    facts = small_company.facts
    assert "dropped" in early_warnings.renew(facts)
    assert early_warnings.renew(facts) == "up to date"
    seen = asks.watch(facts, Scope.everything())
    assert seen.weeks == metrics.weekly(facts, facts.as_of).weeks
    team = next(iter(asks.teams_of(facts, Scope(small_company.team, None, "manager"))))
    told = {
        **asdict(seen),
        "warnings": [_told(team, rep) for rep in (*sorted(small_company.team)[:2], None)],
    }
    from quintet.kernel.shelf import Shelf
    from quintet.management.terms.targets import WATCH_SHELF

    shelf = Shelf(facts.home, WATCH_SHELF)
    shelf.use(shelf.put(json.dumps(told, default=date.isoformat)), NOW, "by hand")
    rep_id = min(small_company.team)
    assert [one.rep_id for one in asks.watch(facts, Scope(frozenset({rep_id}), rep_id, "rep")).warnings] == [
        rep_id
    ]
    assert len(asks.watch(facts, Scope(small_company.team, None, "manager")).warnings) == 3


def _told(team, rep_id):
    return {
        "team": team, "rep_id": rep_id, "name": "x", "metric": "worked", "since": "2025-06-02",
        "found": "2025-06-30", "expected": 20.0, "seen": 10.0, "revenue": None,
    }  # fmt: skip


@pytest.mark.django_db
def test_reviews_lapse_and_say_so_in_good_months(small_company):
    """Never, then just now, then eight days ago while more is signed than last month."""
    boss = User.objects.create_user("boss@targets.test", "manager", "pass")
    facts, scope = small_company.facts, Scope(small_company.team, None, "manager")
    up = Money(10.0, None, None, 5.0)
    team = next(iter(asks.teams_of(facts, scope)))
    assert asks.reviews(facts, scope, up, NOW.date())[0].is_due
    actions.log_review(team, "Ten dials before ten.", by=boss, now=NOW)
    assert InboxRow.objects.get().payload["kind"] == "inputs.reviewed"
    fresh = asks.reviews(facts, scope, up, NOW.date())[0]
    assert (fresh.days, fresh.is_due, fresh.although_up) == (0, False, False)
    old = asks.reviews(facts, scope, up, NOW.date() + timedelta(days=8))[0]
    assert (old.is_due, old.although_up) == (True, True)
    assert not asks.reviews(facts, scope, Money(1.0, None, None, 5.0), NOW.date() + timedelta(days=8))[
        0
    ].although_up
    with pytest.raises(BadInput, match="needs the team"):
        actions.log_review(" ", "", by=boss, now=NOW)


def test_calls_that_are_handed_over_are_paired(home):
    """Ann hands five of six calls to Bea, who demonstrates two; Cid keeps his, but for one given away."""
    from builders import offered
    from quintet.facts.published import Facts
    from quintet.facts.refresh import rebuild
    from quintet.ledger.interactions import Interactions

    rows = []
    for number in range(6):
        lead = f"a{number}"
        rows += _call(
            lead, "ann", "2026-01-05", demo="bea" if number < 2 else "", owner="ann" if number == 5 else "bea"
        )
    for number in range(4):
        rows += _call(f"c{number}", "cid", "2026-01-05", demo="cid", owner="bea" if number == 0 else "cid")
    Interactions(home).append(offered(*rows))
    rebuild(home)
    facts = Facts.published(home)
    found = metrics.pairs(facts, {}, date(2026, 1, 1), date(2026, 2, 1))
    facts.close()
    assert [(one.calls, one.demos) for one in found] == [(5, 2)]
    assert found[0].lo < 0.4 < found[0].hi
    assert not math.isnan(found[0].lo)


def _call(lead, who, day, *, demo, owner):
    from builders import interaction

    rows = [
        interaction("lead.created", day, lead=lead, ref=f"{lead}-new"),
        interaction("lead.assigned", f"{day} 08:00", lead=lead, rep=owner, ref=f"{lead}-own"),
        interaction(
            "meeting.held", f"{day} 10:00", lead=lead, rep=who, content="qualifying", ref=f"{lead}-q"
        ),
    ]
    if demo:
        rows.append(
            interaction("meeting.held", f"{day} 15:00", lead=lead, rep=demo, content="demo", ref=f"{lead}-d")
        )
    return rows
