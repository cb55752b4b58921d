"""The dictionary of topics: versions, what is counted with which phrases, and what moved by quarter."""

from datetime import date, timedelta

import pytest

import written_calls as written
from imported_calls import NOW, TEAM, desk, on
from quintet.facts.schema import STAGES
from quintet.kernel.errors import BadInput
from quintet.training.actions.call_words import erase_words
from quintet.training.actions.topics import listen_again, retire_topic, word_anew, write_topic
from quintet.training.asks.call_news import call_news, of_page
from quintet.training.asks.call_outcomes import CallOutcomes
from quintet.training.asks.calls import visible
from quintet.training.asks.topics import in_use, newest_quarter, overview, parted, quotes, topics_that_moved
from quintet.training.models.calls import Call
from quintet.training.models.playbook import PageVersion, PlaybookPage
from quintet.training.models.topics import Topic, TopicCount

__all__ = ["desk"]


def counts():
    """(topic, version, count) of every count."""
    return sorted(TopicCount.objects.values_list("topic__key", "version", "count"))


def test_a_new_call_is_listened_to_at_once_and_an_old_one_soon(desk):
    """What is looked for in vain is a 0: nobody brought it up, which is not the same as nobody listened."""
    desk.topic("Price", "price", "expensive")
    desk.topic("Rival", "Brightpath")
    desk.topic("Legal", "lawyer")
    desk.call()

    assert counts() == [("legal", 1, 0), ("price", 1, 1), ("rival", 1, 1)]
    desk.topic("List", "one list")
    assert listen_again() == 1
    assert listen_again() == 0
    assert ("list", 1, 1) in counts()


def test_a_topic_worded_anew_is_counted_anew_and_never_mixed(desk):
    """A call whose words are erased keeps the count of the old phrases, and is not counted with the new."""
    topic = desk.topic("Price", "price")
    kept, gone = desk.call(), desk.call([*written.FIRST_CALL[:3]])
    erase_words(gone, "asked to", now=NOW)

    assert word_anew(topic, "Price", "day a week", by=desk.teacher, now=NOW)
    assert not word_anew(topic, "Price", "day a week", by=desk.teacher, now=NOW)
    listen_again()

    assert dict(TopicCount.objects.values_list("call", "version")) == {kept.pk: 2, gone.pk: 1}
    (line,), _ = overview(Call.objects.all(), None, NOW.date())
    assert (line.calls, line.counted, line.waiting) == (1, 1, 0)
    assert [one.number for one in topic.versions.all()] == [2, 1]
    assert word_anew(topic, "Too dear", "day a week", by=desk.teacher, now=NOW)
    assert [one.name for one in in_use()] == ["Too dear"]
    retire_topic(topic, now=NOW)
    assert in_use() == ()


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("Price", "x", "already"),
        ("?!", "x", "is no name"),
        ("New", " \n ", "needs a phrase"),
        ("New", "...", "is no phrase"),
        ("New", "a" * 81, "is no phrase"),
        ("New", "\n".join(f"p{at}" for at in range(51)), "51 phrases"),
    ],
)
def test_a_topic_that_is_none_is_refused(desk, name, text, why):
    """With the value and the rule."""
    desk.topic("Price")
    with pytest.raises(BadInput, match=why):
        write_topic(name, "topic", text, by=desk.teacher, now=NOW)


def test_a_topic_is_quoted_from_calls_the_reader_may_see(desk):
    """With the words that were heard."""
    desk.topic("Price", "price", "worth")
    desk.call()
    (words,) = in_use()

    told = quotes(visible(desk.boss, TEAM), words)

    assert [(one.speaker, [part for part, hit in one.parts if hit]) for one in told] == [
        ("Omar Reyes", ["price"]), ("Ines Falk", ["worth"]),
    ]  # fmt: skip
    assert quotes(Call.objects.none(), words) == ()


def test_marks_that_overlap_are_one():
    """A text in pieces is the text."""
    told = parted("abcdef", [(1, 3), (2, 4), (4, 5)])

    assert [part for part, is_hit in told if is_hit] == ["bc", "d", "e"]
    assert "".join(part for part, _ in told) == "abcdef"


def many_calls(desk, day, count, share):
    """So many short calls on a day, the first of which bring the price up."""
    for at in range(count):
        what = "The price?" if at < share else "Well."
        said = [(0, 900, "Ines Falk", f"Hi {day} {at}."), (1000, 2000, "Omar Reyes", what)]
        Call.objects.filter(pk=desk.call(said, started_at=on(day)).pk).update(lead_id=None)


