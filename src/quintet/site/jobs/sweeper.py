"""Tasks of dead workers go back to the queue: every task is harmless to run again."""

from datetime import datetime

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from quintet.site.jobs.heartbeat import alive_ids

#: A task that killed its worker so often is broken: it fails instead of going back.
MAX_STARTS = 3


def sweep(now: datetime | None = None) -> int:
    """Give the running tasks of dead workers back to the queue.

    Returns:
        How many went back; those that have killed three workers are marked as failed instead.
    """
    alive = set(alive_ids(now))
    orphans = [task for task in DBTaskResult.objects.running() if not alive & set(task.worker_ids[-1:])]
    return sum(_give_back(task) for task in orphans)


def _give_back(task: DBTaskResult) -> int:
    still = DBTaskResult.objects.running().filter(pk=task.pk)
    if len(task.worker_ids) < MAX_STARTS:
        return still.update(status=TaskResultStatus.READY, started_at=None)
    task.set_failed(RuntimeError(f"its worker died {MAX_STARTS} times while running it"))
    return 0
