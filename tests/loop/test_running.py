"""Turning a company's history: every period once, the same bytes whenever, on after a kill."""

import json
from datetime import UTC, datetime

import pytest

from builders import interaction, offered
from quintet.calendar.fiscal import FiscalCalendar
from quintet.facts.refresh import rebuild
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.ledger.interactions import Interactions
from quintet.loop.diff import Change, diff
from quintet.loop.jobs import turned
from quintet.loop.running import Turns, as_text, is_turned, run, shelf_of
from quintet.stats.trials import Term
from toy_leads import ToyOfLeads, leads

CALENDAR = FiscalCalendar()


@pytest.fixture
def company(home, now):
    """Three leads a day over 2025, from a source of three letters."""
    Interactions(home).append(leads(0, 365))
    rebuild(home, zone="UTC", now=now)
    return home


def test_the_history_is_turned_at_once_and_then_left_alone(company):
    """The first run turns four quarters; the second computes nothing."""
    formula, again = ToyOfLeads(), ToyOfLeads()
    through = CALENDAR.parse("2025Q4")
    turns = run(company, formula, through)

    assert [turn.period for turn in turns] == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    assert run(company, again, through) == turns
    assert again.fitted == []


def test_with_nothing_new_no_fact_is_read(company):
    """The ledger's version and the kept turns say that there is nothing to do: facts may even be gone."""
    through = CALENDAR.parse("2025Q4")
    turns = run(company, ToyOfLeads(), through)
    (company.facts / "current").unlink()

    assert run(company, ToyOfLeads(), through) == turns
    assert run(company, ToyOfLeads(), CALENDAR.parse("2025Q3")) == turns[:3]


def test_a_run_killed_before_its_last_turn_came_into_use_brings_it_into_use(company):
    """The last turn is held against no ledger before what it decided is written down."""
    through = CALENDAR.parse("2025Q4")
    run(company, ToyOfLeads(), through)
    turns, shelf = Turns(company, "toy.mean"), shelf_of(company, ToyOfLeads())
    uses = shelf.uses()
    seen = turns.seen()
    (shelf.folder / "log.jsonl").unlink()
    (turns.folder / "seen.json").write_text(json.dumps({q: seen[q] for q in list(seen)[:3]}))
    run(company, ToyOfLeads(), through)

    assert uses[-1] == shelf.uses()[-1]
    assert turns.seen() == seen


def _files(home):
    folder = Turns(home, "toy.mean").folder
    return {path.name: path.read_bytes() for path in folder.glob("2025*.json")}


def test_a_past_turn_gives_the_same_bytes_when_the_ledger_has_grown(company, now):
    """What was recorded later was not known then: turned anew, the files do not change by a byte."""
    through = CALENDAR.parse("2025Q3")
    run(company, ToyOfLeads(), through)
    before = _files(company)

    late = leads(10, 60, recorded=datetime(2026, 1, 20, tzinfo=UTC), source="a source of many letters")
    Interactions(company).append(late)
    rebuild(company, zone="UTC", now=now)
    (Turns(company, "toy.mean").folder / "seen.json").unlink()
    again = ToyOfLeads()
    run(company, again, through)

    assert again.fitted != []
    assert _files(company) == before


def test_what_was_recorded_after_a_period_does_not_turn_it_again(company, now):
    """The newest quarter is turned when it is over; those before it cost nothing."""
    run(company, ToyOfLeads(), CALENDAR.parse("2025Q3"))
    late = leads(10, 60, recorded=datetime(2025, 11, 20, tzinfo=UTC), source="a source of many letters")
    Interactions(company).append(late)
    rebuild(company, zone="UTC", now=now)
    again = ToyOfLeads()
    run(company, again, CALENDAR.parse("2025Q4"))

    assert {until for until, _ in again.fitted} == {"2026-01-01"}
    assert is_turned(company, again, CALENDAR.parse("2025Q4"))


def test_what_was_known_then_but_loaded_late_turns_its_period_and_those_after_it_again(company, now):
    """An export of last summer, loaded today: its rows were known last summer."""
    through = CALENDAR.parse("2025Q4")
    run(company, ToyOfLeads(), through)
    before = _files(company)
    Interactions(company).append(leads(190, 20, source="a source of many letters"))
    rebuild(company, zone="UTC", now=now)
    assert not is_turned(company, ToyOfLeads(), through)
    again = ToyOfLeads()
    run(company, again, through)

    assert {until for until, _ in again.fitted} == {"2025-10-01", "2026-01-01"}
    changed = {name for name, text in _files(company).items() if text != before[name]}
    assert changed == {"2025Q3.json", "2025Q4.json"}


def test_an_erasure_turns_everything_again(company, now):
    """Whoever was erased must leave the versions too."""
    through = CALENDAR.parse("2025Q2")
    run(company, ToyOfLeads(), through)
    Interactions(company).append(offered(interaction("person.erased", now, recorded_at=now)))
    again = ToyOfLeads()
    run(company, again, through)

    assert len({until for until, _ in again.fitted}) == 2


