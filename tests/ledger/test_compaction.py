import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import interaction, offered
from quintet.kernel.home import Home
from quintet.ledger import reading
from quintet.ledger.compaction import Compacted, compact
from quintet.ledger.interactions import Interactions


def everything(home):
    """All rows with their batch, as a sorted list."""
    rows = Interactions(home).relation(duckdb.connect(), newest=False)
    return sorted(map(repr, rows.fetchall()))


def call(ref, month):
    """One call attempt in a month."""
    return interaction("call.attempted", f"2026-{month:02}-05", ref=ref, lead="ann", amount="1.5")


batches = st.lists(
    st.lists(st.builds(call, st.sampled_from("abcdefgh"), st.integers(1, 3)), min_size=1, max_size=4),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=5)
@given(batches)
def test_compaction_changes_no_row_and_no_batch(tmp_path_factory, loads):
    """Whatever was loaded, the same rows are there before and after, and duplicates are still found."""
    home = Home.at(tmp_path_factory.mktemp("home"))
    interactions = Interactions(home)
    for load in loads:
        interactions.append(offered(*load))
    before = everything(home)

    compact(home)

    assert everything(home) == before
    assert interactions.append(offered(*loads[0])).added == 0


def test_small_files_of_a_month_become_one(home):
    """Five moves into two months leave two files."""
    interactions = Interactions(home)
    for number, month in enumerate((1, 1, 1, 2, 2)):
        interactions.append(offered(call(str(number), month)))

    assert compact(home) == Compacted(files_before=5, files_after=2)
    assert compact(home) == Compacted(files_before=2, files_after=2)
    assert len(reading.files_of(interactions.table, interactions.table.opened())) == 2


def test_what_is_large_enough_stays_as_it_is(home):
    """A file above the bound is not read again."""
    for ref in "ab":
        Interactions(home).append(offered(call(ref, 1)))

    assert compact(home, small_bytes=1) == Compacted(2, 2)


def test_batches_go_on_after_a_compaction(home):
    """A reader that knew a batch sees nothing new after compaction, and the next load after it."""
    interactions = Interactions(home)
    for ref in "ab":
        interactions.append(offered(call(ref, 1)))
    batch = interactions.latest_batch()
    compact(home)
    con = duckdb.connect()

    assert interactions.relation(con, after_batch=batch).fetchall() == []
    interactions.append(offered(call("c", 1)))
    assert interactions.relation(con, after_batch=batch).project("source_ref").fetchall() == [
        ("c#call.attempted",)
    ]


def test_an_empty_ledger_compacts_to_nothing(home):
    """There is nothing to bin before the first load."""
    assert compact(home) == Compacted(0, 0)
