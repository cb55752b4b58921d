"""Yesterday, the month and what is usual, each by hand; and the rules of the reading guide."""

from datetime import date, timedelta

import numpy as np
import pytest

from quintet.calendar.days_off import DaysOff
from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.working_time import WorkingCalendar
from quintet.kernel.finding import Status
from quintet.management.formula.daily import DailyInputs, first_day, rep_lines, team_line
from quintet.management.formula.daily_reading import left_unreached, quiet, remarks, weak_steps
from quintet.management.metrics.daily import DayCounts
from quintet.management.terms.daily import Person
from quintet.management.terms.funnel import Gain, RateEstimate, RepFunnel, Step, Verdict

#: A Tuesday in the second week of June; its month began on a Monday.
DAY = date(2026, 6, 9)
MONTH = FiscalCalendar().parse("2026-06")
ANN, BOB, CEM, DOT = 1, 2, 3, 4
NAMES = {ANN: "Ann", BOB: "Bob", CEM: "Cem", DOT: "Dot"}


@pytest.fixture
def inputs_of():
    """Counts of leads worked from what each rep does on a working day: `inputs_of({ANN: 4})`."""

    def made(
        paces, *, changes=(), people=None, calendar=None, stages=("worked",), until=MONTH.end
    ) -> DailyInputs:
        calendar = calendar or WorkingCalendar()
        first = first_day(DAY, MONTH)
        days = [first + timedelta(days=at) for at in range((until - first).days)]
        works = np.array([calendar.is_working_day(day) and day <= DAY for day in days])
        table = np.array([[pace] for pace in paces.values()]) * works
        for rep, day, count in changes:
            table[list(paces).index(rep), days.index(day)] = count
        found = DayCounts(first, tuple(paces), dict.fromkeys(stages, table))
        people = people or dict.fromkeys(paces, Person("rep"))
        return DailyInputs(DAY, MONTH, calendar, found, people, NAMES)

    return made


def test_a_usual_day_is_the_median_rep_of_twelve_weeks(inputs_of):
    """Three reps at 2, 4 and 9 a day: usual is 4, and 28 after seven working days of June."""
    lines = rep_lines(inputs_of({ANN: 2, BOB: 4, CEM: 9}))

    (amount,) = lines[ANN].amounts
    assert (amount.day, amount.month, amount.usual_day, amount.usual_month) == (2, 14, 4.0, 28.0)
    assert lines[ANN].peers == 3


def test_two_reps_do_not_say_what_is_usual(inputs_of):
    """There is no target then, and the letter shows a dash."""
    (amount,) = rep_lines(inputs_of({ANN: 2, BOB: 4}))[ANN].amounts

    assert amount.usual_day is None
    assert amount.day == 2


def test_a_rep_is_measured_by_reps_of_his_role(inputs_of):
    """A BDR works more leads than a rep: his pace says nothing of theirs."""
    people = {ANN: Person("rep"), BOB: Person("rep"), CEM: Person("rep"), DOT: Person("bdr")}

    lines = rep_lines(inputs_of({ANN: 2, BOB: 3, CEM: 4, DOT: 40}, people=people))

    assert lines[ANN].amounts[0].usual_day == 3.0
    assert lines[DOT].amounts[0].usual_day is None


def test_whoever_joined_in_the_meantime_counts_by_the_days_he_was_here(inputs_of):
    """Six weeks at 4 a day are a pace of 4, not of 2; and three days are no pace at all."""
    since = {CEM: DAY - timedelta(weeks=6), DOT: DAY - timedelta(days=3)}
    people = {rep: Person("rep", since.get(rep)) for rep in NAMES}
    away = [
        (rep, DAY - timedelta(days=back), 0)
        for rep, joined in since.items()
        for back in range(1, 85)
        if DAY - timedelta(days=back) < joined
    ]

    (amount,) = rep_lines(inputs_of({ANN: 1, BOB: 9, CEM: 4, DOT: 30}, changes=away, people=people))[
        ANN
    ].amounts

    assert amount.usual_day == 4.0


def test_a_holiday_is_no_day_somebody_was_idle(inputs_of):
    """With Whit Monday off, the same leads come from one day less."""
    off = WorkingCalendar(days_off=DaysOff("DE"))

    (amount,) = rep_lines(inputs_of({ANN: 4, BOB: 4, CEM: 4}, calendar=off))[ANN].amounts

    assert amount.usual_day == 4.0


def test_the_teams_usual_is_its_median_week(inputs_of):
    """One wild day in one week does not move it."""
    wild = [(ANN, DAY - timedelta(days=20), 500)]

    line = team_line(inputs_of({ANN: 2, BOB: 3}, changes=wild), "Team")

    assert line.amounts[0].usual_day == 5.0
    assert line.amounts[0].day == 5


def test_whoever_left_is_not_shown_and_does_not_say_what_is_usual_later(inputs_of):
    """He is in the team's sum for as long as he sold."""
    people = dict.fromkeys(NAMES, Person("rep")) | {DOT: Person("rep", None, date(2026, 5, 20))}
    gone = [(DOT, date(2026, 5, 20) + timedelta(days=at), 0) for at in range(41)]

    lines = rep_lines(inputs_of({ANN: 2, BOB: 3, CEM: 4, DOT: 5}, changes=gone, people=people))

    assert DOT not in lines


def test_a_team_without_any_activity_has_no_usual(inputs_of):
    """Zero is not what is usual where nothing was ever recorded."""
    inputs = inputs_of({ANN: 0, BOB: 0, CEM: 0})

    assert rep_lines(inputs) == {}
    assert team_line(inputs, "Team").amounts[0].usual_day is None


