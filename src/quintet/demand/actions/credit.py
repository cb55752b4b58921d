"""Compute what customers are worth and who gets the credit; keep both for pages and the lead score."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django_tasks import task

from quintet.demand.actions.margin import margin_share
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf

LIFETIME, ATTRIBUTION = "demand.lifetime", "demand.attribution"
#: Versions of each that are kept.
KEPT = 10


def members_file(home: Home, shelf: str, facts_version: int) -> Path:
    """Where the records behind the numbers of a shelf lie: one Parquet per version of the facts."""
    return home.formulas / shelf / f"members-{facts_version}.parquet"


def renew(facts: Facts, *, margin: float = 1.0, now: datetime | None = None) -> str:
    """Compute both from a published version, unless those in use are from it.

    Args:
        facts: the published version.
        margin: gross margin, a share of the revenue.
        now: from when it is in use.

    Returns:
        What was done, in a few words.
    """
    why = f"facts version {facts.version} of ledger version {facts.ledger_version}{_at(margin)}"
    shelves = [Shelf(facts.home, name) for name in (LIFETIME, ATTRIBUTION)]
    if all(one.uses() and one.uses()[-1].why == why for one in shelves):
        return "up to date"
    from quintet.demand.formula.attribution import fit_attribution
    from quintet.demand.formula.lifetime import fit_lifetime
    from quintet.facts.lifetimes import subscriber_rows

    when = now or datetime.now(UTC)
    lifetime = fit_lifetime(facts, margin)
    _keep_members(facts, LIFETIME, subscriber_rows(facts))
    shelves[0].use(shelves[0].put(lifetime.text), when, why)
    try:
        report, members = fit_attribution(facts, lifetime)
    except NotEnoughData as error:
        return str(error)
    _keep_members(facts, ATTRIBUTION, members)
    shelves[1].use(shelves[1].put(report.text), when, why)
    for shelf in shelves:
        shelf.throw_away(KEPT)
    return f"credit and lifetimes of {why}"


def _at(margin: float) -> str:
    return "" if margin == 1.0 else f", gross margin {margin:.4g}"


def _keep_members(facts: Facts, shelf: str, rows: pa.Table) -> None:
    """Write the records behind the numbers; those of earlier versions are thrown away."""
    path = members_file(facts.home, shelf, facts.version)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    pq.write_table(rows, half, row_group_size=200_000)
    half.rename(path)
    for old in path.parent.glob("members-*.parquet"):
        if old != path:
            old.unlink(missing_ok=True)


@task
def renew_credit() -> str:
    """Bring credit and lifetimes up to date with the facts; does nothing when they are."""
    return renew(Facts.published(settings.HOME), margin=margin_share())


def ask_for_credit() -> str:
    """Ask the worker for both; one waiting request is enough. Returns the task's id."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.ready().filter(task_path=renew_credit.module_path).first()
    return str(waiting.id if waiting else renew_credit.enqueue().id)
