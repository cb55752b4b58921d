"""Senders that are killed at any moment: no reader is lost unseen, and none gets two."""

from collections import Counter
from pathlib import Path

import pytest

from crashing import counted
from smtp_server import Mailboxes, mail_server

HERE = Path(__file__).parent


def crash(home, kills, seed):
    """Kill that many senders; what the letters came to, and what the mailboxes hold."""
    mailboxes = Mailboxes()
    with mail_server(mailboxes) as port:
        done = counted(HERE / "send_worker.py", home.path, port, kills, seed)
    return done, Counter(address for address, _ in mailboxes.taken)


def assert_nothing_is_lost_or_doubled(done, arrived, kills):
    """Each letter is sent, or in doubt and said to be; each mailbox holds one at most."""
    sent, doubtful = done["sent"], done.get("in_doubt", 0)
    assert done["failed"] == 0
    assert done["killed"] == kills
    assert set(done) <= {"killed", "failed", "finished", "sent", "in_doubt"}
    assert set(arrived.values()) == {1}
    assert sent <= len(arrived) <= sent + doubtful
    assert doubtful <= kills


@pytest.mark.slow
def test_killed_senders_lose_and_double_nothing(home):
    """Six senders of twenty letters each, killed where they are."""
    assert_nothing_is_lost_or_doubled(*crash(home, 6, seed=1), 6)


@pytest.mark.exhaustive
def test_a_hundred_killed_senders_lose_and_double_nothing(home):
    """The long form."""
    assert_nothing_is_lost_or_doubled(*crash(home, 100, seed=2), 100)
