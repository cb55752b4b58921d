"""What people typed about points and columns: the newest row counts, older ones are the history."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class TypedPoints(models.Model):
    """A points table somebody typed by hand, to be tried against the fitted one."""

    table = models.JSONField()  # terms/score.py, Gut
    note = models.CharField(max_length=500, blank=True)
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    typed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-typed_at", "-pk")

    def __str__(self) -> str:
        """By its day."""
        return f"Points typed on {self.typed_at:%-d %b %Y}"


class ColumnJudgement(models.Model):
    """A column let into the lead score, or kept out of it, over the leak guard; with the reason."""

    column = models.CharField(max_length=300)
    keep = models.BooleanField("let it into the score")
    reason = models.CharField(max_length=1000)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-judged_at", "-pk")

    def __str__(self) -> str:
        """The column and what was decided."""
        return f"{self.column}: {'let in' if self.keep else 'kept out'}"


class SalesCapacity(models.Model):
    """How many sales-ready leads the team can work in a week."""

    leads_per_week = models.PositiveIntegerField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-set_at", "-pk")

    def __str__(self) -> str:
        """The figure."""
        return f"{self.leads_per_week} leads a week"
