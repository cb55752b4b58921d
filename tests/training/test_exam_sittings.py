"""Taking an exam: one attempt at a time, nothing lost, nothing older over newer, time kept."""

from datetime import timedelta
from itertools import permutations

import pytest

from exam_bank import NOW, RIGHT, later, people, room, told
from quintet.kernel.errors import BadInput
from quintet.training.actions.exams import (
    change_exam,
    retire_exam,
    retire_question,
    rewrite_question,
    write_exam,
    write_question,
)
from quintet.training.actions.sittings import begin, close_overdue, give_attempt, hand_in, save
from quintet.training.asks.exams import bank, exams_for, standing
from quintet.training.asks.sittings import drawn_paper, paper, versions_asked
from quintet.training.models.certificates import Certificate, Grant, Notice
from quintet.training.models.curriculum import Completion, Module
from quintet.training.models.exams import Answer, Exam, Question, Sitting
from quintet.training.terms.exams import ExamText, Told
from quintet.training.terms.questions import QuestionText

__all__ = ["people", "room"]
pytestmark = pytest.mark.django_db


def _timed(room, minutes=10):
    Exam.objects.filter(pk=room.exam.pk).update(minutes=minutes)
    room.exam.refresh_from_db()
    return room.begin(room.people.rita)


# ---------------------------------------------------------------- the bank


def test_a_rewritten_question_is_a_new_version_and_the_old_one_stays(room):
    """Who was asked the old wording keeps it; the next one is asked the new."""
    before = room.begin(room.people.rita)
    old = room.version("short")

    rewrite_question(
        old.question, QuestionText("short", "How must a call end?", ("next step",)), "clearer",
        by=room.people.enablement, now=later(hours=1),
    )  # fmt: skip

    after = room.begin(room.people.max, later(hours=1))
    assert room.version("short").number == 2
    assert {one.text for one in paper(before)} >= {"How does a call end?"}
    assert {one.text for one in paper(after)} >= {"How must a call end?"}


def test_a_retired_question_is_drawn_no_more(room):
    """And cannot be rewritten; what was asked stays asked."""
    question = room.version("graded").question
    retire_question(question, by=room.people.enablement, now=NOW)
    question.refresh_from_db()

    assert [one.kind for one in bank(room.exam)] == ["one", "several", "short"]
    assert len(room.begin(room.people.rita).asked) == 3
    with pytest.raises(BadInput, match="asked no more"):
        rewrite_question(question, QuestionText("short", "?", ("a",)), "", by=room.people.enablement, now=NOW)


def test_two_exams_of_one_name_are_refused(room):
    """Their addresses would be the same; so is one that is an address already."""
    for name in ("Qualifying", "qualifying!", "New", "???"):
        with pytest.raises(BadInput, match="choose another"):
            write_exam(ExamText(name), by=room.people.enablement, now=NOW)


def test_an_unknown_module_or_page_is_refused_and_nothing_is_written(room):
    """All or none."""
    by = {"by": room.people.enablement, "now": NOW}
    with pytest.raises(BadInput, match="no module 'nowhere'"):
        write_exam(ExamText("Other", module="nowhere"), **by)
    with pytest.raises(BadInput, match="no playbook page 'nowhere'"):
        write_question(room.exam, QuestionText("short", "?", ("a",), page="nowhere"), **by)

    assert (Exam.objects.count(), Question.objects.count()) == (1, 4)


def test_writing_is_told_without_a_word_of_the_questions(room):
    """The ledger knows that a question was written, not what it asks or what is right."""
    rows = told("exam.written")

    assert [one["detail"]["what"] for one in rows] == ["written", *["question written"] * 4]
    assert "budget" not in str(rows)
    assert "Who signs" not in str(rows)


# ---------------------------------------------------------------- beginning


