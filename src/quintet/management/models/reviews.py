"""The log of reviews: who went through which team's inputs, and when."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class InputReview(models.Model):
    """One review of a team's inputs. It is never edited."""

    team = models.CharField(max_length=200, db_index=True)
    note = models.CharField(max_length=500, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-reviewed_at",)

    def __str__(self) -> str:
        """Which team, and when."""
        return f"{self.team} on {self.reviewed_at:%-d %b %Y}"
