"""Hands-on projects: live figures, counted where the data holds them, typed in where it does not."""

from datetime import UTC, datetime

import pytest

from builders import interaction, offered
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.errors import BadInput
from quintet.ledger.interactions import Interactions
from quintet.training.metrics.projects import Project, bare, project_figures
from quintet.training.terms.curriculum import ModuleText, reached
from taught import NOW, people, taught, told

__all__ = ["people", "taught"]

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
VISITS = (
    ("a", "2026-03-02", "https://www.Blog.example/ann/first?utm=1"),
    ("a", "2026-03-03", "http://blog.example/ann"),
    ("b", "2026-03-03", "blog.example/ann/#top"),
    ("b", "2026-02-27", "https://blog.example/ann/old"),  # before it was opened
    ("c", "2026-03-04", "https://blog.example/anna"),  # somebody else's
    ("c", "2026-03-04", "https://evil.example/?blog.example/ann"),
)


@pytest.fixture
def facts(home):
    """Three leads and what they looked at; one came in by a campaign, one by the blog."""
    landed = {"b": '{"landing": "https://blog.example/ann/first"}', "c": '{"campaign": "Ann\'s letter"}'}
    rows = [
        interaction("lead.created", "2026-03-01 09:00", lead=lead, detail=landed.get(lead, "{}"))
        for lead in ("a", "b", "c")
    ]
    rows += [
        interaction("web.visited", f"{day} 10:0{at}", lead=lead, content=page)
        for at, (lead, day, page) in enumerate(VISITS)
    ]
    Interactions(home).append(offered(*rows))
    rebuild(home, zone="UTC", now=datetime(2026, 3, 6, tzinfo=UTC))
    return Facts.published(home)


@pytest.fixture
def blog(people, taught):
    """A project that asks for three visits and one lead."""
    from quintet.training.actions.modules import write_module

    text = ModuleText("blog", "A blog", "hands_on", asks_for={"visits": 3, "leads": 1})
    return write_module(text, **taught.by)


def test_visits_and_leads_below_an_address_are_counted(facts):
    """However the address is written; a longer name, an older visit and a mention elsewhere are not."""
    for address in ("https://www.blog.example/ann/", "blog.example/ann", "HTTP://Blog.example/Ann#x"):
        assert project_figures(facts, Project(address, "", SINCE)) == {"visits": 3, "leads": 1}


def test_a_campaign_brings_its_leads(facts):
    """As named in the data, capitals aside; both count where both are given."""
    assert project_figures(facts, Project("", "ann's LETTER", SINCE)) == {"visits": 0, "leads": 1}
    assert project_figures(facts, Project("blog.example/ann", "Ann's letter", SINCE)) == {
        "visits": 3,
        "leads": 2,
    }


def test_what_the_data_does_not_hold_is_no_zero(facts):
    """No visit and no lead seen says that nothing was seen, not that nobody came."""
    assert project_figures(facts, Project("elsewhere.example", "", SINCE)) == {}
    assert project_figures(facts, Project("", "", SINCE)) == {}


def test_addresses_are_compared_bare():
    """Scheme, www, query, anchor and the last slash are no part of where something stands."""
    assert bare(" https://www.Blog.example/Ann/?a=1#b ") == "blog.example/ann"


def test_a_project_is_done_when_every_figure_is_reached():
    """One of two is not enough; nothing asked is nothing reached."""
    assert reached({"visits": 3, "leads": 1}, {"visits": 3, "leads": 1})
    assert not reached({"visits": 300}, {"visits": 3, "leads": 1})
    assert not reached({"visits": 300}, {})


def test_counted_figures_finish_the_project_and_are_told(facts, people, blog):
    """By the worker; figures that did not move leave no trace."""
    from quintet.training.actions.projects import count_projects, open_project
    from quintet.training.asks.certificates import finished

    open_project(people.ann, blog, "blog.example/ann", "", now=SINCE)
    assert count_projects(facts, NOW) == "1 projects showed new figures"
    assert count_projects(facts, NOW) == "0 projects showed new figures"

    assert blog.pk in finished(people.ann)
    (shown,) = told("project.shown")
    assert (shown["rep_id"], shown["content"]) == (1, "blog")
    assert shown["detail"]["figures"] == {"visits": 3, "leads": 1}
    assert [one["detail"]["finished_by"] for one in told("module.completed")] == ["evidence"]


def test_typed_figures_are_marked_and_finish_it_too(people, blog):
    """A collector does not see every blog; who reads it sees which figure was typed."""
    from quintet.training.actions.projects import open_project, type_in
    from quintet.training.asks.mine import project

    one = open_project(people.ann, blog, "blog.example/ann", "", now=SINCE)
    type_in(one, {"visits": 3}, now=NOW)
    assert project(people.ann, blog).typed.figures == {"visits": 3}
    assert not people.ann.completions.exists()
    type_in(one, {"visits": 4, "leads": 1}, now=NOW)

    assert people.ann.completions.get().finished_by == "evidence"
    assert [row["detail"]["typed"] for row in told("project.shown")] == [True, True]
    assert project(people.ann, blog).counted is None


def test_figures_count_from_the_first_day_whatever_is_changed_later(people, blog):
    """Correcting an address does not make the project younger, or a second one."""
    from quintet.training.actions.projects import open_project

    open_project(people.ann, blog, "blog.example/an", "", now=SINCE)
    again = open_project(people.ann, blog, "blog.example/ann", "letter", now=NOW)

    assert (again.opened_at, again.address, again.campaign) == (SINCE, "blog.example/ann", "letter")
    assert people.ann.projects.count() == 1


def test_what_is_no_project_address_or_figure_is_refused(people, taught, blog):
    """With what to do about it."""
    from quintet.training.actions.projects import open_project, type_in

    with pytest.raises(BadInput, match="no hands-on project"):
        open_project(people.ann, taught.read, "blog.example", "", now=NOW)
    with pytest.raises(BadInput, match=r"like blog\.example\.com/sales"):
        open_project(people.ann, blog, "my blog", "", now=NOW)
    one = open_project(people.ann, blog, "", "", now=NOW)
    for figures in ({"likes": 3}, {"visits": -1}, {"visits": 10**9}):
        with pytest.raises(BadInput, match="visits, leads are 0"):
            type_in(one, figures, now=NOW)
