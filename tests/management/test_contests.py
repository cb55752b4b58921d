"""Contests: each rule worked by hand, points that reward honesty, and behaviour with planted truth."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from builders import interaction, offered
from paid_month import ANN, BOB, CAT, given, joined, paid_month
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status
from quintet.ledger.interactions import Interactions
from quintet.management.formula.contest_behaviour import behaviour, windows
from quintet.management.formula.contest_points import accuracy_points
from quintet.management.formula.contests import standing
from quintet.management.formula.exercise_leads import exercise_leads
from quintet.management.metrics.contests import entry_records, read_counts, signed_counts
from quintet.management.metrics.pay import read_book
from quintet.management.terms.contests import ContestTerms, Counts, Known, Rule
from quintet.management.terms.funnel import Step, Verdict

D = Decimal
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
NAMES = {ANN: "Ann", BOB: "Bob", CAT: "Cat"}
TEAM = (ANN, BOB, CAT)


def terms(rule, metric="mrr", **more):
    """A contest of the three in March 2026."""
    given_ = {"start": MARCH[0], "end": MARCH[1], "rep_ids": TEAM, "currency": "USD"} | more
    return ContestTerms(rule=rule, metric=metric, **given_)


def stands(contest, by_day, on=MARCH[1], quotas=None, commits=None, ended_on=None):
    """Where it stands: {rep: {day of March: value}}."""
    days = {
        rep: {date(2026, 3, day): D(str(value)) for day, value in told.items()}
        for rep, told in by_day.items()
    }
    known = Known(NAMES, quotas or {}, commits or {})
    return standing(contest, Counts(days, date(2026, 4, 30)), on, known, ended_on)


def quotas(**amounts):
    """Quotas of March by name."""
    ids = {name.lower(): rep for rep, name in NAMES.items()}
    return {(ids[name], MARCH[0]): D(amount) for name, amount in amounts.items()}


# ---------------------------------------------------------------- the worked month


@pytest.fixture
def facts(home):
    """The worked month of docs/formulas/pay.md."""
    Interactions(home).append(offered(*paid_month()))
    rebuild(home, zone="UTC", now=datetime(2026, 4, 1, tzinfo=UTC))
    return Facts.published(home)


def test_the_worked_month_as_a_contest(facts):
    """The customers a contest counts are those pay is counted on: the re-assigned lead is Bob's."""
    book = read_book(facts, (), "UTC")
    counts = signed_counts(facts, book.deals, "mrr", MARCH, "USD")

    found = standing(terms(Rule.MOST), counts, MARCH[1], Known(NAMES))

    assert [(row.place, row.name, row.value) for row in found.rows] == [
        (1, "Ann", D("700.00")),  # 300 + 400
        (2, "Bob", D("250.50")),  # Ash, won before Cat got it
        (3, "Cat", D("0")),  # Yew left in March; it was signed in January
    ]
    assert found.winners == (ANN,)
    assert found.sentence == "Ann won with 700.00 MRR signed."


def test_a_deal_in_another_currency_is_not_added(facts, home):
    """A contest on money has one currency."""
    book = read_book(facts, (), "UTC")
    euro = tuple(replace(deal, currency="EUR") if deal.label == "Fir" else deal for deal in book.deals)

    assert signed_counts(facts, euro, "mrr", MARCH, "USD").of(ANN, *MARCH) == D("300.00")
    assert signed_counts(facts, euro, "won", MARCH, "USD").of(ANN, *MARCH) == 2


