"""Mentors: who learns what from whom, since when, and whether it moved."""

import uuid

from django.conf import settings
from django.db import models

from quintet.training.terms.words import STEPS


class MentorPair(models.Model):
    """One rep learns a step from another until the pair is ended."""

    pair_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mentor_rep_id = models.BigIntegerField(null=True)  # None when the mentor was erased
    mentee_rep_id = models.BigIntegerField()
    step = models.CharField(max_length=12, choices=list(STEPS.items()))  # what the mentee learns
    in_return = models.CharField(max_length=12, choices=list(STEPS.items()), blank=True)  # and the mentor
    why = models.CharField(max_length=500)  # in the formula's words, or the manager's own
    is_proposed = models.BooleanField()
    started_on = models.DateField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_because = models.CharField(max_length=500, blank=True)
    result = models.JSONField(null=True)  # terms.mentors.PairEffect, as last measured
    judged_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-started_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("mentee_rep_id",), condition=models.Q(ended_on=None), name="one_mentor_at_a_time"
            ),
        )

    def __str__(self) -> str:
        """Who learns what from whom."""
        return f"{self.mentee_rep_id} learns {self.step} from {self.mentor_rep_id}"
