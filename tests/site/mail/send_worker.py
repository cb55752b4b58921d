"""Sends letters, killed at random moments: `send_worker.py HOME PORT KILLS SEED`; prints what became of them.

Each attempt posts twenty letters to new readers and sends what is due, at a time at which the claims of the
attempt before have run out.
"""

import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crashing import kill_at_random
from quintet.kernel.home import Home
from quintet.site.server import set_up

BEGAN = datetime(2026, 3, 3, 7, tzinfo=UTC)


def open_site(home: Home, port: str) -> None:
    """Django on that home and mail server, everything imported and no connection open."""
    os.environ |= {"QUINTET_MAIL_HOST": "127.0.0.1", "QUINTET_MAIL_PORT": port, "QUINTET_MAIL_TLS": "none"}
    set_up(home)
    from django.core.management import call_command
    from django.db import connections
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 -- imports every page, which the first link in a letter would
    call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()


def post_and_send(attempt: int) -> None:
    """Twenty letters more, and everything that is due."""
    from django.db import connections

    from quintet.site.mail import outbox
    from quintet.site.mail.models import Edition
    from quintet.site.mail.sending import send_due
    from quintet.site.models import User

    now = BEGAN + timedelta(minutes=6 * attempt)
    names = [f"r{os.getpid()}-{attempt}-{at}@example.test" for at in range(20)]
    people = User.objects.bulk_create([User(email=name, role="rep") for name in names])
    edition = Edition(
        kind="daily",
        day=now.date(),
        audience=str(os.getpid()),
        label="all",
        subject="Sales",
        html="<p>x</p>",
        text="x\n",
        facts_version=1,
        prepared_at=now,
        seconds=0,
        expires_at=BEGAN + timedelta(days=9),
    )
    outbox.post(edition, [outbox.Recipient(one, {}) for one in people], "q.test")
    send_due(lambda: now, seconds=600)
    connections.close_all()


def main() -> None:
    """Kill senders, let the last one finish, count."""
    home, port, kills, seed = Home.at(Path(sys.argv[1])), *sys.argv[2:5]
    open_site(home, port)
    done = kill_at_random(post_and_send, int(kills), int(seed), finish_every=4)
    from quintet.site.mail.models import Letter
    from quintet.site.mail.sending import send_due

    send_due(lambda: BEGAN + timedelta(days=1), seconds=600)
    told = done | Counter(Letter.objects.values_list("state", flat=True))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
