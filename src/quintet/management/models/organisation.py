"""What those who may lead one day were seen doing: one observation each, with who saw it."""

from django.conf import settings
from django.db import models

from quintet.management.terms.organisation import BEHAVIOURS


class LeadershipObservation(models.Model):
    """Somebody was seen doing what managers do."""

    rep_id = models.BigIntegerField(db_index=True)
    behaviour = models.CharField(max_length=20, choices=list(BEHAVIOURS.items()))
    seen_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-seen_on", "-pk")

    def __str__(self) -> str:
        """What was seen, and when."""
        return f"{self.get_behaviour_display()} on {self.seen_on}"