def test_the_draw_is_kept_with_its_seed_and_can_be_drawn_again(room):
    """The same questions and options in the same order, from the seed alone."""
    sitting = room.begin(room.people.rita, seed=42)

    again = drawn_paper(bank(room.exam), room.exam.draws, Sitting.objects.get(pk=sitting.pk).seed)
    assert paper(sitting) == again


def test_no_name_of_an_option_tells_which_is_right(room):
    """A paper holds places; the names of options are random words, and the paper has not even those."""
    sitting = room.begin(room.people.rita)

    drawn = str(paper(sitting)) + str([one.as_json for one in paper(sitting)])
    for version in versions_asked(sitting).values():
        for one in version.options:
            assert one["key"] not in drawn


def test_beginning_again_goes_on_with_the_attempt_that_runs(room):
    """A second tab, a closed laptop: no attempt is lost by it."""
    first = room.begin(room.people.rita, seed=1)
    second = room.begin(room.people.rita, later(hours=3), seed=2)

    assert second == first
    assert Sitting.objects.count() == 1
    assert len(told("exam.started")) == 1


def test_an_exam_without_questions_or_not_held_any_more_cannot_be_begun(room):
    """It says so."""
    retire_exam(room.exam, by=room.people.enablement, now=NOW)
    room.exam.refresh_from_db()
    empty = write_exam(ExamText("Empty"), by=room.people.enablement, now=NOW)

    for one in (room.exam, empty):
        with pytest.raises(BadInput, match="not held any more"):
            begin(one, room.people.rita, now=NOW)


def test_what_comes_before_must_be_finished_first(room):
    """The exam of a module waits for the modules before that one."""
    first = Module.objects.create(
        key="prospect", name="Prospect", kind="class", written_by=room.people.enablement, written_at=NOW
    )
    room.module.after.add(first)
    with pytest.raises(BadInput, match="First finish Prospect"):
        room.begin(room.people.rita)

    Completion.objects.create(user=room.people.rita, module=first, finished_by="signed_off", completed_at=NOW)

    assert room.begin(room.people.rita).attempt == 1


def test_rules_that_change_do_not_change_a_sitting_that_runs(room):
    """It is passed by the mark it began with."""
    sitting = room.begin(room.people.rita)
    text = ExamText("Qualifying", module="qualify", draws=4, pass_mark=1.0, minutes=1)
    change_exam(room.exam, text, by=room.people.enablement, now=NOW)

    sitting.refresh_from_db()
    assert (sitting.pass_mark, sitting.ends_at) == (0.75, None)


# ---------------------------------------------------------------- saving


def test_an_older_revision_never_overwrites_a_newer_one(room):
    """What an old tab sends late stays out: each of the 24 orders of arrival ends with what was said last."""
    sitting = room.begin(room.people.rita)
    for number, order in enumerate(permutations((1, 2, 3, 4))):
        for said in order:
            room.say(sitting, revision=10 * number + said, short=f"said {said}")
        room.say(sitting, revision=10 * number + 4, short="as old, from another tab")

        kept = room.answer(sitting, "short")
        assert (kept.said, kept.revision) == ("said 4", 10 * number + 4), order


def test_saving_twice_changes_nothing(room):
    """An answer whose reply was lost is sent again."""
    sitting = room.begin(room.people.rita)
    for _ in range(2):
        room.say(sitting, revision=10, one=RIGHT["one"])

    assert Answer.objects.count() == 1


def test_only_what_was_asked_can_be_answered(room):
    """A question of another exam is refused, and nothing is kept."""
    sitting = room.begin(room.people.rita)
    with pytest.raises(BadInput, match="does not ask question 999999"):
        save(sitting, [Told(999_999, "x", 1)], now=NOW)

    assert not Answer.objects.exists()


def test_after_handing_in_nothing_is_saved(room):
    """What was said, was said."""
    sitting = room.taken(room.people.rita)
    with pytest.raises(BadInput, match="was handed in"):
        room.say(sitting, later(minutes=1), short="better")


# ---------------------------------------------------------------- the time


