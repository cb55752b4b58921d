"""Marking: by key at once, by a person from the queue, every mark kept, and a corrected key marks again."""

from datetime import UTC, datetime

import pytest

from exam_bank import NOW, later, people, room, told
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.errors import BadInput
from quintet.ledger import mover
from quintet.training.actions.marking import correct_key, mark_graded, overrule
from quintet.training.asks.marking import answer_to_mark, queue
from quintet.training.asks.sittings import marked_paper, to_read
from quintet.training.models.certificates import Certificate, Grant, Notice
from quintet.training.models.curriculum import Completion
from quintet.training.models.exams import Mark

__all__ = ["people", "room"]
pytestmark = pytest.mark.django_db


# ---------------------------------------------------------------- a person marks


def test_a_role_play_waits_for_a_person_and_then_counts(room):
    """Three right of four by the key, then 3 of 5 points: 3.6 of 4."""
    sitting = room.taken(room.people.rita, graded="Compared with what?")
    assert sitting.marked_at is None
    assert told("exam.taken") == []

    room.mark(room.answer(sitting, "graded"), 3, 0, now=later(hours=2))

    sitting.refresh_from_db()
    assert sitting.share == pytest.approx(0.9)
    (taken,) = told("exam.taken")
    assert taken["occurred_at"] == NOW.isoformat()
    assert taken["recorded_at"] == later(hours=2).isoformat()


def test_the_queue_shows_what_was_said_and_not_who_said_it(room):
    """The longest waiting first; and nobody finds an own answer in it."""
    room.taken(room.people.rita, later(hours=1), graded="Second")
    room.taken(room.people.executive, graded="First")

    seen = queue(room.people.enablement)
    assert [one.said for one in seen.graded] == ["First", "Second"]
    assert "Rita" not in repr(seen)
    assert [one.said for one in queue(room.people.executive).graded] == ["Second"]


def test_the_queue_has_nothing_of_an_exam_the_marker_is_taking(room):
    """What others said would tell."""
    sitting = room.taken(room.people.rita, graded="Compared with what?", short="goodbye")
    room.begin(room.people.executive)

    seen = queue(room.people.executive)
    assert (seen.graded, seen.refused) == ((), ())
    assert answer_to_mark(room.people.executive, room.answer(sitting, "graded").pk) is None


def test_nobody_marks_an_own_answer(room):
    """Not even by knowing its address."""
    sitting = room.taken(room.people.executive, graded="Mine")

    with pytest.raises(BadInput, match="nobody marks an own answer"):
        room.mark(room.answer(sitting, "graded"), 3, 2, by=room.people.executive)


def test_a_mark_is_never_changed_and_a_second_one_says_why(room):
    """Both are kept, the newer counts."""
    sitting = room.taken(room.people.rita, graded="Compared with what?")
    answer = room.answer(sitting, "graded")
    room.mark(answer, 0, 0)
    with pytest.raises(BadInput, match="say why it is marked anew"):
        room.mark(answer, 3, 2)

    room.mark(answer, 3, 2, why="I had missed the second half.", now=later(hours=1))

    assert [one.share for one in Mark.objects.filter(answer=answer)] == [1.0, 0.0]
    sitting.refresh_from_db()
    assert sitting.share == 1.0


def test_points_off_the_rubric_are_refused(room):
    """And nothing is marked."""
    sitting = room.taken(room.people.rita, graded="Compared with what?")

    with pytest.raises(BadInput, match=r"lie in 0\.\.3, got 4"):
        room.mark(room.answer(sitting, "graded"), 4, 0)
    assert not Mark.objects.filter(by_key=False).exists()


def test_an_open_sitting_is_not_marked(room):
    """It is not over yet."""
    sitting = room.begin(room.people.rita)
    room.say(sitting, graded="So far")

    with pytest.raises(BadInput, match="still being taken"):
        room.mark(room.answer(sitting, "graded"), 1, 1)


def test_a_mark_that_passes_finishes_the_module(room):
    """When the last answer is marked, not before."""
    sitting = room.taken(room.people.rita, graded="Compared with what?", one=["nobody"])
    assert not Completion.objects.exists()

    room.mark(room.answer(sitting, "graded"), 3, 2)

    assert Completion.objects.get().user == room.people.rita


