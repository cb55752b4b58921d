"""What the room puts on the home page: never a key, never whose answer it is."""

import pytest

from exam_bank import people, room
from quintet.facts.scope import Scope
from quintet.training import home

__all__ = ["people", "room"]


@pytest.fixture
def asking(rf):
    """A request of somebody, with a scope that sees nobody's rows."""

    def ask(user, scope=None):
        request = rf.get("/")
        request.user, request.scope = user, scope or Scope(role=user.role)
        return request

    return ask


def test_an_answer_waits_without_its_words_its_key_and_its_name(asking, people, room):
    """Whoever marks sees the question and since when it waits; the rest is on the page to mark it."""
    room.taken(people.rita, graded="Then we talk about what it costs you not to.")

    said = home.to_mark(asking(people.enablement))

    assert said.tiles[0].value == 1
    assert said.todos[0].what == "Mark an answer of Qualifying"
    told = str(said)
    for hidden in ("Rita", "what it costs you not to", "budget holder"):
        assert hidden not in told


def test_nothing_waits_to_be_marked(asking, people, room):
    """An empty queue says so."""
    said = home.to_mark(asking(people.enablement))

    assert said.nothing == "Nothing waits to be marked."
    assert said.todos == ()


def test_the_own_training_holds_no_question(asking, people, room):
    """A rep is told what to take, not what is asked there."""
    told = str(home.mine(asking(people.max)))

    assert "Who signs?" not in told
    assert "budget holder" not in told
