"""The timetable of the worker: what it does again and again, kept in code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from quintet.kernel.home import Home
from quintet.site.jobs.heartbeat import alive_ids
from quintet.site.jobs.sweeper import sweep
from quintet.site.models import CronRun

if TYPE_CHECKING:
    from quintet.facts.published import Facts


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


def move_inbox() -> str:
    """Move single rows from the inbox into the ledger."""
    from quintet.ledger import mover

    moved = mover.move(settings.HOME)
    return f"{moved} rows moved" if isinstance(moved, int) else str(moved or "nothing to move")


def refresh_when_stale() -> str:
    """Bring the facts up to date when the ledger has moved on."""
    from quintet.facts.refresh import refresh
    from quintet.site.loaded import facts_are_current

    if facts_are_current():
        return "up to date"
    done = refresh(settings.HOME)
    return f"version {done.version} in {done.seconds:.1f} s"


def once_loaded(run: Callable[[Home], str]) -> Callable[[], str]:
    """A job that needs something loaded: before that it says so and does nothing."""

    @wraps(run)
    def told() -> str:
        from quintet.site.loaded import loaded

        return "nothing loaded" if loaded().is_empty else run(settings.HOME)

    return told


def with_facts(run: Callable[["Facts"], str]) -> Callable[[], str]:
    """A job that is handed the newest facts, once there are some."""

    @once_loaded
    @wraps(run)
    def told(home: Home) -> str:
        from quintet.facts.published import Facts

        return run(Facts.published(home))

    return told


@once_loaded
def compact_ledger(home: Home) -> str:
    """Join the ledger's small files."""
    from quintet.ledger.compaction import compact

    return str(compact(home))


def tidy() -> str:
    """Forget expired sessions, old task results, workers long gone and uploads nobody loaded."""
    from django.contrib.sessions.backends.db import SessionStore
    from django_tasks_db.models import DBTaskResult

    from quintet.site.mail import outbox
    from quintet.site.models import Heartbeat, JobProgress
    from quintet.sources.files.actions import discard_forgotten

    SessionStore.clear_expired()
    month_ago = timezone.now() - timedelta(days=30)
    gone, _ = DBTaskResult.objects.finished().filter(finished_at__lt=month_ago).delete()
    JobProgress.objects.filter(updated_at__lt=month_ago).delete()
    Heartbeat.objects.filter(beat_at__lt=month_ago).delete()
    outbox.forget(timezone.now().date())
    uploads = discard_forgotten(month_ago)
    return f"{gone} old records forgotten, {uploads} uploads thrown away"


@with_facts
def turn_experiments(facts: "Facts") -> str:
    """Draw new leads into the cells of running experiments, and judge them."""
    from quintet.demand.actions.experiments import turn

    return turn(facts, timezone.now())


@with_facts
def renew_reports(facts: "Facts") -> str:
    """Compute the reports on sources, terms and content from the newest facts."""
    from quintet.demand.actions.margin import margin_share
    from quintet.demand.actions.reports import renew

    return renew(facts, margin=margin_share())


def close_sittings() -> str:
    """Hand in exams whose time is up, with what was saved."""
    from quintet.training.actions.sittings import close_overdue

    return f"{close_overdue(now=timezone.now())} handed in"


@with_facts
def renew_hires(facts: "Facts") -> str:
    """Work out what became of everybody who was hired, and fit the index, when the facts have moved on."""
    from quintet.hiring.actions.index import renew_index
    from quintet.hiring.actions.success import renew_success

    return f"{renew_success(facts)}; index: {renew_index(facts)}"


@with_facts
def renew_ramp(facts: "Facts") -> str:
    """Work out the ramp and which modules shorten it, when the facts have moved on."""
    from quintet.training.actions import ramp

    return ramp.renew_ramp(facts)


@with_facts
def turn_orders(facts: "Facts") -> str:
    """Draw new hires into running orders of modules, and judge them."""
    from quintet.training.actions import orders

    return orders.turn(facts, timezone.now())


