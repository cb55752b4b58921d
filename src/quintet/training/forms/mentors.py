"""Forms of mentoring: start a pair, end it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from quintet.training.actions.mentors import NewPair
from quintet.training.terms.mentors import Seller
from quintet.training.terms.words import STEPS


class PairForm(forms.Form):
    """Who learns what from whom, and why."""

    mentee = forms.TypedChoiceField(label="Who learns", coerce=int)
    mentor = forms.TypedChoiceField(label="From whom", coerce=int)
    step = forms.ChoiceField(label="What", choices=list(STEPS.items()))
    in_return = forms.ChoiceField(
        label="In return", required=False, choices=[("", "Nothing"), *STEPS.items()]
    )
    why = forms.CharField(
        label="Why these two", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What you saw or heard. One sentence.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, people: Sequence[Seller]) -> None:  # noqa: ANN401
        super().__init__(data)
        choices = [(one.rep_id, one.name) for one in sorted(people, key=lambda one: one.name)]
        for name in ("mentee", "mentor"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- tells the type
            field.choices = choices

    def new_pair(self, *, is_proposed: bool) -> NewPair:
        """What a valid form says."""
        told = self.cleaned_data
        return NewPair(
            mentor=told["mentor"],
            mentee=told["mentee"],
            step=told["step"],
            why=told["why"],
            in_return=told["in_return"],
            is_proposed=is_proposed,
        )


class EndForm(forms.Form):
    """Why a pair ends."""

    because = forms.CharField(label="Why it ends", max_length=500)
