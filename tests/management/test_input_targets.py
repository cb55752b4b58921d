"""Input targets day by day: one definition for the page, the mail and the reading guide, and honest flags."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import numpy as np
import pytest

from quintet.facts.scope import Scope
from quintet.management.asks import daily, targets, weekly
from quintet.management.asks.input_targets import month_aims
from quintet.management.asks.working_days import month_so_far, working_days
from quintet.management.charts.daily import pace_chart
from quintet.management.formula.daily import DailyInputs, held_to
from quintet.management.formula.daily_reading import behind_target
from quintet.management.formula.spread import spread_of
from quintet.management.formula.targets import BEHIND, count_at_most, pace
from quintet.management.metrics.daily import DayCounts
from quintet.management.pages import mail, mail_words, weekly_mail
from quintet.management.terms.daily import ActivityLine, Amount
from quintet.management.terms.targets import Aims, MonthSoFar
from quintet.stats.alarms import dispersion_of

#: Seven of fourteen working days of a month are over.
HALF = MonthSoFar(date(2026, 6, 1), date(2026, 6, 19), date(2026, 6, 9), 7, 14)
WEEK = np.array([True] * 5 + [False] * 2)


def no_picture(spec, scale):
    """Drawing is tried elsewhere."""
    return b""


def last_letter(facts, scope):
    """The letter of the morning after the data end."""
    calendar = working_days(facts)
    morning = calendar.next_working_day(facts.as_of.date())
    audience = daily.audience_of(facts, scope)
    return daily.letter(facts, audience, morning, calendar)


def line_of(**told):
    """Ann with 8 demos this month and 1 that day, and what else is told."""
    return ActivityLine(1, "Ann", (Amount("demo", 1, 8, usual_day=2.0, usual_month=14.0, **told),))


def test_half_of_the_month_takes_half_of_the_need():
    """28 demos a month of 14 working days: 2 a day, 14 after seven of them; 6 are behind, 8 are luck."""
    aims = Aims(HALF, {"demo": 28.0}, dispersion={"demo": 1.0})
    (amount,) = held_to(replace(line_of(), amounts=(Amount("demo", 1, 6, 2.0, 9.0),)), aims).amounts

    assert (amount.target_day, amount.target_month) == (2.0, 14.0)
    assert (amount.due_day, amount.due_month) == (2.0, 14.0)
    assert amount.standing == "behind"
    assert amount.chance == pytest.approx(0.0142, abs=1e-4)
    wide = replace(aims, dispersion={"demo": 3.0})
    assert held_to(line_of(), wide).amounts[0].standing == "on pace"


def test_without_a_target_what_is_usual_stands_and_says_why():
    """No quota, no target, no flag; the usual is called usual."""
    aims = Aims(HALF, {}, reasons={"demo": "no quota is recorded for this month"})
    line = held_to(line_of(), aims)

    assert (line.amounts[0].due_month, line.amounts[0].standing) == (14.0, "")
    assert mail_words.beside(line) == "usual"
    assert mail_words.why_usual(line) == "No targets: no quota is recorded for this month."


def test_a_usual_among_targets_bears_its_name():
    """Leads worked without a target beside demos with one: the row says which is which."""
    two = ActivityLine(1, "Ann", (Amount("worked", 3, 30, 4.0, 28.0), *line_of().amounts))
    line = held_to(two, Aims(HALF, {"demo": 28.0}, reasons={"worked": "x"}))

    assert mail_words.beside(line) == "target"
    assert [one["kind"] for one in mail_words.amounts(line)] == ["usual", ""]
    assert mail_words.why_usual(line) == "No target for leads worked: x."
    values = pace_chart(line)["data"]["values"]
    assert [(one["label"], round(one["share"], 3)) for one in values] == [
        ("Leads worked (usual)", 1.071), ("Demos", 0.571),
    ]  # fmt: skip


def test_nothing_due_is_no_chart():
    """A first day without targets draws nothing."""
    assert pace_chart(ActivityLine(None, "Team", (Amount("demo", 1, 1),))) is None


def test_the_letter_and_the_page_of_targets_say_the_same(small_company):
    """Done, due and standing of every rep and input; the team's target is the sum of theirs."""
    facts = small_company.facts
    letter, month = last_letter(facts, Scope.everything()), targets.month(facts, Scope.everything())
    assert letter.day == month.so_far.day
    page = {(rep.rep_id, one.stage): one for rep in month.reps for one in rep.inputs}
    told = {(line.rep_id, one.stage): one for line in letter.reps for one in line.amounts if one.standing}

    assert len(told) >= 20
    for key, one in told.items():
        assert (one.month, one.target_month, one.standing, one.chance) == (
            page[key].done, page[key].expected, page[key].standing, page[key].chance,
        )  # fmt: skip
    for place, amount in enumerate(letter.team.amounts[:4]):
        parts = [line.amounts[place].target_month for line in letter.reps]
        assert amount.target_month == pytest.approx(sum(one for one in parts if one is not None))
    quotas = sum(rep.money.quota or 0.0 for rep in month.reps)
    customers = letter.team.amounts[-1]
    need = next(one for one in month.needs if one.stage == "won")
    mean = np.mean([rep.money.quota for rep in month.reps if rep.money.quota])
    assert customers.target_month == pytest.approx(need.needed * quotas / mean * month.so_far.share)


