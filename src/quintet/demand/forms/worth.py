"""The form that sets the share of leads held out of the score."""

from django import forms

from quintet.demand.formula.routing import MOST_SHARE

_MOST = int(100 * MOST_SHARE)


class ShareForm(forms.Form):
    """Which share of new leads is held out, in per cent, and why."""

    per_cent = forms.FloatField(
        label="Per cent of new leads held out",
        min_value=0,
        max_value=_MOST,
        help_text=f"0 switches it off; at most {_MOST}. Leads drawn before stay where they are.",
    )
    reason = forms.CharField(max_length=1000, label="Why", help_text="Kept with your name and the day.")
