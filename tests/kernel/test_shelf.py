"""Fitted formulas are kept, and one version of each is in use."""

from datetime import UTC, datetime

import pytest

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path):
    """An empty shelf of one formula."""
    return Shelf(Home.at(tmp_path), "demand.lead_score")


def test_same_text_is_the_same_version(shelf):
    """A refit that finds nothing new makes no new version."""
    assert shelf.put('{"a": 1}') == shelf.put('{"a": 1}') != shelf.put('{"a": 2}')


def test_the_last_version_put_in_use_is_in_use(shelf):
    """The log keeps what was in use before, and why."""
    first, second = shelf.put("1"), shelf.put("2")
    shelf.use(first, NOON, "the first fit")
    shelf.use(second, NOON, "it earned it")

    assert shelf.in_use() == "2"
    assert [(use.version, use.why) for use in shelf.uses()] == [
        (first, "the first fit"),
        (second, "it earned it"),
    ]


def test_nothing_is_in_use_before_the_first(shelf):
    """A company whose formula was never fitted has none."""
    assert shelf.in_use() is None


def test_unknown_version_is_refused(shelf):
    """A version that was never kept cannot come into use."""
    with pytest.raises(BadInput, match="has no version 'abc'"):
        shelf.use("abc", NOON, "typo")


def test_old_versions_are_thrown_away_but_those_referred_to(shelf):
    """The newest stay, and what somebody counts by; the log keeps every line."""
    versions = [shelf.put(str(number)) for number in range(6)]
    for one in (*versions, versions[0]):
        shelf.use(one, NOON, "fitted")
    waiting = shelf.put("not in use yet")

    assert shelf.throw_away(2, {versions[2]}) == 3
    assert shelf.throw_away(2, {versions[2]}) == 0

    there = {path.stem for path in shelf.folder.glob("*.json")}
    assert there == {versions[0], versions[5], versions[2], waiting}
    assert len(shelf.uses()) == 7
    assert shelf.in_use() == "0"


def test_what_is_kept_is_in_use_and_knows_what_it_was_made_from(shelf):
    """Only the newest counts, and no more than so many stay."""
    assert not shelf.is_made_from("facts 1")
    versions = [shelf.keep(str(number), NOON, f"facts {number}", 2) for number in range(3)]

    assert shelf.is_made_from("facts 2")
    assert not shelf.is_made_from("facts 1")
    assert shelf.in_use() == "2"
    assert {path.stem for path in shelf.folder.glob("*.json")} == set(versions[1:])


def test_a_version_of_another_form_is_not_offered(shelf):
    """Whoever raises the form reads nothing kept before; where a version lies is said in one way."""
    assert shelf.made_in("form 1") is None
    version = shelf.keep("1", NOON, "facts 1, form 1", 2)

    assert shelf.made_in("form 1").version == version
    assert shelf.made_in("form 2") is None
    assert shelf.file(version).read_text() == "1"
