"""The contract between marketing and sales: each version as it was proposed, and who accepted it."""

from typing import NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone


class Side(models.TextChoices):
    """Whose duty, and whose word."""

    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"


class Contract(models.Model):
    """One version. It is never edited: a change is a new version from a date."""

    version = models.PositiveIntegerField(unique=True)
    valid_from = models.DateField()
    clauses = models.JSONField()  # terms/contract.py, Clauses
    note = models.CharField(max_length=500, blank=True)
    proposed_for = models.CharField(max_length=10, choices=Side.choices)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-version",)

    def __str__(self) -> str:
        """By its number."""
        return f"Contract {self.version}"

    def save(self, *args: object, **rest: object) -> None:
        """Keep it, once.

        Raises:
            TypeError: when it is kept already.
        """
        if not self._state.adding:
            _refuse_change(self)
        super().save(*args, **rest)  # type: ignore[arg-type]


class Acceptance(models.Model):
    """One side's yes to one version: who gave it, and when."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="acceptances")
    side = models.CharField(max_length=10, choices=Side.choices)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """A side says yes once."""

        ordering = ("accepted_at",)
        constraints = (models.UniqueConstraint(fields=("contract", "side"), name="one_yes_a_side"),)

    def __str__(self) -> str:
        """Who said yes to what."""
        return f"{self.get_side_display()} accepts {self.contract}"


def _refuse_change(contract: Contract) -> NoReturn:
    msg = f"{contract} was proposed and is never edited: propose a new version"
    raise TypeError(msg)