def test_a_pass_that_a_second_mark_takes_back_takes_the_certificate_with_it(room):
    """The module stays finished; the person is told why."""
    certificate = Certificate.objects.create(
        key="q", name="Qualifier", written_by=room.people.enablement, written_at=NOW
    )
    certificate.exams.add(room.exam)
    sitting = room.taken(room.people.rita, graded="Compared with what?", one=["nobody"])
    answer = room.answer(sitting, "graded")
    room.mark(answer, 3, 2)
    assert Grant.objects.get().revoked_at is None

    room.mark(answer, 0, 0, why="It was read out from the playbook.", now=later(days=1))

    grant = Grant.objects.get()
    assert grant.revoked_because == "attempt 1 at Qualifying was marked again and is not passed."
    texts = list(Notice.objects.order_by("pk").values_list("text", flat=True))
    assert "Qualifying was marked again: 50% right instead of 75%, not passed." in texts
    assert Completion.objects.count() == 1


# ---------------------------------------------------------------- short answers


def test_a_short_answer_the_key_refused_can_be_overruled(room):
    """It leaves the list, the mark of the key stays beside it, and the pass follows."""
    sitting = room.taken(room.people.rita, graded="", short="a date for the next talk", one=["nobody"])
    (waiting,) = queue(room.people.enablement).refused
    assert waiting.said == "a date for the next talk"
    answer = room.answer(sitting, "short")

    overrule(answer, is_right=True, why="It is the same.", by=room.people.enablement, now=later(hours=1))

    assert queue(room.people.enablement).refused == ()
    assert [(one.share, one.by_key) for one in answer.marks.all()] == [(1.0, False), (0.0, True)]
    sitting.refresh_from_db()
    assert (sitting.share, sitting.passed) == (0.5, False)


def test_a_short_answer_that_was_looked_at_leaves_the_list(room):
    """Wrong indeed is a mark, too."""
    sitting = room.taken(room.people.rita, graded="", short="goodbye")

    overrule(
        room.answer(sitting, "short"), is_right=False, why="No step.", by=room.people.enablement, now=NOW
    )

    assert queue(room.people.enablement).refused == ()


def test_a_choice_is_not_overruled(room):
    """Its key is corrected, for everybody."""
    sitting = room.taken(room.people.rita, graded="")

    with pytest.raises(BadInput, match="correct the key of a choice"):
        overrule(room.answer(sitting, "one"), is_right=True, why="x", by=room.people.enablement, now=NOW)


# ---------------------------------------------------------------- a corrected key


def test_a_corrected_key_marks_every_answer_to_it_again_in_one_act(room):
    """Rita gains her pass, Max keeps his; what changed is kept, share by share."""
    rita = room.taken(room.people.rita, graded="", one=["nobody"])
    max_ = room.taken(room.people.max, graded="")
    version = room.version("one")

    made = correct_key(
        version, room.keys(version, ["nobody"]), "Nobody signs any more.", by=room.people.enablement,
        now=later(days=1),
    )  # fmt: skip

    rita.refresh_from_db()
    max_.refresh_from_db()
    assert (rita.share, rita.passed) == (0.75, True)
    assert (max_.share, max_.passed) == (0.5, True)  # who has passed stays so
    assert made.changed == [
        {"sitting": str(rita.pk), "share": [0.5, 0.75], "passed": [False, True]},
        {"sitting": str(max_.pk), "share": [0.75, 0.5], "passed": [True, True]},
    ]
    assert (made.before, made.after) == (
        room.keys(version, ["the budget holder"]), room.keys(version, ["nobody"])
    )  # fmt: skip
    assert set(Completion.objects.values_list("user", flat=True)) == {room.people.rita.pk, room.people.max.pk}
    (row,) = told("exam.corrected")
    assert row["detail"]["marked_again"] == 2
    assert "nobody" not in str(row)


def test_what_a_person_marked_stays_when_the_key_is_corrected(room):
    """And is counted."""
    sitting = room.taken(room.people.rita, graded="", short="a date")
    overrule(room.answer(sitting, "short"), is_right=True, why="Same.", by=room.people.enablement, now=NOW)

    made = correct_key(
        room.version("short"), ["another talk"], "Too narrow.", by=room.people.enablement, now=later(days=1)
    )

    assert (made.changed, made.judged) == ([], 1)


def test_a_sitting_that_runs_is_marked_by_the_corrected_key(room):
    """Nothing is marked twice for it."""
    sitting = room.begin(room.people.rita)
    room.say(sitting, one=["nobody"])
    version = room.version("one")
    made = correct_key(version, room.keys(version, ["nobody"]), "Wrong.", by=room.people.enablement, now=NOW)
    room.hand_in(sitting)

    assert made.changed == []
    assert room.answer(sitting, "one").marks.get().share == 1.0


