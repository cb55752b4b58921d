from datetime import date, datetime

from quintet.site.teams import Spell, reps_under

JAN, JUNE = datetime(2026, 1, 1), datetime(2026, 6, 1)  # noqa: DTZ001  facts are UTC without a zone
SPELLS = [
    Spell(1, None, JAN, None),
    Spell(2, 1, JAN, None),
    Spell(3, 2, JAN, JUNE),
    Spell(3, 4, JUNE, None),
    Spell(4, None, JAN, None),
]


def test_a_manager_leads_through_every_level():
    """The director sees the team leader and the team leader's rep."""
    assert reps_under(SPELLS, 1, date(2026, 5, 31)) == {2, 3}


def test_a_new_manager_counts_from_the_day_itself():
    """The rep changed hands on 1 June: the old line loses them that day, the new one gains them."""
    assert reps_under(SPELLS, 1, date(2026, 6, 1)) == {2}
    assert reps_under(SPELLS, 4, date(2026, 6, 1)) == {3}


def test_nobody_leads_before_the_first_spell():
    """There was no team yet."""
    assert reps_under(SPELLS, 1, date(2025, 12, 31)) == set()


def test_a_ring_of_managers_ends():
    """Bad data with A under B under A neither hangs nor makes A their own report."""
    ring = [Spell(1, 2, JAN, None), Spell(2, 1, JAN, None)]

    assert reps_under(ring, 1, date(2026, 2, 1)) == {2}