def test_activities_count_on_the_day_of_the_teams_wall(home):
    """A dial at half past eleven in the evening in New York belongs to that day, and its record says so."""
    rows = [
        joined("ann", "2025-01-01"),
        given("Oak", "ann", "2026-03-02 09:00"),
        interaction("call.attempted", "2026-03-03 04:30", lead="Oak", rep="ann", outcome="connected"),
        interaction("call.attempted", "2026-03-03 15:00", lead="Oak", rep="ann", outcome="no_answer"),
        interaction("call.attempted", "2026-03-03 05:10", lead="Elm", rep="bob", outcome="no_answer"),
    ]
    Interactions(home).append(offered(*rows))
    rebuild(home, zone="America/New_York", now=datetime(2026, 4, 1, tzinfo=UTC))
    facts = Facts.published(home)
    zone = "America/New_York"

    tries = read_counts(facts, "attempts", *MARCH, zone)
    connects = read_counts(facts, "connected", *MARCH, zone)

    assert dict(tries.by_day) == {
        ANN: {date(2026, 3, 2): D(1), date(2026, 3, 3): D(1)},
        BOB: {date(2026, 3, 3): D(1)},
    }
    assert connects.by_day[ANN] == {date(2026, 3, 2): D(1)}
    second = (date(2026, 3, 2), date(2026, 3, 2))
    assert [row["outcome"] for row in entry_records(facts, "attempts", second, zone, ANN)] == ["connected"]


@pytest.mark.parametrize("metric", ["worked", "connected", "qualified", "demo", "attempts"])
def test_every_figure_opens_as_many_records(small_company, metric):
    """Over a simulated company: each rep's count is the number of its records."""
    facts, zone = small_company.facts, small_company.facts.manifest.zone
    span = (date(2025, 5, 1), date(2025, 5, 31))

    counts = read_counts(facts, metric, *span, zone)

    assert counts.by_day
    for rep in sorted(small_company.team):
        assert counts.of(rep, *span) == len(entry_records(facts, metric, span, zone, rep))


# ---------------------------------------------------------------- rules by hand


def test_ties_are_ties():
    """Two with the most share the first place, the next is third; nobody is told apart by name."""
    found = stands(terms(Rule.MOST, "demo"), {ANN: {2: 3}, BOB: {3: 1, 9: 2}, CAT: {4: 1}})

    assert [(row.place, row.name) for row in found.rows] == [(1, "Ann"), (1, "Bob"), (3, "Cat")]
    assert found.winners == (ANN, BOB)
    assert found.sentence == "Ann and Bob won, tied with 3 demos held."


def test_while_it_runs_nobody_has_won_by_having_most():
    """Leading is no win, and with nothing counted nobody leads."""
    contest = terms(Rule.MOST, "demo")

    running = stands(contest, {ANN: {2: 3}, BOB: {20: 9}}, on=date(2026, 3, 10))

    assert (running.winners, running.is_over) == ((), False)
    assert running.sentence == "Ann leads with 3 demos held."
    assert stands(contest, {}).sentence == "Nobody has any demos held in the end."


def test_a_line_is_reached_on_a_day_and_stays_reached():
    """Everybody who reaches it wins; how much more he has does not matter."""
    contest = terms(Rule.LINE, "qualified", line=D(5))

    found = stands(contest, {ANN: {2: 2, 5: 3, 9: 9}, BOB: {2: 4}, CAT: {31: 5}})

    assert [(row.name, row.is_reached, row.reached_on) for row in found.rows] == [
        ("Ann", True, date(2026, 3, 5)),
        ("Bob", False, None),
        ("Cat", True, date(2026, 3, 31)),
    ]
    assert found.winners == (ANN, CAT)
    assert found.sentence == "2 of 3 won: Ann, Cat."


def test_a_team_wins_together_or_not_at_all():
    """One member short of quota and nobody wins; one without a quota cannot be judged."""
    every = quotas(ann=100, bob=100, cat=100)
    by_day = {ANN: {2: 500}, BOB: {3: 100}, CAT: {4: 99}}
    contest = terms(Rule.TEAM)

    short, whole = (
        stands(contest, by_day, quotas=every),
        stands(contest, by_day | {CAT: {4: 99, 5: 1}}, quotas=every),
    )
    unset = stands(contest, by_day | {CAT: {4: 500}}, quotas=quotas(ann=100, bob=100))

    assert short.winners == ()
    assert short.sentence == "2 of 3 members have reached quota; the team did not win."
    assert whole.winners == TEAM
    assert unset.winners == ()
    assert unset.rows[2].note == "no quota is set, so it cannot be reached"


