from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from builders import at, interaction, offered
from quintet.kernel.errors import BadInput
from quintet.ledger import erasure, inbox
from quintet.ledger.erasure import erase
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions

pytestmark = pytest.mark.django_db

ANN, TWIN, BOB = 4_000_000_000_000_000_001, 4_000_000_000_000_000_002, 4_000_000_000_000_000_003
MAIL = "Ann.Lee@example.com"


@pytest.fixture
def con():
    """A connection of its own."""
    return duckdb.connect()


def call(ref, lead_id, month=1, **facts):
    """One call attempt to a lead, in a month."""
    row = interaction("call.attempted", f"2026-{month:02}-05", ref=ref, **facts)
    return row | {"lead_id": lead_id}


@pytest.fixture
def people(home):
    """Ann under two ids and an e-mail, Bob beside her; rows in three months and in the inbox."""
    aliases = Aliases(home)
    names = [
        ("id", "1", ANN, "Ann Lee"),
        ("email", MAIL, ANN, None),
        ("id", "2", TWIN, "A. Lee"),
        ("id", "3", BOB, "Bob"),
    ]
    rows = [
        {"entity": "lead", "system": "crm", "namespace": space, "ref": ref, "entity_id": one, "label": label}
        for space, ref, one, label in names
    ]
    aliases.link(pa.Table.from_pylist(rows))
    aliases.merge("lead", loser=TWIN, winner=ANN, by="ops")
    interactions = Interactions(home)
    interactions.append(offered(call("a1", ANN), call("b1", BOB)))
    interactions.append(offered(call("a2", TWIN, 2), call("b2", BOB, 2, content=f"cc {MAIL.lower()}, loud")))
    interactions.append(offered(call(f"{MAIL}-7", None, 3), call("b3", BOB, 3)))
    inbox.offer([call("a9", ANN), call("b9", BOB)])
    return home


def refs(home, con):
    """The references of all calls that are left."""
    rows = Interactions(home).relation(con, newest=False).filter("kind = 'call.attempted'")
    return sorted(ref.partition("#")[0] for (ref,) in rows.project("source_ref").fetchall())


def test_an_erased_person_is_gone_and_the_others_stay(people, con):
    """Rows, merged ids, rows under the e-mail, aliases, merges and waiting rows go; Bob's are all there."""
    done = erase(people, "lead", ANN, by="dpo")

    assert refs(people, con) == ["b1", "b2", "b3"]
    assert Aliases(people).relation(con).project("ref").fetchall() == [("3",)]
    assert Aliases(people).merges(con).fetchall() == []
    assert inbox.waiting() == 1
    assert (done.rows, done.redacted, done.aliases, done.waiting) == (4, 1, 3, 1)


def test_an_address_in_somebody_elses_row_is_cut_out(people, con):
    """Bob's row stays, without Ann's address."""
    erase(people, "lead", TWIN, by="dpo")

    said = Interactions(people).relation(con).filter("content IS NOT NULL").project("content").fetchall()
    assert said == [("cc [erased], loud",)]


def everything_on_disk(home):
    """Every file of the ledger as text, Parquet decoded."""
    texts = []
    for path in Path(home.ledger_url).rglob("*"):
        if path.suffix == ".parquet":
            texts.append(str(pa.parquet.read_table(path, partitioning=None).to_pylist()))
        elif path.is_file():
            texts.append(path.read_bytes().decode(errors="replace"))
    return "\n".join(texts).lower()


def test_no_file_on_disk_holds_the_person_afterwards(people):
    """Not the table, not the files of older versions, not the log; that they did before is checked too."""
    before = everything_on_disk(people)
    erase(people, "lead", ANN, by="dpo")
    after = everything_on_disk(people)

    for trace in (str(ANN), str(TWIN), MAIL.lower(), "ann lee"):
        assert trace in before
        assert trace not in after
    assert str(BOB) in after


def test_an_erasure_is_recorded_without_the_person(people, con):
    """What stays is that somebody was erased: counts, a digest and who decided."""
    erase(people, "lead", ANN, by="dpo", at=at("2026-03-02"))

    rows = Interactions(people).relation(con).filter("kind = 'person.erased'")
    ((when, detail),) = rows.project("epoch_us(occurred_at), detail").fetchall()
    assert when == int(at("2026-03-02").timestamp() * 1e6)
    assert '"rows": 4' in detail
    assert '"by": "dpo"' in detail
    assert str(ANN) not in detail


def test_a_rewrite_that_leaves_the_person_is_found_out(people, monkeypatch):
    """The proof does not trust the rewrite: a file that was left behind raises."""
    monkeypatch.setattr(erasure, "forget_past", lambda *_: None)

    with pytest.raises(RuntimeError, match="still holds the person"):
        erase(people, "lead", ANN, by="dpo")


def test_the_ledger_goes_on_after_an_erasure(people, con):
    """Batches, numbered batches and duplicates keep working on the shortened log."""
    interactions = Interactions(people)
    interactions.append(offered(call("n1", BOB)), app_transaction=("inbox", 3))
    erase(people, "lead", ANN, by="dpo")

    assert interactions.last_number("inbox") == 3
    assert interactions.append(offered(call("b1", BOB), call("n2", BOB))).added == 1
    assert refs(people, con) == ["b1", "b2", "b3", "n1", "n2"]


def test_erasing_nobody_changes_no_row(people, con):
    """An id without rows is erased in peace, and recorded."""
    before = refs(people, con)

    assert erase(people, "lead", 4_999_999_999_999_999_999, by="dpo").rows == 0
    assert refs(people, con) == before


def test_what_is_no_person_is_refused(home):
    """Only the five entities can be erased; an empty ledger is searched without complaint."""
    with pytest.raises(BadInput, match="entity must be one of"):
        erase(home, "planet", 1, by="dpo")
    assert erase(home, "lead", 1, by="dpo").rows == 0