@with_facts
def renew_training(facts: "Facts") -> str:
    """Analyse exams, put them beside the field, and measure what mentors brought."""
    from quintet.training.actions.items import renew_items
    from quintet.training.actions.mentors import judge_pairs
    from quintet.training.actions.readiness import renew_readiness

    told = renew_items(facts), renew_readiness(facts), judge_pairs(facts, timezone.now())
    return "; ".join(told)


@with_facts
def renew_score(facts: "Facts") -> str:
    """Fit the lead score from the newest facts, at most once a day."""
    from quintet.demand.actions.margin import margin_share
    from quintet.demand.actions.score import renew

    return renew(facts, margin=margin_share())


@with_facts
def advise(facts: "Facts") -> str:
    """Advise from how many points on leads are worth working, where the score says something new."""
    from quintet.demand.jobs import advise_threshold

    return advise_threshold(facts, timezone.now())


@with_facts
def route_leads(facts: "Facts") -> str:
    """Draw new leads into the score or out of it, and say what the score is worth."""
    from quintet.demand.actions import routing, worth

    return f"{routing.route(facts, timezone.now())}; {worth.renew(facts)}"


@with_facts
def renew_credit(facts: "Facts") -> str:
    """Share out credit, and say what customers are worth, from the newest facts."""
    from quintet.demand.actions.credit import renew
    from quintet.demand.actions.margin import margin_share

    return renew(facts, margin=margin_share())


@with_facts
def renew_forecast(facts: "Facts") -> str:
    """Forecast the running month and quarter from the newest facts, and count coverage."""
    from quintet.management.actions.forecast import renew

    return renew(facts)


def count_contract() -> str:
    """Count the contract between marketing and sales from the newest facts."""
    from quintet.demand.actions.contract_count import count_when_stale

    return count_when_stale()


@once_loaded
def turn_formulas(home: Home) -> str:
    """Turn each formula through the newest period that is over, a period at a time."""
    from quintet.loop.jobs import turned

    return turned(home, most=1)


@once_loaded
def keep_up_decisions(home: Home) -> str:
    """Pick up what formulas advise, and measure what followed."""
    from quintet.loop.actions.decisions import keep_up

    return keep_up(home, timezone.now())


@once_loaded
def watch_drift(home: Home) -> str:
    """See whether inputs still come as they did and promises are kept, and advise an early refit."""
    from quintet.loop.jobs import watched

    return watched(home)


@once_loaded
def refit_early(home: Home) -> str:  # noqa: ARG001 -- as jobs that need something loaded are asked
    """Refit what people accepted to have refitted before the next turn."""
    from quintet.loop.jobs import refitted

    return refitted()


@with_facts
def measure_coaching(facts: "Facts") -> str:
    """See of each coaching plan whether the rate has moved, by the newest facts."""
    from quintet.management.actions.coaching_effects import judge_all

    return judge_all(facts, timezone.now())


@with_facts
def watch_inputs(facts: "Facts") -> str:
    """See whose weekly inputs have dropped, by the newest facts."""
    from quintet.management.actions.early_warnings import renew

    return renew(facts, timezone.now())


@with_facts
def take_in_candidates(facts: "Facts") -> str:
    """Give candidates that came with the company's history a record, and hired ones their rep."""
    from quintet.hiring.actions.history import adopt_history

    return adopt_history(facts, timezone.now())


@with_facts
def watch_playbook(facts: "Facts") -> str:
    """See whether the steps of playbook pages have moved, and count the figures of hands-on projects."""
    from quintet.training.actions.playbook import check_steps
    from quintet.training.actions.projects import count_projects

    now = timezone.now()
    return f"{check_steps(facts, now)}, {count_projects(facts, now)}"


def keep_certificates() -> str:
    """Tell people that a certificate expires soon, and end those whose time is over."""
    from quintet.training.actions.certificates import keep_up

    return keep_up(timezone.now())


def keep_calls() -> str:
    """Erase the words of calls whose time is over, and listen to calls for topics that were worded anew."""
    from quintet.training.actions.call_words import forget_due
    from quintet.training.actions.topics import listen_again

    erased, heard = forget_due(timezone.now()), listen_again()
    return f"words of {erased} calls erased, {heard} calls listened to again"


def prepare_letters() -> str:
    """Put the mails that are due this morning into the outbox."""
    from quintet.site.mail.editions import prepare

    return prepare(timezone.now())


