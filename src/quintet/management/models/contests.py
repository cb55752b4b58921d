"""Contests: what was announced before the first day, and how each ended."""

import uuid

from django.conf import settings
from django.db import models


class Contest(models.Model):
    """One contest. Its terms never change: who wins is recomputed from the facts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    team = models.CharField(max_length=200, blank=True)  # as it was chosen; empty for everybody
    terms = models.JSONField()  # terms/contests.py, ContestTerms
    starts_on = models.DateField(db_index=True)
    ends_on = models.DateField(db_index=True)
    prize = models.CharField(max_length=300, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_on = models.DateField(null=True)  # the last day that counts, when it was ended early
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-starts_on", "name")

    def __str__(self) -> str:
        """By its name."""
        return self.name
