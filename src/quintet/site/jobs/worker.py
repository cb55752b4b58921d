"""The worker: one process, one loop. Timetable first, then one task, then a short rest."""

import logging
import os
import secrets
import signal
import socket
import threading
from types import FrameType
from typing import Any

from django.db import close_old_connections

from quintet.site.jobs import cron, heartbeat
from quintet.site.jobs.sweeper import sweep

REST_SECONDS = 0.5
logger = logging.getLogger(__name__)


def new_worker_id() -> str:
    """A name no other worker has: machine, process, chance."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"


def run_worker(
    *,
    once: bool = False,
    stop: threading.Event | None = None,
    timetable: tuple[cron.Job, ...] = cron.TIMETABLE,
) -> int:
    """Work until told to stop: the timetable, the queue, signs of life.

    Args:
        once: do everything that is due and waiting, then return.
        stop: set it to end the loop after what is being done now; SIGTERM and SIGINT set it too.
        timetable: what is done again and again.

    Returns:
        How many tasks it ran.
    """
    stop = stop or threading.Event()
    worker_id = new_worker_id()
    heartbeat.beat(worker_id)
    sweep()
    before = _listen(stop)
    beating = heartbeat.keep_beating(worker_id, stop)
    logger.info("Worker %s is at work", worker_id)
    try:
        return _loop(worker_id, stop, timetable, once=once)
    finally:
        stop.set()
        beating.join()
        for number, handler in before.items():
            signal.signal(number, handler)


def _loop(worker_id: str, stop: threading.Event, timetable: tuple[cron.Job, ...], *, once: bool) -> int:
    ran = 0
    while not stop.is_set():
        close_old_connections()
        for _ in cron.run_due(worker_id, timetable):
            if stop.is_set():  # a line of the timetable may take seconds, and there are many
                return ran
        if run_one_task(worker_id):
            ran += 1
        elif once:
            break
        else:
            stop.wait(REST_SECONDS)
    return ran


def run_one_task(worker_id: str) -> bool:
    """Run the next waiting task; False when none waits."""
    from django_tasks_db.management.commands.db_worker import Worker

    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=worker_id,
        excluded_queue_names=[],
    )
    worker.run()
    return bool(worker._run_tasks)  # noqa: SLF001


def _listen(stop: threading.Event) -> dict[int, Any]:
    """Let SIGTERM and SIGINT end the loop; returns the handlers there were before."""
    if threading.current_thread() is not threading.main_thread():
        return {}

    def ask_to_stop(number: int, _frame: FrameType | None) -> None:
        logger.info("Worker stops after what it is doing now (%s)", signal.strsignal(number))
        stop.set()

    return {number: signal.signal(number, ask_to_stop) for number in (signal.SIGTERM, signal.SIGINT)}
