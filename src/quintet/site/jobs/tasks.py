"""The tasks of the shell. Each may run twice, at any moment, without harm."""

from typing import Any

from django.conf import settings
from django_tasks import task


@task
def refresh_facts() -> dict[str, Any]:
    """Bring the facts up to date with the ledger; does nothing when they are."""
    from quintet.facts.refresh import refresh

    done = refresh(settings.HOME)
    return {
        "version": str(done.version),
        "rows": str(done.rows),
        "seconds": done.seconds,
        "incremental": done.incremental,
    }


def enqueue_refresh() -> str:
    """Ask the worker to bring the facts up to date; one waiting request is enough. Returns the task's id."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.ready().filter(task_path=refresh_facts.module_path).first()
    return str(waiting.id if waiting else refresh_facts.enqueue().id)