def test_mail_text_and_page_show_the_same_targets(small_company, visit):
    """Each target of the team and of a manager's reps stands in HTML, plain text and on the page."""
    scope = Scope(small_company.team | {small_company.manager}, small_company.manager, "manager")
    letter = last_letter(small_company.facts, scope)
    made = mail.rendered(letter, "https://q.test", no_picture)
    seen = unescape(re.sub(r"<[^>]*>", "", made.html))
    page = unescape(visit("manager", "/management/today/", rep_id=small_company.manager).content.decode())
    bare = re.sub(r"<[^>]*>", "", page)

    for one in letter.team.amounts:
        due = mail_words.due(one.target_month)
        assert f"target {mail_words.due(one.target_day)}; month {one.month:,} of {due}" in bare
        assert due in made.text
    for line in letter.reps:
        for one in line.amounts:
            if one.has_target:
                due = mail_words.due(one.target_month)
                assert f"{one.month} of {due}" in seen
                assert f"{one.month}/{due}" in made.text
                assert re.search(rf"{one.month}\s+of {re.escape(due)}", bare)


def test_the_weekly_letter_holds_each_team_to_its_target(small_company):
    """By the same day and definition; in HTML and in plain text."""
    facts = small_company.facts
    letter = weekly.letter(facts, date(2025, 9, 15), working_days(facts))
    calendar = working_days(facts)
    aims = month_aims(facts, month_so_far(date(2025, 9, 12), calendar), calendar)
    members = targets.teams_of(facts, Scope.everything())
    made = weekly_mail.rendered(letter, "https://q.test", no_picture)

    for team in letter.teams:
        asked = aims.together(members[team.name])
        assert team.targets == tuple(asked.by_now(stage) for stage in letter.stages)
        due = mail_words.due(team.targets[0])
        assert f"of {due}" in made.html
        assert f"{team.counts[0]:,}/{due}" in made.text


def test_who_has_no_quota_or_is_handed_his_calls_has_no_such_target(small_company):
    """A stranger to the quotas has none; a closer is not held to leads and calls that others work for him."""
    facts = small_company.facts
    calendar = working_days(facts)
    aims = month_aims(facts, month_so_far(facts.as_of.date(), calendar), calendar)
    rep = min(small_company.team)
    none = aims.of_rep(-1)
    assert (dict(none.needed), none.reasons["demo"]) == ({}, "no quota is recorded for this month")
    assert set(aims.of_rep(rep).needed) == {"worked", "connected", "qualified", "demo", "won"}

    handed = replace(aims, _handed={(-5, rep): 9, (rep, rep): 3})
    assert set(handed.of_rep(rep).needed) == {"demo", "won"}
    assert "others" in handed.of_rep(rep).reasons["connected"]
    assert set(handed.together([rep, -5]).needed) == {"worked", "connected", "qualified", "demo", "won"}
    assert set(replace(aims, _handed={(-5, rep): 4, (rep, rep): 3}).of_rep(rep).needed) >= {"worked"}


