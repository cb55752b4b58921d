"""Forms of calls: what is said when they are imported, filters, who the rep is, remarks, erasing words."""

from typing import Any

from django import forms

from quintet.training.asks.calls import STATES, Filters
from quintet.training.terms.calls import CONSENTS, KEPT_MONTHS, MOST_MONTHS

_DAY = forms.DateInput(attrs={"type": "date"})
_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class ImportForm(forms.Form):
    """What holds for all files that are handed in together."""

    consent_how = forms.ChoiceField(
        label="How everybody agreed to the recording",
        choices=[("", "Choose"), *CONSENTS.items()],
        help_text="Without consent no call is kept.",
    )
    consent_on = forms.DateField(
        label="When", required=False, widget=_DAY, help_text="Left empty: on the day of each call."
    )
    consent_note = forms.CharField(
        label="More about it", required=False, max_length=300, help_text="Where the agreement is kept."
    )
    rep_id = forms.TypedChoiceField(
        label="Whose calls",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Left open, the speakers' addresses and names tell.",
    )
    started_at = forms.DateTimeField(
        label="When the call began",
        required=False,
        widget=_MOMENT,
        help_text="For files that do not say. Gong and Zoom recordings do.",
    )
    lead = forms.CharField(
        label="With whom",
        required=False,
        max_length=200,
        help_text="Lead or company as the CRM writes it. Gong may say it by itself.",
    )
    months = forms.IntegerField(
        label="Months to keep the words",
        min_value=1,
        max_value=MOST_MONTHS,
        initial=KEPT_MONTHS,
        help_text="Then what was said is erased; the measures stay.",
    )

    def __init__(self, data: Any, *, reps: list[tuple[int, str]], is_own: bool) -> None:  # noqa: ANN401
        super().__init__(data)
        if is_own:
            del self.fields["rep_id"]
        else:
            field: Any = self.fields["rep_id"]
            field.choices = [("", "Go by who speaks"), *reps]


class FilterForm(forms.Form):
    """Which calls."""

    rep = forms.TypedChoiceField(label="Rep", coerce=int, empty_value=None, required=False)
    topic = forms.ChoiceField(label="Came up", required=False)
    since = forms.DateField(label="From", required=False, widget=_DAY)
    until = forms.DateField(label="To", required=False, widget=_DAY)
    state = forms.ChoiceField(label="Open", required=False, choices=[("", "All"), *STATES.items()])

    def __init__(self, data: Any, *, reps: list[tuple[int, str]], topics: list[tuple[str, str]]) -> None:  # noqa: ANN401
        super().__init__(data)
        rep: Any = self.fields["rep"]
        topic: Any = self.fields["topic"]
        rep.choices = [("", "All"), *reps]
        topic.choices = [("", "Anything"), *topics]

    def filters(self) -> Filters:
        """What it says; nothing where it makes no sense."""
        told = self.cleaned_data if self.is_valid() else {}
        return Filters(
            told.get("rep"),
            told.get("topic", ""),
            told.get("since"),
            told.get("until"),
            told.get("state", ""),
        )


class RepForm(forms.Form):
    """Who the rep is."""

    speaker = forms.ChoiceField(label="The rep speaks as")
    rep_id = forms.TypedChoiceField(label="Who that is", coerce=int, empty_value=None, required=False)

    def __init__(
        self,
        data: Any,  # noqa: ANN401
        *,
        speakers: list[str],
        reps: list[tuple[int, str]],
        rep: int | None,
    ) -> None:
        super().__init__(data, initial={"rep_id": rep})
        speaker: Any = self.fields["speaker"]
        chosen: Any = self.fields["rep_id"]
        speaker.choices = [(one, one) for one in speakers]
        chosen.choices = [("", "Nobody of the CRM"), *reps]


class LeadForm(forms.Form):
    """Whom a call is about."""

    lead = forms.CharField(
        label="Lead or company", max_length=200, help_text="As the CRM writes it, or its number."
    )


class CommentForm(forms.Form):
    """A remark."""

    text = forms.CharField(label="Comment", widget=forms.Textarea(attrs={"rows": 2}), max_length=4000)
    moment = forms.CharField(label="Moment", required=False, max_length=12, help_text="e.g. 2:03")


class EraseForm(forms.Form):
    """Why the words are erased now."""

    because = forms.CharField(
        label="Why now", max_length=300, help_text="E.g. somebody took their consent back."
    )
