"""Classes: due by working days, who is late, who may see whom, and how alike people come out."""

from datetime import date, timedelta

import numpy as np
import pytest

from quintet.calendar.days_off import DaysOff
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.training.formula.consistency import consistency
from quintet.training.terms.consistency import ClassScores
from taught import NOW, people, taught, told

__all__ = ["people", "taught"]

EVERYBODY, TEAM, NOBODY = Scope(rep_ids=None), Scope(rep_ids=frozenset({1, 9})), Scope()


@pytest.fixture
def spring(people, taught):
    """Ann and Bo start on Monday 2 March."""
    from quintet.training.actions.classes import NewClass, start

    return start(NewClass("Spring", taught.track, date(2026, 3, 2)), [people.ann, people.bo], **taught.by)


def test_due_days_are_working_days_without_the_company_s_holidays(people, taught, spring, settings):
    """The first day is working day 1; a Friday's next is Monday, and a day off moves what follows."""
    from quintet.training.asks.classes import hire_class

    def due():
        one = hire_class(spring.pk, people.enablement, NOBODY, NOW.date())
        return [each.due_on for each in one.modules]

    assert due() == [date(2026, 3, 2), date(2026, 3, 4)]
    settings.HOLIDAYS = DaysOff(own=frozenset({date(2026, 3, 3)}))
    assert due() == [date(2026, 3, 2), date(2026, 3, 5)]


def test_late_is_what_was_due_before_today(people, taught, spring):
    """On the day itself there is time; what comes after is not late because what is before is."""
    from quintet.training.actions.completions import say_done
    from quintet.training.asks.classes import hire_class

    def late(day):
        one = hire_class(spring.pk, people.enablement, NOBODY, day)
        return {str(each.seat.user): [line.key for line in each.progress.late] for each in one.late}

    assert late(date(2026, 3, 2)) == {}
    say_done(people.bo, taught.read, now=NOW)
    assert late(date(2026, 3, 3)) == {"Ann": ["read_worth"]}
    assert late(date(2026, 3, 5)) == {"Ann": ["read_worth", "play_price"], "Bo": ["play_price"]}


def test_what_is_asked_for_again_comes_first_and_is_not_late(people, taught, spring):
    """It was done in time; that the playbook changed since is nobody's delay."""
    from quintet.training.actions.certificates import revoke
    from quintet.training.asks.certificates import holding
    from quintet.training.asks.mine import mine
    from taught import learned

    learned(taught, people.ann)
    (grant,) = holding(people.ann, NOW)
    later = NOW + timedelta(days=30)
    revoke(grant, "the price changed", now=later, page=taught.price.page)
    found = mine(people.ann, later)

    assert (found.next.key, found.next.is_again, found.next.due_on, found.late) == (
        "play_price",
        True,
        None,
        (),
    )


def test_a_manager_sees_the_own_team_and_sums_of_the_class(people, taught, spring):
    """Another team's people stay unnamed; who teaches sees all; a rep sees no class."""
    from quintet.training.asks.classes import classes, hire_class

    own = hire_class(spring.pk, people.manager, TEAM, NOW.date())
    assert [str(one.seat.user) for one in own.learners] == ["Ann"]
    assert (own.size, own.modules[0].of) == (2, 2)
    assert hire_class(spring.pk, people.manager, NOBODY, NOW.date()) is None
    assert len(classes(people.enablement, NOBODY, NOW.date())[0].learners) == 2
    assert len(classes(people.operations, EVERYBODY, NOW.date())[0].learners) == 2


def test_people_in_a_class_are_told_and_may_leave_and_come_back(people, taught, spring):
    """A second seat is none; what was finished stays."""
    from quintet.training.actions.classes import add, leave
    from quintet.training.asks.classes import hire_class
    from quintet.training.models.certificates import Notice

    assert add(spring, [people.ann, people.cy], **taught.by) == 1
    leave(spring.seats.get(user=people.cy), by=people.enablement, now=NOW + timedelta(hours=1))
    assert hire_class(spring.pk, people.enablement, NOBODY, NOW.date()).size == 2
    assert add(spring, [people.cy], by=people.enablement, now=NOW + timedelta(days=1)) == 1

    assert Notice.objects.filter(user=people.cy).count() == 2
    assert [sorted(row["detail"]["reps"]) for row in told("class.started")] == [
        [1, 2], [1, 2, 3], [1, 2], [1, 2, 3],
    ]  # fmt: skip


