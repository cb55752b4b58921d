"""Headcount plans that were kept: what was asked, what was answered, and when."""

import uuid

from django.conf import settings
from django.db import models


class SavedPlan(models.Model):
    """One plan as it was answered on a day; it is never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100, unique=True)
    inputs = models.JSONField()  # terms/plan.py, PlanInputs
    answer = models.JSONField()  # terms/plan.py, HeadcountPlan
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-saved_at",)

    def __str__(self) -> str:
        """Its name."""
        return self.name