def send_mail() -> str:
    """Hand letters to the mail server."""
    from quintet.site.mail.sending import send_due

    return send_due()


def sweep_tasks() -> str:
    """Give the tasks of dead workers back to the queue."""
    return f"{sweep()} tasks given back"


TIMETABLE = (
    Job("inbox", "Move new rows from the inbox into the ledger", timedelta(seconds=2), move_inbox),
    Job("facts", "Bring the facts up to date with the ledger", timedelta(seconds=5), refresh_when_stale),
    Job(
        "hires",
        "Work out what became of the hires, and fit the hiring index",
        timedelta(hours=1),
        renew_hires,
    ),
    Job("ramp", "Work out the ramp, and which modules shorten it", timedelta(hours=1), renew_ramp),
    Job("orders", "Draw which module new hires take first", timedelta(minutes=5), turn_orders),
    Job(
        "training",
        "Analyse exams, put them beside the field, and measure mentors",
        timedelta(hours=1),
        renew_training,
    ),
    Job(
        "experiments",
        "Draw new leads into running experiments, and judge them",
        timedelta(minutes=1),
        turn_experiments,
    ),
    Job("credit", "Share out credit, and project how long customers stay", timedelta(hours=1), renew_credit),
    Job("reports", "Report on sources, search terms and content", timedelta(hours=1), renew_reports),
    Job("score", "Fit the lead score when the facts have moved on", timedelta(hours=1), renew_score),
    Job("advice", "Advise from how many points on a lead is worth working", timedelta(hours=1), advise),
    Job(
        "turn",
        "Score, refit and promote formulas when a period is over",
        timedelta(seconds=15),
        turn_formulas,
    ),
    Job(
        "routing",
        "Draw new leads into the score or out of it, and say what it is worth",
        timedelta(minutes=5),
        route_leads,
    ),
    Job("sweep", "Give tasks of dead workers back to the queue", timedelta(seconds=30), sweep_tasks),
    Job("contract", "Count what marketing and sales owe each other", timedelta(minutes=2), count_contract),
    Job("decisions", "Pick up advice, and measure what followed", timedelta(minutes=5), keep_up_decisions),
    Job("refit", "Refit early what people accepted to have refitted", timedelta(minutes=1), refit_early),
    Job("drift", "Watch what comes in, and whether promises are kept", timedelta(hours=1), watch_drift),
    Job("coaching", "Measure whether coached rates have moved", timedelta(hours=1), measure_coaching),
    Job("inputs", "See whose weekly inputs have dropped", timedelta(hours=1), watch_inputs),
    Job(
        "forecast",
        "Forecast the running month and quarter, and count pipeline coverage",
        timedelta(hours=1),
        renew_forecast,
    ),
    Job(
        "candidates",
        "Take in candidates of the company's history, and link hired ones to their rep",
        timedelta(minutes=1),
        take_in_candidates,
    ),
    Job("sittings", "Hand in exams whose time is up", timedelta(minutes=1), close_sittings),
    Job(
        "playbook",
        "Watch the steps of playbook pages, and count hands-on projects",
        timedelta(hours=1),
        watch_playbook,
    ),
    Job("certificates", "End certificates whose time is over", timedelta(days=1), keep_certificates),
    Job(
        "calls",
        "Erase the words of calls whose time is over, and listen for topics worded anew",
        timedelta(minutes=5),
        keep_calls,
    ),
    Job("letters", "Prepare the mails of the morning", timedelta(seconds=15), prepare_letters),
    Job("mail", "Hand letters to the mail server", timedelta(seconds=5), send_mail),
    Job("compact", "Join the ledger's small files", timedelta(days=1), compact_ledger),
    Job("tidy", "Forget expired sessions, old tasks and uploads nobody loaded", timedelta(days=1), tidy),
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
    except Exception as problem:  # a broken line must not stop the worker: this is its door
        logging.getLogger(__name__).exception("Job %s failed", job.name)
        error = f"{type(problem).__name__}: {problem}"
    CronRun.objects.filter(name=job.name).update(
        finished_at=timezone.now(), outcome=outcome[:500], error=error[:2000]
    )
    return CronRun.objects.get(name=job.name)
