"""The playbook: pages by section and stage, every version kept, each bound to the step it should move."""

from django.conf import settings
from django.db import models

from quintet.training.terms.words import SECTIONS, STEPS


class PlaybookPage(models.Model):
    """One page, whatever it says by now."""

    key = models.SlugField(max_length=60, unique=True)
    section = models.CharField(max_length=20, choices=list(SECTIONS.items()))
    moves = models.CharField(
        max_length=12, choices=list(STEPS.items()), blank=True
    )  # the step it should move
    buyers_stage = models.CharField(max_length=60, blank=True)  # company's own word, e.g. evaluation
    context = models.CharField(max_length=100, blank=True)  # segment or lead type it is for; empty for all
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """By section, then key."""

        ordering = ("section", "key")

    def __str__(self) -> str:
        """Its key."""
        return self.key


class PageVersion(models.Model):
    """What a page said from one day on; the newest is the one in use."""

    page = models.ForeignKey(PlaybookPage, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    body = models.TextField()  # Markdown
    why = models.CharField(max_length=500, blank=True)  # what changed, and why
    unsettles = models.BooleanField(
        default=False
    )  # certificates that rest on the page are to be earned again
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("page", "-number")
        constraints = (
            models.UniqueConstraint(fields=("page", "number"), name="one_row_a_version_of_a_page"),
        )

    def __str__(self) -> str:
        """Its title and version."""
        return f"{self.title} (version {self.number})"


class PageCheck(models.Model):
    """Whether the step a version should move has drifted since it was written, as last counted."""

    version = models.OneToOneField(PageVersion, models.CASCADE, related_name="check_of_step")
    facts_version = models.IntegerField()
    told = models.JSONField()  # terms/drift.py, StepDrift
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        """Which version it is about."""
        return f"check of {self.version}"
