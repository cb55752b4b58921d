"""What the room puts on the home page: who waits for whom, and never a score."""

from datetime import date

import pytest

from hiring_process import people, process
from quintet.hiring import home

__all__ = ["people", "process"]


@pytest.fixture
def asking(rf, settings, home_folder):
    """A request of somebody, with a scope that sees nobody."""
    from quintet.facts.scope import Scope

    settings.HOME = home_folder

    def ask(user):
        request = rf.get("/")
        request.user, request.scope = user, Scope(role=user.role)
        return request

    return ask


@pytest.fixture
def home_folder(tmp_path):
    """A company that has loaded nothing: hiring begins before."""
    from quintet.kernel.home import Home

    return Home.at(tmp_path)


def test_nobody_is_on_the_way(asking, people):
    """An empty board says so, and asks for nothing."""
    said = home.waiting(asking(people.recruiter))

    assert said.is_empty
    assert said.nothing == "Nobody is on the way."
    assert said.todos == ()


def test_a_candidate_waits_for_those_whose_forms_are_out(asking, people, process):
    """First for scorecards to be handed out, then for whoever has one, then for the decision."""
    one = process.candidate("Cy Moss")
    assert home.waiting(asking(people.recruiter)).todos[0].what == "Hand out scorecards for Cy Moss"

    cards = [
        process.card(one, people.interviewer),
        process.card(one, people.manager, process.play, due_on=date(2020, 1, 1)),
    ]
    said = home.waiting(asking(people.recruiter))

    assert said.lines[0].told.startswith("Waits for the forms of Manager, Interviewer;")
    assert said.lines[0].badge == "late"
    assert said.todos[0].what == "Remind Manager"
    assert said.todos[0].urgency.is_late

    process.scored(cards[0])
    process.scored(cards[1], played=(5, 4, "Slower.", 7))
    said = home.waiting(asking(people.recruiter))
    assert said.lines[0].told.startswith("Waits for your decision;")
    assert [one.what for one in said.todos] == ["Decide on Cy Moss"]


def test_an_interviewer_is_told_of_the_own_forms_alone(asking, people, process):
    """Neither of candidates of others, nor who else was asked."""
    mine, other = process.candidate("Cy Moss"), process.candidate("Di Ford")
    process.card(mine, people.interviewer, due_on=date(2020, 1, 1))
    process.card(mine, people.second)
    process.card(other, people.second)

    forms = home.forms(asking(people.interviewer))
    board = home.waiting(asking(people.interviewer))

    assert [one.text for one in forms.lines] == ["Cy Moss"]
    assert (forms.lines[0].badge, forms.todos[0].urgency.is_late) == ("late", True)
    assert [one.text for one in board.lines] == ["Cy Moss"]
    assert "Second" not in board.lines[0].told
    assert board.todos == ()


@pytest.mark.parametrize("role", ["operations", "marketer", "rep", "auditor", "boss"])
def test_others_hear_of_no_candidate(asking, people, process, role):
    """Even if somebody put the panel on their page."""
    process.card(process.candidate("Cy Moss"), people.interviewer)

    assert home.waiting(asking(getattr(people, role))).is_empty
    assert home.forms(asking(getattr(people, role))).is_empty


def test_no_score_is_on_any_home_page(asking, people, process):
    """What was said of a candidate stays on his own page, behind its rules."""
    process.scored(process.card(process.candidate("Cy Moss"), people.interviewer))

    for ask in (home.forms, home.waiting, home.after_hire):
        for who in (people.recruiter, people.executive, people.interviewer):
            assert "asked why" not in str(ask(asking(who)))
