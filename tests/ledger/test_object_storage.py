"""The ledger in a bucket: the same promises as in a folder, against an S3 on this machine."""

import tempfile
import uuid
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake.exceptions import CommitFailedError

from bucket_server import BUCKET, object_storage
from builders import at, interaction, offered
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild, refresh
from quintet.kernel.home import Home
from quintet.ledger import inbox, mover, writing
from quintet.ledger.compaction import compact
from quintet.ledger.delta import write_monthly
from quintet.ledger.erasure import erase
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.offered import stored
from quintet.ledger.storage import Bucket

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ANN, TWIN, BOB = 4_000_000_000_000_000_001, 4_000_000_000_000_000_002, 4_000_000_000_000_000_003
MAIL = "ann.lee@example.com"


@pytest.fixture(scope="module")
def store():
    """One store for all these tests."""
    with object_storage() as variables:
        yield variables


@pytest.fixture
def home(store, tmp_path, monkeypatch):
    """A home whose ledger lies in the bucket, at a place of its own."""
    for name, value in store.items():
        monkeypatch.setenv(name, value)
    url = f"s3://{BUCKET}/{uuid.uuid4().hex}/ledger"
    return Home.from_environment({"QUINTET_HOME": str(tmp_path), "QUINTET_LEDGER_URL": url})


def call(ref, lead=ANN, month=1, **facts):
    """One call attempt to a lead, in a month."""
    return interaction("call.attempted", f"2026-{month:02}-05", ref=ref, **facts) | {"lead_id": lead}


def refs(home, **cut):
    """References of what the ledger holds."""
    rows = Interactions(home).relation(duckdb.connect(), **cut)
    return sorted(ref.partition("#")[0] for (ref,) in rows.project("source_ref").fetchall())


def test_the_same_row_is_one_row(home):
    """Sent twice, also in one batch, a row is there once; a change of the source is a version."""
    interactions = Interactions(home)

    assert interactions.append(offered(call("a"), call("b", month=2)), restate=True).added == 2
    assert interactions.append(offered(call("b", month=2), call("c")), restate=True).added == 1
    told = interactions.append(offered(call("a", outcome="connected")), restate=True, now=at("2026-03-01"))

    assert (told.added, interactions.rows(), refs(home)) == (1, 4, ["a", "b", "c"])
    assert interactions.sources() == ("test",)


def test_a_read_of_a_past_day_knows_no_later_change(home):
    """known_at is the same question by URL."""
    interactions = Interactions(home)
    interactions.append(offered(call("a")), restate=True)
    interactions.append(offered(call("a", outcome="connected")), restate=True, now=at("2026-03-01"))

    con = duckdb.connect()
    past = interactions.relation(con, known_at=at("2026-02-01")).project("outcome").fetchall()
    assert past == [(None,)]
    assert interactions.relation(con).project("outcome").fetchall() == [("connected",)]


def test_the_inbox_moves_exactly_once(home):
    """A batch that was appended but not forgotten, as after a kill, is not appended again."""
    inbox.offer([call("a"), call("b")])
    mover.move(home)
    interactions = Interactions(home)
    again = interactions.append(offered(call("z")), app_transaction=(mover.APP, 1))

    assert (again.offered, refs(home), inbox.waiting()) == (0, ["a", "b"], 0)
    inbox.offer([call("b"), call("c")])
    mover.move(home)
    assert refs(home) == ["a", "b", "c"]
    assert interactions.last_number(mover.APP) >= 1


def test_of_two_commits_of_one_version_the_store_refuses_the_second(home):
    """Writers on two machines: the slower one is told, and its rows are not half there."""
    interactions = Interactions(home)
    interactions.append(offered(call("a")))
    slow = interactions.table.opened()
    interactions.append(offered(call("b")))

    with writing.staging(interactions.table) as folder:
        rows = stored(duckdb.connect().from_arrow(offered(call("c"))), batch=2)
        write_monthly(rows, folder / "offered")
        files = interactions.table.staged(folder / "offered")
        with pytest.raises(CommitFailedError):
            writing.commit(interactions.table, slow, files)
    assert refs(home) == ["a", "b"]