def test_quota_counts_by_three_quarters_of_the_working_days():
    """March 2026 has 22 working days, so 16 of them: the 23rd still counts, the 24th does not."""
    contest = terms(Rule.EARLY)
    every = quotas(ann=100, bob=100, cat=100)
    assert contest.deadline == date(2026, 3, 23)

    found = stands(contest, {ANN: {23: 100}, BOB: {23: 99, 24: 50}, CAT: {2: 250}}, quotas=every)

    assert [(row.name, row.is_reached) for row in found.rows] == [
        ("Ann", True),
        ("Bob", False),
        ("Cat", True),
    ]
    assert found.rows[1].value == 149


def test_public_holidays_move_the_deadline():
    """January 2026: 16 of 22 days without holidays, 15 of the 20 that the United States work."""
    january = {"start": date(2026, 1, 1), "end": date(2026, 1, 31)}

    assert terms(Rule.EARLY, **january).deadline == date(2026, 1, 22)
    assert terms(Rule.EARLY, country="US", **january).deadline == date(2026, 1, 23)


def test_a_streak_runs_over_a_weekend_and_breaks_on_a_poor_day():
    """Working days in a row: Friday and Monday are neighbours, and Saturday's work counts for nothing."""
    contest = terms(Rule.STREAK, "attempts", line=D(20), streak_days=3)
    ann = {5: 20, 6: 25, 7: 2, 9: 20}  # Thursday, Friday, Saturday, Monday
    bob = {5: 20, 6: 19, 7: 99, 9: 30, 10: 30}  # Friday is short by one

    found = stands(contest, {ANN: ann, BOB: bob}, on=date(2026, 3, 10))

    assert [(row.name, row.is_reached, row.reached_on, row.run, row.longest) for row in found.rows] == [
        ("Ann", True, date(2026, 3, 9), 0, 3),
        ("Bob", False, None, 2, 2),
        ("Cat", False, None, 0, 0),
    ]
    assert found.sentence == "1 of 3 have won so far: Ann."


def test_a_standing_ignores_what_came_later():
    """As of any day: the standing of the tenth is the same whatever happened on the eleventh."""
    contest = terms(Rule.LINE, "demo", line=D(2))
    early = {ANN: {2: 1, 10: 1}, BOB: {3: 1}}
    later = {ANN: {2: 1, 10: 1, 11: 7}, BOB: {3: 1, 11: 7}, CAT: {30: 9}}

    assert stands(contest, early, on=date(2026, 3, 10)) == stands(contest, later, on=date(2026, 3, 10))


def test_a_contest_ended_early_counts_to_that_day():
    """What came after its end counts for nobody, and its winner is told."""
    contest = terms(Rule.MOST, "demo")

    found = stands(contest, {ANN: {2: 2}, BOB: {20: 9}}, ended_on=date(2026, 3, 10))

    assert (found.is_over, found.on, found.winners) == (True, date(2026, 3, 10), (ANN,))


@pytest.mark.parametrize(
    ("rule", "changed", "said"),
    [
        (Rule.MOST, {"metric": "lunches"}, "counts one of won"),
        (Rule.MOST, {"end": date(2026, 2, 1)}, "ends on or after its first day"),
        (Rule.MOST, {"rep_ids": ()}, "nobody takes part"),
        (Rule.MOST, {"start": date(2026, 3, 7), "end": date(2026, 3, 8)}, "no working day"),
        (Rule.LINE, {}, "needs a line above 0"),
        (Rule.STREAK, {"line": D(5), "streak_days": 23}, r"streak must lie in 1\.\.22"),
        (Rule.TEAM, {"metric": "demo"}, "a quota is set in mrr or amount"),
        (Rule.TEAM, {"end": date(2026, 3, 30)}, "set by the month"),
        (Rule.EARLY, {"end": date(2026, 4, 30)}, "runs for one month"),
    ],
)
def test_a_contest_nobody_could_win_or_judge_is_refused(rule, changed, said):
    """The message names the value and the rule."""
    with pytest.raises(BadInput, match=said):
        terms(rule, **changed)


