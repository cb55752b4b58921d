"""What each interviewer says alone: a scorecard, its scores with their evidence, and a coached role play."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from quintet.hiring.models.candidates import Candidate
from quintet.hiring.models.process import Round
from quintet.hiring.terms.words import HIGHEST, LOWEST

_ON_SCALE = (MinValueValidator(LOWEST), MaxValueValidator(HIGHEST))


def _within(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(**{f"{name}__isnull": True})
        | models.Q(**{f"{name}__gte": LOWEST, f"{name}__lte": HIGHEST}),
        name=f"%(class)s_{name}_on_the_scale",
    )


class Scorecard(models.Model):
    """One interviewer's form for one candidate in one round: a draft until it is submitted, then fixed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="scorecards")
    round = models.ForeignKey(Round, models.PROTECT, related_name="scorecards")
    interviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="scorecards")
    criteria = models.JSONField()  # [[key, version], …] as they stood when it was handed out
    due_on = models.DateField(null=True)
    overall = models.PositiveSmallIntegerField(null=True, validators=_ON_SCALE)
    overall_why = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)  # of the draft: each save adds one
    saved_from = models.CharField(max_length=40, blank=True)  # the device, a random word of its own
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        """What is due first comes first."""

        ordering = ("due_on", "assigned_at")
        constraints = (
            models.UniqueConstraint(
                fields=("candidate", "round", "interviewer"), name="one_scorecard_an_interviewer_and_round"
            ),
            _within("overall"),
        )

    def __str__(self) -> str:
        """Which round."""
        return f"{self.round} of {self.candidate}"

    @property
    def is_submitted(self) -> bool:
        """Is it fixed, and may others read it?"""
        return self.submitted_at is not None


class Score(models.Model):
    """A score on one criterion, and what was heard or seen that says so."""

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="scores")
    criterion = models.SlugField(max_length=60)
    points = models.PositiveSmallIntegerField(null=True, validators=_ON_SCALE)
    evidence = models.TextField(blank=True)

    class Meta:
        """One a criterion."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("scorecard", "criterion"), name="one_score_a_criterion"),
            _within("points"),
        )

    def __str__(self) -> str:
        """The criterion and its points."""
        return f"{self.criterion}: {self.points}"


class RolePlay(models.Model):
    """A role play that was coached: the score before, the feedback given, the score after."""

    scorecard = models.OneToOneField(Scorecard, models.CASCADE, related_name="role_play")
    homework_points = models.PositiveSmallIntegerField(null=True, validators=_ON_SCALE)
    before = models.PositiveSmallIntegerField(null=True, validators=_ON_SCALE)
    feedback = models.TextField(blank=True)
    after = models.PositiveSmallIntegerField(null=True, validators=_ON_SCALE)

    class Meta:
        """All on the scale."""

        constraints = tuple(_within(name) for name in ("homework_points", "before", "after"))

    def __str__(self) -> str:
        """What changed."""
        return f"{self.before} before, {self.after} after"
