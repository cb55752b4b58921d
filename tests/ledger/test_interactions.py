from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from builders import at, interaction, offered, ref_id
from quintet.kernel.errors import BadInput
from quintet.ledger import known
from quintet.ledger.delta import Table
from quintet.ledger.interactions import Interactions
from quintet.ledger.known import How
from quintet.ledger.schema import STORED
from quintet.ledger.writing import Appended


@pytest.fixture
def con():
    """A connection in a zone far from UTC: the ledger must not care."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'Pacific/Auckland'")
    return con


def calls(*refs, when="2026-01-05", **facts):
    """One call attempt per reference."""
    return offered(*(interaction("call.attempted", when, ref=ref, **facts) for ref in refs))


def refs(relation):
    """The references of a relation, sorted."""
    return sorted(ref for (ref,) in relation.project("source_ref").fetchall())


def test_an_empty_ledger_answers_with_no_rows_of_the_right_columns(home, con):
    """Before the first load a reader gets the columns, and nothing else."""
    interactions = Interactions(home)

    assert interactions.relation(con).columns == STORED.names
    assert interactions.relation(con).fetchall() == []
    assert (interactions.version(), interactions.rows(), interactions.latest_batch()) == (-1, 0, -1)


def test_a_row_comes_back_as_it_was_offered(home, con):
    """Every offered column is read back unchanged, with its batch and its month in UTC."""
    row = interaction("opportunity.won", "2026-01-31 23:30", lead="ann", amount="1234.50", currency="USD")
    table = offered(row | {"detail": '{"mrr": 3}'})

    Interactions(home).append(table)

    read = Interactions(home).relation(con).to_arrow_table()
    assert read.select(table.column_names).cast(table.schema).to_pylist() == table.to_pylist()
    assert read.select(["batch", "month"]).to_pylist() == [{"batch": 1, "month": "2026-01"}]


def test_the_same_rows_twice_are_there_once(home, con):
    """Offering a row again adds nothing, makes no version and says so."""
    interactions = Interactions(home)
    first = interactions.append(calls("a", "b"))
    again = interactions.append(calls("a", "b"))
    mixed = interactions.append(calls("b", "c"))

    assert first == Appended(1, 2, 2, 0)
    assert again == Appended(1, 2, 0, 2)
    assert mixed == Appended(2, 2, 1, 1)
    assert refs(interactions.relation(con)) == [f"{ref}#call.attempted" for ref in "abc"]


def test_identity_holds_across_months(home):
    """A reference that comes again with another date is still the same row."""
    interactions = Interactions(home)
    interactions.append(calls("a", when="2026-01-05"))

    assert interactions.append(calls("a", when="2026-02-05")).added == 0


def test_two_sources_may_use_the_same_reference(home):
    """Identity is source and reference together."""
    interactions = Interactions(home)
    interactions.append(calls("a"))

    assert interactions.append(calls("a", source="other")).added == 1


def test_a_row_twice_in_one_batch_is_there_once_and_the_newest_of_two_contents_stays(home, con):
    """Within a batch a reference counts once; rows that contradict each other are counted."""
    rows = [
        interaction("call.attempted", ref="a", outcome="busy"),
        interaction("call.attempted", ref="a", outcome="connected", recorded_at=at("2026-02-01")),
        interaction("call.attempted", ref="b"),
        interaction("call.attempted", ref="b"),
    ]

    appended = Interactions(home).append(offered(*rows))

    assert appended == Appended(1, 4, 2, 2, conflicts=1)
    assert Interactions(home).relation(con).project("outcome").fetchall().count(("connected",)) == 1


def test_references_that_share_a_key_are_both_kept(home, con, monkeypatch):
    """A collision of hashes loses no row, in one batch or across two, and hides no duplicate."""
    monkeypatch.setattr("quintet.ledger.offered.KEY", "7::BIGINT")
    interactions = Interactions(home)

    assert interactions.append(calls("a", "b")).added == 2
    assert interactions.append(calls("b", "c", "c")).added == 1
    assert refs(interactions.relation(con)) == [f"{ref}#call.attempted" for ref in "abc"]


def test_files_of_another_hash_still_find_their_duplicates(home, monkeypatch):
    """When DuckDB changes its hash, the keys of older files are computed anew, not trusted."""
    interactions = Interactions(home)
    with monkeypatch.context() as older:
        older.setattr("quintet.ledger.offered.KEY", "(hash(source_ref, 'older') >> 1)::BIGINT")
        older.setattr("quintet.ledger.offered.generation", lambda: "00000000")
        interactions.append(calls("a"))

    assert interactions.append(calls("a", "b")).added == 1


def test_a_load_of_nothing_makes_no_version(home):
    """An empty file leaves no trace."""
    assert Interactions(home).append(offered()) == Appended(-1, 0, 0, 0)
    assert Interactions(home).version() == -1


@pytest.mark.parametrize("column", ["occurred_at", "recorded_at", "kind", "source", "source_ref"])
def test_a_required_value_that_is_missing_is_refused(home, column):
    """The message names the column and how many rows lack it; nothing is loaded."""
    rows = pa.Table.from_pylist(
        [interaction("call.attempted", ref="a"), interaction("call.attempted", ref="b") | {column: None}]
    )

    with pytest.raises(BadInput, match=f"^{column} must be given in every row, got none in 1 of 2"):
        Interactions(home).append(rows)
    assert Interactions(home).rows() == 0


def test_an_unknown_kind_is_refused(home):
    """A kind that the registry lacks stops the load."""
    with pytest.raises(BadInput, match=r"kind must be one of .* got 'call.dreamt'"):
        Interactions(home).append(offered(interaction("call.dreamt")))


def test_columns_may_be_absent_but_not_invented(home, con):
    """A door need not hand in the columns it has nothing for; one we do not know is refused."""
    few = calls("a").select(["occurred_at", "recorded_at", "kind", "source", "source_ref"])
    Interactions(home).append(few)

    assert Interactions(home).relation(con).project("lead_id").fetchall() == [(None,)]
    with pytest.raises(BadInput, match=r"unknown: \['mood'\]"):
        Interactions(home).append(few.append_column("mood", [["good"]]))
    with pytest.raises(BadInput, match=r"missing: \['source_ref'\]"):
        Interactions(home).append(few.drop(["source_ref"]))


def test_instants_without_a_zone_are_utc_wherever_the_reader_sits(home, con):
    """A naive timestamp of a relation in another zone is taken as UTC, and so is its month."""
    rows = con.sql(
        """SELECT TIMESTAMP '2026-01-31 23:30' AS occurred_at, occurred_at AS recorded_at,
        'call.attempted' AS kind, 'x' AS source, 'a' AS source_ref"""
    )

    Interactions(home).append(rows)

    read = Interactions(home).relation(con).project("epoch_us(occurred_at), month").fetchall()
    assert read == [(int(at("2026-01-31 23:30").timestamp() * 1e6), "2026-01")]


def test_instants_as_text_are_refused(home, con):
    """A door parses its dates itself; the ledger never guesses."""
    rows = con.sql(
        """SELECT '2026-01-31' AS occurred_at, now() AS recorded_at, 'a' AS kind, 'b' AS source,
        'c' AS source_ref"""
    )

    with pytest.raises(BadInput, match="occurred_at must be a timestamp, got VARCHAR"):
        Interactions(home).append(rows)


def test_readers_as_of_an_instant_see_what_was_recorded_until_then(home, con):
    """What we learnt later is not there, whatever day it is about."""
    interactions = Interactions(home)
    early, late = at("2026-01-10"), at("2026-03-01")
    interactions.append(
        offered(
            interaction("call.attempted", ref="a", recorded_at=early),
            interaction("call.attempted", ref="b", recorded_at=late),
        )
    )

    assert refs(interactions.relation(con, known_at=early)) == ["a#call.attempted"]
    assert refs(interactions.relation(con, known_at=early - timedelta(microseconds=1))) == []
    assert len(refs(interactions.relation(con, known_at=late))) == 2
    with pytest.raises(BadInput, match="time zone"):
        interactions.relation(con, known_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_readers_after_a_batch_see_what_came_later(home, con):
    """A refresh reads only what is new."""
    interactions = Interactions(home)
    interactions.append(calls("a"))
    batch = interactions.latest_batch()
    interactions.append(calls("a", "b"))

    assert refs(interactions.relation(con, after_batch=batch)) == ["b#call.attempted"]
    assert refs(interactions.relation(con, after_batch=interactions.latest_batch())) == []
    assert interactions.latest_batch() == interactions.version() == 2


def test_a_numbered_batch_is_added_once(home):
    """A batch that is offered again after a crash adds nothing, even when its rows differ."""
    interactions = Interactions(home)
    interactions.append(calls("a"), app_transaction=("inbox", 1))

    again = interactions.append(calls("b"), app_transaction=("inbox", 1))
    other = interactions.append(calls("b"), app_transaction=("other", 1))

    assert (again.offered, again.added, other.added) == (0, 0, 1)
    assert (interactions.last_number("inbox"), interactions.last_number("nobody")) == (1, 0)


def test_an_arrow_reader_and_a_relation_load_the_same(home, con, tmp_path):
    """All three forms a door may hand in end as the same rows."""
    table = calls("a", "b")
    Interactions(home).append(pa.RecordBatchReader.from_batches(table.schema, table.to_batches()))

    assert Interactions(home).append(con.from_arrow(table)) == Appended(1, 2, 0, 2)


def test_leftovers_of_a_killed_writer_are_cleared_and_never_read(home, con):
    """Staged files, and files that were moved into place but not committed, are no rows."""
    interactions = Interactions(home)
    interactions.append(calls("a"))
    folder = Path(interactions.table.url)
    stray = folder / "_staging" / "killed" / "stray.parquet"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"half a file")
    (folder / "month=2026-01" / "part-uncommitted.parquet").write_bytes(b"half a file")

    interactions.append(calls("b"))

    assert len(refs(interactions.relation(con))) == 2
    assert not stray.exists()


def test_somebody_elses_commit_in_between_is_an_error_not_a_wrong_batch(home):
    """A commit that lost the race fails: the batch in its rows would be wrong."""
    from deltalake.exceptions import CommitFailedError

    interactions = Interactions(home)
    interactions.append(calls("a"))
    table = interactions.table
    stale = table.opened()
    interactions.append(calls("b"))

    with pytest.raises(CommitFailedError):
        table.commit(stale, [])


def test_a_table_by_url_is_written_through_delta(home, con, monkeypatch):
    """Object storage takes the same rows, once, by Delta's own writer."""
    Interactions(home).append(calls("a"))
    monkeypatch.setattr(Table, "is_local", property(lambda _: False))
    interactions = Interactions(home)

    appended = interactions.append(calls("a", "b", lead="ann"))

    assert appended == Appended(2, 2, 1, 1)
    read = interactions.relation(con).filter("batch = 2").project("source_ref, lead_id, month").fetchall()
    assert read == [("b#call.attempted", ref_id("lead", "ann"), "2026-01")]