# ---------------------------------------------------------------- points


@pytest.mark.parametrize(
    ("committed", "actual", "points"),
    [
        (900, 900, D("10.0")),  # exact: the quota was 100 off, so ten per cent of it
        (1000, 900, D("0.0")),  # said the quota: neither won nor lost
        (1200, 900, D("-20.0")),  # 300 off beside 100
        (1500, 1480, D("46.0")),  # 20 off beside 480
    ],
)
def test_points_are_won_nearer_than_the_quota_and_lost_farther(committed, actual, points):
    """Quota 1,000, by hand."""
    assert accuracy_points(D(committed), D(actual), D(1000)) == points


def test_points_add_up_over_months_that_are_over():
    """March ended, April has not: March's points stand, and a month without a commit brings none."""
    contest = terms(Rule.ACCURACY, end=date(2026, 4, 30))
    told = quotas(ann=1000, bob=1000) | {(ANN, date(2026, 4, 1)): D(1000)}
    commits = {(ANN, MARCH[0]): D(900), (ANN, date(2026, 4, 1)): D(2000)}

    found = stands(contest, {ANN: {9: 900}, BOB: {9: 900}}, date(2026, 4, 29), told, commits)

    assert [(row.name, row.value) for row in found.rows] == [("Ann", D("10.0")), ("Bob", D(0)), ("Cat", D(0))]
    assert found.rows[1].note == "nothing committed, or no quota, in 1 of 1 months"
    assert found.winners == ()


def test_the_honest_commit_is_best_by_points_and_not_by_first_place():
    """Points are best at the median; a prize for the first place is won more often by a bold commit."""
    rng = np.random.default_rng(3)
    actual = rng.lognormal(0, 0.5, (20_000, 6)) * 1000
    commits = np.array([600, 800, 1000, 1250, 1600])
    points = [
        np.mean([float(accuracy_points(D(int(one)), D(round(a, 2)), D(900))) for a in actual[:2000, 0]])
        for one in commits
    ]
    assert commits[int(np.argmax(points))] == 1000  # the median of what may come

    rivals = np.abs(actual[:, 1:] - 1000).min(axis=1)  # five who say the median of what they see
    first = [np.mean(np.abs(actual[:, 0] - one) < rivals) for one in commits]
    assert commits[int(np.argmax(first))] != 1000


# ---------------------------------------------------------------- behaviour


SPRINT = terms(Rule.MOST, "attempts", start=date(2026, 3, 2), end=date(2026, 3, 13))
LONG_AGO = date(2025, 1, 1)


def worked(rng, during=1.0, after=1.0, before=1.0, *, since=LONG_AGO, swing=0.0):
    """Attempts of two teams of six around a ten-day contest of the first, with what it did to them."""
    spans = windows(SPRINT, since)
    contest = replace(SPRINT, rep_ids=(1, 2, 3, 4, 5, 6))
    levels = rng.gamma(20, 1, 12)
    factors = [1.0] * len(spans.usual) + [before, during, after]
    by_day = {rep: {} for rep in range(1, 13)}
    for span, factor in zip(spans.in_order, factors, strict=True):
        weeks = np.exp(rng.normal(0, swing, 2))
        for n in range((span[1] - span[0]).days + 1):
            day = span[0] + timedelta(days=n)
            for rep in by_day if day.weekday() < 5 else ():
                mean = levels[rep - 1] * weeks[int(rep > 6)] * (factor if rep <= 6 else 1.0)
                by_day[rep][day] = D(int(rng.poisson(mean)))
    return contest, spans, Counts(by_day, date(2026, 12, 31)), range(1, 13)