def test_a_topic_that_rose_is_news_with_both_counts(desk):
    """2 of 22 buyers in the year before, 16 of 22 in the newest whole quarter."""
    desk.topic("Price", "price")
    desk.topic("Silence", "well")
    many_calls(desk, "2025-03-04", 22, 2)
    many_calls(desk, "2025-11-04", 22, 16)
    calls = Call.objects.all()
    Call.objects.filter(started_at__date=date(2025, 3, 4)).update(started_at=on("2025-08-04"))

    quarter = newest_quarter(calls, date(2026, 2, 1))
    price, silence = topics_that_moved(calls, quarter)

    assert quarter == date(2025, 10, 1)
    assert {(one.topic, one.now_with, one.now_n, one.before_with) for one in (price, silence)} == {
        ("price", 16, 22, 2), ("silence", 6, 22, 20),
    }  # fmt: skip
    assert newest_quarter(Call.objects.none(), date(2026, 2, 1)) is None
    assert newest_quarter(calls, date(2025, 7, 1)) is None


def test_what_moved_in_calls_asks_for_the_pages_that_speak_of_it(desk):
    """A page older than the end of the quarter is named, a newer one not; a topic may have no page."""
    desk.topic("Price", "price")
    desk.topic("Silence", "well")
    many_calls(desk, "2025-08-04", 22, 2)
    many_calls(desk, "2025-11-04", 22, 16)
    for key, body, day in (("old", "What a Price is worth.", "2025-06-01"), ("new", "price", "2026-01-10")):
        page = PlaybookPage.objects.create(key=key, section="objections")
        PageVersion.objects.create(
            page=page, number=1, title=key, body=body, written_by=desk.teacher, written_at=on(day)
        )

    price, silence = call_news(date(2026, 2, 1))

    assert [one.page.key for one in price.pages] == ["old"]
    assert (price.is_covered, silence.is_covered, silence.pages) == (True, False, ())
    assert of_page((price, silence), "old") == (price,)
    assert of_page((price, silence), "new") == ()
    assert call_news(date(2025, 7, 1)) == ()


# ---------------------------------------------------------------- what became of a lead

LEAD = 5
START = on("2026-01-05")


def outcomes(as_of="2026-06-01", **steps):
    """One lead with its steps, by day."""
    dated = dict.fromkeys(STAGES) | {step: on(day).replace(tzinfo=None) for step, day in steps.items()}
    return CallOutcomes({LEAD: dated}, on(as_of).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("steps", "reached"),
    [
        ({}, False),
        ({"demo": "2026-02-01"}, True),
        ({"demo": "2026-05-01"}, False),
        ({"demo": "2026-01-04"}, None),
        ({"as_of": "2026-03-01", "demo": "2026-02-01"}, None),
    ],
)
def test_a_step_counts_within_ninety_days_of_a_call_that_is_as_old(steps, reached):
    """Of a young call nothing is said, not even a win; what was reached before, no call could move."""
    assert outcomes(**steps).reached(LEAD, "demo", START, 30) is reached


def test_a_step_recorded_during_the_call_is_no_step_after_it():
    """A meeting that is booked into the CRM right after the call is the call."""
    meeting = START + timedelta(minutes=80)
    steps = dict.fromkeys(STAGES) | {"qualified": meeting.replace(tzinfo=None)}
    told = CallOutcomes({LEAD: steps}, on("2026-06-01").replace(tzinfo=None))

    assert told.reached(LEAD, "qualified", START, 30) is None
    assert told.reached(LEAD, "qualified", START, 10) is True


def test_the_next_step_is_the_first_one_not_reached_by_then():
    """After a lead that was qualified comes the demo; a customer has none; an unknown lead neither."""
    lead = outcomes(worked="2026-01-01", connected="2026-01-02", qualified="2026-01-03", demo="2026-01-20")

    assert lead.next_step(LEAD, START, 30) is True
    assert lead.next_step(6, START, 30) is None
    assert outcomes(won="2026-01-01").next_step(LEAD, START, 30) is None
    assert outcomes().next_step(LEAD, START, None) is False


def test_retired_topics_are_not_listened_to(desk):
    """Their counts stay."""
    topic = desk.topic()
    desk.call()
    retire_topic(topic, now=NOW)
    desk.call([*written.FIRST_CALL[:2]])

    assert len(counts()) == 1
    assert Topic.objects.count() == 1
