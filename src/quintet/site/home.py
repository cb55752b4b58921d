"""What the shell puts on the home page: how fresh the data is, what the worker does, and which files left."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from quintet.kernel.counted import counted
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.panels import Line, Panel, Shown, Tile, Todo, Urgency
from quintet.site.jobs.cron import TIMETABLE, Job
from quintet.site.jobs.heartbeat import alive_ids
from quintet.site.loaded import data_health_of, facts_are_current, loaded, published_facts
from quintet.site.models import CronRun, Export

#: So many lines of a list find room.
_LINES = 6
_RUNS_JOBS, _LOADS = "site.run_jobs", "files.import_files"
#: Data that ends longer ago than this should be renewed.
_OLD = timedelta(days=7)


def freshness(request: HttpRequest) -> Shown:
    """How new the data is, where it came from, and which formulas it cannot feed."""
    ledger, facts = loaded(), published_facts()
    if facts is None or facts.as_of is None:
        raise NotEnoughData("no facts are published yet: load a CRM export first", unit="loads")
    lacking = [one for one in data_health_of() if one.feed != "can"]
    at = ledger.loaded_at
    return Shown(
        tiles=(
            Tile("Data reaches to", f"{facts.as_of:%-d %b %Y}", note="ages count from this day"),
            Tile("Last load", f"{at:%-d %b %Y}" if at else "–", note=f"{at:%H:%M} UTC" if at else ""),
            Tile("Interactions", ledger.rows, note=f"from {', '.join(ledger.sources)}"),
        ),
        lines=tuple(
            Line(
                f"{one.formula[:1].upper()}{one.formula[1:]}", reverse("data-health"),
                f"{one.reason[:1].upper()}{one.reason[1:]}.", str(one.feed),
                "bad" if one.feed == "cannot" else "warn",
            )
            for one in lacking[:_LINES]
        ),
        more=max(len(lacking) - _LINES, 0),
        note="" if facts_are_current() else "Newer rows are loaded; the worker brings the facts up to date.",
        nothing="" if lacking else "Every formula can be fed.",
        todos=_to_load(request, facts.as_of),
    )  # fmt: skip


def _to_load(request: HttpRequest, as_of: datetime) -> tuple[Todo, ...]:
    """Newer data, where the newest is old."""
    if not request.user.has_perm(_LOADS) or timezone.now() - as_of.replace(tzinfo=UTC) < _OLD:
        return ()
    why = f"The data ends on {as_of:%-d %b %Y}; every page counts from that day."
    return (Todo("Load what is new", reverse("files:uploads"), "Import files", why),)


def jobs(request: HttpRequest) -> Shown:
    """Is the worker alive, and what failed."""
    alive = alive_ids()
    runs = CronRun.objects.in_bulk()
    broken = [(job, runs[job.name]) for job in TIMETABLE if job.name in runs and runs[job.name].error]
    since = timezone.now() - timedelta(days=1)
    failed = list(
        DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gte=since).order_by(
            "-finished_at"
        )
    )
    url = reverse("jobs")
    return Shown(
        tiles=(
            Tile("Workers alive", len(alive), url=url),
            Tile(
                "Jobs whose last run failed",
                len(broken),
                note=f"of {len(TIMETABLE)} on the timetable",
                url=url,
            ),
            Tile("Tasks failed", len(failed), note="in the last 24 hours", url=url),
        ),
        lines=tuple(_broken(job.sentence, run, url) for job, run in broken[:_LINES]),
        more=max(len(broken) - _LINES, 0),
        todos=_job_todos(request, url, len(alive), broken),
    )


def _broken(sentence: str, run: CronRun, url: str) -> Line:
    return Line(sentence, url, f"{timesince(run.started_at)} ago: {run.error[:200]}", "failed", "bad")


def _job_todos(
    request: HttpRequest, url: str, alive: int, broken: list[tuple[Job, CronRun]]
) -> tuple[Todo, ...]:
    if not request.user.has_perm(_RUNS_JOBS):
        return ()
    if not alive:
        why = "Nothing is refreshed, fitted or mailed while none is alive. On the machine: quintet worker"
        return (Todo("Start the worker", url, "Open the jobs", why, Urgency.LATE),)
    if broken:
        failed = "a job" if len(broken) == 1 else f"{len(broken)} jobs"
        return (Todo(f"See why {failed} failed", url, "Open the jobs", broken[0][1].error[:200]),)
    return ()


def exported(request: HttpRequest) -> Shown:
    """The files that left last: who took what, from where."""
    found = Export.objects.visible_to(request.user)
    month = timezone.now() - timedelta(days=30)
    newest = list(found.select_related("user")[:_LINES])
    of_month = found.filter(exported_at__gte=month).count()
    url = reverse("exports")
    return Shown(
        tiles=(Tile("Files that left", of_month, note="in the last 30 days", url=url),) if newest else (),
        lines=tuple(Line(one.filename, url, _taken(one)) for one in newest),
        more=max(found.count() - len(newest), 0),
        nothing="" if newest else "No file has left yet.",
    )


def _taken(one: Export) -> str:
    rows = "" if one.rows is None else f"{counted(one.rows, 'row')} "
    return f"{one.user}, {one.exported_at:%-d %b %Y %H:%M} UTC: {rows}from {one.page}"


PANELS = (
    Panel("site.freshness", "The data", "data-health", "Data health", freshness, is_wide=True),
    Panel("site.jobs", "Jobs", "jobs", "All jobs", jobs, is_wide=True),
    Panel("site.exported", "What left", "exports", "All exports", exported),
)
