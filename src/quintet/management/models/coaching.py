"""Coaching plans: one skill of one rep at a time, what was said before, the sessions, and how it ended."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class CoachingPlan(models.Model):
    """One skill of one rep: a metric and a finding, a goal, a date, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rep_id = models.BigIntegerField(db_index=True)
    step = models.CharField(max_length=40)  # key of the step, e.g. demo-won
    finding = models.TextField()  # what a call review showed
    goal = models.FloatField()  # rate to reach, 0..1
    module = models.CharField(max_length=200, blank=True)
    review_on = models.DateField()
    proposed = models.JSONField()  # actions/coaching.py, what the formula said on that day
    reason = models.TextField(blank=True)  # why another skill than the proposed one
    opened_on = models.DateField()  # in the company's calendar; the data's last day where it ends earlier
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20, blank=True)
    closing_note = models.TextField(blank=True)
    result = models.JSONField(null=True)  # terms/coaching.py, Effect at the step that is coached
    result_of_proposed = models.JSONField(
        null=True
    )  # the same at the proposed step, where another was chosen
    judged_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first; one open plan a rep."""

        ordering = ("-opened_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("rep_id",), condition=models.Q(closed_on=None), name="one_open_plan_a_rep"
            ),
        )

    def __str__(self) -> str:
        """Whose and what."""
        return f"plan of rep {self.rep_id} at {self.step}"

    @property
    def is_open(self) -> bool:
        """Is it being coached?"""
        return self.closed_on is None

    @property
    def follows_the_proposal(self) -> bool:
        """Did the manager take the skill that the formula proposed?"""
        return bool(self.proposed.get("step")) and self.proposed["step"] == self.step


class CoachingSession(models.Model):
    """One session of a plan."""

    plan = models.ForeignKey(CoachingPlan, models.PROTECT, related_name="sessions")
    held_on = models.DateField()
    practised = models.TextField()
    next_step = models.TextField(blank=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-held_on", "-logged_at")

    def __str__(self) -> str:
        """When it was held."""
        return f"session of {self.held_on:%-d %b %Y}"
