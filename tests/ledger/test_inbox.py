from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pytest

from builders import at, interaction, offered
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox, mover
from quintet.ledger.inbox import Offered
from quintet.ledger.interactions import Interactions
from quintet.ledger.models import InboxRow, Move

pytestmark = pytest.mark.django_db


def rows(*refs):
    """One call attempt per reference."""
    return [interaction("call.attempted", ref=ref) for ref in refs]


def test_an_offered_row_waits_once(db):
    """A row offered twice, in one offer or in two, waits once."""
    assert inbox.offer(rows("a", "b", "b")) == Offered(accepted=2, known=1)
    assert inbox.offer(rows("b", "c")) == Offered(accepted=1, known=1)
    assert inbox.waiting() == 3


def test_a_moved_row_is_exactly_what_was_offered(home):
    """Dates, amounts, large ids and texts survive the way through the database."""
    row = interaction(
        "opportunity.won", "2026-01-05 10:11:12.123456", ref="a", amount="1234.56", content="Zoë | ✓"
    )
    row |= {"lead_id": 2**63 - 1, "currency": "EUR", "detail": '{"a": 1}'}

    inbox.offer([row])
    mover.move(home)

    read = Interactions(home).relation(duckdb.connect()).to_arrow_table()
    wanted = offered(row)
    assert read.select(wanted.column_names).cast(wanted.schema).to_pylist() == wanted.to_pylist()


def test_instants_and_amounts_may_come_as_text(home):
    """A collector hands on what its JSON says."""
    row = interaction("order.placed", ref="a") | {"occurred_at": "2026-01-05T10:00:00+02:00", "amount": "3.5"}
    inbox.offer([row])
    mover.move(home)

    read = Interactions(home).relation(duckdb.connect()).project("epoch_us(occurred_at), amount").fetchall()
    assert read == [(int(at("2026-01-05 08:00").timestamp() * 1e6), Decimal("3.50"))]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "call.dreamt"}, "kind must be one of"),
        ({"occurred_at": None}, "row 2: occurred_at must be given"),
        ({"occurred_at": "yesterday"}, "row 2: occurred_at must be an ISO 8601 instant, got 'yesterday'"),
        ({"occurred_at": datetime(2026, 1, 1)}, "row 2: occurred_at must say its time zone"),  # noqa: DTZ001
        ({"lead_id": "7"}, "row 2: lead_id must be a whole number"),
        ({"lead_id": 2**63}, "row 2: lead_id must be a whole number"),
        ({"amount": "much"}, "row 2: amount must be a decimal number"),
        ({"amount": "NaN"}, "row 2: amount must lie below"),
        ({"content": 3}, "row 2: content must be a text"),
        ({"content": "a\0b"}, "row 2: content must be valid Unicode"),
        ({"source_ref": "x" * 501}, "row 2: source_ref must have at most 500"),
        ({"mood": "good"}, "row 2: no such column 'mood'"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_takes_the_offer_with_it(change, message):
    """Nothing of an offer with a bad row is taken; the message names row, value and rule."""
    good, bad = rows("a", "b")

    with pytest.raises(BadInput, match=message):
        inbox.offer([good, bad | change])
    assert inbox.waiting() == 0


def test_everything_that_waits_is_moved_in_batches_and_forgotten(home):
    """After a move the inbox is empty and the table has each row once."""
    inbox.offer(rows(*"abcde"))

    moved = mover.move(home, limit=2)

    assert (moved.batches, moved.moved, moved.added) == (3, 5, 5)
    assert (inbox.waiting(), Interactions(home).rows()) == (0, 5)
    assert list(Move.objects.values_list("number", "rows")) == [(1, 2), (2, 2), (3, 1)]
    assert mover.move(home) == mover.Moved(0, 0, 0)


def test_a_row_the_table_has_is_moved_without_being_doubled(home):
    """What came by file already, or was moved before, is known."""
    Interactions(home).append(offered(*rows("a")))
    inbox.offer(rows("a", "b"))

    assert mover.move(home) == mover.Moved(batches=1, moved=2, added=1)
    assert Interactions(home).rows() == 2


def claimed(number, *refs):
    """Rows as a mover left them that was killed after its claim."""
    inbox.offer(rows(*refs))
    InboxRow.objects.filter(batch=None).update(batch=Move.objects.create(number=number))


def test_a_claim_left_by_a_killed_mover_is_carried_first(home):
    """Killed before its append: the next mover brings the rows."""
    claimed(1, "a", "b")

    assert mover.move(home).added == 2
    assert Move.objects.filter(finished_at=None).count() == 0


def test_an_append_whose_rows_were_not_forgotten_is_not_repeated(home):
    """Killed after its append: the next mover forgets the rows, the table does not change."""
    claimed(1, "a", "b")
    Interactions(home).append(offered(*rows("a", "b")), app_transaction=(mover.APP, 1))

    assert mover.move(home) == mover.Moved(batches=1, moved=2, added=0)
    assert (inbox.waiting(), Interactions(home).version()) == (0, 1)


def test_a_number_that_delta_knows_never_swallows_rows_it_does_not_have(home):
    """A records database put back from a backup: numbers repeat, rows are still not lost."""
    Interactions(home).append(offered(*rows("z")), app_transaction=(mover.APP, 5))
    claimed(5, "a", "b")

    assert mover.move(home).added == 2


def test_numbers_go_on_above_what_delta_has_seen(home):
    """With an empty records database beside an older table, the next batch gets a new number."""
    Interactions(home).append(offered(*rows("z")), app_transaction=(mover.APP, 5))
    inbox.offer(rows("a"))
    mover.move(home)

    assert Interactions(home).last_number(mover.APP) == 6


def test_a_reference_waits_with_the_instant_it_arrived():
    """Operations can see how long a row has waited."""
    before = datetime.now(UTC)
    inbox.offer(rows("a"))

    assert InboxRow.objects.get().received_at >= before