def test_a_save_on_its_way_when_the_time_ends_still_counts(room):
    """Half a minute of grace, and not a second more."""
    sitting = _timed(room)
    room.say(sitting, later(minutes=10, seconds=30), short="in time")
    with pytest.raises(BadInput, match="the time is up"):
        room.say(sitting, later(minutes=10, seconds=31), short="late")

    assert room.answer(sitting, "short").said == "in time"


def test_out_of_time_it_is_handed_in_by_the_clock_with_what_was_saved(room):
    """Handed in at the end, not when somebody looked."""
    sitting = _timed(room)
    room.say(sitting, later(minutes=2), one=RIGHT["one"])

    assert close_overdue(now=later(minutes=10, seconds=20)) == 0
    assert close_overdue(now=later(hours=5)) == 1
    assert close_overdue(now=later(hours=6)) == 0
    sitting.refresh_from_db()
    assert (sitting.handed_in_at, sitting.ran_out) == (later(minutes=10), True)
    assert (sitting.share, sitting.passed) == (0.25, False)


def test_handing_in_too_late_is_handing_in_by_the_clock(room):
    """It says that it was not this hand that did."""
    sitting = _timed(room)

    assert hand_in(sitting, now=later(hours=1)) is False
    assert sitting.ran_out


def test_who_comes_back_too_late_begins_anew_only_as_the_rules_allow(room):
    """The old attempt is closed first, and then the waiting time holds."""
    _timed(room)
    with pytest.raises(BadInput, match=r"open from 3 Mar 2026, 12:10 UTC"):
        room.begin(room.people.rita, later(hours=1))

    assert room.begin(room.people.rita, later(hours=25)).attempt == 2


# ---------------------------------------------------------------- handing in


def test_handing_in_twice_is_handing_in_once(room):
    """The reply to the first was lost: the second changes nothing, and the ledger has each row once."""
    sitting = room.taken(room.people.rita, graded="")

    assert room.hand_in(sitting, later(hours=1)) is False
    sitting.refresh_from_db()
    assert (sitting.handed_in_at, sitting.share) == (NOW, 0.75)
    assert len(told("exam.taken")) == 1
    assert len(told("exam.answered")) == 4


def test_what_is_left_empty_is_wrong(room):
    """Also a role play: nobody has to mark nothing."""
    sitting = room.begin(room.people.rita)
    room.hand_in(sitting)

    sitting.refresh_from_db()
    assert (sitting.share, sitting.passed, sitting.answers.count()) == (0.0, False, 4)


def test_passing_finishes_the_module_and_grants_the_certificate_once(room):
    """At once where the key marks everything."""
    certificate = Certificate.objects.create(
        key="q", name="Qualifier", written_by=room.people.enablement, written_at=NOW
    )
    certificate.exams.add(room.exam)
    room.taken(room.people.rita, graded="")

    done = Completion.objects.get()
    assert (done.user, done.module, done.finished_by) == (room.people.rita, room.module, "exam")
    assert Grant.objects.get().certificate == certificate
    assert Notice.objects.filter(text="You have passed Qualifying with 75% right.").count() == 1


def test_failing_says_when_the_next_attempt_is_open(room):
    """Also where it ends."""
    room.taken(room.people.rita, graded="", one=["nobody"])

    said = Notice.objects.get()
    assert said.text == (
        "Qualifying is not passed: 50% right, 75% are needed."
        " The next attempt is open from 3 Mar 2026, 12:00 UTC."
    )
    assert said.address == f"sitting {Sitting.objects.get().pk}"
    assert not Completion.objects.exists()


# ---------------------------------------------------------------- where somebody stands


def test_attempts_are_counted_down_and_then_used_up(room):
    """Three, a day apart."""
    wrong = {"graded": "", "one": ["nobody"]}
    seen = []
    for day in range(3):
        room.taken(room.people.rita, later(days=day), **wrong)
        where = standing(room.exam, room.people.rita, later(days=day, hours=1))
        seen.append((where.state, where.attempts_left))

    assert seen == [("waiting", 2), ("waiting", 1), ("used_up", 0)]
    with pytest.raises(BadInput, match="No attempt is left"):
        room.begin(room.people.rita, later(days=9))


