"""Certificates: earned by what was done, ended by time or the playbook, earned again by showing it again."""

from datetime import date, timedelta

import pytest

from quintet.kernel.errors import BadInput
from quintet.training.terms.certificates import CertificateText
from taught import NOW, learned, people, taught, told

__all__ = ["people", "taught"]


def days(count):
    """So many days after the beginning."""
    return NOW + timedelta(days=count)


def notices(user):
    """What somebody was told, oldest first."""
    from quintet.training.models.certificates import Notice

    return list(Notice.objects.filter(user=user).order_by("told_at", "pk").values_list("text", flat=True))


def sat(exam, user, now, attempt=1, share=0.9):
    """Somebody passes an exam."""
    from quintet.training.actions.certificates import reconsider
    from quintet.training.models.exams import Sitting

    Sitting.objects.create(
        exam=exam, user=user, attempt=attempt, asked=[], started_at=now, handed_in_at=now, marked_at=now,
        share=share, passed=share >= exam.pass_mark,
    )  # fmt: skip
    return reconsider(user, now=now)


@pytest.fixture
def exam(taught):
    """An exam the certificate takes, too."""
    from quintet.training.models.exams import Exam

    made = Exam.objects.create(key="calls", name="Calls", written_by=taught.by["by"], written_at=NOW)
    taught.certificate.exams.add(made)
    return made


def test_who_has_done_everything_holds_it_and_is_certified(people, taught):
    """By the last module, with the version of the page it was earned on, for a year."""
    from quintet.training.asks.certificates import certified_for, holding

    learned(taught, people.ann)

    (grant,) = holding(people.ann, NOW)
    assert (grant.rests_on, grant.expires_on) == ({"price": 1}, date(2027, 3, 2))
    (one,) = certified_for("Small Business", NOW)
    assert (one.name, one.rep_id, one.until) == ("Ann", 1, date(2027, 3, 1))
    assert certified_for("enterprise", NOW) == ()
    assert [row["rep_id"] for row in told("certificate.granted")] == [1]


def test_one_that_was_revoked_comes_back_by_doing_again_what_changed(people, taught):
    """Not by the next thing one happens to finish: the module that teaches the page is taken again."""
    from quintet.training.actions.certificates import reconsider, unsettle
    from quintet.training.actions.completions import sign_off
    from quintet.training.asks.certificates import holding
    from quintet.training.models.playbook import PageVersion

    learned(taught, people.ann)
    new = PageVersion.objects.create(
        page=taught.price.page, number=2, title="Price", body="New", written_by=people.enablement,
        written_at=days(1), unsettles=True,
    )  # fmt: skip
    assert unsettle(new, now=days(1)) == 1
    assert unsettle(new, now=days(1)) == 0
    assert reconsider(people.ann, now=days(2)) == []
    assert "To earn it again: Play the price." in notices(people.ann)[-1]

    sign_off(people.ann, taught.play, by=people.enablement, now=days(3))

    (grant,) = holding(people.ann, days(3))
    assert grant.rests_on == {"price": 2}
    assert unsettle(new, now=days(4)) == 0
    assert people.ann.completions.filter(module=taught.read).count() == 1


def test_where_it_takes_an_exam_the_exam_is_passed_again_after_the_change(people, taught, exam):
    """A pass from before the change shows nothing of it."""
    from quintet.training.actions.certificates import revoke
    from quintet.training.asks.certificates import holding

    learned(taught, people.ann)
    assert holding(people.ann, NOW) == []
    (grant,) = sat(exam, people.ann, days(1))
    revoke(grant, "calls were rude", now=days(2))

    assert notices(people.ann)[-1].endswith("To earn it again: Calls.")
    assert sat(exam, people.ann, days(3), attempt=2, share=0.5) == []
    assert len(sat(exam, people.ann, days(4), attempt=3)) == 1


def test_a_retired_exam_or_module_holds_up_nobody(people, taught, exam):
    """What nobody can take is asked of nobody."""
    from quintet.training.actions.certificates import reconsider
    from quintet.training.asks.certificates import holding

    learned(taught, people.ann)
    exam.retired_at = NOW
    exam.save()
    reconsider(people.ann, now=NOW)

    assert len(holding(people.ann, NOW)) == 1


def test_people_are_told_two_weeks_before_and_once(people, taught):
    """And again when it has expired; then it opens no leads any more."""
    from quintet.training.actions.certificates import keep_up
    from quintet.training.asks.certificates import certified_for

    learned(taught, people.ann)
    end = date(2027, 3, 2)
    early, soon, over = (days((end - NOW.date()).days - before) for before in (15, 14, 0))

    assert keep_up(early) == "0 told that a certificate expires soon, 0 expired"
    assert keep_up(soon) == "1 told that a certificate expires soon, 0 expired"
    assert keep_up(soon).startswith("0 told")
    assert sum("expires on 2 March 2027" in text for text in notices(people.ann)) == 1
    assert certified_for("small business", soon)
    assert keep_up(over).endswith("1 expired")
    assert keep_up(over).endswith("0 expired")
    assert "has expired. To earn it again: Play the price, Read the worth." in notices(people.ann)[-1]
    assert certified_for("small business", over) == ()
    assert [row["content"] for row in told("certificate.expired")] == ["first"]


def test_an_exam_passed_within_the_two_weeks_renews_it_without_a_gap(people, taught, exam):
    """One passed long before does not."""
    from quintet.training.actions.certificates import keep_up
    from quintet.training.asks.certificates import holding

    learned(taught, people.ann)
    learned(taught, people.bo)
    end = (date(2027, 3, 2) - NOW.date()).days
    for user, again in ((people.ann, end - 5), (people.bo, 30)):
        sat(exam, user, NOW)
        sat(exam, user, days(again), attempt=2)
    keep_up(days(end - 14))
    keep_up(days(end))

    assert [one.expires_on for one in holding(people.ann, days(end))] == [date(2028, 3, 2)]
    assert holding(people.bo, days(end)) == []


def test_a_new_certificate_is_held_at_once_by_who_did_everything(people, taught):
    """Whoever wrote it down late owes it to those who were early."""
    from quintet.training.actions.certificates import write
    from quintet.training.asks.certificates import holding

    learned(taught, people.ann)
    write(CertificateText("readers", "Readers", modules=("read_worth",)), **taught.by)

    assert {one.certificate.key for one in holding(people.ann, NOW)} == {"first", "readers"}
    assert holding(people.bo, NOW) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (CertificateText("free", "Free"), "takes nothing"),
        (CertificateText("long", "Long", months=99, modules=("read_worth",)), "1..60 months"),
        (CertificateText("stray", "Stray", modules=("nothing",)), "no 'nothing'"),
        (CertificateText("first", "First", modules=("read_worth",)), "a name of its own"),
    ],
)
def test_a_certificate_nobody_could_earn_is_refused(people, taught, text, why):
    """With what to do about it."""
    from quintet.training.actions.certificates import write

    with pytest.raises(BadInput, match=why):
        write(text, **taught.by)


def test_somebody_without_an_account_any_more_gets_no_leads(people, taught):
    """Their certificate may hold; they do not work here."""
    from quintet.training.asks.certificates import certified_for

    learned(taught, people.ann)
    people.ann.is_active = False
    people.ann.save()

    assert certified_for("small business", NOW) == ()