@pytest.mark.parametrize(
    ("kind", "right", "why", "said"),
    [
        ("short", ["next step", "an agreed next step"], "x", "says that already"),
        ("short", ["other"], " ", "says what was wrong"),
        ("short", [], "x", "at least one right answer"),
        ("graded", ["x"], "x", "a rubric and no key"),
    ],
)
def test_a_correction_without_a_change_or_a_reason_is_refused(room, kind, right, why, said):
    """It would be an entry that says nothing."""
    with pytest.raises(BadInput, match=said):
        correct_key(room.version(kind), right, why, by=room.people.enablement, now=NOW)


def test_an_accepted_answer_is_kept_as_it_was_written(room):
    """The order does not matter."""
    assert room.version("short").right == ["next step", "an agreed next step"]


# ---------------------------------------------------------------- what the taker sees


def test_after_marking_one_sees_right_and_wrong_and_what_to_read_but_no_key(room):
    """The bank is still in use: the next one is asked the same."""
    sitting = room.taken(room.people.rita, graded="Hm", one=["nobody"])
    assert marked_paper(sitting) == []
    room.mark(room.answer(sitting, "graded"), 1, 0, why="Ask first.")
    sitting.refresh_from_db()

    papers = marked_paper(sitting)

    assert {one.asked.kind: one.share for one in papers} == {
        "one": 0.0, "several": 1.0, "short": 1.0, "graded": pytest.approx(0.2)
    }  # fmt: skip
    assert [one.key for one in papers] == [None] * 4
    assert to_read(papers) == [("How we qualify", "/training/playbook/qualifying/")]
    assert [one.words for one in papers if one.asked.kind == "graded"] == ["Ask first."]


def test_keys_are_shown_where_the_exam_says_so_or_the_bank_is_out_of_use(room):
    """Only then."""
    sitting = room.taken(room.people.rita, graded="", one=["nobody"])
    sitting.exam.shows_keys = True
    shown = {one.asked.kind: one.key for one in marked_paper(sitting)}
    sitting.exam.shows_keys, sitting.exam.retired_at = False, NOW
    closed = {one.asked.kind: one.key for one in marked_paper(sitting)}

    assert shown == closed
    assert shown["one"] == "the budget holder"
    assert shown["short"] == "next step · an agreed next step"
    assert shown["graded"] == "Asks who decides: 3\nAgrees a next step: 2"


# ---------------------------------------------------------------- the facts


def test_the_facts_have_the_newest_mark_of_each_answer_and_sitting(room, home):
    """A mark that is given anew is a newer version of the same record: one row, not two."""
    rita = room.taken(room.people.rita, graded="Hm", one=["nobody"])
    room.mark(room.answer(rita, "graded"), 0, 0, now=later(hours=1))
    mover.move(home)
    room.mark(room.answer(rita, "graded"), 3, 2, why="Read again.", now=later(days=1))
    version = room.version("one")
    correct_key(
        version, room.keys(version, ["nobody"]), "Wrong.", by=room.people.enablement, now=later(days=2)
    )
    mover.move(home)
    rebuild(home, zone="UTC", now=datetime(2026, 4, 1, tzinfo=UTC))
    facts = Facts.published(home)

    sittings = facts.arrow(facts.table("exam_sittings")).to_pylist()
    answers = facts.arrow(facts.table("exam_answers")).to_pylist()

    assert [(one["score"], one["is_passed"]) for one in sittings] == [(1.0, True)]
    assert sittings[0]["taken_at"] == NOW.replace(tzinfo=None)
    assert [one["share"] for one in answers] == [1.0] * 4
    assert {one["attempt"] for one in answers} == {1}


def test_the_facts_as_they_were_known_have_the_older_mark(room, home):
    """The ledger keeps both: what was said of the sitting before it was marked anew can be read again."""
    from quintet.facts.history import facts_as_known

    rita = room.taken(room.people.rita, graded="Hm", one=["nobody"])
    room.mark(room.answer(rita, "graded"), 0, 0, now=later(hours=1))
    room.mark(room.answer(rita, "graded"), 3, 2, why="Read again.", now=later(days=2))
    mover.move(home)
    rebuild(home, zone="UTC", now=datetime(2026, 4, 1, tzinfo=UTC))

    then = facts_as_known(home, later(days=1))

    assert [one["score"] for one in then.arrow(then.table("exam_sittings")).to_pylist()] == [0.5]


def test_one_answer_of_the_rubric_cannot_be_left_out(room):
    """Half a mark is none."""
    sitting = room.taken(room.people.rita, graded="Hm")

    with pytest.raises(BadInput, match="got None"):
        mark_graded(
            room.answer(sitting, "graded"), {"Asks who decides": 1}, "", by=room.people.enablement, now=NOW
        )
