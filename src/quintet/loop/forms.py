"""The forms of the loop: what is decided on an advice, what followed it, and what somebody supposes."""

from typing import Any

from django import forms

from quintet.ledger.recommendations import Followed
from quintet.loop.models.decisions import State
from quintet.loop.whatif.terms import STEPS, StepRate, Supposed

_HUNDRED = 100.0

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


class SupposeForm(forms.Form):
    """What somebody supposes; empty fields stay as they are."""

    leads = forms.FloatField(
        label="Leads a month, change in %",
        required=False,
        min_value=-100,
        max_value=1000,
        help_text="10 for a tenth more.",
    )
    hires = forms.IntegerField(
        label="Reps hired each quarter",
        required=False,
        min_value=0,
        max_value=1000,
        help_text="First now.",
    )
    cap = forms.FloatField(
        label="Leads a full rep gets a month, at most",
        required=False,
        min_value=1,
        help_text="Empty: as many as the busiest months had.",
    )

    def __init__(self, steps: tuple[StepRate, ...], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's
        super().__init__(*args, **kwargs)
        for one in steps:
            self.fields[one.step] = forms.FloatField(
                label=f"{STEPS[one.step]}, %",
                required=False,
                min_value=0,
                max_value=100,
                help_text=f"Now {one.rate:.1%} ({one.lo:.1%} to {one.hi:.1%}, n {one.n:,}).",
            )

    def supposed(self) -> Supposed:
        """What a valid form says."""
        told = self.cleaned_data
        rates = {step: told[step] / _HUNDRED for step in STEPS if told.get(step) is not None}
        return Supposed((told["leads"] or 0.0) / _HUNDRED, rates, told["hires"] or 0, told["cap"])
