"""Compute the reports of sources, terms and content, and keep them for the pages."""

from datetime import UTC, datetime

from django.conf import settings
from django_tasks import task

from quintet.demand.actions.margin import margin_share
from quintet.demand.formula.reports.build import build_reports
from quintet.demand.terms.lifetime import LifetimeFit, Worth
from quintet.demand.terms.reports import Amount
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Status
from quintet.kernel.home import Home
from quintet.kernel.plain import text_of
from quintet.kernel.shelf import Shelf

#: The reports that are kept, each on a shelf of its own.
KEPT = ("sources", "terms", "content")
#: Versions of each that are kept.
VERSIONS_KEPT = 10


def shelf_of(facts: Facts, report: str) -> Shelf:
    """Where a report of this company is kept."""
    return Shelf(facts.home, f"demand.{report}")


def lifetimes_of(home: Home) -> tuple[str, dict[str, Amount]]:
    """Which lifetime fit is in use, in words, and what it says a customer of each source is worth.

    Sources of which it may not speak are left out.
    """
    shelf = Shelf(home, "demand.lifetime")
    uses = shelf.uses()
    if not uses:
        return "", {}
    fit = LifetimeFit.of(shelf.read(uses[-1].version))
    spoken = [one for one in fit.sources if one.source and one.status is not Status.SILENT]
    found = {one.source: _amount(one, fit.currency) for one in spoken}
    return f", lifetime fit {uses[-1].version}", found


def _amount(worth: Worth, currency: str) -> Amount:
    value = worth.value
    label = "lifetime value"
    return Amount(
        worth.customers, label, currency, value.estimate, value.lo, value.hi, worth.status, worth.reason
    )


def renew(facts: Facts, *, margin: float = 1.0, now: datetime | None = None) -> str:
    """Compute all reports from a published version, unless the ones in use are from it.

    Args:
        facts: the published version.
        margin: gross margin, a share of the revenue; lifetime values have theirs already.
        now: from when they are in use.

    Returns:
        What was done, in a few words.
    """
    made_from = {"facts_version": facts.version, "ledger_version": facts.ledger_version}
    lifetime, lifetimes = lifetimes_of(facts.home)
    at = "" if lifetime or margin == 1.0 else f", gross margin {margin:.4g}"
    why = f"facts version {facts.version} of ledger version {facts.ledger_version}{lifetime}{at}"
    uses = [shelf_of(facts, report).uses() for report in KEPT]
    if all(one and one[-1].why == why for one in uses):
        return "up to date"
    try:
        made = build_reports(facts, lifetimes, margin)
    except NotEnoughData as error:
        return str(error)
    as_of = None if facts.as_of is None else facts.as_of.isoformat()
    for report in KEPT:
        shelf = shelf_of(facts, report)
        told = {"reports": getattr(made, report), "made_from": made_from, "as_of": as_of}
        shelf.use(shelf.put(text_of(told)), now or datetime.now(UTC), why)
        shelf.throw_away(VERSIONS_KEPT)
    return f"reports of {why}"


@task
def renew_reports() -> str:
    """Bring the reports up to date with the facts; does nothing when they are."""
    return renew(Facts.published(settings.HOME), margin=margin_share())


def ask_for_reports() -> str:
    """Ask the worker for them; one waiting request is enough. Returns the task's id."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.ready().filter(task_path=renew_reports.module_path).first()
    return str(waiting.id if waiting else renew_reports.enqueue().id)
