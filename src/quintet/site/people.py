"""Pages about people: who has an account, invitations, who leads whom."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs, public
from quintet.site import actions
from quintet.site.access import asker
from quintet.site.forms import AssignmentForm, InvitationForm, PasswordForm, PersonForm
from quintet.site.models import Invitation, User


@needs("site.see_people")
def overview(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, and invitations still open."""
    context = {
        "people": User.objects.visible_to(request.user),
        "invitations": Invitation.objects.filter(accepted_at=None, expires_at__gt=timezone.now()),
        "may_manage": request.user.has_perm("site.manage_people"),
    }
    return TemplateResponse(request, "quintet/people.html", context)


@needs("site.manage_people")
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: ends with a link to hand over."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = actions.invite(form.save(commit=False), asker(request), timezone.now())
        return _link_page(request, token, form.cleaned_data["email"])
    return TemplateResponse(request, "quintet/person_invite.html", {"form": form})


@needs("site.manage_people")
@require_POST
def new_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """A link with which a person chooses a new password."""
    person = get_object_or_404(User, pk=user_id)
    token = actions.renew_link(person, asker(request), timezone.now())
    return _link_page(request, token, person.email)


def _link_page(request: HttpRequest, token: str, email: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("welcome", args=[token]))
    days = actions.VALID_FOR.days
    return TemplateResponse(request, "quintet/person_link.html", {"link": link, "email": email, "days": days})


@needs("site.manage_people")
def edit(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: role, rep, place in the organisation."""
    person = get_object_or_404(User, pk=user_id)
    is_place = request.POST.get("form") == "place"
    form = PersonForm(None if is_place else request.POST or None, instance=person)
    place = AssignmentForm(request.POST if is_place else None)
    if request.method == "POST" and (
        _save_place(request, person, place) if is_place else _save_person(request, form)
    ):
        return redirect("people-edit", user_id)
    return TemplateResponse(
        request, "quintet/person_edit.html", {"person": person, "form": form, "place": place}
    )


def _save_person(request: HttpRequest, form: PersonForm) -> bool:
    if not form.is_valid():
        return False
    form.save()
    messages.success(request, "Saved.")
    return True


def _save_place(request: HttpRequest, person: User, place: AssignmentForm) -> bool:
    if not place.is_valid() or person.rep_id is None:
        return False
    values = dict(place.cleaned_data)
    since = values.pop("valid_from")
    actions.assign_rep(person.rep_id, values, since, by=asker(request), now=timezone.now())
    messages.success(request, f"From {since:%-d %b %Y} on; the facts follow within a minute.")
    return True


@public
@never_cache
@sensitive_post_parameters("password")
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation's link leads: choose a password, and be signed in."""
    now = timezone.now()
    invitation = actions.find_invitation(token, now)
    if invitation is None:
        return render(request, "quintet/welcome_closed.html", status=410)
    person = User(email=invitation.email, name=invitation.name)
    form = PasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        actions.accept(invitation, form.cleaned_data["password"], now)
        messages.success(request, "Your password is set. Sign in with it.")
        return redirect("account_login")
    return render(request, "quintet/welcome.html", {"form": form, "invitation": invitation})
