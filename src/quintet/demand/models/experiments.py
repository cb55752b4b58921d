"""Experiments: what was planned before the first lead, who was drawn, and what was decided."""

import uuid

from django.conf import settings
from django.db import models


class Experiment(models.Model):
    """One small test of a channel, a content or a message."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    question = models.CharField(max_length=300)
    design = models.JSONField()  # terms/experiments.py, Design; never changed once leads are drawn
    needed = models.PositiveIntegerField()  # leads a cell, said before the start
    fixed_size = models.PositiveIntegerField()  # leads a cell for one look at the end
    weeks = models.FloatField(null=True)  # it was to take so long; null when no leads came
    started_at = models.DateTimeField(db_index=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True, db_index=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    result = models.JSONField(null=True)  # terms/experiments.py, Result
    judged_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-started_at",)

    def __str__(self) -> str:
        """By its name."""
        return self.name


class ExperimentLead(models.Model):
    """A lead that was drawn into a cell; it stays there."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="leads")
    lead_id = models.BigIntegerField()
    cell = models.PositiveSmallIntegerField()
    entered_at = models.DateTimeField()

    class Meta:
        """A lead is drawn once into an experiment."""

        ordering = ("entered_at", "lead_id")
        constraints = (models.UniqueConstraint(fields=("experiment", "lead_id"), name="drawn_once"),)

    def __str__(self) -> str:
        """The lead and its cell."""
        return f"lead {self.lead_id} in cell {self.cell}"
