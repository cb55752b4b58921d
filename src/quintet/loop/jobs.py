"""What the worker does for the loop. Each task may run twice, at any moment, without harm."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home
from quintet.loop.actions.drift import keep_watch, refit_accepted
from quintet.loop.asks import company_grain, turned_through
from quintet.loop.formulas import formulas, watched_formulas
from quintet.loop.running import Turns, is_turned, run
from quintet.stats.trials import Formula


@task
def turn_all() -> str:
    """Turn every formula through the newest period that is over."""
    return turned(settings.HOME)


def turned(home: Home, most: int | None = None, brought: Sequence[Formula] | None = None) -> str:
    """Turn what was not turned yet; says what happened in a few words.

    Args:
        home: whose formulas.
        most: of each formula no more periods than this now, so that the worker's other work gets its turn.
        brought: the formulas; those the rooms bring when left out.
    """
    mine = formulas() if brought is None else brought
    return "; ".join(f"{one.title}: {_turned(home, one, most)}" for one in mine)


def _turned(home: Home, formula: Formula, most: int | None) -> str:
    told: list[str] = []
    try:
        through = turned_through(home, None, company_grain())
        if is_turned(home, formula, through):
            return f"{through} is turned"
        turns = run(home, formula, through, say=told.append, most=most)
    except (NotEnoughData, BadInput) as error:
        return str(error)
    done = f"{len(told)} turned" if told else "nothing new"
    return f"{done}, through {turns[-1].period}" if turns else done


def watched(home: Home, brought: Sequence[Formula] | None = None) -> str:
    """Look at the newest day of every formula for drift; says what was seen in a few words.

    A formula whose history is still being turned waits: what is in use by then is a version of long ago.

    Args:
        home: whose formulas.
        brought: the formulas; those the rooms bring when left out.
    """
    mine = watched_formulas() if brought is None else brought
    return "; ".join(
        keep_watch(home, timezone.now(), [one])
        if _has_newest_turn(home, one)
        else f"{one.title}: to be turned"
        for one in mine
    )


def _has_newest_turn(home: Home, formula: Formula) -> bool:
    try:
        return turned_through(home, None, company_grain()).name in Turns(home, formula.name).seen()
    except NotEnoughData:
        return False


def refitted() -> str:
    """Refit early what people accepted to have refitted; says what was done."""
    return refit_accepted(settings.HOME)


@task
def watch_all() -> str:
    """Look at the newest whole day of every formula."""
    return watched(settings.HOME)


def enqueue_watch() -> str:
    """Ask the worker to look; one waiting request is enough. Returns the task's id."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.ready().filter(task_path=watch_all.module_path).first()
    return str(waiting.id if waiting else watch_all.enqueue().id)


def enqueue() -> str:
    """Ask the worker to turn; one request at a time is enough. Returns the task's id."""
    return running() or str(turn_all.enqueue().id)


def running() -> str:
    """The id of a turn somebody asked for that waits or is at work; empty when there is none."""
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    at_work = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    mine = DBTaskResult.objects.filter(task_path=turn_all.module_path, status__in=at_work)
    found = mine.order_by("enqueued_at").first()
    return str(found.id) if found else ""
