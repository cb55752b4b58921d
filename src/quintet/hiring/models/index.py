"""Whether the index may advise at all: a switch, with who turned it and why."""

from django.conf import settings
from django.db import models

from quintet.hiring.terms.words import MODES


class IndexMode(models.Model):
    """What the index is used for from then on; the newest row counts."""

    mode = models.CharField(max_length=12, choices=list(MODES.items()))
    reason = models.CharField(max_length=1000)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-set_at", "-pk")

    def __str__(self) -> str:
        """The mode."""
        return self.get_mode_display()
