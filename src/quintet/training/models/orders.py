"""Drawn orders of modules: what was planned before the first hire, who was drawn, and what was decided."""

import uuid

from django.conf import settings
from django.db import models


class ModuleOrder(models.Model):
    """Hires take some modules in an order that is drawn."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    design = models.JSONField()  # terms/orders.py, OrderDesign; never changed once a hire is drawn
    needed = models.PositiveIntegerField()  # first months at quota while orders differ, said before the start
    reps = models.PositiveIntegerField()  # hires it was to take
    months = models.FloatField(null=True)  # it was to take so long; null when nobody was hired
    started_at = models.DateTimeField(db_index=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True, db_index=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    result = models.JSONField(null=True)  # terms/orders.py, OrderResult

    class Meta:
        """Newest first."""

        ordering = ("-started_at",)

    def __str__(self) -> str:
        """By its name."""
        return self.name


class OrderedHire(models.Model):
    """A hire and the order that was drawn; it stays."""

    module_order = models.ForeignKey(ModuleOrder, models.CASCADE, related_name="hires")
    rep_id = models.BigIntegerField()
    joined = models.DateField()  # first day of the month of joining: the class within which is drawn
    place = models.PositiveSmallIntegerField()  # position among the orders of the design
    drawn_at = models.DateTimeField()

    class Meta:
        """A hire is drawn once."""

        ordering = ("joined", "pk")
        constraints = (
            models.UniqueConstraint(fields=("module_order", "rep_id"), name="a_hire_is_drawn_once"),
        )

    def __str__(self) -> str:
        """The hire and the order."""
        return f"rep {self.rep_id} in order {self.place}"
