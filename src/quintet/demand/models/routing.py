"""The share of leads held out of the score: the newest row counts, older ones are the history."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class HoldoutShare(models.Model):
    """Which share of new leads is held out of the score by lot, since when, and why."""

    share = models.FloatField()  # 0 switches it off
    salt = models.CharField(max_length=64)  # of the lot; the same in every row, told to nobody
    reason = models.CharField(max_length=1000, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    since = models.DateTimeField()  # leads handed over from then on are drawn, in the time of the data

    class Meta:
        """Newest first."""

        ordering = ("-set_at", "-pk")

    def __str__(self) -> str:
        """The share."""
        return f"{self.share:.0%} held out"
