"""The timetable of the worker: what it does again and again, kept in code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from quintet.kernel.errors import NotEnoughData
from quintet.site.jobs import chores
from quintet.site.jobs.heartbeat import alive_ids
from quintet.site.models import CronRun


@dataclass(frozen=True)
class Job:
    """One line of the timetable.

    Args:
        name: its key.
        sentence: what it does, for the job page.
        every: how long after one start the next is due.
        run: does it; harmless to run twice; returns what happened in a few words.
    """

    name: str
    sentence: str
    every: timedelta
    run: Callable[[], str]

    @property
    def interval(self) -> str:
        """Its pace, as people say it."""
        seconds = int(self.every.total_seconds())
        for size, word in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
            if seconds % size == 0:
                count = seconds // size
                return f"every {word}" if count == 1 else f"every {count} {word}s"
        return ""


TIMETABLE = (
    Job("inbox", "Move new rows from the inbox into the ledger", timedelta(seconds=2), chores.move_inbox),
    Job(
        "facts", "Bring the facts up to date with the ledger", timedelta(seconds=5), chores.refresh_when_stale
    ),
    Job(
        "hires",
        "Work out what became of the hires, and fit the hiring index",
        timedelta(hours=1),
        chores.renew_hires,
    ),
    Job("ramp", "Work out the ramp, and which modules shorten it", timedelta(hours=1), chores.renew_ramp),
    Job("orders", "Draw which module new hires take first", timedelta(minutes=5), chores.turn_orders),
    Job(
        "training",
        "Analyse exams, put them beside the field, and measure mentors",
        timedelta(hours=1),
        chores.renew_training,
    ),
    Job(
        "experiments",
        "Draw new leads into running experiments, and judge them",
        timedelta(minutes=1),
        chores.turn_experiments,
    ),
    Job(
        "credit",
        "Share out credit, and project how long customers stay",
        timedelta(hours=1),
        chores.renew_credit,
    ),
    Job("reports", "Report on sources, search terms and content", timedelta(hours=1), chores.renew_reports),
    Job("score", "Fit the lead score when the facts have moved on", timedelta(hours=1), chores.renew_score),
    Job(
        "advice", "Advise from how many points on a lead is worth working", timedelta(hours=1), chores.advise
    ),
    Job(
        "turn",
        "Score, refit and promote formulas when a period is over",
        timedelta(seconds=15),
        chores.turn_formulas,
    ),
    Job(
        "routing",
        "Draw new leads into the score or out of it, and say what it is worth",
        timedelta(minutes=5),
        chores.route_leads,
    ),
    Job("sweep", "Give tasks of dead workers back to the queue", timedelta(seconds=30), chores.sweep_tasks),
    Job(
        "contract",
        "Count what marketing and sales owe each other",
        timedelta(minutes=2),
        chores.count_contract,
    ),
    Job(
        "decisions",
        "Pick up advice, and measure what followed",
        timedelta(minutes=5),
        chores.keep_up_decisions,
    ),
    Job(
        "refit", "Refit early what people accepted to have refitted", timedelta(minutes=1), chores.refit_early
    ),
    Job(
        "drift", "Watch what comes in, and whether promises are kept", timedelta(hours=1), chores.watch_drift
    ),
    Job(
        "chain",
        "Tell reps and leads apart, and link traits and modules to steps",
        timedelta(hours=1),
        chores.renew_chain,
    ),
    Job("coaching", "Measure whether coached rates have moved", timedelta(hours=1), chores.measure_coaching),
    Job("inputs", "See whose weekly inputs have dropped", timedelta(hours=1), chores.watch_inputs),
    Job(
        "forecast",
        "Forecast the running month and quarter, and count pipeline coverage",
        timedelta(hours=1),
        chores.renew_forecast,
    ),
    Job(
        "worth",
        "Say what the formulas in use were worth over the baseline",
        timedelta(hours=1),
        chores.renew_worth,
    ),
    Job(
        "candidates",
        "Take in candidates of the company's history, and link hired ones to their rep",
        timedelta(minutes=1),
        chores.take_in_candidates,
    ),
    Job("sittings", "Hand in exams whose time is up", timedelta(minutes=1), chores.close_sittings),
    Job(
        "playbook",
        "Watch the steps of playbook pages, and count hands-on projects",
        timedelta(hours=1),
        chores.watch_playbook,
    ),
    Job("certificates", "End certificates whose time is over", timedelta(days=1), chores.keep_certificates),
    Job(
        "calls",
        "Erase the words of calls whose time is over, and listen for topics worded anew",
        timedelta(minutes=5),
        chores.keep_calls,
    ),
    Job("letters", "Prepare the mails of the morning", timedelta(seconds=15), chores.prepare_letters),
    Job("mail", "Hand letters to the mail server", timedelta(seconds=5), chores.send_mail),
    Job("compact", "Join the ledger's small files", timedelta(days=1), chores.compact_ledger),
    Job(
        "tidy", "Forget expired sessions, old tasks and uploads nobody loaded", timedelta(days=1), chores.tidy
    ),
)


def run_due(worker_id: str, timetable: tuple[Job, ...] = TIMETABLE) -> Iterator[CronRun]:
    """Run what is due and not already being run by another live worker."""
    for job in timetable:
        if _claim(job, worker_id, timezone.now()):
            yield _run(job)


def _claim(job: Job, worker_id: str, now: datetime) -> bool:
    """Take a line of the timetable for ourselves: one statement, so two workers cannot both get it."""
    CronRun.objects.get_or_create(
        name=job.name, defaults={"started_at": now - job.every, "finished_at": now - job.every}
    )
    free = Q(finished_at__gte=F("started_at")) | ~Q(
        worker_id__in=[one for one in alive_ids(now) if one != worker_id]
    )
    due = CronRun.objects.filter(free, name=job.name, started_at__lte=now - job.every)
    return bool(due.update(started_at=now, worker_id=worker_id))


def _run(job: Job) -> CronRun:
    import logging

    outcome, error = "", ""
    try:
        outcome = job.run()
    except NotEnoughData as thin:  # a company that begins has broken nothing
        outcome = str(thin)
    except Exception as problem:  # a broken line must not stop the worker: this is its door
        logging.getLogger(__name__).exception("Job %s failed", job.name)
        error = f"{type(problem).__name__}: {problem}"
    CronRun.objects.filter(name=job.name).update(
        finished_at=timezone.now(), outcome=outcome[:500], error=error[:2000]
    )
    return CronRun.objects.get(name=job.name)
