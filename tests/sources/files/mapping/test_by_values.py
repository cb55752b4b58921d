"""Columns whose headers say nothing are found by their values; what stays open is told before the load."""

from quintet.sources.files.feeds import GOOD, MISSING, PARTLY, feeds_of
from quintet.sources.files.mapping.by_values import fields_by_values
from quintet.sources.files.seen import SeenColumn

STATES = SeenColumn("Zustand", "text", 10, values=(("Won", 4), ("Closed lost", 3), ("Talking", 3)))


def day(name, filled):
    """A column of dates."""
    return SeenColumn(name, "date", filled)


def found(*columns, rows="opportunities", known=None):
    """Field → column, of ten rows."""
    return {one.field: one.column for one in fields_by_values(rows, columns, known or {}, 10)}


def test_values_that_read_as_won_and_lost_are_the_stage():
    """Whatever the column is called; a column with only one of the two is not taken."""
    only_won = SeenColumn("Flag", "text", 10, values=(("Won", 4), ("no", 6)))

    assert found(only_won, STATES) == {"stage": "Zustand"}
    assert found(only_won) == {}


def test_a_stage_that_a_header_named_is_left_alone():
    """Values never overrule a header."""
    assert found(STATES, known={"stage": "Deal Stage"}) == {}


def test_dates_are_told_apart_by_the_sound_of_the_header():
    """Opened and closed, in whatever order they stand."""
    assert found(day("Closed", 6), day("Opened", 10)) == {"created_at": "Opened", "closed_at": "Closed"}


def test_dates_without_a_word_are_told_apart_by_who_has_one():
    """Every deal began; only some have ended."""
    assert found(day("D2", 6), day("D1", 10)) == {"created_at": "D1", "closed_at": "D2"}


def test_a_date_that_is_no_beginning_is_not_made_one():
    """When a row was last touched or is expected to close says nothing about when it began."""
    assert found(day("Last modified", 10), day("Expected close", 10)) == {}


def test_files_of_other_things_are_left_to_their_headers():
    """A call has one instant, and its header says it."""
    assert found(day("D1", 10), rows="calls") == {}


def trial(**told):
    """One file of deals in a dry run."""
    fine = {
        "rows": "opportunities",
        "mapped": 10,
        "reps": 3,
        "undated": 0,
        "kinds": {"opportunity.created": 10},
        "first": "2025-01-02",
        "last": "2025-04-05",
        "stages": {},
    }
    return [fine | told]


def states(files, **kinds):
    """State by label."""
    named = {name.replace("_", ".", 1): count for name, count in kinds.items()}
    return {one.label: one.state for one in feeds_of(files, named)}


def test_a_load_that_feeds_a_funnel_says_so():
    """Rep, dates, an end and steps: nothing is left to guess."""
    assert states(trial(stages={"demo": 4}), opportunity_won=4, opportunity_lost=3) == {
        "Who sold it": GOOD,
        "When": GOOD,
        "How it ended": GOOD,
        "Steps on the way": GOOD,
    }


def test_a_load_without_dates_reps_or_an_end_says_which_column_to_choose():
    """It would load, and show nothing."""
    found = feeds_of(trial(reps=0, undated=10), {})

    assert [one.state for one in found] == [MISSING, MISSING, MISSING, PARTLY]
    assert "choose the stage" in found[2].told


def test_stages_that_are_no_step_are_named():
    """They are the ones to choose a step for."""
    steps = feeds_of(trial(stages={"worked": 2, "Phase 7": 3}), {"opportunity.won": 1})[-1]

    assert (steps.state, "Phase 7" in steps.told) == (PARTLY, True)


def test_a_file_of_people_is_not_asked_for_deals():
    """Nobody expects a funnel from a list of names."""
    assert feeds_of([{"rows": "reps", "mapped": 5}], {"rep.joined": 5}) == []
