"""The page on which operations erases a person: first what would go, then, confirmed, as the command does."""

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.site.access import asker
from quintet.site.forms import ErasureForm
from quintet.site.jobs.tasks import enqueue_refresh
from quintet.site.models import User
from quintet.sources.files.erasing import Erased, Plan, erase_address, erase_person, plan_erasure


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
    return TemplateResponse(request, "quintet/erase.html", {"form": form, "plan": plan})


def _plan(form: ErasureForm) -> Plan | None:
    try:
        return plan_erasure(settings.HOME, form.cleaned_data["entity"], form.cleaned_data["who"])
    except BadInput as error:
        form.add_error("who", str(error))
        return None


def erased(plan: Plan, by: User) -> Erased:
    """Erase whom the plan is about, write down that it was done, and let the facts be computed again."""
    if plan.entity_id is None:
        done = erase_address(settings.HOME, plan.entity, plan.address)
    else:
        done = erase_person(settings.HOME, plan.entity, plan.entity_id, by=by.email)
    told = {"erased": plan.entity, "rejected": done.rejected, "uploads": len(done.uploads)}
    if done.ledger is not None:
        told |= {"rows": done.ledger.rows, "names": done.ledger.aliases, "waiting": done.ledger.waiting}
    LogEntry.objects.log_create(
        by, force_log=True, action=LogEntry.Action.DELETE, actor=by, additional_data=told
    )
    enqueue_refresh()
    return done


def _told(plan: Plan, done: Erased) -> str:
    if done.ledger is None:
        return f"Erased: {done.rejected:,} rejected rows and {len(done.uploads):,} waiting uploads."
    return (
        f"Erased: {done.ledger.rows:,} interactions, {done.ledger.aliases:,} names, {done.rejected:,} "
        f"rejected rows, {len(done.uploads):,} waiting uploads. {done.ledger.checked_files:,} files were "
        f"searched afterwards; none holds this {plan.entity}. The facts follow within a minute."
    )
