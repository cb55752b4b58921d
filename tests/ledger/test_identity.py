import duckdb
import pyarrow as pa
import pytest

from builders import at, interaction, offered
from quintet.kernel.errors import BadInput
from quintet.kernel.ids import entity_id
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.linking import Linked


@pytest.fixture
def con():
    """A connection of its own."""
    return duckdb.connect()


def link(ref, entity_id, *, namespace="id", label=None, entity="lead"):
    """One alias row."""
    names = {"entity": entity, "system": "crm", "namespace": namespace, "ref": ref}
    return names | {"entity_id": entity_id, "label": label}


def table(*rows):
    """Alias rows as Arrow."""
    types = [(name, pa.string()) for name in ("entity", "system", "namespace", "ref", "label")]
    return pa.Table.from_pylist(list(rows), schema=pa.schema([*types, ("entity_id", pa.int64())]))


def email(*refs):
    """References by e-mail."""
    return table(*(link(ref, None, namespace="email") for ref in refs)).select(
        ["entity", "system", "namespace", "ref"]
    )


def leads(home, con, **cut):
    """The lead of each call, by reference."""
    rows = Interactions(home).relation(con, **cut).filter("kind = 'call.attempted'")
    return dict(rows.project("split_part(source_ref, '#', 1), lead_id").fetchall())


def calls(home, **lead_ids):
    """One call per reference, to that lead."""
    rows = [interaction("call.attempted", ref=ref) | {"lead_id": one} for ref, one in lead_ids.items()]
    Interactions(home).append(offered(*rows))


def test_linking_again_changes_nothing(home, con):
    """The same names twice are there once, and the second load says so."""
    rows = table(link("1", 11, label="Ann"), link("ann@x.com", 11, namespace="email"))

    assert Aliases(home).link(rows) == Linked(1, 2, 2, 0, 0)
    assert Aliases(home).link(rows) == Linked(1, 2, 0, 0, 0)
    assert Aliases(home).relation(con).count("*").fetchall() == [(2,)]


def test_a_new_label_is_news_and_the_newest_one_counts(home):
    """Somebody who changes their name is called by the new one."""
    aliases = Aliases(home)
    aliases.link(table(link("1", 11, label="Ann Smith")), at=at("2026-01-01"))
    aliases.link(table(link("1", 11, label="Ann Jones")), at=at("2026-02-01"))
    aliases.link(table(link("1", 11)), at=at("2026-03-01"))

    assert aliases.labels([11, 12]) == {11: "Ann Jones"}


def test_names_as_of_an_instant(home, con):
    """A name linked later was not known before."""
    Aliases(home).link(table(link("1", 11)), at=at("2026-01-01"))
    Aliases(home).link(table(link("2", 12)), at=at("2026-02-01"))

    assert Aliases(home).relation(con, known_at=at("2026-01-15")).project("ref").fetchall() == [("1",)]


def test_a_second_name_nobody_linked_gets_its_own_id_and_keeps_it(home, con):
    """An e-mail we meet first has an id at once, the same one next time."""
    first = Aliases(home).resolve(con, email("ann@x.com", "ann@x.com")).fetchall()
    again = Aliases(home).resolve(con, email("ann@x.com", None)).fetchall()

    assert (
        first
        == again
        == [("lead", "crm", "email", "ann@x.com", entity_id("lead", "crm", "email", "ann@x.com"))]
    )
    assert Aliases(home).relation(con).count("*").fetchall() == [(1,)]


def test_a_linked_second_name_answers_with_whom_it_was_linked_to(home, con):
    """Once the CRM says whose e-mail it is, the e-mail has that id."""
    Aliases(home).link(table(link("ann@x.com", 11, namespace="email")))

    assert Aliases(home).resolve(con, email("ann@x.com")).project("entity_id").fetchall() == [(11,)]


def test_a_remembered_second_name_that_is_linked_later_is_merged(home, con):
    """Calls known by e-mail become calls of the lead, once we learn whose e-mail it is; not before."""
    own = Aliases(home).resolve(con, email("ann@x.com")).project("entity_id").fetchall()[0][0]
    calls(home, byemail=own, byid=11)
    rows = table(link("ann@x.com", 11, namespace="email"))

    assert Aliases(home).link(rows, at=at("2026-02-01")).merged == 1
    assert Aliases(home).link(rows).merged == 0
    assert leads(home, con) == {"byemail": 11, "byid": 11}
    assert leads(home, con, known_at=at("2026-01-31")) == {"byemail": own, "byid": 11}


