"""The published facts, where there are any: training begins before the first export is loaded."""

from django.conf import settings

from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData


def published() -> Facts | None:
    """The newest facts; None before the first load."""
    try:
        return Facts.published(settings.HOME)
    except NotEnoughData:
        return None