def days_of(rng, *, reps=8, weeks=56, a_week=12.0, week_shape=6.0, month_shape=20.0):
    """Counts of reps on target by day: gamma-Poisson with good and poor weeks, and months of four weeks."""
    months = rng.gamma(month_shape, 1 / month_shape, (reps, weeks // 4)).repeat(4, axis=1)
    level = months * rng.gamma(week_shape, 1 / week_shape, (reps, weeks)) * a_week / 5
    works = np.tile(WEEK, (reps, weeks))
    return rng.poisson(level.repeat(7, axis=1)) * works, works


def test_behind_is_false_no_more_often_than_stated_where_counts_spread_more():
    """160 reps on target, three days of the month: at most one in ten; a Poisson flags three in ten."""
    rng, a_week, hits, plain, looks = np.random.default_rng(6), 12.0, 0, 0, 0
    for _ in range(20):
        counts, works = days_of(rng, a_week=a_week)
        past, busy = slice(0, 52 * 7), np.ones((8, 52), dtype=bool)
        for until in (5, 12, 28):
            days = int(works[0, 364 : 364 + until].sum())
            spread = spread_of(counts[:, past], works[:, past], busy, days)
            for at in range(8):
                done, due = int(counts[at, 364 : 364 + until].sum()), a_week / 5 * days
                told = {"stage": "worked", "done": done, "expected": due, "outcome_is_met": False}
                hits += pace(**told, dispersion=spread.reps[at]).standing == "behind"
                plain += pace(**told, dispersion=1.0).standing == "behind"
                looks += 1
    assert hits / looks <= BEHIND + 0.015
    assert plain / looks > 2.5 * BEHIND


def test_a_team_together_is_false_no_more_often_than_stated():
    """Its own sums teach, few as they are: their doubt widens what is usual."""
    rng, hits, looks = np.random.default_rng(9), 0, 150
    busy = np.ones((4, 52), dtype=bool)
    for _ in range(looks):
        counts, works = days_of(rng, reps=4)
        spread = spread_of(counts[:, :364], works[:, :364], busy, 20)
        done = int(counts[:, 364:].sum())
        hits += done < 192 and count_at_most(done, 192.0, spread.together) < BEHIND
    assert hits / looks <= BEHIND + 0.04


def test_spread_is_pearsons_and_one_without_any():
    """Weeks as pieces: the same as the early warnings' dispersion, widened a little; plain chance gives 1."""
    rng = np.random.default_rng(2)
    busy = np.ones((8, 52), dtype=bool)
    counts, works = days_of(rng, weeks=52)
    weekly = counts.reshape(8, 51 + 1, 7).sum(axis=2)[:, :-1]
    spread = spread_of(counts, works, busy, 5)
    assert min(spread.reps) == pytest.approx(dispersion_of(weekly, np.full((8, 51), 5.0)), rel=0.01)

    even = rng.poisson(3.0, (8, 364)) * works
    assert max(spread_of(even, works, busy, 20).reps) == pytest.approx(1.0, abs=0.35)


def test_who_swings_more_than_the_others_has_his_own_spread():
    """One rep works by fits and starts: he is judged by himself, the others are not widened to him."""
    rng = np.random.default_rng(5)
    works, busy = np.tile(WEEK, (8, 52)), np.ones((8, 52), dtype=bool)
    counts = rng.poisson(3.0, (8, 364)) * works
    counts[3] *= rng.permutation(np.repeat([0, 4], 182))
    spread = spread_of(counts, works, busy, 5)
    assert spread.reps[3] > 1.5 * max(spread.reps[:3])


def test_a_few_weeks_teach_no_spread():
    """Eleven weeks with anything done: nobody is called behind yet."""
    works, busy = np.tile(WEEK, (3, 52)), np.zeros((3, 52), dtype=bool)
    busy[:, -11:] = True
    assert spread_of(np.ones((3, 364)) * works, works, busy, 5) is None
    busy[:, -12:] = True
    assert spread_of(np.ones((3, 364)) * works, works, busy, 5) is not None


@pytest.fixture
def reading():
    """The day of a reading guide, with nobody's counts."""
    from quintet.calendar.fiscal import FiscalCalendar
    from quintet.calendar.working_time import WorkingCalendar

    found = DayCounts(date(2026, 3, 1), (), {})
    month = FiscalCalendar().parse("2026-06")
    return DailyInputs(date(2026, 6, 9), month, WorkingCalendar(), found, {}, {})


def held(rep, done, *, met=False, due=28.0):
    """A rep's demos beside a target of half of `due`."""
    line = ActivityLine(rep, f"Rep {rep}", (Amount("demo", 0, done),))
    return held_to(line, Aims(HALF, {"demo": due}, outcome_is_met=met, dispersion={"demo": 1.0}))


def test_behind_beyond_chance_is_told_with_its_numbers(reading):
    """Two of fourteen among ten counts: once in a thousand mornings; what to ask comes with it."""
    found = behind_target([held(1, 2), *(held(rep, 14) for rep in range(2, 11))], reading)

    assert [one.rep_id for one in found] == [1]
    assert found[0].text.startswith(
        "Rep 1 is behind target: 2 demos this month, 14 are due by 9 Jun. Beyond chance: were all 10 counts"
    )
    assert "Rep 1" in found[0].question


def test_behind_within_chance_or_met_another_way_is_not_told(reading):
    """Six of fourteen is a flag on the page, no remark among ten counts; who signs enough is left alone."""
    others = [held(rep, 14) for rep in range(2, 11)]
    assert held(1, 6).amounts[0].standing == "behind"
    assert behind_target([held(1, 6), *others], reading) == []
    assert held(1, 2, met=True).amounts[0].standing == "met another way"
    assert behind_target([held(1, 2, met=True), *others], reading) == []


def test_teams_on_target_are_seldom_told_that_somebody_is_behind(reading):
    """Negative control: 2,000 mornings of ten reps on target, fewer than one in a hundred with a remark."""
    rng = np.random.default_rng(8)
    mornings = rng.poisson(14.0, (2000, 10))
    lowest = mornings.min(axis=1)
    told = sum(
        bool(behind_target([held(at, int(done)) for at, done in enumerate(row)], reading))
        for row, low in zip(mornings, lowest, strict=True)
        if low < 6
    )
    assert told / 2000 < 0.01


def test_a_team_day_without_working_days_asks_nothing():
    """On a first that is a Sunday nothing is due yet."""
    calendar_month = month_so_far(date(2026, 3, 1), working_calendar())
    assert (calendar_month.working_day, calendar_month.share) == (0, 0.0)
    assert Aims(calendar_month, {"demo": 20.0}).by_now("demo") == 0.0
    assert calendar_month.end - calendar_month.start == timedelta(days=31)


def working_calendar():
    """Monday to Friday."""
    from quintet.calendar.working_time import WorkingCalendar

    return WorkingCalendar()