def test_a_name_that_belongs_to_somebody_is_not_taken_away(home, con):
    """Two leads with one e-mail stay two leads; the second claim is counted, in one load or in two."""
    shared = [link("office@x.com", one, namespace="email") for one in (11, 12)]

    assert Aliases(home).link(table(*shared)).conflicts == 1
    assert Aliases(home).link(table(shared[1])).conflicts == 1
    assert Aliases(home).merges(con).fetchall() == []
    assert Aliases(home).resolve(con, email("office@x.com")).project("entity_id").fetchall() == [(11,)]


def test_merge_and_unmerge_restore_every_read_exactly(home, con):
    """Undone, a merge leaves today's answers as they were; as of in between it still stands."""
    calls(home, a=1, b=2)
    aliases, before = Aliases(home), leads(home, con)

    assert aliases.merge("lead", loser=1, winner=2, by="ann", at=at("2026-02-01"))
    merged = leads(home, con)
    aliases.unmerge("lead", loser=1, winner=2, by="ann", at=at("2026-03-01"))

    assert merged == {"a": 2, "b": 2}
    assert leads(home, con) == before == {"a": 1, "b": 2}
    assert leads(home, con, known_at=at("2026-01-31")) == before
    assert leads(home, con, known_at=at("2026-02-01")) == merged
    assert leads(home, con, known_at=at("2026-03-01")) == before


def test_a_merge_that_was_undone_can_be_made_again(home, con):
    """Merge, undo, merge: each is an interaction of its own."""
    aliases = Aliases(home)
    calls(home, a=1)
    for _ in range(2):
        assert aliases.merge("lead", loser=1, winner=2, by="ann")
        assert not aliases.merge("lead", loser=1, winner=2, by="ann")
        aliases.unmerge("lead", loser=1, winner=2, by="ann")
    aliases.merge("lead", loser=1, winner=2, by="ann")

    assert leads(home, con) == {"a": 2}


def test_merges_chain_and_only_for_their_entity(home, con):
    """One became two, two became three: one reads as three; reps with the same number stay."""
    calls(home, a=1)
    Aliases(home).merge("lead", loser=1, winner=2, by="ann")
    Aliases(home).merge("lead", loser=2, winner=3, by="ann")
    Aliases(home).merge("rep", loser=1, winner=9, by="ann")

    assert leads(home, con) == {"a": 3}
    assert Aliases(home).merges(con).fetchall() == [("lead", 1, 3), ("lead", 2, 3), ("rep", 1, 9)]


def test_circles_and_second_winners_are_refused(home):
    """An id reads as one other id at most, and never as itself."""
    aliases = Aliases(home)
    aliases.merge("lead", loser=1, winner=2, by="ann")
    aliases.merge("lead", loser=2, winner=3, by="ann")

    with pytest.raises(BadInput, match="lead 1 already reads as 3"):
        aliases.merge("lead", loser=3, winner=1, by="ann")
    with pytest.raises(BadInput, match="already reads as"):
        aliases.merge("lead", loser=7, winner=7, by="ann")
    with pytest.raises(BadInput, match="lead 1 is already merged into 2"):
        aliases.merge("lead", loser=1, winner=5, by="ann")
    with pytest.raises(BadInput, match="not merged"):
        aliases.unmerge("lead", loser=1, winner=3, by="ann")
    with pytest.raises(BadInput, match="entity must be one of"):
        aliases.merge("dog", loser=1, winner=3, by="ann")


def test_a_merged_id_is_called_like_its_winner(home):
    """A page that still holds the old id shows the name of who it is now; a nameless winner borrows one."""
    aliases = Aliases(home)
    aliases.link(table(link("1", 11, label="Ann"), link("2", 12, label="Ann Jones"), link("3", 13)))
    aliases.merge("lead", loser=11, winner=12, by="ann")
    assert aliases.labels([11, 12]) == {11: "Ann Jones", 12: "Ann Jones"}

    aliases.merge("lead", loser=12, winner=13, by="ann")
    assert set(aliases.labels([13])) == {13}
    assert aliases.labels([13], entity="rep") == {}


def test_a_link_without_its_parts_is_refused(home):
    """A name must say whose it is."""
    with pytest.raises(BadInput, match="entity_id must be given in every link, got none in 1"):
        Aliases(home).link(table(link("1", None)))
