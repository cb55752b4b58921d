"""The curriculum: modules, their order by role, classes that take them, and what was finished how."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from quintet.training.models.playbook import PlaybookPage
from quintet.training.terms.words import FINISHED_BY, MODULE_KINDS, STEPS, TRACK_ROLES


class Module(models.Model):
    """Something to take: a class, a text, a role play, a project with live figures, or shadowing."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=list(MODULE_KINDS.items()))
    sentence = models.CharField(max_length=500, blank=True)  # what one can do after it
    body = models.TextField(blank=True)  # Markdown: what to read or to do
    hours = models.FloatField(default=1.0, validators=[MinValueValidator(0.0)])
    moves = models.CharField(
        max_length=12, choices=list(STEPS.items()), blank=True
    )  # the step it should move
    asks_for = models.JSONField(
        default=dict, blank=True
    )  # of a hands-on project: {"visits": 100, "leads": 5}
    pages = models.ManyToManyField(PlaybookPage, related_name="modules", blank=True)
    after = models.ManyToManyField("self", symmetrical=False, related_name="opens", blank=True)
    retired_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Track(models.Model):
    """What people of one role take, and in which order."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=list(TRACK_ROLES.items()))
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        """Its name."""
        return self.name


class TrackModule(models.Model):
    """A module in a track: its place, and by when a class should have it."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="steps")
    module = models.ForeignKey(Module, models.PROTECT, related_name="in_tracks")
    place = models.PositiveSmallIntegerField()
    due_day = models.PositiveSmallIntegerField()  # working days after the class starts
    is_required = models.BooleanField(default=True)

    class Meta:
        """In order."""

        ordering = ("track", "place")
        constraints = (models.UniqueConstraint(fields=("track", "module"), name="a_module_once_a_track"),)

    def __str__(self) -> str:
        """Place and module."""
        return f"{self.place}. {self.module}"


class HireClass(models.Model):
    """People who start a track together."""

    name = models.CharField(max_length=100, unique=True)
    track = models.ForeignKey(Track, models.PROTECT, related_name="classes")
    starts_on = models.DateField()
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-starts_on", "name")

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Seat(models.Model):
    """One person in a class."""

    hire_class = models.ForeignKey(HireClass, models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="seats")
    left_at = models.DateTimeField(null=True)

    class Meta:
        """As they came in."""

        ordering = ("hire_class", "pk")
        constraints = (
            models.UniqueConstraint(fields=("hire_class", "user"), name="one_seat_a_person_a_class"),
        )

    def __str__(self) -> str:
        """Who, where."""
        return f"{self.user} in {self.hire_class}"


class Completion(models.Model):
    """Somebody finished a module; where it lapsed with a certificate, a second row says it was done again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="completions")
    module = models.ForeignKey(Module, models.PROTECT, related_name="completions")
    finished_by = models.CharField(max_length=12, choices=list(FINISHED_BY.items()))
    completed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    lapsed_at = models.DateTimeField(null=True)  # a certificate ended and asks for the module again

    class Meta:
        """Newest first; one that counts a person and module."""

        ordering = ("-completed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "module"),
                condition=models.Q(lapsed_at=None),
                name="one_completion_that_counts",
            ),
        )

    def __str__(self) -> str:
        """Who, what."""
        return f"{self.user}: {self.module}"


class Project(models.Model):
    """Somebody's own hands-on project: where it stands on the web, so that its figures can be counted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="projects")
    module = models.ForeignKey(Module, models.PROTECT, related_name="projects")
    address = models.CharField(max_length=300, blank=True)  # of the blog or page, with what lies under it
    campaign = models.CharField(max_length=100, blank=True)  # whose visits and leads are counted, too
    opened_at = models.DateTimeField()  # figures count from here on

    class Meta:
        """Newest first; one a person and module."""

        ordering = ("-opened_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("user", "module"), name="one_project_a_person_a_module"),
        )

    def __str__(self) -> str:
        """Who, what."""
        return f"{self.user}: {self.module}"


class Evidence(models.Model):
    """Live figures of a project, all so far: counted from the facts, or typed in."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="evidence")
    figures = models.JSONField()  # {"visits": 120, "leads": 3}
    is_typed = models.BooleanField()
    seen_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-seen_at", "-pk")

    def __str__(self) -> str:
        """Whose, and what."""
        return f"{self.project}, {self.figures}"
