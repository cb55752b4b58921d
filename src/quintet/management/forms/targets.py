"""The form that says a team's inputs were gone through."""

from typing import Any

from django import forms


class ReviewedForm(forms.Form):
    """Which team, and what came of it."""

    team = forms.ChoiceField(label="Team")
    note = forms.CharField(label="What was agreed", max_length=500, required=False)

    def __init__(self, data: Any, *, teams: tuple[str, ...]) -> None:  # noqa: ANN401 -- Django's QueryDict or None
        super().__init__(data)
        team = self.fields["team"]
        assert isinstance(team, forms.ChoiceField)  # noqa: S101 -- tells the type
        team.choices = [(name, name) for name in teams]
