"""The inbox tables: rows that arrived one by one, durable at once, and the batches they are moved in."""

from django.db import models


class Move(models.Model):
    """One batch on its way from the inbox to the table; its number is used once, for ever."""

    number = models.BigIntegerField(primary_key=True)
    claimed_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        """Oldest first."""

        ordering = ["number"]


class InboxRow(models.Model):
    """One interaction that waits to be moved."""

    source = models.CharField(max_length=200)
    source_ref = models.CharField(max_length=500)
    payload = models.JSONField()
    received_at = models.DateTimeField(auto_now_add=True)
    batch = models.ForeignKey(Move, null=True, on_delete=models.PROTECT, related_name="waiting")

    class Meta:
        """One row a reference."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_ref"], name="ledger_inboxrow_identity"),
        ]
