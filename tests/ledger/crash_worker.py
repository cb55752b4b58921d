"""Work that is killed again and again: `crash_worker.py inbox|append|worker <folder> <kills> <seed>`.

What a child was promised (its rows are durable) it writes down in `promised` before it goes on.
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from crashing import kill_at_random
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

INBOX_ROWS, APPEND_ROWS = 30, 5_000


def work_inbox(home: Home, attempt: int) -> None:
    """Offer some rows, write down the promise, move everything in small batches."""
    from quintet.ledger import mover

    _offer(home, attempt)
    mover.move(home, limit=11)


def work_append(home: Home, attempt: int) -> None:
    """Append many rows over several months, then write down the promise."""
    rows = duckdb.connect().sql(
        f"""SELECT TIMESTAMP '2026-01-01' + INTERVAL (i % 85) DAY AS occurred_at, occurred_at AS recorded_at,
        'call.attempted' AS kind, 'crash' AS source, '{attempt}-' || i || '#call.attempted' AS source_ref
        FROM range({APPEND_ROWS}) AS r(i)"""
    )
    Interactions(home).append(rows)
    _promise(home, attempt)


def work_worker(home: Home, attempt: int) -> None:
    """Offer some rows, write down the promise, and be the worker: move the inbox, refresh the facts."""
    from quintet.site.jobs.worker import run_worker
    from quintet.site.models import CronRun

    _offer(home, attempt)
    CronRun.objects.all().delete()  # the whole timetable is due
    run_worker(once=True)
    broken = list(CronRun.objects.exclude(error="").values_list("name", "error"))
    if broken:
        raise RuntimeError(broken)


def _offer(home: Home, attempt: int) -> None:
    from quintet.ledger import inbox

    when = datetime(2026, 1 + attempt % 3, 5, tzinfo=UTC)
    row = {"occurred_at": when, "recorded_at": when, "source": "crash", "lead_id": attempt + 1}
    kinds = ["lead.created", *["call.attempted"] * (INBOX_ROWS - 1)]
    inbox.offer([row | {"kind": kind, "source_ref": f"{attempt}-{i}#{kind}"} for i, kind in enumerate(kinds)])
    _promise(home, attempt)


def _promise(home: Home, attempt: int) -> None:
    """Write down that the rows of this attempt are durable."""
    with (home.path / "promised").open("a") as file:
        file.write(f"{attempt}\n")


WORK: dict[str, Callable[[Home, int], None]] = {
    "inbox": work_inbox,
    "append": work_append,
    "worker": work_worker,
}


def set_up_inbox(home: Home) -> None:
    """A SQLite file with the inbox in it, and nothing else."""
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["quintet.ledger.apps.LedgerConfig"],
        USE_TZ=True,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": home.path / "records.sqlite3",
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"},
            }
        },
    )
    django.setup()
    _migrate()


def set_up_worker(home: Home) -> None:
    """The site's own database; everything the worker needs is imported before it is forked."""
    import quintet.facts.refresh
    from quintet.site.server import set_up

    set_up(home)
    import quintet.site.jobs.worker  # noqa: F401

    _migrate()


def _migrate() -> None:
    """Make the tables, in a child: this process opens nothing."""
    if not os.fork():
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        os._exit(0)
    os.wait()


def main() -> None:
    """Make the database, kill and finish, and print what was counted as JSON."""
    mode, folder, kills, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    home = Home.at(folder)
    if mode != "append":
        {"inbox": set_up_inbox, "worker": set_up_worker}[mode](home)
    sys.stdout.write(json.dumps(kill_at_random(partial(WORK[mode], home), kills, seed, finish_every=kills)))


if __name__ == "__main__":
    main()
