"""Reviews of calls: scorecards with questions, each bound to a step, and what several raters said."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from quintet.training.models.calls import Call
from quintet.training.terms.calls import HIGHEST, LOWEST, clock
from quintet.training.terms.words import STEPS


class CallScorecard(models.Model):
    """What calls of a kind are scored on."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        """Its name."""
        return self.name


class CallQuestion(models.Model):
    """One question of a scorecard: fixed once somebody answered it, so that its scores stay comparable."""

    scorecard = models.ForeignKey(CallScorecard, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=80, unique=True)
    text = models.CharField(max_length=300)
    low = models.CharField(max_length=300)  # what 1 point looks like
    high = models.CharField(max_length=300)  # what 5 points look like
    step = models.CharField(max_length=12, choices=list(STEPS.items()))  # it should move
    place = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """In order."""

        ordering = ("scorecard", "place")

    def __str__(self) -> str:
        """What it asks."""
        return self.text


class CallReview(models.Model):
    """One rater's scores of one call; fixed when submitted, and blind until then."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="reviews")
    scorecard = models.ForeignKey(CallScorecard, models.PROTECT, related_name="reviews")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        """Oldest first; a rater reviews a call once by a scorecard."""

        ordering = ("submitted_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("call", "scorecard", "rater"), name="one_review_a_call_card_and_rater"
            ),
        )

    def __str__(self) -> str:
        """Who, what."""
        return f"{self.rater}: {self.scorecard}"


class CallScore(models.Model):
    """Points on one question, and the moment that says so, or why no moment does."""

    review = models.ForeignKey(CallReview, models.CASCADE, related_name="scores")
    question = models.ForeignKey(CallQuestion, models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]
    )
    at_ms = models.PositiveIntegerField(null=True)
    quote = models.TextField(blank=True)  # goes with the words of the call
    why = models.TextField(blank=True)

    class Meta:
        """One a question, on the scale."""

        constraints = (
            models.UniqueConstraint(fields=("review", "question"), name="one_score_a_review_and_question"),
            models.CheckConstraint(
                condition=models.Q(points__gte=LOWEST, points__lte=HIGHEST), name="call_points_on_the_scale"
            ),
        )

    def __str__(self) -> str:
        """The points."""
        return f"{self.question}: {self.points}"

    @property
    def clock(self) -> str:
        """The moment, as people read it; empty where none was named."""
        return "" if self.at_ms is None else clock(self.at_ms)
