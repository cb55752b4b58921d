"""The same people scored on the same criteria after hire: at 3, 6 and 12 months."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from quintet.hiring.terms.words import HIGHEST, LOWEST, REVIEW_MONTHS


class PostHireReview(models.Model):
    """One reviewer's scores of one rep at one age; fixed when it is submitted."""

    rep_id = models.BigIntegerField(db_index=True)
    months = models.PositiveSmallIntegerField(choices=[(one, f"{one} months") for one in REVIEW_MONTHS])
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    submitted_at = models.DateTimeField()

    class Meta:
        """Newest first; each reviewer once an age."""

        ordering = ("-submitted_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("rep_id", "months", "reviewer"), name="one_review_a_rep_age_and_reviewer"
            ),
        )

    def __str__(self) -> str:
        """Whose and when."""
        return f"rep {self.rep_id} after {self.months} months"


class ReviewScore(models.Model):
    """A score on one criterion after hire."""

    review = models.ForeignKey(PostHireReview, models.CASCADE, related_name="scores")
    criterion = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    points = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]
    )
    evidence = models.TextField(blank=True)

    class Meta:
        """One a criterion, on the scale."""

        constraints = (
            models.UniqueConstraint(fields=("review", "criterion"), name="one_review_score_a_criterion"),
            models.CheckConstraint(
                condition=models.Q(points__gte=LOWEST, points__lte=HIGHEST), name="review_points_on_the_scale"
            ),
        )

    def __str__(self) -> str:
        """The criterion and its points."""
        return f"{self.criterion}: {self.points}"