def test_the_log_of_a_table_holds_no_text_of_a_row(home):
    """Statistics in the Delta log speak of instants and batches, never of people."""
    interactions = Interactions(home)
    interactions.append(calls("ann@example.com", content="secret"))

    logs = "".join(path.read_text() for path in Path(interactions.table.url, "_delta_log").glob("*.json"))

    assert "recorded_at" in logs
    assert "ann@example" not in logs
    assert "secret" not in logs


def test_how_rows_are_added_is_stated_whole():
    """The options of an append carry the instant at which changes became known."""
    how = How(dedupe=True, restate=False, now=datetime(2026, 1, 1, tzinfo=UTC))

    assert how.app_transaction is None


def test_nothing_offered_adds_nothing(home):
    """An empty relation or table is no error, before there is a table and after."""
    ledger, row = Interactions(home), offered(interaction("call.attempted", lead="ann"))
    empty = duckdb.from_arrow(row).filter("false")

    assert (ledger.append(empty).added, ledger.append(row.slice(0, 0)).version) == (0, -1)
    ledger.append(row)
    for how in ({}, {"restate": True}, {"dedupe": False}):
        assert ledger.append(empty, **how).offered == 0
    assert ledger.version() == 1


def test_another_number_of_rows_than_expected_is_refused(home):
    """Whoever counted the rows before is told when the reading of them differs, and nothing is added."""
    ledger, row = Interactions(home), offered(interaction("call.attempted", lead="ann"))

    with pytest.raises(BadInput, match="there must be 2 rows, got 1"):
        ledger.append(row, expected=2)
    assert ledger.version() == -1
    assert ledger.append(row, expected=1).added == 1


def test_rows_that_share_a_key_are_found_however_many_there_are(home, monkeypatch):
    """Keys are sorted in parts when there are many; a reference that comes twice is found in any of them."""
    monkeypatch.setattr(known, "_SORTED_AT_ONCE", 3)
    rows = [interaction("call.attempted", lead="ann", ref=f"c{number}") for number in range(10)]

    done = Interactions(home).append(offered(*rows, *rows[4:6]))

    assert (done.added, done.known) == (10, 2)
