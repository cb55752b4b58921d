"""A morning's mail: preparing, size and sending for the readers of one simulated company.

python benchmarks/daily_mail.py [REPS]

Simulates a company (300 reps when left out, two quarters), gives each rep, each manager and one executive
an account, prepares the editions of the newest morning, and hands every letter to an SMTP server here.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from statistics import mean
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import pyarrow as pa

from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.simulate.company import company
from quintet.simulate.spec import CompanySpec
from quintet.site.server import prepare
from smtp_server import Mailboxes, mail_server


@contextmanager
def timed(what: str, times: dict[str, tuple[float, float]]) -> Iterator[None]:
    """Note seconds on the clock and of the processor."""
    began, spent = time.monotonic(), time.process_time()
    yield
    times[what] = time.monotonic() - began, time.process_time() - spent


def build(home: Home, reps: int) -> None:
    """The company's ledger and facts."""
    made = company(CompanySpec(reps=reps, quarters=2, seed=4, start=date(2025, 4, 1)))
    reader = pa.RecordBatchReader.from_batches(OFFERED, made.batches())
    Interactions(home).append(reader, dedupe=False)
    Aliases(home).link(made.aliases())
    rebuild(home)


def accounts(facts: Facts) -> int:
    """An account for everybody who sells or leads, and for an executive; how many."""
    from quintet.site.models import User

    rows = facts.arrow(facts.table("reps")).to_pylist()
    here = {row["rep_id"]: row for row in rows if row["valid_to"] is None}
    roles = {"manager": "manager", "bdr": "bdr"}
    people = [
        User(email=f"p{rep}@example.test", name=row["name"], role=roles.get(row["role"], "rep"), rep_id=rep)
        for rep, row in here.items()
    ]
    User.objects.bulk_create([*people, User(email="executive@example.test", role="executive")])
    return len(people) + 1


def report(times: dict[str, tuple[float, float]], mailboxes: Mailboxes, rendered: list[float]) -> None:
    """The table."""
    sizes = [len(text) for _, text in mailboxes.taken]
    print("| what | seconds | of the processor |\n|---|---|---|")
    for what, (clock, processor) in times.items():
        print(f"| {what} | {clock:.1f} | {processor:.1f} |")
    print(f"\n{len(sizes)} letters of {len(rendered)} editions.")
    print(f"An edition took {mean(rendered):.2f} s, the slowest {max(rendered):.2f} s.")
    print(f"kB a letter: mean {mean(sizes) / 1000:.1f}, largest {max(sizes) / 1000:.1f}.")
    print(f"Memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB.")


def main() -> None:
    """Build, prepare, send, print."""
    reps = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder))
        times: dict[str, tuple[float, float]] = {}
        os.environ |= {"QUINTET_MAIL_HOST": "127.0.0.1", "QUINTET_MAIL_TLS": "none"}
        prepare(home)
        build(home, reps)
        facts = Facts.published(home)
        people = accounts(facts)
        from django.conf import settings

        from quintet.site.mail import editions
        from quintet.site.mail.models import Edition
        from quintet.site.mail.preview import newest_morning
        from quintet.site.mail.sending import send_due

        day = newest_morning(editions.Morning(facts, datetime.now(ZoneInfo("UTC"))))
        now = datetime(day.year, day.month, day.day, 7, tzinfo=ZoneInfo("UTC"))
        mailboxes = Mailboxes()
        with timed(f"preparing {people} letters", times):
            print(editions.prepare(now, seconds=3600))
        with mail_server(mailboxes) as settings.EMAIL_PORT, timed("handing them over", times):
            print(send_due(lambda: now, seconds=3600))
        report(times, mailboxes, list(Edition.objects.values_list("seconds", flat=True)))


if __name__ == "__main__":
    main()
