import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from quintet.kernel.errors import NotEnoughData
from quintet.site.jobs import cron, heartbeat
from quintet.site.jobs.cron import Job, run_due
from quintet.site.jobs.progress import report, state_of
from quintet.site.jobs.sweeper import MAX_STARTS, sweep
from quintet.site.jobs.tasks import enqueue_refresh
from quintet.site.jobs.worker import run_one_task, run_worker
from quintet.site.models import CronRun, Heartbeat

pytestmark = pytest.mark.django_db

done = []


@task
def remember(word: str) -> str:
    """A task that leaves a trace."""
    done.append(word)
    return word


@task
def break_down() -> None:
    """A task that fails."""
    raise ValueError("broken on purpose")


@pytest.fixture(autouse=True)
def nothing_done():
    """Start with no trace."""
    done.clear()


def job(ran: list[str], name: str = "sample", seconds: int = 60) -> Job:
    """A line of a timetable that notes when it runs."""

    def run() -> str:
        ran.append(name)
        return "fine"

    return Job(name, "Notes that it ran", timedelta(seconds=seconds), run)


def test_the_worker_runs_what_waits():
    """Every waiting task runs once, in order, and a failing one does not stop the rest."""
    remember.enqueue("one")
    break_down.enqueue()
    remember.enqueue("two")

    while run_one_task("worker-1"):
        pass

    assert done == ["one", "two"]
    assert [one.status for one in DBTaskResult.objects.order_by("enqueued_at")] == [
        "SUCCESSFUL",
        "FAILED",
        "SUCCESSFUL",
    ]


@pytest.mark.django_db(transaction=True)
def test_the_worker_in_one_process():
    """Once through: timetable, queue, a sign of life, and out."""
    remember.enqueue("one")

    assert run_worker(once=True) == 1
    assert done == ["one"]
    assert Heartbeat.objects.count() == 1
    assert set(CronRun.objects.values_list("name", flat=True)) == {line.name for line in cron.TIMETABLE}
    assert not CronRun.objects.exclude(error="").values_list("name", "error")


def test_a_worker_that_is_told_to_stop_begins_no_further_line():
    """What runs is finished; the other lines of the timetable wait for the next worker."""
    stop, ran = threading.Event(), []

    def last() -> str:
        stop.set()
        return "fine"

    first = Job("first", "Is told to stop", timedelta(seconds=60), last)

    assert run_worker(stop=stop, timetable=(first, job(ran, "second"))) == 0
    assert ran == []
    assert set(CronRun.objects.values_list("name", flat=True)) == {"first"}


def test_a_task_of_a_dead_worker_goes_back():
    """The worker was killed while it ran: nobody beats for it, so the task waits again and then runs."""
    remember.enqueue("one")
    DBTaskResult.objects.get().claim("dead")

    assert sweep() == 1
    assert run_one_task("alive")
    assert done == ["one"]


def test_a_task_of_a_live_worker_stays():
    """A long task is not doubled while its worker gives signs of life."""
    remember.enqueue("one")
    heartbeat.beat("alive")
    DBTaskResult.objects.get().claim("alive")

    assert sweep() == 0
    assert sweep(timezone.now() + heartbeat.DEAD_AFTER + timedelta(seconds=1)) == 1


def test_a_task_that_kills_its_workers_is_given_up():
    """After three deaths it is marked as failed instead of going back for ever."""
    remember.enqueue("one")
    for number in range(MAX_STARTS):
        DBTaskResult.objects.get().claim(f"dead-{number}")

    assert sweep() == 0
    task = DBTaskResult.objects.get()
    assert task.status == "FAILED"
    assert "its worker died 3 times" in task.traceback


def test_a_line_runs_when_it_is_due():
    """The first time at once, then not before its interval is over."""
    ran: list[str] = []
    timetable = (job(ran),)

    list(run_due("w", timetable))
    list(run_due("w", timetable))
    assert ran == ["sample"]

    CronRun.objects.update(started_at=timezone.now() - timedelta(seconds=61))
    list(run_due("w", timetable))
    assert ran == ["sample", "sample"]


def test_a_line_that_runs_elsewhere_is_left_alone():
    """Another live worker has started it and is not done; once that worker is dead, we take over."""
    ran: list[str] = []
    heartbeat.beat("other")
    long_ago = timezone.now() - timedelta(seconds=300)
    CronRun.objects.create(name="sample", started_at=long_ago, finished_at=None, worker_id="other")

    list(run_due("w", (job(ran),)))
    assert ran == []

    Heartbeat.objects.update(beat_at=long_ago)
    list(run_due("w", (job(ran),)))
    assert ran == ["sample"]


def test_a_line_with_too_little_data_is_not_broken():
    """What it lacks is what it says; nobody is alarmed by a company that begins."""

    def too_early() -> str:
        raise NotEnoughData("no month is over", have=0, need=1, unit="months")

    (run,) = run_due("w", (Job("early", "Come too early", timedelta(minutes=1), too_early),))

    assert run.error == ""
    assert "no month is over" in run.outcome


def test_a_broken_line_is_written_down():
    """The next line runs all the same, and the job page shows the error."""
    ran: list[str] = []

    def fail() -> str:
        raise RuntimeError("disk full")

    broken = Job("broken", "Breaks", timedelta(seconds=1), fail)
    list(run_due("w", (broken, job(ran))))

    assert CronRun.objects.get(name="broken").error == "RuntimeError: disk full"
    assert ran == ["sample"]


def test_one_request_to_refresh_is_enough():
    """Asking twice while the first waits gives the same task."""
    assert enqueue_refresh() == enqueue_refresh()
    assert DBTaskResult.objects.count() == 1


def test_progress_is_what_the_task_said_last():
    """Before it says anything its state speaks for it."""
    result = DBTaskResult.objects.get(pk=remember.enqueue("x").id)
    assert state_of(result).message == "Waiting for the worker"

    report(result.pk, 5, 10, "Half of contacts.csv")
    report(result.pk, 7, 10, "More of contacts.csv")

    assert (state_of(result).done, state_of(result).total) == (7, 10)
    assert state_of(result).message == "More of contacts.csv"


def test_the_job_page_shows_what_runs(sign_in):
    """A waiting task with its progress bar, the timetable, and no worker."""
    remember.enqueue("one")

    text = sign_in("operations").get("/jobs/").content.decode()

    assert "No worker has run yet" in text
    assert "remember" in text
    assert 'hx-trigger="load delay:1s"' in text
    assert "every 2 seconds" in text


def test_only_operations_start_a_refresh(sign_in):
    """An auditor looks but does not touch."""
    assert sign_in("auditor").post("/jobs/refresh/").status_code == 403
    assert sign_in("operations").get("/jobs/refresh/").status_code == 405
    assert sign_in("operations").post("/jobs/refresh/").status_code == 302
    assert DBTaskResult.objects.count() == 1


def test_signs_of_life_go_on_during_a_long_task():
    """They come from a thread of their own, until the worker stops."""
    beats, stop = threading.Semaphore(0), threading.Event()

    thread = heartbeat.keep_beating("w", stop, every=timedelta(milliseconds=1), say=lambda _: beats.release())

    assert all(beats.acquire(timeout=10) for _ in range(3))
    stop.set()
    thread.join()
