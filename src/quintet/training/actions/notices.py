"""Telling people what changed in their training."""

from datetime import datetime
from typing import Any

from quintet.training.models.certificates import Notice


def notify(user: Any, text: str, *, now: datetime, address: str = "") -> Notice:  # noqa: ANN401 -- an account
    """Put a sentence on somebody's training page until they have read it."""
    return Notice.objects.create(user=user, text=text, address=address, told_at=now)


def read(notice: Notice, *, now: datetime) -> None:
    """The person has read it."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)
