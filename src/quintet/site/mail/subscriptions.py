"""Who gets the mails: everybody who reads funnels and did not say no, at an address that works."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse

from quintet.site.mail.models import Kind, Subscription
from quintet.site.roles import Role

if TYPE_CHECKING:
    from quintet.site.models import User

_SALT = "quintet.mail.unsubscribe"


def readers(kind: str) -> "Iterator[User]":
    """The people a mail is for, by address."""
    from quintet.site.models import User

    for user in User.objects.filter(is_active=True).select_related("mail").order_by("email"):
        if is_for(user, kind) and wants(user):
            yield user


def is_for(user: "User", kind: str) -> bool:
    """Is the mail meant for the person's role? Who reads funnels gets the daily one, executives both."""
    if kind == Kind.WEEKLY:
        return user.role == Role.EXECUTIVE
    return user.has_perm("management.see_funnel")


def wants(user: "User") -> bool:
    """Did the person not say no, and was the address not refused for good?"""
    found = of(user)
    return found is None or (found.is_on and found.refused_address != user.email)


def of(user: "User") -> Subscription | None:
    """What the person decided, if anything."""
    return getattr(user, "mail", None)


def switch(user: "User", *, is_on: bool) -> None:
    """Turn the mails on or off. On also gives an address that was refused another chance."""
    change: dict[str, object] = {"is_on": is_on}
    if is_on:
        change |= {"refused_address": "", "refused_reason": "", "refused_at": None}
    Subscription.objects.update_or_create(user=user, defaults=change)


def token_of(user_id: int) -> str:
    """What stands in the link: the person's number, signed, and good for that alone."""
    return signing.Signer(salt=_SALT).sign(str(user_id))


def user_id_of(token: str) -> int | None:
    """Whose link it is; None when it was not made here."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except signing.BadSignature:
        return None


def unsubscribe_url(user_id: int) -> str:
    """The address that ends the mails with one click."""
    return settings.SITE_URL + reverse("mail-unsubscribe", args=[token_of(user_id)])


def kinds_for(user: "User") -> list[str]:
    """What the mails meant for the person are called."""
    return [str(kind.label) for kind in Kind if is_for(user, kind)]
