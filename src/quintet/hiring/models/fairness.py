"""What candidates say about themselves, held apart: read by the audit in sums, by nobody one by one.

No page, form, formula or export of the hiring room reads a row of it; only asks/fairness.py counts them.
"""

from django.db import models

from quintet.hiring.models.candidates import Candidate


class SelfIdentification(models.Model):
    """What one candidate answered, of their own will, through a link of their own."""

    candidate = models.OneToOneField(Candidate, models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    sex = models.CharField(max_length=40, blank=True)
    ethnicity = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Never what was said."""
        return "self-identification"
