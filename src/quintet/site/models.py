"""Who may come in, what runs in the background, and what left the house."""

from datetime import datetime
from typing import Any

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from quintet.site.mail.models import Edition, Letter, Subscription
from quintet.site.roles import Role
from quintet.site.visibility import VisibleQuerySet

__all__ = [  # Django looks for the records of an app here
    "ApiToken",
    "Company",
    "CronRun",
    "Edition",
    "Export",
    "FirstHour",
    "Heartbeat",
    "Invitation",
    "JobProgress",
    "Letter",
    "Subscription",
    "User",
    "UserManager",
]


class UserManager(BaseUserManager.from_queryset(VisibleQuerySet["User"])):  # type: ignore[misc]
    """Makes accounts; addresses are kept in lower case."""

    def create_user(
        self,
        email: str,
        role: str = Role.REP,
        password: str | None = None,
        **rest: Any,  # noqa: ANN401
    ) -> "User":
        """Add an account."""
        user = self.model(email=email.strip().lower(), role=role, **rest)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of an address, however it is typed."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person with a login and one role."""

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.REP)
    rep_id = models.BigIntegerField("rep", null=True, blank=True, help_text="Their id in the facts.")
    interviews = models.BooleanField(
        "also interviews candidates",
        default=False,
        help_text="They see the candidates they are asked to score, and no other.",
    )
    is_active = models.BooleanField("may sign in", default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        """By address."""

        ordering = ["email"]

    def __str__(self) -> str:
        """As colleagues call them."""
        return self.name or self.email

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        words = (self.name or self.email).split()
        return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()

    @property
    def is_staff(self) -> bool:
        """May open the admin: operations, and nobody else."""
        return self.is_active and self.role == Role.OPERATIONS

    @property
    def is_superuser(self) -> bool:
        """Nobody is: every right comes from a rule."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Does a rule give this person the permission?"""
        return self.is_active and rules.has_perm(perm, self, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """The admin asks before it lists a room."""
        return self.is_staff and bool(app_label)


class Invitation(models.Model):
    """A link that lets one person choose a password, once, for a week."""

    email = models.EmailField("e-mail")
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    rep_id = models.BigIntegerField("rep", null=True, blank=True)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering = ["-invited_at"]

    def __str__(self) -> str:
        """Whom it invites."""
        return self.email

    def is_open(self, now: datetime) -> bool:
        """Can it still be used?"""
        return self.accepted_at is None and now < self.expires_at


class Company(models.Model):
    """The company this Quintet belongs to: one row."""

    name = models.CharField(max_length=200, default="Quintet")

    class Meta:
        """One row, one company."""

        verbose_name_plural = "company"

    def __str__(self) -> str:
        """Its name."""
        return self.name


class FirstHour(models.Model):
    """A new company's first hour: who has looked at what, and when the guide was put away; one row."""

    funnel_seen_at = models.DateTimeField(null=True)
    health_seen_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        """Where it stands."""
        return "put away" if self.closed_at else "under way"


class Export(models.Model):
    """One file that left the house: who took it, from which page, how much."""

    user = models.ForeignKey(User, models.PROTECT, related_name="exports")
    exported_at = models.DateTimeField(default=timezone.now)
    page = models.CharField(max_length=500)
    filename = models.CharField(max_length=200)
    rows = models.IntegerField(null=True)
    size_bytes = models.BigIntegerField(null=True)

    objects = VisibleQuerySet["Export"].as_manager()

    class Meta:
        """Newest first."""

        ordering = ["-exported_at"]

    def __str__(self) -> str:
        """Its file name."""
        return self.filename


class Heartbeat(models.Model):
    """One worker process and when it last said it is alive."""

    worker_id = models.CharField(primary_key=True, max_length=64)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(db_index=True)

    class Meta:
        """The liveliest first."""

        ordering = ["-beat_at"]


class CronRun(models.Model):
    """The newest run of one line of the cron table."""

    name = models.CharField(primary_key=True, max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    worker_id = models.CharField(max_length=64, blank=True)
    outcome = models.TextField(blank=True)
    error = models.TextField(blank=True)

    class Meta:
        """By name."""

        ordering = ["name"]


class JobProgress(models.Model):
    """How far a task has come."""

    task_id = models.UUIDField(primary_key=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.CharField(max_length=300, blank=True)
    updated_at = models.DateTimeField(auto_now=True)


class ApiToken(models.Model):
    """A token with which a script asks the API in somebody's name."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    purpose = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        """Newest first."""

        ordering = ["-issued_at"]

    def __str__(self) -> str:
        """What it is for."""
        return self.purpose