def test_the_worker_turns_a_period_at_a_time_and_then_has_nothing_to_do(company):
    """Between two periods it has other things to do; cut short, it goes on where it was."""
    formula = ToyOfLeads()
    told = [turned(company, most=1, brought=[formula]) for _ in range(5)]

    quarters = [f"Toy: 1 turned, through 2025Q{quarter}" for quarter in (1, 2, 3, 4)]
    assert told == [*quarters, "Toy: 2025Q4 is turned"]
    assert len({until for until, _ in formula.fitted}) == 4


def test_a_run_that_was_cut_off_goes_on_to_the_same_bytes(company):
    """Killed after any number of turns: the missing ones are made, none is made twice."""
    through = CALENDAR.parse("2025Q4")
    run(company, ToyOfLeads(), through)
    folder = Turns(company, "toy.mean").folder
    whole = {path.name: path.read_bytes() for path in folder.glob("2025*.json")}
    for name in ("2025Q3.json", "2025Q4.json"):
        (folder / name).unlink()
    (folder / "2025Q3.4711.half").write_text('{"half a turn')

    formula = ToyOfLeads()
    run(company, formula, through)

    assert {path.name: path.read_bytes() for path in folder.glob("2025*.json")} == whole
    assert {until for until, _ in formula.fitted} == {"2025-10-01", "2026-01-01"}


def test_a_turn_kept_is_read_back_whole(company):
    """The page reads what the run wrote."""
    turns = run(company, ToyOfLeads(), CALENDAR.parse("2025Q4"))

    assert [as_text(one) for one in Turns(company, "toy.mean").kept()] == [as_text(one) for one in turns]


def test_a_period_that_is_not_over_is_refused(company):
    """Half a quarter would be scored as a whole one."""
    with pytest.raises(BadInput, match="not over in the data"):
        run(company, ToyOfLeads(), CALENDAR.parse("2026Q1"))


def test_months_after_quarters_are_refused(company):
    """A curve needs periods of one length."""
    run(company, ToyOfLeads(), CALENDAR.parse("2025Q4"))

    with pytest.raises(BadInput, match="of that length"):
        run(company, ToyOfLeads(), CALENDAR.parse("2025-12"))


def test_leads_without_dates_cannot_be_turned(home, now):
    """Without before and after there is no later to be scored on."""
    undated = json.dumps({"undated": True, "source": "web"})
    Interactions(home).append(offered(interaction("lead.created", lead="ann", detail=undated)))
    rebuild(home, zone="UTC", now=now)

    with pytest.raises(NotEnoughData, match="date"):
        run(home, ToyOfLeads(), CALENDAR.parse("2025Q4"))


def _term(name, estimate, doubt, n):
    return Term(name, estimate, estimate - doubt, estimate + doubt, "points", n)


def test_diff_says_what_changed_beyond_its_doubt():
    """10 ± 1 to 14 ± 1 is up; 10 ± 5 to 11 ± 5 is within its doubt; new and gone are said so."""
    before = (
        Term("demo", 10, 9, 11, "points", 50),
        Term("ebook", 10, 5, 15, "points", 9),
        Term("fax", 2, 1, 3, "points", 5),
    )
    after = (
        Term("demo", 14, 13, 15, "points", 91),
        Term("ebook", 11, 6, 16, "points", 12),
        Term("chat", 4, 1, 7, "points", 8),
    )
    found = {one.name: one for one in diff(before, after)}

    assert {name: one.change for name, one in found.items()} == {
        "demo": Change.UP, "ebook": Change.SAME, "fax": Change.GONE, "chat": Change.NEW,
    }  # fmt: skip
    assert (found["demo"].difference, found["demo"].more) == (4, 41)
    assert diff(before, after)[0].name == "demo"


def test_a_term_that_only_swapped_place_is_the_same():
    """The order of lines is no change."""
    terms = (Term("a", 1, 0, 2, "points", 5), Term("b", 2, 1, 3, "points", 5))

    assert {one.change for one in diff(terms, tuple(reversed(terms)))} == {Change.SAME}


def test_why_a_term_changed_is_said_with_counts():
    """10 → 8 points: of 41 more that showed it, 2 came true; where data left, both are told."""
    before = (Term("demo", 1.0, 0.9, 1.1, "log-odds", 50, spoken=10, hits=20),)
    after = (Term("demo", 0.6, 0.5, 0.7, "log-odds", 91, spoken=8, hits=22),)
    grown, shrunk = diff(before, after)[0], diff(after, before)[0]

    assert grown.points == "10 → 8"
    assert grown.why == "41 more showed it, 2 of them came true (4.9 %; before 40.0 % of 50)."
    assert shrunk.why.startswith("It learned from 91 that showed it, 22 came true (24.2 %); now from 50")
    assert diff(before, before)[0].points == "10"
    assert diff((), after)[0].why == "New: 91 that showed it, 22 came true (24.2 %)."


def test_what_many_show_comes_before_a_rare_level_that_is_new():
    """Nine leads with a new word say less than a thousand whose weight moved, within its doubt or not."""
    before = (Term("ebook", 1.0, 0.5, 1.5, "log-odds", 1_000),)
    after = (Term("ebook", 1.2, 0.7, 1.7, "log-odds", 1_400), Term("fax", 0.4, -1, 2, "log-odds", 9))

    assert [one.name for one in diff(before, after)] == ["ebook", "fax"]
