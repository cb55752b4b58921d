"""The job page: what runs, what waits, what failed, and whether the worker is alive."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from quintet.kernel.access import needs
from quintet.site.jobs.cron import TIMETABLE
from quintet.site.jobs.heartbeat import alive_ids
from quintet.site.jobs.progress import state_of
from quintet.site.jobs.tasks import enqueue_refresh
from quintet.site.models import CronRun, Heartbeat


@needs("site.see_jobs")
def overview(request: HttpRequest) -> HttpResponse:
    """Workers, the cron table and the newest tasks."""
    runs = CronRun.objects.in_bulk()
    tasks = DBTaskResult.objects.order_by("-enqueued_at")[:100]
    context = {
        "workers": _workers(),
        "cron": [{"job": job, "run": runs.get(job.name)} for job in TIMETABLE],
        "may_run": request.user.has_perm("site.run_jobs"),
        "tasks": [{"task": one, "progress": state_of(one)} for one in tasks],
    }
    return TemplateResponse(request, "quintet/jobs.html", context)


def _workers() -> list[dict[str, Any]]:
    alive = set(alive_ids())
    newest = Heartbeat.objects.values("worker_id", "started_at", "beat_at")[:10]
    return [{**one, "is_alive": one["worker_id"] in alive} for one in newest]


@needs("site.run_jobs")
@require_POST
def start_refresh(request: HttpRequest) -> HttpResponse:
    """Ask the worker to bring the facts up to date."""
    enqueue_refresh()
    messages.success(request, "The worker will bring the facts up to date.")
    return redirect("jobs")


@needs("site.see_jobs")
def progress(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """How far one task has come; htmx asks for it every second."""
    task = get_object_or_404(DBTaskResult, pk=task_id)
    return render(request, "quintet/job_progress.html", {"task": task, "progress": state_of(task)})
