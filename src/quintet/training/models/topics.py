"""The company's own dictionary: topics and objections, their phrases by version, and where they came up."""

from django.conf import settings
from django.db import models

from quintet.training.models.calls import Call
from quintet.training.terms.calls import TOPIC_KINDS


class Topic(models.Model):
    """Something that comes up in calls, however it is worded by now."""

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=list(TOPIC_KINDS.items()))
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """By kind, then key."""

        ordering = ("kind", "key")

    def __str__(self) -> str:
        """Its key."""
        return self.key


class TopicVersion(models.Model):
    """The name and the phrases of a topic from one day on; the newest is the one in use."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    phrases = models.JSONField()  # ["too expensive", "pric*"]
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("topic", "-number")
        constraints = (
            models.UniqueConstraint(fields=("topic", "number"), name="one_row_a_version_of_a_topic"),
        )

    def __str__(self) -> str:
        """Name and version."""
        return f"{self.name} (version {self.number})"


class TopicCount(models.Model):
    """How often a topic came up in a call, by the phrases of a version; 0 where it was looked for in vain."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="topics")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="counts")
    version = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        """One a call and topic: of the newest version it was listened to with."""

        constraints = (models.UniqueConstraint(fields=("call", "topic"), name="one_count_a_call_and_topic"),)

    def __str__(self) -> str:
        """Topic and count."""
        return f"{self.topic}: {self.count}"
