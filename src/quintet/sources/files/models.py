"""One upload: the files somebody handed in, the map they get, and what became of them."""

import uuid
from pathlib import Path

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class State(models.TextChoices):
    """Where an upload stands; a task that runs again goes on from here."""

    INSPECTING = "inspecting", "Being read"
    READY = "ready", "To be checked by you"
    CHECKING = "checking", "Being tried"
    UNREADABLE = "unreadable", "Could not be read"
    LOADING = "loading", "Being loaded"
    REFRESHING = "refreshing", "Loaded, facts being refreshed"
    LOADED = "loaded", "Loaded"
    DISCARDED = "discarded", "Thrown away"


#: A task is at work on it.
BUSY = frozenset({State.INSPECTING, State.CHECKING, State.LOADING, State.REFRESHING})


class Upload(models.Model):
    """Files of one export on their way into the ledger.

    Its files lie in `<home>/uploads/<id>/` until they are loaded or thrown away; then they, and every
    example taken from them, are deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    loaded_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.INSPECTING, db_index=True)
    names = models.JSONField(default=list)  # of the files, as they were handed in
    size_bytes = models.BigIntegerField(default=0)
    corrects = models.CharField(max_length=60, blank=True)  # the load whose rejected rows these are
    wanted_map = models.CharField(max_length=100, blank=True)
    origin = models.CharField(max_length=300, blank=True)  # where the map comes from, in words
    map_text = models.TextField(blank=True)
    seen = models.JSONField(default=list, encoder=DjangoJSONEncoder)  # what is in the files
    guesses = models.JSONField(default=dict)  # file → field → why it was proposed
    notes = models.JSONField(default=list)
    trial = models.JSONField(null=True, encoder=DjangoJSONEncoder)  # the dry run of `map_text`
    problem = models.TextField(blank=True)
    report = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    load_id = models.CharField(max_length=60, blank=True, db_index=True)
    task_id = models.CharField(max_length=64, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.CharField(max_length=300, blank=True)

    class Meta:
        """Newest first."""

        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        """By its files."""
        first, *rest = self.names or ["nothing"]
        return f"{first} and {len(rest)} more" if rest else str(first)

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(settings.HOME.uploads) / str(self.pk)

    @property
    def paths(self) -> list[Path]:
        """Its files."""
        return [self.folder / name for name in self.names]

    @property
    def is_busy(self) -> bool:
        """Is a task at work on it?"""
        return self.state in BUSY

    @property
    def may_load(self) -> bool:
        """Was its map tried, and does nothing remain to be answered?"""
        return self.state == State.READY and self.trial is not None and not self.trial["questions"]