def test_who_has_passed_does_not_take_it_again(room):
    """Until the certificate it counts for has ended: then with all attempts anew."""
    certificate = Certificate.objects.create(
        key="q", name="Qualifier", written_by=room.people.enablement, written_at=NOW
    )
    certificate.exams.add(room.exam)
    room.taken(room.people.rita, graded="")
    with pytest.raises(BadInput, match="You have passed it"):
        room.begin(room.people.rita, later(days=2))

    Grant.objects.update(revoked_at=later(days=3))
    where = standing(room.exam, room.people.rita, later(days=4))
    assert (where.state, where.attempts_left, where.share) == ("open", 3, 0.75)
    assert room.begin(room.people.rita, later(days=4)).attempt == 2


def test_while_a_role_play_waits_no_other_attempt_begins(room):
    """It might be passed."""
    room.taken(room.people.rita, graded="Compared with what?")

    assert standing(room.exam, room.people.rita, later(days=9)).state == "marking"


def test_my_exams_are_those_held_and_those_taken(room):
    """A closed one that was taken stays, an empty one is not shown."""
    write_exam(ExamText("Empty"), by=room.people.enablement, now=NOW)
    room.taken(room.people.rita, graded="")
    retire_exam(room.exam, by=room.people.enablement, now=NOW)

    assert [one.state for one in exams_for(room.people.rita, NOW)] == ["passed"]
    assert exams_for(room.people.max, NOW) == []


def test_the_ledger_knows_what_came_out_and_when_it_was_taken(room):
    """Who, which exam, which attempt, the share of each question; not one answer."""
    sitting = room.taken(room.people.rita, NOW + timedelta(hours=1), graded="", one=["nobody"])

    (taken,) = told("exam.taken")
    assert (taken["rep_id"], taken["content"], taken["outcome"]) == (101, "qualifying", "failed")
    assert taken["detail"] == {"score": 0.5, "attempt": 1, "user": room.people.rita.pk}
    assert taken["source_ref"] == f"sitting:{sitting.pk}#exam.taken"
    answered = told("exam.answered")
    assert sorted(one["detail"]["share"] for one in answered) == [0.0, 0.0, 1.0, 1.0]
    assert {one["detail"]["question"] for one in answered} == {str(q.pk) for q in Question.objects.all()}
    assert "nobody" not in str(answered)


# ---------------------------------------------------------------- one more


def _used_up(room):
    for day in range(3):
        room.taken(room.people.rita, later(days=day), graded="", one=["nobody"])
    return later(days=9)


def test_one_more_attempt_is_given_with_a_reason_and_told(room):
    """To whom has none left; it is one, and it is in the ledger."""
    when = _used_up(room)
    give_attempt(room.exam, room.people.rita, "She was ill.", by=room.people.enablement, now=when)

    assert standing(room.exam, room.people.rita, when).attempts_left == 1
    assert Notice.objects.filter(text="You may take Qualifying once more.").count() == 1
    assert told("exam.allowed")[0]["detail"]["why"] == "She was ill."
    room.taken(room.people.rita, when, graded="", one=["nobody"])
    assert standing(room.exam, room.people.rita, later(days=20)).state == "used_up"


def test_one_more_attempt_is_for_whoever_has_none_left(room):
    """Else it would be a fourth of three."""
    with pytest.raises(BadInput, match="there is nothing to give"):
        give_attempt(room.exam, room.people.rita, "x", by=room.people.enablement, now=NOW)
    when = _used_up(room)
    with pytest.raises(BadInput, match="say why"):
        give_attempt(room.exam, room.people.rita, " ", by=room.people.enablement, now=when)