def quiet_days(rep, counts):
    """What a rep did on the last three working days: Friday, Monday, Tuesday."""
    days = (date(2026, 6, 5), date(2026, 6, 8), DAY)
    return [(rep, day, count) for day, count in zip(days, counts, strict=True)]


def test_three_days_at_less_than_half_the_usual_stand_out_with_their_numbers(inputs_of):
    """Ann had 1, 0 and 2 where she has 5 a day; never before as few."""
    found = quiet(inputs_of({ANN: 5, BOB: 5}, changes=quiet_days(ANN, (1, 0, 2))))

    assert [one.rep_id for one in found] == [ANN]
    assert found[0].text.startswith(
        "Ann had 1, 0 and 2 new leads worked on the last three working days; usual are 4.8 a day."
    )
    assert "None of the 56 stretches" in found[0].text
    assert "Ann" in found[0].question


@pytest.mark.parametrize("counts", [(1, 0, 3), (0, 0, 5), (5, 5, 5)])
def test_one_usual_day_among_three_is_no_quiet_stretch(inputs_of, counts):
    """Half the usual on any of the days, and nobody is disturbed."""
    assert quiet(inputs_of({ANN: 5, BOB: 5}, changes=quiet_days(ANN, counts))) == []


def test_who_works_by_fits_and_starts_is_left_alone(inputs_of):
    """Ann works ten leads every fourth day: three days without are her usual."""
    back = range((DAY - date(2026, 3, 17)).days + 1)
    starts = [(ANN, DAY - timedelta(days=days), 10 if days % 5 == 3 else 0) for days in back]

    assert quiet(inputs_of({ANN: 0, BOB: 5}, changes=starts)) == []


def test_a_rep_who_has_left_is_not_called_quiet(inputs_of):
    """Nor one who has not been here for twenty days."""
    people = {ANN: Person("rep", None, DAY), BOB: Person("rep")}

    assert quiet(inputs_of({ANN: 5, BOB: 5}, changes=quiet_days(ANN, (0, 0, 0)), people=people)) == []


def test_leads_worked_and_never_reached_stand_out_beyond_the_others_share():
    """14 of 20 where the others leave 1 in 4: chance alone does so once in 20,000."""
    found = left_unreached({ANN: (20, 14), BOB: (40, 10), CEM: (60, 15)}, NAMES)

    assert [one.rep_id for one in found] == [ANN]
    assert "14 of 20 leads that Ann first worked" in found[0].text
    assert "1 in 4" in found[0].text


def test_a_share_that_chance_explains_and_few_leads_are_silent():
    """8 of 20 beside 1 in 4 happens; nine leads say nothing at all."""
    assert left_unreached({ANN: (20, 8), BOB: (40, 10), CEM: (60, 15)}, NAMES) == []
    assert left_unreached({ANN: (9, 9), BOB: (40, 10)}, NAMES) == []


def rep_funnel(rep, verdict, cost):
    """A rep with one step from demo to customer."""
    gain = Gain("peers", cost, 0.0, 2 * cost, rate=0.25)
    step = Step("demo", "won")
    one = RateEstimate(step, Status.SPEAKS, 70, 9, rate=0.13, verdict=verdict, p_below=0.97, to_peers=gain)
    return RepFunnel(rep, NAMES[rep], (), (one,), (), None, None, f"sentence of {NAMES[rep]}.")


def test_weak_steps_are_told_costliest_first_in_the_pages_own_sentence():
    """And what to ask fits the step; whoever is not weak is not named."""
    reps = [
        rep_funnel(ANN, Verdict.WEAK, 0.4),
        rep_funnel(BOB, Verdict.WEAK, 1.2),
        rep_funnel(CEM, Verdict.ORDINARY, 3.0),
    ]

    found = weak_steps(reps)

    assert [one.text for one in found] == ["Bob: sentence of Bob.", "Ann: sentence of Ann."]
    assert "Bob's demos" in found[0].question


def test_nothing_is_said_on_a_morning_on_which_nothing_stands_out(inputs_of):
    """Silence is an answer."""
    inputs = inputs_of({ANN: 5, BOB: 4, CEM: 6})

    assert remarks(inputs, [rep_funnel(ANN, Verdict.ORDINARY, 1.0)], {ANN: (20, 5), BOB: (20, 6)}) == ()


def test_no_more_is_said_than_somebody_reads(inputs_of):
    """Two weak steps a morning, for they last for weeks; five remarks at most, news first."""
    reps = [rep_funnel(rep, Verdict.WEAK, rep) for rep in NAMES]
    news = [change for rep in NAMES for change in quiet_days(rep, (0, 0, 0))]

    calm = remarks(inputs_of(dict.fromkeys(NAMES, 5)), reps, {})
    alarmed = remarks(inputs_of(dict.fromkeys(NAMES, 5), changes=news), reps, {})

    assert [one.rule for one in calm] == ["weak"] * 2
    assert [one.rule for one in alarmed] == [*["quiet"] * 4, "weak"]


def test_identical_reps_are_seldom_called_quiet(inputs_of):
    """Negative control: forty Poisson reps on thirty mornings; fewer than one call in 200 rep-days."""
    draws = np.random.default_rng(4)
    called = looked = 0
    inputs = inputs_of(dict.fromkeys(range(40), 5))
    table = inputs.found.counts["worked"]
    for _ in range(30):
        table[:] = draws.poisson(5.0, table.shape) * inputs.works
        called += len(quiet(inputs))
        looked += 40
    assert called / looked < 0.005