def test_windows_hold_the_same_number_of_working_days():
    """Six usual ones, one before, one during, one after: ten days each; they touch and do not overlap."""
    spans = windows(SPRINT, LONG_AGO)

    assert spans.days == 10
    assert spans.usual[-1] == (date(2026, 2, 2), date(2026, 2, 15))
    assert spans.before == (date(2026, 2, 16), date(2026, 3, 1))
    assert spans.after == (date(2026, 3, 14), date(2026, 3, 27))
    assert len(spans.usual) == 6
    assert all(one[1] + timedelta(days=1) == other[0] for one, other in pairwise(spans.in_order))
    assert windows(SPRINT, LONG_AGO, date(2026, 3, 6)).after == (date(2026, 3, 7), date(2026, 3, 13))
    assert len(windows(SPRINT, date(2026, 1, 19)).usual) == 2


def test_the_interval_beside_the_weeks_before_is_welchs():
    """The change beside others, with scipy's interval on the same numbers."""
    contest, spans, counts, present = worked(np.random.default_rng(1), 1.3, 0.8)

    found = behaviour(contest, spans, counts, present).right_before

    rates = np.array(
        [[float(counts.of(rep, *span)) / 10 for span in (spans.before, spans.during)] for rep in present]
    )
    change = rates[:, 1] - rates[:, 0]
    theirs = stats.ttest_ind(change[:6], change[6:], equal_var=False).confidence_interval(0.9)
    assert (found.lo, found.hi) == pytest.approx((theirs.low, theirs.high))
    assert found.estimate == pytest.approx(change[:6].mean() - change[6:].mean())
    assert found.n == 6


def test_the_interval_beside_the_usual_is_that_of_one_more_window():
    """By hand: six differences of the two teams, their spread, and Student's for the seventh."""
    contest, spans, counts, present = worked(np.random.default_rng(1), 1.3)

    found = behaviour(contest, spans, counts, present).during

    rates = np.array([[float(counts.of(rep, *span)) / 10 for span in spans.in_order] for rep in present])
    gaps = rates[:6].mean(axis=0) - rates[6:].mean(axis=0)
    half = stats.t.ppf(0.95, 5) * gaps[:6].std(ddof=1) * np.sqrt(1 + 1 / 6)
    assert found.estimate == pytest.approx(gaps[-2] - gaps[:6].mean())
    assert (found.hi - found.lo) / 2 == pytest.approx(half)
    assert found.n == 6


def test_a_rise_that_was_borrowed_is_told():
    """Up by half while it ran, down by half afterwards: the sentence says pulled forward, nothing left."""
    found = behaviour(*worked(np.random.default_rng(2), 1.5, 0.5))

    assert found.during.lo > 0 > found.dip.hi
    assert found.sentence.endswith(
        "Part was pulled forward: over both windows nothing is left beyond chance."
    )


def test_a_rise_out_of_poor_weeks_is_none():
    """Two weeks at 70 per cent, then as ever: rep by rep it looks like a rise, and none is claimed."""
    found = behaviour(*worked(np.random.default_rng(4), before=0.7))

    assert found.right_before.lo > 0
    assert found.during.lo < 0 < found.during.hi
    assert found.sentence.endswith("but those were poor: no rise is claimed.")


def test_nothing_is_claimed_where_nothing_happened():
    """Three hundred contests of teams whose weeks swing together: one in ten lies outside, both ways."""
    rng = np.random.default_rng(5)
    found = [behaviour(*worked(rng, swing=0.1)) for _ in range(300)]

    held = np.mean([one.during.lo <= 0 <= one.during.hi for one in found])
    rep_by_rep = np.mean([one.right_before.lo <= 0 <= one.right_before.hi for one in found])
    borrowed = np.mean(["pulled forward" in one.sentence for one in found])

    assert 0.86 <= held <= 0.94
    assert rep_by_rep < 0.75  # the negative control: it knows nothing of weeks a team shares
    assert borrowed <= 0.02


def test_a_window_that_is_not_over_keeps_silent():
    """It says from when on it may speak."""
    contest, spans, counts, present = worked(np.random.default_rng(1))

    found = behaviour(contest, spans, replace(counts, until=date(2026, 3, 20)), present)

    assert found.during.status is Status.SILENT
    assert found.during.expected_on == date(2026, 3, 27)
    assert found.sentence.endswith("about behaviour yet: the window after the contest is not over.")


