"""Spreadsheets of past scores: as handed in until they are loaded, then only what was refused."""

import uuid

from django.conf import settings
from django.db import models


class PastScoresSheet(models.Model):
    """One table that was handed in; its rows are forgotten once they are loaded, those refused are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=300)
    columns = models.JSONField()  # names, in order
    rows = models.JSONField()  # [[line, {column: text}], …]; those with a refused value once loaded
    reading = models.JSONField()  # terms/past_scores.py, Reading
    refused = models.JSONField(default=list)  # terms/past_scores.py, Refused, once loaded
    told = models.JSONField(default=dict)  # counts of what was loaded
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-handed_in_at",)

    def __str__(self) -> str:
        """The file's name."""
        return self.name
