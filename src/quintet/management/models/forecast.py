"""Commits: what somebody said a period will bring, each as it was said; a later one never replaces it."""

from django.conf import settings
from django.db import models


class ForecastCommit(models.Model):
    """One commit of a rep, or of a manager for the team."""

    rep_id = models.BigIntegerField(db_index=True)  # the rep, or the manager who speaks for the team
    is_team = models.BooleanField(default=False)
    rep_ids = models.JSONField()  # whose deals are meant; kept, since teams change
    period = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField(db_index=True)  # the day after the last
    measure = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    low = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    high = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    note = models.CharField(max_length=300, blank=True)
    fitted = models.JSONField(null=True)  # quantiles of the forecast of that day, from what was known then
    committed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    committed_at = models.DateTimeField(db_index=True)

    class Meta:
        """Newest first."""

        ordering = ("-committed_at", "-pk")

    def __str__(self) -> str:
        """Period and figure."""
        return f"{self.period}: {self.amount}"
