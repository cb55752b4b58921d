"""Terms that speak of reps: named, and told to who may see them."""

from quintet.facts.scope import Scope
from quintet.loop.diff import diff
from quintet.loop.naming import as_read_by
from quintet.management.in_loop_rates import RatesVersion, StepRates
from quintet.stats.trials import Term

NAMES = {7: "Ann", 8: "Bo"}


def found():
    """A term of each of three reps, and one of nobody, that are all new."""
    reps = [(f"Demo: rep {rep} is strong", rep) for rep in (7, 8, 9)]
    told = [*reps, ("Demo → customer", None)]
    return diff((), [Term(name, 0.5, 0.4, 0.6, "probability", 100, rep_id=rep) for name, rep in told])


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


def test_a_term_speaks_of_a_rep_by_what_it_says_of_itself_not_by_its_words():
    """One worded without a number is hidden all the same; a search term that reads like a rep is not."""
    terms = [
        Term("the newest rep is strong", 0.5, 0.4, 0.6, "probability", 100, rep_id=8),
        Term("term: sales rep 7", 0.5, 0.4, 0.6, "log-odds", 100),
    ]
    told = as_read_by(Scope(), diff(terms, ()), lambda: NAMES)

    assert ([one.name for one in told.shown], told.hidden) == (["term: sales rep 7"], 1)


def test_rep_rates_say_of_whom_they_speak():
    """The formula in the loop marks each term of a rep."""
    step = StepRates(0.3, 0.2, 0.4, 500, 150, {7: 0.5}, {7: (0.5, 0.4, 0.6, 100, "strong")})
    plain, of_rep = RatesVersion({"demo-won": step}).terms()

    assert (plain.rep_id, of_rep.rep_id) == (None, 7)
    assert "rep 7" in of_rep.name
