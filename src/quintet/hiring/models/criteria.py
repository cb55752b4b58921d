"""Criteria: hypotheses written down before the data, each version kept, and what became of them."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from quintet.hiring.terms.words import FATES, MEASURES

#: Twice as important as the average criterion is 2; 0 is written down as "should not matter".
MOST_WEIGHT = 5.0


class Criterion(models.Model):
    """One version of one criterion; the newest version of a key is the one in use."""

    key = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    definition = models.TextField()
    assessed_by = models.CharField(max_length=300)  # how: which question, task or role play
    anchors = models.JSONField()  # score as text → what it looks like, e.g. {"1": …, "4": …, "7": …, "10": …}
    measure = models.CharField(max_length=10, choices=list(MEASURES.items()), default="score")
    prior_weight = models.FloatField(
        default=1.0, validators=[MinValueValidator(0.0), MaxValueValidator(MOST_WEIGHT)]
    )
    reason = models.CharField(max_length=500, blank=True)  # why it is thought to matter, or was rewritten
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """By name, newest version first."""

        ordering = ("key", "-version")
        constraints = (
            models.UniqueConstraint(fields=("key", "version"), name="one_row_a_version_of_a_criterion"),
        )

    def __str__(self) -> str:
        """Its name and version."""
        return f"{self.name} (version {self.version})"


class CriterionFate(models.Model):
    """What was decided about a criterion, with the evidence of that day."""

    key = models.SlugField(max_length=60, db_index=True)
    fate = models.CharField(max_length=12, choices=list(FATES.items()))
    weight = models.FloatField(null=True)  # the new prior weight, where it is re-weighted
    evidence = models.JSONField()  # terms/index.py, what the index said about it on that day
    reason = models.CharField(max_length=1000)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-decided_at", "-pk")

    def __str__(self) -> str:
        """The criterion and its fate."""
        return f"{self.key}: {self.fate}"
