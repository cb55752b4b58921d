"""The forms in which modules, tracks and classes are written."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import slugify

from quintet.training.asks.classes import people
from quintet.training.asks.curriculum import modules, text_of, tracks
from quintet.training.asks.playbook import newest_versions
from quintet.training.models.curriculum import Module
from quintet.training.terms.curriculum import MOST_HOURS, ModuleText, TrackStep
from quintet.training.terms.words import EVIDENCE, MODULE_KINDS, STEPS, TRACK_ROLES

_LONGEST_TRACK_DAYS = 500


def choose(field: forms.Field, choices: Iterable[tuple[Any, str]]) -> None:
    """Give a field the choices there are today."""
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- tells the type
    field.choices = list(choices)


class ModuleForm(forms.Form):
    """One module."""

    name = forms.CharField(max_length=100)
    kind = forms.ChoiceField(choices=list(MODULE_KINDS.items()))
    sentence = forms.CharField(max_length=500, required=False, label="After it one can …")
    body = forms.CharField(
        label="What to read or to do",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Markdown.",
    )
    hours = forms.FloatField(min_value=0.25, max_value=MOST_HOURS, initial=1.0, label="Hours it takes")
    moves = forms.ChoiceField(
        choices=[("", "None"), *STEPS.items()],
        required=False,
        label="The step it should move",
        help_text="Whether it does is found out from those who took it.",
    )
    visits = forms.IntegerField(
        min_value=1,
        required=False,
        label="Visits a project has to reach",
        help_text="Hands-on projects only.",
    )
    leads = forms.IntegerField(min_value=1, required=False, label="Leads a project has to reach")
    pages = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Playbook pages it teaches"
    )
    after = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Modules to take before"
    )

    def __init__(self, data: Any = None, *, record: Module | None = None) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data, initial=_initial(record) if record else None)
        choose(self.fields["pages"], [(one.page.key, one.title) for one in newest_versions()])
        others = (one.record for one in modules() if record is None or one.record.pk != record.pk)
        choose(self.fields["after"], [(one.key, one.name) for one in others])

    def text(self, key: str = "") -> ModuleText:
        """What a valid form says; the key of a new module follows from its name."""
        told = self.cleaned_data
        asks_for = {name: told[name] for name in EVIDENCE if told[name]}
        fields = (told["kind"], told["sentence"], told["body"], told["hours"], told["moves"], asks_for)
        key = key or slugify(told["name"]).replace("-", "_")[:60]
        return ModuleText(key, told["name"], *fields, tuple(told["pages"]), tuple(told["after"]))


class TrackForm(forms.Form):
    """A new track."""

    name = forms.CharField(max_length=100, label="Name of the track")
    role = forms.ChoiceField(choices=list(TRACK_ROLES.items()), label="For whom")


class StepForm(forms.Form):
    """A module put into a track, or moved in it."""

    module = forms.ChoiceField()
    due_day = forms.IntegerField(
        min_value=1,
        max_value=_LONGEST_TRACK_DAYS,
        label="Due on working day",
        help_text="Counted from the first day of a class; weekends and holidays are left out.",
    )
    is_required = forms.BooleanField(required=False, initial=True, label="Required")

    def __init__(self, data: Any = None, *, left: Iterable[tuple[str, str]] = ()) -> None:  # noqa: ANN401
        super().__init__(data)
        choose(self.fields["module"], left)

    def step(self) -> TrackStep:
        """What a valid form says."""
        told = self.cleaned_data
        return TrackStep(told["module"], told["due_day"], told["is_required"])


class ClassForm(forms.Form):
    """A new class."""

    name = forms.CharField(max_length=100, label="Name of the class", help_text="E.g. Spring 2026.")
    track = forms.ChoiceField()
    starts_on = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    users = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label="Who is in it")

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:  # noqa: ANN401
        super().__init__(data, initial=initial)
        choose(self.fields["track"], [(one.record.key, one.record.name) for one in tracks()])
        choose(self.fields["users"], [(str(pk), name) for pk, name in people()])


class MoreForm(forms.Form):
    """More people for a class."""

    users = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label="Add to the class")

    def __init__(self, data: Any = None, *, there: Iterable[int] = ()) -> None:  # noqa: ANN401
        super().__init__(data)
        here = set(there)
        choose(self.fields["users"], [(str(pk), name) for pk, name in people() if pk not in here])


class SignOffForm(forms.Form):
    """Somebody saw that others have done a module."""

    module = forms.ChoiceField()
    users = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label="Who has done it")
    note = forms.CharField(max_length=500, required=False, label="What you saw")

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401
        *,
        modules: Iterable[tuple[str, str]] = (),
        users: Iterable[tuple[int, str]] = (),
    ) -> None:
        super().__init__(data)
        choose(self.fields["module"], modules)
        choose(self.fields["users"], [(str(pk), name) for pk, name in users])


class ProjectForm(forms.Form):
    """Where one's own project stands on the web."""

    address = forms.CharField(
        max_length=300,
        required=False,
        help_text="Like blog.example.com/sales; what lies under it counts, too.",
    )
    campaign = forms.CharField(
        max_length=100, required=False, help_text="Whose visits and leads are its own, if it runs one."
    )


class FiguresForm(forms.Form):
    """Figures typed in: all so far."""

    visits = forms.IntegerField(min_value=0, max_value=10_000_000, required=False, label="Visits so far")
    leads = forms.IntegerField(min_value=0, max_value=10_000_000, required=False, label="Leads so far")

    def figures(self) -> dict[str, int]:
        """What was typed, without what was left empty."""
        return {name: self.cleaned_data[name] for name in EVIDENCE if self.cleaned_data[name] is not None}


def _initial(record: Module) -> dict[str, Any]:
    text = text_of(record)
    told = {name: getattr(text, name) for name in ("name", "kind", "sentence", "body", "hours", "moves")}
    return {**told, **text.asks_for, "pages": text.pages, "after": text.after}
