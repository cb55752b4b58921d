"""The forms in which an exam, its questions and corrections of its keys are written."""

from collections.abc import Sequence
from typing import Any

from django import forms

from quintet.training.asks.exams import right_lines
from quintet.training.models.curriculum import Module
from quintet.training.models.exams import Exam, QuestionVersion
from quintet.training.models.playbook import PlaybookPage
from quintet.training.terms.exams import ExamText
from quintet.training.terms.questions import CHOICES, QuestionText, rubric_of, rubric_text

_PERCENT = 100


def _lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ExamForm(forms.Form):
    """How an exam is held."""

    name = forms.CharField(max_length=100)
    about = forms.CharField(
        label="What it asks", max_length=500, required=False, widget=_lines(2),
        help_text="Said before it begins.",
    )  # fmt: skip
    module = forms.ChoiceField(label="Finishes the module", required=False, help_text="When it is passed.")
    draws = forms.IntegerField(
        label="Questions asked", min_value=1, initial=10,
        help_text="Drawn at random from the bank, anew for each attempt.",
    )  # fmt: skip
    pass_mark = forms.IntegerField(label="Passed from, in %", min_value=0, max_value=_PERCENT, initial=80)
    attempts = forms.IntegerField(label="Attempts", min_value=1, max_value=100, initial=3)
    wait_hours = forms.IntegerField(label="Hours between attempts", min_value=0, initial=0)
    minutes = forms.IntegerField(
        label="Minutes", min_value=1, required=False, help_text="Empty: as long as it takes."
    )
    shows_keys = forms.BooleanField(
        label="Show the right answers once it is marked", required=False,
        help_text="Others are still asked the same questions: leave it off while the bank is small.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, exam: Exam | None = None) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data, initial=_told(exam) if exam else None)
        chosen = self.fields["module"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 -- tells the type
        modules = Module.objects.filter(retired_at=None)
        chosen.choices = [("", "none"), *((one.key, one.name) for one in modules)]

    def text(self) -> ExamText:
        """What a valid form says."""
        told = dict(self.cleaned_data)
        return ExamText(**(told | {"pass_mark": told["pass_mark"] / _PERCENT}))


class QuestionForm(forms.Form):
    """One question; which fields there are, its kind decides."""

    text = forms.CharField(label="Question", widget=_lines())

    def __init__(self, data: Any = None, *, kind: str, version: QuestionVersion | None = None) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data, initial=_question(version) if version else None)
        self.kind = kind
        self.fields |= _fields(kind)
        pages = PlaybookPage.objects.filter(retired_at=None)
        self.fields["page"] = forms.ChoiceField(
            label="Playbook page to read for it", required=False,
            choices=[("", "none"), *((one.key, one.key) for one in pages)],
        )  # fmt: skip
        if version is not None:
            self.fields["why"] = forms.CharField(label="What changed, and why", max_length=500)

    def told(self) -> QuestionText:
        """What a valid form says.

        Raises:
            BadInput: when a line of the rubric has no points.
        """
        said = self.cleaned_data
        return QuestionText(
            self.kind, said["text"], _split(said.get("right", "")), _split(said.get("wrong", "")),
            rubric_of(said.get("rubric", "")), said["page"],
        )  # fmt: skip


class SheetForm(forms.Form):
    """Questions pasted, or as a file."""

    pasted = forms.CharField(
        label="Paste from a spreadsheet", required=False, widget=_lines(8), help_text="With the header line."
    )
    sheet = forms.FileField(label="Or a CSV file", required=False)


class KeyForm(forms.Form):
    """A key that was wrong, as it should be."""

    why = forms.CharField(label="What was wrong", max_length=500)

    def __init__(self, data: Any = None, *, version: QuestionVersion) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data)
        if version.kind in CHOICES:
            self.fields["right"] = forms.MultipleChoiceField(
                label="Right", choices=[(one["key"], one["text"]) for one in version.options],
                initial=version.right, widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip
        else:
            self.fields["right"] = forms.CharField(
                label="Accepted answers", initial="\n".join(version.right), widget=_lines(4),
                help_text="One a line.",
            )  # fmt: skip
        self.order_fields(["right", "why"])

    def right(self) -> list[str]:
        """The key of a valid form."""
        told = self.cleaned_data["right"]
        return list(told) if isinstance(told, list) else list(_split(told))


class AttemptForm(forms.Form):
    """One more attempt for somebody who has none left."""

    user = forms.ChoiceField(label="Who")
    why = forms.CharField(max_length=500)

    def __init__(self, data: Any = None, *, people: Sequence[Any]) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data)
        self.people = {str(one.pk): one for one in people}
        chosen = self.fields["user"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 -- tells the type
        chosen.choices = [(key, str(one)) for key, one in self.people.items()]


class RubricForm(forms.Form):
    """Points on each item of a rubric, and what the person should hear."""

    def __init__(self, data: Any = None, *, version: QuestionVersion, is_again: bool) -> None:  # noqa: ANN401 -- Django's QueryDict
        super().__init__(data)
        self.rubric = version.right
        for at, one in enumerate(self.rubric):
            self.fields[f"item_{at}"] = forms.IntegerField(
                label=one["item"], min_value=0, max_value=one["points"], help_text=f"0 to {one['points']}"
            )
        self.fields["why"] = forms.CharField(
            label="Why it is marked anew" if is_again else "What the person should hear",
            max_length=1000, required=is_again, widget=_lines(2), help_text="The person reads this.",
        )  # fmt: skip

    def points(self) -> dict[str, int]:
        """Item → points, of a valid form."""
        return {one["item"]: self.cleaned_data[f"item_{at}"] for at, one in enumerate(self.rubric)}


class OverruleForm(forms.Form):
    """A short answer, judged by a person."""

    verdict = forms.ChoiceField(
        label="It is", choices=[("right", "Right after all"), ("wrong", "Wrong indeed")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    why = forms.CharField(max_length=1000, widget=_lines(2), help_text="The person reads this.")


def _fields(kind: str) -> dict[str, forms.Field]:
    if kind == "graded":
        hint = "One item a line, a colon and its points: Asks who decides: 3"
        return {"rubric": forms.CharField(widget=_lines(4), help_text=hint)}
    if kind == "short":
        hint = "One a line. Case, accents, marks and a leading article do not matter."
        return {"right": forms.CharField(label="Accepted answers", widget=_lines(), help_text=hint)}
    label = "Right option" if kind == "one" else "Right options"
    hint = "" if kind == "one" else "One a line; all of them, and no other, must be chosen."
    wrong = "One a line. The order is shuffled for everybody."
    return {
        "right": forms.CharField(label=label, help_text=hint, widget=_lines(2)),
        "wrong": forms.CharField(label="Wrong options", help_text=wrong, widget=_lines(4)),
    }


def _told(exam: Exam) -> dict[str, Any]:
    same = ("name", "about", "draws", "attempts", "wait_hours", "minutes", "shows_keys")
    told = {name: getattr(exam, name) for name in same}
    module = exam.module.key if exam.module else ""
    return told | {"module": module, "pass_mark": round(exam.pass_mark * _PERCENT)}


def _question(version: QuestionVersion) -> dict[str, Any]:
    right, wrong = right_lines(version)
    rubric = rubric_text(version.right) if version.kind == "graded" else ""
    page = version.page.key if version.page else ""
    return {"text": version.text, "right": right, "wrong": wrong, "rubric": rubric, "page": page}


def _split(lines: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in lines.splitlines() if one.strip())
