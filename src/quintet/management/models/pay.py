"""Commission plans: each version as it was proposed, and who accepted it."""

from typing import NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone


class PayPlan(models.Model):
    """One version. It is never edited: a change is a new version from a month."""

    version = models.PositiveIntegerField(unique=True)
    valid_from = models.DateField()  # first day of a month
    rules = models.JSONField()  # terms/pay.py, PayRules
    note = models.CharField(max_length=500, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-version",)

    def __str__(self) -> str:
        """By its number."""
        return f"Plan {self.version}"

    def save(self, *args: object, **rest: object) -> None:
        """Keep it, once.

        Raises:
            TypeError: when it is kept already.
        """
        if not self._state.adding:
            _refuse_change(self)
        super().save(*args, **rest)  # type: ignore[arg-type]


class PayPlanAcceptance(models.Model):
    """The yes to one version: who gave it, and when."""

    plan = models.OneToOneField(PayPlan, models.PROTECT, related_name="acceptance")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        """What was accepted."""
        return f"{self.plan} accepted"


def _refuse_change(plan: PayPlan) -> NoReturn:
    msg = f"{plan} was proposed and is never edited: propose a new version"
    raise TypeError(msg)
