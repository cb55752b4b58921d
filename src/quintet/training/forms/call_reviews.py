"""Forms of scorecards: a question as it is written down, and the scores of a call."""

from collections.abc import Iterable
from typing import Any

from django import forms

from quintet.kernel.errors import BadInput
from quintet.training.actions.call_reviews import Scored, Wording
from quintet.training.models.call_reviews import CallQuestion
from quintet.training.terms.calls import HIGHEST, LOWEST, moment_ms
from quintet.training.terms.words import STEPS

SCALE = tuple(range(LOWEST, HIGHEST + 1))
_POINTS = {str(one): one for one in SCALE}


class NameForm(forms.Form):
    """What a scorecard is called."""

    name = forms.CharField(label="Name", max_length=80, help_text="E.g. First call, Demo.")


class QuestionForm(forms.Form):
    """A question, both of its ends, and the step it should move."""

    text = forms.CharField(label="Question", max_length=300)
    low = forms.CharField(label="1 point looks like", max_length=300)
    high = forms.CharField(label="5 points look like", max_length=300)
    step = forms.ChoiceField(label="The step it should move", choices=list(STEPS.items()))

    def wording(self) -> Wording:
        """What a valid form says."""
        told = self.cleaned_data
        return Wording(told["text"].strip(), told["low"].strip(), told["high"].strip(), told["step"])


def read_scores(posted: Any, questions: Iterable[CallQuestion]) -> dict[str, Scored]:  # noqa: ANN401 -- a QueryDict
    """What somebody said on each question.

    Args:
        posted: points-<key>, moment-<key> and why-<key> of each.
        questions: those that are asked.

    Raises:
        BadInput: for a moment that is none.
    """
    told = {}
    for one in questions:
        points = posted.get(f"points-{one.key}", "")
        try:
            at_ms = moment_ms(posted.get(f"moment-{one.key}", ""))
        except BadInput as error:
            raise BadInput(f"{one.text}: {error}") from None
        why = posted.get(f"why-{one.key}", "")[:2000]
        told[one.key] = Scored(_POINTS.get(points), at_ms, why)
    return told


def drafted(posted: Any, questions: Iterable[CallQuestion]) -> list[dict[str, Any]]:  # noqa: ANN401 -- a QueryDict
    """The lines of the form, with what was typed before."""
    return [
        {
            "question": one,
            "points": posted.get(f"points-{one.key}", ""),
            "moment": posted.get(f"moment-{one.key}", ""),
            "why": posted.get(f"why-{one.key}", ""),
        }
        for one in questions
    ]
