"""A small seeded form of each study in studies/, with its negative control."""

import sys
from importlib import import_module

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def study(root):
    """Import a study by name, as `python studies/<name>.py` would."""
    sys.path.insert(0, str(root / "studies"))
    yield import_module
    sys.path.remove(str(root / "studies"))


def test_intervals_cover_the_truth(study):
    """About nine intervals in ten hold the true rate, young leads included, and fits beat raw rates."""
    found = study("interval_coverage").coverage(12, 60, teams=40)
    assert 0.86 <= found.inside <= 0.94
    assert found.fitted < 0.8 * found.raw


def test_intervals_of_the_smallest_teams_cover_the_truth(study):
    """Four reps with twenty leads each: the delay is learned from few conversions, in doubt."""
    found = study("interval_coverage").coverage(4, 20, teams=150)
    assert 0.88 <= found.inside <= 0.96
    assert found.fitted < 0.8 * found.raw


def test_identical_reps_are_left_in_peace(study):
    """At most one in twenty identical reps is called weak; a raw rule would call many more."""
    weak, ranked, naive = study("weak_step").identical_reps(10, teams=15)
    assert weak <= 0.05
    assert ranked <= 0.21
    assert naive > 2 * max(weak, 0.01)


@pytest.mark.parametrize("step", [0, 3])
def test_planted_weak_step_is_found(study, step):
    """A rep who converts at 40 % of his peers is found at the first and at the last step."""
    found, others = study("weak_step").planted_reps(10, step, 0.4, teams=15)
    assert found >= 0.8
    assert others <= 0.08


def test_young_cohorts_are_corrected(study):
    """The plain rate of young leads is far too low, the corrected one is not."""
    plain, corrected, inside = study("young_cohorts").ratios(45, teams=12)
    assert plain < 0.6
    assert 0.9 < corrected < 1.12
    assert inside >= 0.7


def test_promised_gain_is_delivered(study):
    """Promises are near what comes, most of what could come is picked; a raw rule promises more."""
    told = [one for team in study("one_skill").drawn(24) for one in team]
    promised, picked, raw = study("one_skill").ratio(told)
    assert 0.8 < promised < 1.25
    assert picked > 0.8
    assert raw > 1.2


def test_no_skill_is_proposed_where_none_differs(study):
    """Identical reps: nine teams in ten at the least see no proposal at all."""
    assert study("one_skill").teams_without_a_proposal(study("one_skill").drawn(24, 0.0)) >= 0.9


def test_what_was_just_coached_is_not_proposed_again_from_the_leads_before(study):
    """By the leads since, few picks repeat; by all leads every second does, and brings less than promised."""
    _, since, brings, *_ = study("coaching_again").row("since the coaching", 0.6, 2)
    _, every, no_more, promised, _ = study("coaching_again").row("all leads", 0.6, 2)
    assert since < 0.15
    assert every > 0.35
    assert brings > no_more
    assert promised > 2.0


def test_coaching_without_effect_is_not_claimed(study):
    """The worst of last month, coached in vain: nearly none is claimed, where before and after claim many."""
    claimed, rose, before_after, *_ = study("coaching_effect").row(0.0, 20, 0.25, teams=12)
    assert claimed <= 0.13
    assert rose > 0.6
    assert before_after >= 0.3


def test_a_planted_effect_of_coaching_is_held(study):
    """The interval holds the planted effect about nine times in ten, and the estimate is not off."""
    *_, covered, told, true = study("coaching_effect").row(0.8, 70, 0.25, teams=12)
    assert covered >= 0.8
    assert told == pytest.approx(true, abs=0.03)


def test_a_quiet_year_gives_few_alarms_and_a_drop_is_found(study):
    """At most the stated false alarms a team and year, where a plain chart gives dozens; a drop is found."""
    mean, _, plain = study("early_warning").quiet_year(20)
    assert mean <= 1.3
    assert plain > 50
    _, found, _ = study("early_warning").dropped(20, 0.4)
    assert found >= 0.7


def test_behind_target_keeps_its_rate_where_a_poisson_does_not(study):
    """On target at most one rep in ten is called behind, three in ten by a Poisson; at 60 % most are."""
    behind = study("behind_target")
    (_, _), (month, plain) = behind.called_behind(25, 25.0, behind.SWINGS["weeks"])
    assert month <= 0.12
    assert plain > 0.2
    assert behind.called_behind(15, 25.0, behind.SWINGS["weeks"], 0.6)[-1][0] > 0.6


def test_a_contest_claims_no_rise_out_of_poor_weeks(study):
    """Beside what is usual one in twenty is claimed; before/after alone claims several times as many."""
    import numpy as np

    contest = study("contest_behaviour")
    nothing = contest.tried(np.random.default_rng(3), "nothing happens, after a poor month", 60)
    borrowed = contest.tried(np.random.default_rng(3), "+25 % while it runs, −25 % after", 60)

    assert nothing["a rise is told"] <= 0.12
    assert nothing["before/after alone"] >= 0.25
    assert borrowed["a rise is told"] >= 0.4
    assert borrowed["pulled forward is told"] >= 0.2


@pytest.mark.parametrize(
    ("n", "m", "alone", "ours"), [(60, 20, 0.61, 0.036), (100, 40, 0.485, 0.038), (300, 100, 0.27, 0.043)]
)
def test_fair_processes_are_rarely_flagged(study, n, m, alone, ours):
    """One in four of each group gets through: four fifths alone flags most, the page under one in twenty."""
    told = study("adverse_impact").flagged(n, m, (0.25, 0.25))

    assert told[0] == pytest.approx(alone, abs=0.01)
    assert told[1] <= ours


def test_several_fair_groups_are_rarely_flagged(study):
    """The most selected of six is the luckiest: that is in the correction."""
    alone, ours = study("adverse_impact").flagged_of_many((120, 40, 30, 20), 0.25, runs=200)

    assert alone > 0.7
    assert ours <= 0.05


def test_an_unfair_process_is_found_where_there_are_enough(study):
    """Half as often, 300 and 100 people: most are found. With 60 and 20 people hardly any can be."""
    flagged = study("adverse_impact").flagged

    assert flagged(300, 100, (0.25, 0.125))[1] > 0.6
    assert flagged(60, 20, (0.25, 0.125))[1] < 0.2