def test_a_class_without_people_or_on_an_empty_track_is_refused(people, taught):
    """Nothing would come of it."""
    from quintet.training.actions.classes import NewClass, start
    from quintet.training.actions.modules import write_track

    empty = write_track("Empty", "rep", "empty", **taught.by)
    with pytest.raises(BadInput, match="needs people"):
        start(NewClass("A", taught.track, NOW.date()), [], **taught.by)
    with pytest.raises(BadInput, match="nothing to take"):
        start(NewClass("A", empty, NOW.date()), [people.ann], **taught.by)


# ---------------------------------------------------------------- how alike they come out


def scores(name, month, values):
    """A class that began in a month."""
    return ClassScores(name, date(2026, month, 1), tuple(values))


def test_a_small_class_is_not_judged():
    """Three people agree by chance; the mean is shown, the spread is not."""
    found = consistency(
        "Calls", scores("Now", 3, (0.8, 0.8, 0.9)), [scores("Then", 1, np.linspace(0, 1, 12))]
    )

    assert (found.own.deviation, found.p_wider) == (None, None)
    assert found.own.mean == pytest.approx(0.8333, abs=1e-4)
    assert found.sentence == "3 values say too little of their spread: 6 are the least."
    assert found.earlier[0].deviation is not None


def test_equal_scores_are_no_spread_of_nothing():
    """Everybody at eighty: no interval can be given, and none is."""
    assert consistency("Calls", scores("Now", 3, [0.8] * 8), []).sentence == "8 equal values show no spread."


def test_a_class_far_more_alike_than_those_before_is_said_to_be():
    """Two points apart beside twenty: that is no chance."""
    rng = np.random.default_rng(3)
    before = [scores(f"Then {month}", month, rng.normal(0.7, 0.2, 12)) for month in (1, 2)]
    found = consistency("Calls", scores("Now", 3, rng.normal(0.8, 0.02, 12)), before)

    assert found.p_wider < 0.001
    assert found.sentence.endswith("points apart: more alike than in earlier classes.")
    assert [one.name for one in found.earlier] == ["Then 2", "Then 1"]


def test_classes_that_differ_in_level_are_not_less_alike():
    """Earlier classes are taken around their own means: a good one and a weak one do not make a wide one."""
    rng = np.random.default_rng(4)
    before = [scores("Weak", 1, rng.normal(0.4, 0.05, 15)), scores("Good", 2, rng.normal(0.9, 0.05, 15))]
    found = consistency("Calls", scores("Now", 3, rng.normal(0.7, 0.05, 15)), before)

    assert 0.05 < found.p_wider < 0.95
    assert found.sentence.endswith("not told apart from earlier classes.")


def test_later_classes_are_not_compared_with():
    """A class is judged beside what was before it, whenever somebody looks."""
    own = scores("Now", 3, np.linspace(0.5, 0.9, 10))

    assert consistency("Calls", own, [scores("Later", 5, np.linspace(0, 1, 10))]).earlier == ()


def test_equal_classes_are_seldom_told_apart():
    """Negative control: of 400 classes as alike as those before, about one in ten is said to differ."""
    rng = np.random.default_rng(5)
    said = 0
    for _ in range(400):
        draw = lambda: rng.binomial(10, rng.beta(8, 2, 10)) / 10  # noqa: E731 -- ten questions, ten people
        found = consistency(
            "Calls", scores("Now", 3, draw()), [scores("A", 1, draw()), scores("B", 2, draw())]
        )
        said += found.p_wider is not None and not 0.05 < found.p_wider < 0.95

    assert said / 400 < 0.13
