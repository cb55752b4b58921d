"""What pages that take something in share: who asks, and what becomes of a refusal."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from quintet.kernel.errors import BadInput


def asker(request: HttpRequest) -> Any:  # noqa: ANN401 -- somebody with an account: the page is marked
    """Who asks."""
    return request.user


def scope_of(request: HttpRequest) -> Any:  # noqa: ANN401 -- facts.scope.Scope
    """The rows the asker may see."""
    return request.scope  # type: ignore[attr-defined]


def taken(form: forms.Form, act: Callable[[], Any]) -> Any:  # noqa: ANN401 -- what the action returns
    """Act on a valid form; None where it is not valid, or is refused, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return act()
    except BadInput as error:
        form.add_error(None, f"{error}")
        return None


def tried(request: HttpRequest, act: Callable[[], Any], said: str) -> bool:
    """Act without a form; what is refused is said on the page that follows."""
    try:
        act()
    except BadInput as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return False
    messages.success(request, said)
    return True


def status(form: forms.Form) -> int | None:
    """400 where the form has something to correct."""
    return 400 if form.errors else None
