"""Mentors: who may learn what from whom, and whether it moved."""

from datetime import date, timedelta

import numpy as np
import pytest

from quintet.kernel.finding import Status
from quintet.stats.delay import DelayCurve
from quintet.stats.lead_kinds import LeadKinds
from quintet.training.formula.mentors import lessons, propose
from quintet.training.formula.pair_effect import mean_effect, pair_effect
from quintet.training.formula.skills import fit_step
from quintet.training.metrics.step_leads import StepLeads
from quintet.training.terms.mentors import PairEffect, Seller
from quintet.training.terms.skills import RepSkill, SkillBook, StepSkills

DAY = date(2026, 6, 30)


def skill(rep, kind):
    """A rep who is surely strong, surely weak, or as the others."""
    rate, p_below = {"strong": (0.36, 0.01), "weak": (0.15, 0.99), "level": (0.25, 0.5)}[kind]
    return RepSkill(rep, 200, int(200 * rate), rate, rate - 0.05, rate + 0.05, 0.25, p_below, 0.0, 0.2)


def book(**steps):
    """Skills by step, e.g. won={1: "strong", 2: "weak"}."""
    told = [
        StepSkills(step, Status.SPEAKS, "", tuple(skill(rep, kind) for rep, kind in kinds.items()), 0.25)
        for step, kinds in steps.items()
    ]
    return SkillBook(DAY, DAY - timedelta(days=183), tuple(told))


def people(*reps, **told):
    """Sellers with these ids."""
    return [Seller(rep, f"Rep {rep}", **told) for rep in reps]


def test_a_lesson_is_where_one_is_surely_strong_and_the_other_surely_weak():
    """A rep like the others teaches nothing and learns nothing; the gap is by what each should give."""
    skills = book(demo={1: "strong", 2: "level"}, won={1: "strong", 2: "weak"})

    (found,) = lessons(skills, 1, 2)

    assert found.step == "won"
    assert found.gap == pytest.approx(0.36 / 0.15 - 1)
    assert lessons(skills, 2, 1) == ()


def test_both_ways_beats_one_way():
    """Who has something to learn in return is paired first, and the sentence says what."""
    skills = book(
        connected={1: "level", 2: "weak", 3: "strong"},
        won={1: "strong", 2: "strong", 3: "weak"},
    )

    found = propose(skills, people(1, 2, 3), capacity=1)

    pairs = {frozenset((one.mentor.rep_id, one.mentee.rep_id)) for one in found}
    assert frozenset((2, 3)) in pairs
    both = next(one for one in found if {one.mentor.rep_id, one.mentee.rep_id} == {2, 3})
    assert both.in_return
    assert "in return" in both.why


def test_pairs_are_the_best_together_and_not_one_by_one():
    """The one mentor who alone can teach the one is left to him, though he teaches the other better, too."""
    skills = book(
        demo={1: "strong", 3: "weak"},
        won={1: "strong", 2: "strong", 3: "level", 4: "weak"},
    )

    found = propose(skills, people(1, 2, 3, 4), capacity=1)

    assert {(one.mentor.rep_id, one.mentee.rep_id) for one in found} == {(1, 3), (2, 4)}


def test_a_mentor_takes_as_many_as_he_has_time_for():
    """Three learn from one with two seats, one of them taken: one is proposed; who has a mentor is not."""
    skills = book(won={1: "strong", 2: "weak", 3: "weak", 4: "weak"})

    assert len(propose(skills, people(1, 2, 3, 4))) == 2
    assert len(propose(skills, people(1, 2, 3, 4), taken={1: 1})) == 1
    assert propose(skills, people(1, 2, 3, 4), learning={2, 3, 4}) == ()


def test_style_breaks_ties():
    """Of two who teach the same equally well, the one who sells to the same segment and is here longer."""
    skills = book(won={1: "strong", 2: "strong", 3: "weak"})
    reps = [
        Seller(1, "Ann", "enterprise", date(2020, 1, 1)),
        Seller(2, "Ben", "mid market", date(2020, 1, 1)),
        Seller(3, "Cay", "mid market", date(2025, 1, 1)),
    ]

    (found,) = propose(skills, reps)

    assert found.mentor.name == "Ben"
    assert found.why == (
        "Ben converts 36% from demo to won where such reps convert 25%, Cay 15% of 25%; "
        "both sell to mid market; Ben has been here 60 months longer."
    )


def test_identical_reps_are_not_paired():
    """Twenty reps with one true rate: nobody is surely strong where another is surely weak."""
    rng = np.random.default_rng(1)
    pairs = 0
    for _ in range(20):
        step = fit_step("won", leads(rng.binomial(60, 0.25, 20), np.full(20, 60)), DAY, 183)
        pairs += len(propose(SkillBook(DAY, DAY, (step,)), people(*range(20))))

    assert pairs <= 2


