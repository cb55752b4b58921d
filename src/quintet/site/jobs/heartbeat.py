"""Signs of life: every worker writes one every few seconds, whatever else it is doing."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from quintet.site.models import Heartbeat

BEAT = timedelta(seconds=5)
#: A worker that was silent for so long is taken for dead.
DEAD_AFTER = timedelta(seconds=30)


def beat(worker_id: str) -> None:
    """Say that this worker is alive."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(
        worker_id=worker_id, defaults={"beat_at": now}, create_defaults={"beat_at": now, "started_at": now}
    )


def alive_ids(now: datetime | None = None) -> list[str]:
    """The workers that are alive."""
    since = (now or timezone.now()) - DEAD_AFTER
    return list(Heartbeat.objects.filter(beat_at__gte=since).values_list("worker_id", flat=True))


def keep_beating(
    worker_id: str, stop: threading.Event, *, every: timedelta = BEAT, say: Callable[[str], None] = beat
) -> threading.Thread:
    """Beat from a thread of its own, so that a long task does not look like death."""

    def run() -> None:
        while not stop.wait(every.total_seconds()):
            say(worker_id)
        connection.close()

    thread = threading.Thread(target=run, name="heartbeat", daemon=True)
    thread.start()
    return thread
