"""The process of each role: its rounds, and what is asked in each."""

from django.conf import settings
from django.db import models

from quintet.hiring.terms.words import ROUND_KINDS


class SalesRole(models.Model):
    """A role people are hired for."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    by_phone = models.BooleanField(default=True)  # sells by phone: at least one role play must be by phone
    is_open = models.BooleanField(default=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Round(models.Model):
    """One round of a role's process, with the criteria scored in it."""

    role = models.ForeignKey(SalesRole, models.PROTECT, related_name="rounds")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=list(ROUND_KINDS.items()))
    by_phone = models.BooleanField(default=False)
    homework = models.CharField(max_length=500, blank=True)  # what is asked for before it; scored in it
    criteria = models.JSONField(default=list)  # keys of the criteria scored in it
    is_retired = models.BooleanField(default=False)

    class Meta:
        """In their order."""

        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("role", "position"),
                condition=models.Q(is_retired=False),
                name="one_round_a_place",
            ),
        )

    def __str__(self) -> str:
        """Its name."""
        return self.name
