"""What is worked out of a version of the facts is worked out once, and let go when another is asked about."""

from types import SimpleNamespace

import pytest

from quintet.facts.once import OncePerVersion
from quintet.kernel.errors import NotEnoughData


def _facts(path, version):
    """As far as the answer's key goes: whose, and what the version holds."""
    return SimpleNamespace(home=SimpleNamespace(path=path), manifest=SimpleNamespace(text=lambda: version))


def test_the_same_version_is_worked_out_once_and_an_older_one_is_let_go():
    """Three recipes ask about one quarter, then about the next: two answers are worked out, one is held."""
    asked = []

    def count(facts):
        asked.append(facts.manifest.text())
        return object()

    once = OncePerVersion(count)
    first = [once(_facts("a", "1")) for _ in range(3)]
    later = [once(_facts("a", "2")) for _ in range(3)]

    assert asked == ["1", "2"]
    assert len(set(map(id, first))) == len(set(map(id, later))) == 1
    once(_facts("a", "1"))
    assert asked == ["1", "2", "1"]


def test_two_companies_of_the_same_version_are_not_mixed_up():
    """Version 7 of one company says nothing of version 7 of another."""
    once = OncePerVersion(lambda facts: facts.home.path, most=2)

    assert [once(_facts(path, "7")) for path in ("a", "b", "a")] == ["a", "b", "a"]


def test_a_refusal_is_not_kept():
    """Whoever asks again is refused again, with the reason."""

    def refuse(_facts):
        raise NotEnoughData("no deal is dated", unit="deals")

    once = OncePerVersion(refuse)
    for _ in range(2):
        with pytest.raises(NotEnoughData, match="no deal"):
            once(_facts("a", "1"))
