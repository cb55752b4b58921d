"""What the worker does for the loop. Each task may run twice, at any moment, without harm."""

from django.conf import settings
from django_tasks import task

from quintet.kernel.errors import NotEnoughData
from quintet.loop.asks import grain_named, turned_through
from quintet.loop.formulas import formulas
from quintet.loop.running import run


@task
def turn_all(grain: str = "quarter") -> str:
    """Turn every formula through the newest period that is over."""
    return turned(grain)


def turned(grain: str = "quarter") -> str:
    """Turn what was not turned yet; says what happened in a few words."""
    told = []
    for one in formulas():
        try:
            turns = run(settings.HOME, one, turned_through(settings.HOME, None, grain_named(grain)))
        except NotEnoughData as error:
            told.append(f"{one.title}: {error}")
        else:
            told.append(f"{one.title}: {turns[-1].period if turns else 'nothing to turn'}")
    return "; ".join(told)


def enqueue() -> str:
    """Ask the worker to turn; one waiting request is enough. Returns the task's id."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.ready().filter(task_path=turn_all.module_path).first()
    return str(waiting.id if waiting else turn_all.enqueue().id)
