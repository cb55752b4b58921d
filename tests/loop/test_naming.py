"""Terms that speak of reps: named, and told to who may see them."""

from quintet.facts.scope import Scope
from quintet.loop.diff import diff
from quintet.loop.naming import as_read_by
from quintet.stats.trials import Term

NAMES = {7: "Ann", 8: "Bo"}


def found():
    """A term of each of three reps, and one of nobody, that are all new."""
    lines = [f"Demo: rep {rep} is strong" for rep in (7, 8, 9)] + ["Demo → customer"]
    return diff((), [Term(line, 0.5, 0.4, 0.6, "probability", 100) for line in lines])


def test_who_sees_everybody_reads_every_name():
    """One without a name keeps his number."""
    told = as_read_by(Scope.everything(), found(), lambda: NAMES)

    assert {one.name for one in told.shown} == {
        "Demo: Ann is strong",
        "Demo: Bo is strong",
        "Demo: rep 9 is strong",
        "Demo → customer",
    }
    assert told.hidden == 0


def test_who_sees_one_reads_of_one():
    """The others are left out and counted; not even their numbers are told."""
    told = as_read_by(Scope(frozenset({8}), None, "manager"), found(), lambda: NAMES)

    assert {one.name for one in told.shown} == {"Demo: Bo is strong", "Demo → customer"}
    assert told.hidden == 2


def test_names_are_asked_for_only_where_a_rep_is_spoken_of():
    """A lead score speaks of nobody."""
    plain = diff((), [Term("source: web", 0.5, 0.4, 0.6, "log-odds", 100)])

    assert as_read_by(Scope(), plain, dict).hidden == 0
    assert as_read_by(Scope(), plain, lambda: 1 / 0).shown[0].name == "source: web"
