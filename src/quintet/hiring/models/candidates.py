"""Candidates, from the application to the decision."""

import uuid

from django.conf import settings
from django.db import models

from quintet.hiring.models.process import SalesRole
from quintet.hiring.terms.words import OUTCOMES


class Candidate(models.Model):
    """One person who applied for one role."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    candidate_id = models.BigIntegerField(unique=True)  # in the ledger and the facts
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    role = models.ForeignKey(SalesRole, models.PROTECT, related_name="candidates")
    source = models.CharField(max_length=100, blank=True)
    applied_on = models.DateField()
    note = models.TextField(blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-applied_on", "name")

    def __str__(self) -> str:
        """The name."""
        return self.name

    @property
    def came_from(self) -> str:
        """The source in words: sources of systems are written with underscores."""
        return self.source.replace("_", " ")


class Decision(models.Model):
    """What a human decided about a candidate, beside what the index said."""

    candidate = models.OneToOneField(Candidate, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=list(OUTCOMES.items()))
    reason = models.TextField()
    advice = models.JSONField(null=True)  # terms/index.py, the index as it was shown; null where none was
    follows = models.BooleanField(null=True)  # of the advice; null where there was none, or it was open
    rep_id = models.BigIntegerField(null=True)  # who the hired one became, once known
    starts_on = models.DateField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        """The outcome."""
        return self.get_outcome_display()