def test_a_young_company_does_not_know_what_is_usual():
    """Two windows before are not four; the change beside right before is shown, and nothing is claimed."""
    found = behaviour(*worked(np.random.default_rng(1), 1.5, since=date(2026, 1, 19)))

    assert (found.during.status, found.during.n, found.during.n_required) == (Status.SILENT, 2, 4)
    assert found.right_before.status is Status.SPEAKS
    assert found.sentence.startswith("What is usual is not known, so nothing is claimed")


def test_four_reps_are_not_averaged_over():
    """Five are needed; fewer others are left out of the comparison, and it says so."""
    contest, spans, counts, _ = worked(np.random.default_rng(1))

    few = behaviour(contest, spans, counts, [1, 2, 3, 4, 7, 8, 9, 10, 11])
    alone = behaviour(contest, spans, counts, range(1, 11))

    assert (few.during.status, few.n) == (Status.SILENT, 4)
    assert (alone.others, alone.others_n) == (None, 4)
    assert alone.during.status is Status.SPEAKS


# ---------------------------------------------------------------- who leads an exercise


def fitted(*reps, rankable=True):
    """A team's funnel as far as exercises look at it: (id, name, verdict, p above)."""
    step = Step("demo", "won")
    rows = tuple(
        SimpleNamespace(
            rep_id=rep,
            name=name,
            conversions=(
                SimpleNamespace(step=step, verdict=verdict, p_above=p, rate=p, peer_rate=0.2, n=80),
            ),
        )
        for rep, name, verdict, p in reps
    )
    rate = SimpleNamespace(step=step, is_rankable=rankable, reason="")
    return SimpleNamespace(team_rates=(rate,), reps=rows)


def test_the_best_beyond_chance_leads():
    """The strongest of those who stand out; not the one with the luckier number who does not."""
    team = fitted(
        (1, "Ann", Verdict.STRONG, 0.97), (2, "Bob", Verdict.STRONG, 0.99), (3, "Cat", Verdict.ORDINARY, 1)
    )

    (one,) = exercise_leads(team)

    assert (one.step, one.name, one.probability) == ("Demo → customer", "Bob", 0.99)


@pytest.mark.parametrize(("rankable", "said"), [(False, "chance explains"), (True, "nobody stands out")])
def test_nobody_leads_where_chance_explains_the_order(rankable, said):
    """No name is better than a wrong one."""
    verdict = Verdict.ORDINARY if rankable else Verdict.STRONG

    (one,) = exercise_leads(fitted((1, "Ann", verdict, 0.99), rankable=rankable))

    assert one.rep_id is None
    assert said in one.reason


# ---------------------------------------------------------------- commits


@pytest.mark.django_db
def test_the_last_word_of_the_first_days_counts_for_a_contest(small_company):
    """Said on the second and again on the fifth: the later; the sixth is too late, a team's is nobody's."""
    from quintet.management.asks.contests import said_in_time
    from quintet.management.models.forecast import ForecastCommit
    from quintet.site.models import User

    who = User.objects.create_user("who@contest.test", "rep", "pass")

    def say(rep, day, amount, **more):
        told = {"is_team": False, "measure": "mrr", "starts_on": MARCH[0], "ends_on": date(2026, 4, 1)}
        ForecastCommit.objects.create(
            rep_id=rep, rep_ids=[rep], period="2026-03", amount=D(amount), committed_by=who,
            committed_at=datetime(2026, 3, day, 9, tzinfo=UTC), **(told | more),
        )  # fmt: skip

    say(ANN, 2, 900)
    say(ANN, 5, 950)
    say(ANN, 6, 2000)
    say(BOB, 3, 700, is_team=True)
    say(BOB, 3, 800, measure="amount")
    say(CAT, 3, 800, ends_on=date(2026, 6, 1))

    assert said_in_time(small_company.facts, terms(Rule.ACCURACY)) == {(ANN, MARCH[0]): D(950)}
    assert said_in_time(small_company.facts, terms(Rule.MOST)) == {}
