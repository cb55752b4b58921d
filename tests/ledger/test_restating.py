from datetime import timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import at, interaction, offered
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

NOON = at("2026-03-02 12:00")


def leads(**outcomes):
    """One lead row per reference, saying its outcome."""
    return offered(*(interaction("lead.created", ref=ref, outcome=said) for ref, said in outcomes.items()))


def said(home, **cut):
    """What the newest version of each record says."""
    rows = Interactions(home).relation(duckdb.connect(), **cut).project("source_ref, outcome").fetchall()
    return {ref.partition("#")[0]: outcome for ref, outcome in rows}


def restate(home, hours, **outcomes):
    """Load a file as of some hours after noon; how many rows it added."""
    return Interactions(home).append(leads(**outcomes), restate=True, now=NOON + timedelta(hours=hours)).added


def test_the_same_file_again_adds_nothing(home):
    """Yesterday's file changes nothing and says so."""
    assert restate(home, 0, a="new", b="new") == 2
    assert restate(home, 1, a="new", b="new") == 0
    assert Interactions(home).version() == 1


def test_a_changed_record_is_a_new_version_known_from_now(home):
    """The newer word counts today; as of before, the older one still does; both are kept."""
    restate(home, 0, a="new", b="new")

    assert restate(home, 1, a="open", b="new") == 1
    assert said(home) == {"a": "open", "b": "new"}
    assert said(home, known_at=NOON + timedelta(minutes=59)) == {"a": "new", "b": "new"}
    assert Interactions(home).relation(duckdb.connect(), newest=False).count("*").fetchall() == [(3,)]


def test_going_back_to_an_earlier_word_is_a_version_too(home):
    """A, then B, then A again, then B again: each change is kept, the last one counts."""
    for hours, word in enumerate("ABABA"):
        assert restate(home, hours, a=word) == 1
        assert restate(home, hours, a=word) == 0
        assert said(home) == {"a": word}

    refs = Interactions(home).relation(duckdb.connect(), newest=False).project("source_ref").fetchall()
    assert len(set(refs)) == 5


def test_a_clock_that_runs_back_does_not_hide_a_change(home):
    """A change loaded with an earlier clock than its record is still the newest word."""
    restate(home, 2, a="new")
    restate(home, 2, a="open")

    assert restate(home, 1, a="won") == 1
    assert said(home) == {"a": "won"}


def test_a_record_dated_in_the_future_can_be_restated(home):
    """A row that claims to be recorded next year does not outlive what the source says now."""
    future = interaction("lead.created", ref="a", outcome="new", recorded_at=at("2027-01-01"))
    Interactions(home).append(offered(future), restate=True, now=NOON)
    restate(home, 0, a="open")

    assert said(home) == {"a": "open"}


def test_only_recorded_at_may_differ_without_being_news(home):
    """When we knew is not what the source says; every other column is."""
    row = interaction("lead.created", ref="a", outcome="new")
    interactions = Interactions(home)
    interactions.append(offered(row), restate=True)

    later = row | {"recorded_at": at("2026-02-02")}
    assert interactions.append(offered(later), restate=True).added == 0
    assert interactions.append(offered(row | {"detail": "{}"}), restate=True).added == 1
    assert (
        interactions.append(
            offered(row | {"occurred_at": at("2026-02-02"), "detail": "{}"}), restate=True
        ).added
        == 1
    )


def test_versions_are_made_by_the_ledger_not_by_the_door(home):
    """With restate, a reference that carries a version is refused."""
    with pytest.raises(BadInput, match="plain references"):
        Interactions(home).append(
            offered(interaction("lead.created", source_ref="a#lead.created@1")), restate=True
        )


def test_an_address_in_a_reference_is_no_version(home):
    """The @ of an e-mail before the # belongs to the record."""
    assert restate(home, 0, **{"ann@x.com": "new", "bob@x.com": "new"}) == 2
    assert restate(home, 1, **{"ann@x.com": "open"}) == 1
    assert said(home) == {"ann@x.com": "open", "bob@x.com": "new"}


@settings(deadline=None, max_examples=15)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from("XYZ"), min_size=1), max_size=5))
def test_the_newest_word_is_always_the_last_one_loaded(tmp_path_factory, files):
    """Whatever is loaded in whatever order, readers see the last word, and as of each load the last then."""
    home = Home.at(tmp_path_factory.mktemp("home"))
    words, history = {}, []
    for hours, file in enumerate(files):
        restate(home, hours, **file)
        words = words | file
        history.append(words)

    assert said(home) == words
    for hours, then in enumerate(history):
        seen = said(home, known_at=NOON + timedelta(hours=hours))
        assert {ref: seen[ref] for ref in then} == then
