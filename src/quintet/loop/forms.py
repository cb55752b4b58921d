"""The forms of the decision log: what is decided on an advice, and what followed it."""

from typing import Any

from django import forms

from quintet.ledger.recommendations import Followed
from quintet.loop.models.decisions import State

_CHOICES = (
    (State.ACCEPTED, "Accept it"),
    (State.CHANGED, "Do it in another way"),
    (State.REFUSED, "Refuse it"),
)


class DecideForm(forms.Form):
    """Taken, taken in another way, or refused; and why."""

    decision = forms.ChoiceField(choices=_CHOICES, widget=forms.RadioSelect)
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), max_length=1000, required=False,
        help_text="Needed when you refuse it or do it in another way: it is what the adviser learns from.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A refusal or a change has a reason."""
        told = super().clean() or {}
        if told.get("decision") in {State.CHANGED, State.REFUSED} and not told.get("reason", "").strip():
            self.add_error("reason", "Say why: it is what the adviser learns from.")
        return told


class FollowForm(forms.Form):
    """What was measured afterwards, in the unit of the promise, with its evidence."""

    estimate = forms.FloatField(label="What followed")
    lo = forms.FloatField(label="At least", required=False, help_text="Leave both ends out if unknown.")
    hi = forms.FloatField(label="At most", required=False)
    n = forms.IntegerField(label="Cases", min_value=1)
    note = forms.CharField(
        label="Evidence", widget=forms.Textarea(attrs={"rows": 2}), max_length=1000,
        help_text="How it was measured, or where it can be looked up.",
    )  # fmt: skip

    @property
    def followed(self) -> Followed:
        """What a valid form says."""
        told = self.cleaned_data
        return Followed(told["estimate"], told["lo"], told["hi"], told["n"], told["note"])
