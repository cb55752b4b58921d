"""The page on which operations erases a person: first what would go, then, confirmed, as the command does."""

from dataclasses import dataclass

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger.erasers import Whom
from quintet.ledger.person import Person
from quintet.site.access import asker
from quintet.site.erasing_records import Swept, held, require_no_account, sweep, whom_of
from quintet.site.forms import ErasureForm
from quintet.site.jobs.tasks import enqueue_refresh
from quintet.site.models import User
from quintet.sources.files.erasing import (
    Erased,
    Plan,
    erase_address,
    erase_person,
    plan_erasure,
    require_idle,
)


@needs("site.erase_people")
def erase(request: HttpRequest) -> HttpResponse:
    """/people/erase/: name a person, see what Quintet holds, confirm."""
    form = ErasureForm(request.POST or None)
    plan = _plan(form) if request.method == "POST" and form.is_valid() else None
    if plan is not None and form.cleaned_data["confirmed"]:
        try:
            done = erased(plan, asker(request))
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _told(plan, done))
            return redirect("people-erase")
    records = held(settings.HOME, whom_of_plan(settings.HOME, plan)) if plan is not None else ()
    context = {"form": form, "plan": plan, "records": records}
    return TemplateResponse(request, "quintet/erase.html", context)


def _plan(form: ErasureForm) -> Plan | None:
    try:
        return plan_erasure(settings.HOME, form.cleaned_data["entity"], form.cleaned_data["who"])
    except BadInput as error:
        form.add_error("who", str(error))
        return None


@dataclass(frozen=True)
class Everywhere:
    """What an erasure did: to the records of the database, and to the ledger and the import."""

    records: Swept
    rest: Erased


def erase_everywhere(home: Home, plan: Plan, *, by: str) -> Everywhere:
    """Erase whom a plan is about from all that a home keeps, facts apart.

    Records come first: were it killed halfway, the ledger would still know who it was.

    Raises:
        BadInput: while an upload that holds the person is being worked on, or where an account has the
            address of a lead or candidate.
    """
    whom = whom_of_plan(home, plan)
    require_idle(home, Person(whom.entity, whom.ids, whom.addresses))
    if plan.entity_id is None:
        require_no_account(whom)
        done = erase_address(home, plan.entity, plan.address)
        return Everywhere(sweep(home, whom), done)
    records = sweep(home, whom)
    return Everywhere(
        records, erase_person(home, plan.entity, plan.entity_id, by=by, addresses=whom.addresses)
    )


def whom_of_plan(home: Home, plan: Plan) -> Whom:
    """The person of a plan, as the records may name him."""
    if plan.entity_id is None:
        return Whom(plan.entity, frozenset(), frozenset({plan.address.lower()}))
    return whom_of(home, plan.entity, plan.entity_id)


def erased(plan: Plan, by: User) -> Everywhere:
    """Erase whom the plan is about, write down that it was done, and let the facts be computed again."""
    everywhere = erase_everywhere(settings.HOME, plan, by=by.email)
    done = everywhere.rest
    told = {"erased": plan.entity, "rejected": done.rejected, "uploads": len(done.uploads)}
    told["records"] = sum(count for _, count in everywhere.records.changed)
    if done.ledger is not None:
        told |= {"rows": done.ledger.rows, "names": done.ledger.aliases, "waiting": done.ledger.waiting}
    LogEntry.objects.log_create(
        by, force_log=True, action=LogEntry.Action.DELETE, actor=by, additional_data=told
    )
    enqueue_refresh()
    return everywhere


def _told(plan: Plan, everywhere: Everywhere) -> str:
    done, records = everywhere.rest, everywhere.records
    changed = sum(count for _, count in records.changed)
    proof = f"{changed:,} records of the database; {records.searched:,} were searched afterwards."
    if done.ledger is None:
        return f"Erased: {done.rejected:,} rejected rows and {len(done.uploads):,} waiting uploads. {proof}"
    return (
        f"Erased: {done.ledger.rows:,} interactions, {done.ledger.aliases:,} names, {done.rejected:,} "
        f"rejected rows, {len(done.uploads):,} waiting uploads. {done.ledger.checked_files:,} files were "
        f"searched afterwards; none holds this {plan.entity}. {proof} The facts follow within a minute."
    )
