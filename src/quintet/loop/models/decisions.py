"""The decision log: what was advised, what people decided and why, and what followed."""

import uuid

from django.conf import settings
from django.db import models


class State(models.TextChoices):
    """What became of an advice."""

    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    CHANGED = "changed", "Done in another way"
    REFUSED = "refused", "Refused"
    DONE = "done", "Done by rule"


class Recommendation(models.Model):
    """One advice of one formula; what was said is never edited, what became of it is added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=200)
    source_ref = models.CharField(max_length=500)
    made_at = models.DateTimeField(db_index=True)
    topic = models.CharField(max_length=40)
    formula = models.CharField(max_length=120, db_index=True)
    version = models.CharField(max_length=120)
    key = models.CharField(max_length=300)
    sentence = models.TextField()
    to = models.CharField(max_length=300)
    evidence = models.JSONField()  # ledger/recommendations.py, Evidence
    after_days = models.PositiveIntegerField()
    rep_id = models.BigIntegerField(null=True)
    candidate_id = models.BigIntegerField(null=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)

    followed = models.JSONField(null=True)  # ledger/recommendations.py, Followed
    followed_at = models.DateTimeField(null=True)
    followed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        """Newest first; the same advice is one record."""

        ordering = ("-made_at", "source_ref")
        constraints = (models.UniqueConstraint(fields=("source", "source_ref"), name="advised_once"),)

    def __str__(self) -> str:
        """What was advised."""
        return self.sentence


class PickedUp(models.Model):
    """How far the ledger was read for advice: one row."""

    batch = models.BigIntegerField(default=-1)

    def __str__(self) -> str:
        """The batch."""
        return f"batch {self.batch}"