def test_merges_are_read_undone_and_replayed(home):
    """Who is who works by URL: linked twice it is one, and a merge can be undone."""
    aliases, con = Aliases(home), duckdb.connect()
    unknown = pa.table({"entity": ["lead"], "system": ["crm"], "namespace": ["email"], "ref": [MAIL]})
    own = aliases.resolve(con, unknown).project("entity_id").fetchall()[0][0]
    Interactions(home).append(offered(call("a", lead=own)))

    linked = unknown.append_column("entity_id", pa.array([ANN]))
    assert aliases.link(linked).merged == 1
    reads_as = (
        Interactions(home).relation(con).filter("kind = 'call.attempted'").project("lead_id").fetchall()
    )
    assert reads_as == [(ANN,)]
    aliases.unmerge("lead", loser=own, winner=ANN, by="ops")
    assert aliases.merges(con).fetchall() == []


def test_facts_are_built_and_refreshed(home):
    """The facts of a ledger in a bucket are those of its rows, and follow what is new."""
    Interactions(home).append(offered(call("a"), call("b", lead=BOB)))
    first = rebuild(home)
    Interactions(home).append(offered(call("c", lead=BOB, month=2)))

    again = refresh(home)

    facts = Facts.published(home)
    leads = facts.arrow(facts.table("leads").select("lead_id", "attempts")).to_pylist()
    assert (first.rows["leads"], again.incremental) == (2, True)
    assert {row["lead_id"]: row["attempts"] for row in leads} == {ANN: 1, BOB: 2}


def test_compaction_changes_no_row(home):
    """Five small files become two, and every row is known again afterwards."""
    interactions = Interactions(home)
    for number, month in enumerate((1, 1, 1, 2, 2)):
        interactions.append(offered(call(str(number), month=month)))

    done = compact(home)

    assert (done.files_before, done.files_after) == (5, 2)
    assert refs(home) == ["0", "1", "2", "3", "4"]
    assert interactions.append(offered(call("3", month=2))).added == 0


def test_an_erased_person_is_in_no_object_of_the_bucket(home):
    """Rows, names and addresses go from every object, old ones and the log among them; the others stay."""
    aliases = Aliases(home)
    names = [("id", "1", ANN), ("email", MAIL, ANN), ("id", "2", TWIN), ("id", "3", BOB)]
    rows = [
        {"entity": "lead", "system": "crm", "namespace": space, "ref": ref, "entity_id": one}
        for space, ref, one in names
    ]
    aliases.link(pa.Table.from_pylist(rows))
    aliases.merge("lead", loser=TWIN, winner=ANN, by="ops")
    interactions = Interactions(home)
    interactions.append(offered(call("a1"), call("b1", lead=BOB)))
    interactions.append(offered(call("a2", lead=TWIN, month=2), call("b2", lead=BOB, content=f"cc {MAIL}")))

    done = erase(home, "lead", ANN, by="dpo")

    assert (done.rows, done.redacted, done.aliases) == (3, 1, 3)
    left = [ref for ref in refs(home) if len(ref) == len("b1")]
    assert left == ["b1", "b2"]
    for table in (interactions.table, aliases.table):
        assert not [name for name in Bucket(table.url).names() if _holds(table, name)]


def _holds(table, name):
    """Does an object carry one of Ann's ids or her address? Looked at without the ledger's own search."""
    with tempfile.TemporaryDirectory() as folder:
        (path,) = table.storage.on_this_machine([name], Path(folder))
        is_parquet = name.endswith(".parquet")
        text = str(pq.read_table(path).to_pylist()) if is_parquet else path.read_text(errors="replace")
    return any(one in text for one in (MAIL, str(ANN), str(TWIN)))
