"""The form in which it is noted what somebody was seen doing."""

from collections.abc import Sequence
from typing import Any

from django import forms

from quintet.management.terms.organisation import BEHAVIOURS


class ObservationForm(forms.Form):
    """Who was seen doing what, and when."""

    rep = forms.TypedChoiceField(coerce=int)
    behaviour = forms.ChoiceField(label="Was seen", choices=list(BEHAVIOURS.items()))
    seen_on = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="What exactly", required=False, max_length=500)

    def __init__(self, data: Any, *, reps: Sequence[tuple[int, str]]) -> None:  # noqa: ANN401 -- QueryDict or None
        super().__init__(data)
        field = self.fields["rep"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- tells the type
        field.choices = list(reps)
