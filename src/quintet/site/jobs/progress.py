"""How far a task has come: written by the task, read by the page."""

from dataclasses import dataclass
from uuid import UUID

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from quintet.site.models import JobProgress

_STATES = {
    TaskResultStatus.READY: "running",
    TaskResultStatus.RUNNING: "running",
    TaskResultStatus.SUCCESSFUL: "done",
    TaskResultStatus.FAILED: "failed",
}
_WORDS = {"READY": "Waiting for the worker", "RUNNING": "Running", "SUCCESSFUL": "Done", "FAILED": "Failed"}


@dataclass(frozen=True)
class State:
    """One task as the progress component draws it."""

    state: str
    done: int
    total: int | None
    message: str


def report(task_id: UUID | str, done: int, total: int | None = None, message: str = "") -> None:
    """Say how far a task has come."""
    values = {"done": done, "total": total, "message": message[:300]}
    JobProgress.objects.update_or_create(task_id=task_id, defaults=values)


def state_of(task: DBTaskResult) -> State:
    """How far a task has come, as last reported."""
    said = JobProgress.objects.filter(task_id=task.pk).first()
    words = (said and said.message) or _WORDS.get(str(task.status), "")
    state = _STATES[TaskResultStatus(task.status)]
    return State(state, said.done if said else 0, said.total if said else None, words)
