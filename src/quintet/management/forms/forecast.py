"""The form in which somebody says what a period will bring."""

from collections.abc import Sequence
from typing import Any

from django import forms

from quintet.management.terms.commits import Said

_FOR = (("own", "My own deals"), ("team", "My team"))


class CommitForm(forms.Form):
    """A figure for a period, with a range where one dares to say it."""

    period = forms.ChoiceField()
    whose = forms.ChoiceField(label="For", choices=_FOR)
    amount = forms.FloatField(label="It will come to", min_value=0)
    low = forms.FloatField(
        label="Low", min_value=0, required=False, help_text="One time in ten it will be less."
    )
    high = forms.FloatField(
        label="High", min_value=0, required=False, help_text="One time in ten it will be more."
    )
    note = forms.CharField(max_length=300, required=False, help_text="What it hangs on.")

    def __init__(self, data: Any, *, periods: Sequence[str], teams: bool, own: bool) -> None:  # noqa: ANN401 -- Django's QueryDict or None
        super().__init__(data)
        self._choose("period", [(name, name) for name in periods])
        offered = {"own": own, "team": teams}
        self._choose("whose", [one for one in _FOR if offered[one[0]]])

    def _choose(self, field: str, choices: list[tuple[str, str]]) -> None:
        chosen = self.fields[field]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 -- tells the type
        chosen.choices = choices

    def said(self) -> Said:
        """What a valid form says."""
        told = self.cleaned_data
        return Said(
            period=told["period"],
            amount=told["amount"],
            is_team=told["whose"] == "team",
            low=told["low"],
            high=told["high"],
            note=told["note"],
        )
