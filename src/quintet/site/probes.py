"""For machines: is the site well, and numbers for Prometheus."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from quintet.kernel.access import public
from quintet.site.jobs.heartbeat import alive_ids
from quintet.site.loaded import loaded

_HERE = frozenset({"127.0.0.1", "::1"})


@public
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 when database and ledger can be read; also says whether a worker is alive."""
    checks = {"database": _works(_ask_database), "ledger": _works(loaded)}
    worker = checks["database"] and bool(alive_ids())
    is_well = all(checks.values())
    words = {True: "ok", False: "failed"}
    body = {name: words[state] for name, state in checks.items()} | {
        "worker": "alive" if worker else "silent"
    }
    return JsonResponse({"status": words[is_well], **body}, status=200 if is_well else 503)


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:  # noqa: BLE001  a probe reports every failure, it does not raise it
        return False
    return True


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus; for this machine, or for whoever brings the token."""
    if not _may_read(request):
        return HttpResponse(
            "Bring the token of QUINTET_METRICS_TOKEN.\n", status=403, content_type="text/plain"
        )
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    is_direct = not request.headers.get("X-Forwarded-For")
    return is_direct and request.META.get("REMOTE_ADDR") in _HERE


def _registry() -> CollectorRegistry:
    from django_tasks_db.models import DBTaskResult

    registry = CollectorRegistry()
    tasks = Gauge("quintet_tasks", "Tasks by state.", ["state"], registry=registry)
    for state in ("READY", "RUNNING", "FAILED", "SUCCESSFUL"):
        tasks.labels(state.lower()).set(DBTaskResult.objects.filter(status=state).count())
    Gauge("quintet_workers_alive", "Workers that gave a sign of life.", registry=registry).set(
        len(alive_ids())
    )
    ledger = loaded()
    Gauge("quintet_ledger_version", "Newest version of the ledger.", registry=registry).set(ledger.version)
    Gauge("quintet_ledger_rows", "Interactions in the ledger.", registry=registry).set(ledger.rows)
    return registry
