"""Certificates: what they take, who holds one, when it ends, and why it was taken back."""

from datetime import date

from django.conf import settings
from django.db import models

from quintet.training.models.curriculum import Module
from quintet.training.models.exams import Exam
from quintet.training.models.playbook import PlaybookPage


class Certificate(models.Model):
    """What somebody may be trusted with, and what it takes."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    lead_type = models.CharField(max_length=100, blank=True)  # who may get such leads; empty for no tie
    months = models.PositiveSmallIntegerField(null=True, blank=True)  # it holds; None for good
    modules = models.ManyToManyField(Module, related_name="certificates", blank=True)
    exams = models.ManyToManyField(Exam, related_name="certificates", blank=True)
    pages = models.ManyToManyField(PlaybookPage, related_name="certificates", blank=True)  # it rests on
    retired_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Grant(models.Model):
    """A certificate somebody earned, on what the playbook said that day."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="certificates")
    granted_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    rests_on = models.JSONField(default=dict)  # key of a page → version it was earned on
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=1000, blank=True)
    warned_at = models.DateTimeField(null=True)  # told that it expires soon
    expired_at = models.DateTimeField(null=True)  # told that it has

    class Meta:
        """Newest first."""

        ordering = ("-granted_at", "-pk")

    def __str__(self) -> str:
        """Who, what."""
        return f"{self.user}: {self.certificate}"

    def holds(self, on: date) -> bool:
        """Does it hold on a day: neither revoked nor expired?"""
        return self.revoked_at is None and (self.expires_on is None or self.expires_on > on)


class Notice(models.Model):
    """Something a person is told about their training, until they have read it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="training_notices")
    text = models.CharField(max_length=1500)
    address = models.CharField(max_length=300, blank=True)  # where to go on: "<page of the room> <its key>"
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-told_at", "-pk")

    def __str__(self) -> str:
        """What it says."""
        return self.text
