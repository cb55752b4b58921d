"""Pages about mail: what went out, letters in doubt, and the way out for whoever wants none."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs, public, signed_in
from quintet.site.access import asker
from quintet.site.mail import outbox, sending, shown, subscriptions
from quintet.site.mail.models import Letter
from quintet.site.models import User


@needs("site.see_mail")
def overview(request: HttpRequest) -> HttpResponse:
    """GET /mail/: the last editions, what became of their letters, and what needs a decision."""
    context = {
        "is_on": sending.is_on(),
        "standing": shown.standing(),
        "editions": shown.editions(),
        "doubtful": shown.letters_in_doubt(),
        "failed": shown.letters_failed(),
        "refused": shown.refused_addresses(),
        "switched_off": shown.switched_off(),
        "may_decide": request.user.has_perm("site.decide_mail"),
    }
    return TemplateResponse(request, "quintet/mail.html", context)


@needs("site.decide_mail")
@require_POST
def resolve(request: HttpRequest, letter_id: int) -> HttpResponse:
    """POST /mail/<id>/resolve/: a letter in doubt arrived, or is to be sent again."""
    letter = get_object_or_404(Letter, pk=letter_id)
    arrived = request.POST.get("decision") == "arrived"
    if outbox.resolve(letter.pk, arrived=arrived, by=asker(request).email, now=timezone.now()):
        what = "counts as sent" if arrived else "will be sent again, with the same Message-ID"
        messages.success(request, f"The letter to {letter.address} {what}.")
    return redirect("mail")


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """GET or POST /account/mail/: one's own mails, on or off."""
    person = User.objects.select_related("mail").get(pk=asker(request).pk)
    if request.method == "POST":
        subscriptions.switch(person, is_on=request.POST.get("is_on") == "yes")
        messages.success(request, "Saved.")
        return redirect("account-mail")
    context = {
        "person": person,
        "subscription": subscriptions.of(person),
        "gets_mail": subscriptions.wants(person),
        "kinds": subscriptions.kinds_for(person),
    }
    return TemplateResponse(request, "quintet/account_mail.html", context)


@public
@csrf_exempt  # mail programs post here by RFC 8058, without a cookie; the signed link is what counts
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail: GET asks, POST ends the mails; neither needs a login."""
    user_id = subscriptions.user_id_of(token)
    person = User.objects.filter(pk=user_id).first()
    if person is None:
        raise Http404("no such link")
    if request.method == "POST":
        subscriptions.switch(person, is_on=request.POST.get("again") == "yes")
    context = {"person": person, "is_done": request.method == "POST", "is_on": _is_on(person)}
    return render(request, "quintet/unsubscribe.html", context)


def _is_on(person: User) -> bool:
    found = subscriptions.of(User.objects.select_related("mail").get(pk=person.pk))
    return found is None or found.is_on
