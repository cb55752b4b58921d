"""The outbox: editions, the letters of each, and who wants none."""

from django.conf import settings
from django.db import models


class Kind(models.TextChoices):
    """Which mail it is."""

    DAILY = "daily", "Daily mail"
    WEEKLY = "weekly", "Weekly mail"


class LetterState(models.TextChoices):
    """Where a letter stands; docs/decisions/0012 says what leads from one to the next."""

    QUEUED = "queued", "waiting"
    SENDING = "sending", "being sent"
    SENT = "sent", "sent"
    IN_DOUBT = "in_doubt", "in doubt"
    FAILED = "failed", "failed for good"
    EXPIRED = "expired", "too late"


class Edition(models.Model):
    """What one audience reads on one morning: rendered once, whoever gets it."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    day = models.DateField(help_text="The morning it is sent on, where the team works.")
    audience = models.CharField(max_length=64)
    label = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    pictures = models.JSONField(default=dict, help_text="Content id to PNG in base64.")
    facts_version = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    seconds = models.FloatField(help_text="What rendering took.")
    expires_at = models.DateTimeField(help_text="No letter is handed over later.")

    class Meta:
        """Newest first; an audience has one edition a morning."""

        ordering = ("-day", "kind", "label")
        constraints = (
            models.UniqueConstraint(fields=["kind", "day", "audience"], name="one_edition_per_audience"),
        )

    def __str__(self) -> str:
        """As its subject says."""
        return self.subject


class Letter(models.Model):
    """One edition for one person; there is one a morning and kind, however often it is prepared."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="letters")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    day = models.DateField()
    address = models.CharField(max_length=320)
    own = models.JSONField(default=dict, help_text="What replaces each mark of the edition.")
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.QUEUED)
    attempts = models.IntegerField(default=0)
    last_error = models.TextField(blank=True)
    next_try_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True, help_text="Set just before the text goes to the server.")
    sent_at = models.DateTimeField(null=True)
    size_bytes = models.IntegerField(null=True)

    class Meta:
        """In the order of preparing."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["user", "kind", "day"], name="one_letter_per_morning"),
        )
        indexes = (models.Index(fields=["state", "next_try_at"], name="letters_to_send"),)

    def __str__(self) -> str:
        """Whom it is for."""
        return self.address


class Subscription(models.Model):
    """What a person decided about the mails, and an address that a server refused for good."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail")
    is_on = models.BooleanField("gets the mails", default=True)
    changed_at = models.DateTimeField(auto_now=True)
    refused_address = models.CharField(max_length=320, blank=True)
    refused_reason = models.TextField(blank=True)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        """By person."""

        ordering = ("user_id",)

    def __str__(self) -> str:
        """On or off."""
        return "on" if self.is_on else "off"
