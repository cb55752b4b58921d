"""What is left of a dollar of revenue after the cost of delivering it, as the company says."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone


class GrossMargin(models.Model):
    """The gross margin somebody typed; the newest row counts, older ones are the history."""

    percent = models.FloatField(validators=(MinValueValidator(1.0), MaxValueValidator(100.0)))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-set_at", "-pk")

    def __str__(self) -> str:
        """The figure."""
        return f"{self.percent:g} % gross margin"
