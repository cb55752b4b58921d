"""Exams: a bank of questions, every version kept, sittings that survive a lost connection, audited marks."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from quintet.training.models.curriculum import Module
from quintet.training.models.playbook import PlaybookPage
from quintet.training.terms.words import QUESTION_KINDS

#: After the end of a sitting a save that was on its way still counts.
GRACE = timedelta(seconds=30)


class Exam(models.Model):
    """How an exam is held: how many questions are drawn, what passes, how often and how long."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=500, blank=True)  # what it asks, said before it begins
    module = models.ForeignKey(Module, models.PROTECT, null=True, related_name="exams")  # passing finishes it
    draws = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1)])
    pass_mark = models.FloatField(default=0.8, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    attempts = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1)])
    wait_hours = models.PositiveSmallIntegerField(default=0)  # from one attempt to the next
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # None: as long as it takes
    shows_keys = models.BooleanField(default=False)  # once marked, although the bank is still in use
    retired_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        """Its name."""
        return self.name


class ExtraAttempt(models.Model):
    """One more attempt for one person, and why."""

    exam = models.ForeignKey(Exam, models.CASCADE, related_name="extra_attempts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="extra_attempts")
    why = models.CharField(max_length=500)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-given_at", "-pk")

    def __str__(self) -> str:
        """Who, what."""
        return f"{self.user}: {self.exam}"


class Question(models.Model):
    """One question of an exam's bank, whatever its wording by now."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, models.CASCADE, related_name="questions")
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Its exam and key."""
        return f"{self.exam}: {self.key}"


class QuestionVersion(models.Model):
    """A question's wording, options and key from one day on; sittings keep the version they were asked."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=list(QUESTION_KINDS.items()))
    text = models.TextField()
    options = models.JSONField(default=list, blank=True)  # [{"key": "a", "text": …}]
    right = models.JSONField()  # the answer key: option keys, accepted answers, or [{"item", "points"}]
    page = models.ForeignKey(PlaybookPage, models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=500, blank=True)  # what changed, and why
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("question", "-number")
        constraints = (
            models.UniqueConstraint(fields=("question", "number"), name="one_row_a_version_of_a_question"),
        )

    def __str__(self) -> str:
        """Its text, shortened."""
        return self.text[:60]


class KeyCorrection(models.Model):
    """An answer key that was wrong: what it said, what it says now, and what that changed, all in one act."""

    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="corrections")
    before = models.JSONField()
    after = models.JSONField()
    why = models.CharField(max_length=500)
    changed = models.JSONField(default=list)  # [{"sitting", "share": [from, to], "passed": [from, to]}]
    judged = models.PositiveIntegerField(default=0)  # answers a person had marked: these stay
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-corrected_at", "-pk")

    def __str__(self) -> str:
        """Why."""
        return self.why[:60]


class Sitting(models.Model):
    """One attempt of one person; open until handed in or out of time, then marked."""

    sitting_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, models.PROTECT, related_name="sittings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sittings")
    attempt = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField(default=0)  # of the draw: the same seed draws the same again
    asked = models.JSONField()  # [[id of a QuestionVersion, [its option keys as shown]], …] in order
    pass_mark = models.FloatField(default=0.8)  # as it was when it began
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    ran_out = models.BooleanField(default=False)  # of time: handed in by the clock
    marked_at = models.DateTimeField(null=True)
    share = models.FloatField(null=True)  # right, 0 to 1
    passed = models.BooleanField(null=True)
    told = models.PositiveSmallIntegerField(default=0)  # versions of its result the ledger has

    class Meta:
        """Newest first."""

        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(fields=("exam", "user", "attempt"), name="an_attempt_once_a_person"),
        )

    def __str__(self) -> str:
        """Who, what, which attempt."""
        return f"{self.user}: {self.exam}, attempt {self.attempt}"

    @property
    def closes_at(self) -> datetime | None:
        """Until when a save is taken: a little after the end, for the last on its way; None: no limit."""
        return None if self.ends_at is None else self.ends_at + GRACE

    def is_over(self, now: datetime) -> bool:
        """Has the time run out, grace included?"""
        return self.closes_at is not None and now > self.closes_at


class Answer(models.Model):
    """What somebody answered to one question of a sitting."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="answers")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="answers")
    said = models.JSONField()
    revision = models.PositiveBigIntegerField(default=0)  # ms since the sitting began, when it was said
    saved_at = models.DateTimeField()

    class Meta:
        """One a question."""

        constraints = (
            models.UniqueConstraint(fields=("sitting", "version"), name="one_answer_a_question_a_sitting"),
        )

    def __str__(self) -> str:
        """Which question of which sitting."""
        return f"{self.sitting}: {self.version}"


class Mark(models.Model):
    """How right an answer was found, by the key or by a person; the newest counts, all are kept."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="marks")
    share = models.FloatField(validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    rubric = models.JSONField(default=dict, blank=True)  # item → points, where a person marked
    why = models.CharField(max_length=1000, blank=True)
    by_key = models.BooleanField(default=False)
    correction = models.ForeignKey(KeyCorrection, models.PROTECT, null=True, related_name="marks")
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-marked_at", "-pk")

    def __str__(self) -> str:
        """The share."""
        return f"{self.share:.0%}"