def test_nobody_to_learn_from_is_no_pair():
    """Only weak reps, or an empty book: nothing is proposed."""
    assert propose(book(won={1: "weak", 2: "weak"}), people(1, 2)) == ()
    assert propose(book(), people(1, 2)) == ()


# ---------------------------------------------------------------- the effect


def leads(won, entered):
    """Leads of reps 0, 1, 2 whose outcomes are all in."""
    count = len(won)
    one_kind = {name: np.zeros(count, dtype=np.int64) for name in ("segment", "source")}
    converted, n = np.asarray(won, dtype=float), np.asarray(entered, dtype=float)
    delay = DelayCurve(np.ones(1), 0, 0, still_rising=False, is_fitted=False)
    return StepLeads(
        tuple(range(count)), converted, (n - converted)[:, None], np.array([200]), delay,
        LeadKinds(np.arange(count), one_kind, converted, n),
    )  # fmt: skip


def effect(before, after, n=100, days=120, mentee=0, mentored=()):
    """The effect of rep 0's pair."""
    count = len(before)
    span = (DAY - timedelta(days=days - 1), DAY)
    return pair_effect(leads(before, [n] * count), leads(after, [n] * count), mentee, mentored, span)


def test_the_worst_rep_coming_back_is_no_effect():
    """15 of 100 among twelve at 30 is mostly bad luck: 30 of 100 afterwards was to be expected, nearly."""
    found = effect([15] + [30] * 11, [30] * 12)

    assert found.effect_lo < 0 < found.effect_hi
    assert not found.has_moved
    assert found.effect < 0.15 - 0.02  # a plain difference says .15


def test_a_rate_that_doubles_has_moved():
    """From 20 to 45 of 100 while the others stay."""
    found = effect([20] + [30] * 11, [45] + [30] * 11)

    assert found.has_moved
    assert found.effect_lo > 0
    assert found.status is Status.SPEAKS


def test_everybody_who_rises_shows_that_it_is_not_the_mentor():
    """The mentee rises from 25 to 40, and so do the peers."""
    assert not effect([25] + [26] * 11, [40] + [41] * 11).has_moved


def test_young_pairs_wait_and_say_how_long():
    """Ten days are too early; five leads are too few; 60 days are hedged."""
    early = effect([25] * 8, [25] * 8, days=10)
    few = effect([25] * 8, [2] * 8, n=100, days=60)

    assert early.status is Status.SILENT
    assert early.tells_on == DAY + timedelta(days=18)
    assert few.status is Status.HEDGED
    assert pair_effect(leads([25] * 8, [100] * 8), leads([1] * 8, [5] * 8), 0, (), (DAY, DAY)).effect is None


def test_without_peers_nothing_is_said():
    """Three reps without a mentor do not show how rates moved."""
    found = effect([25] * 8, [30] * 8, mentored=(1, 2, 3, 4))

    assert found.status is Status.SILENT
    assert found.reason.startswith("3 reps without a mentor")


def told(points, peers=20, status=Status.SPEAKS):
    """A measured pair."""
    return PairEffect(status, DAY, 100, 100, effect=points / 100, peers=peers)


def test_the_mean_needs_eight_pairs():
    """Seven say nothing; eight give a mean with the doubt of the peers' own mean in it."""
    effects = [told(one) for one in (2, 4, 6, 8, 2, 4, 6, 8)]

    assert mean_effect([*effects[:7], None]).points is None
    found = mean_effect(effects)
    reach = 1.8946 * np.std([2, 4, 6, 8, 2, 4, 6, 8], ddof=1) * np.sqrt(1 / 8 + 1 / 20)
    assert (found.pairs, found.measured, found.points) == (8, 8, pytest.approx(5))
    assert found.hi - 5 == pytest.approx(reach, rel=1e-3)
    assert mean_effect([*effects, told(3, status=Status.HEDGED)]).warnings


def test_mentees_picked_as_the_worst_do_not_make_mentoring_work():
    """Nothing is planted: the plain rise is large, the mean effect is near nothing."""
    rng = np.random.default_rng(2)
    plain, means = [], []
    for _ in range(5):
        old, new = rng.binomial(40, 0.27, 18), rng.binomial(40, 0.27, 18)
        worst = np.argsort(old)[:8].tolist()
        found = [effect(old.tolist(), new.tolist(), n=40, mentee=one, mentored=worst) for one in worst]
        means.append(mean_effect(found).points)
        plain.append(100 * np.mean(new[worst] / 40 - old[worst] / 40))

    assert np.mean(plain) > 3.5
    assert abs(np.mean(means)) < 2.5
