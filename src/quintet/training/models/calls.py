"""Calls: who spoke with whom, what was said, that everybody agreed, and until when the words are kept."""

import uuid

from django.conf import settings
from django.db import models

from quintet.training.terms.calls import CONSENTS, clock


class Call(models.Model):
    """One call that was transcribed; its words go when their time is over, its measures stay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.CharField(max_length=20)  # sources.transcripts.terms.FORMATS
    ref = models.CharField(max_length=64)  # the source's id, or a digest of the file, which is not kept
    file = models.CharField(max_length=300)
    title = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(db_index=True)
    rep_id = models.BigIntegerField(null=True, db_index=True)
    lead_id = models.BigIntegerField(null=True, db_index=True)
    opportunity_id = models.BigIntegerField(null=True)
    speakers = models.JSONField(default=list)  # [{"name", "email", "is_ours"}], by their first word
    rep_speaker = models.CharField(max_length=200, blank=True)  # which of them is the rep; empty: unknown
    ends_known = models.BooleanField(default=True)
    minutes = models.FloatField(null=True)  # this and the following: terms.calls.Measures
    talk_ratio = models.FloatField(null=True)
    longest_monologue_seconds = models.FloatField(null=True)
    questions = models.PositiveIntegerField(null=True)
    patience_seconds = models.FloatField(null=True)
    answers = models.PositiveIntegerField(null=True)
    switches_a_minute = models.FloatField(null=True)
    consent_how = models.CharField(max_length=10, choices=list(CONSENTS.items()))
    consent_on = models.DateField()
    consent_note = models.CharField(max_length=300, blank=True)
    kept_until = models.DateField(db_index=True)
    words_erased_at = models.DateTimeField(null=True)
    erased_because = models.CharField(max_length=300, blank=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)  # how often the ledger was told of it

    class Meta:
        """Newest first; a source's call is there once."""

        ordering = ("-started_at", "pk")
        constraints = (models.UniqueConstraint(fields=("form", "ref"), name="a_call_once"),)

    def __str__(self) -> str:
        """Its title, else its file, else its day."""
        return self.title or self.file or f"Call of {self.started_at:%-d %b %Y}"

    @property
    def has_words(self) -> bool:
        """Are its words still there?"""
        return self.words_erased_at is None


class Cue(models.Model):
    """What one voice said in one go."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="cues")
    number = models.PositiveIntegerField()
    start_ms = models.PositiveIntegerField()
    end_ms = models.PositiveIntegerField()
    speaker = models.CharField(max_length=200, blank=True)
    text = models.TextField()

    class Meta:
        """As they were said."""

        ordering = ("call", "number")
        constraints = (models.UniqueConstraint(fields=("call", "number"), name="one_cue_a_number"),)

    def __str__(self) -> str:
        """Who and what."""
        return f"{self.speaker}: {self.text[:60]}"


class CallWord(models.Model):
    """A word that is said in a call, without case and accents: what a search looks up, on any database."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="words")
    word = models.CharField(max_length=60)

    class Meta:
        """Once a call; found by the word."""

        constraints = (models.UniqueConstraint(fields=("word", "call"), name="one_row_a_word_and_call"),)

    def __str__(self) -> str:
        """The word."""
        return self.word


class CallComment(models.Model):
    """A remark on a call, or on a moment of it."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="comments")
    at_ms = models.PositiveIntegerField(null=True)
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        ordering = ("written_at", "pk")

    def __str__(self) -> str:
        """Its text, shortened."""
        return self.text[:60]

    @property
    def clock(self) -> str:
        """The moment, as people read it; empty where none was named."""
        return "" if self.at_ms is None else clock(self.at_ms)
