"""Work that is killed again and again: `crash_worker.py inbox|append <folder> <kills> <seed>`.

A child of this process does the work; this process kills it with SIGKILL at a random moment of it. What
the child was promised (its rows are durable) it writes down in `promised` before it goes on.
"""

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django
import duckdb
from django.conf import settings

from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

ROWS = {"inbox": 30, "append": 20_000}


def set_up(folder: Path) -> None:
    """A SQLite file of our own, with the inbox in it."""
    settings.configure(
        INSTALLED_APPS=["quintet.ledger.apps.LedgerConfig"],
        USE_TZ=True,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": folder / "records.sqlite3",
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"},
            }
        },
    )
    django.setup()


def work_inbox(home: Home, attempt: int) -> None:
    """Offer some rows, write down the promise, move everything in small batches."""
    from quintet.ledger import inbox, mover

    when = datetime(2026, 1 + attempt % 3, 5, tzinfo=UTC)
    row = {"occurred_at": when, "recorded_at": when, "kind": "call.attempted", "source": "crash"}
    inbox.offer([row | {"source_ref": f"{attempt}-{i}#call.attempted"} for i in range(ROWS["inbox"])])
    promise(home, attempt)
    mover.move(home, limit=11)


def work_append(home: Home, attempt: int) -> None:
    """Append many rows over several months, then write down the promise."""
    rows = duckdb.connect().sql(
        f"""SELECT TIMESTAMP '2026-01-01' + INTERVAL (i % 200) DAY AS occurred_at, occurred_at AS recorded_at,
        'call.attempted' AS kind, 'crash' AS source, '{attempt}-' || i || '#call.attempted' AS source_ref
        FROM range({ROWS["append"]}) AS r(i)"""
    )
    Interactions(home).append(rows)
    promise(home, attempt)


def promise(home: Home, attempt: int) -> None:
    """Write down that the rows of this attempt are durable."""
    with (home.path / "promised").open("a") as file:
        file.write(f"{attempt}\n")


def child(mode: str, home: Home, attempt: int) -> int:
    """Start the work in a child process; returns its number."""
    number = os.fork()
    if number:
        return number
    try:
        {"inbox": work_inbox, "append": work_append}[mode](home, attempt)
    except BaseException as error:  # noqa: BLE001
        sys.stderr.write(f"{error!r}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def run(mode: str, folder: Path, kills: int, seed: int) -> dict[str, int]:
    """Kill the work at random moments, then let it finish once."""
    home, random_moments = Home.at(folder), random.Random(seed)
    started = time.monotonic()
    first_exit = os.waitpid(child(mode, home, 0), 0)[1]
    usual_seconds = time.monotonic() - started
    killed = failed = 0
    for attempt in range(1, kills + 1):
        number = child(mode, home, attempt)
        time.sleep(random_moments.uniform(0, usual_seconds))
        os.kill(number, signal.SIGKILL)
        status = os.waitpid(number, 0)[1]
        killed += os.WIFSIGNALED(status)
        failed += os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
    last_exit = os.waitpid(child(mode, home, kills + 1), 0)[1]
    return {"killed": killed, "failed": failed, "first": first_exit, "last": last_exit}


def main() -> None:
    """Make the inbox, run, and print what happened as JSON."""
    mode, folder, kills, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    set_up(folder)
    if not os.fork():
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        os._exit(0)
    os.wait()
    sys.stdout.write(json.dumps(run(mode, folder, kills, seed)))


if __name__ == "__main__":
    main()
