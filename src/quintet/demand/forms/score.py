"""Forms about the score: a column judged, the team's capacity."""

from django import forms


class JudgementForm(forms.Form):
    """A column, what is decided about it, and why."""

    column = forms.CharField(max_length=300, widget=forms.HiddenInput)
    keep = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=1000, label="Why", help_text="Kept with your name and the day.")


class CapacityForm(forms.Form):
    """How many sales-ready leads the team can work in a week."""

    leads_per_week = forms.IntegerField(label="Leads a week", min_value=1, max_value=1_000_000)
